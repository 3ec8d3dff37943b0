/** RTA_MULTIPATH: next hops one after the other, each with attributes of its own. @source include/uapi/linux/rtnetlink.h, struct rtnexthop */
import type { HopInfo, HopSpec } from "../../events/requests.ts";
import { align4, concat, encodeAttrs, viewOf } from "../../wire/netlink/message.ts";
import { makeAttrs, type NamedAttr } from "../../wire/netlink/named.ts";
import { spaceOf } from "../../wire/netlink/schema.ts";
import { type Attr, attrOf, parseAttrs } from "./parse.ts";
import { NO_POLICY } from "./policies.ts";

const RTNEXTHOP_OCTETS = 8;
const NO_EXTACK = { text: null, offset: null, policy: null, missType: null, missNest: null };

/** Null: octets are left that are no next hop, or there is none. @source fib_count_nexthops() */
export function parseHops({ octets }: Attr): readonly HopSpec[] | null {
  const view = viewOf(octets);
  const hops: HopSpec[] = [];
  let at = 0;
  while (octets.length - at >= RTNEXTHOP_OCTETS) {
    const length = view.getUint16(at, true);
    if (length < RTNEXTHOP_OCTETS || length > octets.length - at) return null;
    const attrs = parseAttrs(octets.subarray(at + RTNEXTHOP_OCTETS, at + length), 0, NO_POLICY, null, {
      ...NO_EXTACK,
    });
    if ("ok" in attrs) return null;
    const gateway = attrOf(attrs, "RTA_GATEWAY")?.address;
    const oif = view.getInt32(at + 4, true);
    hops.push({
      ...(gateway === undefined ? {} : { gateway }),
      ...(oif === 0 ? {} : { oif }),
      flags: octets[at + 2]!,
      weight: octets[at + 3]! + 1,
      realm: attrOf(attrs, "RTA_FLOW")?.u32 ?? 0,
    });
    at += align4(length);
  }
  return at < octets.length || hops.length === 0 ? null : hops;
}

/** @source net/ipv4/fib_semantics.c, fib_add_nexthop() */
export function hopsOctets(hops: readonly HopInfo[]): Uint8Array {
  return concat(
    hops.map(({ gateway, oif, flags, weight, realm }) => {
      const named: NamedAttr[] = [];
      if (gateway !== null) named.push(["RTA_GATEWAY", gateway]);
      if (realm !== 0) named.push(["RTA_FLOW", realm]);
      const attrs = encodeAttrs(makeAttrs(spaceOf("RTA"), named));
      const head = new Uint8Array(RTNEXTHOP_OCTETS);
      const view = viewOf(head);
      view.setUint16(0, RTNEXTHOP_OCTETS + attrs.length, true);
      view.setUint8(2, flags);
      view.setUint8(3, weight - 1);
      view.setInt32(4, oif ?? 0, true);
      return concat([head, attrs]);
    }),
  );
}
