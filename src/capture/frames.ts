/**
 * Captures from a log: what a packet socket in each namespace would have seen.
 *
 *   xmit row ───────────────────► captured "out" on its device
 *     └─ netif_rx (cause: xmit) ─► captured "in" on its device, directly behind, at the time of the xmit: the kernel
 *                                  stamps a frame when it queues it
 *
 * Memory is bounded by what is under way: a frame's octets are kept from its first sight until nothing more can show it.
 */
import { toHex } from "../core/bytes.ts";
import { type Nanos, NS_PER_SEC, NS_PER_US } from "../core/nanos.ts";
import { DROP_REASONS, isStepKind, KIND } from "../events/kinds.ts";
import { ETH_HLEN } from "../wire/frame.ts";
import { isMulticastMac, MAC_BROADCAST, readMac } from "../wire/mac.ts";
import { DeviceNames, type KnownDevice } from "./device-names.ts";

export type CaptureDirection = "out" | "in" | "in-bcast" | "in-mcast" | "in-other";

/** What a host sent to a group or to all comes back to it unseen (PACKET_LOOPBACK). */
const LOOPED = "looped";

/** A frame that was sent to the address of a bridge's port, and so to the host. */
const PORTS_OWN = "port";

export interface CapturedFrame {
  readonly time: Nanos;
  /** Name of the namespace; `netns:NUMBER` for one without a name. */
  readonly netns: string;
  readonly ifname: string;
  /** Number of the device in the run. */
  readonly device: number;
  readonly direction: CaptureDirection;
  readonly octets: Uint8Array;
  /** Why the frame ended here; null: it did not. */
  readonly drop: string | null;
}

/** What is read of a log's row; see events/kinds.ts. `LogRow` is one. */
export interface CaptureRow {
  readonly time: Nanos;
  readonly seq: number;
  readonly cause: number;
  readonly kind: number;
  readonly netns: number;
  readonly device: number;
  readonly frame: number;
  readonly reason: number;
  readonly data: string;
  /** Of the frame that is first seen on this row; none (empty) on others. */
  readonly octets: Uint8Array | null;
}

export interface CaptureOptions {
  /**
   * Leave out namespaces without a name, as a recorder that finds namespaces by their names does.
   * @defaultValue false
   */
  readonly namedOnly?: boolean;
  /**
   * Number of the namespace called `main`.
   * @defaultValue 0
   */
  readonly mainNetns?: number;
  /**
   * Names behind the numbers of drop reasons, as the log gives them.
   * @defaultValue DROP_REASONS
   */
  readonly reasons?: readonly string[];
}

/** A frame that was sent, and its reception behind it. */
interface Passage {
  readonly time: Nanos;
  readonly frame: number;
  /** Device that sent it; -1: not known. */
  readonly device: number;
  out: CapturedFrame | null;
  in: CapturedFrame | null;
  /** On devices above the one that received it: stamped as there. */
  above: CapturedFrame | null;
  /** No more is to come. */
  isOver: boolean;
}

/** Captures of frames, in the order of a capture on all devices at once. */
export function* capturedFrames(
  rows: Iterable<CaptureRow>,
  options: CaptureOptions = {},
): Generator<CapturedFrame> {
  const capture = new FrameCapture(options);
  for (const row of rows) yield* capture.push(row);
  yield* capture.finish();
}

/** The same, row by row as a run goes on. */
export class FrameCapture {
  private readonly names: DeviceNames;
  private readonly namedOnly: boolean;
  private readonly reasons: readonly string[];
  private readonly octets = new Map<number, Uint8Array>();
  /** Passages under way by frame: how many will still need its octets. */
  private readonly uses = new Map<number, number>();
  /** Frames that may be forgotten once the step is over. */
  private readonly forgettable = new Set<number>();
  /** Passages not handed out yet, by time of sending. */
  private queue: Passage[] = [];
  private head = 0;
  private readonly bySeq = new Map<number, Passage>();
  /** The reception of this step, which may yet end in a drop. */
  private received: Passage | null = null;
  /** What this step has sent. */
  private sentNow: { readonly seq: number; readonly passage: Passage }[] = [];

  constructor(options: CaptureOptions = {}) {
    this.names = new DeviceNames(options.mainNetns ?? 0);
    this.namedOnly = options.namedOnly ?? false;
    this.reasons = options.reasons ?? DROP_REASONS;
  }

  /** Takes the next row and gives what is complete now. */
  push(row: CaptureRow): readonly CapturedFrame[] {
    if (isStepKind(row.kind)) this.endStep();
    // A packet that was dropped before it became a frame is none to be captured.
    if (row.frame !== 0 && row.octets !== null && row.octets.length > 0)
      this.octets.set(row.frame, row.octets.slice());
    switch (row.kind) {
      case KIND.xmit:
        this.sent(row);
        break;
      case KIND.netif_rx:
        this.taken(row);
        break;
      case KIND.pass_up:
        this.passedUp(row);
        break;
      case KIND.drop:
        this.dropped(row);
        break;
      default:
        this.names.learn(row.kind, row.netns, row.device, row.data);
    }
    return this.complete();
  }

  /** After the last row: also what was under way then. */
  finish(): readonly CapturedFrame[] {
    for (const passage of this.queue) passage.isOver = true;
    return this.complete();
  }

  /** Frames whose octets are held: for tests. */
  get heldFrames(): number {
    return this.octets.size;
  }

