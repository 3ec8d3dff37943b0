import { describe, expect, it } from "vitest";
import {
  IF_OPER_DOWN,
  IF_OPER_LOWERLAYERDOWN,
  IF_OPER_UP,
  IFF_LOWER_UP,
  IFF_RUNNING,
  IFF_UP,
  RTNH_F_LINKDOWN,
} from "../../src/events/netlink.ts";
import type { LinkInfo } from "../../src/events/requests.ts";
import type { Command } from "../../src/testing/commands.ts";
import { Pair } from "../kernel/pair.ts";

const STATE: Readonly<Record<number, string>> = {
  [IF_OPER_DOWN]: "DOWN",
  [IF_OPER_LOWERLAYERDOWN]: "LOWERLAYERDOWN",
  [IF_OPER_UP]: "UP",
};

/** What `ip link` prints of a link's flags and state. */
function shown({ flags, operState }: LinkInfo): string {
  const isUp = (flags & IFF_UP) !== 0;
  const words = [
    ...(isUp && (flags & IFF_RUNNING) === 0 ? ["NO-CARRIER"] : []),
    ...(isUp ? ["UP"] : []),
    ...((flags & IFF_LOWER_UP) === 0 ? [] : ["LOWER_UP"]),
  ];
  return `<${words.join(",")}> ${STATE[operState] ?? operState}`;
}

const up = (netns: string, dev: string, isUp = true): Command => ({ kind: "linkUp", netns, dev, up: isUp });
const SAME_NETNS: Command = {
  kind: "linkAdd",
  netns: "",
  dev: "v0",
  peer: "v1",
  peerNetns: "",
  mtu: null,
  index: null,
};
const LOST: Command = up("b", "v0", false);
const ROUTES = { table: 254 };

describe("a pair in one namespace", () => {
  it.each([
    [false, false, "<> DOWN"],
    [true, false, "<NO-CARRIER,UP> LOWERLAYERDOWN"],
    [false, true, "<> DOWN"],
    [true, true, "<UP,LOWER_UP> UP"],
  ])("should show, itself up: %s, its peer up: %s, as %s", (own, peer, expected) => {
    const pair = new Pair("1", [SAME_NETNS]);
    pair.do(...(own ? [up("", "v0")] : []), ...(peer ? [up("", "v1")] : []));
    expect(shown(pair.link("", "v0"))).toBe(expected);
  });

  it("should lose and gain carrier at once: its ends have different numbers", () => {
    const pair = new Pair("1", [SAME_NETNS, up("", "v0"), up("", "v1")]);
    pair.do(up("", "v1", false));
    expect(shown(pair.link("", "v0"))).toBe("<NO-CARRIER,UP> LOWERLAYERDOWN");
    pair.do(up("", "v1"));
    expect(shown(pair.link("", "v0"))).toBe("<UP,LOWER_UP> UP");
  });

  it("should count carrier changes from 1, which its making brings", () => {
    const pair = new Pair("1", [SAME_NETNS]);
    const changes = () => {
      const { carrierUpCount, carrierDownCount } = pair.link("", "v0");
      return [carrierUpCount, carrierDownCount];
    };
    expect(changes()).toEqual([0, 1]);
    pair.do(up("", "v0"), up("", "v1"));
    expect(changes()).toEqual([1, 1]);
    pair.do(up("", "v1", false), up("", "v1"));
    expect(changes()).toEqual([2, 2]);
  });
});

describe("a pair between namespaces whose ends have the same number", () => {
  it("should have carrier at once, and lose the word and what hangs on it when the worker gets to it", () => {
    const pair = new Pair();
    expect(shown(pair.link("a"))).toBe("<UP,LOWER_UP> UP");
    pair.waitMs(200);
    pair.do(LOST);
    // Frames stop at once; the state word is still the old one.
    expect(shown(pair.link("a"))).toBe("<UP> UP");
    const flags = () => {
      const reply = pair.generated.request(pair.netns("a"), "RTM_GETROUTE_DUMP", ROUTES);
      return reply.ok ? reply.value.map((route) => route.flags) : reply.errno;
    };
    expect(flags()).toEqual([0]);
    pair.waitMs(1040);
    expect(shown(pair.link("a"))).toBe("<NO-CARRIER,UP> DOWN");
    expect(flags()).toEqual([RTNH_F_LINKDOWN]);
    pair.do(up("b", "v0"));
    expect(shown(pair.link("a"))).toBe("<UP,LOWER_UP> UP");
    expect(flags()).toEqual([0]);
  });

  it("should have it at once when nobody called the worker for a second", () => {
    const pair = new Pair();
    pair.waitMs(5000);
    pair.do(LOST);
    expect(shown(pair.link("a"))).toBe("<NO-CARRIER,UP> DOWN");
  });

  it("should have it at once when somebody asks for the single device, not when for all", () => {
    const pair = new Pair();
    pair.do(LOST);
    expect(shown(pair.link("a"))).toBe("<UP> UP");
    pair.do({ kind: "linkShow", netns: "a", dev: "v0" });
    expect(shown(pair.link("a"))).toBe("<NO-CARRIER,UP> DOWN");
  });

  it("should send nothing from the instant of the loss on, and count that at the sender", () => {
    const pair = new Pair();
    pair.ping("a", "10.0.0.2");
    pair.waitMs(10);
    const before = pair.link("a").stats;
    pair.do(LOST);
    pair.ping("a", "10.0.0.2");
    pair.waitMs(10);
    const after = pair.link("a").stats;
    expect(after).toEqual({ ...before, txDropped: before.txDropped + 1 });
  });
});

describe("a pair between namespaces whose ends have different numbers", () => {
  const between: readonly Command[] = [
    { kind: "netnsAdd", name: "a" },
    { kind: "netnsAdd", name: "b" },
    { kind: "linkAdd", netns: "a", dev: "v0", peer: "v0", peerNetns: "b", mtu: null, index: 7 },
    up("a", "v0"),
    up("b", "v0"),
  ];

  it("should lose carrier at once, and be DOWN: its peer's number is nobody's there", () => {
    const pair = new Pair("1", between);
    pair.do(LOST);
    expect(shown(pair.link("a"))).toBe("<NO-CARRIER,UP> DOWN");
  });

  it("should be LOWERLAYERDOWN if another device there has the peer's number and no carrier", () => {
    const pair = new Pair("1", between);
    // The other end has number 2 in b; so has this one in a.
    pair.do({ kind: "linkAdd", netns: "a", dev: "x", peer: "y", peerNetns: "b", mtu: null, index: 2 });
    pair.do(LOST);
    expect(shown(pair.link("a"))).toBe("<NO-CARRIER,UP> LOWERLAYERDOWN");
  });
});
