/**
 * What a bridge has learned: which address is behind which port.
 * @source net/bridge/br_fdb.c
 */
import { HZ } from "../../core/timer-wheel.ts";
import type { StepContext } from "../../events/step-context.ts";
import { isValidEtherAddr, type Mac } from "../../wire/mac.ts";
import {
  type Bridge,
  type BridgeCell,
  type BridgePort,
  type FdbCell,
  FdbEntry,
  type PortCell,
  updateBridge,
} from "./bridge.ts";
import { armBridgeTimer } from "./timers.ts";

/** How long an entry lives unheard, in jiffies: shorter while the topology changes. @source hold_time() */
export function holdTime(br: Bridge): number {
  return br.topologyChange ? br.forwardDelay : br.ageingTime;
}

/** @source has_expired() */
export function hasExpired(step: StepContext, br: Bridge, entry: FdbEntry): boolean {
  return !entry.isStatic && !entry.isExternLearned && entry.updated + holdTime(br) <= step.jiffies;
}

export function fdbFind(step: StepContext, br: Bridge, address: Mac): FdbEntry | null {
  const ref = br.fdb.get(address);
  return ref === undefined ? null : step.cells.get(ref);
}

/** The newest first: a cell's number is never used again. @source struct net_bridge, fdb_list */
export function fdbEntries(step: StepContext, br: Bridge): FdbEntry[] {
  return [...br.fdb.entries()]
    .map(([, ref]) => ref)
    .sort((a, b) => b - a)
    .map((ref) => step.cells.get(ref));
}

export interface FdbFlags {
  readonly isLocal?: boolean;
  readonly isStatic?: boolean;
  readonly isSticky?: boolean;
  readonly isAddedByUser?: boolean;
  readonly isExternLearned?: boolean;
}

/** @source fdb_create() */
export function fdbCreate(
  step: StepContext,
  ref: BridgeCell,
  address: Mac,
  port: PortCell | null,
  flags: FdbFlags,
): FdbEntry {
  const now = step.jiffies;
  const entry = new FdbEntry(
    address,
    port,
    flags.isLocal ?? false,
    flags.isStatic ?? false,
    flags.isSticky ?? false,
    flags.isAddedByUser ?? false,
    flags.isExternLearned ?? false,
    now,
    now,
  );
  const cell: FdbCell = step.cells.add(entry);
  const { fdb } = step.cells.get(ref);
  updateBridge(step, ref, (br) => {
    br.fdb = fdb.set(address, cell);
  });
  fdbNotify(step, ref, entry, false);
  return entry;
}

/** @source fdb_delete() */
export function fdbDelete(step: StepContext, ref: BridgeCell, address: Mac): void {
  const { fdb } = step.cells.get(ref);
  const cell = fdb.get(address);
  if (cell === undefined) return;
  const entry = step.cells.get(cell);
  updateBridge(step, ref, (br) => {
    br.fdb = fdb.delete(address);
  });
  step.cells.delete(cell);
  fdbNotify(step, ref, entry, true);
}

export function fdbNotify(step: StepContext, ref: BridgeCell, entry: FdbEntry, isDeleted: boolean): void {
  const br = step.cells.get(ref);
  const { netns } = step.cells.get(br.device);
  step.rtnlNotify(netns, { object: "fdb", subject: { bridge: ref, entry }, isDeleted });
}

/**
 * A frame from this address came in at a port. An entry of the host's own stays, a sticky one keeps its port, any other one
 * moves at once. @source br_fdb_update()
 */
export function fdbLearn(step: StepContext, port: BridgePort, portRef: PortCell, address: Mac): void {
  const br = step.cells.get(port.bridge);
  if (holdTime(br) === 0) return;
  const cell = br.fdb.get(address);
  if (cell === undefined) {
    fdbCreate(step, port.bridge, address, portRef, {});
    return;
  }
  const entry = step.cells.get(cell);
  if (entry.isLocal) return;
  const now = step.jiffies;
  const moves = entry.port !== portRef && !entry.isSticky;
  if (entry.updated === now && !moves) return;
  const own = step.cells.own(cell);
  own.updated = now;
  if (!moves) return;
  own.port = portRef;
  fdbNotify(step, port.bridge, own, false);
}

// ---------------------------------------------------------------------------------------------- the host's own

/**
 * An address of the host's: a port's, or the bridge's own (port null). One that was learned gives way.
 * @source fdb_add_local()
 */
