import { describe, expect, it } from "vitest";
import type { LinkStats } from "../../src/events/requests.ts";
import type { Command } from "../../src/testing/commands.ts";
import { Pair } from "../kernel/pair.ts";

const NOTHING: LinkStats = {
  rxPackets: 0,
  rxBytes: 0,
  rxErrors: 0,
  rxDropped: 0,
  rxOtherhost: 0,
  rxMissed: 0,
  multicast: 0,
  txPackets: 0,
  txBytes: 0,
  txErrors: 0,
  txDropped: 0,
  txCarrierErrors: 0,
  collisions: 0,
};
const KNOWN: Command = {
  kind: "neigh",
  add: true,
  netns: "a",
  dev: "v0",
  dst: "10.0.0.2",
  lladdr: "02:00:00:00:00:02",
  state: "permanent",
};

describe("a veth pair", () => {
  it("should count ARP and ping alike on both ends, link header included", () => {
    const pair = new Pair();
    pair.ping("a", "10.0.0.2", 3);
    pair.waitMs(3000);
    const each = { rxPackets: 4, rxBytes: 42 + 3 * 98, txPackets: 4, txBytes: 42 + 3 * 98 };
    expect(pair.link("a").stats).toEqual({ ...NOTHING, ...each });
    expect(pair.link("b").stats).toEqual({ ...NOTHING, ...each });
  });

  it("should drop at the sender what finds no carrier, and count nothing at the peer", () => {
    const pair = new Pair();
    pair.do(KNOWN, { kind: "linkUp", netns: "b", dev: "v0", up: false });
    pair.waitMs(2000);
    pair.ping("a", "10.0.0.2", 2);
    pair.waitMs(3000);
    expect(pair.link("a").stats).toEqual({ ...NOTHING, txDropped: 2 });
    expect(pair.link("b").stats).toEqual(NOTHING);
    const log = pair.close();
    expect(log.drops()).toEqual(["QDISC_DROP", "QDISC_DROP"]);
  });

  it("should drop what is too long for the peer, and count it at both ends", () => {
    const pair = new Pair();
    pair.do(KNOWN, { kind: "linkMtu", netns: "b", dev: "v0", mtu: 79 });
    pair.ping("a", "10.0.0.2", 1);
    // 84 octets of IP are 1 beyond the peer's MTU and the VLAN header that is always granted.
    expect(pair.link("a").stats).toEqual({ ...NOTHING, txDropped: 1 });
    expect(pair.link("b").stats).toEqual({ ...NOTHING, rxDropped: 1 });
    pair.do({ kind: "linkMtu", netns: "b", dev: "v0", mtu: 80 });
    pair.ping("a", "10.0.0.2", 1);
    expect(pair.link("a").stats).toEqual({ ...NOTHING, txDropped: 1, txPackets: 1, txBytes: 98 });
    expect(pair.close().drops()).toEqual(["NOT_SPECIFIED", "OTHERHOST"]);
  });

  it("should receive a frame for another host, and drop it above", () => {
    const pair = new Pair();
    pair.do(KNOWN);
    pair.ping("a", "10.0.0.2", 1);
    expect(pair.link("b").stats).toEqual({ ...NOTHING, rxPackets: 1, rxBytes: 98, rxOtherhost: 1 });
    expect(pair.close().drops()).toEqual(["OTHERHOST"]);
  });

  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("should go whole when it is deleted in %s", (netns, other) => {
    const pair = new Pair();
    pair.do({ kind: "linkDel", netns, dev: "v0" });
    for (const name of [netns, other]) expect(pair.links(name).map(({ ifname }) => ifname)).toEqual(["lo"]);
  });

  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("should go whole with namespace %s, a moment after its last holder", (netns, other) => {
    const pair = new Pair();
    pair.do({ kind: "netnsDel", name: netns });
    expect(pair.links(other).map(({ ifname }) => ifname)).toEqual(["lo", "v0"]);
    pair.waitMs(5);
    expect(pair.links(other).map(({ ifname }) => ifname)).toEqual(["lo"]);
  });

  it("should come down and lose its addresses when an end moves, and keep its link-layer address and MTU", () => {
    const pair = new Pair();
    pair.do({ kind: "linkMtu", netns: "b", dev: "v0", mtu: 1400 });
    const before = pair.link("b");
    pair.do({ kind: "linkMove", netns: "b", dev: "v0", target: "", to: "moved" });
    const after = pair.link("", "moved");
    expect([after.address, after.mtu, after.flags & 1]).toEqual([before.address, 1400, 0]);
    const addrs = pair.generated.request(0, "RTM_GETADDR", {});
    expect(addrs).toMatchObject({ ok: true, value: [] });
    expect(pair.link("a").flags & 0x10000).toBe(0);
  });
});
