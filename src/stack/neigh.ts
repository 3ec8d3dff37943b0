/**
 * Neighbours: which link-layer address belongs to which IP address, and how sure we are (RFC 4861 states, used for ARP too).
 *
 *   NONE --send--> INCOMPLETE --reply--> REACHABLE --time--> STALE --send--> DELAY --5 s--> PROBE --reply--> REACHABLE
 *                      \--3 requests unanswered--> FAILED <--3 unanswered--/
 *
 * @source net/core/neighbour.c
 */
import type { Errno } from "../core/errno.ts";
import { DONE, type Result, refused } from "../core/result.ts";
import { HZ, JiffiesClock } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import {
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
import type { Mac } from "../wire/mac.ts";
import type { NeighParms } from "./conf.ts";
import {
  deviceKey,
  type Neigh,
  type NeighKey,
  type NeighRef,
  NUD_CONNECTED,
  NUD_IN_TIMER,
  NUD_VALID,
  neighCreate,
  neighLookup,
  neighParms,
  setNeigh,
} from "./neigh-table.ts";
import { chargeWaiting, releaseWaiting } from "./send-buffer.ts";
import { packetTruesize } from "./truesize.ts";

/** How an update may act. @source NEIGH_UPDATE_F_* */
export interface NeighUpdateFlags {
  /** A different address replaces the known one. */
  readonly override: boolean;
  /** An administrator's wish: permanent entries change too. */
  readonly admin: boolean;
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
  if ((neigh.state & NUD_CONNECTED) === 0 && !neighEventSend(step, neigh, packet)) return null;
  return step.devQueueXmit(
    dev.ref,
    new Frame(
      step.newFrameId(),
      step.cells.get(neigh.ref).lladdr,
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
 * @source __neigh_event_send()
 */
function neighEventSend(step: StepContext, neigh: Neigh, packet: IpPacket | null): boolean {
  let n = neigh.used === step.jiffies ? neigh : setNeigh(step, neigh, { used: step.jiffies });
  if ((n.state & (NUD_CONNECTED | NUD_DELAY | NUD_PROBE)) !== 0) return true;
  const parms = parmsOf(step, n);
  let probeNow = false;
  if ((n.state & (NUD_STALE | NUD_INCOMPLETE)) === 0) {
    if (parms.mcastProbes + parms.appProbes === 0) {
      n = setNeigh(step, n, { state: NUD_FAILED, updated: step.jiffies });
      step.cancelTimer(n.ref);
      if (packet !== null)
        step.recordDrop(
          step.cells.get<NetDevice>(n.device).netns,
          n.device,
          0,
          packet.length,
          DROP.NEIGH_FAILED,
        );
      return false;
    }
    n = setNeigh(step, n, { state: NUD_INCOMPLETE, probes: parms.ucastProbes, updated: step.jiffies });
    step.armTimer(n.ref, retransJiffies(parms));
    probeNow = true;
  } else if (n.state === NUD_STALE) {
    n = setNeigh(step, n, { state: NUD_DELAY, updated: step.jiffies });
    step.armTimer(n.ref, parms.delayProbeSec * HZ);
  }
  let sendNow = true;
  if (n.state === NUD_INCOMPLETE) {
    if (packet !== null) n = enqueue(step, n, packet, parms.queueLenBytes);
    sendNow = false;
  }
  if (probeNow) neighProbe(step, n);
  return sendNow;
}

/** Treats an entry as if a packet were to go there (`ip neigh ... use`). */
export function neighUse(step: StepContext, neigh: Neigh): void {
  neighEventSend(step, neigh, null);
}

/** Queues behind the others; the oldest make room. */
function enqueue(step: StepContext, neigh: Neigh, packet: IpPacket, limit: number): Neigh {
  let bytes = packetTruesize(packet.length);
  for (const waiting of neigh.queue) bytes += packetTruesize(waiting.length);
  let first = 0;
  while (bytes > limit && first < neigh.queue.length) {
    const oldest = neigh.queue[first++]!;
    bytes -= packetTruesize(oldest.length);
    step.recordDrop(
      step.cells.get<NetDevice>(neigh.device).netns,
      neigh.device,
      0,
      oldest.length,
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
  const delay = parms.delayProbeSec * HZ;
  let next = now + HZ;
  if (n.state === NUD_REACHABLE) {
    if (now <= n.confirmed + parms.reachableJiffies) next = n.confirmed + parms.reachableJiffies;
    else if (now <= n.used + delay) {
      n = setNeigh(step, n, { state: NUD_DELAY, updated: now });
      next = now + delay;
    } else n = setNeigh(step, n, { state: NUD_STALE, updated: now });
  } else if (n.state === NUD_DELAY) {
    if (now <= n.confirmed + delay) {
      n = setNeigh(step, n, { state: NUD_REACHABLE, updated: now });
      next = n.confirmed + parms.reachableJiffies;
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
    step.recordDrop(dev.netns, dev.ref, 0, packet.length, DROP.NEIGH_FAILED);
    step.reportUnreachable(dev.ref, packet);
    releaseWaiting(step, packet);
  }
}

/**
 * Something was learned, or an administrator wishes it.
 * @param lladdr null: none given
 * @source __neigh_update()
 */
export function neighUpdate(
  step: StepContext,
  neigh: Neigh,
  given: Mac | null,
  wanted: number,
  flags: NeighUpdateFlags,
): Result<null> {
  const old = neigh.state;
  const parms = parmsOf(step, neigh);
  const now = step.jiffies;
  let state = wanted;
  if (!flags.admin && (old & (NUD_NOARP | NUD_PERMANENT)) !== 0) return refused("EPERM");
  if ((state & NUD_VALID) === 0) {
    step.cancelTimer(neigh.ref);
    const n = setNeigh(step, neigh, { state });
    if ((old & (NUD_INCOMPLETE | NUD_PROBE)) !== 0 && state === NUD_FAILED) neighInvalidate(step, n);
    return DONE;
  }
  const isKnown = (old & NUD_VALID) !== 0;
  if (given === null && !isKnown) return refused("EINVAL", "No link layer address given");
  const lladdr = given ?? neigh.lladdr;
  const isSame = isKnown ? lladdr === neigh.lladdr : false;
  if (isKnown) {
    if (!isSame && !flags.override) {
      if ((state & NUD_CONNECTED) !== 0) setNeigh(step, neigh, { confirmed: now });
      return DONE;
    }
    if (isSame && state === NUD_STALE && !flags.admin) state = old;
  }
  let confirmed = (wanted & NUD_CONNECTED) !== 0 ? now : neigh.confirmed;
  if (lladdr !== neigh.lladdr && (state & NUD_CONNECTED) === 0)
    confirmed = now - 2 * JiffiesClock.ofMs(parms.baseReachableMs);
  const isChange = state !== old || lladdr !== neigh.lladdr;
  const probes = state !== old && state === NUD_PROBE ? 0 : neigh.probes;
  const n = setNeigh(step, neigh, {
    state,
    lladdr,
    confirmed,
    probes,
    updated: isChange ? now : neigh.updated,
  });
  if (state === old) return DONE;
  step.cancelTimer(n.ref);
  if ((state & NUD_IN_TIMER) !== 0)
    step.armTimer(n.ref, state === NUD_REACHABLE ? parms.reachableJiffies : 0);
  if (!isKnown) releaseQueue(step, n);
  return DONE;
}

/** Sends what waited, in order. */
function releaseQueue(step: StepContext, neigh: Neigh): void {
  if (neigh.queue.length === 0) return;
  setNeigh(step, neigh, { queue: [] });
  const dev = step.cells.get<NetDevice>(neigh.device);
  for (const packet of neigh.queue) {
    neighOutput(step, dev, neigh.key, packet);
    releaseWaiting(step, packet);
  }
}

/** An ARP request or its like names its sender. @source neigh_event_ns() */
export function neighEventNs(step: StepContext, dev: NetDevice, sender: NeighKey, lladdr: Mac): void {
  const neigh = neighLookup(step, dev, sender) ?? neighCreate(step, dev, sender);
  neighUpdate(step, neigh, lladdr, NUD_STALE, { override: true, admin: false });
}
