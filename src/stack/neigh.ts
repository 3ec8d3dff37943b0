/**
 * Neighbours: which link-layer address belongs to which IP address, and how sure we are (RFC 4861 states, used for ARP too).
 *
 *   NONE --send--> INCOMPLETE --reply--> REACHABLE --time--> STALE --send--> DELAY --5 s--> PROBE --reply--> REACHABLE
 *                      \--3 requests unanswered--> FAILED <--3 unanswered--/
 *
 * @source net/core/neighbour.c
 */
import type { Errno } from "../core/errno.ts";
import { registerRecord } from "../core/record-codec.ts";
import { DONE, type Result, refused } from "../core/result.ts";
import { HZ, JiffiesClock } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import {
  NTF_EXT_LEARNED,
  NTF_MANAGED,
  NTF_ROUTER,
  NTF_USE,
  NUD_DELAY,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { ETH_HLEN, ETH_P_IP, ETH_P_IPV6, Frame, type IpPacket } from "../wire/frame.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { Mac } from "../wire/mac.ts";
import type { NeighParms } from "./conf.ts";
import {
  deviceKey,
  familyOf,
  type Neigh,
  type NeighKey,
  type NeighRef,
  NUD_CONNECTED,
  NUD_IN_TIMER,
  NUD_VALID,
  neigh6FlushDevice,
  neighCreate,
  neighFlushDevice,
  neighLookup,
  neighParms,
  neighRemove,
  reachableTime,
  setNeigh,
  updateGcList,
} from "./neigh-table.ts";
import { type NeighFamily, setManaged } from "./neigh-tables.ts";
import { pneighIfdown } from "./pneigh.ts";
import { chargeWaiting, releaseWaiting } from "./send-buffer.ts";
import { packetTruesize } from "./truesize.ts";

/** How an update may act. @source NEIGH_UPDATE_F_* */
export interface NeighUpdateFlags {
  /** A different address replaces the known one. */
  readonly override?: boolean;
  /** A different address makes a connected entry stale, and is not taken. */
  readonly weakOverride?: boolean;
  /** An administrator's wish: permanent entries change too, and flags. */
  readonly admin?: boolean;
  /** Who it is about is a router; it counts if `overrideIsRouter` says so. */
  readonly isRouter?: boolean;
  readonly overrideIsRouter?: boolean;
  /** NTF_EXT_LEARNED, NTF_MANAGED, NTF_USE: with `admin` only. */
  readonly ntf?: number;
}

function parmsOf(step: StepContext, neigh: Neigh): NeighParms {
  return neighParms(step, step.cells.get(neigh.device), neigh.key);
}

/**
 * Sends a packet to a neighbour, or queues it until the address is known.
 * @source neigh_output(), neigh_resolve_output()
 */
export function neighOutput(
  step: StepContext,
  dev: NetDevice,
  key: NeighKey,
  packet: IpPacket,
): Errno | null {
  const own = typeof key === "bigint" ? key : deviceKey(dev, key);
  const neigh = neighLookup(step, dev, own) ?? neighCreate(step, dev, key);
  if (neigh === null) {
    step.recordPacketDrop(dev.netns, dev.ref, packet, DROP.NEIGH_CREATEFAIL);
    return "ENOBUFS";
  }
  let { lladdr } = neigh;
  if ((neigh.state & NUD_CONNECTED) === 0 || !neigh.isCached) {
    if (!neighEventSend(step, neigh, packet, true)) return null;
    if (!neigh.isCached) setNeigh(step, step.cells.get(neigh.ref), { isCached: true });
    lladdr = step.cells.get(neigh.ref).lladdr;
  }
  return step.devQueueXmit(
    dev.ref,
    new Frame(
      step.newFrameId(),
      lladdr,
      dev.address,
      packet.kind === "ipv4" ? ETH_P_IP : ETH_P_IPV6,
      packet,
      ETH_HLEN + packet.length,
      null,
    ),
  );
}

/**
 * A packet is to go to a neighbour that is not connected. True: send it now. False: it was queued (or lost).
 * @param mayProbe the first request is sent at once, not by the timer
 * @source neigh_event_send_probe(), __neigh_event_send()
 */
function neighEventSend(
  step: StepContext,
  neigh: Neigh,
  packet: IpPacket | null,
  mayProbe: boolean,
): boolean {
  let n = neigh.used === step.jiffies ? neigh : setNeigh(step, neigh, { used: step.jiffies });
  if ((n.state & (NUD_CONNECTED | NUD_DELAY | NUD_PROBE)) !== 0) return true;
  const parms = parmsOf(step, n);
  let probeNow = false;
  if ((n.state & (NUD_STALE | NUD_INCOMPLETE)) === 0) {
    if (parms.mcastProbes + parms.appProbes === 0) {
      const dev = step.cells.get<NetDevice>(n.device);
      n = setNeigh(step, n, { state: NUD_FAILED, updated: step.jiffies });
      if (packet !== null) step.recordPacketDrop(dev.netns, dev.ref, packet, DROP.NEIGH_FAILED);
      return false;
    }
    n = setNeigh(step, n, { state: NUD_INCOMPLETE, probes: parms.ucastProbes, updated: step.jiffies });
    step.armTimer(n.ref, mayProbe ? retransJiffies(parms) : 1);
    probeNow = mayProbe;
  } else if (n.state === NUD_STALE) {
    n = setNeigh(step, n, { state: NUD_DELAY, updated: step.jiffies });
    step.armTimer(n.ref, parms.delayProbeJiffies);
  }
  let sendNow = true;
  if (n.state === NUD_INCOMPLETE) {
    if (packet !== null) n = enqueue(step, n, packet, parms.queueLenBytes);
    sendNow = false;
  }
  if (probeNow) neighProbe(step, n);
  return sendNow;
}

/** Treats an entry as if a packet were to go there (`ip neigh ... use`). @source neigh_event_send() */
export function neighUse(step: StepContext, neigh: Neigh, mayProbe = true): void {
  neighEventSend(step, neigh, null, mayProbe);
}

/** Queues behind the others; the oldest make room. */
function enqueue(step: StepContext, neigh: Neigh, packet: IpPacket, limit: number): Neigh {
  let bytes = packetTruesize(packet.length);
  for (const waiting of neigh.queue) bytes += packetTruesize(waiting.length);
  let first = 0;
  while (bytes > limit && first < neigh.queue.length) {
    const oldest = neigh.queue[first++]!;
    bytes -= packetTruesize(oldest.length);
    step.recordPacketDrop(
      step.cells.get<NetDevice>(neigh.device).netns,
      neigh.device,
      oldest,
      DROP.NEIGH_QUEUEFULL,
    );
    releaseWaiting(step, oldest);
  }
  chargeWaiting(step, packet);
  return setNeigh(step, neigh, { queue: [...neigh.queue.slice(first), packet] });
}

function retransJiffies(parms: NeighParms): number {
  return Math.max(JiffiesClock.ofMs(parms.retransMs), Math.floor(HZ / 100));
}

/** Asks for the address once more. */
function neighProbe(step: StepContext, neigh: Neigh): void {
  step.solicit(neigh.ref);
  const now = step.cells.get(neigh.ref);
  setNeigh(step, now, { probes: now.probes + 1 });
}

function maxProbes(parms: NeighParms, state: number): number {
  return (
    parms.ucastProbes + parms.appProbes + (state === NUD_PROBE ? parms.mcastReprobes : parms.mcastProbes)
  );
}

/** The entry's timer expired. @source neigh_timer_handler() */
export function neighTimer(step: StepContext, ref: NeighRef): void {
  let n = step.cells.get(ref);
  if ((n.state & NUD_IN_TIMER) === 0) return;
  const now = step.jiffies;
  const parms = parmsOf(step, n);
  const delay = parms.delayProbeJiffies;
  const reachable = () => reachableTime(step, step.cells.get(n.device), n.key);
  let next = now + HZ;
  if (n.state === NUD_REACHABLE) {
    if (now <= n.confirmed + reachable()) next = n.confirmed + reachable();
    else if (now <= n.used + delay) {
      n = setNeigh(step, n, { state: NUD_DELAY, updated: now });
      next = now + delay;
    } else n = setNeigh(step, n, { state: NUD_STALE, updated: now });
  } else if (n.state === NUD_DELAY) {
    if (now <= n.confirmed + delay) {
      n = setNeigh(step, n, { state: NUD_REACHABLE, updated: now });
      next = n.confirmed + reachable();
    } else {
      n = setNeigh(step, n, { state: NUD_PROBE, updated: now, probes: 0 });
      next = now + retransJiffies(parms);
    }
  } else next = now + retransJiffies(parms);
  if ((n.state & (NUD_INCOMPLETE | NUD_PROBE)) !== 0 && n.probes >= maxProbes(parms, n.state)) {
    n = setNeigh(step, n, { state: NUD_FAILED });
    neighInvalidate(step, n);
    return;
  }
  if ((n.state & NUD_IN_TIMER) !== 0) step.armTimer(ref, Math.max(next - now, Math.floor(HZ / 100)));
  if ((n.state & (NUD_INCOMPLETE | NUD_PROBE)) !== 0) neighProbe(step, n);
}

/** Resolution failed: each waiting packet's sender is told. @source neigh_invalidate() */
function neighInvalidate(step: StepContext, neigh: Neigh): void {
  const n = setNeigh(step, neigh, { updated: step.jiffies, queue: [] });
  const dev = step.cells.get<NetDevice>(n.device);
  for (const packet of neigh.queue) {
    step.recordPacketDrop(
      dev.netns,
      dev.ref,
      packet,
      packet.kind === "ipv6" ? DROP.NOT_SPECIFIED : DROP.NEIGH_FAILED,
    );
    step.reportUnreachable(dev.ref, packet);
    releaseWaiting(step, packet);
  }
}

/** Flags that only an administrator sets or clears. @source neigh_update_flags() */
function updateFlags(step: StepContext, neigh: Neigh, flags: NeighUpdateFlags): Neigh {
  if (flags.admin !== true) return neigh;
  const kept = NTF_EXT_LEARNED | NTF_MANAGED;
  const next = (neigh.flags & ~kept) | ((flags.ntf ?? 0) & kept);
  return next === neigh.flags ? neigh : setNeigh(step, neigh, { flags: next });
}

/**
 * Something was learned, or an administrator wishes it.
 * @param given null: no link-layer address
 * @source __neigh_update()
 */
export function neighUpdate(
  step: StepContext,
  neigh: Neigh,
  given: Mac | null,
  wanted: number,
  flags: NeighUpdateFlags,
): Result<null> {
  if (flags.admin !== true && (neigh.state & (NUD_NOARP | NUD_PERMANENT)) !== 0) return refused("EPERM");
  const flagged = updateFlags(step, neigh, flags);
  const result = changeState(step, flagged, given, wanted, flags);
  const now = step.cells.get<Neigh | undefined>(neigh.ref);
  if (now === undefined) return result;
  const isListed = ((now.state ^ neigh.state) & NUD_PERMANENT) !== 0 || now.flags !== neigh.flags;
  if (isListed) updateGcList(step, now);
  const isManaged = (now.flags & NTF_MANAGED) !== 0;
  if (isManaged !== ((neigh.flags & NTF_MANAGED) !== 0))
    setManaged(step, familyOf(now.key), now.ref, isManaged);
  return result;
}

function changeState(
  step: StepContext,
  neigh: Neigh,
  given: Mac | null,
  wanted: number,
  flags: NeighUpdateFlags,
): Result<null> {
  const old = neigh.state;
  const now = step.jiffies;
  let state = wanted;
  if (flags.admin === true && ((flags.ntf ?? 0) & (NTF_USE | NTF_MANAGED)) !== 0) {
    setNeigh(step, neigh, { state: old & ~NUD_PERMANENT });
    return DONE;
  }
  if ((state & NUD_VALID) === 0) {
    step.cancelTimer(neigh.ref);
    const n = setNeigh(step, neigh, { state });
    if ((old & (NUD_INCOMPLETE | NUD_PROBE)) !== 0 && (state & NUD_FAILED) !== 0) neighInvalidate(step, n);
    setRouter(step, neigh, flags);
    return DONE;
  }
  const isKnown = (old & NUD_VALID) !== 0;
  if (given === null && !isKnown) return refused("EINVAL", "No link layer address given");
  let lladdr = given ?? neigh.lladdr;
  const isSame = lladdr === neigh.lladdr;
  let confirmed = (wanted & NUD_CONNECTED) !== 0 ? now : neigh.confirmed;
  if (isKnown && !isSame && flags.override !== true) {
    if (flags.weakOverride !== true || (old & NUD_CONNECTED) === 0) {
      if (confirmed !== neigh.confirmed) setNeigh(step, neigh, { confirmed });
      return DONE;
    }
    lladdr = neigh.lladdr;
    state = NUD_STALE;
  } else if (isKnown && isSame && state === NUD_STALE && flags.admin !== true) state = old;
  const { baseReachableMs } = parmsOf(step, neigh);
  if (lladdr !== neigh.lladdr && (state & NUD_CONNECTED) === 0)
    confirmed = now - 2 * JiffiesClock.ofMs(baseReachableMs);
  const isChange = state !== old || lladdr !== neigh.lladdr;
  const probes = state !== old && (state & NUD_PROBE) !== 0 ? 0 : neigh.probes;
  const updated = isChange ? now : neigh.updated;
  const n = setNeigh(step, neigh, { state, lladdr, confirmed, probes, updated });
  if (state !== old) {
    step.cancelTimer(n.ref);
    const wait = (state & NUD_REACHABLE) === 0 ? 0 : reachableTime(step, step.cells.get(n.device), n.key);
    if ((state & NUD_IN_TIMER) !== 0) step.armTimer(n.ref, wait);
    if (!isKnown) releaseQueue(step, n);
  }
  setRouter(step, neigh, flags);
  return DONE;
}

/** @source neigh_update_is_router() */
function setRouter(
  step: StepContext,
  { ref }: Neigh,
  { isRouter, overrideIsRouter }: NeighUpdateFlags,
): void {
  const neigh = step.cells.get<Neigh | undefined>(ref);
  if (neigh === undefined || overrideIsRouter !== true) return;
  const flags = isRouter === true ? neigh.flags | NTF_ROUTER : neigh.flags & ~NTF_ROUTER;
  if (flags !== neigh.flags) setNeigh(step, neigh, { flags });
}

/** Sends what waited, in order. */
function releaseQueue(step: StepContext, neigh: Neigh): void {
  if (neigh.queue.length === 0) return;
  setNeigh(step, neigh, { queue: [] });
  neighOutputRest(step, new RestOfNeigh(neigh.device, neigh.key, neigh.queue));
}

/** Packets that waited for a neighbour whose address an administrator gave. */
export class RestOfNeigh {
  constructor(
    readonly device: number,
    readonly key: NeighKey,
    readonly packets: readonly IpPacket[],
  ) {}
}
registerRecord("RestOfNeigh", RestOfNeigh);

export function neighOutputRest(step: StepContext, { device, key, packets }: RestOfNeigh): void {
  const dev = step.cells.get<NetDevice>(device);
  for (const [at, packet] of packets.entries()) {
    neighOutput(step, dev, key, packet);
    releaseWaiting(step, packet);
    const rest = packets.slice(at + 1);
    if (rest.length > 0 && step.putOff(new RestOfNeigh(device, key, rest))) return;
  }
}

/** An ARP request or its like names its sender. False: there is no room for it. @source neigh_event_ns() */
export function neighEventNs(step: StepContext, dev: NetDevice, sender: NeighKey, lladdr: Mac): boolean {
  const neigh = neighLookup(step, dev, sender) ?? neighCreate(step, dev, sender);
  if (neigh === null) return false;
  neighUpdate(step, neigh, lladdr, NUD_STALE, { override: true });
  return true;
}

/** An address begins to mean everybody: an entry for it that came to nothing goes. @source net/ipv4/arp.c, arp_invalidate() */
export function arpInvalidate(step: StepContext, dev: NetDevice, address: Ipv4Address): void {
  const neigh = neighLookup(step, dev, address);
  if (neigh === null || (neigh.state & NUD_VALID) !== 0) return;
  if ((neigh.state & ~NUD_NOARP) !== 0)
    neighUpdate(step, neigh, null, NUD_FAILED, { override: true, admin: true });
  const failed = neighLookup(step, dev, address);
  if (failed !== null) neighRemove(step, failed);
}

/** Neighbours and proxy entries of a device go. @source __neigh_ifdown() */
export function neighIfdown(
  step: StepContext,
  dev: NetDevice,
  family: NeighFamily,
  keepPermanent = false,
): void {
  if (family === 4) neighFlushDevice(step, dev, keepPermanent);
  else neigh6FlushDevice(step, dev, keepPermanent);
  pneighIfdown(step, dev, family, keepPermanent);
}
