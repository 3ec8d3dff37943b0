/** fast-check arbitraries of command sequences over namespaces, pairs, addresses, neighbours, routes and pings. */
import fc from "fast-check";
import { type Command, commandScript, type NetnsName } from "./commands.ts";

/** Names that tables keyed by text would trip over: of JavaScript's own, UTF-8, 15 octets, a pattern, a refused one. */
const HOSTILE_NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "größe😀",
  "fifteen-octets1",
  "veth%d",
  "all",
  "a/b",
  "lo",
];

export const anyNetnsName: fc.Arbitrary<NetnsName> = fc.constantFrom("", "a", "b", "c", "__proto__");
export const anyDeviceName = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("v0", "v1", "v2", "v3") },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
);
const anyHost = fc
  .tuple(fc.constantFrom(0, 0, 0, 1), fc.constantFrom(1, 2, 3))
  .map(([net, host]) => `10.0.${net}.${host}`);
const anyTarget = fc.oneof(
  { weight: 9, arbitrary: anyHost },
  { weight: 1, arbitrary: fc.constantFrom("127.0.0.1", "10.0.0.255", "10.9.9.9", "224.0.0.1") },
);
const anyLladdr = fc.constantFrom("02:00:00:00:00:01", "02:00:00:00:00:02", "02:aa:bb:cc:dd:ee");

const place = { netns: anyNetnsName, dev: anyDeviceName };
const of = <K extends Command["kind"]>(kind: K) => fc.constant(kind);

/** Options of ping that keep a run short or go ways of their own. */
const anyPingOptions = fc.oneof(
  fc.constantFrom<readonly string[]>(
    [],
    ["-W", "1"],
    ["-i", "0.2"],
    ["-f"],
    ["-q", "-A"],
    ["-s", "1600"],
    ["-R"],
  ),
  anyDeviceName.map((dev) => ["-I", dev]),
);

const SYSCTLS = ["arp_notify", "arp_accept", "promote_secondaries", "rp_filter", "arp_ignore"].map(
  (key) => `net.ipv4.conf.all.${key}`,
);

const anyLinkCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: of("linkAdd"),
      ...place,
      peer: anyDeviceName,
      peerNetns: anyNetnsName,
      mtu: fc.option(fc.constantFrom(60, 68, 576, 9000), { freq: 8 }),
      index: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 8 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: of("linkDel"), ...place }) },
  { weight: 4, arbitrary: fc.record({ kind: of("linkUp"), ...place, up: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: of("linkArp"), ...place, on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: of("linkMtu"), ...place, mtu: fc.constantFrom(60, 68, 100, 1500, 70000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of("linkAddress"), ...place, address: anyLladdr }) },
  { weight: 1, arbitrary: fc.record({ kind: of("linkRename"), ...place, to: anyDeviceName }) },
  { weight: 1, arbitrary: fc.record({ kind: of("linkAltname"), ...place, altname: anyDeviceName }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: of("linkMove"),
      ...place,
      target: anyNetnsName,
      to: fc.option(anyDeviceName, { freq: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of("linkShow"), ...place }) },
);

const anyInetCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: of("addr"),
      add: fc.constantFrom(true, true, false),
      ...place,
      local: anyHost,
      prefixLen: fc.constantFrom(24, 24, 16, 32),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: of("neigh"),
      add: fc.constantFrom(true, true, false),
      ...place,
      dst: anyHost,
      lladdr: anyLladdr,
      state: fc.constantFrom("permanent" as const, "reachable" as const, "stale" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of("proxy"), add: fc.boolean(), ...place, dst: anyHost }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: of("route"),
      add: fc.constantFrom(true, true, false),
      netns: anyNetnsName,
      dst: fc.constantFrom("10.9.0.0", "10.0.1.0"),
      dstLen: fc.constantFrom(24, 16),
      via: fc.option(anyHost),
      dev: fc.option(anyDeviceName, { freq: 2 }),
      metric: fc.constantFrom(0, 0, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: of("sysctl"),
      netns: anyNetnsName,
      key: fc.constantFrom(...SYSCTLS),
      value: fc.constantFrom(0, 1),
    }),
  },
);

const anyProcessCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: of("ping"),
      netns: anyNetnsName,
      dst: anyTarget,
      count: fc.integer({ min: 1, max: 3 }),
      options: anyPingOptions,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of("interrupt") }) },
  { weight: 1, arbitrary: fc.record({ kind: of("hold"), netns: anyNetnsName }) },
  { weight: 1, arbitrary: fc.record({ kind: of("setns"), target: anyNetnsName }) },
  { weight: 1, arbitrary: fc.record({ kind: of("release") }) },
);

const anyNetnsCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: of("netnsAdd"), name: anyNetnsName.filter((n) => n !== "") }) },
  { weight: 1, arbitrary: fc.record({ kind: of("netnsDel"), name: anyNetnsName.filter((n) => n !== "") }) },
);

const anyWait: fc.Arbitrary<Command> = fc.record({
  kind: of("wait"),
  ms: fc.oneof(fc.constantFrom(0, 1, 4, 1000), fc.integer({ min: 1, max: 7000 })),
});

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: anyNetnsCommand },
  { weight: 5, arbitrary: anyLinkCommand },
  { weight: 4, arbitrary: anyInetCommand },
  { weight: 4, arbitrary: anyProcessCommand },
  { weight: 3, arbitrary: anyWait },
);

/** Two namespaces that can reach each other: chance alone seldom builds one. */
export const WORKING_PAIR: readonly Command[] = [
  { kind: "netnsAdd", name: "a" },
  { kind: "netnsAdd", name: "b" },
  { kind: "linkAdd", netns: "a", dev: "v0", peer: "v0", peerNetns: "b", mtu: null, index: null },
  { kind: "addr", add: true, netns: "a", dev: "v0", local: "10.0.0.1", prefixLen: 24 },
  { kind: "addr", add: true, netns: "b", dev: "v0", local: "10.0.0.2", prefixLen: 24 },
  { kind: "linkUp", netns: "a", dev: "v0", up: true },
  { kind: "linkUp", netns: "b", dev: "v0", up: true },
];
/** The same without IPv6: nothing happens there by itself. */
export const QUIET_PAIR: readonly Command[] = [
  ...WORKING_PAIR.slice(0, 2),
  { kind: "sysctl", netns: "a", key: "net.ipv6.conf.all.disable_ipv6", value: 1 },
  { kind: "sysctl", netns: "b", key: "net.ipv6.conf.all.disable_ipv6", value: 1 },
  ...WORKING_PAIR.slice(2),
];
const PING: readonly Command[] = [
  ...WORKING_PAIR,
  { kind: "ping", netns: "a", dst: "10.0.0.2", count: 2, options: [] },
  { kind: "wait", ms: 500 },
];

/** A generated sequence, printed as a script when a property fails. */
export interface Sequence {
  readonly seed: string;
  readonly commands: readonly Command[];
}

/** Some of these commands, nearly always all; a failing sequence shrinks by leaving them out. */
function mostOf(commands: readonly Command[]): fc.Arbitrary<readonly Command[]> {
  const isKept = fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant(false) },
    { weight: 99, arbitrary: fc.constant(true) },
  );
  return fc.tuple(...commands.map(() => isKept)).map((kept) => commands.filter((_, i) => kept[i] === true));
}

/** @param lengthMax most commands behind the beginning */
export function anySequence(lengthMax: number): fc.Arbitrary<Sequence> {
  const beginning = fc.oneof(fc.constant<readonly Command[]>([]), mostOf(WORKING_PAIR), mostOf(PING));
  return fc
    .record({
      seed: fc.nat({ max: 999 }).map(String),
      beginning,
      rest: fc.array(anyCommand, { maxLength: lengthMax, size: "max" }),
    })
    .map(({ seed, beginning: first, rest }) => {
      const commands = [...first, ...rest];
      return { seed, commands, [fc.toStringMethod]: () => `\n# seed ${seed}\n${commandScript(commands)}` };
    });
}
