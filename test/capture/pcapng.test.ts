import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CapturedFrame, capturedFrames } from "../../src/capture/frames.ts";
import { type PcapngOptions, writePcapng } from "../../src/capture/pcapng.ts";
import { MAC_BROADCAST } from "../../src/wire/mac.ts";
import { echo, MAC_A, MAC_B, twoHosts } from "./rows.ts";
import { FAULTY, hasTshark, tshark } from "./tshark.ts";

/** Requests to b, to everybody, and one that is refused; 1.000000005 s and more after the start. */
function sample(): CapturedFrame[] {
  const rows = twoHosts();
  const [one, all, refused] = [
    echo(1, MAC_A, MAC_B),
    echo(2, MAC_A, MAC_BROADCAST),
    echo(3, MAC_A, 0x02_00_00_00_00_0c),
  ];
  rows.time = 1_000_000_005;
  rows.rx(2, 12, one, rows.step().xmit(1, 11, one));
  rows.time = 20_000_000_000;
  rows.rx(2, 12, all, rows.step().xmit(1, 11, all));
  rows.rx(2, 12, refused, rows.step().xmit(1, 11, refused)).drop(2, 12, refused, "OTHERHOST");
  return [...capturedFrames(rows.rows)];
}

function written(frames: Iterable<CapturedFrame>, options: PcapngOptions = {}): Uint8Array {
  const chunks: Uint8Array[] = [];
  writePcapng(frames, (chunk) => chunks.push(chunk), options);
  return Buffer.concat(chunks);
}

interface Packet {
  readonly interface: string;
  readonly time: bigint;
  readonly octets: Uint8Array;
  readonly flags: number;
  readonly comment: string | null;
}

/** A small reader that shares nothing with the writer. */
function read(file: Uint8Array): { interfaces: string[]; packets: Packet[] } {
  const buffer = Buffer.from(file);
  const interfaces: string[] = [];
  const packets: Packet[] = [];
  for (let at = 0; at < buffer.length; ) {
    const type = buffer.readUInt32LE(at);
    const length = buffer.readUInt32LE(at + 4);
    expect(length % 4).toBe(0);
    expect(buffer.readUInt32LE(at + length - 4)).toBe(length);
    const body = buffer.subarray(at + 8, at + length - 4);
    if (at === 0)
      expect([type, body.readUInt32LE(0), body.readUInt16LE(4)]).toEqual([0x0a0d0d0a, 0x1a2b3c4d, 1]);
    else if (type === 1) {
      const options = optionsOf(body.subarray(8));
      expect([body.readUInt16LE(0), body.readUInt32LE(4), options.get(9)![0]]).toEqual([1, 262_144, 9]);
      interfaces.push(options.get(2)!.toString());
    } else if (type === 6) {
      const captured = body.readUInt32LE(12);
      expect(body.readUInt32LE(16)).toBe(captured);
      const options = optionsOf(body.subarray(20 + Math.ceil(captured / 4) * 4));
      packets.push({
        interface: interfaces[body.readUInt32LE(0)]!,
        time: (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8)),
        octets: new Uint8Array(body.subarray(20, 20 + captured)),
        flags: options.get(2)!.readUInt32LE(0),
        comment: options.get(1)?.toString() ?? null,
      });
    } else throw new Error(`block of type ${type}`);
    at += length;
  }
  return { interfaces, packets };
}

function optionsOf(octets: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; octets.readUInt16LE(at) !== 0; ) {
    const length = octets.readUInt16LE(at + 2);
    options.set(octets.readUInt16LE(at), octets.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return options;
}

/** inbound 1, outbound 2; unicast 4, multicast 8, broadcast 12, promiscuous 16 */
const EXPECTED = [
  ["a/eth0", 1_000_000_005n, 2, null],
  ["b/eth0", 1_000_000_005n, 1 | 4, null],
  ["a/eth0", 20_000_000_000n, 2, null],
  ["b/eth0", 20_000_000_000n, 1 | 12, null],
  ["a/eth0", 20_000_000_000n, 2, null],
  ["b/eth0", 20_000_000_000n, 1 | 16, "dropped: OTHERHOST"],
];

describe("writePcapng", () => {
  it("should write what another reader reads", () => {
    const frames = sample();
    const { interfaces, packets } = read(written(frames));
    expect(interfaces).toEqual(["a/eth0", "b/eth0"]);
    expect(packets.map((p) => [p.interface, p.time, p.flags, p.comment])).toEqual(EXPECTED);
    expect(packets.map((p) => [...p.octets])).toEqual(frames.map((f) => [...f.octets]));
  });

  it("should write one device only", () => {
    const { interfaces, packets } = read(written(sample(), { isWanted: (frame) => frame.device === 12 }));
    expect(interfaces).toEqual(["b/eth0"]);
    expect(packets.length).toBe(3);
  });

  it("should give a renamed device another interface", () => {
    const [first, second] = sample();
    const { interfaces } = read(written([first!, second!, { ...first!, ifname: "wan" }, first!]));
    expect(interfaces).toEqual(["a/eth0", "b/eth0", "a/wan"]);
  });

  it("should write a section that has no frames", () => {
    expect(read(written([]))).toEqual({ interfaces: [], packets: [] });
  });
});

const FIELDS = [
  "frame.interface_name",
  "frame.time_epoch",
  "frame.packet_flags_direction",
  "frame.packet_flags_reception_type",
  "frame.comment",
  "ip.checksum.status",
  "icmp.checksum.status",
  "icmp.seq",
];

describe("tshark", () => {
  // Without tshark on the machine there is nobody to judge.
  it.skipIf(!hasTshark())(
    "should find nothing wrong (skipped where tshark is not installed)",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "vethsim-"));
      try {
        const file = join(folder, "sample.pcapng");
        writeFileSync(file, written(sample()));
        const output = tshark(
          file,
          "-T",
          "fields",
          "-E",
          "separator=|",
          ...FIELDS.flatMap((field) => ["-e", field]),
        );
        expect(output.trimEnd().replaceAll("|0x0000000", "|").split("\n")).toEqual([
          "a/eth0|1.000000005|2|0||1|1|1",
          "b/eth0|1.000000005|1|1||1|1|1",
          "a/eth0|20.000000000|2|0||1|1|2",
          "b/eth0|20.000000000|1|3||1|1|2",
          "a/eth0|20.000000000|2|0||1|1|3",
          "b/eth0|20.000000000|1|4|dropped: OTHERHOST|1|1|3",
        ]);
        expect(tshark(file, "-Y", FAULTY)).toBe("");
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    30_000,
  );
});
