import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeDatagram,
  encodeDatagram,
  type NetlinkAttr,
  type NetlinkMessage,
} from "../../../src/wire/netlink/message.ts";
import { nameMessage } from "../../../src/wire/netlink/named.ts";
import { type AttrSpace, messageSpec } from "../../../src/wire/netlink/schema.ts";

const NAMES = [
  "RTM_NEWLINK",
  "RTM_NEWADDR",
  "RTM_NEWROUTE",
  "RTM_NEWNEIGH",
  "RTM_NEWNEIGHTBL",
  "RTM_NEWNSID",
];
const NONE = new Uint8Array(0);

const octets = (max: number) => fc.uint8Array({ maxLength: max });

/** Attributes of a place, some of them with others inside, padded with whatever. */
function attrs(space: AttrSpace, depth: number): fc.Arbitrary<NetlinkAttr[]> {
  const types = [...space.byType.keys(), 200];
  const attr = fc
    .record({
      type: fc.constantFrom(...types),
      flags: fc.constantFrom(0, 0x8000, 0x4000),
      isDirty: fc.boolean(),
    })
    .chain(({ type, flags, isDirty }): fc.Arbitrary<NetlinkAttr> => {
      const nest = space.byType.get(type)?.nest?.([]) ?? null;
      // What IFLA_INFO_DATA holds depends on what stands before it: octets, here.
      if (nest === null || depth === 0) {
        const value = nest === null ? octets(40) : fc.constant(NONE);
        return value.map((leaf) => {
          const missing = (4 - (leaf.length % 4)) % 4;
          const padding = isDirty && missing > 0 ? { padding: new Uint8Array(missing).fill(7) } : {};
          const whole = nest === null ? leaf : { header: NONE, attrs: [] };
          return { type, flags, value: whole, ...padding };
        });
      }
      return fc
        .record({
          header: fc.uint8Array({ minLength: nest.headerOctets, maxLength: nest.headerOctets }),
          attrs: attrs(nest.attrs, depth - 1),
        })
        .map((value) => ({ type, flags, value }));
    });
  return fc.array(attr, { maxLength: 5 });
}

const message: fc.Arbitrary<NetlinkMessage> = fc.constantFrom(...NAMES).chain((name) => {
  const spec = messageSpec(name)!;
  const length = (spec.headerOctets + 3) & ~3;
  return fc.record({
    type: fc.constant(spec.type),
    flags: fc.nat(0xffff),
    seq: fc.nat(0x7fff_ffff),
    pid: fc.nat(0x7fff_ffff),
    header: fc.uint8Array({ minLength: length, maxLength: length }),
    attrs: attrs(spec.attrs, 3),
  });
});
const datagram = fc.record({
  messages: fc.array(message, { minLength: 1, maxLength: 3 }),
  rest: fc.constant(NONE),
});

describe("a datagram of netlink", () => {
  it("should be the same tree after encoding and decoding", () => {
    fc.assert(
      fc.property(datagram, (tree) => {
        expect(decodeDatagram(encodeDatagram(tree))).toEqual(tree);
      }),
    );
  });

  it("should, cut off anywhere, be read up to there or give an error within it", () => {
    fc.assert(
      fc.property(datagram, fc.nat(), (tree, at) => {
        const whole = encodeDatagram(tree);
        const cut = whole.subarray(0, at % whole.length);
        const read = decodeDatagram(cut);
        if ("messages" in read) expect(encodeDatagram(read)).toEqual(cut);
        else expect(read.offset).toBeLessThanOrEqual(cut.length);
      }),
    );
  });

  it("should be octets again as they were, or be refused, whatever they are", () => {
    fc.assert(
      fc.property(datagram, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (tree, changes) => {
        const octets = encodeDatagram(tree);
        for (const [at, value] of changes) octets[at % octets.length] = value;
        const read = decodeDatagram(octets);
        if (!("messages" in read)) return;
        expect(encodeDatagram(read)).toEqual(octets);
        for (const one of read.messages) nameMessage(one);
      }),
    );
  });

  it.each([
    ["0a000000", "4 octets are too few for a message's header", 0],
    ["0f0000001000000000000000000000000000", "a message's length of 15 is below that of its header", 0],
    ["200000001000000000000000000000000000", "a message of 32 octets, of which 18 are there", 0],
    ["180000001000000000000000000000000100000000000000", null, 0],
    [
      "240000001000000000000000000000000000000000000000000000000000000003000100",
      "an attribute's length of 3 is below that of its header",
      32,
    ],
    [
      "240000001000000000000000000000000000000000000000000000000000000008000100",
      "an attribute of 8 octets, of which 4 are there",
      32,
    ],
    [
      "220000001000000000000000000000000000000000000000000000000000000008000000",
      "2 octets are left behind the last attribute",
      32,
    ],
    [
      "2c0000001000000000000000000000000000000000000000000000000000000" +
        "00c001200" +
        "09000100" +
        "76657468",
      "an attribute of 9 octets, of which 8 are there",
      36,
    ],
  ])("should say of %s what is wrong, and where", (hex, reason, offset) => {
    const read = decodeDatagram(Uint8Array.from(Buffer.from(hex, "hex")));
    if (reason === null) expect(read).toHaveProperty("messages");
    else expect(read).toEqual({ layer: "netlink", reason, offset });
  });
});
