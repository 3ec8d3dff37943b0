/** Addresses of IPv6 in filter expressions. @source pcap-filter(7); behaviour of libpcap 1.10.3 as recorded */

import type { Arith, Filter } from "../../stack/socket-filter.ts";
import { type Ipv6Address, parseIpv6, prefixMaskIpv6 } from "../../wire/ipv6-address.ts";
import { FilterError } from "./filter-lex.ts";
import type { Qualifiers } from "./filter-make.ts";

/** The address of `host ADDRESS` or `net ADDRESS/LENGTH`, or libpcap's complaint. */
export function needPrefix6(text: string, length: number, q: Qualifiers): Ipv6Address {
  if (q.kind !== null && q.kind !== "host" && q.kind !== "net")
    throw new FilterError("invalid qualifier against IPv6 address");
  const address = parseIpv6(text);
  if (address === null) throw new FilterError(`invalid ip6 address ${text}`);
  if (length > 128) throw new FilterError("mask length must be <= 128");
  if ((address & ~prefixMaskIpv6(length)) !== 0n)
    throw new FilterError(`non-network bits set in "${text}/${length}"`);
  if (q.kind !== "net" && length !== 128) throw new FilterError("Mask syntax for networks only");
  return address;
}

/** An address of IPv6 fits no protocol but its own. */
export function checkProtocol6(q: Qualifiers): void {
  const what = q.kind === "net" ? "net" : "host";
  if (q.protocol === "ether") throw new FilterError(`link-layer modifier applied to ip6 ${what}`);
  if (q.protocol !== null && q.protocol !== "ip6")
    throw new FilterError(`'${q.protocol}' modifier applied to ip6 ${what}`);
}

/** Does an address begin like this one? A filter compares 32 bits at a time. @param load the word with that number */
export function sharesPrefix6(address: Ipv6Address, length: number, load: (word: number) => Arith): Filter {
  const word = (of: bigint, i: number): number => Number((of >> BigInt(96 - 32 * i)) & 0xffff_ffffn);
  const mask = prefixMaskIpv6(length);
  let all: Filter = { k: "all" };
  for (let i = 0; i < 4; i++) {
    const bits = word(mask, i);
    if (bits === 0) continue;
    const whole = load(i);
    const a: Arith =
      bits === 0xffff_ffff ? whole : { k: "bin", op: "&", a: whole, b: { k: "num", value: bits } };
    const test: Filter = { k: "cmp", op: "=", a, b: { k: "num", value: word(address, i) } };
    all = all.k === "all" ? test : { k: "and", a: all, b: test };
  }
  return all;
}
