import { describe, expect, it } from "vitest";
import { describeCauses, describeRow } from "../../src/events/describe.ts";
import { describeFrame, describePacket } from "../../src/events/describe-frame.ts";
import { dropText } from "../../src/events/drop-texts.ts";
import { DROP, DROP_REASONS, KIND } from "../../src/events/kinds.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { decodeFrame, frameOctets } from "../../src/wire/ethernet.ts";
import { ETH_P_IP, ETH_P_IPV6, Frame, type IpPacket, OpaquePayload } from "../../src/wire/frame.ts";
import { IcmpMessage } from "../../src/wire/icmp.ts";
import { icmp6Echo } from "../../src/wire/icmpv6.ts";
import { Ipv4Packet } from "../../src/wire/ipv4.ts";
import { Ipv6Packet } from "../../src/wire/ipv6.ts";
import { arpRequest, echoRequest, logOf, sampleLog } from "./sample-log.ts";

describe("describeRow", () => {
  it("should put a row on one line, with what is present", () => {
    const log = new LogReader(sampleLog());
    expect([...log.rows()].map((row) => describeRow(row))).toMatchInlineSnapshot(`
      [
        "#1 0.001000000 request netns 0 {"op":"RTM_NEWLINK"}",
        "#2 0.001000000 link_new netns 0 device 2 {"ifname":"veth0"} cause #1",
        "#3 0.001000000 reply netns 0 {} cause #1",
        "#4 0.002000000 timer netns 0 device 2 arp_timeout",
        "#5 0.002000000 xmit netns 0 device 2 frame 1 (42 octets) [02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP request 10.0.0.1 (02:00:00:00:00:01) > 10.0.0.2 (00:00:00:00:00:00)] cause #4",
        "#6 0.002000000 netif_rx netns 1 device 2 frame 1 (42 octets) cause #5",
        "#7 0.002000000 snapshot {"cells":["größer 😀"]}",
        "#8 8.000000000 xmit netns 0 device 2 frame 2 (46 octets) [02:00:00:00:00:01 > 02:00:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 id 2 ICMP echo request id 7 seq 2] cause #6",
        "#9 8.000000000 drop DEV_READY netns 1 device 2 frame 2 (46 octets) cause #8",
        "#10 8.000000000 checkpoint 00ff00ff",
        "#11 8.000000000 output netns 0 {"pid":1,"fd":1,"text":"done\\n"}",
        "#12 8.000000000 exit netns 0 {"pid":1,"status":0}",
        "#13 8.000000000 end {"events":13}",
      ]
    `);
  });
  it("should look a frame up where it was first seen", () => {
    const log = new LogReader(sampleLog());
    const arp = "[02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP request";
    expect(describeRow(log.rowBySeq(6)!)).not.toContain(arp);
    expect(describeRow(log.rowBySeq(6)!, log)).toContain(arp);
  });
  it("should shorten long texts and keep them on one line", () => {
    const log = new LogReader(
      logOf((writer) => {
        writer.snapshot("x".repeat(1000));
        writer.row(KIND.output, 0, 0, -1, 0, 0, 0, "a\nb\u001b[0m", null);
        writer.end("");
      }),
    );
    expect(describeRow(log.rowBySeq(1)!)).toBe(
      `#1 0.000000000 snapshot ${"x".repeat(160)}... (1000 characters)`,
    );
    expect(describeRow(log.rowBySeq(2)!)).toBe("#2 0.000000000 output netns 0 a\\u000ab\\u001b[0m");
  });
});

describe("a packet that was dropped before it became a frame", () => {
  const dropped = (octets: Uint8Array, packet: IpPacket) => {
    const log = logOf((writer) => {
      writer.row(KIND.drop, 0, 0, 2, 0, packet.length, DROP.NEIGH_FAILED, "", packet);
      writer.end("");
    });
    const row = new LogReader(log).rowBySeq(1)!;
    expect(row.octets).toEqual(octets);
    return describeRow(row);
  };

  it("should be described by its own octets", () => {
    const { payload } = echoRequest(3);
    expect(payload.kind).toBe("ipv4");
    expect(dropped(frameOctets(echoRequest(3)).slice(14), payload as Ipv4Packet)).toBe(
      "#1 0.000000000 drop NEIGH_FAILED netns 0 device 2 (32 octets) [IPv4 10.0.0.1 > 10.0.0.2 ttl 64 id 3 ICMP echo request id 7 seq 3]",
    );
    const packet = new Ipv6Packet(0, 0, 64, 1n, 2n, 58, icmp6Echo(128, 7, 3, new Uint8Array(4)));
    const frame = new Frame(1, 2, 1, ETH_P_IPV6, packet, 14 + packet.length, null);
    expect(dropped(frameOctets(frame).slice(14), packet)).toBe(
      "#1 0.000000000 drop NEIGH_FAILED netns 0 device 2 (52 octets) [IPv6 ::1 > ::2 hlim 64 ICMPv6 echo request id 7 seq 3]",
    );
  });
  it("should be named by what is wrong with it where it cannot be read", () => {
    expect(describePacket(Uint8Array.of(0x45))).toBe("1 octets, shorter than 20 octets");
    expect(describePacket(new Uint8Array(20))).toBe("20 octets, version is not 4");
  });
});

