/**
 * What is learned of single destinations: path MTUs and better first hops.
 * @source RFC 8201; net/ipv6/route.c, ip6_rt_update_pmtu(), rt6_do_redirect(), rt6_insert_exception()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { addressKey } from "./inet6-dev.ts";
import { type Exception6, netStack6, updateNetStack6 } from "./net-stack6.ts";
import { exceptionFor, outputRouteOf } from "./route6.ts";

const IPV6_MIN_MTU = 1280;

export function setException(step: StepContext, netns: number, exception: Exception6): void {
  const { exceptions } = netStack6(step, netns);
  const key = addressKey(exception.dst);
  const others = (exceptions.get(key) ?? []).filter((one) => one.dst !== exception.dst);
  updateNetStack6(step, netns, (stack) => {
    stack.exceptions = exceptions.set(key, [...others, exception]);
  });
}

/** Forgets what was learned of a destination. False: nothing was. @source rt6_remove_exception_rt() */
export function removeException(step: StepContext, netns: number, dst: Ipv6Address): boolean {
  const { exceptions } = netStack6(step, netns);
  const key = addressKey(dst);
  const known = exceptions.get(key) ?? [];
  const rest = known.filter((one) => one.dst !== dst);
  if (rest.length === known.length) return false;
  updateNetStack6(step, netns, (stack) => {
    stack.exceptions = rest.length === 0 ? exceptions.delete(key) : exceptions.set(key, rest);
  });
  return true;
}

/** A router says that packets are too long for their way. @source __ip6_rt_update_pmtu() */
export function learnMtu(step: StepContext, dev: NetDevice, dst: Ipv6Address, told: number): void {
  const { netns } = dev;
  const route = outputRouteOf(step, netns, dst, -1);
  if ("errno" in route || route.device !== route.owner) return;
  const mtu = Math.max(told, IPV6_MIN_MTU);
  if (mtu >= route.mtu) return;
  const stack = netStack6(step, netns);
  setException(step, netns, {
    dst,
    mtu,
    gateway: exceptionFor(step, stack, dst)?.gateway ?? 0n,
    device: route.device,
    expires: step.jiffies + stack.settings.mtuExpires,
  });
}
