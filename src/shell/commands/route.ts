/**
 * route(8) of net-tools 2.10: shows /proc/net/route, adds and deletes routes with SIOCADDRT and SIOCDELRT.
 * @source route(8); texts and statuses as observed
 */

import { strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import type { RtEntry } from "../../events/requests.ts";
import { formatIpv4, type Ipv4Address } from "../../wire/ipv4-address.ts";
import type { Command, CommandContext } from "../host.ts";
import { getopt } from "./getopt.ts";
import { hostName, maskOfLength, networkName, resolveHost } from "./net-tools-names.ts";
import {
  INET_ROUTE_USAGE,
  INET6_ROUTE_USAGE,
  ROUTE_FAMILIES,
  ROUTE_USAGE,
  ROUTE_VERSION,
} from "./net-tools-texts.ts";
import { changeInet6, showInet6 } from "./route-inet6.ts";

const E_USAGE = 3;
const E_LOOKUP = 6;
const E_SOCK = 7;

const RTF_UP = 0x0001;
const RTF_GATEWAY = 0x0002;
const RTF_HOST = 0x0004;
const RTF_REINSTATE = 0x0008;
const RTF_DYNAMIC = 0x0010;
const RTF_MODIFIED = 0x0020;
const RTF_REJECT = 0x0200;

const OPTIONS = {
  short: "A:eCFhnN64Vv?",
  long: {
    extend: { name: "e" },
    verbose: { name: "v" },
    numeric: { name: "n" },
    fib: { name: "F" },
    cache: { name: "C" },
    version: { name: "V" },
    help: { name: "h" },
    inet: { name: "4" },
    inet6: { name: "6" },
  },
} as const;

interface Row {
  readonly iface: string;
  readonly destination: Ipv4Address;
  readonly gateway: Ipv4Address;
  readonly flags: number;
  readonly refCount: string;
  readonly use: string;
  readonly metric: string;
  readonly mask: Ipv4Address;
  readonly mss: string;
  readonly window: string;
  readonly irtt: string;
}

function fromHex(text: string): Ipv4Address {
  const octets = [6, 4, 2, 0].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function rows(text: string): Row[] {
  const lines = text.split("\n").slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 11)
    .map(([iface, dst, gateway, flags, refCount, use, metric, mask, mss, window, irtt]) => ({
      iface: iface!,
      destination: fromHex(dst!),
      gateway: fromHex(gateway!),
      flags: Number.parseInt(flags!, 16),
      refCount: refCount!,
      use: use!,
      metric: metric!,
      mask: fromHex(mask!),
      mss: mss!,
      window: window!,
      irtt: irtt!,
    }))
    .filter((row) => (row.flags & RTF_UP) !== 0);
}

function flagText(flags: number): string {
  const letters: readonly (readonly [number, string])[] = [
    [RTF_GATEWAY, "G"],
    [RTF_HOST, "H"],
    [RTF_REINSTATE, "R"],
    [RTF_DYNAMIC, "D"],
    [RTF_MODIFIED, "M"],
  ];
  const first = (flags & RTF_REJECT) !== 0 ? "!" : "U";
  return first + letters.map(([bit, letter]) => ((flags & bit) !== 0 ? letter : "")).join("");
}

function destinationText(row: Row, isNumeric: boolean): string {
  const number = formatIpv4(row.destination);
  if (isNumeric) return number;
  if ((row.flags & RTF_HOST) !== 0) return hostName(row.destination) ?? number;
  return row.mask === 0 && row.destination === 0 ? "default" : (networkName(row.destination) ?? number);
}

function rowText(row: Row, extent: number, isNumeric: boolean): string {
  const isReject = (row.flags & RTF_REJECT) !== 0;
  const orDash = (text: string) => (isReject ? "-" : text);
  const gateway = orDash(formatIpv4(row.gateway));
  const addresses = [destinationText(row, isNumeric), gateway, formatIpv4(row.mask)].map((text) =>
    text.padEnd(15),
  );
  const head = `${addresses.join(" ")} ${flagText(row.flags).padEnd(5)}`;
  const iface = orDash(row.iface);
  if (extent === 1) {
    return `${head} ${orDash(row.mss).padStart(5)} ${orDash(row.window).padEnd(5)} ${orDash(row.irtt).padStart(6)} ${iface}\n`;
  }
  const counts = `${row.metric.padEnd(6)} ${orDash(row.refCount).padEnd(2)} ${row.use.padStart(7)}`;
  if (extent === 0) return `${head} ${counts} ${iface}\n`;
  const metrics = `${orDash(row.mss).padEnd(5)} ${orDash(row.window).padEnd(6)} ${orDash(row.irtt)}`;
  return `${head} ${counts} ${iface.padEnd(8)} ${metrics}\n`;
}

const HEADERS = [
  "Flags Metric Ref    Use Iface",
  "Flags   MSS Window  irtt Iface",
  "Flags Metric Ref    Use Iface    MSS   Window irtt",
];

/** @param extent 0: metrics and use, 1: sizes and times, 2: both */
export function showRoutes(cx: CommandContext, extent: number, isNumeric: boolean, isCache: boolean): number {
  if (isCache) {
    cx.out("Kernel IP routing cache\n");
    cx.out("Source          Destination     Gateway         Flags Metric Ref    Use Iface\n");
    return 0;
  }
  const table = cx.request("FILE_READ", { path: "/proc/net/route" });
  if (!table.ok) {
    cx.err(`/proc/net/route: ${strerror(table.errno)}\nINET (IPv4) not configured in this system.\n`);
    return 1;
  }
  cx.out(`Kernel IP routing table\nDestination     Gateway         Genmask         ${HEADERS[extent]}\n`);
  for (const row of rows(table.value)) cx.out(rowText(row, extent, isNumeric));
  return table.value === "" ? 1 : 0; // no heading: the namespace has no main table yet
}

/** Ends the parsing of a route. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
  ) {
    super(text);
  }
}

function usage(reason = ""): never {
  throw new Refusal(E_USAGE, reason + INET_ROUTE_USAGE);
}

function lookup(word: string, error?: string): Ipv4Address {
  const address = resolveHost(word);
  if (typeof address === "string") throw new Refusal(E_LOOKUP, `${word}: ${error ?? address}\n`);
  return address;
}

function numberOf(word: string): number {
  return /^\d+$/.test(word) ? Number(word) : usage();
}

function isContiguous(mask: Ipv4Address): boolean {
  const inverse = ~mask >>> 0;
  return (inverse & (inverse + 1)) === 0;
}

/** The mask as the tool's error shows it: its zeros as ones. */
function maskHex(mask: Ipv4Address): string {
  return (~mask >>> 0).toString(16).padStart(8, "0");
}

/** What the words behind the target say. */
class Wanted {
  mask: Ipv4Address | null = null;
  gateway: Ipv4Address | null = null;
  dev: string | null = null;
  metric: number | null = null;
  mtu: number | null = null;
  window: number | null = null;
  irtt: number | null = null;
  isReject = false;

  constructor(private readonly words: string[]) {}

  private value(): string {
    return this.words.shift() ?? usage();
  }

  read(): void {
    for (let word = this.words.shift(); word !== undefined; word = this.words.shift()) this.word(word);
  }

  private word(word: string): void {
    switch (word) {
      case "metric":
        this.metric = numberOf(this.value());
        return;
      case "netmask": {
        const text = this.value();
        if (this.mask !== null) usage();
        this.mask = lookup(text);
        return;
      }
      case "gw":
      case "gateway": {
        const text = this.value();
        if (this.gateway !== null) usage();
        this.gateway = lookup(text, "Unknown host");
        return;
      }
      case "mss":
      case "mtu":
        this.mtu = numberOf(this.value());
        return;
      case "window":
        this.window = numberOf(this.value());
        return;
      case "irtt":
        this.irtt = numberOf(this.value());
        return;
      case "reject":
        this.isReject = true;
        return;
      case "mod":
      case "dyn":
      case "reinstate":
        return;
      case "device":
      case "dev":
        if (this.dev !== null) usage();
        this.dev = this.value();
        return;
      default:
        if (this.dev !== null || this.words.length > 0) usage();
        this.dev = word;
    }
  }
}

function entryOf(args: readonly string[]): RtEntry {
  const words = [...args];
  const kind = words[0] === "-net" || words[0] === "-host" ? words.shift() : undefined;
  const target = words.shift() ?? usage();
  const [text, length] = target.split(/\/(.*)/s, 2) as [string, string | undefined];
  const wanted = new Wanted(words);
  if (length !== undefined) wanted.mask = maskOfLength(numberOf(length));
  const dst = lookup(text);
  const isDefault = text === "default" || text === "0.0.0.0/0";
  const isHost = kind === "-host" || (kind === undefined && !isDefault);
  wanted.read();
  const { mask } = wanted;
  if (mask !== null) {
    if (isHost && mask !== 0xffffffff)
      usage(`route: netmask ${maskHex(mask)} doesn't make sense with host route\n`);
    if (!isContiguous(mask)) usage(`route: bogus netmask ${formatIpv4(mask)}\n`);
    if ((dst & ~mask) >>> 0 !== 0) usage("route: netmask doesn't match route address\n");
  }
  return {
    dst: formatIpv4(dst),
    genmask: formatIpv4(isHost ? 0xffffffff : (mask ?? 0)),
    ...(isHost ? { host: true } : {}),
    ...(wanted.gateway === null ? {} : { gateway: formatIpv4(wanted.gateway) }),
    ...(wanted.dev === null ? {} : { dev: wanted.dev }),
    ...(wanted.metric === null ? {} : { metric: wanted.metric }),
    ...(wanted.isReject ? { reject: true } : {}),
    ...(wanted.mtu === null ? {} : { mtu: wanted.mtu }),
    ...(wanted.window === null ? {} : { window: wanted.window }),
    ...(wanted.irtt === null ? {} : { irtt: wanted.irtt }),
  };
}

function change(cx: CommandContext, action: "add" | "del", args: readonly string[]): number {
  if (args.length === 0) {
    cx.out(INET_ROUTE_USAGE);
    return 0;
  }
  try {
    const request = action === "add" ? "SIOCADDRT" : "SIOCDELRT";
    const done = cx.request(request, entryOf(args));
    if (done.ok) return 0;
    cx.err(`${request}: ${strerror(done.errno)}\n`);
    return E_SOCK;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    cx.err(error.text);
    return error.status;
  }
}

/** `-net` and `-host` are words of a route, not options. */
const ROUTE_WORDS: Readonly<Record<string, string>> = nameTable({
  "-net": "\u0000net",
  "-host": "\u0000host",
});

/** The family of -4 or -6; nothing: neither was given. */
function familyByNumber(options: readonly (readonly [name: string, value?: string | null])[]): string {
  const found = options.findLast(([option]) => option === "4" || option === "6")?.[0];
  return found === undefined ? "" : found === "4" ? "inet" : "inet6";
}

export const route: Command = (cx) => {
  const args = cx.argv.slice(1).map((word) => ROUTE_WORDS[word] ?? word);
  const { options, operands, error } = getopt("route", args, OPTIONS);
  const has = (name: string) => options.some(([option]) => option === name);
  if (error !== null || has("h") || has("?")) {
    if (error !== null) cx.err(error);
    const wanted =
      error === null ? (options.findLast(([option]) => option === "A")?.[1] ?? familyByNumber(options)) : "";
    if (wanted === "inet" || wanted === "inet6") {
      cx.out(wanted === "inet" ? INET_ROUTE_USAGE : INET6_ROUTE_USAGE);
      return 0;
    }
    cx.out(ROUTE_USAGE);
    cx.err(ROUTE_FAMILIES);
    return 0;
  }
  if (has("V")) {
    cx.out(ROUTE_VERSION);
    return 0;
  }
  const family = options.findLast(([option]) => option === "A")?.[1] ?? (has("6") ? "inet6" : "inet");
  if (family !== "inet" && family !== "inet6") {
    cx.err(`Unknown address family \`${family}'.\n`);
    return 1;
  }
  const words = operands.map((word) => word.replace("\u0000", "-"));
  const [action] = words;
  if (action === undefined) {
    if (family === "inet")
      return showRoutes(cx, Math.min(options.filter(([o]) => o === "e").length, 2), has("n"), has("C"));
    return showInet6(cx, has("n"), has("C"));
  }
  if (action === "add" || action === "del")
    return family === "inet"
      ? change(cx, action, words.slice(1))
      : changeInet6(cx, action, operands.map((word) => word.replace("\u0000", "#")).slice(1));
  if (action === "flush") {
    const usageText = family === "inet" ? INET_ROUTE_USAGE : INET6_ROUTE_USAGE;
    cx.err(`Flushing \`${family}' routing table not supported\n${usageText}`);
    return E_USAGE;
  }
  cx.err(ROUTE_USAGE + ROUTE_FAMILIES);
  return E_USAGE;
};
