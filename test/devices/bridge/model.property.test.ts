/** Bridges against a naive model of them: who gets each frame, and what is known in the end. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulateScript } from "../../../src/conformance/simulate.ts";
import { BridgeModel } from "./model.ts";

const BRIDGES_MAX = 8;
const PORTS_MAX = 24;
/** In seconds. Sweeps come at most that much later. */
const AGEING = 30;
const BROADCAST = "ff:ff:ff:ff:ff:ff";

const two = (n: number) => n.toString(16).padStart(2, "0");
const bridgeMac = (n: number) => `02:00:00:00:b0:${two(n)}`;
const portMac = (n: number) => `02:00:00:00:a0:${two(n)}`;
const hostMac = (n: number) => `02:00:00:00:00:${two(n)}`;
/** Addresses that several hosts send from. */
const movingMac = (n: number) => `02:00:00:00:c0:${two(n)}`;

type Act =
  | { readonly kind: "join" | "leave" | "down" | "up" | "static"; readonly a: number; readonly b: number }
  | { readonly kind: "age" }
  | { readonly kind: "send"; readonly a: number; readonly src: number; readonly dst: number };

const place = fc.nat({ max: 1000 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("join" as const), a: place, b: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), a: place, b: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("down" as const), a: place, b: place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("up" as const), a: place, b: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("static" as const), a: place, b: place }) },
  { weight: 1, arbitrary: fc.constant({ kind: "age" as const }) },
  {
    weight: 14,
    arbitrary: fc.record({ kind: fc.constant("send" as const), a: place, src: place, dst: place }),
  },
);

/** A script, and what the model says that each frame of it does. */
class Draft {
  readonly lines: string[] = [];
  readonly model = new BridgeModel();
  /** Frame by its number: the interfaces that receive it. */
  readonly received = new Map<string, string[]>();

  constructor(
    readonly bridges: number,
    readonly ports: number,
  ) {
    this.lines.push("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0");
    for (let i = 0; i < bridges; i++) {
      this.lines.push(`ip link add b${i} address ${bridgeMac(i)} type bridge ageing_time ${AGEING}00`);
      this.lines.push(`ip link set b${i} up`);
      this.model.addBridge(`b${i}`, bridgeMac(i));
    }
    for (let i = 0; i < ports; i++) {
      const peer = `peer name eth0 address ${hostMac(i)} netns h${i}`;
      this.lines.push(`ip netns add h${i}; ip netns exec h${i} sysctl -qw net.ipv6.conf.all.disable_ipv6=1`);
      this.lines.push(`ip link add p${i} address ${portMac(i)} type veth ${peer}`);
      this.lines.push(`ip link set p${i} up; ip -n h${i} link set eth0 up`);
      this.model.addDevice(`p${i}`, portMac(i));
    }
    this.lines.push("sleep 1.2");
  }

  private address(n: number): string {
    const kinds = [hostMac(n % this.ports), movingMac(n % 4), portMac(n % this.ports), BROADCAST];
    return n % 23 === 0 ? bridgeMac(n % this.bridges) : kinds[n % 4]!;
  }

  add(act: Act): void {
    if (act.kind === "age") {
      this.lines.push(`sleep ${2 * AGEING + 1}`);
      this.model.age();
      return;
    }
    const port = `p${act.a % this.ports}`;
    if (act.kind === "send") {
      const src = this.address(act.src);
      this.send(act.a % this.ports, src === BROADCAST ? movingMac(0) : src, this.address(act.dst));
      return;
    }
    const bridge = `b${act.b % this.bridges}`;
    switch (act.kind) {
      case "join":
        this.lines.push(`ip link set ${port} master ${bridge}`);
        this.model.join(port, bridge);
        break;
      case "leave":
        this.lines.push(`ip link set ${port} nomaster`);
        this.model.leave(port);
        break;
      case "down":
      case "up":
        this.lines.push(`ip link set ${port} ${act.kind}`, "sleep 1.2");
        this.model.setUp(port, act.kind === "up");
        break;
      case "static":
        if (this.model.addStatic(movingMac(act.b % 4), port))
          this.lines.push(`bridge fdb replace ${movingMac(act.b % 4)} dev ${port} master static`);
    }
  }

  private send(host: number, src: string, dst: string): void {
    const number = (0x1000 + this.received.size).toString(16);
    this.lines.push(`ip netns exec h${host} rawsend eth0 ${dst} ${src} 88b5 ${number}`);
    const bridge = this.model.masterOf(`p${host}`);
    const { out, isUp } = this.model.send(`p${host}`, src, dst);
    const heard = [...out].map((port) => `h${port.slice(1)}/eth0`);
    this.received.set(number, [...heard, ...(isUp ? [`main/${bridge}`] : [])].sort());
  }
}

describe("bridges", () => {
  it("should send each frame where a naive model does, and know the same in the end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: BRIDGES_MAX }),
        fc.integer({ min: 2, max: PORTS_MAX }),
        fc.array(acts, { minLength: 10, maxLength: 60 }),
        async (bridges, ports, sequence) => {
          const draft = new Draft(bridges, ports);
          for (const act of sequence) draft.add(act);
          const shows = Array.from({ length: bridges }, (_, i) => `bridge fdb show br b${i}`);
          const text = ["#!/bin/bash", ...draft.lines, ...shows, ""].join("\n");
          const { recording } = await simulateScript("bridges", text);
          for (const step of recording.steps) expect(`${step.cmd}: ${step.stderr}`).toBe(`${step.cmd}: `);
          const heard = new Map<string, string[]>([...draft.received.keys()].map((number) => [number, []]));
          for (const frame of recording.frames) {
            const isHosts = frame.if === "eth0" || frame.if.startsWith("b");
            if (isHosts && frame.dir !== "out")
              heard.get(frame.hex.slice(28, 32))?.push(`${frame.ns}/${frame.if}`);
          }
          for (const list of heard.values()) list.sort();
          expect(Object.fromEntries(heard)).toEqual(Object.fromEntries(draft.received));
          for (const [i, cmd] of shows.entries()) {
            const { stdout } = recording.steps.find((step) => step.cmd === cmd)!;
            const learned = stdout
              .split("\n")
              .filter((line) => / master /.test(line) && !/permanent/.test(line));
            expect(learned.map((line) => line.trimEnd()).sort()).toEqual(draft.model.fdb(`b${i}`));
          }
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  }, 120_000);
});
