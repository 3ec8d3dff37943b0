/** Whose the cells of the IPv6 stack are. */
import type { NetDevice } from "../devices/net-device.ts";
import type { Netns } from "../devices/netns.ts";
import type { Inet6Addr, Inet6Dev, NeighTable6 } from "../stack/ipv6/inet6-dev.ts";
import type { NetStack6 } from "../stack/ipv6/net-stack6.ts";
import type { Neigh } from "../stack/neigh-table.ts";

/** What a walk from the roots notes. */
export interface Claimer {
  readonly faults: string[];
  /** The record of a cell that `owner` alone has; null: it is dead. */
  claim<T>(ref: number, owner: string): T | null;
}

/** Addresses, timers, counters and neighbours of a device's IPv6 part. */
export function claimInet6Device(claims: Claimer, dev: NetDevice, name: string): void {
  if (dev.inet6 < 0) return;
  const in6 = claims.claim<Inet6Dev>(dev.inet6, name);
  if (in6 === null) return;
  if (in6.device !== dev.ref) claims.faults.push(`the inet6 cell of ${name} is of ${in6.device}`);
  claims.claim(in6.mib, name);
  for (const timer of Object.values(in6.timers)) if (timer >= 0) claims.claim(timer, `${name}, timer`);
  for (const ref of in6.addrs) {
    const addr = claims.claim<Inet6Addr>(ref, `${name}, address`);
    if (addr !== null && (addr.ref !== ref || addr.device !== dev.ref))
      claims.faults.push(`address ${addr.address} of ${name} is one of device ${addr.device}`);
  }
  const table = claims.claim<NeighTable6>(dev.inet6 + 1, name);
  for (const [, refs] of table?.entries.entries() ?? [])
    for (const at of refs) {
      const neigh = claims.claim<Neigh>(at, `${name}, neighbour`);
      if (neigh !== null && (neigh.device !== dev.ref || neigh.ref !== at))
        claims.faults.push(`neighbour ${neigh.key} of ${name} is one of device ${neigh.device}`);
    }
}

/** What a namespace's IPv6 stack has; its routes leave by devices that are there. */
export function claimInet6Stack(claims: Claimer, ns: Netns, ref: number, owner: string): void {
  const stack = claims.claim<NetStack6>(ref, owner);
  if (stack === null) return;
  claims.claim(stack.mib, owner);
  for (const timer of [stack.verifyTimer, stack.gcTimer])
    if (timer >= 0) claims.claim(timer, `${owner}, timer`);
  for (const [, refs] of stack.fragmentQueues.entries())
    for (const queue of refs) claims.claim(queue, `${owner}, fragments`);
  for (const [table, { byLength }] of stack.fib.entries())
    for (const [, nodes] of byLength.entries())
      for (const [, list] of nodes.entries())
        for (const { dst, routes } of list)
          for (const { oif } of routes)
            if (!ns.devices.includes(oif))
              claims.faults.push(
                `${owner}: route to ${dst} in table ${table} leaves by device ${oif}, not there`,
              );
}
