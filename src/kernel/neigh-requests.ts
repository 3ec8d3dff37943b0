/**
 * Neighbours by rtnetlink, and what arp(8)'s requests share with it.
 * @source net/core/neighbour.c, neigh_add(), neigh_delete(), neigh_get(); net/ipv4/arp.c, arp_invalidate()
 */
import { fromHex } from "../core/bytes.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import {
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_EXT_LEARNED,
  NTF_MANAGED,
  NTF_PROXY,
  NTF_ROUTER,
  NTF_USE,
  NUD_FAILED,
  NUD_PERMANENT,
} from "../events/netlink.ts";
import type { NeighAdd, NeighDel, NeighGet, NeighInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { mcJoinSolicited, mcLeaveSolicited } from "../stack/ipv6/mcast6.ts";
import { neighUpdate, neighUse } from "../stack/neigh.ts";
import {
  formatNeighKey,
  type Neigh,
  type NeighKey,
  neighCreate,
  neighLookup,
  neighRemove,
  setNeigh,
} from "../stack/neigh-table.ts";
import { type Pneigh, pneighCreate, pneighDelete, pneighDump, pneighLookup } from "../stack/pneigh.ts";
import { parseIpv4 } from "../wire/ipv4-address.ts";
import { parseIpv6 } from "../wire/ipv6-address.ts";
import { neighInfo } from "./infos.ts";

/** Text that a command has checked. */
function keyOf(text: string): NeighKey {
  return text.includes(":") ? (parseIpv6(text) ?? 0n) : (parseIpv4(text) ?? 0);
}

/** Has the device a table for the key? Without IPv6 it has none. */
function hasTable(dev: NetDevice, key: NeighKey): boolean {
  return typeof key !== "bigint" || dev.inet6 >= 0;
}

export function neighAdd(step: StepContext, netns: NetnsRef, add: NeighAdd): Result<null> {
  const flags = add.flags ?? 0;
  const dev = add.ifindex === 0 ? null : deviceByIndex(step, netns, add.ifindex);
  if (dev === null && add.ifindex !== 0) return refused("ENODEV");
  const octets = add.lladdr === undefined ? null : fromHex(add.lladdr.replaceAll(":", ""));
  if (dev !== null && octets !== null && octets.length < 6) return refused("EINVAL", "Invalid link address");
  const key = keyOf(add.dst);
  const protocol = add.protocol ?? 0;
  if ((flags & NTF_PROXY) !== 0) {
    if ((flags & NTF_MANAGED) !== 0) return refused("EINVAL", "Invalid NTF_* flag combination");
    const isPermanent = (add.state & NUD_PERMANENT) !== 0;
    const device = dev === null ? -1 : dev.ref;
    const isNew = pneighLookup(step, netns, key, device) === null;
    pneighCreate(step, netns, { key, device, flags, isPermanent, protocol });
    if (isNew) listen(step, dev, key, mcJoinSolicited);
    return DONE;
  }
  if (dev === null) return refused("EINVAL", "Device not specified");
  if (!hasTable(dev, key)) return refused("EINVAL", "IPv6 is disabled on this device");
  const found = findOrMake(step, dev, key, add);
  if ("ok" in found) return found;
  const neigh = protocol === 0 ? found.neigh : setNeigh(step, found.neigh, { protocol });
  const lladdr = octets === null ? null : octets.slice(0, 6).reduce((mac, octet) => mac * 256 + octet, 0);
  const updated = neighUpdate(step, neigh, lladdr, add.state, {
    override: found.overrides,
    admin: true,
    isRouter: (flags & NTF_ROUTER) !== 0,
    overrideIsRouter: found.overrides,
    ntf: flags & (NTF_EXT_LEARNED | NTF_MANAGED | NTF_USE),
  });
  const after = neighLookup(step, dev, key);
  if (updated.ok && (flags & (NTF_USE | NTF_MANAGED)) !== 0 && after !== null) neighUse(step, after);
  return updated;
}

function findOrMake(
  step: StepContext,
  dev: NetDevice,
  key: NeighKey,
  { state, flags = 0, nlmFlags }: NeighAdd,
): { readonly neigh: Neigh; readonly overrides: boolean } | Result<never> {
  const known = neighLookup(step, dev, key);
  if (known !== null) {
    if ((nlmFlags & NLM_F_EXCL) !== 0) return refused("EEXIST");
    return { neigh: known, overrides: (nlmFlags & NLM_F_REPLACE) !== 0 };
  }
  if ((nlmFlags & NLM_F_CREATE) === 0) return refused("ENOENT");
  const isPermanent = (state & NUD_PERMANENT) !== 0;
  if (isPermanent && (flags & NTF_MANAGED) !== 0)
    return refused("EINVAL", "Invalid NTF_* flag for permanent entry");
  const neigh = neighCreate(step, dev, key, {
    flags: flags & NTF_EXT_LEARNED,
    isExempt: isPermanent || (flags & NTF_EXT_LEARNED) !== 0,
  });
  return neigh === null ? refused("ENOBUFS") : { neigh, overrides: true };
}

export function neighDel(step: StepContext, netns: NetnsRef, del: NeighDel): Result<null> {
  const dev = del.ifindex === 0 ? null : deviceByIndex(step, netns, del.ifindex);
  if (dev === null && del.ifindex !== 0) return refused("ENODEV");
  const key = keyOf(del.dst);
  if (((del.flags ?? 0) & NTF_PROXY) !== 0) return proxyDel(step, netns, key, dev) ? DONE : refused("ENOENT");
  if (dev === null) return refused("EINVAL");
  return hasTable(dev, key) && neighForget(step, dev, key) ? DONE : refused("ENOENT");
}

/** A device hears those who ask for an address of its proxies. @source pndisc_constructor(), pndisc_destructor() */
function listen(
  step: StepContext,
  dev: NetDevice | null,
  key: NeighKey,
  change: typeof mcJoinSolicited,
): void {
  if (dev !== null && typeof key === "bigint" && dev.inet6 >= 0) change(step, dev, key);
}

function proxyDel(step: StepContext, netns: NetnsRef, key: NeighKey, dev: NetDevice | null): boolean {
  const isDone = pneighDelete(step, netns, key, dev === null ? -1 : dev.ref);
  if (isDone) listen(step, dev, key, mcLeaveSolicited);
  return isDone;
}

/** Fails an entry and takes it away. False: there is none. */
export function neighForget(step: StepContext, dev: NetDevice, key: NeighKey): boolean {
  const neigh = neighLookup(step, dev, key);
  if (neigh === null) return false;
  neighUpdate(step, neigh, null, NUD_FAILED, { override: true, admin: true });
  const failed = neighLookup(step, dev, key);
  if (failed !== null) neighRemove(step, failed);
  return true;
}

/** @source pneigh_fill_info() */
function proxyInfo(step: StepContext, { key, device, flags, protocol }: Pneigh): NeighInfo {
  return {
    family: typeof key === "bigint" ? "inet6" : "inet",
    ifindex: device < 0 ? 0 : step.cells.get<NetDevice>(device).ifindex,
    dst: formatNeighKey(key),
    state: 0,
    flags: flags | NTF_PROXY,
    ...(protocol === 0 ? {} : { protocol }),
    lladdr: null,
    probes: 0,
    confirmed: 0,
    used: 0,
    updated: 0,
    refcnt: 0,
  };
}

/** @param ifindex 0: of all devices */
export function proxyDump(step: StepContext, netns: NetnsRef, ifindex: number): NeighInfo[] {
  const all = [...pneighDump(step, netns, 4), ...pneighDump(step, netns, 6)];
  return all
    .map((entry) => proxyInfo(step, entry))
    .filter((info) => ifindex === 0 || info.ifindex === ifindex);
}

export function neighGet(step: StepContext, netns: NetnsRef, get: NeighGet): Result<NeighInfo> {
  const dev = get.ifindex === 0 ? null : deviceByIndex(step, netns, get.ifindex);
  if (dev === null && get.ifindex !== 0) return refused("ENODEV", "Unknown device ifindex");
  const key = keyOf(get.dst);
  if (get.proxy === true) {
    const entry = pneighLookup(step, netns, key, dev === null ? -1 : dev.ref);
    return entry === null
      ? refused("ENOENT", "Proxy neighbour entry not found")
      : granted(proxyInfo(step, entry));
  }
  if (dev === null) return refused("EINVAL", "No device specified");
  const neigh = hasTable(dev, key) ? neighLookup(step, dev, key) : null;
  return neigh === null ? refused("ENOENT", "Neighbour entry not found") : granted(neighInfo(step, neigh));
}
