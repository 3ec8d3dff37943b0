/** What `record.ts` writes: a line for each command. */
export interface Datagram {
  hex: string;
  /** Octets of the buffer that it was read into. */
  readonly size: number;
}

/** Something sent on a netlink socket, and all that was read from it before the next. */
export interface Exchange {
  /** Number of the socket in this command. */
  readonly socket: number;
  /** Name of the namespace in which the socket was made; empty: the first one. */
  readonly netns: string;
  readonly strict: boolean;
  readonly extAck: boolean;
  readonly capAck: boolean;
  /** Open files that are namespaces, by number. */
  readonly fds: readonly (readonly [fd: number, netns: string])[];
  readonly send: { hex: string };
  readonly receive: Datagram[];
}

export interface Line {
  readonly run: string;
  readonly status: number;
  readonly exchanges: readonly Exchange[];
}
