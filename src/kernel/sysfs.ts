/** /sys/class/net: a directory for each device of the reading namespace. @source net/core/net-sysfs.c */
import { nameTable } from "../core/name-table.ts";
import { granted, type Result, refused } from "../core/result.ts";
import { bridgeOf } from "../devices/bridge/bridge.ts";
import { deviceIflink } from "../devices/linkwatch.ts";
import { type DeviceStats, deviceFlags, isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByName, devicesOf, type NetnsRef } from "../devices/netns.ts";
import { IF_OPER_DOWN, IFF_LOWER_UP, IFF_RUNNING } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatMac } from "../wire/mac.ts";
import { findLink } from "./link-requests.ts";
import { bridgeFileMode, bridgeFileRead, bridgeFiles } from "./sysfs-bridge.ts";

const OPERSTATES = ["unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"];

const STATISTICS: Readonly<Record<string, (s: DeviceStats) => number>> = nameTable({
  collisions: () => 0,
  multicast: (s) => s.multicast,
  rx_bytes: (s) => s.rxBytes,
  rx_compressed: () => 0,
  rx_crc_errors: () => 0,
  rx_dropped: (s) => s.rxDropped,
  rx_errors: (s) => s.rxErrors,
  rx_fifo_errors: () => 0,
  rx_frame_errors: () => 0,
  rx_length_errors: () => 0,
  rx_missed_errors: () => 0,
  rx_nohandler: () => 0,
  rx_over_errors: () => 0,
  rx_packets: (s) => s.rxPackets,
  tx_aborted_errors: () => 0,
  tx_bytes: (s) => s.txBytes,
  tx_carrier_errors: () => 0,
  tx_compressed: () => 0,
  tx_dropped: (s) => s.txDropped,
  tx_errors: (s) => s.txErrors,
  tx_fifo_errors: () => 0,
  tx_heartbeat_errors: () => 0,
  tx_packets: (s) => s.txPackets,
  tx_window_errors: () => 0,
});

/** A value that can be read only while the device is up. */
function whileUp(read: (dev: NetDevice) => unknown): (dev: NetDevice) => unknown {
  return (dev) => (isUp(dev) ? read(dev) : null);
}

const hasSettings = (dev: NetDevice) => dev.kind === "veth" || dev.kind === "bridge";

/** In Mbit/s: a veth's own, or that of a bridge's fastest port; -1: none is up. @source br_get_link_ksettings() */
function speedOf(step: StepContext, dev: NetDevice): number {
  const ports = bridgeOf(step, dev)?.ports;
  if (ports === undefined) return 10_000;
  return ports.some((port) => isUp(step.cells.get(step.cells.get(port).device))) ? 10_000 : -1;
}

/** Attributes; null: EINVAL. */
const ATTRIBUTES: Readonly<Record<string, (dev: NetDevice, step: StepContext) => unknown>> = nameTable({
  addr_assign_type: (d) => d.addrAssignType,
  addr_len: () => 6,
  address: (d) => formatMac(d.address),
  broadcast: (d) => formatMac(d.broadcast),
  carrier: whileUp((d) => (d.hasCarrier ? 1 : 0)),
  carrier_changes: (d) => d.carrierUpCount + d.carrierDownCount,
  carrier_down_count: (d) => d.carrierDownCount,
  carrier_up_count: (d) => d.carrierUpCount,
  dev_id: () => "0x0",
  dev_port: () => 0,
  dormant: whileUp(() => 0), // of the driver, whatever the state is
  duplex: (d) => (hasSettings(d) && isUp(d) ? (d.bridge < 0 ? "full" : "unknown") : null),
  flags: (d) => `0x${(deviceFlags(d) & 0xffff & ~IFF_RUNNING & ~IFF_LOWER_UP).toString(16)}`,
  gro_flush_timeout: (d) => d.groFlushTimeout,
  ifalias: (d) => d.alias ?? "",
  ifindex: (d) => d.ifindex,
  iflink: (d, step) => deviceIflink(step, d),
  link_mode: (d) => d.linkMode,
  mtu: (d) => d.mtu,
  name_assign_type: (d) => d.nameAssignType,
  napi_defer_hard_irqs: (d) => d.napiDeferHardIrqs,
  netdev_group: (d) => d.group | 0,
  operstate: (d) => OPERSTATES[isUp(d) ? d.operState : IF_OPER_DOWN]!,
  proto_down: () => 0,
  speed: (d, step) => (hasSettings(d) && isUp(d) ? speedOf(step, d) : null),
  testing: whileUp(() => 0),
  threaded: () => 0,
  tx_queue_len: (d) => d.txqueuelen | 0,
  type: (d) => d.type,
  uevent: (d) => `${d.bridge < 0 ? "" : "DEVTYPE=bridge\n"}INTERFACE=${d.ifname}\nIFINDEX=${d.ifindex}`,
});

