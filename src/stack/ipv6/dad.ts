/**
 * Duplicate address detection, and the router solicitations that follow it.
 * @source RFC 4862 section 5.4, RFC 7527 (nonce), RFC 7559 (backoff); net/ipv6/addrconf.c, addrconf_dad_work()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import {
  IFA_F_DADFAILED,
  IFA_F_NODAD,
  IFA_F_OPTIMISTIC,
  IFA_F_PERMANENT,
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  IFF_LOOPBACK,
  IFF_NOARP,
  RT_SCOPE_LINK,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { eui64, FE80, LL_ALL_NODES, LL_ALL_ROUTERS, solicitedNode } from "./address-type.ts";
import { addrs6, type Inet6Addr, inet6Dev, inet6DevOf, setAddr6, updateInet6Dev } from "./inet6-dev.ts";
import { armInet6Timer, mcDadComplete, mcJoinSolicited } from "./mcast6.ts";
import { linkLocalOf, ndiscSendNa, ndiscSendNs, ndiscSendRs } from "./ndisc-send.ts";
import { netStack6 } from "./net-stack6.ts";

/** What detection needs of the rest of address configuration, which needs detection. */
export interface DadHooks {
  /** The address can be used: its routes are made. @source ipv6_ifa_notify(RTM_NEWADDR) */
  addressReady(step: StepContext, dev: NetDevice, addr: Inet6Addr): void;
  deleteAddr(step: StepContext, dev: NetDevice, addr: Inet6Addr): void;
  /** @source addrconf_ifdown() */
  stopDevice(step: StepContext, dev: NetDevice): void;
}

/** Begins detection: its first part runs as soon as the request is through. @source addrconf_dad_start() */
export function dadStart(step: StepContext, addr: Inet6Addr): void {
  if (addr.state === "dead") return;
  setAddr6(step, addr, { state: "predad" });
  step.armAt(addr.ref, step.now);
}

/** The first solicitation comes after a random time. @source addrconf_dad_kick() */
function dadKick(step: StepContext, dev: NetDevice, addr: Inet6Addr): void {
  const { conf } = inet6DevOf(step, dev);
  const isOptimistic = (addr.flags & IFA_F_OPTIMISTIC) !== 0;
  const delay = isOptimistic || conf.rtrSolicitDelay <= 1 ? 0 : step.draw("ipv6/dad", conf.rtrSolicitDelay);
  const isEnhanced = conf.enhancedDad !== 0 || netStack6(step, dev.netns).confAll.enhancedDad !== 0;
  let dadNonce = 0;
  while (isEnhanced && dadNonce === 0)
    dadNonce = step.draw("ipv6/nonce", 0x100_0000) * 0x100_0000 + step.draw("ipv6/nonce", 0x100_0000);
  setAddr6(step, addr, { dadNonce, dadProbes: conf.dadTransmits });
  armDad(step, addr, delay);
}

/** @source addrconf_mod_dad_work() */
function armDad(step: StepContext, addr: Inet6Addr, delayJiffies: number): void {
  if (delayJiffies === 0) step.armAt(addr.ref, step.now);
  else step.armTimer(addr.ref, delayJiffies);
}

/** The device can be used: addresses that waited for it are asked for. @source addrconf_dad_run() */
export function dadRun(step: StepContext, dev: NetDevice, isRestart: boolean): void {
  for (const addr of addrs6(step, dev)) {
    const waits = (addr.flags & IFA_F_TENTATIVE) !== 0 && addr.state === "dad";
    if (!waits && !isRestart) continue;
    dadKick(step, dev, isRestart ? setAddr6(step, addr, { state: "predad" }) : addr);
  }
}

