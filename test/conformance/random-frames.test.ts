import { describe, expect, it } from "vitest";
import { compareRecordings } from "../../src/conformance/compare.ts";
import type { FrameRecord, Recording, Step } from "../../src/conformance/recording.ts";
import { withIpv6 } from "../../src/conformance/scenarios.ts";

const ANY = "00".repeat(16);
const LINK_LOCAL = "fe80000000000000000000fffe00000a";
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, "0");

/** Ethernet, IPv6 with that next header, payload. */
function ipv6(src: string, dst: string, next: number, payload: string): string {
  const head = `60000000${hex(payload.length / 2, 4)}${hex(next, 2)}ff`;
  return `3333000000160200000000${"0a"}86dd${head}${src}${dst}${payload}`;
}
const report = (groups: readonly number[], src = ANY) => {
  const records = groups.map((group) => `04000000ff0200000000000000000001ff0000${hex(group, 2)}`).join("");
  const message = `8f000000${hex(groups.length, 8)}${records}`;
  return ipv6(src, "ff020000000000000000000000000016", 0, `3a00050200000100${message}`);
};
const detection = (target: number, nonce = 1) =>
  ipv6(
    ANY,
    `ff0200000000000000000001ff0000${hex(target, 2)}`,
    58,
    `8700000000000000fe80000000000000000000fffe0000${hex(target, 2)}0e01${hex(nonce, 12)}`,
  );
const echo = ipv6(LINK_LOCAL, "ff020000000000000000000000000001", 58, "8000000000010001");

type Sent = readonly [t: number, hex: string];

function recording(frames: readonly Sent[], counted = 3, counters = ""): Recording {
  const step = (n: number, t: number, cmd: string, stdout = ""): Step => {
    return { n, t, t_end: t + 0.01, rc: 0, bg: false, cmd, stdout, stderr: "" };
  };
  return {
    name: "r",
    scenario: "",
    steps: [
      step(1, 0, "ip link set v0 up"),
      step(2, 9, "ip -s link", `    TX: 90 ${counted} 0\n`),
      step(3, 9.1, "nstat -as", counters),
    ],
    frames: frames.map(
      ([t, octets]): FrameRecord => ({
        t,
        ns: "a",
        if: "v0",
        dir: "out",
        len: octets.length / 2,
        csum_pending: false,
        hex: octets,
      }),
    ),
    final: new Map(),
    drops: null,
    unstable: { steps: [], interfaces: [] },
  };
}

const REFERENCE: readonly Sent[] = [
  [0.1, report([1])],
  [0.5, detection(10)],
  [0.9, report([1, 2])],
  [3, echo],
];
const differences = (other: readonly Sent[], counted = 3) =>
  compareRecordings(recording(REFERENCE), recording(other, counted)).differences.map(
    ({ kind, where }) => `${kind} ${where}`,
  );
const AMONG_RANDOM = "frame a/v0, among the frames of random times";

describe("frames of random times", () => {
  it("should agree whenever and however grouped they come, and whatever the counters say meanwhile", () => {
    const other: readonly Sent[] = [
      [0.2, detection(10, 77)],
      [0.3, report([2], LINK_LOCAL)],
      [0.8, report([1])],
      [1.9, report([2])],
      [3, echo],
    ];
    expect(differences(other, 5)).toEqual([]);
  });

  it("should differ where a group is never reported, or another one is", () => {
    const without = REFERENCE.filter(([t]) => t !== 0.9);
    expect(differences(without)).toEqual([AMONG_RANDOM]);
    expect(differences([...REFERENCE, [1, report([3])]])).toEqual([AMONG_RANDOM]);
  });

  it("should differ where an address is detected another number of times", () => {
    expect(differences(REFERENCE.filter(([t]) => t !== 0.5))).toEqual([AMONG_RANDOM]);
    expect(differences([...REFERENCE, [1.5, detection(10)]])).toEqual([AMONG_RANDOM]);
  });

  it("should not be missed where they may be still to come at the end", () => {
    expect(differences([...REFERENCE, [8.5, detection(11)]])).toEqual([]);
  });

  it("should not be missed among the counters that are not zero, unlike other frames", () => {
    const counted = (counters: string) =>
      compareRecordings(recording(REFERENCE), recording(REFERENCE, 3, counters)).differences;
    expect(counted("Icmp6OutRouterSolicits   1  0.0\nIp6InMcastPkts   2  0.0\n")).toEqual([]);
    expect(counted("Icmp6OutEchos   1  0.0\n")).toHaveLength(1);
  });

  it("should leave the other frames in their sequence", () => {
    expect(differences(REFERENCE.filter(([t]) => t !== 3))).toEqual([
      "frame a/v0 (1 frames expected, 0 came)",
    ]);
  });
});

describe("a scenario with IPv6 left on", () => {
  it("should keep its statements, but for those that switch it off", () => {
    const script = `ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && ip link
sysctl -w net.ipv6.conf.v0.disable_ipv6=1
`;
    expect(withIpv6(script)).toBe(`ip netns add a
true
true && ip link
sysctl -w net.ipv6.conf.v0.disable_ipv6=1
`);
  });
});
