/** Addresses as the typed API takes them: text as `ip` takes it. */
import { granted, type Result, refused } from "../core/result.ts";
import { formatIpv4, parseIpv4, prefixMask } from "../wire/ipv4-address.ts";
import { parseMac } from "../wire/mac.ts";

export interface Prefix {
  readonly address: string;
  readonly length: number;
}

const IPV6 = refused("EAFNOSUPPORT", "IPv6 is not simulated yet");

export function parseAddress(text: string): Result<string> {
  if (text.includes(":")) return IPV6;
  const address = parseIpv4(text);
  return address === null
    ? refused("EINVAL", `an inet address is expected rather than "${text}"`)
    : granted(formatIpv4(address));
}

/** `10.0.0.1/24`; without a length `/32`. */
export function parsePrefix(text: string): Result<Prefix> {
  if (text.includes(":")) return IPV6;
  const m = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(text);
  const address = parseIpv4(m?.[1] ?? "");
  const length = m?.[2] === undefined ? 32 : Number(m[2]);
  if (m === null || address === null || length > 32)
    return refused("EINVAL", `an inet prefix is expected rather than "${text}"`);
  return granted({ address: formatIpv4(address), length });
}

/** A route's destination: `default`, or a prefix. */
export function parseDestination(text: string): Result<Prefix> {
  return text === "default" ? granted({ address: "0.0.0.0", length: 0 }) : parsePrefix(text);
}

/** All ones in the host part, as `broadcast +` asks for; null for a host part of one bit or none. */
export function broadcastOf({ address, length }: Prefix): string | null {
  if (length > 30) return null;
  return formatIpv4((parseIpv4(address)! | ~prefixMask(length)) >>> 0);
}

/** Six octets in hex between colons. */
export function parseLladdr(text: string): Result<string> {
  return parseMac(text) === null ? refused("EINVAL", `"${text}" is invalid lladdr`) : granted(text);
}
