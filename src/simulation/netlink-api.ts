/** Netlink sockets for users of the library: octets in, octets out. */
import { fromHex, toHex } from "../core/bytes.ts";
import type { NetlinkReply, NetlinkSend, NetnsId } from "../events/requests.ts";
import type { NetnsTarget } from "./link-api.ts";

/** What setsockopt(2) would set. By default all is as `ip` has it. */
export interface NetlinkOptions {
  /** 0: NETLINK_ROUTE; 16: NETLINK_GENERIC, where only the veth family of 2007 is ever found. @defaultValue 0 */
  readonly protocol?: 0 | 16;
  /** NETLINK_GET_STRICT_CHK: dumps look at what is asked of them. @defaultValue true */
  readonly strict?: boolean;
  /** NETLINK_EXT_ACK: refusals come with a text. @defaultValue true */
  readonly extAck?: boolean;
  /** NETLINK_CAP_ACK: refusals come without the whole request. @defaultValue false */
  readonly capAck?: boolean;
  /** The socket's address, nlmsg_pid of replies. @defaultValue 1 */
  readonly portId?: number;
  /**
   * Sizes of the reads that fetch each datagram; a dump is split by the largest so far. 0 only looks how long the datagram is.
   * @defaultValue [0, 32768]
   */
  readonly reads?: readonly number[];
}

/** Options of one call. */
export interface NetlinkSendOptions {
  /** Namespaces that the program has open: IFLA_NET_NS_FD and NETNSA_FD name them by these numbers. */
  readonly fds?: ReadonlyMap<number, NetnsTarget>;
  readonly reads?: readonly number[];
}

/** A netlink socket, bound in a namespace. It remembers how much its program reads at a time. */
export class NetlinkSocket {
  private room = 0;

  constructor(
    private readonly request: (send: NetlinkSend) => NetlinkReply,
    private readonly resolve: (target: NetnsTarget) => NetnsId,
    private readonly options: NetlinkOptions = {},
  ) {}

  /**
   * send(2), and recv(2) until nothing is left: the datagrams of the answer, in order. Octets that are no message get none, or an
   * error, as from the kernel; nothing is thrown for them.
   * @throws NetlinkError ENOENT if the namespace is gone, or there is none of a name in `fds`
   */
  send(octets: Uint8Array, { fds, reads }: NetlinkSendOptions = {}): Uint8Array[] {
    const { options } = this;
    const answer = this.request({
      hex: toHex(octets),
      protocol: options.protocol ?? 0,
      portId: options.portId ?? 1,
      isStrict: options.strict ?? true,
      hasExtAck: options.extAck ?? true,
      hasCapAck: options.capAck ?? false,
      fds: [...(fds ?? [])].map(([fd, target]) => [fd, this.resolve(target)] as const),
      reads: reads ?? options.reads ?? [0, 32768],
      room: this.room,
    });
    this.room = answer.room;
    return answer.datagrams.map((hex) => fromHex(hex)!);
  }

  /** Another socket in the same namespace. */
  open(options: NetlinkOptions = {}): NetlinkSocket {
    return new NetlinkSocket(this.request, this.resolve, options);
  }
}
