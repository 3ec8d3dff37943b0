/**
 * The life of a device's IPv6 part: made, raised, lowered, switched off and on, unmade.
 * @source net/ipv6/addrconf.c, addrconf_notify(), ipv6_add_dev(), addrconf_ifdown()
 */
import type { Cell } from "../../core/cell-table.ts";
import { hasInet6, isUp, type NetDevice, updateDevice } from "../../devices/net-device.ts";
import {
  IF_OPER_UNKNOWN,
  IF_OPER_UP,
  IFA_F_NODAD,
  IFA_F_PERMANENT,
  IFA_F_TENTATIVE,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_NOARP,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { IN6ADDR_LOOPBACK, isLinkLocalIpv6 } from "../../wire/ipv6-address.ts";
import type { NeighParms } from "../conf.ts";
import { drawReachable } from "../in-device.ts";
import { neighIfdown } from "../neigh.ts";
import { netStack } from "../net-stack.ts";
import { joinAnycast, leaveAnycast } from "./addr-routes.ts";
import { addressGone, DAD_HOOKS, forgetAddr, initAutoAddrs, restorePermanent } from "./addrconf.ts";
import {
  IF_ALL_NODES,
  IF_ALL_ROUTERS,
  LL_ALL_NODES,
  LL_ALL_ROUTERS,
  SITE_ALL_ROUTERS,
} from "./address-type.ts";
import type { DevConf6 } from "./conf6.ts";
import { type DadHooks, dadRun } from "./dad.ts";
import { rt6DisableDevice, rt6LinkDown, rt6SyncUp } from "./fib6-devices.ts";
import {
  addrs6,
  type Inet6Addr,
  Inet6Dev,
  inet6Dev,
  inet6DevOf,
  NO_NEIGHBOURS6,
  neighTable6Ref,
  setAddr6,
  updateInet6Dev,
} from "./inet6-dev.ts";
import { cancelInet6Timer, mcDown, mcJoin, mcLeave, mcLeaveSolicited, mcUp } from "./mcast6.ts";
import { Mib6 } from "./mib6.ts";
import { netStack6 } from "./net-stack6.ts";

/**
 * Can frames pass? A device is put to no use without carrier, even if the link watch did not get to its state yet.
 * @source addrconf_link_ready(), qdisc_tx_is_noop()
 */
function isLinkReady(dev: NetDevice): boolean {
  return (dev.operState === IF_OPER_UP || dev.operState === IF_OPER_UNKNOWN) && dev.isQueueActive;
}

/** @source ipv6_add_dev() */
export function inet6AddDev(step: StepContext, given: NetDevice, conf: DevConf6, parms: NeighParms): void {
  const in6 = new Inet6Dev();
  in6.device = given.ref;
  in6.mib = step.cells.add(new Mib6());
  const acceptDad = (given.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0 ? -1 : conf.acceptDad;
  in6.conf = { ...conf, acceptDad };
  in6.mtu = given.mtu;
  in6.neighParms = drawReachable(step, parms);
  in6.isReady = isUp(given) && isLinkReady(given);
  const ref = step.cells.add(in6);
  step.cells.add(NO_NEIGHBOURS6);
  const dev = updateDevice(step, given.ref, (d) => {
    d.inet6 = ref;
  });
  mcJoin(step, dev, IF_ALL_NODES);
  mcJoin(step, dev, LL_ALL_NODES);
  if (conf.forwarding !== 0 && (dev.flags & IFF_MULTICAST) !== 0) mcJoin(step, dev, LL_ALL_ROUTERS);
}

/** Is it one that a device has by itself? @source addr_is_local() */
function isAutomatic(addr: Inet6Addr): boolean {
  return isLinkLocalIpv6(addr.address) || addr.address === IN6ADDR_LOOPBACK;
}

/** Neighbours go, and proxies with the groups that they need. @source neigh_ifdown(), pndisc_destructor() */
function neighIfdown6(step: StepContext, dev: NetDevice, keepsPermanent: boolean): void {
  const proxies = () =>
    netStack(step, dev.netns).proxies.flatMap(({ key, device }) =>
      device === dev.ref && typeof key === "bigint" ? [key] : [],
    );
  const before = proxies();
  neighIfdown(step, dev, 6, keepsPermanent);
  if (before.length === 0) return;
  const left = proxies();
  for (const key of before) if (!left.includes(key)) mcLeaveSolicited(step, dev, key);
}

/** Addresses, routes, groups and neighbours go. @param isGone the device leaves, or IPv6 leaves it @source addrconf_ifdown() */
export function inet6Ifdown(step: StepContext, dev: NetDevice, isGone: boolean): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return;
  rt6DisableDevice(step, dev, isGone);
  neighIfdown6(step, dev, false);
  const { confAll } = netStack6(step, dev.netns);
  const keeps =
    !isGone &&
    in6.conf.disableIpv6 === 0 &&
    (confAll.keepAddrOnDown !== 0 ? confAll.keepAddrOnDown : in6.conf.keepAddrOnDown) > 0;
  cancelInet6Timer(step, dev, "rs");
  const wasReady = in6.isReady;
  updateInet6Dev(step, dev, (d) => {
    d.isReady = false;
    d.rsSent = false;
    d.raReceived = false;
  });
  for (const addr of addrs6(step, dev)) {
    step.cancelTimer(addr.ref);
    if (keeps && (addr.flags & IFA_F_PERMANENT) !== 0 && !isAutomatic(addr)) {
      const flags = (addr.flags & IFA_F_NODAD) === 0 ? addr.flags | IFA_F_TENTATIVE : addr.flags;
      setAddr6(step, addr, { state: "predad", flags });
      if (in6.conf.forwarding !== 0) leaveAnycast(step, dev, addr);
      mcLeaveSolicited(step, dev, addr.address);
      continue;
    }
    addressGone(step, dev, addr);
    forgetAddr(step, dev, addr);
  }
  if (isGone) destroy(step, dev);
  else if (wasReady) mcDown(step, dev);
}

function destroy(step: StepContext, dev: NetDevice): void {
  const in6 = inet6DevOf(step, dev);
  for (const ref of Object.values(in6.timers)) {
    if (ref < 0) continue;
    step.cancelTimer(ref);
    step.cells.delete(ref);
  }
  step.cells.delete(neighTable6Ref(dev));
  step.cells.delete(in6.mib);
  step.cells.delete(dev.inet6 as Cell<unknown>);
  updateDevice(step, dev.ref, (d) => {
    d.inet6 = -1;
  });
}

/** NETDEV_UP. */
export function inet6Up(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null || in6.conf.disableIpv6 !== 0) return;
  restorePermanent(step, dev);
  if (!isLinkReady(dev)) return;
  begin(step, dev, true);
}

