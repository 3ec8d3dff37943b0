/**
 * Addresses and prefixes as ip(8) reads them: `10.0.0.1/24`, `10/8`, `default`, `fe80::1`.
 * @source ip-address(8), ip-route(8); what inet_addr_match() and get_prefix() accept, seen with iproute2 6.1.0
 */
import { formatIpv4, prefixMask } from "../../../wire/ipv4-address.ts";
import { formatIpv6, parseIpv6, readIpv6, writeIpv6 } from "../../../wire/ipv6-address.ts";
import { type Args, parseUnsigned } from "./args.ts";
import { IpExit } from "./exit.ts";
import type { Family } from "./options.ts";

export interface Prefix {
  readonly family: "inet" | "inet6" | "unspec";
  /** Text as the kernel prints it. */
  readonly address: string;
  readonly octets: readonly number[];
  readonly length: number;
  /** A length was given. */
  readonly isLengthGiven: boolean;
}

/** Dotted numbers, the missing ones at the end being zero: `10`, `10.1`. A part may be octal or hexadecimal. */
function parseDotted(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length > 4) return null;
  const octets = parts.map((part) => parseUnsigned(part, 255));
  while (octets.length < 4) octets.push(0);
  return octets.every((o) => o !== null) ? (octets as number[]) : null;
}

/** The 16 octets of an IPv6 address in any of its spellings; null: not one. */
function ipv6Octets(text: string): number[] | null {
  const address = parseIpv6(text);
  if (address === null) return null;
  const octets = new Uint8Array(16);
  writeIpv6(octets, 0, address);
  return [...octets];
}

function octetsOf(text: string, family: Family): { family: "inet" | "inet6"; octets: number[] } | null {
  if (text.includes(":")) {
    const octets = family === "inet" ? null : ipv6Octets(text);
    return octets === null ? null : { family: "inet6", octets };
  }
  const octets = family === "inet6" ? null : parseDotted(text);
  return octets === null ? null : { family: "inet", octets };
}

export function formatOctets(octets: readonly number[]): string {
  if (octets.length !== 4) return formatIpv6(readIpv6(Uint8Array.from(octets), 0));
  return formatIpv4(octets.reduce((a, o) => a * 256 + o, 0));
}

const NETMASKS: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 33 }, (_, i) => [formatIpv4(prefixMask(i)), i] as const),
);

function isAnyWord(text: string): boolean {
  return text === "default" || text === "any" || text === "all";
}

/** An address without a length, or `default`, `any`, `all` for the one that is all zeros. Null: neither. */
export function parseAddress(text: string, family: Family): Prefix | null {
  if (isAnyWord(text)) {
    if (family !== "inet" && family !== "inet6")
      return { family: "unspec", address: "", octets: [], length: 0, isLengthGiven: false };
    const octets = new Array<number>(family === "inet" ? 4 : 16).fill(0);
    return { family, address: formatOctets(octets), octets, length: 0, isLengthGiven: false };
  }
  const parsed = octetsOf(text, family);
  if (parsed === null) return null;
  return {
    family: parsed.family,
    address: formatOctets(parsed.octets),
    octets: parsed.octets,
    length: parsed.octets.length * 8,
    isLengthGiven: false,
  };
}

export function parsePrefix(text: string, family: Family): Prefix | null {
  const slash = text.indexOf("/");
  if (slash === -1) return parseAddress(text, family);
  const word = text.slice(0, slash);
  const bare = isAnyWord(word) ? null : parseAddress(word, family);
  if (bare === null) return null;
  const lengthText = text.slice(slash + 1);
  const length =
    (bare.family === "inet" ? NETMASKS.get(lengthText) : undefined) ??
    parseUnsigned(lengthText, bare.octets.length * 8);
  return length === null ? null : { ...bare, length, isLengthGiven: true };
}

function familyWord(family: Family): string {
  return family === "unspec" ? "any valid" : family;
}

/** A prefix or the tool's complaint. */
export function needPrefix(args: Args, text: string, family: Family): Prefix {
  const prefix = parsePrefix(text, family);
  if (prefix !== null) return prefix;
  return args.exit(`Error: ${familyWord(family)} prefix is expected rather than "${text}".\n`, 1);
}

/** An address or the tool's complaint. */
export function needAddress(args: Args, text: string, family: Family): Prefix {
  const address = text.includes("/") ? null : parseAddress(text, family);
  if (address !== null) return address;
  return args.exit(`Error: ${familyWord(family)} address is expected rather than "${text}".\n`, 1);
}

/** Do the first `length` bits of both agree? */
export function sharesBits(a: readonly number[], b: readonly number[], length: number): boolean {
  if (a.length !== b.length) return false;
  for (let bit = 0; bit < length; bit++) {
    const mask = 0x80 >> (bit & 7);
    if (((a[bit >> 3]! ^ b[bit >> 3]!) & mask) !== 0) return false;
  }
  return true;
}

/** Octets of an address that the kernel printed. A value that cannot be read is a bug. */
export function octetsOfKernel(text: string): readonly number[] {
  const octets = octetsOf(text, "unspec")?.octets;
  if (octets === undefined) throw new IpExit(255);
  return octets;
}

/**
 * Hardware address as text between colons (or dots of an IPv4 address), as hex digits without colons.
 * @returns the octets, or the piece that is not one
 */
export function parseLladdr(text: string): { octets: number[] } | { wrong: string } {
  if (text.includes(".")) {
    const octets = parseDotted(text);
    return octets === null ? { wrong: text } : { octets };
  }
  const octets: number[] = [];
  for (const part of text.split(":")) {
    const match = /^\s*(?:0[xX])?([0-9a-fA-F]+)/.exec(part);
    if (match === null) return { wrong: part };
    // Read as 32 bits: higher ones are lost.
    const value = Number(BigInt.asUintN(32, BigInt(`0x${match[1]!}`)));
    if (value > 255) return { wrong: part };
    octets.push(value);
  }
  return { octets };
}
