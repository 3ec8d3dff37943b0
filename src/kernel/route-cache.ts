/** `ip route show cache`: what hosts told of the ways to single destinations. */
import type { NetnsRef } from "../devices/netns.ts";
import { RT_SCOPE_UNIVERSE } from "../events/netlink.ts";
import type { RouteInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { dumpTable, type Route, tableNumbers } from "../stack/fib.ts";
import { type FibException, listedExceptions } from "../stack/fib-exceptions.ts";
import { netStack } from "../stack/net-stack.ts";
import { formatIpv4, type Ipv4Address } from "../wire/ipv4-address.ts";
import { routeInfo } from "./infos.ts";
import { secondsLeft, withLearned } from "./route-get.ts";

/** What was learned of the ways by a table's routes (0: by all). @source fib_dump_info_fnhe() */
export function exceptionDump4(step: StepContext, netns: NetnsRef, table: number): RouteInfo[] {
  const stack = netStack(step, netns);
  const tables = table === 0 ? tableNumbers(stack.fib) : [table];
  return tables
    .flatMap((number) => dumpTable(stack.fib, number))
    .flatMap((route) =>
      listedExceptions(step, stack, route).map(([dst, exception]) =>
        exceptionInfo(step, netns, route, dst, exception),
      ),
    );
}

function exceptionInfo(
  step: StepContext,
  netns: NetnsRef,
  route: Route,
  dst: Ipv4Address,
  exception: FibException,
): RouteInfo {
  const hop = route.hops[exception.at]!;
  const known = withLearned(route.metrics, { ...exception, pmtu: exception.usedPmtu ?? 0 });
  const left = secondsLeft(step, exception);
  const { hops: _, ...info } = routeInfo(step, netns, { ...route, hops: [hop] });
  return {
    ...info,
    dst: formatIpv4(dst),
    dstLen: 32,
    scope: RT_SCOPE_UNIVERSE,
    protocol: 0,
    priority: 0,
    flags: 0,
    prefSrc: null,
    ...(exception.gateway === 0 ? {} : { gateway: formatIpv4(exception.gateway) }),
    ...(known === undefined ? {} : { metrics: known }),
    ...(left === null ? {} : { expires: left }),
    cacheFlags: exception.gateway === 0 ? [] : ["redirected"],
  };
}
