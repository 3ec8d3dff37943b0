/** Destinations as ping(8) takes them. There is no resolver: names are numbers, or stand in /etc/hosts. */
import { formatIpv4, type Ipv4Address, inetAton } from "../wire/ipv4-address.ts";
import type { HostEntry } from "./hosts.ts";
import type { ScopedAddress } from "./inet6-calls.ts";
import { type PingStop, stop } from "./ping-options.ts";

export interface PingHost {
  /** As it is shown: for what stands in the file over IPv4 the first of its names. */
  readonly name: string;
  readonly address: Ipv4Address;
  /** The name was an address: answers are shown without names. */
  readonly isNumeric: boolean;
}

/** A destination over IPv6. */
export interface PingHost6 {
  readonly name: string;
  /** The first of its names. */
  readonly canonical: string;
  readonly to: ScopedAddress;
  readonly isNumeric: boolean;
}

/** Could be asked of a name server: labels of 1 to 63 octets. */
function isName(text: string): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  return text.length <= 253 && labels.every((label) => label.length >= 1 && label.length <= 63);
}

/**
 * @param family 4 or 6 if the user asked for one
 * @param scoped the address of IPv6 that the name is, if it is one
 */
export function resolveHost(
  name: string,
  family: 0 | 4 | 6,
  hosts: readonly HostEntry[],
  scoped: ScopedAddress | null = null,
): PingHost | PingHost6 | PingStop {
  const wrongFamily = stop(`ping: ${name}: Address family for hostname not supported\n`, 2);
  if (scoped !== null)
    return family === 4 ? wrongFamily : { name, canonical: name, to: scoped, isNumeric: true };
  const numeric = inetAton(name);
  if (numeric !== null) return family === 6 ? wrongFamily : { name, address: numeric, isNumeric: true };
  const wanted = name.toLowerCase();
  const found = hosts.filter(({ names }) => names.some((known) => known.toLowerCase() === wanted));
  const six = family === 4 ? undefined : found.find(({ ipv6 }) => ipv6 !== null);
  if (six !== undefined)
    return { name, canonical: six.names[0]!, to: { address: six.ipv6!, scopeId: 0 }, isNumeric: false };
  const four = family === 6 ? undefined : found.find(({ address }) => address !== null);
  if (four !== undefined) return { name: four.names[0]!, address: four.address!, isNumeric: false };
  if (found.length > 0) return wrongFamily;
  // What has a colon is an address, and a wrong one: the name server is not asked.
  const isAsked = isName(name) && !name.includes(":");
  const why = isAsked ? "Temporary failure in name resolution" : "Name or service not known";
  return stop(`ping: ${name}: ${why}\n`, 2);
}

/** An address as output shows it: with its name, if there is one. @param hosts none: numbers are wanted */
export function showAddress(address: Ipv4Address, hosts: readonly HostEntry[]): string {
  const text = formatIpv4(address);
  const known = hosts.find((entry) => entry.address === address);
  return known === undefined ? text : `${known.names[0]!} (${text})`;
}
