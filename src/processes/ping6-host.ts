/** Destinations of IPv6 as ping(8) takes them: `fe80::1%eth0`. @source getaddrinfo(3), getnameinfo(3); recorded from iputils 20221126 */
import { formatIpv6, isLinkLocalIpv6, isMulticastIpv6, parseIpv6 } from "../wire/ipv6-address.ts";
import type { HostEntry } from "./hosts.ts";
import type { ScopedAddress } from "./inet6-calls.ts";
import type { ProgramContext } from "./program.ts";

/** Does an address mean something on one link or node only? */
function needsLink({ address }: ScopedAddress): boolean {
  const scope = Number((address >> 112n) & 0xfn);
  return isLinkLocalIpv6(address) || (isMulticastIpv6(address) && scope === 2);
}

/** An address with the device or number behind `%`; null: neither an address nor a device there is. */
export function parseScoped(cx: ProgramContext, text: string): ScopedAddress | null {
  const at = text.indexOf("%");
  const address = parseIpv6(at < 0 ? text : text.slice(0, at));
  if (address === null || !text.includes(":")) return null;
  if (at < 0) return { address, scopeId: 0 };
  const scope = text.slice(at + 1);
  const isNodeLocal = isMulticastIpv6(address) && ((address >> 112n) & 0xfn) === 1n;
  const isNamed = needsLink({ address, scopeId: 0 }) || isNodeLocal;
  const named = isNamed ? cx.inet6.interfaceIndex(scope) : null;
  if (named !== null) return { address, scopeId: named };
  return /^\d+$/.test(scope) ? { address, scopeId: Number(scope) } : null;
}

/** With the host's name, if there is one. @param hosts none: numbers are wanted */
export function showScoped(
  cx: ProgramContext,
  scoped: ScopedAddress,
  hosts: readonly HostEntry[] = [],
): string {
  const known = hosts.find(({ ipv6 }) => ipv6 === scoped.address);
  const text = scopedText(cx, scoped);
  return known === undefined ? text : `${known.names[0]!} (${text})`;
}

/** With the name of the device, where an address needs one. */
function scopedText(cx: ProgramContext, scoped: ScopedAddress): string {
  const text = formatIpv6(scoped.address);
  if (scoped.scopeId === 0) return text;
  const name = needsLink(scoped) ? cx.interfaceName(scoped.scopeId) : null;
  return `${text}%${name ?? scoped.scopeId}`;
}

/** Is it one that connect(2) is not asked about? */
export function isLinkScoped(scoped: ScopedAddress): boolean {
  return needsLink(scoped);
}
