import { describe, expect, it } from "vitest";
import { toHex } from "../../../src/core/bytes.ts";
import { errnoNumber } from "../../../src/core/errno.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { encodeMessage, viewOf } from "../../../src/wire/netlink/message.ts";

const ADD = 1;
const DEL = 2;
const encoder = new TextEncoder();

function old(): Simulation {
  const sim = new Simulation({ freeze: true });
  sim.request(sim.main, "VETH_2007", { isLoaded: true });
  return sim;
}

/** Sends a message of generic netlink; gives the answer. */
function send(sim: Simulation, type: number, command: number, attrs: readonly (string | null)[]): Uint8Array {
  const message = encodeMessage({
    type,
    flags: 0x5,
    seq: 9,
    pid: 0,
    header: Uint8Array.of(command, 1, 0, 0),
    attrs: attrs.flatMap((name, i) =>
      name === null ? [] : [{ type: i + 1, flags: 0, value: encoder.encode(`${name}\0`) }],
    ),
  });
  return sim.main.netlink.open({ protocol: 16 }).send(message)[0]!;
}

/** The number in an acknowledgement. */
function errno(sim: Simulation, command: number, ...names: readonly (string | null)[]): number {
  return Math.abs(viewOf(send(sim, 17, command, names)).getInt32(16, true));
}

const names = (sim: Simulation) => sim.main.linkList().map(({ ifname }) => ifname);

describe("the veth family of 2007", () => {
  it("should be found by its name once its driver is loaded", () => {
    const asked = [null, "veth"];
    expect(viewOf(send(new Simulation(), 16, 3, asked)).getInt32(16, true)).toBe(-2);
    // Name, number 17, version 1, no header of its own, two attributes. The message is one of the controller, whose number is 16.
    expect(toHex(send(old(), 16, 3, asked))).toBe(
      "4000000010000000" +
        "0900000001000000" +
        "01010000" +
        "09000200" +
        "7665746800000000" +
        "0600010011000000" +
        "0800030001000000" +
        "0800040000000000" +
        "0800050002000000",
    );
  });
  it("should make a pair and remove it by either end", () => {
    const sim = old();
    expect(errno(sim, ADD, "a", "b")).toBe(0);
    expect(names(sim)).toEqual(["lo", "b", "a"]);
    expect(errno(sim, DEL, "b")).toBe(0);
    expect(names(sim)).toEqual(["lo"]);
  });
  it.each([
    ["ENOENT", ADD, [null, "b"]],
    ["ENOENT", ADD, ["a", null]],
    ["E2BIG", ADD, ["a234567890123456", "b"]],
    ["E2BIG", ADD, ["a", "b234567890123456"]],
    ["EINVAL", ADD, ["", "b"]],
    ["EINVAL", ADD, ["a", ""]],
    ["EEXIST", ADD, ["lo", "b"]],
    ["EEXIST", ADD, ["a", "lo"]],
    ["EEXIST", ADD, ["a", "a"]],
    ["ENOENT", DEL, [null]],
    ["E2BIG", DEL, ["a234567890123456"]],
    ["EINVAL", DEL, [""]],
    ["ENODEV", DEL, ["a"]],
    ["ENODEV", DEL, ["lo"]],
    ["EOPNOTSUPP", 3, ["a"]],
  ] as const)("should refuse by %s command %d of %j, and change nothing", (name, command, given) => {
    const sim = old();
    expect(errno(sim, command, ...given)).toBe(errnoNumber(name));
    expect(names(sim)).toEqual(["lo"]);
  });
  it("should take a name of fifteen octets", () => {
    expect(errno(old(), ADD, "a23456789012345", "b")).toBe(0);
  });
  it("should take every pair along when its driver goes, and itself", () => {
    const sim = old();
    expect(errno(sim, ADD, "a", "b")).toBe(0);
    sim.main.linkAdd({ kind: "veth", ifname: "c", peer: { ifname: "d", netns: sim.netns("blue") } });
    sim.request(sim.main, "VETH_2007", { isLoaded: false });
    expect(names(sim)).toEqual(["lo"]);
    expect(sim.netns("blue").linkList()).toHaveLength(1);
    expect(errno(sim, ADD, "a", "b")).toBe(2);
  });
});
