/** Writing to /sys/class/net/DEVICE. @source net/core/net-sysfs.c, netdev_store() and what it calls */
import { parseKstrtoul } from "../core/kstrtoul.ts";
import { DONE, type Result, refused } from "../core/result.ts";
import { type NetDevice, updateDevice } from "../devices/net-device.ts";
import { deviceByName, type NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import { changeFlags } from "./link-flags.ts";
import { changeMtu, linkSet } from "./link-requests.ts";
import { split, sysfsMode, sysfsType } from "./sysfs.ts";
import { bridgeFiles, bridgeFileWrite } from "./sysfs-bridge.ts";

const ALIAS_MAX = 255;
const INT_MAX = 0x7fff_ffff;
const UINT_MAX = 0xffff_ffff;

export function sysfsWrite(step: StepContext, netns: NetnsRef, path: string, data: string): Result<null> {
  const type = sysfsType(step, netns, path);
  if (type === null) return refused("ENOENT");
  if (type === "dir") return refused("EISDIR");
  if ((sysfsMode(path) & 0o200) === 0) return refused("EACCES");
  const parts = split(path)!;
  const named = deviceByName(step, netns, parts[0]!)!;
  if (data !== "" && parts.length === 3 && bridgeFiles(named, parts[1]!) !== null)
    return bridgeFileWrite(step, named, parts[1]!, parts[2]!, data);
  if (data === "" || parts.length !== 2) return parts[3] === "tx_maxrate" ? refused("EOPNOTSUPP") : DONE;
  const dev = deviceByName(step, netns, parts[0]!)!;
  switch (parts[1]) {
    case "uevent":
      return DONE;
    case "ifalias": {
      const alias = data.endsWith("\n") ? data.slice(0, -1) : data;
      if (new TextEncoder().encode(alias).length > ALIAS_MAX) return refused("EINVAL");
      return linkSet(step, netns, { ifindex: dev.ifindex, alias });
    }
    case "carrier":
    case "threaded":
      return refused("EOPNOTSUPP"); // whatever is written
    default: {
      const value = parseKstrtoul(data);
      return typeof value === "bigint" ? store(step, netns, dev, parts[1]!, value) : refused(value);
    }
  }
}

/** @param value an unsigned long, of which most take an int */
function store(
  step: StepContext,
  netns: NetnsRef,
  dev: NetDevice,
  name: string,
  value: bigint,
): Result<null> {
  const { ifindex } = dev;
  const low = Number(BigInt.asUintN(32, value));
  switch (name) {
    case "mtu":
      return changeMtu(step, dev.ref, low | 0);
    case "flags": {
      const errno = changeFlags(step, dev.ref, low);
      return errno === null ? DONE : refused(errno);
    }
    case "tx_queue_len":
      return value > BigInt(UINT_MAX)
        ? refused("ERANGE")
        : linkSet(step, netns, { ifindex, txqueuelen: low });
    case "netdev_group":
      return linkSet(step, netns, { ifindex, group: low });
    case "gro_flush_timeout":
      updateDevice(step, dev.ref, (d) => {
        d.groFlushTimeout = Number(value);
      });
      return DONE;
    case "napi_defer_hard_irqs":
      if (value > BigInt(INT_MAX)) return refused("ERANGE");
      updateDevice(step, dev.ref, (d) => {
        d.napiDeferHardIrqs = low;
      });
      return DONE;
    default:
      return refused("EOPNOTSUPP"); // proto_down
  }
}
