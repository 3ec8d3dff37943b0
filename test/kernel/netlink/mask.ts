/** What nobody can foresee of a kernel's replies, each with its reason. All else is compared octet by octet. */
import { fromHex, toHex } from "../../../src/core/bytes.ts";
import {
  type AttrBlock,
  decodeDatagram,
  encodeDatagram,
  isBlock,
  type NetlinkAttr,
  type NetlinkMessage,
} from "../../../src/wire/netlink/message.ts";
import { type AttrSpace, attrType, messageSpec, spaceOf } from "../../../src/wire/netlink/schema.ts";

/** Octets of an attribute that are set to 0: from, to. */
type Mask = readonly [name: string, from: number, to: number, reason: string];
const MASKS: readonly Mask[] = [
  ["IFLA_PROTINFO", 16, 24, "times and a random time, in the listing of IPv6"],
  ["IFA_CACHEINFO", 8, 16, "hundredths of seconds since the machine started"],
  ["NDA_CACHEINFO", 0, 12, "hundredths of seconds since the entry was confirmed, used and changed"],
  ["IFLA_INET6_CACHEINFO", 4, 12, "a time since the start of the machine; a random time"],
  [
    "RTA_CACHEINFO",
    0,
    8,
    "how many hold the cached route, and since when: what was asked on the machine before",
  ],
  [
    "NDTA_CONFIG",
    4,
    28,
    "of the machine's whole table: its entries, the age of its clean-ups, the seed of its hash",
  ],
  ["NDTA_STATS", 0, 88, "counters of the machine's whole table"],
  ["NDTPA_REACHABLE_TIME", 0, 8, "random, and drawn anew every five minutes"],
];
/** Where IPv6 is on, hosts report groups and look for duplicates after random delays: counters follow. */
const TRAFFIC: readonly Mask[] = [
  "IFLA_STATS64",
  "IFLA_STATS",
  "IFLA_INET6_STATS",
  "IFLA_INET6_ICMP6STATS",
].map((name) => [name, 0, 1000, "counters of frames that are sent at random times"] as const);
/** The counters behind the settings in the family's own listing. */
const TRAFFIC_INSIDE: readonly Mask[] = [["IFLA_PROTINFO", 276, 640, "counters, too"]];

function maskValue(name: string, octets: Uint8Array, masks: readonly Mask[]): Uint8Array {
  const own = masks.filter(([masked]) => masked === name);
  return octets.map((octet, i) => (own.some(([, from, to]) => i >= from && i < to) ? 0 : octet));
}

function maskAttrs(attrs: readonly NetlinkAttr[], space: AttrSpace, masks: readonly Mask[]): NetlinkAttr[] {
  return attrs.map((attr, i) => {
    const spec = space.byType.get(attr.type);
    const { value } = attr;
    if (!isBlock(value)) return { ...attr, value: maskValue(spec?.name ?? "", value, masks) };
    return { ...attr, value: maskBlock(value, spec!.nest!(attrs.slice(0, i))!.attrs, masks) };
  });
}

function maskBlock<Block extends AttrBlock>(block: Block, space: AttrSpace, masks: readonly Mask[]): Block {
  return { ...block, attrs: maskAttrs(block.attrs, space, masks) };
}

const RTM_NEWNEIGH = 28;

/** Neighbours are dumped in the order of a hash that is seeded at random. */
function sortNeighbours(messages: readonly NetlinkMessage[]): NetlinkMessage[] {
  const key = ({ attrs, header }: NetlinkMessage) =>
    toHex(attrs.find((attr) => attr.type === attrType("NDA_DST"))!.value as Uint8Array) + toHex(header);
  const sorted = messages
    .filter(({ type }) => type === RTM_NEWNEIGH)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return messages.map((message) => (message.type === RTM_NEWNEIGH ? sorted.shift()! : message));
}

/**
 * A datagram in hex with what cannot be foreseen set to 0, as messages in hex.
 * @param hasTraffic hosts send frames by themselves
 */
export function masked(hex: string, hasTraffic = false): readonly string[] {
  const masks = hasTraffic ? [...MASKS, ...TRAFFIC, ...TRAFFIC_INSIDE] : MASKS;
  const datagram = decodeDatagram(fromHex(hex)!);
  if (!("messages" in datagram)) throw new Error(`${datagram.reason} at ${datagram.offset}`);
  const messages = datagram.messages.map((message) => {
    const spec = messageSpec(message.type);
    return spec === null
      ? maskBlock(message, spaceOf("NLMSGERR_ATTR"), masks)
      : maskBlock(message, spec.attrs, masks);
  });
  return sortNeighbours(messages).map((message) =>
    toHex(encodeDatagram({ messages: [message], rest: new Uint8Array(0) })),
  );
}
