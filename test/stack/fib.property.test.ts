import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  RT_TABLE_DEFAULT,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_BLACKHOLE,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../../src/events/netlink.ts";
import type { StepContext } from "../../src/events/step-context.ts";
import {
  dumpTable,
  EMPTY_FIB,
  type Fib,
  type FibResult,
  type FlowKey,
  insertRoute,
  type Route,
  replaceRoute,
  routesTo,
} from "../../src/stack/fib.ts";
import { fibLookup } from "../../src/stack/fib-rules.ts";
import { NetStack } from "../../src/stack/net-stack.ts";
import { prefixMask } from "../../src/wire/ipv4-address.ts";

const TABLES = [RT_TABLE_LOCAL, RT_TABLE_MAIN, RT_TABLE_DEFAULT];
/** Addresses that share prefixes of every length. */
const anyAddress = fc.oneof(
  fc.constantFrom(0, 0x0a00_0001, 0x0a00_00ff, 0x0a00_0100, 0x0aff_ffff, 0xc0a8_0101, 0xffff_ffff),
  fc.integer({ min: 0, max: 31 }).map((bit) => (0x0a00_0001 ^ (1 << bit)) >>> 0),
);

const anyRoute: fc.Arbitrary<Route> = fc
  .record({
    address: anyAddress,
    dstLen: fc.oneof(fc.constantFrom(0, 8, 24, 32), fc.integer({ min: 0, max: 32 })),
    table: fc.constantFrom(...TABLES),
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constant(RTN_UNICAST) },
      { weight: 1, arbitrary: fc.constantFrom(RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW) },
    ),
    tos: fc.constantFrom(0, 0, 0, 8, 16),
    scope: fc.constantFrom(0, 0, 253, 254),
    priority: fc.constantFrom(0, 0, 100, 200),
    hops: fc.array(
      fc.record({
        oif: fc.integer({ min: 1, max: 3 }),
        gateway: fc.nat(3),
        scope: fc.constant(254),
        flags: fc.constantFrom(0, 0, 0, RTNH_F_LINKDOWN, RTNH_F_DEAD),
        weight: fc.constant(1),
        realm: fc.constant(0),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ address, ...rest }) => ({
    ...rest,
    dst: (address & prefixMask(rest.dstLen)) >>> 0,
    protocol: 3,
    prefSrc: 0,
    metrics: null,
  }));

const anyFlow: fc.Arbitrary<FlowKey> = fc.record({
  dst: anyAddress,
  tos: fc.constantFrom(0, 8),
  scope: fc.constantFrom(0, 0, 253),
  oif: fc.constantFrom(-1, -1, 1, 2),
  ignoresLinkdown: fc.constantFrom(
    null,
    () => true,
    (device: number) => device === 1,
  ),
});

interface Insertion {
  readonly route: Route;
  readonly append: boolean;
}

/** The routes as a plain list in the kernel's order of preference: TOS, then metric, then as they were put. */
function modelInsert(list: readonly Route[], { route, append }: Insertion): Route[] {
  const isMate = (r: Route) => r.table === route.table && r.dst === route.dst && r.dstLen === route.dstLen;
  const isBetter = (r: Route) =>
    r.tos > route.tos ||
    (r.tos === route.tos && (r.priority < route.priority || (append && r.priority === route.priority)));
  const mates = list.filter(isMate);
  const at = mates.findIndex((r) => !isBetter(r));
  const position = at < 0 ? mates.length : at;
  return [...list.filter((r) => !isMate(r)), ...mates.slice(0, position), route, ...mates.slice(position)];
}

const ERRORS: Readonly<Record<number, string>> = {
  [RTN_BLACKHOLE]: "EINVAL",
  [RTN_UNREACHABLE]: "EHOSTUNREACH",
  [RTN_PROHIBIT]: "EACCES",
};

/** While there are no rules of a user's, the local and the main table are one trie; the local routes to a network come first. */
const TRIES = [[RT_TABLE_LOCAL, RT_TABLE_MAIN], [RT_TABLE_DEFAULT]];

