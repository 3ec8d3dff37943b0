/** The command line of ping(8). @source ping(8); texts and statuses recorded from iputils 20221126 */

import { nameTable } from "../core/name-table.ts";
import type { Writable } from "../core/writable.ts";
import { type Ipv4Address, parseIpv4 } from "../wire/ipv4-address.ts";
import { parseIpv6 } from "../wire/ipv6-address.ts";
import { NODEINFO_HELP, USAGE, VERSION } from "./ping-usage.ts";

/** What IP_OPTIONS to send: none, record route, or timestamps with their flag (0 alone, 1 with addresses, 3 prespecified). */
export type IpOptionWish = "none" | "record-route" | "tsonly" | "tsandaddr" | "tsprespec";

export interface PingOptions {
  readonly family: 0 | 4 | 6;
  readonly audible: boolean;
  readonly adaptive: boolean;
  readonly broadcast: boolean;
  readonly sticky: boolean;
  /** 0: no limit. Beyond 2^53 it is only nearly exact. */
  readonly count: number;
  readonly timestamps: boolean;
  /** -1: the process's id. */
  readonly identifier: number;
  readonly flood: boolean;
  /** Source address; 0: the stack chooses; null: -I gave none. */
  readonly source: Ipv4Address | null;
  /** The same of IPv6, as text. */
  readonly source6: string | null;
  readonly device: string | null;
  readonly intervalMs: number;
  readonly preload: number;
  /** -S; 0: as the size wants. */
  readonly sendBuffer: number;
  readonly noLoop: boolean;
  /** SO_MARK */
  readonly mark: number;
  /** null: not given. */
  readonly pmtudisc: "want" | "do" | "dont" | null;
  readonly numeric: boolean;
  /** The socket is one of SOCK_DGRAM: net.ipv4.ping_group_range lets the user's group have it. */
  readonly datagram: boolean;
  readonly outstanding: boolean;
  /** Octets of -p; null: 0, 1, 2, ... */
  readonly pattern: readonly number[] | null;
  readonly quiet: boolean;
  readonly tos: number;
  readonly dontRoute: boolean;
  /** IPv6: 20 bits; 0: none. */
  readonly flowLabel: number;
  readonly ipOption: IpOptionWish;
  readonly size: number;
  /** -1: the socket's default. */
  readonly ttl: number;
  readonly verbose: boolean;
  /** Seconds; 0: none. */
  readonly deadline: number;
  /** 0: wait forever. */
  readonly lingerMs: number;
}