/** The forwarding table in octets. @differs it is empty, see docs/fidelity.md */
const BRIDGE_TABLE = "brforward";
const DIRECTORIES = ["power", "queues", "statistics", "subsystem"];
/** Attributes that can be written. */
const WRITABLE: readonly string[] = [
  "carrier",
  "flags",
  "gro_flush_timeout",
  "ifalias",
  "mtu",
  "napi_defer_hard_irqs",
  "netdev_group",
  "proto_down",
  "threaded",
  "tx_queue_len",
  "uevent",
];
/** What the directories of queues hold; null: there is nothing to tell. @source net/core/net-sysfs.c */
const RX_QUEUE: Readonly<Record<string, string>> = nameTable({ rps_cpus: "0", rps_flow_cnt: "0" });
const TX_QUEUE: Readonly<Record<string, string | null>> = nameTable({
  traffic_class: "0",
  tx_maxrate: "0",
  tx_timeout: "0",
  xps_cpus: "0",
  xps_rxqs: "0",
});
/** What needs several queues to be there. */
const OF_SEVERAL_QUEUES = ["traffic_class", "xps_cpus"];
const POWER: Readonly<Record<string, string | null>> = nameTable({
  autosuspend_delay_ms: null,
  control: "auto",
  runtime_active_time: "0",
  runtime_status: "unsupported",
  runtime_suspended_time: "0",
});
const READ_ONLY_PARTS: readonly string[] = [
  "runtime_active_time",
  "runtime_status",
  "runtime_suspended_time",
  "traffic_class",
  "tx_timeout",
];

function queueNames(dev: NetDevice): string[] {
  const names = (kind: string, count: number) => Array.from({ length: count }, (_, n) => `${kind}-${n}`);
  return [...names("rx", dev.realRxQueues), ...names("tx", dev.realTxQueues)];
}

function queueTable(name: string): Readonly<Record<string, string | null>> {
  return name.startsWith("rx-") ? RX_QUEUE : TX_QUEUE;
}

/** Files in a directory of a device that is none of its attributes; null: there is no such directory. */
function filesIn(dev: NetDevice, directory: readonly string[]): string[] | null {
  const [first, second] = directory;
  if (first === "queues") {
    if (second === undefined) return queueNames(dev);
    return queueNames(dev).includes(second) ? Object.keys(queueTable(second)) : null;
  }
  if (second !== undefined) return null;
  const ofBridge = bridgeFiles(dev, first!);
  if (ofBridge !== null) return [...ofBridge];
  return first === "statistics" ? Object.keys(STATISTICS) : first === "power" ? Object.keys(POWER) : [];
}
/** Attributes whose reading makes pending link-watch work happen. */
const SYNCING = ["carrier", "speed", "duplex"];

export const SYSFS_ROOT = "/sys/class/net";

/** Parts of a path below /sys/class/net; null: not one of ours. */
export function split(path: string): string[] | null {
  if (path === SYSFS_ROOT) return [];
  return path.startsWith(`${SYSFS_ROOT}/`) ? path.slice(SYSFS_ROOT.length + 1).split("/") : null;
}

/**
 * Where a link among a device's files leads, from the directory that it is in: to the bridge that it is a port of, to a bridge's
 * ports. Null: there is no such link.
 * @source net/core/dev.c, netdev_adjacent_sysfs_add(); net/bridge/br_sysfs_if.c
 */
export function sysfsLink(step: StepContext, netns: NetnsRef, path: string): string | null {
  const [ifname, first, second, ...rest] = split(path) ?? [];
  if (first === undefined || rest.length > 0) return null;
  const dev = deviceByName(step, netns, ifname!);
  if (dev === null || dev.ifname !== ifname) return null;
  if (second === undefined) return linkNames(step, dev).get(first) ?? null;
  if (first === "brif") return portNames(step, dev).includes(second) ? `../../${second}/brport` : null;
  const isToBridge = first === "brport" && second === "bridge" && dev.port >= 0;
  return isToBridge ? `../../${step.cells.get(dev.master).ifname}` : null;
}

/** Names of a bridge's ports. */
function portNames(step: StepContext, dev: NetDevice): string[] {
  const ports = bridgeOf(step, dev)?.ports ?? [];
  return ports.map((port) => step.cells.get(step.cells.get(port).device).ifname);
}

function linkNames(step: StepContext, dev: NetDevice): Map<string, string> {
  const links = new Map(portNames(step, dev).map((name) => [`lower_${name}`, `../${name}`]));
  if (dev.master < 0) return links;
  const master = `../${step.cells.get(dev.master).ifname}`;
  return links.set("master", master).set(`upper_${master.slice(3)}`, master);
}

