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
const MASKS: readonly (readonly [name: string, from: number, to: number, reason: string])[] = [
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
const BY_NAME = new Map(MASKS.map(([name, from, to]) => [name, { from, to }]));

function maskValue(name: string, octets: Uint8Array): Uint8Array {
  const mask = BY_NAME.get(name);
  return mask === undefined ? octets : octets.map((octet, i) => (i >= mask.from && i < mask.to ? 0 : octet));
}

function maskAttrs(attrs: readonly NetlinkAttr[], space: AttrSpace): NetlinkAttr[] {
  return attrs.map((attr, i) => {
    const spec = space.byType.get(attr.type);
    const { value } = attr;
    if (!isBlock(value)) return { ...attr, value: maskValue(spec?.name ?? "", value) };
    return { ...attr, value: maskBlock(value, spec!.nest!(attrs.slice(0, i))!.attrs) };
  });
}

function maskBlock<Block extends AttrBlock>(block: Block, space: AttrSpace): Block {
  return { ...block, attrs: maskAttrs(block.attrs, space) };
}

const RTM_NEWNEIGH = 28;

/** Neighbours are dumped in the order of a hash that is seeded at random. */
function sortNeighbours(messages: readonly NetlinkMessage[]): NetlinkMessage[] {
  const key = ({ attrs }: NetlinkMessage) =>
    toHex(attrs.find((attr) => attr.type === attrType("NDA_DST"))!.value as Uint8Array);
  const sorted = messages
    .filter(({ type }) => type === RTM_NEWNEIGH)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return messages.map((message) => (message.type === RTM_NEWNEIGH ? sorted.shift()! : message));
}

/** A datagram in hex with what cannot be foreseen set to 0, as messages in hex. */
export function masked(hex: string): readonly string[] {
  const datagram = decodeDatagram(fromHex(hex)!);
  if (!("messages" in datagram)) throw new Error(`${datagram.reason} at ${datagram.offset}`);
  const messages = datagram.messages.map((message) => {
    const spec = messageSpec(message.type);
    return spec === null ? maskBlock(message, spaceOf("NLMSGERR_ATTR")) : maskBlock(message, spec.attrs);
  });
  return sortNeighbours(messages).map((message) =>
    toHex(encodeDatagram({ messages: [message], rest: new Uint8Array(0) })),
  );
}
