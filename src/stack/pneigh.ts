/**
 * Proxy entries: addresses of others that a host answers for, and the requests whose answers it delays at random.
 * @source net/core/neighbour.c, pneigh_lookup(), pneigh_enqueue(), neigh_proxy_process()
 */
import { isUp, type NetDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Frame } from "../wire/frame.ts";
import type { NeighParms } from "./conf.ts";
import { type NeighKey, neighParms } from "./neigh-table.ts";
import { type NeighFamily, ProxyQueue, proxyQueueRef } from "./neigh-tables.ts";
import { netStack, updateNetStack } from "./net-stack.ts";

/** @source struct pneigh_entry */
export interface Pneigh {
  readonly key: NeighKey;
  /** -1: for requests on any device. */
  readonly device: number;
  /** NTF_* */
  readonly flags: number;
  /** It outlives a loss of carrier. */
  readonly isPermanent: boolean;
  /** RTPROT_* */
  readonly protocol: number;
}

function familyOf(key: NeighKey): NeighFamily {
  return typeof key === "bigint" ? 6 : 4;
}

/** The entry for a key that counts on a device, or (-1) on all of them. */
export function pneighLookup(
  step: StepContext,
  netns: NetnsRef,
  key: NeighKey,
  device: number,
): Pneigh | null {
  const found = netStack(step, netns).proxies.find(
    (p) => p.key === key && (p.device === device || p.device < 0),
  );
  return found ?? null;
}

/** @source __pneigh_lookup_1(), pneigh_hash(): the last four octets of the key, as a little-endian machine reads them */
function bucketOf(key: NeighKey): number {
  const last = typeof key === "bigint" ? Number(key & 0xffff_ffffn) : key;
  let hash =
    ((last >>> 24) | ((last >>> 8) & 0xff00) | ((last << 8) & 0xff_0000) | ((last & 0xff) << 24)) >>> 0;
  hash ^= hash >>> 16;
  hash ^= hash >>> 8;
  hash ^= hash >>> 4;
  return hash & 0xf;
}

/** Makes an entry, or changes the one that counts there. A protocol of 0 leaves that as it is. */
export function pneighCreate(step: StepContext, netns: NetnsRef, wanted: Pneigh): void {
  const known = pneighLookup(step, netns, wanted.key, wanted.device);
  updateNetStack(step, netns, (stack) => {
    if (known === null) stack.proxies = [wanted, ...stack.proxies];
    else {
      const protocol = wanted.protocol === 0 ? known.protocol : wanted.protocol;
      const changed = { ...known, flags: wanted.flags, isPermanent: wanted.isPermanent, protocol };
      stack.proxies = stack.proxies.map((p) =>
        p.key === known.key && p.device === known.device ? changed : p,
      );
    }
  });
}

/** False: there is none. @source pneigh_delete() */
export function pneighDelete(step: StepContext, netns: NetnsRef, key: NeighKey, device: number): boolean {
  const { proxies } = netStack(step, netns);
  const rest = proxies.filter((p) => p.device !== device || p.key !== key);
  if (rest.length === proxies.length) return false;
  updateNetStack(step, netns, (stack) => {
    stack.proxies = rest;
  });
  return true;
}

/** In the order of the table: by bucket, the newest first. @source pneigh_dump_table() */
export function pneighDump(step: StepContext, netns: NetnsRef, family: NeighFamily): Pneigh[] {
  const entries = netStack(step, netns).proxies.filter((p) => familyOf(p.key) === family);
  return [...entries].sort((a, b) => bucketOf(a.key) - bucketOf(b.key));
}

/**
 * A device goes down: its entries go, and requests that wait anywhere in its namespace.
 * @param keepPermanent as on loss of carrier
 * @source pneigh_ifdown_and_unlock(), pneigh_queue_purge()
 */
export function pneighIfdown(
  step: StepContext,
  dev: NetDevice,
  family: NeighFamily,
  keepPermanent: boolean,
): void {
  const goes = (p: Pneigh) =>
    p.device === dev.ref && familyOf(p.key) === family && !(keepPermanent && p.isPermanent);
  if (netStack(step, dev.netns).proxies.some(goes))
    updateNetStack(step, dev.netns, (stack) => {
      stack.proxies = stack.proxies.filter((p) => !goes(p as Pneigh));
    });
  const ref = proxyQueueRef(family);
  const { requests } = step.cells.get(ref);
  const isOf = (device: number) => step.cells.get<NetDevice>(device).netns === dev.netns;
  if (!requests.some((request) => isOf(request.device))) return;
  for (const { device, frame } of requests)
    if (isOf(device)) step.recordDrop(dev.netns, device, frame.id, frame.length, DROP.NOT_SPECIFIED);
  const rest = requests.filter((request) => !isOf(request.device));
  step.cells.set(ref, new ProxyQueue(family, rest));
  if (rest.length === 0) step.cancelTimer(ref);
}

/** Lets a request wait for a random part of proxy_delay. @source pneigh_enqueue() */
export function pneighEnqueue(
  step: StepContext,
  dev: NetDevice,
  family: NeighFamily,
  parms: NeighParms,
  frame: Frame,
): void {
  const ref = proxyQueueRef(family);
  const { requests } = step.cells.get(ref);
  if (requests.filter((request) => request.device === dev.ref).length > parms.proxyQlen) {
    step.recordDrop(dev.netns, dev.ref, frame.id, frame.length, DROP.NOT_SPECIFIED);
    return;
  }
  const due = step.jiffies + step.draw("neigh/proxy", parms.proxyDelayJiffies);
  const next = [...requests, { device: dev.ref, frame, due }];
  step.cells.set(ref, new ProxyQueue(family, next));
  armProxyTimer(step, ref, next);
}

function armProxyTimer(step: StepContext, ref: number, requests: ProxyQueue["requests"]): void {
  let soonest = Number.POSITIVE_INFINITY;
  for (const { due } of requests) soonest = Math.min(soonest, due);
  step.armTimer(ref, soonest - step.jiffies);
}

/**
 * Some requests have waited long enough.
 * @param redo takes one up again
 * @source neigh_proxy_process()
 */
export function neighProxyProcess(
  step: StepContext,
  ref: number,
  redo: (dev: NetDevice, frame: Frame) => void,
): void {
  const { family, requests } = step.cells.get<ProxyQueue>(ref);
  const waiting = requests.filter(({ due }) => due > step.jiffies);
  step.cells.set(ref, new ProxyQueue(family, waiting));
  if (waiting.length > 0) armProxyTimer(step, ref, waiting);
  for (const { device, frame, due } of requests) {
    if (due > step.jiffies) continue;
    const dev = step.cells.get<NetDevice>(device);
    if (isUp(dev)) redo(dev, frame);
    else step.recordDrop(dev.netns, device, frame.id, frame.length, DROP.NOT_SPECIFIED);
  }
}

/** Settings of a device for the answers that it gives for others. */
export function proxyParms(step: StepContext, dev: NetDevice, family: NeighFamily): NeighParms {
  return neighParms(step, dev, family === 6 ? 0n : 0);
}
