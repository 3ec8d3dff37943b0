/** Settings of a device as rows of numbers, in the order in which netlink has them. */
import type { NetDevice } from "../../devices/net-device.ts";
import { netStack } from "../../stack/net-stack.ts";
import { type SysctlKey, sysctlKey, sysctlSlot } from "../sysctl/sysctl-keys.ts";
import { sysctlNumber } from "../sysctl/sysctls.ts";
import type { Asking } from "./asking.ts";

/** Keys by the names of their files; `-` holds no number. */
export function keysOf(dir: string, names: string): readonly (SysctlKey | null)[] {
  return names.split(/\s+/).map((name) => (name === "-" ? null : sysctlKey(`${dir}/*/${name}`)));
}

/** Values as netlink has them: times in milliseconds. */
export function confValues(ask: Asking, dev: NetDevice, keys: readonly (SysctlKey | null)[]): number[] {
  const { sysctls } = netStack(ask.step, dev.netns);
  const slot = sysctlSlot(dev.ifindex);
  return keys.map((key) => {
    if (key === null) return 0;
    if (key.kind === "mtu") return dev.mtu;
    const value = sysctlNumber(sysctls, key.id, slot);
    return (key.kind === "s" || key.kind === "ms" ? value * 4 : value) >>> 0;
  });
}