/** The directories that a device has, and the table of a bridge. */
function directoriesOf(dev: NetDevice): string[] {
  const own = dev.bridge >= 0 ? ["bridge", "brif"] : [];
  return [...DIRECTORIES, ...own, ...(dev.port >= 0 ? ["brport"] : [])];
}

export function sysfsType(step: StepContext, netns: NetnsRef, path: string): "file" | "dir" | null {
  if (SYSFS_ROOT.startsWith(`${path}/`) || path === SYSFS_ROOT) return "dir";
  const parts = split(path);
  if (parts === null || deviceByName(step, netns, parts[0]!)?.ifname !== parts[0]) return null;
  if (parts.length === 1) return "dir";
  const dev = deviceByName(step, netns, parts[0]!)!;
  if (parts.length === 2) {
    if (directoriesOf(dev).includes(parts[1]!)) return "dir";
    const isFile = Object.hasOwn(ATTRIBUTES, parts[1]!) || (parts[1] === BRIDGE_TABLE && dev.bridge >= 0);
    return isFile ? "file" : null;
  }
  if (parts[1] === "queues" && parts.length === 3) return queueNames(dev).includes(parts[2]!) ? "dir" : null;
  return filesIn(dev, parts.slice(1, -1))?.includes(parts.at(-1)!) === true ? "file" : null;
}

/** Permission bits of a file. */
export function sysfsMode(path: string): number {
  const parts = split(path) ?? [];
  const ofBridge = parts.length === 3 ? bridgeFileMode(parts[1]!, parts[2]!) : null;
  if (ofBridge !== null) return ofBridge;
  const isWritable =
    parts.length === 2
      ? WRITABLE.includes(parts[1]!)
      : parts[1] !== "statistics" && !READ_ONLY_PARTS.includes(parts.at(-1) ?? "");
  return isWritable ? 0o644 : 0o444;
}

export function sysfsRead(step: StepContext, netns: NetnsRef, path: string): Result<string> {
  const type = sysfsType(step, netns, path);
  if (type === null) return refused("ENOENT");
  if (type === "dir") return refused("EISDIR");
  const parts = split(path)!;
  if (parts.length > 2) return readPart(step, deviceByName(step, netns, parts[0]!)!, parts.slice(1));
  if (parts[1] === BRIDGE_TABLE) return granted("");
  if (SYNCING.includes(parts[1]!)) findLink(step, netns, { ifname: parts[0]! });
  const value = ATTRIBUTES[parts[1]!]!(deviceByName(step, netns, parts[0]!)!, step);
  if (value === null) return refused("EINVAL");
  return granted(value === "" ? "" : `${value}\n`);
}

/** A file of one of the device's directories. */
function readPart(step: StepContext, dev: NetDevice, parts: readonly string[]): Result<string> {
  const name = parts.at(-1)!;
  if (bridgeFiles(dev, parts[0]!) !== null) {
    const text = bridgeFileRead(step, dev, parts[0]!, name);
    return text === null ? refused("EACCES") : granted(text === "" ? "" : `${text}\n`);
  }
  if (parts[0] === "statistics") return granted(`${STATISTICS[name]!(step.cells.get(dev.stats))}\n`);
  if (parts[0] === "queues") {
    if (dev.numTxQueues === 1 && OF_SEVERAL_QUEUES.includes(name)) return refused("ENOENT");
    return granted(`${queueTable(parts[1]!)[name]!}\n`);
  }
  const value = POWER[name]!;
  return value === null ? refused("EIO") : granted(`${value}\n`);
}

export function sysfsReaddir(step: StepContext, netns: NetnsRef, path: string): Result<string[]> {
  if (sysfsType(step, netns, path) !== "dir")
    return refused(sysfsType(step, netns, path) === null ? "ENOENT" : "ENOTDIR");
  const parts = split(path);
  if (parts === null) return granted([path === "/sys" ? "class" : "net"]);
  if (parts.length === 0) return granted(devicesOf(step, netns).map((dev) => dev.ifname));
  const dev = deviceByName(step, netns, parts[0]!)!;
  if (parts.length > 1) {
    if (parts[1] === "brif") return granted(portNames(step, dev));
    return granted([...(filesIn(dev, parts.slice(1)) ?? []), ...(parts[1] === "brport" ? ["bridge"] : [])]);
  }
  const table = dev.bridge >= 0 ? [BRIDGE_TABLE] : [];
  return granted([
    ...Object.keys(ATTRIBUTES),
    ...table,
    ...directoriesOf(dev),
    ...linkNames(step, dev).keys(),
  ]);
}
