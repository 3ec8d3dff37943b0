import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex } from "../../../src/core/bytes.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { decodeDatagram } from "../../../src/wire/netlink/message.ts";
import type { Line } from "./fixture.ts";

const REQUESTS = ["links", "inet", "netns", "routes", "crafted"].flatMap((name) =>
  readFileSync(fileURLToPath(new URL(`${name}.jsonl`, import.meta.url)), "utf8")
    .trim()
    .split("\n")
    .flatMap((line) => (JSON.parse(line) as Line).exchanges.map(({ send }) => fromHex(send.hex)!)),
);

describe("the kernel's netlink socket", () => {
  it("should answer damaged requests with messages, and throw at none", () => {
    const sim = new Simulation({ freeze: true });
    const fds = new Map([3, 4, 5, 6].map((fd) => [fd, sim.netns("blue")]));
    sim.netns("blue").linkAdd({ kind: "veth", ifname: "va", peer: { ifname: "vb", netns: sim.main } });
    fc.assert(
      fc.property(
        fc.constantFrom(...REQUESTS),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.option(fc.nat(), { nil: null }),
        fc.boolean(),
        (request, changes, cut, strict) => {
          const octets = request.slice(0, cut === null ? request.length : cut % request.length);
          // Behind the length, lest all be passed over.
          for (const [at, value] of changes)
            if (octets.length > 6) octets[4 + (at % (octets.length - 4))] = value;
          if (cut !== null && octets.length >= 4)
            new DataView(octets.buffer).setUint32(0, octets.length, true);
          for (const answer of sim.main.netlink.open({ strict }).send(octets, { fds }))
            expect(decodeDatagram(answer)).toHaveProperty("messages");
        },
      ),
      { numRuns: 1500 },
    );
  });
  it("should not answer octets that are no message", () => {
    const sim = new Simulation({ freeze: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 15 }), (octets) => {
        expect(sim.main.netlink.send(octets)).toEqual([]);
      }),
    );
  });
});
