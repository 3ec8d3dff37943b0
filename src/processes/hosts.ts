/** The file of host names, which is all that programs know of names. @source hosts(5) */
import { type Ipv4Address, parseIpv4 } from "../wire/ipv4-address.ts";
import { type Ipv6Address, parseIpv6 } from "../wire/ipv6-address.ts";

export interface HostEntry {
  /** Of one family; null: it is of the other. */
  readonly address: Ipv4Address | null;
  readonly ipv6: Ipv6Address | null;
  readonly names: readonly string[];
}

export const HOSTS_FILE = "/etc/hosts";

export function parseHosts(text: string): HostEntry[] {
  const entries: HostEntry[] = [];
  for (const line of text.split("\n")) {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const parsed = parseIpv4(address ?? "");
    const ipv6 = address?.includes(":") ? parseIpv6(address) : null;
    if ((parsed !== null || ipv6 !== null) && names.length > 0)
      entries.push({ address: parsed, ipv6, names });
  }
  return entries;
}