  private endStep(): void {
    if (this.received !== null) this.received.isOver = true;
    this.received = null;
    // What a bridge sends of its own has become what its ports send.
    for (const { seq, passage } of this.sentNow) {
      if (passage.isOver || this.names.device(passage.device)?.kind !== "bridge") continue;
      passage.isOver = true;
      this.bySeq.delete(seq);
      this.release(passage.frame);
      this.forgettable.add(passage.frame);
    }
    for (const frame of this.forgettable) if ((this.uses.get(frame) ?? 0) === 0) this.octets.delete(frame);
    this.forgettable.clear();
    this.sentNow = [];
  }

  private sent(row: CaptureRow): void {
    const out = this.capture(row.time, row.device, row.frame, "out");
    const passage: Passage = {
      time: row.time,
      frame: row.frame,
      device: row.device,
      out,
      in: null,
      above: null,
      isOver: false,
    };
    this.uses.set(row.frame, (this.uses.get(row.frame) ?? 0) + 1);
    this.bySeq.set(row.seq, passage);
    this.queue.push(passage);
    this.sentNow.push({ seq: row.seq, passage });
  }

  private taken(row: CaptureRow): void {
    if (row.data === LOOPED) {
      this.forgettable.add(row.frame);
      return;
    }
    let passage = this.bySeq.get(row.cause);
    if (passage === undefined) {
      // Sent before the log began.
      passage = {
        time: row.time,
        frame: row.frame,
        device: -1,

        out: null,
        in: null,
        above: null,
        isOver: false,
      };
      this.queue.push(passage);
    } else {
      this.bySeq.delete(row.cause);
      this.release(passage.frame);
      // A VLAN tag was taken off: the frame goes on under another number.
      this.forgettable.add(passage.frame);
    }
    passage.in = this.capture(passage.time, row.device, row.frame, "in");
    this.received = passage;
    this.forgettable.add(row.frame);
  }

  private passedUp(row: CaptureRow): void {
    const { received } = this;
    if (received === null || received.frame !== row.frame) return;
    const seen = this.capture(received.time, row.device, row.frame, "in");
    received.above = seen !== null && row.data === PORTS_OWN ? { ...seen, direction: "in" } : seen;
  }

  private dropped(row: CaptureRow): void {
    if (row.frame === 0) return;
    this.forgettable.add(row.frame);
    const drop = this.reasons[row.reason] ?? String(row.reason);
    const { received } = this;
    if (received !== null && received.frame === row.frame && received.above?.device === row.device) {
      received.above = { ...received.above, drop };
      return;
    }
    if (received !== null && received.frame === row.frame && received.in?.device === row.device) {
      received.in = { ...received.in, drop };
      return;
    }
    for (let i = this.sentNow.length - 1; i >= 0; i--) {
      const { seq, passage } = this.sentNow[i]!;
      if (passage.isOver || passage.frame !== row.frame || passage.device !== row.device) continue;
      if (passage.out !== null) passage.out = { ...passage.out, drop };
      passage.isOver = true;
      this.bySeq.delete(seq);
      this.release(row.frame);
      return;
    }
  }

  private release(frame: number): void {
    const left = (this.uses.get(frame) ?? 1) - 1;
    if (left > 0) this.uses.set(frame, left);
    else this.uses.delete(frame);
  }

  /** null: not to be seen. */
  private capture(time: Nanos, ref: number, frame: number, way: "out" | "in"): CapturedFrame | null {
    const device = this.names.device(ref);
    const octets = this.octets.get(frame);
    if (device === null || octets === undefined) return null;
    const name = this.names.netns(device.netns);
    if (name === null && this.namedOnly) return null;
    const direction = way === "out" ? "out" : directionOf(octets, device);
    return {
      time,
      netns: name ?? `netns:${device.netns}`,
      ifname: device.ifname,
      device: ref,
      direction,
      octets,
      drop: null,
    };
  }

  /** Hands out the oldest passages as far as they are over. */
  private complete(): readonly CapturedFrame[] {
    const done: CapturedFrame[] = [];
    for (let passage = this.queue[this.head]; passage?.isOver; passage = this.queue[++this.head]) {
      if (passage.out !== null) done.push(passage.out);
      if (passage.in !== null) done.push(passage.in);
      if (passage.above !== null) done.push(passage.above);
    }
    if (this.head > 64 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return done;
  }
}

/** How a device sees a frame that comes in. @source net/ethernet/eth.c, eth_type_trans() */
function directionOf(octets: Uint8Array, device: KnownDevice): CaptureDirection {
  if (device.kind === "loopback" || octets.length < ETH_HLEN) return "in";
  const dst = readMac(octets, 0);
  if (dst === MAC_BROADCAST) return "in-bcast";
  if (isMulticastMac(dst)) return "in-mcast";
  return dst === device.address ? "in" : "in-other";
}

/** A line of a kernel recording's frames.jsonl, with its newline. */
export function frameLine(frame: CapturedFrame): string {
  const seconds = Math.round(frame.time / NS_PER_US) / (NS_PER_SEC / NS_PER_US);
  const t = Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
  const text = (value: string) => JSON.stringify(value);
  return (
    `{"t": ${t}, "ns": ${text(frame.netns)}, "if": ${text(frame.ifname)}, "dir": "${frame.direction}", ` +
    `"len": ${frame.octets.length}, "csum_pending": false, "hex": "${toHex(frame.octets)}"}\n`
  );
}
