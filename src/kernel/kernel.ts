/**
 * The root step: takes an event, finds the device, stack or program it is for, and lets it act on the cells.
 * It is the same live and in replay; only where time, chance and wishes come from differs.
 */
import { CellTable } from "../core/cell-table.ts";
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import { JiffiesClock, TICK } from "../core/timer-wheel.ts";
import { stpRcv } from "../devices/bridge/bridge-device.ts";
import { handleFrame } from "../devices/bridge/input.ts";
import { LinkWatch } from "../devices/linkwatch.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { Netns } from "../devices/netns.ts";
import { vlanUntag } from "../devices/vlan.ts";
import { devQueueXmit } from "../devices/xmit.ts";
import { DROP, KIND } from "../events/kinds.ts";
import { IFF_LOOPBACK, IFF_NOARP } from "../events/netlink.ts";
import type { Recorder } from "../events/recorder.ts";
import type { BodyOf, Operation, ReplyOf } from "../events/requests.ts";
import type { Inet6Setting, RtnlChange, StepContext } from "../events/step-context.ts";
import type { Chance } from "../scheduler/chance.ts";
import type { Scheduler, StepHandler } from "../scheduler/scheduler.ts";
import { arpSolicit } from "../stack/arp.ts";
import { arpRcv } from "../stack/arp-input.ts";
import { icmpHostUnreachable } from "../stack/icmp-error.ts";
import { ipRcv } from "../stack/ip-input.ts";
import { icmp6LinkFailure } from "../stack/ipv6/icmp6-error.ts";
import { ip6Rcv } from "../stack/ipv6/ip6-input.ts";
import { ndiscSolicit } from "../stack/ipv6/ndisc.ts";
import type { Neigh } from "../stack/neigh-table.ts";
import { bootNeighTables } from "../stack/neigh-tables.ts";
import { isTapped, tapIncoming, tapOutgoing } from "../stack/packet-socket.ts";
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, type Frame, type IpPacket } from "../wire/frame.ts";
import { isMulticastMac } from "../wire/mac.ts";
import { Globals, type Process, updateGlobals } from "./globals.ts";
import { setupNetns } from "./namespaces.ts";
import { fork, wakeProgram } from "./processes.ts";
import { handleRequest } from "./requests.ts";
import { deviceOfRest, type Rest, sendRest } from "./rest-to-send.ts";
import { rtnlNotify } from "./rtnl-notify.ts";
import { storeDeviceSysctl6 } from "./sysctl/inet6-sysctls.ts";
import { timerExpired } from "./timer-expired.ts";
import { makeFileSystem } from "./vfs/initial-files.ts";

/** Smaller types are lengths. */
const ETH_P_802_3_MIN = 0x600;
/** Buckets of the coarsest wheel level that matter: the phase of a machine's ticks is drawn within them. */
const PHASE_TICKS = 4096;

export interface ProgramSink {
  output(pid: number, fd: number, text: string): void;
  exit(pid: number, status: number): void;
}

export class Kernel implements StepContext, StepHandler<Frame> {
  readonly cells = new CellTable();
  /** Number of the newest frame. */
  frameLast = 0;
  /** Row of the running step: the cause of its records. */
  private cause = 0;
  private clock = new JiffiesClock(0);
  private scheduler!: Scheduler<Frame>;

  constructor(
    private readonly rec: Recorder,
    private readonly chance: Chance,
    private readonly programs: ProgramSink,
  ) {}

  /** The scheduler needs the kernel as its handler, and the kernel the scheduler for its wishes. */
  attach(scheduler: Scheduler<Frame>): void {
    this.scheduler = scheduler;
  }

  /** Makes the world's first state: the main namespace with its loopback device. */
  boot(): void {
    this.cells.startStep();
    this.rec.time = this.now;
    const main = this.cells.add(new Netns());
    this.cells.add(new LinkWatch());
    this.cells.add(new Globals());
    bootNeighTables(this);
    this.setPhase(
      this.chance.draw("timer/phase", PHASE_TICKS) * TICK + this.chance.draw("timer/phase", TICK),
    );
    setupNetns(this, main, null);
    fork(this, main, "init");
    makeFileSystem(this);
  }

  get phase(): Nanos {
    return this.clock.phase;
  }

  setPhase(phase: Nanos): void {
    this.clock = new JiffiesClock(phase);
  }

  // -------------------------------------------------------------------------------------------- steps

  /** User space asks. */
  request<Op extends Operation>(netns: number, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    this.begin(KIND.request, 0, this.cells.has(netns) ? netns : -1, -1, 0, 0, JSON.stringify([op, body]));
    const result = handleRequest(this, netns, op, body);
    this.rec.row(
      KIND.reply,
      this.cause,
      this.cells.has(netns) ? netns : -1,
      -1,
      0,
      0,
      0,
      JSON.stringify(result),
      null,
    );
    return result;
  }

