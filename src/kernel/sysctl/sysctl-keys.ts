/**
 * The sysctl keys by number and by path. A key is global (`net/ipv4/ip_forward`) or stands once in the directory of each
 * device (`net/ipv4/conf/DEV/rp_filter`); the `conf` directories have `all` and `default` besides.
 * A network namespace other than the machine's first has no `neigh/default`.
 */

import { assert } from "../../core/assert.ts";
import { nameTable } from "../../core/name-table.ts";
import { isRefused, type SysctlValue, sysctlFormat, sysctlParse } from "./sysctl-kinds.ts";
import * as table from "./sysctl-table.ts";

/** Where a value stands: global keys and `all` 0, `default` 1, a device 1 + its ifindex. */
export type SysctlSlot = number;
export const SLOT_GLOBAL = 0;
export const SLOT_ALL = 0;
export const SLOT_DEFAULT = 1;
const SLOT_LO = 2;

export function sysctlSlot(ifindex: number): SysctlSlot {
  return ifindex + 1;
}

export interface SysctlKey {
  readonly id: number;
  /** Directory under /proc/sys, for per-device keys that above the devices' names. */
  readonly dir: string;
  readonly name: string;
  readonly perDevice: boolean;
  readonly kind: string;
  readonly mode: number;
  /** How a write spreads, see `sysctl-table.ts`. */
  readonly spread: "" | "d" | "A" | "c" | "f";
  /** The key under which the value is stored, if this one is another view of it. */
  readonly storedAs: string | null;
  readonly defaults: SysctlDefaults;
}

interface SysctlDefaults {
  readonly all: SysctlValue;
  readonly device: SysctlValue;
  readonly lo: SysctlValue;
}

/** Files that show the value of another one, some in another unit. */
const VIEWS: Readonly<Record<string, string>> = nameTable({
  "net/ipv4/ip_forward": "net/ipv4/conf/*/forwarding",
  "net/ipv6/route/gc_min_interval": "net/ipv6/route/gc_min_interval_ms",
  "net/mptcp/pm_type": "net/mptcp/path_manager",
  "net/ipv4/neigh/*/base_reachable_time": "net/ipv4/neigh/*/base_reachable_time_ms",
  "net/ipv6/neigh/*/base_reachable_time": "net/ipv6/neigh/*/base_reachable_time_ms",
  "net/ipv4/neigh/*/retrans_time": "net/ipv4/neigh/*/retrans_time_ms",
  "net/ipv6/neigh/*/retrans_time": "net/ipv6/neigh/*/retrans_time_ms",
  "net/ipv4/neigh/*/unres_qlen": "net/ipv4/neigh/*/unres_qlen_bytes",
  "net/ipv6/neigh/*/unres_qlen": "net/ipv6/neigh/*/unres_qlen_bytes",
});

/** The stored form of a default value: checks know no limits here. */
function initial(kind: string, text: string): SysctlValue {
  if (kind === "ro") return /^-?[0-9]+$/.test(text) ? Number(text) : text;
  if (
    kind === "vec3" ||
    kind === "gids" ||
    kind === "ports" ||
    kind === "key" ||
    kind === "secret" ||
    text === ""
  )
    return text;
  const bare = kind === "mtu" || kind === "low" || kind === "high" ? "i" : kind;
  const value = sysctlParse(bare, text, { current: 0, other: 0 });
  assert(!isRefused(value), `default value ${text} of a ${kind}`);
  return value;
}

function keysOf(text: string, dir: string, perDevice: boolean, firstId: number): SysctlKey[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line, n) => {
    const [path, kindAndMode, ...rest] = line.split(" ");
    const [kind, mode] = kindAndMode!.split("@") as [string, string | undefined];
    const options = perDevice ? rest.splice(1) : [];
    const device = rest.join(" ");
    const option = (name: string) => options.find((o) => o.startsWith(`${name}=`))?.slice(name.length + 1);
    const at = path!.lastIndexOf("/");
    const full = `${dir}/${perDevice ? "*/" : ""}${path}`;
    let known: SysctlDefaults | null = null;
    return {
      id: firstId + n,
      dir: at < 0 ? dir : `${dir}/${path!.slice(0, at)}`,
      name: path!.slice(at + 1),
      perDevice,
      kind,
      mode: mode === undefined ? (kind === "ro" ? 0o444 : 0o644) : Number.parseInt(mode, 8),
      spread: (options.find((o) => o.length === 1) ?? "") as SysctlKey["spread"],
      storedAs: VIEWS[full] ?? null,
      // Read when somebody asks: to do so for all of them was a twentieth of a start.
      get defaults() {
        known ??= {
          all: initial(kind, option("all") ?? device),
          device: initial(kind, device),
          lo: initial(kind, option("lo") ?? device),
        };
        return known;
      },
    };
  });
}

function allKeys(): readonly SysctlKey[] {
  const keys = keysOf(table.GLOBAL_KEYS, "net", false, 0);
  keys.push(...keysOf(table.IPV4_CONF_KEYS, "net/ipv4/conf", true, keys.length));
  keys.push(...keysOf(table.IPV6_CONF_KEYS, "net/ipv6/conf", true, keys.length));
  keys.push(...keysOf(table.IPV4_NEIGH_KEYS, "net/ipv4/neigh", true, keys.length));
  keys.push(...keysOf(table.IPV6_NEIGH_KEYS, "net/ipv6/neigh", true, keys.length));
  return Object.freeze(keys);
}

