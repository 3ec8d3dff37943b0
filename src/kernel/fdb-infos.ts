/**
 * How the kernel shows forwarding entries to user space.
 * @source net/bridge/br_fdb.c, fdb_fill_info(), br_fdb_dump(); net/core/rtnetlink.c, rtnl_fdb_dump(), ndo_dflt_fdb_dump()
 */
import { granted, type Result, refused } from "../core/result.ts";
import type { Bridge, BridgeCell, FdbEntry, PortCell } from "../devices/bridge/bridge.ts";
import { fdbEntries, hasExpired } from "../devices/bridge/fdb.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, devicesOf, type NetnsRef } from "../devices/netns.ts";
import type { FdbInfo } from "../events/bridge-requests.ts";
import {
  ARPHRD_ETHER,
  NTF_EXT_LEARNED,
  NTF_SELF,
  NTF_STICKY,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_REACHABLE,
  NUD_STALE,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatMac, type Mac } from "../wire/mac.ts";
import { toClock } from "./clock.ts";

/** @source fdb_to_nud() */
export function nudState(step: StepContext, br: Bridge, entry: FdbEntry): number {
  if (entry.isLocal) return NUD_PERMANENT;
  if (entry.isStatic) return NUD_NOARP;
  return hasExpired(step, br, entry) ? NUD_STALE : NUD_REACHABLE;
}

/** @source fdb_fill_info() */
export function fdbInfo(step: StepContext, br: Bridge, entry: FdbEntry): FdbInfo {
  const host = step.cells.get(br.device);
  const dev = entry.port === null ? host : step.cells.get(step.cells.get(entry.port).device);
  return {
    ifindex: dev.ifindex,
    address: formatMac(entry.address),
    master: host.ifindex,
    state: nudState(step, br, entry),
    flags: (entry.isExternLearned ? NTF_EXT_LEARNED : 0) | (entry.isSticky ? NTF_STICKY : 0),
    used: toClock(step.jiffies - entry.used),
    updated: toClock(step.jiffies - entry.updated),
  };
}

/** @source nlmsg_populate_fdb_fill() */
export function filterInfo(dev: NetDevice, address: Mac, state = NUD_PERMANENT): FdbInfo {
  return {
    ifindex: dev.ifindex,
    address: formatMac(address),
    master: null,
    state,
    flags: NTF_SELF,
    used: null,
    updated: null,
  };
}

/** @source ndo_dflt_fdb_dump() */
function filterDump(dev: NetDevice): FdbInfo[] {
  if (dev.type !== ARPHRD_ETHER) return [];
  const addresses = [...dev.unicast, ...dev.filter.map(({ address }) => address)];
  return addresses.map((address) => filterInfo(dev, address));
}

function portDump(step: StepContext, ref: BridgeCell, port: PortCell | null): FdbInfo[] {
  const br = step.cells.get(ref);
  return fdbEntries(step, br)
    .filter((entry) => entry.port === port)
    .map((entry) => fdbInfo(step, br, entry));
}

/** Entries of one port, then what its device lets in. @source rtnl_fdb_dump(), br_fdb_dump() */
function deviceDump(step: StepContext, dev: NetDevice): FdbInfo[] {
  const ofPort =
    dev.port < 0 ? [] : portDump(step, step.cells.get<{ bridge: BridgeCell }>(dev.port).bridge, dev.port);
  const ofBridge = dev.bridge < 0 ? [] : portDump(step, dev.bridge, null);
  return [...ofPort, ...filterDump(dev), ...ofBridge];
}

/** @param body indexes of a bridge and a port that alone are shown; 0: all */
export function fdbDump(
  step: StepContext,
  netns: NetnsRef,
  body: { readonly bridge: number; readonly port: number },
): Result<readonly FdbInfo[]> {
  const upper = body.bridge === 0 ? null : deviceByIndex(step, netns, body.bridge);
  if (body.bridge !== 0 && upper === null) return refused("ENODEV");
  const isShown = (dev: NetDevice) => {
    if (body.port !== 0 && dev.ifindex !== body.port) return false;
    if (upper === null) return true;
    if (dev !== upper && dev.port < 0) return false;
    return dev.master === upper.ref || dev.bridge >= 0;
  };
  return granted(
    devicesOf(step, netns)
      .filter(isShown)
      .flatMap((dev) => deviceDump(step, dev)),
  );
}