/** NETDEV_CHANGE, after the link-watch worker settled the carrier, or flags changed. */
export function inet6Change(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null || in6.conf.disableIpv6 !== 0) return;
  if (!isLinkReady(dev)) {
    rt6LinkDown(step, dev);
    return;
  }
  if (in6.isReady) {
    mcUp(step, dev);
    rt6SyncUp(step, dev, RTNH_F_LINKDOWN);
    return;
  }
  begin(step, dev, true);
}

/** The link can be used. */
function begin(step: StepContext, dev: NetDevice, runsPending: boolean): void {
  updateInet6Dev(step, dev, (d) => {
    d.isReady = true;
  });
  if (isUp(dev)) mcUp(step, dev);
  initAutoAddrs(step, dev);
  if (runsPending) dadRun(step, dev, false);
  rt6SyncUp(step, dev, RTNH_F_DEAD);
  if (inet6DevOf(step, dev).mtu !== dev.mtu && hasInet6(dev))
    updateInet6Dev(step, dev, (d) => {
      d.mtu = dev.mtu;
    });
}

/** @source rt6_mtu_change() */
export function inet6SetMtu(step: StepContext, dev: NetDevice): void {
  updateInet6Dev(step, dev, (d) => {
    d.mtu = dev.mtu;
  });
}

/** A device became large enough for IPv6. */
export function inet6Grown(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6?.isReady === true && in6.conf.disableIpv6 === 0) begin(step, dev, true);
}

/** The device's carrier was lost: entries that others may have now go. @source ndisc_netdev_event(), NETDEV_CHANGE */
export function inet6CarrierLost(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return;
  const { confAll } = netStack6(step, dev.netns);
  if (confAll.ndiscEvictNocarrier !== 0 && in6.conf.ndiscEvictNocarrier !== 0) neighIfdown6(step, dev, true);
}

/** `disable_ipv6` of a device was changed. @source dev_disable_change() */
export function inet6DisableChange(step: StepContext, dev: NetDevice): void {
  if (inet6DevOf(step, dev).conf.disableIpv6 !== 0) inet6Ifdown(step, dev, false);
  else if (isUp(dev)) inet6Up(step, dev);
}

/** `forwarding` of a device was changed. @source dev_forward_change() */
export function inet6ForwardChange(step: StepContext, dev: NetDevice): void {
  const isOn = inet6DevOf(step, dev).conf.forwarding !== 0;
  if ((dev.flags & IFF_MULTICAST) !== 0)
    for (const group of [LL_ALL_ROUTERS, IF_ALL_ROUTERS, SITE_ALL_ROUTERS])
      if (isOn) mcJoin(step, dev, group);
      else mcLeave(step, dev, group);
  for (const addr of addrs6(step, dev)) {
    if ((addr.flags & IFA_F_TENTATIVE) !== 0) continue;
    if (isOn) joinAnycast(step, dev, addr);
    else leaveAnycast(step, dev, addr);
  }
}

/** Detection found a duplicate of the device's own identifier, where accept_dad is 2. */
export const DEVICE_DAD_HOOKS: DadHooks = {
  ...DAD_HOOKS,
  stopDevice: (step, dev) => inet6Ifdown(step, step.cells.get(dev.ref), false),
};