  /** A frame is taken from the backlog. @source net/core/dev.c, __netif_receive_skb_core() */
  netifRx(device: number, received: Frame, cause: number): void {
    const dev = this.cells.get<NetDevice | undefined>(device);
    const untagged = vlanUntag(received, () => this.newFrameId());
    const frame = untagged?.frame ?? received;
    const data = frame.isLooped ? "looped" : untagged !== null ? "untagged" : "";
    const shown = data === "" ? null : frame;
    this.begin(KIND.netif_rx, cause, dev?.netns ?? -1, device, frame.id, frame.length, data, shown);
    if (dev === undefined) {
      this.recordDrop(-1, device, frame.id, frame.length, DROP.DEV_READY);
      return;
    }
    // Readers of packet sockets put the tag back.
    if (!frame.isLooped) tapIncoming(this, dev, received);
    if (dev.port >= 0) {
      const fate = handleFrame(this, dev, received);
      if (fate !== "pass") {
        if (fate !== "taken") this.recordDrop(dev.netns, device, frame.id, frame.length, fate.drop);
        return;
      }
    }
    const reason = this.receive(dev, frame, untagged?.vlan ?? 0, frame.dst === dev.address);
    if (reason !== null) this.recordDrop(dev.netns, device, frame.id, frame.length, reason);
  }

  passUp(device: number, received: Frame, isToHost: boolean): void {
    const dev = this.cells.get<NetDevice>(device);
    const below = this.cause;
    const { id, length } = received;
    const isPorts = isToHost && received.dst !== dev.address;
    this.cause = this.rec.row(
      KIND.pass_up,
      below,
      dev.netns,
      device,
      id,
      length,
      0,
      isPorts ? "port" : "",
      null,
    );
    tapIncoming(this, dev, received, isToHost);
    const untagged = vlanUntag(received, () => this.newFrameId());
    const reason = this.receive(dev, untagged?.frame ?? received, untagged?.vlan ?? 0, isToHost);
    if (reason !== null) this.recordDrop(dev.netns, device, id, length, reason);
    this.cause = below;
  }

