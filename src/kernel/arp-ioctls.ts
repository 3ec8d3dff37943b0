/**
 * The requests of arp(8).
 * @source net/ipv4/arp.c, arp_ioctl()
 */
import { DONE, type Result, refused } from "../core/result.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByName, devicesOf, type NetnsRef } from "../devices/netns.ts";
import {
  ATF_COM,
  ATF_DONTPUB,
  ATF_NETMASK,
  ATF_PERM,
  ATF_PUBL,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_STALE,
  RT_SCOPE_LINK,
} from "../events/netlink.ts";
import type { ArpRequest } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { neighUpdate } from "../stack/neigh.ts";
import { neighCreate, neighLookup } from "../stack/neigh-table.ts";
import { pneighCreate, pneighDelete } from "../stack/pneigh.ts";
import { routeOutput } from "../stack/route.ts";
import { INADDR_BROADCAST, type Ipv4Address, parseIpv4 } from "../wire/ipv4-address.ts";
import { MAC_ZERO, parseMac } from "../wire/mac.ts";
import { neighForget } from "./neigh-requests.ts";
import { writeSysctl } from "./sysctl/stack-sysctls.ts";

/** The netmask of a request; null: one that is neither a host's nor empty. */
function maskOf({ flags, netmask }: ArpRequest): Ipv4Address | null {
  if ((flags & ATF_NETMASK) === 0 || netmask === undefined) return INADDR_BROADCAST;
  const mask = parseIpv4(netmask) ?? 0;
  return mask === 0 || mask === INADDR_BROADCAST ? mask : null;
}

/** Device that a request is about; null: a proxy entry for all. @source arp_req_dev() */
function arpDevice(step: StepContext, netns: NetnsRef, r: ArpRequest): NetDevice | null | Result<never> {
  if (r.dev !== undefined && r.dev !== "") {
    const dev = deviceByName(step, netns, r.dev);
    if (dev === null) return refused("ENODEV");
    // Its addresses are Ethernet's: those of a loopback device are not.
    return (r.flags & ATF_COM) !== 0 && dev.kind === "loopback" ? refused("EINVAL") : dev;
  }
  if ((r.flags & ATF_PUBL) !== 0) return null;
  const dst = parseIpv4(r.address) ?? 0;
  const route = routeOutput(step, netns, { dst, src: 0, oif: -1, tos: 0, scope: RT_SCOPE_LINK });
  return "errno" in route ? refused(route.errno) : step.cells.get<NetDevice>(route.device);
}

function wrongFlags(r: ArpRequest): boolean {
  const isPublic = (r.flags & ATF_PUBL) !== 0;
  return (!isPublic && (r.flags & (ATF_NETMASK | ATF_DONTPUB)) !== 0) || maskOf(r) === null;
}

/** An empty mask means all addresses: the device's proxy_arp. @source arp_req_set_proxy() */
function setProxy(step: StepContext, netns: NetnsRef, dev: NetDevice | null, on: boolean): Result<null> {
  return writeSysctl(step, netns, `net/ipv4/conf/${dev?.ifname ?? "all"}/proxy_arp`, on ? "1" : "0");
}

/** @source arp_req_set(), arp_req_set_public() */
export function arpSet(step: StepContext, netns: NetnsRef, r: ArpRequest): Result<null> {
  if (wrongFlags(r)) return refused("EINVAL");
  const found = arpDevice(step, netns, r);
  if (found !== null && "ok" in found) return found;
  const key = parseIpv4(r.address) ?? 0;
  const mac = parseMac(r.lladdr ?? "") ?? MAC_ZERO;
  if ((r.flags & ATF_PUBL) !== 0) {
    let dev = found;
    if (dev === null && (r.flags & ATF_COM) !== 0) {
      dev = devicesOf(step, netns).find((d) => d.kind !== "loopback" && d.address === mac) ?? null;
      if (dev === null) return refused("ENODEV");
    }
    if (maskOf(r) === 0) return setProxy(step, netns, dev, true);
    const device = dev === null ? -1 : dev.ref;
    pneighCreate(step, netns, { key, device, flags: 0, isPermanent: false, protocol: 0 });
    return DONE;
  }
  if (found === null || found.kind === "loopback") return refused("EINVAL");
  const neigh = neighLookup(step, found, key) ?? neighCreate(step, found, key);
  if (neigh === null) return refused("ENOBUFS");
  const state = (r.flags & ATF_PERM) !== 0 ? NUD_PERMANENT : NUD_STALE;
  return neighUpdate(step, neigh, mac, state, { override: true, admin: true });
}

/** @source arp_req_delete(), arp_req_delete_public(), arp_invalidate() */
export function arpDelete(step: StepContext, netns: NetnsRef, r: ArpRequest): Result<null> {
  if (wrongFlags(r)) return refused("EINVAL");
  const dev = arpDevice(step, netns, r);
  if (dev !== null && "ok" in dev) return dev;
  const key = parseIpv4(r.address) ?? 0;
  if ((r.flags & ATF_PUBL) !== 0) {
    if (maskOf(r) === 0) return setProxy(step, netns, dev, false);
    return pneighDelete(step, netns, key, dev === null ? -1 : dev.ref) ? DONE : refused("ENOENT");
  }
  const known = neighLookup(step, dev!, key);
  if (known === null) return refused("ENXIO");
  neighForget(step, dev!, key);
  // What was not resolved by ARP goes, too, but is held to be unknown.
  return (known.state & ~NUD_NOARP) === 0 ? refused("ENXIO") : DONE;
}
