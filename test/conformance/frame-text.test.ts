import { describe, expect, it } from "vitest";
import { frameText, frameTexts, newFrameContext } from "../../src/conformance/frame-text.ts";
import type { FrameRecord } from "../../src/conformance/recording.ts";
import { fromHex } from "../../src/core/bytes.ts";
import { echoHex } from "./sample.ts";

function text(hex: string): string {
  return frameText(fromHex(hex)!);
}

/** Sets one octet of hex text. */
function patched(hex: string, at: number, value: number): string {
  return hex.slice(0, 2 * at) + value.toString(16).padStart(2, "0") + hex.slice(2 * at + 2);
}

const ECHO =
  "02:00:00:00:00:0a > 02:00:00:00:00:0b IP 10.0.0.1 > 10.0.0.2 ttl 64 DF length 84 ICMP echo request sequence 1, 56 octets";

describe("frame text", () => {
  it("should print an ARP request", () => {
    const hex = "ffffffffffff02000000000a0806000108000604000102000000000a0a0000010000000000000a000002";
    expect(text(hex)).toBe(
      "02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff ARP request from 10.0.0.1 at 02:00:00:00:00:0a for 10.0.0.2 at 00:00:00:00:00:00, 28 octets",
    );
  });

  it("should leave out the IP id, the ICMP identifier, the time stamp and both checksums", () => {
    expect(text(echoHex(true, 1, 7))).toBe(text(echoHex(true, 1, 200)));
    expect(text(echoHex(true, 1)).startsWith(ECHO)).toBe(true);
  });

  it("should keep the sequence number and the data behind the time stamp", () => {
    expect(text(echoHex(true, 2))).not.toBe(text(echoHex(true, 1)));
    expect(text(patched(echoHex(true, 1), 14 + 20 + 8 + 16, 0))).not.toContain("1011121314151617");
  });

  it("should name a wrong IP header checksum and a wrong ICMP checksum", () => {
    expect(text(patched(echoHex(true, 1), 24, 0))).toContain("BAD-IP-CHECKSUM");
    expect(text(patched(echoHex(true, 1), 36, 0))).toContain("BAD-ICMP-CHECKSUM");
    expect(text(echoHex(true, 1))).not.toContain("BAD");
  });

  it("should map a random MAC address, and keep one that a script chose", () => {
    const hex = echoHex(true, 1).replace("02000000000a", "5e0102030405");
    expect(text(hex)).toMatch(/^MAC > 02:00:00:00:00:0b IP/);
  });

  it("should name a fragment that does not share its packet's id", () => {
    const ip = (id: string, offset: string) =>
      `02000000000b02000000000a08004500001c${id}${offset}4001${"0000"}0a0000010a0000020001020304050607`;
    const record = (hex: string): FrameRecord => ({
      t: 0,
      ns: "a",
      if: "v0",
      dir: "out",
      len: 42,
      csum_pending: false,
      hex,
    });
    const [, same, other] = frameTexts([
      record(ip("0007", "2000")),
      record(ip("0007", "0001")),
      record(ip("0008", "0001")),
    ]);
    expect(same).not.toContain("FRAGMENT-OF-ANOTHER-ID");
    expect(other).toContain("FRAGMENT-OF-ANOTHER-ID");
  });

  it("should print the packet that an ICMP error quotes", () => {
    const quoted = `4500005400000000400100000a0000010a0000090800000000010001`;
    const hex = `00000000000000000000000008004500003800000000400100000a0000010a000001030100000000${"0000"}${quoted}`;
    expect(text(hex)).toContain(
      "ICMP unreachable code 1, 28 octets BAD-ICMP-CHECKSUM [10.0.0.1 > 10.0.0.9 ttl 64 length 84 ICMP echo request sequence 1, 0 octets]",
    );
  });

  it("should print any octets without failing", () => {
    for (let length = 0; length < 120; length++) {
      for (const type of [0x0800, 0x0806, 0x86dd, 0x0027]) {
        const octets = new Uint8Array(length).map((_, i) => (i * 37 + length * 11) & 255);
        if (length >= 14) octets.set([type >>> 8, type & 255], 12);
        expect(frameText(octets, newFrameContext())).not.toBe("");
      }
    }
  });
});
