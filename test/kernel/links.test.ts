import { describe, expect, it } from "vitest";
import { DONE, refused } from "../../src/core/result.ts";
import type { LinkAdd } from "../../src/events/requests.ts";
import type { Command } from "../../src/testing/commands.ts";
import { livingCells, orphanFaults } from "../../src/testing/invariants.ts";
import { Pair } from "./pair.ts";

const NAMESPACES: readonly Command[] = [
  { kind: "netnsAdd", name: "a" },
  { kind: "netnsAdd", name: "b" },
];
const add = (pair: Pair, netns: string, body: Omit<LinkAdd, "kind">) =>
  pair.generated.request(pair.netns(netns), "RTM_NEWLINK_ADD", { kind: "veth", ...body });
/** `index name` of a namespace's devices. */
const listed = (pair: Pair, netns: string) =>
  pair.links(netns).map(({ ifindex, ifname }) => `${ifindex} ${ifname}`);

describe("the number of a device", () => {
  it("should be the next one, the peer's first, and not come back", () => {
    const pair = new Pair("1", NAMESPACES);
    expect(add(pair, "", { ifname: "x", peer: { ifname: "y" } })).toEqual(DONE);
    expect(listed(pair, "")).toEqual(["1 lo", "2 y", "3 x"]);
    pair.do({ kind: "linkDel", netns: "", dev: "x" });
    add(pair, "", { ifname: "x", peer: { ifname: "y" } });
    expect(listed(pair, "")).toEqual(["1 lo", "4 y", "5 x"]);
  });

  it("should be the one asked for, over which counting passes", () => {
    const pair = new Pair("1", NAMESPACES);
    add(pair, "", { ifname: "x", ifindex: 3, peer: { ifname: "y", ifindex: 9 } });
    add(pair, "", { ifname: "u", peer: { ifname: "w" } });
    expect(listed(pair, "")).toEqual(["1 lo", "2 w", "3 x", "4 u", "9 y"]);
    expect(add(pair, "", { ifname: "z", ifindex: 9 })).toEqual(refused("EEXIST"));
  });

  it("should stay through a move if it is free there, else be the next one", () => {
    const pair = new Pair("1", NAMESPACES);
    add(pair, "", { ifname: "x", peer: { ifname: "y" } });
    pair.do({ kind: "linkMove", netns: "", dev: "x", target: "a", to: null });
    expect(listed(pair, "a")).toEqual(["1 lo", "3 x"]);
    add(pair, "", { ifname: "u", ifindex: 3, peer: { ifname: "w", netns: pair.netns("b") } });
    pair.do({ kind: "linkMove", netns: "", dev: "u", target: "a", to: null });
    expect(listed(pair, "a")).toEqual(["1 lo", "2 u", "3 x"]);
  });
});

describe("a pair that cannot be made whole", () => {
  it.each<[string, Omit<LinkAdd, "kind">, string]>([
    ["both ends have one name", { ifname: "x", peer: { ifname: "x" } }, "EEXIST"],
    ["the peer's name is taken", { ifname: "x", peer: { ifname: "lo" } }, "EEXIST"],
    ["the device's name is taken", { ifname: "lo", peer: { ifname: "y" } }, "EEXIST"],
    ["the device's name is reserved", { ifname: "all", peer: { ifname: "y" } }, "EINVAL"],
    ["both ends want one number", { ifname: "x", ifindex: 7, peer: { ifname: "y", ifindex: 7 } }, "EEXIST"],
    ["a name has a slash", { ifname: "a/b", peer: { ifname: "y" } }, "EINVAL"],
    [
      "an address is a group's",
      { ifname: "x", peer: { ifname: "y", address: "01:00:00:00:00:01" } },
      "EADDRNOTAVAIL",
    ],
    ["an MTU is too small", { ifname: "x", peer: { ifname: "y", mtu: 67 } }, "EINVAL"],
  ])("should leave nothing behind when %s", (_, body, errno) => {
    const pair = new Pair("1", NAMESPACES);
    const cells = livingCells(pair.generated.run);
    expect(add(pair, "", body)).toMatchObject({ ok: false, errno });
    expect(listed(pair, "")).toEqual(["1 lo"]);
    expect(livingCells(pair.generated.run)).toEqual(cells);
    expect(orphanFaults(pair.generated.run)).toEqual([]);
  });

  it("should use up the number that its peer had", () => {
    const pair = new Pair("1", NAMESPACES);
    add(pair, "", { ifname: "x", peer: { ifname: "x" } });
    add(pair, "", { ifname: "x", peer: { ifname: "y" } });
    const [lo, y, x] = pair.links("");
    expect([lo!.ifname, y!.ifname, x!.ifname]).toEqual(["lo", "y", "x"]);
    expect(y!.ifindex).toBeGreaterThan(2);
    expect(x!.ifindex).toBe(y!.ifindex + 1);
  });
});

describe("the name of a device", () => {
  const made = (pair: Pair, ifname: string) => add(pair, "", { ifname, peer: { netns: pair.netns("b") } });

  it.each(["__proto__", "constructor", "hasOwnProperty", "größe😀", "fifteen-octets1", "-", "...", "0"])(
    "should be any text: %s",
    (name) => {
      const pair = new Pair("1", NAMESPACES);
      expect(made(pair, name)).toEqual(DONE);
      expect(made(pair, name)).toEqual(refused("EEXIST"));
      expect(pair.generated.request(0, "RTM_GETLINK", { ifname: name })).toMatchObject({
        ok: true,
        value: { ifindex: 2, ifname: name },
      });
      pair.do({ kind: "linkRename", netns: "", dev: name, to: "x" });
      expect(listed(pair, "")).toEqual(["1 lo", "2 x"]);
      expect(pair.generated.request(0, "RTM_GETLINK", { ifname: name })).toEqual(refused("ENODEV"));
      expect(orphanFaults(pair.generated.run)).toEqual([]);
    },
  );

  it.each([
    ["", "EINVAL"],
    [".", "EINVAL"],
    ["..", "EINVAL"],
    ["a b", "EINVAL"],
    ["a:b", "EINVAL"],
    ["all", "EINVAL"],
    ["default", "EINVAL"],
    ["lo", "EEXIST"],
    ["sixteen-octets-1", "ERANGE"],
    ["größengrößen-1", "ERANGE"],
    ["a%d%d", "EINVAL"],
    ["a%s", "EINVAL"],
  ])("should not be %j: %s", (name, errno) => {
    const pair = new Pair("1", NAMESPACES);
    expect(made(pair, name)).toMatchObject({ ok: false, errno });
    expect(listed(pair, "")).toEqual(["1 lo"]);
  });

  it("should take the lowest free number in place of a pattern", () => {
    const pair = new Pair("1", NAMESPACES);
    made(pair, "v0");
    made(pair, "v2");
    made(pair, "v%d");
    made(pair, "v%d");
    made(pair, "x%dy");
    expect(pair.links("").map(({ ifname }) => ifname)).toEqual(["lo", "v0", "v2", "v1", "v3", "x0y"]);
  });
});