/** @source addrconf_dad_begin() */
function dadBegin(step: StepContext, dev: NetDevice, addr: Inet6Addr, hooks: DadHooks): void {
  mcJoinSolicited(step, dev, addr.address);
  const in6 = inet6DevOf(step, dev);
  const isOff = netStack6(step, dev.netns).confAll.acceptDad < 1 && in6.conf.acceptDad < 1;
  if (
    (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0 ||
    isOff ||
    (addr.flags & IFA_F_TENTATIVE) === 0 ||
    (addr.flags & IFA_F_NODAD) !== 0
  ) {
    dadSucceed(step, dev, addr, hooks);
    return;
  }
  if (!in6.isReady) {
    dadStop(step, dev, addr, false, hooks);
    return;
  }
  // An optimistic address can be used at once.
  if ((addr.flags & IFA_F_OPTIMISTIC) !== 0) hooks.addressReady(step, dev, addr);
  dadKick(step, dev, addr);
}

function dadSucceed(step: StepContext, dev: NetDevice, addr: Inet6Addr, hooks: DadHooks): void {
  const sendsNa = (addr.flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) === IFA_F_TENTATIVE;
  const flags = addr.flags & ~(IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED);
  dadCompleted(step, dev, setAddr6(step, addr, { flags }), sendsNa, hooks);
}

/** Is it the device's first link-local address that can be used? @source ipv6_lonely_lladdr() */
function isLonelyLinkLocal(step: StepContext, dev: NetDevice, addr: Inet6Addr): boolean {
  const usable = IFA_F_PERMANENT | IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED;
  return !addrs6(step, dev).some(
    (other) =>
      other.ref !== addr.ref && other.scope === RT_SCOPE_LINK && (other.flags & usable) === IFA_F_PERMANENT,
  );
}

/** Is the host to learn from routers? @source ipv6_accept_ra() */
export function acceptsRa(step: StepContext, dev: NetDevice): boolean {
  const { conf } = inet6DevOf(step, dev);
  return conf.forwarding !== 0 ? conf.acceptRa === 2 : conf.acceptRa !== 0;
}

/** @source addrconf_dad_completed() */
function dadCompleted(
  step: StepContext,
  dev: NetDevice,
  addr: Inet6Addr,
  sendsNa: boolean,
  hooks: DadHooks,
): void {
  step.cancelTimer(addr.ref);
  hooks.addressReady(step, dev, addr);
  const { conf } = inet6DevOf(step, dev);
  const isFirst = addr.scope === RT_SCOPE_LINK && isLonelyLinkLocal(step, dev, addr);
  if (isFirst) mcDadComplete(step, dev);
  if (sendsNa && (conf.ndiscNotify !== 0 || netStack6(step, dev.netns).confAll.ndiscNotify !== 0))
    ndiscSendNa(step, dev, LL_ALL_NODES, addr.address, {
      isRouter: conf.forwarding !== 0,
      isSolicited: false,
      isOverride: true,
      hasOption: true,
    });
  if (!isFirst || !acceptsRa(step, dev) || conf.rtrSolicits === 0 || (dev.flags & IFF_LOOPBACK) !== 0) return;
  const src = linkLocalOf(step, dev, IFA_F_TENTATIVE);
  if (src !== null) askRouters(step, dev, src);
}

/** The first solicitation, which others follow as long as no router answers. */
export function askRouters(step: StepContext, dev: NetDevice, src: Ipv6Address): void {
  ndiscSendRs(step, dev, src, LL_ALL_ROUTERS);
  const { conf } = inet6DevOf(step, dev);
  const interval = scaled(step, conf.rtrSolicitInterval, 900_000, 1_100_000);
  updateInet6Dev(step, dev, (d) => {
    d.rsInterval = interval;
    d.rsProbes = 1;
    d.rsSent = true;
  });
  armInet6Timer(step, dev, "rs", interval);
}

/** A time multiplied by chance, in millionths. @source rfc3315_s14_backoff_init() */
function scaled(step: StepContext, jiffies: number, from: number, to: number): number {
  return Math.floor(((from + step.draw("ipv6/rs", to - from + 1)) * jiffies) / 1_000_000);
}

/** No router has answered: ask again. @source addrconf_rs_timer() */
export function rsTimer(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null || !in6.isReady || !acceptsRa(step, dev) || in6.raReceived) return;
  const { conf } = in6;
  const isMore = conf.rtrSolicits < 0 || in6.rsProbes < conf.rtrSolicits;
  const rsProbes = in6.rsProbes + 1;
  updateInet6Dev(step, dev, (d) => {
    d.rsProbes = rsProbes;
  });
  if (!isMore) return;
  const src = linkLocalOf(step, dev, IFA_F_TENTATIVE);
  if (src === null) return;
  ndiscSendRs(step, dev, src, LL_ALL_ROUTERS);
  let interval = scaled(step, in6.rsInterval, 1_900_000, 2_100_000);
  if (interval > conf.rtrSolicitMaxInterval)
    interval = scaled(step, conf.rtrSolicitMaxInterval, 900_000, 1_100_000);
  updateInet6Dev(step, dev, (d) => {
    d.rsInterval = interval;
  });
  armInet6Timer(step, dev, "rs", rsProbes === conf.rtrSolicits ? conf.rtrSolicitDelay : interval);
}

