/** The command line of tcpdump. @source tcpdump(8); messages of tcpdump 4.99.3 as recorded */
import { MAX_SNAPLEN } from "./pcap-file.ts";

export interface TcpdumpOptions {
  readonly device: string | null;
  /** 0: no end. */
  readonly count: number;
  readonly countOnly: boolean;
  readonly numeric: boolean;
  readonly short: boolean;
  readonly showLink: boolean;
  readonly verbose: number;
  readonly quiet: boolean;
  readonly absoluteSeq: boolean;
  readonly noChecksums: boolean;
  readonly showsUnknown: boolean;
  readonly number: boolean;
  readonly hex: number;
  readonly hexAscii: number;
  readonly ascii: number;
  /** How often -t was given. */
  readonly times: number;
  readonly isNanos: boolean;
  readonly lineBuffered: boolean;
  readonly packetBuffered: boolean;
  readonly immediate: boolean;
  readonly promiscuous: boolean;
  readonly snaplen: number;
  readonly read: string | null;
  readonly write: string | null;
  /** --print: also when packets are written to a file. */
  readonly alsoPrint: boolean;
  /** -G; 0: one file for all time. */
  readonly spanSeconds: number;
  /** -C, in octets; 0: of any size. */
  readonly fileOctets: number;
  /** -W; 0: any number. */
  readonly fileCount: number;
  readonly direction: "in" | "out" | "inout";
  readonly linkType: string | null;
  readonly filterFile: string | null;
  readonly expression: readonly string[];
  readonly list: "devices" | "link-types" | "time-stamp-types" | null;
  readonly dumpCode: boolean;
}

/** Ends without a capture. */
export interface TcpdumpStop {
  readonly kind: "stop";
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export function stop(err: string, status = 1, out = ""): TcpdumpStop {
  return { kind: "stop", out, err, status };
}

const VERSION = `tcpdump version 4.99.3
libpcap version 1.10.3 (with TPACKET_V3)
OpenSSL 3.0.19 27 Jan 2026
`;

const USAGE = `${VERSION}Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]
		[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]
		[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]
		[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]
		[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]
		[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]
		[ --time-stamp-precision precision ] [ --micro ] [ --nano ]
		[ -z postrotate-command ] [ -Z user ] [ expression ]
`;

const WITH_VALUE = "BcCEFGijMmQrsTVwWyzZ";
const WITHOUT_VALUE = "AbdDefhHIJKlLnNOpqStuUvxX#";
/** Long options: the letter that they stand for, or a word of their own. */
const LONG: ReadonlyMap<string, readonly [string, boolean]> = new Map([
  ["buffer-size", ["B", true]],
  ["list-interfaces", ["D", false]],
  ["help", ["h", false]],
  ["interface", ["i", true]],
  ["time-stamp-type", ["j", true]],
  ["list-time-stamp-types", ["J", false]],
  ["micro", ["micro", false]],
  ["nano", ["nano", false]],
  ["dont-verify-checksums", ["K", false]],
  ["list-data-link-types", ["L", false]],
  ["no-optimize", ["O", false]],
  ["no-promiscuous-mode", ["p", false]],
  ["direction", ["Q", true]],
  ["snapshot-length", ["s", true]],
  ["absolute-tcp-sequence-numbers", ["S", false]],
  ["packet-buffered", ["U", false]],
  ["linktype", ["y", true]],
  ["immediate-mode", ["immediate", false]],
  ["count", ["count", false]],
  ["print", ["print", false]],
  ["number", ["#", false]],
  ["version", ["version", false]],
  ["relinquish-privileges", ["Z", true]],
  ["time-stamp-precision", ["precision", true]],
]);

/** Options that the simulation has no use for, or cannot serve. */
const UNSUPPORTED: ReadonlySet<string> = new Set([..."VEMIz"]);

type Draft = { -readonly [K in keyof TcpdumpOptions]: TcpdumpOptions[K] };

function initial(): Draft {
  return {
    device: null,
    count: 0,
    countOnly: false,
    numeric: false,
    short: false,
    showLink: false,
    verbose: 0,
    quiet: false,
    absoluteSeq: false,
    noChecksums: false,
    showsUnknown: true,
    number: false,
    hex: 0,
    hexAscii: 0,
    ascii: 0,
    times: 0,
    isNanos: false,
    lineBuffered: false,
    packetBuffered: false,
    immediate: false,
    promiscuous: true,
    snaplen: MAX_SNAPLEN,
    read: null,
    write: null,
    alsoPrint: false,
    spanSeconds: 0,
    fileOctets: 0,
    fileCount: 0,
    direction: "inout",
    linkType: null,
    filterFile: null,
    expression: [],
    list: null,
    dumpCode: false,
  };
}

/** One option with its value, in the order of the line; words that are no options come last. */
function* words(argv: readonly string[], rest: string[]): Generator<readonly [string, string] | TcpdumpStop> {
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") {
      rest.push(...argv.slice(at + 1));
      return;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = word.slice(2, equals < 0 ? undefined : equals);
      const exact = LONG.get(name);
      const near = [...LONG].filter(([long]) => long.startsWith(name));
      const found = exact ?? (near.length === 1 ? near[0]![1] : undefined);
      if (found === undefined) {
        const many = near.map(([long]) => ` '--${long}'`).join("");
        yield stop(
          near.length > 1
            ? `tcpdump: option '${word}' is ambiguous; possibilities:${many}\n${USAGE}`
            : `tcpdump: unrecognized option '${word}'\n${USAGE}`,
        );
        return;
      }
      const long = exact === undefined ? near[0]![0] : name;
      if (!found[1] && equals >= 0) {
        yield stop(`tcpdump: option '--${long}' doesn't allow an argument\n${USAGE}`);
        return;
      }
      const value = equals >= 0 ? word.slice(equals + 1) : found[1] ? argv[++at] : "";
      if (value === undefined) {
        yield stop(`tcpdump: option '--${long}' requires an argument\n${USAGE}`);
        return;
      }
      yield [found[0], value];
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      rest.push(word);
      continue;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]!;
      if (WITH_VALUE.includes(letter)) {
        const value = i + 1 < word.length ? word.slice(i + 1) : argv[++at];
        if (value === undefined) {
          yield stop(`tcpdump: option requires an argument -- '${letter}'\n${USAGE}`);
          return;
        }
        yield [letter, value];
        break;
      }
      if (!WITHOUT_VALUE.includes(letter)) {
        yield stop(`tcpdump: invalid option -- '${letter}'\n${USAGE}`);
        return;
      }
      yield [letter, ""];
    }
  }
}

