import { immerable } from "immer";
import type { Cell } from "../core/cell-table.ts";
import { IntMap } from "../core/int-map.ts";
import { registerRecord } from "../core/record-codec.ts";
import { updateRecord } from "../core/update-record.ts";
import type { StepContext } from "../events/step-context.ts";
import type { DeviceRef, NetDevice } from "./net-device.ts";

export type NetnsRef = Cell<Netns>;

/**
 * A network namespace: its devices and the ids it gave to other namespaces.
 * @source include/net/net_namespace.h
 */
export class Netns {
  static readonly [immerable] = true;
  /** Its own cell, which also is its number in the log. */
  ref: NetnsRef = 0;
  /** Highest ifindex handed out; numbers are not used again. */
  ifindexLast = 0;
  /** Devices by ifindex. */
  byIndex: IntMap<DeviceRef> = IntMap.empty();
  /** Devices in order of ifindex: the order of dumps. */
  devices: readonly DeviceRef[] = [];
  /** Devices and altnames by hash of the name. */
  byName: IntMap<readonly { readonly name: string; readonly device: DeviceRef }[]> = IntMap.empty();
  /** Ids of peer namespaces, from 0 (NETNSA_NSID). */
  nsids: readonly { readonly nsid: number; readonly netns: NetnsRef }[] = [];
  /** Names under /run/netns, newest first. */
  names: readonly string[] = [];
  /** Processes that live in it, by pid. */
  processes: IntMap<true> = IntMap.empty();
  /** Cell of the namespace's protocol stack. */
  stack = -1;
  loopback: DeviceRef = -1;
  /** Netlink sockets that get its notifications. */
  listeners: readonly Cell<unknown>[] = [];
  /** Nothing holds it any more: the clean-up worker will unmake it. */
  isDying = false;

  /** A copy that differs in its processes: each command of a script comes and goes, too often for a draft. */
  withProcesses(processes: IntMap<true>): Netns {
    return Object.assign(new Netns(), this, { processes });
  }
}
registerRecord("Netns", Netns);

/** FNV-1a over UTF-16 units: keys tables by name, so that no name can be special. */
export function nameKey(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

export function deviceByName(step: StepContext, netns: NetnsRef, name: string): NetDevice | null {
  const found = step.cells
    .get(netns)
    .byName.get(nameKey(name))
    ?.find((entry) => entry.name === name);
  return found === undefined ? null : step.cells.get(found.device);
}

export function deviceByIndex(step: StepContext, netns: NetnsRef, ifindex: number): NetDevice | null {
  const ref = step.cells.get(netns).byIndex.get(ifindex);
  return ref === undefined ? null : step.cells.get(ref);
}

/** Devices of a namespace by ifindex. */
export function devicesOf(step: StepContext, netns: NetnsRef): NetDevice[] {
  return step.cells.get(netns).devices.map((ref) => step.cells.get(ref));
}

/** Id of `other` as seen from `netns`; null: none yet. */
export function peerNsid(step: StepContext, netns: NetnsRef, other: NetnsRef): number | null {
  return step.cells.get(netns).nsids.find((entry) => entry.netns === other)?.nsid ?? null;
}

/** The namespace that `netns` knows by an id; null: none. */
export function netnsByNsid(step: StepContext, netns: NetnsRef, nsid: number): NetnsRef | null {
  return step.cells.get(netns).nsids.find((entry) => entry.nsid === nsid)?.netns ?? null;
}

/**
 * Id of `other` as seen from `netns`, made if there is none: the lowest free number.
 * @source net/core/net_namespace.c, peernet2id_alloc()
 */
export function peerNsidAlloc(step: StepContext, netns: NetnsRef, other: NetnsRef): number {
  const known = peerNsid(step, netns, other);
  if (known !== null) return known;
  const taken = new Set(step.cells.get(netns).nsids.map((entry) => entry.nsid));
  let nsid = 0;
  while (taken.has(nsid)) nsid++;
  setPeerNsid(step, netns, other, nsid);
  return nsid;
}

export function setPeerNsid(step: StepContext, netns: NetnsRef, other: NetnsRef, nsid: number): void {
  updateNetns(step, netns, (ns) => {
    ns.nsids = [...ns.nsids, { nsid, netns: other }].sort((a, b) => a.nsid - b.nsid);
  });
  step.rtnlNotify(netns, { object: "nsid", subject: { nsid, netns: other } });
}

/** Changes a namespace's record. Tables in it are persistent maps: assign new ones. */
export function updateNetns(step: StepContext, ref: NetnsRef, recipe: (draft: Netns) => void): void {
  step.cells.set(ref, updateRecord(step.cells.get(ref), recipe));
}