function isGood(hop: Route["hops"][number], flow: FlowKey): boolean {
  if ((hop.flags & RTNH_F_DEAD) !== 0) return false;
  if ((hop.flags & RTNH_F_LINKDOWN) !== 0 && flow.ignoresLinkdown?.(hop.oif)) return false;
  return flow.oif < 0 || hop.oif === flow.oif;
}

/** Tries every route of every table, longest prefix first. */
function modelLookup(list: readonly Route[], flow: FlowKey): FibResult | string {
  for (const tables of TRIES) {
    const fitting = tables
      .flatMap((table) => list.filter((r) => r.table === table))
      .filter((r) => (flow.dst & prefixMask(r.dstLen)) >>> 0 === r.dst)
      .filter((r) => (r.tos === 0 || r.tos === flow.tos) && r.scope >= flow.scope)
      .filter((r) => r.hops.some((hop) => (hop.flags & RTNH_F_DEAD) === 0))
      .filter((r) => r.type !== RTN_UNICAST || r.hops.some((hop) => isGood(hop, flow)));
    const longest = Math.max(...fitting.map((r) => r.dstLen));
    const route = fitting.find((r) => r.dstLen === longest);
    if (route === undefined || route.type === RTN_THROW) continue;
    const at = route.hops.findIndex((hop) => isGood(hop, flow));
    return ERRORS[route.type] ?? { route, hop: route.hops[at]!, at };
  }
  return "ENETUNREACH";
}

/** Without rules of a user's a lookup needs nothing of the step. */
function lookup(fib: Fib, flow: FlowKey): FibResult | string {
  const stack = new NetStack();
  stack.fib = fib;
  return fibLookup({} as StepContext, stack, flow);
}

function filled(insertions: readonly Insertion[]): { fib: Fib; list: readonly Route[] } {
  let fib = EMPTY_FIB;
  let list: readonly Route[] = [];
  for (const insertion of insertions) {
    fib = insertRoute(fib, insertion.route, insertion.append);
    list = modelInsert(list, insertion);
  }
  return { fib, list };
}

const anyInsertions = fc.array(fc.record({ route: anyRoute, append: fc.boolean() }), {
  maxLength: 40,
  size: "max",
});

describe("fibLookup", () => {
  it("should find what a search of all routes finds", () => {
    fc.assert(
      fc.property(anyInsertions, fc.array(anyFlow, { minLength: 1, maxLength: 10 }), (insertions, flows) => {
        const { fib, list } = filled(insertions);
        for (const flow of flows) expect(lookup(fib, flow)).toEqual(modelLookup(list, flow));
      }),
      { numRuns: 300 },
    );
  });

  it("should forget what is taken away, and be the empty table in the end", () => {
    fc.assert(
      fc.property(anyInsertions, fc.array(anyFlow, { maxLength: 5 }), (insertions, flows) => {
        const { fib, list } = filled(insertions);
        let rest = fib;
        list.forEach((route, i) => {
          rest = replaceRoute(rest, route, null);
          if (i % 5 !== 0) return;
          for (const flow of flows) expect(lookup(rest, flow)).toEqual(modelLookup(list.slice(i + 1), flow));
        });
        for (const table of TABLES) expect(dumpTable(rest, table)).toEqual([]);
      }),
    );
  });
});

describe("dumpTable", () => {
  it("should give every route of a table once, by network, each network's in order of preference", () => {
    fc.assert(
      fc.property(anyInsertions, (insertions) => {
        const { fib, list } = filled(insertions);
        for (const table of TABLES) {
          const dump = dumpTable(fib, table);
          expect(dump.length).toBe(list.filter((r) => r.table === table).length);
          for (const route of dump) {
            const mates = (r: Route) => r.dst === route.dst && r.dstLen === route.dstLen && r.table === table;
            expect(dump.filter(mates)).toEqual(list.filter(mates));
            expect(routesTo(fib, table, route.dst, route.dstLen)).toEqual(list.filter(mates));
          }
          expect(dump.map((r) => r.dst)).toEqual(dump.map((r) => r.dst).sort((a, b) => a - b));
        }
      }),
    );
  });
});
