import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpv6, parseIpv6, prefixMaskIpv6, readIpv6, writeIpv6 } from "../../src/wire/ipv6-address.ts";

describe("an IPv6 address", () => {
  // As inet_ntop(3) of glibc writes them.
  it.each([
    ["::", "::"],
    ["::1", "::1"],
    ["FE80:0:0:0:0:FF:fe00:000a", "fe80::ff:fe00:a"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:0:0:3:4", "1::2:0:0:3:4"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
    ["::102:304", "::1.2.3.4"],
    ["::1:0:0", "::1:0:0"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["ff02::1:ff00:a", "ff02::1:ff00:a"],
  ])("%s should be written as %s", (text, written) => {
    expect(formatIpv6(parseIpv6(text)!)).toBe(written);
  });

  it.each([
    "",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "::g",
    "1.2.3.4",
    "::1.2.3.256",
    "::1.2.3.4:5",
    ":1::",
    "1::2:",
  ])("%j should be none", (text) => {
    expect(parseIpv6(text)).toBeNull();
  });

  it("should come back from its text and from its octets", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
        fc.bigInt({ min: 0n, max: 0xffffn }),
        (a, mask) => {
          // Runs of zeros of all places.
          for (let i = 0n; i < 8n; i++) if ((mask >> i) & 1n) a &= ~(0xffffn << (i * 16n));
          const octets = new Uint8Array(18);
          writeIpv6(octets, 1, a);
          expect([parseIpv6(formatIpv6(a)), readIpv6(octets, 1), octets[17]]).toEqual([a, a, 0]);
        },
      ),
    );
  });

  it("should have netmasks", () => {
    expect([0, 10, 64, 128].map((n) => formatIpv6(prefixMaskIpv6(n)))).toEqual([
      "::",
      "ffc0::",
      "ffff:ffff:ffff:ffff::",
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]);
  });
});