/** Keys by their number. */
export const SYSCTL_KEYS: readonly SysctlKey[] = allKeys();

/** The path of a key with `*` in place of the device. */
export function sysctlPattern(key: SysctlKey): string {
  return `${key.dir}/${key.perDevice ? "*/" : ""}${key.name}`;
}

const BY_PATTERN: ReadonlyMap<string, SysctlKey> = new Map(
  SYSCTL_KEYS.map((key) => [sysctlPattern(key), key]),
);

/** A key by its path, `*` in place of a device's name: `net/ipv4/conf/*\/rp_filter`. */
export function sysctlKey(pattern: string): SysctlKey {
  const key = BY_PATTERN.get(pattern);
  assert(key !== undefined, `no sysctl ${pattern}`);
  return key;
}

/** The key whose cell holds the value. */
export function storageOf(key: SysctlKey): SysctlKey {
  return key.storedAs === null ? key : sysctlKey(key.storedAs);
}

/** The value in a namespace where nobody wrote to it. */
export function sysctlInitial(key: SysctlKey, slot: SysctlSlot): SysctlValue {
  if (!key.perDevice || slot === SLOT_ALL) return key.defaults.all;
  return slot === SLOT_LO ? key.defaults.lo : key.defaults.device;
}

/** A device as the paths know it. */
export interface SysctlDevice {
  readonly ifname: string;
  readonly ifindex: number;
  /** Under 1280 the device has no IPv6 directories. Also the default of its `net/ipv6/conf/DEV/mtu`. */
  readonly mtu: number;
}

export interface SysctlPlace {
  readonly key: SysctlKey;
  readonly slot: SysctlSlot;
}

const DEVICE_PATH = /^(net\/ipv[46]\/(?:conf|neigh))\/([^/]+)(?:\/([^/]+))?$/;
const IPV6_MIN_MTU = 1280;

function slotByName(dir: string, name: string, devices: readonly SysctlDevice[]): SysctlSlot | null {
  if (dir.endsWith("conf") && name === "all") return SLOT_ALL;
  if (dir.endsWith("conf") && name === "default") return SLOT_DEFAULT;
  const device = devices.find((dev) => dev.ifname === name);
  if (device === undefined || (dir.startsWith("net/ipv6") && device.mtu < IPV6_MIN_MTU)) return null;
  return sysctlSlot(device.ifindex);
}

/** The file at a path such as `net/ipv4/conf/v0/accept_local`; null: there is none. */
export function sysctlResolve(path: string, devices: readonly SysctlDevice[]): SysctlPlace | null {
  const match = DEVICE_PATH.exec(path);
  const key = BY_PATTERN.get(match === null ? path : `${match[1]}/*/${match[3]}`);
  if (key === undefined) return null;
  if (match === null) return key.perDevice ? null : { key, slot: SLOT_GLOBAL };
  const slot = slotByName(match[1]!, match[2]!, devices);
  return slot === null ? null : { key, slot };
}

/** The names in a directory such as `net/ipv4/conf`, sorted bytewise; null: no such directory. */
export function sysctlReaddir(dir: string, devices: readonly SysctlDevice[]): readonly string[] | null {
  const match = DEVICE_PATH.exec(dir);
  if (match !== null && match[3] === undefined) {
    if (slotByName(match[1]!, match[2]!, devices) === null) return null;
    return SYSCTL_KEYS.filter((key) => key.perDevice && key.dir === match[1]).map((key) => key.name);
  }
  const names = new Set<string>();
  for (const key of SYSCTL_KEYS) {
    if (key.dir === dir && !key.perDevice) names.add(key.name);
    else if (key.dir.startsWith(`${dir}/`)) names.add(key.dir.slice(dir.length + 1).split("/", 1)[0]!);
  }
  if (/^net\/ipv[46]\/(conf|neigh)$/.test(dir)) {
    const named = ["all", "default", ...devices.map((dev) => dev.ifname)];
    for (const name of named) if (slotByName(dir, name, devices) !== null) names.add(name);
  }
  return names.size === 0 ? null : [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Paths of all files at or under a path, directories before their later siblings. */
export function sysctlList(path: string, devices: readonly SysctlDevice[]): readonly string[] {
  if (sysctlResolve(path, devices) !== null) return [path];
  const names = sysctlReaddir(path, devices) ?? [];
  return names.flatMap((name) => sysctlList(`${path}/${name}`, devices));
}

/** The text that a fresh namespace shows, without the newline; null: no such file. */
export function sysctlDefault(path: string, devices: readonly SysctlDevice[]): string | null {
  const place = sysctlResolve(path, devices);
  if (place === null) return null;
  const key = storageOf(place.key);
  if (key.kind === "mtu" && place.slot > SLOT_DEFAULT)
    return `${devices.find((dev) => sysctlSlot(dev.ifindex) === place.slot)?.mtu}`;
  return sysctlFormat(place.key.kind, sysctlInitial(key, place.slot));
}
