/** A small recording to start from: one ping between two namespaces, frames made by hand. */
import type { FrameRecord, Recording, Step } from "../../src/conformance/recording.ts";

const A = "02000000000a";
const B = "02000000000b";
const ARP_REQUEST = `ffffffffffff${A}08060001080006040001${A}0a0000010000000000000a000002`;
const ARP_REPLY = `${A}${B}08060001080006040002${B}0a000002${A}0a000001`;

/** Stamp, then 0x10, 0x11, ... as ping sends. */
function pingData(stamp: number): number[] {
  return [...new Array(16).fill(stamp), ...Array.from({ length: 40 }, (_, i) => 0x10 + i)];
}

function withChecksum(octets: number[], from: number, to: number, at: number): void {
  let sum = 0;
  for (let i = from; i < to; i += 2) sum += (octets[i]! << 8) | octets[i + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  octets[at] = (~sum >>> 8) & 255;
  octets[at + 1] = ~sum & 255;
}

/** Octets of an echo request or reply between 10.0.0.1 and 10.0.0.2; what runs do not share is a parameter. */
export function echoHex(isRequest: boolean, sequence: number, random = 1): string {
  const ip = [
    0x45,
    0,
    0,
    84,
    random,
    random,
    0x40,
    0,
    64,
    1,
    0,
    0,
    10,
    0,
    0,
    isRequest ? 1 : 2,
    10,
    0,
    0,
    isRequest ? 2 : 1,
  ];
  withChecksum(ip, 0, 20, 10);
  const icmp = [isRequest ? 8 : 0, 0, 0, 0, random, random, 0, sequence, ...pingData(random)];
  withChecksum(icmp, 0, icmp.length, 2);
  const hex = [...ip, ...icmp].map((octet) => octet.toString(16).padStart(2, "0")).join("");
  return `${isRequest ? B + A : A + B}0800${hex}`;
}

function hop(t: number, hex: string, isFromA: boolean): FrameRecord[] {
  const frame = { len: hex.length / 2, csum_pending: false, hex };
  const [from, to] = isFromA ? ["a", "b"] : ["b", "a"];
  const dir = hex.startsWith("ffffffffffff") ? "in-bcast" : "in";
  return [
    { t, ns: from!, if: "eth0", dir: "out", ...frame },
    { t: t + 0.000005, ns: to!, if: "eth0", dir, ...frame },
  ];
}

function step(n: number, t: number, t_end: number, cmd: string, stdout = "", rc = 0): Step {
  return { n, t, t_end, rc, bg: false, cmd, stdout, stderr: "" };
}

const PING = (random: number) => `PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.
64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.0${random} ms
64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.0${random} ms

--- 10.0.0.2 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 100${random}ms
rtt min/avg/max/mdev = 0.0${random}/0.0${random}/0.0${random}/0.000 ms
`;

/** Recordings with another `random` are the same but for what no two runs share. */
export function sampleRecording(random = 1): Recording {
  const late = 0.001 * random;
  const frames = [
    ...hop(0.11 + late, ARP_REQUEST, true),
    ...hop(0.1101 + late, ARP_REPLY, false),
    ...hop(0.1102 + late, echoHex(true, 1, random), true),
    ...hop(0.1103 + late, echoHex(false, 1, random), false),
    ...hop(1.1202 + 2 * late, echoHex(true, 2, random), true),
    ...hop(1.1203 + 2 * late, echoHex(false, 2, random), false),
  ];
  const neigh = `[{"dst":"10.0.0.2","dev":"eth0","lladdr":"02:00:00:00:00:0b","used":${random},"state":["REACHABLE"]}]`;
  return {
    name: "sample",
    scenario: "# one ping\nip netns exec a ping -c 2 10.0.0.2\nip -n a link\n",
    steps: [
      step(1, 0.001, 0.002, "# one ping"),
      step(2, 0.1 + late, 1.13 + late, "ip netns exec a ping -c 2 10.0.0.2", PING(random)),
      step(3, 1.14 + late, 1.15 + late, "ip -n a link", "2: eth0@if2: <UP>\tstate UP \n"),
    ],
    frames,
    drops: { QDISC_DROP: 2, NEIGH_FAILED: 1 },
    final: new Map([
      [
        "a",
        new Map([
          ["neigh.json", neigh],
          ["proc_net_snmp", "Ip: InReceives\nIp: 2\n"],
        ]),
      ],
    ]),
    unstable: { steps: [], interfaces: [] },
  };
}
