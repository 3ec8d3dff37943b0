/**
 * Names and numbers of devices.
 * @source net/core/dev.c
 */
import { granted, type Result, refused } from "../core/result.ts";
import { type DeviceRef, isValidIfname } from "../devices/net-device.ts";
import {
  deviceByIndex,
  deviceByName,
  type Netns,
  type NetnsRef,
  nameKey,
  updateNetns,
} from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";

/** Highest number of a name made from a pattern. @source __dev_alloc_name(), 8 * PAGE_SIZE */
const PATTERN_MAX = 32_768;

/** The name that a wish leads to: itself if free, or the lowest free number in place of `%d`. @source dev_get_valid_name() */
export function allocateName(step: StepContext, netns: NetnsRef, wish: string): Result<string> {
  if (!isValidIfname(wish)) return refused("EINVAL");
  const percent = wish.indexOf("%");
  if (percent < 0) return deviceByName(step, netns, wish) === null ? granted(wish) : refused("EEXIST");
  if (wish[percent + 1] !== "d" || wish.indexOf("%", percent + 2) >= 0) return refused("EINVAL");
  const [before, after] = [wish.slice(0, percent), wish.slice(percent + 2)];
  for (let n = 0; n < PATTERN_MAX; n++) {
    const name = `${before}${n}${after}`;
    if (deviceByName(step, netns, name) === null)
      return isValidIfname(name) ? granted(name) : refused("EINVAL");
  }
  return refused("ENOSPC");
}

/** Takes an ifindex: the wished one if free, or the next. @source dev_index_reserve() */
export function reserveIndex(step: StepContext, netns: NetnsRef, wish: number): Result<number> {
  if (wish !== 0) {
    if (deviceByIndex(step, netns, wish) !== null) return refused("EBUSY");
    return granted(wish);
  }
  let next = step.cells.get(netns).ifindexLast + 1;
  while (deviceByIndex(step, netns, next) !== null) next++;
  updateNetns(step, netns, (ns) => {
    ns.ifindexLast = next;
  });
  return granted(next);
}

export function addName(ns: Netns, name: string, device: DeviceRef): void {
  const key = nameKey(name);
  ns.byName = ns.byName.set(key, [...(ns.byName.get(key) ?? []), { name, device }]);
}

export function removeName(ns: Netns, name: string): void {
  const key = nameKey(name);
  const rest = (ns.byName.get(key) ?? []).filter((entry) => entry.name !== name);
  ns.byName = rest.length === 0 ? ns.byName.delete(key) : ns.byName.set(key, rest);
}

/** Names that the sysctl trees keep for themselves. @source net/ipv4/devinet.c, sysctl_dev_name_is_allowed() */
export function isAllowedBySysctl(name: string): boolean {
  return name !== "all" && name !== "default";
}