  /** Hands a frame to its protocol. Gives the reason for which it was dropped, or null. */
  private receive(dev: NetDevice, frame: Frame, vlan: number, isToHost: boolean): number | null {
    // There are no VLAN devices: a frame of a VLAN is not for us.
    const isForHost = isToHost && !frame.isLooped && vlan === 0;
    const isOther = vlan !== 0 || (!isForHost && !frame.isLooped && !isMulticastMac(frame.dst));
    switch (frame.etherType) {
      case ETH_P_IP:
        if (isOther) {
          this.cells.own(dev.stats).rxOtherhost++;
          return DROP.OTHERHOST;
        }
        return ipRcv(this, dev, frame, isForHost);
      case ETH_P_ARP:
        // arp_rcv() takes these without a word.
        if (isOther || (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) return null;
        return arpRcv(this, dev, frame, isForHost);
      case ETH_P_IPV6:
        if (isOther) {
          this.cells.own(dev.stats).rxOtherhost++;
          return DROP.OTHERHOST;
        }
        return ip6Rcv(this, dev, frame);
      default:
        // A length instead of a type: LLC takes what is not raw 802.3, and nobody listens at its access points.
        if (isLlc(frame)) {
          if (dev.port >= 0) stpRcv(this, dev, frame);
          return DROP.NOT_SPECIFIED;
        }
        if (isTapped(this, dev)) return null;
        this.cells.own(dev.stats).rxDropped++;
        return DROP.UNHANDLED_PROTO;
    }
  }

  timer(cell: number): void {
    timerExpired(this, cell, (netns, device, data) => this.begin(KIND.timer, 0, netns, device, 0, 0, data));
  }

  /** A program goes on: its timer expired (cause 0), or the step `cause` made a socket of its readable. */
  goOn(process: number, cause: number): void {
    const { pid, netns } = this.cells.get<Process>(process);
    this.begin(KIND.wake, cause, netns, -1, 0, pid, "");
    wakeProgram(this, process, cause === 0 ? WAKE_TIMER : WAKE_READABLE);
  }

  /** A system call sends on, after what it sent so far had its consequences. */
  sendRest(rest: object, cause: number): void {
    const device = deviceOfRest(rest as Rest);
    this.begin(KIND.wake, cause, this.cells.get<NetDevice>(device).netns, device, 0, 0, "sendmsg");
    sendRest(this, rest as Rest);
  }

  private begin(
    kind: number,
    cause: number,
    netns: number,
    device: number,
    frameId: number,
    length: number,
    data: string,
    /** Seen here for the first time. */
    frame: Frame | null = null,
  ): void {
    this.cells.startStep();
    this.rec.time = this.scheduler.now;
    this.cause = this.rec.row(kind, cause, netns, device, frameId, length, 0, data, frame);
  }

  // -------------------------------------------------------------------------------------------- what a step may wish

  get now(): Nanos {
    return this.scheduler.now;
  }

  get jiffies(): number {
    return this.clock.jiffies(this.scheduler.now);
  }

  record(kind: number, netns: number, device: number, data: string): number {
    return this.rec.row(kind, this.cause, netns, device, 0, 0, 0, data, null);
  }

  recordXmit(netns: number, device: number, frame: Frame): number {
    return this.rec.row(KIND.xmit, this.cause, netns, device, frame.id, frame.length, 0, "", frame);
  }

  recordDrop(
    netns: number,
    device: number,
    frameId: number,
    length: number,
    reason: number,
    firstSight?: Frame,
    why = "",
  ): void {
    this.rec.row(KIND.drop, this.cause, netns, device, frameId, length, reason, why, firstSight ?? null);
  }

  recordPacketDrop(netns: number, device: number, packet: IpPacket, reason: number): void {
    this.rec.row(KIND.drop, this.cause, netns, device, 0, packet.length, reason, "", packet);
  }

  rtnlNotify(netns: number, change: RtnlChange): void {
    rtnlNotify(this, netns, change);
  }

  storeInet6Setting(device: number, name: Inet6Setting, value: number): void {
    storeDeviceSysctl6(this, this.cells.get<NetDevice>(device), name, value);
  }

  output(pid: number, fd: number, text: string, netns: number): void {
    this.rec.row(KIND.output, this.cause, netns, -1, 0, pid, 0, JSON.stringify({ fd, text }), null);
    this.programs.output(pid, fd, text);
  }

  exited(pid: number, status: number, netns: number): void {
    this.rec.row(KIND.exit, this.cause, netns, -1, 0, pid, 0, JSON.stringify({ status }), null);
    this.programs.exit(pid, status);
  }

  draw(stream: string, bound: number): number {
    const value = this.chance.draw(stream, bound);
    this.rec.row(KIND.draw, this.cause, -1, -1, 0, value, 0, stream, null);
    return value;
  }

  newFrameId(): number {
    return ++this.frameLast;
  }

  queueFrame(device: number, frame: Frame, cause: number): boolean {
    return this.scheduler.queueFrame(device, frame, cause) || this.refuseFrame(device, frame);
  }

  loopBack(device: number, frame: Frame): void {
    if (!this.scheduler.queueFrame(device, frame, this.cause)) this.refuseFrame(device, frame);
  }

  putOff(rest: object): boolean {
    return this.scheduler.putOff(rest, this.cause);
  }

  /** The backlog is full: the receiver counts it, and the processor. @source net/core/dev.c, enqueue_to_backlog() */
  private refuseFrame(device: number, frame: Frame): false {
    const dev = this.cells.get<NetDevice>(device);
    this.cells.own(dev.stats).rxDropped++;
    updateGlobals(this, (g) => {
      g.backlogDropped++;
    });
    this.recordDrop(dev.netns, device, frame.id, frame.length, DROP.CPU_BACKLOG);
    return false;
  }

  wake(process: number): void {
    this.scheduler.wake(process, this.cause);
  }

  unwake(process: number): void {
    this.scheduler.unwake(process);
  }

  devQueueXmit(device: number, frame: Frame): Errno | null {
    return devQueueXmit(this, device, frame);
  }

  tapOutgoing(device: number, frame: Frame): void {
    tapOutgoing(this, this.cells.get<NetDevice>(device), frame);
  }

  solicit(neighbour: number): void {
    const neigh = this.cells.get<Neigh>(neighbour);
    if (typeof neigh.key === "bigint") ndiscSolicit(this, neigh);
    else arpSolicit(this, neigh);
  }

  reportUnreachable(device: number, packet: IpPacket): void {
    if (packet.kind === "ipv6") icmp6LinkFailure(this, this.cells.get<NetDevice>(device), packet);
    else icmpHostUnreachable(this, this.cells.get<NetDevice>(device), packet);
  }

  armTimer(cell: number, delayJiffies: number): void {
    this.scheduler.arm(cell, this.clock.expiry(this.scheduler.now, delayJiffies), false, true);
  }

  armAt(cell: number, time: Nanos): void {
    this.scheduler.arm(cell, time, false);
  }

  timerExpiry(delayJiffies: number): Nanos {
    return this.clock.expiry(this.scheduler.now, delayJiffies);
  }

  armProgram(process: number, time: Nanos): void {
    this.scheduler.arm(process, time, true);
  }

  cancelTimer(cell: number): void {
    this.scheduler.cancel(cell);
  }

  hasTimer(cell: number): boolean {
    return this.scheduler.isArmed(cell);
  }
}

/** @source eth_type_trans(); net/llc/llc_input.c, llc_rcv() */
function isLlc(frame: Frame): boolean {
  if (frame.etherType >= ETH_P_802_3_MIN || frame.payload.kind !== "opaque") return false;
  const { octets } = frame.payload;
  return !(octets[0] === 0xff && octets[1] === 0xff);
}

const WAKE_TIMER = Object.freeze({ kind: "timer" as const });
const WAKE_READABLE = Object.freeze({ kind: "readable" as const });
