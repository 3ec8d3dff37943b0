import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArpPacket } from "../../src/wire/arp.ts";
import { decodeFrame, frameOctets } from "../../src/wire/ethernet.ts";
import { ETH_P_ARP, ETH_P_IP, Frame, OpaquePayload } from "../../src/wire/frame.ts";
import { IcmpMessage } from "../../src/wire/icmp.ts";
import { IP_DF, Ipv4Packet } from "../../src/wire/ipv4.ts";
import { MAC_BROADCAST } from "../../src/wire/mac.ts";
import { ARP_REPLY, ARP_REQUEST, ECHO_REPLY, ECHO_REQUEST, IP_A, IP_B, MAC_A, MAC_B } from "./frames.ts";

/** The frame without the octets that it was read from: what encodes it anew. */
function fromView(frame: Frame): Frame {
  return new Frame(frame.id, frame.dst, frame.src, frame.etherType, frame.payload, frame.length, null);
}

const arpRequest = new ArpPacket(1, MAC_A, IP_A, 0, IP_B);
const arpReply = new ArpPacket(2, MAC_B, IP_B, MAC_A, IP_A);
const data = ECHO_REQUEST.slice(42);
const request = new Ipv4Packet(
  0,
  0xf1df,
  IP_DF,
  0,
  64,
  1,
  IP_A,
  IP_B,
  new IcmpMessage(8, 0, 0x0048_0001, data),
);
const reply = new Ipv4Packet(0, 0xe83f, 0, 0, 64, 1, IP_B, IP_A, new IcmpMessage(0, 0, 0x0048_0001, data));

const KNOWN: readonly (readonly [string, Uint8Array, Frame])[] = [
  ["an ARP request", ARP_REQUEST, new Frame(7, MAC_BROADCAST, MAC_A, ETH_P_ARP, arpRequest, 42, ARP_REQUEST)],
  ["an ARP reply", ARP_REPLY, new Frame(7, MAC_A, MAC_B, ETH_P_ARP, arpReply, 42, ARP_REPLY)],
  ["an echo request", ECHO_REQUEST, new Frame(7, MAC_B, MAC_A, ETH_P_IP, request, 98, ECHO_REQUEST)],
  ["an echo reply", ECHO_REPLY, new Frame(7, MAC_A, MAC_B, ETH_P_IP, reply, 98, ECHO_REPLY)],
];

const anyMac = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe("decodeFrame", () => {
  it.each(KNOWN)("should read %s of a real kernel", (_, octets, frame) => {
    expect(decodeFrame(7, octets)).toEqual(frame);
  });

  it("should refuse what is shorter than its header", () => {
    const error = { layer: "ethernet", reason: "shorter than 14 octets", offset: 13 };
    expect(decodeFrame(1, new Uint8Array(13))).toEqual(error);
    expect(decodeFrame(1, new Uint8Array(14))).toEqual(
      new Frame(1, 0, 0, 0, new OpaquePayload(new Uint8Array(0)), 14, new Uint8Array(14)),
    );
  });

  it("should keep the payload of an unknown EtherType, and of a damaged one", () => {
    const unknown = ARP_REQUEST.slice();
    unknown[12] = 0x88;
    expect(decodeFrame(1, unknown)).toMatchObject({
      etherType: 0x8806,
      payload: new OpaquePayload(unknown.slice(14)),
    });
    const damaged = ECHO_REQUEST.slice();
    damaged[22] = 63;
    expect(decodeFrame(1, damaged)).toMatchObject({
      etherType: ETH_P_IP,
      payload: new OpaquePayload(damaged.slice(14)),
    });
  });

  it("should read any octets, and give them back as they were", () => {
    const near = fc
      .tuple(fc.constantFrom(...KNOWN), fc.nat(97), fc.nat(255))
      .map(([[, octets], at, octet]) => {
        const changed = octets.slice();
        changed[at % changed.length] = octet;
        return changed;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), near), (octets) => {
        const frame = decodeFrame(1, octets);
        if ("reason" in frame) expect(octets.length).toBeLessThan(14);
        else expect(frameOctets(frame)).toEqual(octets);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("encodeFrame", () => {
  it.each(KNOWN)("should write %s of a real kernel, checksums included", (_, octets, frame) => {
    expect(frameOctets(fromView(frame))).toEqual(octets);
  });

  it("should write what decodeFrame reads as the same frame", () => {
    const payload = fc.uint8Array({ maxLength: 60 }).map((octets) => new OpaquePayload(octets));
    fc.assert(
      fc.property(
        anyMac,
        anyMac,
        fc.integer({ min: 0x0900, max: 0xffff }),
        payload,
        (dst, src, etherType, body) => {
          const frame = new Frame(3, dst, src, etherType, body, 14 + body.length, null);
          const read = decodeFrame(3, frameOctets(frame));
          expect("reason" in read ? read : fromView(read)).toEqual(frame);
        },
      ),
    );
  });
});
