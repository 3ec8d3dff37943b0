import { describe, expect, it } from "vitest";
import { type CapturedFrame, capturedFrames, FrameCapture, frameLine } from "../../src/capture/frames.ts";
import { toHex } from "../../src/core/bytes.ts";
import { frameOctets } from "../../src/wire/ethernet.ts";
import { MAC_BROADCAST, MAC_ZERO } from "../../src/wire/mac.ts";
import { echo, isWhole, MAC_A, MAC_B, Rows, twoHosts } from "./rows.ts";

const brief = (f: CapturedFrame) =>
  `${f.time} ${f.netns}/${f.ifname} ${f.direction}${f.drop === null ? "" : ` ${f.drop}`}`;
const seen = (rows: Rows, options = {}) => [...capturedFrames(rows.rows, options)].map(brief);

describe("capturedFrames", () => {
  it("should put a reception behind its sending, at the time of the sending", () => {
    const rows = twoHosts();
    const [one, two] = [echo(1, MAC_A, MAC_B), echo(2, MAC_A, MAC_B)];
    rows.time = 5000;
    const first = rows.step().xmit(1, 11, one);
    const second = rows.xmit(1, 11, two);
    rows.time = 9000;
    rows.rx(2, 12, one, first).rx(2, 12, two, second);
    expect(seen(rows)).toEqual(["5000 a/eth0 out", "5000 b/eth0 in", "5000 a/eth0 out", "5000 b/eth0 in"]);
    const octets = [...capturedFrames(rows.rows)].map((f) => toHex(f.octets));
    expect(octets).toEqual([one, one, two, two].map((f) => toHex(frameOctets(f))));
    expect(isWhole(frameOctets(one))).toBe(true);
  });

  it.each([
    [MAC_B, "in"],
    [MAC_BROADCAST, "in-bcast"],
    [0x01_00_5e_00_00_01, "in-mcast"],
    [0x02_00_00_00_00_0c, "in-other"],
  ])("should see a frame to %i as %s", (dst, direction) => {
    const rows = twoHosts();
    const frame = echo(1, MAC_A, dst);
    rows.rx(2, 12, frame, rows.step().xmit(1, 11, frame));
    expect(seen(rows)).toEqual(["0 a/eth0 out", `0 b/eth0 ${direction}`]);
  });

  it("should see what loopback receives as meant for it", () => {
    const rows = new Rows().step().link(0, 1, "lo", MAC_ZERO, "loopback");
    const frame = echo(1, MAC_ZERO, MAC_ZERO);
    rows.rx(0, 1, frame, rows.step().xmit(0, 1, frame));
    expect(seen(rows)).toEqual(["0 main/lo out", "0 main/lo in"]);
  });

  it("should tell where and why a frame ended", () => {
    const rows = twoHosts();
    const [lost, refused] = [echo(1, MAC_A, MAC_B), echo(2, MAC_A, MAC_B)];
    rows.step().xmit(1, 11, lost);
    rows.drop(1, 11, lost, "DEV_READY");
    rows
      .rx(2, 12, refused, rows.step().xmit(1, 11, refused))
      .drop(2, 12, refused, "OTHERHOST")
      .drop(2, 12, null, "SOCKET_RCVBUFF");
    expect(seen(rows)).toEqual(["0 a/eth0 out DEV_READY", "0 a/eth0 out", "0 b/eth0 in OTHERHOST"]);
  });

  it("should not show a frame that no device took", () => {
    const rows = twoHosts();
    rows.step().drop(1, 11, echo(1, MAC_A, MAC_B), "DEV_READY");
    expect(seen(rows)).toEqual([]);
  });

  it("should follow a frame that is flooded", () => {
    const rows = twoHosts()
      .link(0, 21, "p1", 1)
      .link(0, 22, "p2", 2)
      .link(0, 23, "p3", 3)
      .link(2, 24, "eth1", 4);
    const frame = echo(1, MAC_A, MAC_BROADCAST);
    rows.rx(0, 21, frame, rows.step().xmit(1, 11, frame)).drop(0, 22, frame, "DEV_READY");
    const onward = rows.xmit(0, 23, frame);
    rows.rx(2, 24, frame, onward);
    expect(seen(rows)).toEqual(["0 a/eth0 out", "0 main/p1 in-bcast", "0 main/p3 out", "0 b/eth1 in-bcast"]);
  });

  it("should follow names, addresses and namespaces", () => {
    const rows = twoHosts().change(1, 11, { ifname: "wan" }).change(2, 12, { address: "02:00:00:00:00:99" });
    const frame = echo(1, MAC_A, MAC_B);
    rows.rx(2, 12, frame, rows.step().xmit(1, 11, frame));
    rows.step().change(1, 12, { netns: 1, ifname: "far", ifindex: 3 }).unname(1, "a");
    const after = echo(2, MAC_A, MAC_B);
    rows.rx(1, 12, after, rows.step().xmit(1, 11, after));
    expect(seen(rows)).toEqual([
      "0 a/wan out",
      "0 b/eth0 in-other",
      "0 netns:1/wan out",
      "0 netns:1/far in-other",
    ]);
    expect(seen(rows, { namedOnly: true })).toEqual(["0 a/wan out", "0 b/eth0 in-other"]);
  });

  it("should show at the end what was still under way", () => {
    const rows = twoHosts();
    rows.step().xmit(1, 11, echo(1, MAC_A, MAC_B));
    expect(seen(rows)).toEqual(["0 a/eth0 out"]);
  });

  it("should hold octets only while a frame is under way", () => {
    const rows = twoHosts();
    let last = 0;
    const capture = new FrameCapture();
    for (let i = 1; i <= 500; i++) {
      const frame = echo(i, MAC_A, MAC_B);
      last = rows.step().xmit(1, 11, frame);
      rows.rx(2, 12, frame, last);
    }
    let most = 0;
    let captured = 0;
    for (const row of rows.rows) {
      captured += capture.push(row).length;
      most = Math.max(most, capture.heldFrames);
    }
    captured += capture.finish().length;
    expect({ most, captured }).toEqual({ most: 1, captured: 1000 });
  });
});

describe("frameLine", () => {
  it("should write a line as kernel recordings have it", () => {
    const frame: CapturedFrame = {
      time: 31_637_400,
      netns: "main",
      ifname: "veth0",
      device: 3,
      direction: "in-bcast",
      octets: Uint8Array.of(255, 1),
      drop: null,
    };
    expect(frameLine(frame)).toBe(
      '{"t": 0.031637, "ns": "main", "if": "veth0", "dir": "in-bcast", "len": 2, "csum_pending": false, "hex": "ff01"}\n',
    );
    expect(frameLine({ ...frame, time: 2e9 })).toContain('{"t": 2.0, ');
  });
});
