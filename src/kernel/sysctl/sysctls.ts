/**
 * The sysctls of one network namespace: only what somebody wrote is stored, so a fresh namespace stores nothing.
 * The kernel's own code reads numbers (`sysctlNumber`), user space reads and writes texts by path.
 */

import type { Errno } from "../../core/errno.ts";
import { IntMap } from "../../core/int-map.ts";
import { nameTable } from "../../core/name-table.ts";
import { granted, type Result, refused } from "../../core/result.ts";
import {
  SLOT_ALL,
  SLOT_DEFAULT,
  SYSCTL_KEYS,
  type SysctlDevice,
  type SysctlKey,
  type SysctlPlace,
  type SysctlSlot,
  storageOf,
  sysctlInitial,
  sysctlKey,
  sysctlReaddir,
  sysctlResolve,
  sysctlSlot,
} from "./sysctl-keys.ts";
import { isRefused, type Limits, type SysctlValue, sysctlFormat, sysctlParse } from "./sysctl-kinds.ts";

/** Values that differ from the defaults, by `cell(slot, key)`. */
export type Sysctls = IntMap<SysctlValue>;
export const NO_SYSCTLS: Sysctls = IntMap.empty<SysctlValue>();

const KEYS_PER_SLOT = 1024;
/** Stands in a device's slot once it had an IPv4 address: from then on `default` does not reach it. */
const PINNED = KEYS_PER_SLOT - 1;

function cell(slot: SysctlSlot, id: number): number {
  return slot * KEYS_PER_SLOT + id;
}

function valueAt(state: Sysctls, key: SysctlKey, slot: SysctlSlot): SysctlValue {
  const own = state.get(cell(slot, key.id));
  if (own !== undefined) return own;
  if (slot > SLOT_DEFAULT && key.perDevice) {
    const inherited = state.get(cell(SLOT_DEFAULT, key.id));
    if (inherited !== undefined) return inherited;
  }
  return sysctlInitial(key, slot);
}

/**
 * A value for the kernel's own use. Times are in jiffies of 4 ms, queue lengths in octets.
 * @param id of a key as stored, not of another view of it: `sysctlKey("net/ipv4/conf/*\/rp_filter").id`
 */
export function sysctlNumber(state: Sysctls, id: number, slot: SysctlSlot): number {
  const own = state.get(cell(slot, id));
  return (own === undefined ? valueAt(state, SYSCTL_KEYS[id]!, slot) : own) as number;
}

/** The same of a setting that is text, such as a range. */
export function sysctlText(state: Sysctls, id: number, slot: SysctlSlot): string {
  return String(state.get(cell(slot, id)) ?? valueAt(state, SYSCTL_KEYS[id]!, slot));
}

/** Sets a value that the kernel itself changes. */
export function sysctlStore(state: Sysctls, id: number, slot: SysctlSlot, value: SysctlValue): Sysctls {
  return state.set(cell(slot, id), value);
}

const NEITHER: Result<never> = refused("ENOENT");

function place(path: string, devices: readonly SysctlDevice[]): Result<SysctlPlace> {
  const found = sysctlResolve(path, devices);
  if (found !== null) return granted(found);
  return sysctlReaddir(path, devices) === null ? NEITHER : refused("EISDIR");
}

function deviceMtu(slot: SysctlSlot, devices: readonly SysctlDevice[]): number {
  return devices.find((dev) => sysctlSlot(dev.ifindex) === slot)?.mtu ?? 0;
}

function shown(state: Sysctls, at: SysctlPlace, devices: readonly SysctlDevice[]): SysctlValue {
  const key = storageOf(at.key);
  const isOwnMtu =
    key.kind === "mtu" && at.slot > SLOT_DEFAULT && state.get(cell(at.slot, key.id)) === undefined;
  return isOwnMtu ? deviceMtu(at.slot, devices) : valueAt(state, key, at.slot);
}

/** What reading a file under /proc/sys gives, with the newline. EACCES for those that can only be written. */
export function sysctlRead(state: Sysctls, path: string, devices: readonly SysctlDevice[]): Result<string> {
  const found = place(path, devices);
  if (!found.ok) return found;
  const { key } = found.value;
  if ((key.mode & 0o400) === 0) return refused("EACCES");
  const value = shown(state, found.value, devices);
  if (key.kind === "secret" && value === "") return refused("EIO");
  return granted(`${sysctlFormat(key.kind, value)}\n`);
}

/** The file beside this one that limits it. */
const LIMITED_BY: Readonly<Record<string, (name: string) => string>> = nameTable({
  low: (name) => name.replace("_low_", "_high_"),
  high: (name) => name.replace("_high_", "_low_"),
  ports: () => "ip_unprivileged_port_start",
});

function limits(state: Sysctls, at: SysctlPlace, devices: readonly SysctlDevice[]): Limits {
  const current = shown(state, at, devices);
  if (at.key.kind === "mtu") {
    return { current, other: at.slot > SLOT_DEFAULT ? deviceMtu(at.slot, devices) : 2147483647 };
  }
  const sibling = LIMITED_BY[at.key.kind]?.(at.key.name);
  if (sibling === undefined) return { current, other: 0 };
  return { current, other: Number(valueAt(state, sysctlKey(`${at.key.dir}/${sibling}`), at.slot)) };
}

/** A stored value that a write changed. */
export interface SysctlChange {
  readonly key: SysctlKey;
  readonly slot: SysctlSlot;
  readonly value: SysctlValue;
}

