import { describe, expect, it } from "vitest";
import { NLM_F_CREATE, NLM_F_EXCL, NUD_FAILED, NUD_PERMANENT, NUD_STALE } from "../../src/events/netlink.ts";
import { orphanFaults } from "../../src/testing/invariants.ts";
import { Pair } from "../kernel/pair.ts";

/** Adds entries 10.1.x.y from number `first` on, and gives what the last request came to. */
function fill(pair: Pair, first: number, count: number, state: number) {
  let last: unknown = null;
  for (let n = first; n < first + count; n++)
    last = pair.generated.request(pair.netns("a"), "RTM_NEWNEIGH", {
      ifindex: pair.link("a").ifindex,
      dst: `10.1.${n >> 8}.${n & 255}`,
      lladdr: "020000000099",
      state,
      nlmFlags: NLM_F_CREATE | NLM_F_EXCL,
    });
  return last;
}

const FULL = { ok: false, errno: "ENOBUFS" };

describe("a neighbour table", () => {
  it("should refuse the 1025th entry while all are young, and a packet to a new neighbour as well", () => {
    const pair = new Pair();
    expect(fill(pair, 0, 1024, NUD_STALE)).toMatchObject({ ok: true });
    expect(fill(pair, 2000, 1, NUD_STALE)).toMatchObject(FULL);
    pair.ping("a", "10.0.0.2");
    pair.waitMs(20);
    expect(orphanFaults(pair.generated.run)).toEqual([]);
    expect(pair.close().drops()).toEqual(["NEIGH_CREATEFAIL"]);
  });

  it("should take permanent entries without a limit", () => {
    const pair = new Pair();
    expect(fill(pair, 0, 1100, NUD_PERMANENT)).toMatchObject({ ok: true });
    expect(pair.neighs("a").length).toBe(1100);
  });

  it("should go down to 512 entries by force when another one comes 5 s after the last collection", () => {
    const pair = new Pair();
    fill(pair, 0, 600, NUD_STALE);
    expect(pair.neighs("a").length).toBe(600);
    pair.waitMs(6000);
    fill(pair, 2000, 1, NUD_STALE);
    const left = pair.neighs("a");
    expect(left.length).toBe(512);
    expect(left.at(-1)!.dst).toBe("10.1.7.208");
    expect(orphanFaults(pair.generated.run)).toEqual([]);
  });

  it("should collect what failed within 16 s, and what was not used for gc_stale_time, from 128 entries on", () => {
    const pair = new Pair();
    fill(pair, 0, 127, NUD_FAILED);
    pair.waitMs(16_000);
    expect(pair.neighs("a").length).toBe(127);
    fill(pair, 1000, 10, NUD_STALE);
    fill(pair, 1100, 5, NUD_PERMANENT);
    pair.waitMs(16_000);
    expect(pair.neighs("a").length).toBe(15);
    fill(pair, 2000, 130, NUD_STALE);
    pair.waitMs(77_000);
    expect(pair.neighs("a").length).toBe(5);
    expect(orphanFaults(pair.generated.run)).toEqual([]);
  });
});