/** Ends before anything is sent: text for standard output and standard error, and the status. */
export interface PingStop {
  readonly kind: "stop";
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export interface PingCommand {
  readonly kind: "run";
  readonly options: PingOptions;
  /** Hops and, last, the destination. */
  readonly hosts: readonly string[];
  /** Warnings for standard error. */
  readonly warnings: string;
}

export function stop(err: string, status: number): PingStop {
  return { kind: "stop", out: "", err, status };
}

const INT_MAX = 2_147_483_647;
const LONG_MAX = "9223372036854775807";
const DEFAULT_LINGER_MS = 10_000;
const MAX_PATTERN = 16;

export const DEFAULTS: PingOptions = {
  family: 0,
  audible: false,
  adaptive: false,
  broadcast: false,
  sticky: false,
  count: 0,
  timestamps: false,
  identifier: -1,
  flood: false,
  source: null,
  source6: null,
  device: null,
  intervalMs: 1000,
  preload: 1,
  sendBuffer: 0,
  noLoop: false,
  mark: 0,
  pmtudisc: null,
  numeric: false,
  datagram: false,
  outstanding: false,
  pattern: null,
  quiet: false,
  tos: 0,
  dontRoute: false,
  flowLabel: 0,
  ipOption: "none",
  size: 56,
  ttl: -1,
  verbose: false,
  deadline: 0,
  lingerMs: DEFAULT_LINGER_MS,
};

interface Parsing {
  readonly options: Writable<PingOptions>;
  hasInterval: boolean;
  warnings: string;
}

/** strtol(3), base 10, the whole text, within limits. */
function integer(text: string, min: number, max: number, maxText = String(max)): number | PingStop {
  if (!/^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(text)) return stop(`ping: invalid argument: '${text}'\n`, 1);
  const value = BigInt(text.trim().replace("+", ""));
  if (value > BigInt(LONG_MAX) || value < -BigInt(LONG_MAX) - 1n) {
    return stop(`ping: invalid argument: '${text}': Numerical result out of range\n`, 1);
  }
  if (value < BigInt(min) || value > BigInt(maxText)) {
    return stop(`ping: invalid argument: '${text}': out of range: ${min} <= value <= ${maxText}\n`, 1);
  }
  return Number(value);
}

/** strtod(3): its value and what follows it. Null: a value that ping refuses, with the text of errno. */
function real(text: string): { value: number; rest: string } | { refused: string } {
  if (text === "") return { refused: "No such file or directory" };
  const m =
    /^[ \t\n\v\f\r]*([+-]?)(?:(0[xX][0-9a-fA-F]+)|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(inf(?:inity)?|nan))/i.exec(
      text,
    );
  if (m === null) return { value: 0, rest: text };
  if (m[4] !== undefined) return { refused: "Numerical result out of range" };
  const magnitude = Number(m[2] ?? m[3]);
  return { value: m[1] === "-" ? -magnitude : magnitude, rest: text.slice(m[0].length) };
}

/** Seconds as milliseconds, as -i and -W take them. */
function milliseconds(p: Parsing, text: string, what: string, min: number): number | PingStop {
  const parsed = real(text);
  if ("refused" in parsed) return stop(`ping: bad ${what}: ${text}: ${parsed.refused}\n`, 2);
  if (parsed.rest !== "") {
    p.warnings += `ping: option argument contains garbage: ${parsed.rest}\nping: this will become fatal error in the future\n`;
  }
  if (parsed.value < min || parsed.value >= INT_MAX / 1000) return stop(`ping: bad ${what}: ${text}\n`, 2);
  return Math.trunc(parsed.value * 1000);
}

function typeOfService(text: string): number | PingStop {
  const hex = /^0[xX]([0-9a-fA-F]*)$/.exec(text);
  if (hex === null && !/^[ \t]*[+-]?[0-9]+$/.test(text)) return stop(`ping: bad TOS value: ${text}\n`, 2);
  const value = hex === null ? Number(text) : Number.parseInt(`0${hex[1]}`, 16);
  if (value > 255) return stop(`ping: the decimal value of TOS bits must be in range 0-255: ${value}\n`, 2);
  return value & 255;
}

/** Pairs of hex digits; an odd last digit counts alone. */
export function parsePattern(text: string): readonly number[] | PingStop {
  const bad = text.search(/[^0-9a-fA-F]/);
  if (bad >= 0) return stop(`ping: patterns must be specified as hex digits: ${text.slice(bad)}\n`, 2);
  const octets: number[] = [];
  for (let i = 0; i < text.length && octets.length < MAX_PATTERN; i += 2)
    octets.push(Number.parseInt(text.slice(i, i + 2), 16));
  return octets;
}

function family(o: Writable<PingOptions>, wanted: 4 | 6): PingStop | null {
  if (o.family !== 0 && o.family !== wanted)
    return stop("ping: only one -4 or -6 option may be specified\n", 2);
  o.family = wanted;
  return null;
}

function ipOption(o: Writable<PingOptions>, wish: IpOptionWish): PingStop | null {
  if ((o.ipOption === "record-route") !== (wish === "record-route") && o.ipOption !== "none") {
    return stop("ping: only one of -T or -R may be used\n", 2);
  }
  o.ipOption = wish;
  return null;
}

/** `fe80::1%eth0`: an address, and the device behind it. */
function source6(o: Writable<PingOptions>, argument: string): PingStop | null {
  const [address, device] = argument.split(/%(.*)/s, 2) as [string, string | undefined];
  if (parseIpv6(address) === null) return stop(`ping: invalid source address: ${argument}\n`, 2);
  o.source6 = address;
  if (device !== undefined) o.device = device;
  return null;
}

function flowLabel(text: string): number | PingStop {
  if (!/^(0[xX][0-9a-fA-F]+|[+-]?\d+)$/.test(text)) return stop(`ping: bad value for flowinfo: ${text}\n`, 2);
  const value = Number(text);
  if (value < 0 || value > 0xf_ffff) return stop(`ping: flow value is greater than 20 bits: ${text}\n`, 2);
  return value;
}

/** A query of -N, or whom it is about; any other word is answered with what there is. */
function isNodeQuery(word: string): boolean {
  return (
    /^(name|ipv4|ipv4-all|ipv6|ipv6-(all|compatible|linklocal|sitelocal|global))$/.test(word) ||
    /^subject-(ipv6|ipv4|name|fqdn)=/.test(word)
  );
}

/** Options without an argument. Null: goes on; undefined: there is no such option. */
function flag(o: Writable<PingOptions>, letter: string): PingStop | null | undefined {
  switch (letter) {
    case "4":
      return family(o, 4);
    case "6":
      return family(o, 6);
    case "R":
      return ipOption(o, "record-route");
    case "V":
      return { kind: "stop", out: VERSION, err: "", status: 0 };
    case "h":
      return stop(USAGE, 2);
    case "C":
    case "d":
    case "U":
      // A connected socket, SO_DEBUG and the way of taking time make no difference here.
      return null;
  }
  const field = FLAGS[letter];
  if (field === undefined) return undefined;
  o[field] = true;
  return null;
}

type FlagField = { [K in keyof PingOptions]: PingOptions[K] extends boolean ? K : never }[keyof PingOptions];

const FLAGS: Readonly<Record<string, FlagField>> = nameTable({
  a: "audible",
  A: "adaptive",
  b: "broadcast",
  B: "sticky",
  D: "timestamps",
  f: "flood",
  L: "noLoop",
  n: "numeric",
  O: "outstanding",
  q: "quiet",
  r: "dontRoute",
  v: "verbose",
});

/** Options with a whole number: field, limits, and the upper limit's text where a number cannot hold it. */
const NUMBERS: Readonly<
  Record<
    string,
    readonly [
      "count" | "identifier" | "mark" | "preload" | "size" | "sendBuffer" | "ttl" | "deadline",
      number,
      number,
      string?,
    ]
  >
> = {
  c: ["count", 1, Number.MAX_SAFE_INTEGER, LONG_MAX],
  e: ["identifier", 0, 65_535],
  l: ["preload", 1, 65_536],
  m: ["mark", 0, 4_294_967_295],
  s: ["size", 0, INT_MAX],
  S: ["sendBuffer", 1, INT_MAX],
  t: ["ttl", 0, 255],
  w: ["deadline", 0, INT_MAX],
};

const WITH_ARGUMENT = "ceFiIlmMNpQsStTwW";

function option(p: Parsing, letter: string, argument: string): PingStop | null {
  const o = p.options;
  const number = NUMBERS[letter];
  if (number !== undefined) {
    const value = integer(argument, number[1], number[2], number[3]);
    if (typeof value !== "number") return value;
    o[number[0]] = value;
    return null;
  }
  switch (letter) {
    case "i":
    case "W": {
      const value =
        letter === "i"
          ? milliseconds(p, argument, "timing interval", -Infinity)
          : milliseconds(p, argument, "linger time", 0);
      if (typeof value !== "number") return value;
      if (letter === "W") o.lingerMs = value;
      else o.intervalMs = value;
      if (letter === "i") p.hasInterval = true;
      return null;
    }
    case "I": {
      if (argument.includes(":")) return source6(o, argument);
      const address = parseIpv4(argument);
      if (address === null) o.device = argument;
      else o.source = address;
      return null;
    }
    case "M":
      if (argument !== "do" && argument !== "dont" && argument !== "want")
        return stop(`ping: invalid -M argument: ${argument}\n`, 2);
      o.pmtudisc = argument;
      return null;
    case "N":
      if (argument === "help") return { kind: "stop", out: NODEINFO_HELP, err: "", status: 0 };
      return isNodeQuery(argument) ? null : stop(NODEINFO_HELP, 2);
    case "p": {
      const pattern = parsePattern(argument);
      if ("kind" in pattern) return pattern;
      o.pattern = pattern;
      return null;
    }
    case "Q": {
      const value = typeOfService(argument);
      if (typeof value !== "number") return value;
      o.tos = value;
      return null;
    }
    case "T":
      if (argument !== "tsonly" && argument !== "tsandaddr" && argument !== "tsprespec")
        return stop(`ping: invalid timestamp type: ${argument}\n`, 2);
      return ipOption(o, argument);
    case "F": {
      const value = flowLabel(argument);
      if (typeof value !== "number") return value;
      o.flowLabel = value;
      return null;
    }
    default:
      return null;
  }
}

/** Reads one word of combined short options; gives how many further words it took. */
function word(p: Parsing, text: string, next: string | undefined): number | PingStop {
  for (let i = 1; i < text.length; i++) {
    const letter = text[i]!;
    if (WITH_ARGUMENT.includes(letter)) {
      const attached = text.slice(i + 1);
      const argument = attached === "" ? next : attached;
      if (argument === undefined)
        return stop(`ping: option requires an argument -- '${letter}'\n${USAGE}`, 2);
      return option(p, letter, argument) ?? (attached === "" ? 1 : 0);
    }
    const result = flag(p.options, letter);
    if (result === undefined) return stop(`ping: invalid option -- '${letter}'\n${USAGE}`, 2);
    if (result !== null) return result;
  }
  return 0;
}

/** The family that the program's name stands for. */
function familyOfName(name: string): 0 | 4 | 6 {
  if (name.endsWith("ping4")) return 4;
  return name.endsWith("ping6") ? 6 : 0;
}

/** Reads a command line; argv[0] is the program's name. Options may stand after the destination. */
export function parsePing(argv: readonly string[]): PingCommand | PingStop {
  const p: Parsing = {
    options: { ...DEFAULTS, family: familyOfName(argv[0] ?? "") },
    hasInterval: false,
    warnings: "",
  };
  const hosts: string[] = [];
  for (let i = 1; i < argv.length; i++) {
    const text = argv[i]!;
    if (text === "--") {
      hosts.push(...argv.slice(i + 1));
      break;
    }
    if (text[0] !== "-" || text === "-") {
      hosts.push(text);
      continue;
    }
    const took = word(p, text, argv[i + 1]);
    if (typeof took !== "number") return { ...took, err: p.warnings + took.err };
    i += took;
  }
  if (hosts.length === 0) return stop(`${p.warnings}ping: usage error: Destination address required\n`, 1);
  if (p.options.flood && !p.hasInterval) p.options.intervalMs = 0;
  return { kind: "run", options: p.options, hosts, warnings: p.warnings };
}