export interface SysctlWritten {
  readonly state: Sysctls;
  /** In the order of writing; what was written first. Values that came out the same are left out. */
  readonly changes: readonly SysctlChange[];
  /** Why the write failed, although it left a trace. */
  readonly errno?: Errno;
}

class Writer {
  readonly changes: SysctlChange[] = [];

  constructor(
    public state: Sysctls,
    private readonly devices: readonly SysctlDevice[],
  ) {}

  set(key: SysctlKey, slot: SysctlSlot, value: SysctlValue): void {
    if (shown(this.state, { key, slot }, this.devices) !== value) this.changes.push({ key, slot, value });
    this.state = this.state.set(cell(slot, key.id), value);
  }

  setEverywhere(key: SysctlKey, value: SysctlValue): void {
    for (const device of this.devices) this.set(key, sysctlSlot(device.ifindex), value);
  }

  /** Before `default` changes: writes down what devices have by now that must not follow it. */
  keepDevices(key: SysctlKey): void {
    for (const { ifindex } of this.devices) {
      const slot = sysctlSlot(ifindex);
      if (this.state.get(cell(slot, key.id)) !== undefined || key.kind === "mtu") continue;
      const follows = key.spread === "d" && this.state.get(cell(slot, PINNED)) === undefined;
      if (!follows) this.state = this.state.set(cell(slot, key.id), valueAt(this.state, key, slot));
    }
  }
}

const FORWARDING = sysctlKey("net/ipv4/conf/*/forwarding");
const FORWARDING6 = sysctlKey("net/ipv6/conf/*/forwarding");
const FORCE_FORWARDING6 = sysctlKey("net/ipv6/conf/*/force_forwarding");
const ACCEPT_REDIRECTS = sysctlKey("net/ipv4/conf/*/accept_redirects");

/** A write to `all`: @source net/ipv4/devinet.c inet_forward_change(), net/ipv6/addrconf.c; as seen on a real kernel. */
function writeAll(out: Writer, key: SysctlKey, value: SysctlValue): void {
  const isChanged = valueAt(out.state, key, SLOT_ALL) !== value;
  out.set(key, SLOT_ALL, value);
  if (key.spread === "" || key.spread === "d") return;
  if (key.spread !== "A" && !isChanged) return;
  if (key === FORWARDING) out.set(ACCEPT_REDIRECTS, SLOT_ALL, value === 0 ? 1 : 0);
  if (key.spread !== "f") {
    out.keepDevices(key);
    out.set(key, SLOT_DEFAULT, value);
  }
  out.setEverywhere(key, value);
  if (key === FORWARDING6 && value === 0) out.setEverywhere(FORCE_FORWARDING6, 0);
}

/**
 * A write of `text` to a file under /proc/sys. Nothing written (no octets) changes nothing.
 * @param devices all devices of the namespace: some writes reach each of them
 */
export function sysctlWrite(
  state: Sysctls,
  path: string,
  text: string,
  devices: readonly SysctlDevice[],
): Result<SysctlWritten> {
  const found = place(path, devices);
  if (!found.ok) return found;
  const { key: view, slot } = found.value;
  if ((view.mode & 0o200) === 0) return refused("EACCES");
  if (text === "" || view.kind === "flush") return granted({ state, changes: [] });
  const value = sysctlParse(view.kind, text, limits(state, found.value, devices));
  const key = storageOf(view);
  if (isRefused(value)) {
    // The attempt alone is held to be the user's choice: `default` does not reach the device any more.
    if (key.spread === "d" && slot > SLOT_DEFAULT)
      return granted({
        state: state.set(cell(slot, key.id), valueAt(state, key, slot)),
        changes: [],
        errno: value.errno,
      });
    return refused(value.errno);
  }
  const out = new Writer(state, devices);
  if (slot === SLOT_ALL && key.perDevice) writeAll(out, key, value);
  else {
    if (slot === SLOT_DEFAULT) out.keepDevices(key);
    out.set(key, slot, value);
  }
  return granted({ state: out.state, changes: out.changes });
}

/** To be called when a device gets an IPv4 address: `default` does not reach it any more. */
export function sysctlPinDevice(state: Sysctls, ifindex: number): Sysctls {
  return state.set(cell(sysctlSlot(ifindex), PINNED), 1);
}

/** To be called when a device goes, to another namespace too. */
export function sysctlForgetDevice(state: Sysctls, ifindex: number): Sysctls {
  let next = state;
  for (const [at] of state.entries()) {
    if (Math.floor(at / KEYS_PER_SLOT) === sysctlSlot(ifindex)) next = next.delete(at);
  }
  return next;
}

/** To be called when a device's MTU changes: its IPv6 MTU follows. */
export function sysctlMtuChanged(state: Sysctls, ifindex: number): Sysctls {
  return state.delete(cell(sysctlSlot(ifindex), sysctlKey("net/ipv6/conf/*/mtu").id));
}

/** The path of a stored value, for the log: `net/ipv4/conf/v0/rp_filter`. */
export function sysctlPath(at: SysctlPlace, devices: readonly SysctlDevice[]): string {
  if (!at.key.perDevice) return `${at.key.dir}/${at.key.name}`;
  const device = devices.find((dev) => sysctlSlot(dev.ifindex) === at.slot);
  const name = device?.ifname ?? (at.slot === SLOT_ALL ? "all" : "default");
  return `${at.key.dir}/${name}/${at.key.name}`;
}
