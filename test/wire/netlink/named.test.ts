import { describe, expect, it } from "vitest";
import { toHex } from "../../../src/core/bytes.ts";
import { decodeDatagram, encodeMessage } from "../../../src/wire/netlink/message.ts";
import { makeMessage, nameMessage } from "../../../src/wire/netlink/named.ts";

const VETH = {
  type: "RTM_NEWLINK",
  flags: 0x605,
  seq: 1795190997,
  pid: 0,
  header: { family: 0, type: 0, index: 0, flags: 0, change: 0 },
  attrs: [
    ["IFLA_ADDRESS", "02:00:00:00:00:01"],
    ["IFLA_IFNAME", "veth0"],
    [
      "IFLA_LINKINFO",
      {
        attrs: [
          ["IFLA_INFO_KIND", "veth"],
          [
            "IFLA_INFO_DATA",
            {
              attrs: [
                [
                  "VETH_INFO_PEER",
                  {
                    header: { family: 0, type: 0, index: 0, flags: 0, change: 0 },
                    attrs: [
                      ["IFLA_NET_NS_FD", 4],
                      ["IFLA_ADDRESS", "02:00:00:00:00:02"],
                      ["IFLA_IFNAME", "veth1"],
                    ],
                  },
                ],
              ],
            },
          ],
        ],
      },
    ],
  ],
} as const;

describe("messages by names", () => {
  it("should be the octets that ip sends", () => {
    // strace of `ip link add veth0 address 02:00:00:00:00:01 type veth peer name veth1 netns NAME address 02:00:00:00:00:02`
    const octets = [
      "7c00000010000506d570006b00000000",
      "00000000000000000000000000000000",
      "0a00010002000000000100000a000300",
      "76657468300000004400120008000100",
      "76657468380002003400010000000000",
      "00000000000000000000000008001c00",
      "040000000a0001000200000000020000",
      "0a0003007665746831000000",
    ];
    expect(toHex(encodeMessage(makeMessage(VETH, 0)))).toBe(octets.join(""));
  });
  it("should be read back as they were made", () => {
    const read = decodeDatagram(encodeMessage(makeMessage(VETH)));
    expect("messages" in read && nameMessage(read.messages[0]!)).toEqual(VETH);
  });
  it.each([
    [{ ...VETH, attrs: [["IFLA_NOSUCH", 1]] }, "IFLA has no attribute IFLA_NOSUCH"],
    [{ ...VETH, type: "RTM_NOSUCH" }, "no message RTM_NOSUCH"],
    [{ ...VETH, attrs: [["IFLA_MTU", "x"]] }, 'IFLA_MTU is u32, not "x"'],
    [{ ...VETH, attrs: [["IFLA_ADDRESS", "0x"]] }, 'IFLA_ADDRESS is lladdr, not "0x"'],
    [{ ...VETH, attrs: [["IFLA_MTU", { attrs: [] }]] }, "IFLA_MTU holds no attributes"],
  ] as const)("should be refused where they name what there is not", (message, text) => {
    expect(() => makeMessage(message)).toThrow(text);
  });
});
