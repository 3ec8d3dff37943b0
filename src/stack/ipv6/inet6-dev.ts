/** The IPv6 side of a device: addresses, groups, settings, neighbours. @source include/net/if_inet6.h, struct inet6_dev */
import { immerable, produce } from "immer";
import type { Cell } from "../../core/cell-table.ts";
import { IntMap } from "../../core/int-map.ts";
import { registerRecord } from "../../core/record-codec.ts";
import type { DeviceRef, NetDevice } from "../../devices/net-device.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { DEFAULT_NEIGH_PARMS, type NeighParms } from "../conf.ts";
import type { NeighRef } from "../neigh-table.ts";

export class Inet6Dev {
  static readonly [immerable] = true;
  device: DeviceRef = -1;
  neighParms: NeighParms = DEFAULT_NEIGH_PARMS;
}
registerRecord("Inet6Dev", Inet6Dev);

/** Neighbours of a device by hash of their IPv6 address. Their entries are cells of their own. */
export class NeighTable6 {
  constructor(readonly entries: IntMap<readonly NeighRef[]>) {}
}
registerRecord("NeighTable6", NeighTable6);

export const NO_NEIGHBOURS6 = new NeighTable6(IntMap.empty());

/** A device's IPv6 part and its neighbour table lie in neighbouring cells. */
export function neighTable6Ref(dev: NetDevice): Cell<NeighTable6> {
  return dev.inet6 + 1;
}

/** A device's IPv6 part; null: it has none. */
export function inet6Dev(step: StepContext, dev: NetDevice): Inet6Dev | null {
  return dev.inet6 < 0 ? null : step.cells.get(dev.inet6 as Cell<Inet6Dev>);
}

export function updateInet6Dev(step: StepContext, dev: NetDevice, recipe: (draft: Inet6Dev) => void): void {
  const ref = dev.inet6 as Cell<Inet6Dev>;
  step.cells.set(
    ref,
    produce(step.cells.get(ref), (draft) => recipe(draft as Inet6Dev)),
  );
}

/** A number to find an address's place in a table by. */
export function addressKey(a: Ipv6Address): number {
  const mixed = (a >> 96n) ^ (a >> 64n) ^ (a >> 32n) ^ a;
  return Number(mixed & 0xffff_ffffn);
}
