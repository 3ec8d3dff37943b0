import { describe, expect, it } from "vitest";
import { gaps, Pair } from "../kernel/pair.ts";

const ARP_OCTETS = 42;
/** A second of the wheel: 1.000 to 1.032 s. */
const isSecond = (seconds: number) => seconds >= 1 - 1e-9 && seconds <= 1.036;

/** a has pinged b: both know each other. */
function acquainted(): Pair {
  const pair = new Pair();
  pair.ping("a", "10.0.0.2");
  pair.waitMs(100);
  return pair;
}

/** b hears requests and answers none. */
const DEAF = { kind: "sysctl", netns: "b", key: "net.ipv4.conf.all.arp_ignore", value: 8 } as const;
const macOf = (pair: Pair, netns: string) => pair.link(netns).address;

describe("a neighbour entry", () => {
  it("should go from NUD_NONE to NUD_INCOMPLETE when a packet is to be sent, and ask once", () => {
    const pair = new Pair();
    expect(pair.neighStates("a")).toEqual({});
    pair.ping("a", "10.0.0.9");
    expect(pair.neighStates("a")).toEqual({ "10.0.0.9": "INCOMPLETE" });
    const a = pair.device("a");
    expect(pair.close().sent(a, ARP_OCTETS).length).toBe(1);
  });

  it("should go from NUD_INCOMPLETE to NUD_REACHABLE by a reply, and let the waiting packet go", () => {
    const pair = acquainted();
    expect(pair.neighStates("a")).toEqual({ "10.0.0.2": `REACHABLE ${macOf(pair, "b")}` });
    expect(pair.generated.output).toContain("1 packets transmitted, 1 received");
    const a = pair.device("a");
    expect(
      pair
        .close()
        .states(a, "10.0.0.2")
        .map(({ state }) => state),
    ).toEqual(["INCOMPLETE", "REACHABLE"]);
  });

  it("should go from NUD_NONE to NUD_STALE by a request from it, and to NUD_DELAY when it is answered", () => {
    const pair = acquainted();
    expect(pair.neighStates("b")).toEqual({ "10.0.0.1": `DELAY ${macOf(pair, "a")}` });
    const b = pair.device("b");
    expect(
      pair
        .close()
        .states(b, "10.0.0.1")
        .map(({ state }) => state),
    ).toEqual(["STALE", "DELAY"]);
  });

  it("should go from NUD_DELAY to NUD_PROBE after delay_first_probe_time, and to NUD_REACHABLE by a reply", () => {
    const pair = acquainted();
    pair.waitMs(6000);
    expect(pair.neighStates("b")).toEqual({ "10.0.0.1": `REACHABLE ${macOf(pair, "a")}` });
    const b = pair.device("b");
    const log = pair.close();
    const seconds = log.lasted(b, "10.0.0.1", "DELAY", "PROBE");
    expect(seconds).toBeGreaterThanOrEqual(5);
    expect(seconds).toBeLessThanOrEqual(5.26);
    expect(log.lasted(b, "10.0.0.1", "PROBE", "REACHABLE")).toBe(0);
    // The owner alone is asked: its reply is the frame that a sends besides request and echo.
    expect(log.sent(b, ARP_OCTETS).length).toBe(2);
  });

  it("should go from NUD_PROBE to NUD_FAILED after ucast_solicit requests in vain", () => {
    const pair = new Pair();
    pair.ping("a", "10.0.0.2", 1);
    pair.waitMs(40_000);
    pair.waitMs(40_000);
    expect(pair.neighStates("a")).toEqual({ "10.0.0.2": `STALE ${macOf(pair, "b")}` });
    pair.do(DEAF);
    pair.ping("a", "10.0.0.2", 1);
    expect(pair.neighStates("a")).toEqual({ "10.0.0.2": `DELAY ${macOf(pair, "b")}` });
    pair.waitMs(10_000);
    expect(pair.neighStates("a")).toEqual({ "10.0.0.2": "FAILED" });
    const a = pair.device("a");
    const log = pair.close();
    expect(log.lasted(a, "10.0.0.2", "PROBE", "FAILED")).toBeCloseTo(3.072, 1);
    const probes = log.sent(a, ARP_OCTETS).slice(-3);
    expect(gaps(probes).every(isSecond)).toBe(true);
    expect(probes[0]).toBe(log.states(a, "10.0.0.2").find(({ state }) => state === "PROBE")!.at);
  });

  it("should go from NUD_INCOMPLETE to NUD_FAILED after mcast_solicit requests in vain, and tell the sender", () => {
    const pair = new Pair();
    pair.do({ kind: "linkUp", netns: "a", dev: "lo", up: true });
    pair.ping("a", "10.0.0.9");
    pair.waitMs(4000);
    expect(pair.neighStates("a")).toEqual({ "10.0.0.9": "FAILED" });
    expect(pair.generated.output).toContain("From 10.0.0.1 icmp_seq=1 Destination Host Unreachable");
    const a = pair.device("a");
    const log = pair.close();
    const requests = log.sent(a, ARP_OCTETS);
    expect(requests.length).toBe(3);
    expect(gaps(requests).every(isSecond)).toBe(true);
    expect(log.lasted(a, "10.0.0.9", "INCOMPLETE", "FAILED")).toBeCloseTo(3.06, 1);
    expect(log.drops()).toContain("NEIGH_FAILED");
  });

  it("should go from NUD_FAILED to NUD_INCOMPLETE when a packet is to be sent again", () => {
    const pair = new Pair();
    pair.ping("a", "10.0.0.9");
    pair.waitMs(4000);
    pair.ping("a", "10.0.0.9");
    expect(pair.neighStates("a")).toEqual({ "10.0.0.9": "INCOMPLETE" });
  });

  it("should go from NUD_REACHABLE to NUD_STALE when its reachable time is over and nobody used it", () => {
    const pair = acquainted();
    pair.waitMs(50_000);
    expect(pair.neighStates("a")).toEqual({ "10.0.0.2": `STALE ${macOf(pair, "b")}` });
    const a = pair.device("a");
    const log = pair.close();
    const times = log.states(a, "10.0.0.2");
    expect(times.map(({ state }) => state)).toEqual(["INCOMPLETE", "REACHABLE", "STALE"]);
    // Half to one and a half times base_reachable_time, and an eighth for the wheel; an answer to b's probe confirms nothing.
    const seconds = log.lasted(a, "10.0.0.2", "REACHABLE", "STALE");
    expect(seconds).toBeGreaterThanOrEqual(15);
    expect(seconds).toBeLessThanOrEqual(52);
  });

  it("should go from NUD_STALE to NUD_DELAY when a packet is sent, which goes at once", () => {
    const pair = acquainted();
    pair.waitMs(50_000);
    pair.ping("a", "10.0.0.2");
    expect(pair.neighStates("a")).toEqual({ "10.0.0.2": `DELAY ${macOf(pair, "b")}` });
    pair.waitMs(10);
    expect(pair.generated.output.match(/1 received/g)?.length).toBe(2);
  });

  it("should go from NUD_REACHABLE to NUD_STALE by a request with another link-layer address", () => {
    const pair = acquainted();
    pair.waitMs(2000);
    pair.do({ kind: "linkAddress", netns: "b", dev: "v0", address: "02:00:00:00:00:02" });
    pair.ping("b", "10.0.0.1");
    pair.waitMs(10);
    const a = pair.device("a");
    expect(pair.neighStates("a")).toEqual({ "10.0.0.2": "DELAY 02:00:00:00:00:02" });
    const states = pair.close().states(a, "10.0.0.2");
    expect(states.slice(1).map(({ state }) => state)).toEqual(["REACHABLE", "STALE", "DELAY"]);
  });

  it("should stay NUD_PERMANENT through requests of others and loss of carrier, and go when its device goes down", () => {
    const pair = new Pair();
    const permanent = { kind: "neigh", add: true, netns: "a", dev: "v0", state: "permanent" } as const;
    pair.do({ ...permanent, dst: "10.0.0.2", lladdr: "02:aa:bb:cc:dd:ee" });
    pair.ping("b", "10.0.0.1");
    pair.waitMs(100);
    const expected = { "10.0.0.2": "PERMANENT 02:aa:bb:cc:dd:ee" };
    expect(pair.neighStates("a")).toEqual(expected);
    pair.do({ kind: "linkUp", netns: "b", dev: "v0", up: false });
    pair.waitMs(2000);
    expect(pair.neighStates("a")).toEqual(expected);
    pair.do({ kind: "linkUp", netns: "a", dev: "v0", up: false });
    expect(pair.neighStates("a")).toEqual({});
  });

  it("should let what waits in it go when an administrator gives the address", () => {
    const pair = new Pair();
    pair.ping("a", "10.0.0.9");
    pair.waitMs(500);
    const before = pair.link("a").stats.txPackets;
    const given = { kind: "neigh", add: true, netns: "a", dev: "v0", state: "permanent" } as const;
    pair.do({ ...given, dst: "10.0.0.9", lladdr: "02:00:00:00:00:09" });
    expect(pair.link("a").stats.txPackets).toBe(before + 1);
    // The frame is for a host that is not there.
    expect(pair.close().drops()).toEqual(["OTHERHOST"]);
  });

  it("should be gone after a loss of carrier if it was learned", () => {
    const pair = acquainted();
    pair.do({ kind: "linkUp", netns: "b", dev: "v0", up: false });
    pair.waitMs(2000);
    expect(pair.neighStates("a")).toEqual({});
  });
});
