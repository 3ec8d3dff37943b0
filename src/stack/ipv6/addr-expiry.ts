/**
 * Addresses grow old and go; so do routes.
 * @source net/ipv6/addrconf.c, addrconf_verify_rtnl(); net/ipv6/ip6_fib.c, fib6_run_gc()
 */
import { HZ } from "../../core/timer-wheel.ts";
import { devicesOf, type NetnsRef } from "../../devices/netns.ts";
import { KIND } from "../../events/kinds.ts";
import { IFA_F_DEPRECATED, IFA_F_PERMANENT } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { formatIpv6 } from "../../wire/ipv6-address.ts";
import { nsTimer, startGc } from "./addr-lifetime.ts";
import { deleteAddr6 } from "./addrconf.ts";
import { allRoutes6 } from "./fib6.ts";
import { changeRoutes } from "./fib6-change.ts";
import { addrs6, type Inet6Addr, setAddr6 } from "./inet6-dev.ts";
import { netStack6 } from "./net-stack6.ts";

/** Seconds between two looks at all addresses, in jiffies. @source ADDR_CHECK_FREQUENCY */
const CHECK_JIFFIES = 120 * HZ;
/** What is that near to its end is at its end. @source ADDRCONF_TIMER_FUZZ_MINUS */
const FUZZ_MINUS = HZ / 50;
const FUZZ = Math.floor(HZ / 4);

/** Jiffies of the next whole second. @source round_jiffies_up() */
function roundedUp(jiffies: number): number {
  return Math.ceil(jiffies / HZ) * HZ;
}

/** When it is next to be looked at; null: never. It may have gone. */
function verifyOne(step: StepContext, addr: Inet6Addr): number | null {
  if ((addr.flags & IFA_F_PERMANENT) !== 0 && addr.preferredLft === null) return null;
  const dev = step.cells.get(addr.device);
  const age = Math.floor((step.jiffies - addr.tstamp + FUZZ_MINUS) / HZ);
  if (addr.validLft !== null && age >= addr.validLft) {
    deleteAddr6(step, dev, addr);
    return null;
  }
  if (addr.preferredLft === null) return null;
  if (age < addr.preferredLft) return addr.tstamp + addr.preferredLft * HZ;
  if ((addr.flags & IFA_F_DEPRECATED) === 0) {
    const next = setAddr6(step, addr, { flags: addr.flags | IFA_F_DEPRECATED });
    step.rtnlNotify(dev.netns, { object: "addr6", subject: { dev, addr: next } });
    const data = { local: formatIpv6(addr.address), prefixLen: addr.prefixLen, deprecated: true };
    step.record(KIND.addr_new, dev.netns, dev.ref, JSON.stringify(data));
  }
  return addr.validLft === null ? null : addr.tstamp + addr.validLft * HZ;
}

export function verifyAddrs(step: StepContext, netns: NetnsRef): void {
  const now = step.jiffies;
  let next = roundedUp(now + CHECK_JIFFIES);
  let isNeeded = false;
  for (const dev of devicesOf(step, netns))
    for (const addr of addrs6(step, dev)) {
      const at = verifyOne(step, addr);
      if (at === null) continue;
      isNeeded = true;
      next = Math.min(next, at);
    }
  if (!isNeeded) return;
  const rounded = roundedUp(next);
  const wanted = rounded < next + FUZZ ? rounded : next;
  step.armTimer(nsTimer(step, netns, "verify"), Math.max(wanted, now + HZ) - now);
}

export function gcRoutes(step: StepContext, netns: NetnsRef): void {
  changeRoutes(step, netns, (route) =>
    route.expires !== null && step.jiffies > route.expires ? null : route,
  );
  if (allRoutes6(netStack6(step, netns).fib).some((route) => route.expires !== null)) startGc(step, netns);
}
