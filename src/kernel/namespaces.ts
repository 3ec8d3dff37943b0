/**
 * Network namespaces: made, named, held by names and processes, unmade when nothing holds them.
 * @source net/core/net_namespace.c, setup_net(), cleanup_net(); ip-netns(8)
 */
import { DONE, type Result, refused } from "../core/result.ts";
import { updateDevice } from "../devices/net-device.ts";
import { Netns, type NetnsRef, peerNsid, setPeerNsid, updateNetns } from "../devices/netns.ts";
import { KIND } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import { dropNetStack6, makeNetStack6 } from "../stack/ipv6/net-stack6.ts";
import { makeNetStack, netStack } from "../stack/net-stack.ts";
import { globals, MAIN_NETNS, updateGlobals } from "./globals.ts";
import { devicesToUnmake, makeLoopback, unregisterDevices } from "./links.ts";
import { forgetNsid } from "./notify.ts";

/** From the last holder's end to the end of the devices: the clean-up is a work item behind an RCU grace period. */
const CLEANUP_DELAY_NS = 3_000_000;

/** Fills a namespace's cell, made before by the caller or here. */
export function makeNetns(step: StepContext, name: string | null): NetnsRef {
  const ref: NetnsRef = step.cells.add(new Netns());
  setupNetns(step, ref, name);
  return ref;
}

/** @source setup_net() */
export function setupNetns(step: StepContext, ref: NetnsRef, name: string | null): void {
  const stack = makeNetStack(step, ref);
  updateNetns(step, ref, (ns) => {
    ns.ref = ref;
    ns.stack = stack;
    if (name !== null) ns.names = [name];
  });
  makeNetStack6(step, ref);
  step.record(KIND.netns_new, ref, -1, JSON.stringify({ name }));
  const lo = makeLoopback(step, ref);
  updateNetns(step, ref, (ns) => {
    ns.loopback = lo;
  });
  updateGlobals(step, (g) => {
    g.netnsAll = [...g.netnsAll, ref];
  });
}

/** A holder is gone: was it the last? */
export function releaseNetns(step: StepContext, netns: NetnsRef): void {
  const ns = step.cells.get(netns);
  if (netns === MAIN_NETNS || ns.isDying || ns.names.length > 0 || ns.processes.size > 0) return;
  updateNetns(step, netns, (n) => {
    n.isDying = true;
  });
  step.armAt(netns, step.now + CLEANUP_DELAY_NS);
}

/** @source cleanup_net() */
export function cleanupNetns(step: StepContext, netns: NetnsRef): void {
  // The others forget it before anything of it goes. @source unhash_nsid()
  for (const other of globals(step).netnsAll) if (other !== netns) forgetNsid(step, other, netns);
  const refs = devicesToUnmake(step, netns);
  const both = new Set(refs);
  for (const ref of refs) {
    const { peer } = step.cells.get(ref);
    if (peer >= 0) both.add(peer);
  }
  for (const ref of both)
    updateDevice(step, ref, (d) => {
      d.peer = -1;
    });
  unregisterDevices(step, [...both]);
  unregisterDevices(step, [step.cells.get(netns).loopback]);
  updateGlobals(step, (g) => {
    g.netnsAll = g.netnsAll.filter((other) => other !== netns);
  });
  const stack = netStack(step, netns);
  for (const [, ident] of stack.ipIdents.entries()) step.cells.delete(ident);
  for (const [, queues] of stack.fragmentQueues.entries())
    for (const queue of queues) {
      step.cancelTimer(queue);
      step.cells.delete(queue);
    }
  if (stack.addrCheck >= 0) {
    step.cancelTimer(stack.addrCheck);
    step.cells.delete(stack.addrCheck);
  }
  dropNetStack6(step, netns);
  for (const cell of [stack.mib, stack.icmpLimit, stack.udp, step.cells.get(netns).stack])
    step.cells.delete(cell);
  step.cells.delete(netns);
  step.record(KIND.netns_del, netns, -1, JSON.stringify({ name: null }));
}

/** `ip netns set NAME NSID`; -1: the lowest free. @source rtnl_net_newid() */
export function nsidSet(step: StepContext, asking: NetnsRef, netns: NetnsRef, nsid: number): Result<null> {
  if (peerNsid(step, asking, netns) !== null)
    return refused("EEXIST", "Peer netns already has a nsid assigned");
  const taken = step.cells.get(asking).nsids.map((entry) => entry.nsid);
  if (nsid >= 0 && taken.includes(nsid)) return refused("EEXIST", "The specified nsid is already used");
  let id = nsid;
  if (id < 0) for (id = 0; taken.includes(id); ) id++;
  setPeerNsid(step, asking, netns, id);
  return DONE;
}
