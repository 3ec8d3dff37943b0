/**
 * What a step sees and may wish for. Devices, the protocol stack and programs are handed this and nothing else: no clock, no
 * chance, no input or output of their own.
 */
import type { CellTable } from "../core/cell-table.ts";
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import type { Frame, IpPacket } from "../wire/frame.ts";

/** A change that rtnetlink tells of: `subject` is the record of what changed, as the part of the stack that it belongs to keeps it. */
export interface RtnlChange {
  readonly object:
    | "link"
    | "addr"
    | "addr6"
    | "route"
    | "route6"
    | "neigh"
    | "netconf"
    | "nsid"
    | "rule"
    | "fdb"
    | "bridgePort";
  readonly subject: object;
  readonly isDeleted?: boolean;
  readonly movesTo?: { readonly nsid: number; readonly ifindex: number };
}

/** Files under net/ipv6/conf/DEV and net/ipv6/neigh/DEV that the stack writes by itself. */
export type Inet6Setting =
  | "addr_gen_mode"
  | "disable_ipv6"
  | "hop_limit"
  | "mtu"
  | "retrans_time_ms"
  | "base_reachable_time_ms"
  | "gc_stale_time";

export interface StepContext {
  readonly cells: CellTable;
  readonly now: Nanos;
  /** Kernel ticks at `now`. */
  readonly jiffies: number;

  /** Notes what happened. Gives the row's number. */
  record(kind: number, netns: number, device: number, data: string): number;
  /** A device took a frame. Its octets are kept where it appears for the first time. Gives the row's number. */
  recordXmit(netns: number, device: number, frame: Frame): number;
  /** A frame ended here (id 0: what had none; `why` says then what it was). `why`: more than the reason says. */
  recordDrop(
    netns: number,
    device: number,
    frameId: number,
    length: number,
    reason: number,
    firstSight?: Frame,
    why?: string,
  ): void;
  /** A packet that never became a frame, or was taken out of one, ended here. Its octets are kept. */
  recordPacketDrop(netns: number, device: number, packet: IpPacket, reason: number): void;

  /** Packet sockets see a frame that a device is about to send. @source net/core/dev.c, dev_queue_xmit_nit() */
  tapOutgoing(device: number, frame: Frame): void;

  /** Tells those who listen on rtnetlink in a namespace what changed there. */
  rtnlNotify(netns: number, change: RtnlChange): void;

  /** The stack itself changes a setting of IPv6 of a device: what sysctl shows follows. */
  storeInet6Setting(device: number, name: Inet6Setting, value: number): void;

  /** A program ended. */
  exited(pid: number, status: number, netns: number): void;
  /** A program wrote to its file descriptor. */
  output(pid: number, fd: number, text: string, netns: number): void;

  /** A whole number from 0 to `bound` - 1, from the stream of that name; what was drawn stands in the log. */
  draw(stream: string, bound: number): number;
  /** Numbers a new frame. */
  newFrameId(): number;

  /**
   * Queues a frame to a device's receive path; it is taken up after what is queued already. `cause`: the xmit's row. False: the
   * backlog had no room, which the receiving device has counted. @source net/core/dev.c, netif_rx()
   */
  queueFrame(device: number, frame: Frame, cause: number): boolean;
  /** Queues a copy of what a device is about to send to its own receive path, unseen by packet sockets. @source dev_loopback_xmit() */
  loopBack(device: number, frame: Frame): void;
  /**
   * Puts off what a system call has left to send, a record, until the frames so far have had all their consequences: the kernel
   * works its backlog off before the call goes on. False: no process is sending, so that all leaves at once.
   */
  putOff(rest: object): boolean;
  /** A device above the one that received a frame takes it, at once. `isForHost`: to the host's own address. @source netif_receive_skb() */
  passUp(device: number, frame: Frame, isForHost: boolean): void;
  /** Hands a frame to a device for sending, as dev_queue_xmit() does. */
  devQueueXmit(device: number, frame: Frame): Errno | null;

  /** Asks for the address of a neighbour (its cell), as its protocol does. @source struct neigh_ops, solicit */
  solicit(neighbour: number): void;
  /** A packet waited in vain for a neighbour on this device: its sender is to be told. @source struct neigh_ops, error_report */
  reportUnreachable(device: number, packet: IpPacket): void;

  /** Arms the timer of a cell (a cell has one), `delay` in jiffies: it goes on the timer wheel. */
  armTimer(cell: number, delayJiffies: number): void;
  /** Arms the timer of a cell for an exact time (high-resolution timers, programs, work queues). */
  armAt(cell: number, time: Nanos): void;
  /** When a timer of so many jiffies would expire if it were armed now. */
  timerExpiry(delayJiffies: number): Nanos;
  /** Arms the timer of a program's process. */
  armProgram(process: number, time: Nanos): void;
  cancelTimer(cell: number): void;
  hasTimer(cell: number): boolean;
  /** A program's socket became readable: its process goes on after the backlog. */
  wake(process: number): void;
  /** The process is gone: nothing is to wake it any more. */
  unwake(process: number): void;
}