/** Detection ends without success, or waits for the device. @source addrconf_dad_stop() */
function dadStop(
  step: StepContext,
  dev: NetDevice,
  addr: Inet6Addr,
  hasFailed: boolean,
  hooks: DadHooks,
): void {
  if ((addr.flags & IFA_F_PERMANENT) === 0 && hasFailed) {
    hooks.deleteAddr(step, dev, addr);
    return;
  }
  step.cancelTimer(addr.ref);
  const flags = addr.flags | IFA_F_TENTATIVE;
  setAddr6(step, addr, { flags: hasFailed ? (flags | IFA_F_DADFAILED) & ~IFA_F_OPTIMISTIC : flags });
}

/** Somebody else has the address. @source addrconf_dad_failure() */
export function dadFailure(step: StepContext, addr: Inet6Addr): void {
  if (addr.state !== "dad") return;
  setAddr6(step, addr, { state: "errdad" });
  step.armAt(addr.ref, step.now);
}

/** @source addrconf_dad_work() */
export function dadWork(step: StepContext, given: Inet6Addr, hooks: DadHooks): void {
  const dev = step.cells.get<NetDevice | undefined>(given.device);
  if (dev === undefined || given.state === "dead") return;
  if (given.state === "predad") {
    dadBegin(step, dev, setAddr6(step, given, { state: "dad" }), hooks);
    return;
  }
  const { conf, isReady } = inet6DevOf(step, dev);
  if (given.state === "errdad") {
    const disables =
      Math.max(netStack6(step, dev.netns).confAll.acceptDad, conf.acceptDad) > 1 &&
      conf.disableIpv6 === 0 &&
      (given.flags & IFA_F_STABLE_PRIVACY) === 0 &&
      given.address === (FE80 | eui64(dev.address));
    dadStop(step, dev, setAddr6(step, given, { state: "postdad" }), true, hooks);
    if (!disables) return;
    updateInet6Dev(step, dev, (d) => {
      d.conf = { ...d.conf, disableIpv6: 1 };
    });
    step.storeInet6Setting(dev.ref, "disable_ipv6", 1);
    hooks.stopDevice(step, dev);
    return;
  }
  if (!isReady) return;
  if (given.dadProbes === 0) {
    dadSucceed(step, dev, given, hooks);
    return;
  }
  const addr = setAddr6(step, given, { dadProbes: given.dadProbes - 1 });
  step.armTimer(addr.ref, Math.max(Math.ceil(inet6DevOf(step, dev).neighParms.retransMs / 4), 2));
  ndiscSendNs(step, dev, addr.address, solicitedNode(addr.address), 0n, addr.dadNonce);
}
