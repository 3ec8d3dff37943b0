/**
 * Names that iproute2 prints instead of numbers.
 * @source /etc/iproute2/rt_protos, rt_tables, rt_scopes, rt_dsfield, group of Debian 12
 */
import { isPrefixOf, parseUnsigned } from "./args.ts";

export class NameTable {
  private readonly names: ReadonlyMap<number, string>;
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(
    entries: readonly (readonly [number, string])[],
    readonly max: number,
    private readonly format: (n: number) => string = String,
    /** Base of a number given as text. */
    private readonly base: 0 | 16 = 0,
  ) {
    this.names = new Map(entries);
    this.numbers = new Map(entries.map(([n, name]) => [name, n]));
  }

  name(n: number, isNumeric: boolean): string {
    return (isNumeric ? undefined : this.names.get(n)) ?? this.format(n);
  }

  /** The number for a name or a number given as text; null: neither. */
  parse(text: string): number | null {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (this.base === 16)
      return /^(0[xX])?[0-9a-fA-F]+$/.test(text) ? checked(Number.parseInt(text, 16), this.max) : null;
    return parseUnsigned(text, this.max);
  }
}

function checked(n: number, max: number): number | null {
  return n > max ? null : n;
}

export const SCOPES = new NameTable(
  [
    [0, "global"],
    [255, "nowhere"],
    [254, "host"],
    [253, "link"],
    [200, "site"],
  ],
  255,
);

export const PROTOCOLS = new NameTable(
  [
    [0, "unspec"],
    [1, "redirect"],
    [2, "kernel"],
    [3, "boot"],
    [4, "static"],
    [8, "gated"],
    [9, "ra"],
    [10, "mrt"],
    [11, "zebra"],
    [12, "bird"],
    [13, "dnrouted"],
    [14, "xorp"],
    [15, "ntk"],
    [16, "dhcp"],
    [18, "keepalived"],
    [42, "babel"],
    [99, "openr"],
    [186, "bgp"],
    [187, "isis"],
    [188, "ospf"],
    [189, "rip"],
    [192, "eigrp"],
  ],
  255,
);

export const TABLES = new NameTable(
  [
    [255, "local"],
    [254, "main"],
    [253, "default"],
    [0, "unspec"],
  ],
  0xffff_ffff,
);

export const GROUPS = new NameTable([[0, "default"]], 0x7fff_ffff);

export const DSFIELDS = new NameTable(
  [
    [0, "default"],
    [0x28, "AF11"],
    [0x30, "AF12"],
    [0x38, "AF13"],
    [0x48, "AF21"],
    [0x50, "AF22"],
    [0x58, "AF23"],
    [0x68, "AF31"],
    [0x70, "AF32"],
    [0x78, "AF33"],
    [0x88, "AF41"],
    [0x90, "AF42"],
    [0x98, "AF43"],
    [0x20, "CS1"],
    [0x40, "CS2"],
    [0x60, "CS3"],
    [0x80, "CS4"],
    [0xa0, "CS5"],
    [0xc0, "CS6"],
    [0xe0, "CS7"],
    [0xb8, "EF"],
  ],
  255,
  (n) => `0x${n.toString(16).padStart(2, "0")}`,
  16,
);

const ROUTE_TYPES: readonly (readonly [number, string])[] = [
  [0, "none"],
  [1, "unicast"],
  [2, "local"],
  [3, "broadcast"],
  [4, "anycast"],
  [5, "multicast"],
  [6, "blackhole"],
  [7, "unreachable"],
  [8, "prohibit"],
  [9, "throw"],
  [10, "nat"],
  [11, "xresolve"],
];

export function routeTypeName(type: number, isNumeric: boolean): string {
  return (isNumeric ? undefined : ROUTE_TYPES.find(([n]) => n === type)?.[1]) ?? String(type);
}

/** Words for a type of route in the order in which a shortened one is looked up; the first group has to be spelt out. */
const ROUTE_TYPE_WHOLE = ["local", "nat", "throw"];
const ROUTE_TYPE_SHORT = [
  "broadcast",
  "brd",
  "anycast",
  "multicast",
  "prohibit",
  "unreachable",
  "blackhole",
  "xresolve",
  "unicast",
];

/** A type of route by name; null: not a type. Numbers are read only where they cannot be an address. */
export function parseRouteType(text: string): number | null {
  const word =
    ROUTE_TYPE_WHOLE.find((name) => name === text) ?? ROUTE_TYPE_SHORT.find((name) => isPrefixOf(text, name));
  if (word === undefined) return parseUnsigned(text, 255);
  const full = word === "brd" ? "broadcast" : word;
  return ROUTE_TYPES.find(([, known]) => known === full)?.[0] ?? null;
}

/** IP protocols by name. @source /etc/protocols, of which these are in use */
const IP_PROTOCOLS: readonly (readonly [number, string])[] = [
  [1, "icmp"],
  [2, "igmp"],
  [4, "ipencap"],
  [6, "tcp"],
  [17, "udp"],
  [41, "ipv6"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [58, "ipv6-icmp"],
  [89, "ospf"],
  [103, "pim"],
  [132, "sctp"],
  [136, "udplite"],
];

export function parseIpProtocol(text: string): number | null {
  return IP_PROTOCOLS.find(([, name]) => name === text)?.[0] ?? parseUnsigned(text, 255);
}

export function ipProtocolName(protocol: number, isNumeric: boolean): string {
  return (isNumeric ? undefined : IP_PROTOCOLS.find(([n]) => n === protocol)?.[1]) ?? `ipproto-${protocol}`;
}

const OPER_STATES = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];

export function operStateName(state: number): string {
  return OPER_STATES[state] ?? `state 0x${state.toString(16)}`;
}

/** Case does not matter. Null: no such state. */
export function parseOperState(text: string): number | null {
  const state = OPER_STATES.indexOf(text.toUpperCase());
  return state === -1 ? null : state;
}