export function fdbAddLocal(step: StepContext, ref: BridgeCell, port: PortCell | null, address: Mac): void {
  if (!isValidEtherAddr(address)) return;
  const old = fdbFind(step, step.cells.get(ref), address);
  if (old !== null) {
    // Two ports may have the same address: the first keeps it.
    if (old.isLocal) return;
    fdbDelete(step, ref, address);
  }
  fdbCreate(step, ref, address, port, { isLocal: true, isStatic: true });
}

/** Another port, or the bridge itself, may have that address, too: then it takes the entry over. @source fdb_delete_local() */
export function fdbDeleteLocal(
  step: StepContext,
  ref: BridgeCell,
  port: PortCell | null,
  address: Mac,
): void {
  const br = step.cells.get(ref);
  const heir = br.ports.find(
    (other) => other !== port && step.cells.get(step.cells.get(other).device).address === address,
  );
  const cell = br.fdb.get(address);
  const takeOver = (to: PortCell | null) => {
    if (cell === undefined) return;
    const own = step.cells.own(cell);
    own.port = to;
    own.isAddedByUser = false;
  };
  const isBridges = port !== null && step.cells.get(br.device).address === address;
  if (heir !== undefined) takeOver(heir);
  else if (isBridges) takeOver(null);
  else fdbDelete(step, ref, address);
}

/** A port has another address now. @source br_fdb_changeaddr() */
export function fdbChangePortAddress(step: StepContext, portRef: PortCell, address: Mac): void {
  const { bridge } = step.cells.get(portRef);
  const old = fdbEntries(step, step.cells.get(bridge)).find(
    (entry) => entry.port === portRef && entry.isLocal && !entry.isAddedByUser,
  );
  if (old !== undefined) {
    if (old.address === address) return;
    fdbDeleteLocal(step, bridge, portRef, old.address);
  }
  fdbAddLocal(step, bridge, portRef, address);
}

/** The bridge has another address now. @source br_fdb_change_mac_address() */
export function fdbChangeBridgeAddress(step: StepContext, ref: BridgeCell, before: Mac, address: Mac): void {
  const old = fdbFind(step, step.cells.get(ref), before);
  if (old?.isLocal === true && old.port === null && !old.isAddedByUser)
    fdbDeleteLocal(step, ref, null, before);
  fdbAddLocal(step, ref, null, address);
}

// ---------------------------------------------------------------------------------------------- going

/** What was learned at a port goes; with `all`, also what stays where it is. @source br_fdb_delete_by_port() */
export function fdbFlushPort(step: StepContext, portRef: PortCell, all: boolean): void {
  const { bridge } = step.cells.get(portRef);
  for (const entry of fdbEntries(step, step.cells.get(bridge))) {
    if (entry.port !== portRef) continue;
    if (!all && (entry.isStatic || entry.isExternLearned)) continue;
    if (entry.isLocal) fdbDeleteLocal(step, bridge, portRef, entry.address);
    else fdbDelete(step, bridge, entry.address);
  }
}

/**
 * The sweep: what has not been heard for too long goes, and the next sweep is when the next entry is due.
 * @source br_fdb_cleanup()
 */
export function fdbCleanup(step: StepContext, ref: BridgeCell): void {
  const br = step.cells.get(ref);
  const hold = holdTime(br);
  let delay = hold;
  for (const entry of fdbEntries(step, br)) {
    if (entry.isStatic || entry.isExternLearned) continue;
    const left = entry.updated + hold - step.jiffies;
    if (left > 0) delay = Math.min(delay, left);
    else fdbDelete(step, ref, entry.address);
  }
  armBridgeTimer(step, br.timers.gc, Math.max(delay, Math.floor(HZ / 100)));
}

/** Which entries go: those of a port (null: the bridge's own) whose flags under a mask are these. */
export interface FdbFlushFilter {
  /** Absent: of all of them. */
  readonly port?: PortCell | null;
  readonly wants: Partial<
    Record<"isLocal" | "isStatic" | "isSticky" | "isAddedByUser" | "isExternLearned", boolean>
  >;
}

/** @source br_fdb_flush(), __fdb_flush_matches() */
export function fdbFlush(step: StepContext, ref: BridgeCell, { port, wants }: FdbFlushFilter): void {
  const flags = Object.entries(wants) as [keyof typeof wants, boolean][];
  for (const entry of fdbEntries(step, step.cells.get(ref))) {
    if (port !== undefined && entry.port !== port) continue;
    if (flags.every(([flag, isSet]) => entry[flag] === isSet)) fdbDelete(step, ref, entry.address);
  }
}
