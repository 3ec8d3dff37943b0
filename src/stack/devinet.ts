/**
 * Addresses of devices.
 * @source net/ipv4/devinet.c
 */
import { DONE, type Result, refused } from "../core/result.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { KIND } from "../events/kinds.ts";
import { IFA_F_DEPRECATED, IFA_F_PERMANENT, IFA_F_SECONDARY, RTNH_F_DEAD } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatIpv4, type Ipv4Address } from "../wire/ipv4-address.ts";
import { checkLifetimesNow } from "./addr-lifetime.ts";
import { fibAddAddr, fibDelAddr, fibModifyPrefixMetric } from "./fib-addr.ts";
import { fibDisable, fibSyncUp } from "./fib-semantics.ts";
import { type InAddr, ifaMatch, inDevice, isSecondary, updateInDevice } from "./in-device.ts";
import { neighIfdown } from "./neigh.ts";
import { confMax, netStack, updateNetStack } from "./net-stack.ts";

function setAddrs(step: StepContext, dev: NetDevice, addrs: readonly InAddr[]): void {
  updateInDevice(step, dev, (d) => {
    d.addrs = addrs;
  });
}

function note(step: StepContext, kind: number, dev: NetDevice, ifa: InAddr): void {
  step.record(
    kind,
    dev.netns,
    dev.ref,
    JSON.stringify({ local: formatIpv4(ifa.local), prefixLen: ifa.prefixLen, label: ifa.label }),
  );
  step.rtnlNotify(dev.netns, {
    object: "addr",
    subject: { dev, ifa },
    isDeleted: kind === KIND.addr_del,
  });
}

/** Enters or takes out an owner of an address. @source inet_hash_insert(), inet_hash_remove() */
function changeOwner(step: StepContext, dev: NetDevice, address: Ipv4Address, isNew: boolean): void {
  const { addrOwners } = netStack(step, dev.netns);
  const owners = addrOwners.get(address) ?? [];
  const at = owners.indexOf(dev.ref);
  const next = isNew ? [dev.ref, ...owners] : owners.filter((_, i) => i !== at);
  updateNetStack(step, dev.netns, (stack) => {
    stack.addrOwners = next.length === 0 ? addrOwners.delete(address) : addrOwners.set(address, next);
  });
}

/** NETDEV_UP of an address. @source fib_inetaddr_event() */
function onAddrUp(step: StepContext, dev: NetDevice, ifa: InAddr): void {
  fibAddAddr(step, dev, ifa);
  fibSyncUp(step, dev, RTNH_F_DEAD);
}

/** Adds an address behind the last primary of at least its scope, or as a secondary at the end. 0.0.0.0 is granted and ignored. @source __inet_insert_ifa() */
export function insertAddr(step: StepContext, dev: NetDevice, address: InAddr): Result<null> {
  if (address.local === 0) return DONE;
  const addrs = inDevice(step, dev).addrs;
  let ifa: InAddr = { ...address, flags: address.flags & ~IFA_F_SECONDARY };
  let at = 0;
  for (const [i, other] of addrs.entries()) {
    if (!isSecondary(other) && ifa.scope <= other.scope) at = i + 1;
    if (other.prefixLen === ifa.prefixLen && ifaMatch(other.address, ifa)) {
      if (other.local === ifa.local) return refused("EEXIST", "ipv4: Address already assigned");
      if (other.scope !== ifa.scope) return refused("EINVAL", "ipv4: Invalid scope value");
      ifa = { ...ifa, flags: ifa.flags | IFA_F_SECONDARY };
    }
  }
  if (isSecondary(ifa)) at = addrs.length;
  setAddrs(step, dev, [...addrs.slice(0, at), ifa, ...addrs.slice(at)]);
  changeOwner(step, dev, ifa.local, true);
  checkLifetimesNow(step, dev.netns);
  note(step, KIND.addr_new, dev, ifa);
  onAddrUp(step, dev, ifa);
  return DONE;
}

/** An address's lifetimes and flags that follow from them. @source set_ifa_lifetime() */
export interface Lifetimes {
  /** Seconds; null: forever. */
  readonly valid: number | null;
  readonly preferred: number | null;
}

export function withLifetimes(step: StepContext, ifa: InAddr, { valid, preferred }: Lifetimes): InAddr {
  const kept = ifa.flags & ~(IFA_F_PERMANENT | IFA_F_DEPRECATED);
  return {
    ...ifa,
    flags: kept | (valid === null ? IFA_F_PERMANENT : 0) | (preferred === 0 ? IFA_F_DEPRECATED : 0),
    validLft: valid ?? ifa.validLft,
    preferredLft: preferred ?? ifa.preferredLft,
    stamp: step.jiffies,
  };
}