export function parseTcpdump(argv: readonly string[]): TcpdumpOptions | TcpdumpStop {
  const o = initial();
  const rest: string[] = [];
  for (const word of words(argv, rest)) {
    const wrong = "kind" in word ? word : apply(o, word[0], word[1]);
    if (wrong !== null) return wrong;
  }
  o.expression = rest;
  o.showsUnknown = !o.quiet && o.hex + o.hexAscii === 0;
  if (o.times > 5) return stop("tcpdump: only -t, -tt, -ttt, -tttt and -ttttt are supported\n");
  return o;
}

function wholeNumber(text: string): number {
  return /^\s*[+-]?\d+/.test(text) ? Number.parseInt(text, 10) : 0;
}

/** Sets one option; not null: it was wrong, or all there is to do. */
function apply(o: Draft, option: string, value: string): TcpdumpStop | null {
  if (UNSUPPORTED.has(option)) return stop(`tcpdump: option -${option} is not supported by the simulation\n`);
  switch (option) {
    case "A":
      o.ascii++;
      break;
    case "B":
      if (wholeNumber(value) <= 0) return stop(`tcpdump: invalid packet buffer size ${value}\n`);
      break;
    case "c":
      o.count = wholeNumber(value);
      if (o.count <= 0) return stop(`tcpdump: invalid packet count ${value}\n`);
      break;
    case "count":
      o.countOnly = true;
      break;
    case "d":
      o.dumpCode = true;
      break;
    case "D":
      o.list = "devices";
      break;
    case "L":
      o.list = "link-types";
      break;
    case "J":
      o.list = "time-stamp-types";
      break;
    case "e":
      o.showLink = true;
      break;
    case "F":
      o.filterFile = value;
      break;
    case "h":
      return stop("", 0, USAGE);
    case "version":
      return stop("", 0, VERSION);
    case "i":
      o.device = value;
      break;
    case "j":
      if (value !== "host") return stop(`tcpdump: invalid time stamp type ${value}\n`);
      break;
    case "K":
      o.noChecksums = true;
      break;
    case "l":
      o.lineBuffered = true;
      break;
    case "n":
      o.numeric = true;
      break;
    case "N":
      o.short = true;
      break;
    case "p":
      o.promiscuous = false;
      break;
    case "q":
      o.quiet = true;
      break;
    case "Q":
      if (value !== "in" && value !== "out" && value !== "inout")
        return stop(`tcpdump: unknown capture direction \`${value}'\n`);
      o.direction = value;
      break;
    case "r":
      o.read = value;
      break;
    case "s": {
      const snaplen = /^\d+$/.test(value) ? Number(value) : -1;
      if (snaplen < 0 || snaplen > MAX_SNAPLEN)
        return stop(`tcpdump: invalid snaplen ${value} (must be >= 0 and <= ${MAX_SNAPLEN})\n`);
      o.snaplen = snaplen === 0 ? MAX_SNAPLEN : snaplen;
      break;
    }
    case "S":
      o.absoluteSeq = true;
      break;
    case "t":
      o.times++;
      break;
    case "T":
      return stop(`tcpdump: unknown packet type \`${value}'\n`);
    case "U":
      o.packetBuffered = true;
      break;
    case "v":
      o.verbose++;
      break;
    case "w":
      o.write = value;
      break;
    case "x":
      o.hex++;
      break;
    case "X":
      o.hexAscii++;
      break;
    case "y":
      o.linkType = value;
      break;
    case "#":
      o.number = true;
      break;
    case "immediate":
      o.immediate = true;
      break;
    case "print":
      o.alsoPrint = true;
      break;
    case "micro":
      o.isNanos = false;
      break;
    case "nano":
      o.isNanos = true;
      break;
    case "precision":
      if (value !== "micro" && value !== "nano")
        return stop("tcpdump: unable to parse timestamp precision\n");
      o.isNanos = value === "nano";
      break;
    case "C":
      if (wholeNumber(value) <= 0) return stop(`tcpdump: invalid file size ${value}\n`);
      o.fileOctets = wholeNumber(value) * 1_000_000;
      break;
    case "G":
      o.spanSeconds = wholeNumber(value);
      if (o.spanSeconds < 0) return stop(`tcpdump: invalid number of seconds ${value}\n`);
      break;
    case "W":
      o.fileCount = wholeNumber(value);
      if (o.fileCount <= 0) return stop(`tcpdump: invalid number of output files ${value}\n`);
      break;
    // Without effect here: -b, -f, -H, -m, -O, -u, -Z.
    default:
      break;
  }
  return null;
}