describe("describeCauses", () => {
  it("should follow causes to the root, nearest first", () => {
    const log = new LogReader(sampleLog());
    const numbers = describeCauses(log.rowBySeq(9)!, log).map((line) => line.split(" ")[0]);
    expect(numbers).toEqual(["#8", "#6", "#5", "#4"]);
    expect(describeCauses(log.rowBySeq(4)!, log)).toEqual([]);
  });
  it("should say where a cause is not in the log", () => {
    const log = new LogReader(
      logOf((writer) => writer.row(KIND.xmit, 3, 0, 1, 0, 0, 0, "", null) && writer.end(""), { firstSeq: 7 }),
    );
    expect(describeCauses(log.rowBySeq(7)!, log)).toEqual(["#3 cannot be read from this log"]);
  });
  it("should stop after 32, and at a cause that does not stand in front", () => {
    const log = new LogReader(
      logOf((writer) => {
        for (let i = 1; i <= 50; i++) writer.row(KIND.wake, i - 1, 0, -1, 0, 0, 0, "", null);
        writer.row(KIND.wake, 51, 0, -1, 0, 0, 0, "", null);
        writer.end("");
      }),
    );
    const lines = describeCauses(log.rowBySeq(50)!, log);
    expect(lines.length).toBe(33);
    expect(lines.at(-1)).toBe("... and the causes of that");
    expect(describeCauses(log.rowBySeq(51)!, log)).toEqual([]);
  });
});

describe("describeFrame", () => {
  const ipv4 = (packet: Ipv4Packet) => {
    const frame = new Frame(1, 2, 1, ETH_P_IP, packet, 14 + packet.length, null);
    return describeFrame(frameOctets(frame)).slice("00:00:00:00:00:01 > 00:00:00:00:00:02 ".length);
  };
  const opaque = new OpaquePayload(new Uint8Array(8));

  it("should read the layers that have a codec", () => {
    expect(describeFrame(frameOctets(arpRequest(1)))).toBe(
      "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP request 10.0.0.1 (02:00:00:00:00:01) > 10.0.0.2 (00:00:00:00:00:00)",
    );
    expect(describeFrame(frameOctets(echoRequest(3)))).toBe(
      "02:00:00:00:00:01 > 02:00:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 id 3 ICMP echo request id 7 seq 3",
    );
    const message = (type: number, code: number) =>
      new IcmpMessage(type, code, 0x0001_0002, new Uint8Array(4));
    expect(ipv4(new Ipv4Packet(0, 9, 0, 0, 1, 1, 1, 2, message(0, 0)))).toBe(
      "IPv4 0.0.0.1 > 0.0.0.2 ttl 1 id 9 ICMP echo reply id 1 seq 2",
    );
    expect(ipv4(new Ipv4Packet(0, 9, 0, 0, 1, 1, 1, 2, message(3, 1)))).toBe(
      "IPv4 0.0.0.1 > 0.0.0.2 ttl 1 id 9 ICMP type 3 code 1",
    );
  });
  it("should name what no codec reads by its number", () => {
    expect(ipv4(new Ipv4Packet(0, 9, 0, 0, 1, 99, 1, 2, opaque))).toBe(
      "IPv4 0.0.0.1 > 0.0.0.2 ttl 1 id 9 protocol 99",
    );
    expect(ipv4(new Ipv4Packet(0, 9, 1, 0, 1, 1, 1, 2, opaque))).toBe(
      "IPv4 0.0.0.1 > 0.0.0.2 ttl 1 id 9 protocol 1, fragment at 0",
    );
    const stp = new Frame(1, 2, 1, 0x0026, opaque, 22, null);
    expect(describeFrame(frameOctets(stp))).toBe("00:00:00:00:00:01 > 00:00:00:00:00:02 EtherType 0x0026");
    expect(describeFrame(Uint8Array.of(1, 2))).toBe("2 octets, shorter than 14 octets");
    expect("reason" in decodeFrame(0, Uint8Array.of(1, 2))).toBe(true);
  });
});

describe("reasons of drops", () => {
  it.each(DROP_REASONS.slice(1))("%s should be explained", (reason) => {
    expect(dropText(reason)).toMatch(/^[a-zA-Z0-9]/);
  });
});
