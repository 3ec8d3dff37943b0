/** /sys/class/net: a directory for each device of the reading namespace. @source net/core/net-sysfs.c */
import { nameTable } from "../core/name-table.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { deviceIflink } from "../devices/linkwatch.ts";
import { type DeviceStats, deviceFlags, isUp, type NetDevice, updateDevice } from "../devices/net-device.ts";
import { deviceByName, devicesOf, type NetnsRef } from "../devices/netns.ts";
import { IF_OPER_DORMANT, IF_OPER_DOWN, IFF_LOWER_UP, IFF_RUNNING } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatMac } from "../wire/mac.ts";
import { changeFlags, changeMtu, findLink } from "./link-requests.ts";
import { onCarrierSettled } from "./notify.ts";

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

const hasSettings = (dev: NetDevice) => dev.kind === "veth";

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
  dormant: whileUp((d) => (d.operState === IF_OPER_DORMANT ? 1 : 0)),
  duplex: (d) => (hasSettings(d) && isUp(d) ? "full" : null),
  flags: (d) => `0x${(deviceFlags(d) & 0xffff & ~IFF_RUNNING & ~IFF_LOWER_UP).toString(16)}`,
  gro_flush_timeout: () => 0,
  ifalias: (d) => d.alias ?? "",
  ifindex: (d) => d.ifindex,
  iflink: (d, step) => deviceIflink(step, d),
  link_mode: (d) => d.linkMode,
  mtu: (d) => d.mtu,
  name_assign_type: (d) => d.nameAssignType,
  napi_defer_hard_irqs: () => 0,
  netdev_group: (d) => d.group,
  operstate: (d) => OPERSTATES[isUp(d) ? d.operState : IF_OPER_DOWN]!,
  proto_down: () => 0,
  speed: (d) => (hasSettings(d) && isUp(d) ? 10_000 : null),
  testing: whileUp(() => 0),
  threaded: () => 0,
  tx_queue_len: (d) => d.txqueuelen,
  type: (d) => d.type,
  uevent: (d) => `INTERFACE=${d.ifname}\nIFINDEX=${d.ifindex}`,
});

const DIRECTORIES = ["power", "queues", "statistics", "subsystem"];
const WRITABLE = [
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
];
/** Attributes whose reading makes pending link-watch work happen. */
const SYNCING = ["carrier", "speed", "duplex"];

export const SYSFS_ROOT = "/sys/class/net";

/** Parts of a path below /sys/class/net; null: not one of ours. */
function split(path: string): string[] | null {
  if (path === SYSFS_ROOT) return [];
  return path.startsWith(`${SYSFS_ROOT}/`) ? path.slice(SYSFS_ROOT.length + 1).split("/") : null;
}

export function sysfsType(step: StepContext, netns: NetnsRef, path: string): "file" | "dir" | null {
  if (SYSFS_ROOT.startsWith(`${path}/`) || path === SYSFS_ROOT) return "dir";
  const parts = split(path);
  if (parts === null || deviceByName(step, netns, parts[0]!)?.ifname !== parts[0]) return null;
  if (parts.length === 1) return "dir";
  if (parts.length === 2)
    return DIRECTORIES.includes(parts[1]!) ? "dir" : Object.hasOwn(ATTRIBUTES, parts[1]!) ? "file" : null;
  return parts[1] === "statistics" && parts.length === 3 && Object.hasOwn(STATISTICS, parts[2]!)
    ? "file"
    : null;
}

export function sysfsRead(step: StepContext, netns: NetnsRef, path: string): Result<string> {
  const type = sysfsType(step, netns, path);
  if (type === null) return refused("ENOENT");
  if (type === "dir") return refused("EISDIR");
  const parts = split(path)!;
  if (parts.length === 3)
    return granted(
      `${STATISTICS[parts[2]!]!(step.cells.get(deviceByName(step, netns, parts[0]!)!.stats))}\n`,
    );
  if (SYNCING.includes(parts[1]!)) findLink(step, netns, { ifname: parts[0]! });
  const value = ATTRIBUTES[parts[1]!]!(deviceByName(step, netns, parts[0]!)!, step);
  if (value === null) return refused("EINVAL");
  return granted(value === "" ? "" : `${value}\n`);
}

export function sysfsReaddir(step: StepContext, netns: NetnsRef, path: string): Result<string[]> {
  if (sysfsType(step, netns, path) !== "dir")
    return refused(sysfsType(step, netns, path) === null ? "ENOENT" : "ENOTDIR");
  const parts = split(path);
  if (parts === null) return granted([path === "/sys" ? "class" : "net"]);
  if (parts.length === 0) return granted(devicesOf(step, netns).map((dev) => dev.ifname));
  if (parts.length === 1) return granted([...Object.keys(ATTRIBUTES), ...DIRECTORIES]);
  return granted(
    parts[1] === "statistics" ? Object.keys(STATISTICS) : parts[1] === "queues" ? ["rx-0", "tx-0"] : [],
  );
}

/** @source netdev_store() and what it calls */
export function sysfsWrite(step: StepContext, netns: NetnsRef, path: string, data: string): Result<null> {
  const type = sysfsType(step, netns, path);
  if (type === null) return refused("ENOENT");
  if (type === "dir") return refused("EISDIR");
  const parts = split(path)!;
  if (parts.length !== 2 || !WRITABLE.includes(parts[1]!)) return refused("EACCES");
  const dev = deviceByName(step, netns, parts[0]!)!;
  const text = data.replace(/\n$/, "");
  if (parts[1] === "ifalias") {
    const named = updateDevice(step, dev.ref, (d) => {
      d.alias = text === "" ? null : text;
    });
    onCarrierSettled(step, named); // netdev_state_change()
    return DONE;
  }
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return refused("EINVAL");
  const value = Number(text);
  switch (parts[1]) {
    case "carrier":
      return refused(isUp(dev) ? "EOPNOTSUPP" : "EINVAL");
    case "mtu":
      return changeMtu(step, dev.ref, value);
    case "flags": {
      const errno = changeFlags(step, dev.ref, value);
      return errno === null ? DONE : refused(errno);
    }
    case "tx_queue_len":
      updateDevice(step, dev.ref, (d) => {
        d.txqueuelen = value;
      });
      return DONE;
    case "netdev_group":
      updateDevice(step, dev.ref, (d) => {
        d.group = value;
      });
      return DONE;
    default:
      return value === 0 ? DONE : refused("EOPNOTSUPP");
  }
}