/** Changes what can be changed of an address: its lifetimes and its metric. @source inet_rtm_newaddr() */
export function changeAddr(
  step: StepContext,
  dev: NetDevice,
  old: InAddr,
  lifetimes: Lifetimes,
  metric: number,
): void {
  if (metric !== old.metric) fibModifyPrefixMetric(step, dev, old, metric);
  const next = withLifetimes(step, { ...old, metric }, lifetimes);
  replace(step, dev, old, next);
  checkLifetimesNow(step, dev.netns);
  note(step, KIND.addr_new, dev, next);
}

function replace(step: StepContext, dev: NetDevice, old: InAddr, next: InAddr): void {
  setAddrs(
    step,
    dev,
    inDevice(step, dev).addrs.map((a) => (a === old ? next : a)),
  );
}

/** An address is from now on not to be begun with. @source check_lifetime() */
export function deprecateAddr(step: StepContext, dev: NetDevice, ifa: InAddr): void {
  const next = { ...ifa, flags: ifa.flags | IFA_F_DEPRECATED };
  replace(step, dev, ifa, next);
  note(step, KIND.addr_new, dev, next);
}

/** Takes an address away, and its secondaries with it unless one is promoted. @source __inet_del_ifa() */
export function deleteAddr(step: StepContext, dev: NetDevice, ifa: InAddr): void {
  const inDev = inDevice(step, dev);
  const promotes = confMax(netStack(step, dev.netns), inDev.conf, "promote_secondaries") !== 0;
  const at = inDev.addrs.indexOf(ifa);
  const isMate = (a: InAddr) => a.prefixLen === ifa.prefixLen && ifaMatch(ifa.address, a);
  const behind = inDev.addrs.slice(at + 1);
  const mates = isSecondary(ifa) ? [] : behind.filter((a) => isSecondary(a) && isMate(a));
  if (!promotes) for (const mate of mates) removeOne(step, dev, mate);
  const promoted = promotes ? mates[0] : undefined;
  if (promoted === undefined) {
    removeOne(step, dev, ifa);
    return;
  }
  const following = behind.slice(behind.indexOf(promoted)).filter(isMate);
  for (const mate of following) fibDelAddr(step, dev, inDevice(step, dev).addrs, mate, ifa);
  removeOne(step, dev, ifa);
  promote(step, dev, promoted, behind, at, ifa.scope);
  for (const mate of following.slice(1)) fibAddAddr(step, dev, mate);
}

function removeOne(step: StepContext, dev: NetDevice, ifa: InAddr): void {
  const before = inDevice(step, dev).addrs;
  const addrs = before.filter((a) => a !== ifa);
  setAddrs(step, dev, addrs);
  changeOwner(step, dev, ifa.local, false);
  note(step, KIND.addr_del, dev, ifa);
  fibDelAddr(step, dev, before, ifa, null);
  if (addrs.length > 0) return;
  // The last address is gone: the device has no IPv4 any more. @source fib_inetaddr_event()
  fibDisable(step, dev, true);
  neighIfdown(step, dev, 4);
}

/**
 * The first secondary becomes the primary of its subnet, behind the last primary up to it of at least the scope of the one that went.
 * @param behind what stood behind that one, which stood at `at`
 */
function promote(
  step: StepContext,
  dev: NetDevice,
  promoted: InAddr,
  behind: readonly InAddr[],
  at: number,
  scope: number,
): void {
  const between = behind.slice(0, behind.indexOf(promoted));
  const last = between.findLastIndex((a) => !isSecondary(a) && scope <= a.scope);
  const prim: InAddr = { ...promoted, flags: promoted.flags & ~IFA_F_SECONDARY };
  const others = inDevice(step, dev).addrs.filter((a) => a !== promoted);
  const place = at + last + 1;
  setAddrs(step, dev, [...others.slice(0, place), prim, ...others.slice(place)]);
  note(step, KIND.addr_new, dev, prim);
  onAddrUp(step, dev, prim);
}

/** A device leaves: its addresses go one by one, none is promoted. @source inetdev_destroy() */
export function deleteAllAddrs(step: StepContext, dev: NetDevice): void {
  for (const ifa of inDevice(step, dev).addrs) removeOne(step, dev, ifa);
}
