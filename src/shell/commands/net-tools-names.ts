/** Names and numbers as the tools of net-tools read them, in a namespace whose resolver answers nothing. */
import { RESOLVER_ATTEMPTS } from "../../core/name-server.ts";
import { type Ipv4Address, inetAton, prefixMask } from "../../wire/ipv4-address.ts";
import type { CommandContext } from "../host.ts";

/** Hosts of /etc/hosts and networks of /etc/networks that every Debian has. */
const HOSTS: ReadonlyMap<string, Ipv4Address> = new Map([["localhost", 0x7f000001]]);
const NETWORKS: ReadonlyMap<string, Ipv4Address> = new Map([
  ["loopback", 0x7f000000],
  ["link-local", 0xa9fe0000],
]);

/** The network's name of an address; null: none. */
export function networkName(address: Ipv4Address): string | null {
  for (const [name, network] of NETWORKS) if (network === address) return name;
  return null;
}

/** The host's name of an address; null: none. */
export function hostName(address: Ipv4Address): string | null {
  for (const [name, host] of HOSTS) if (host === address) return name;
  return null;
}

/** Looks a name up in the net: tries to reach each name server and finds none. */
export function askNameServers(cx: CommandContext): null {
  const config = cx.request("FILE_READ", { path: "/etc/resolv.conf" });
  const servers = config.ok ? [...config.value.matchAll(/^nameserver\s+(\S+)/gm)].map((m) => m[1]!) : [];
  for (let attempt = 0; attempt < RESOLVER_ATTEMPTS; attempt++)
    for (const address of servers) cx.request("UDP_CONNECT", { address });
  return null;
}

/** The address of a name or number, or the resolver's error. */
export function resolveHost(text: string): Ipv4Address | string {
  if (text === "default") return 0;
  const address = inetAton(text) ?? HOSTS.get(text) ?? NETWORKS.get(text);
  if (address !== undefined) return address;
  const isName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text) && !/^[0-9.]+$/.test(text);
  return isName ? "Host name lookup failure" : "Unknown host";
}

/** The mask of a prefix length; lengths beyond 32 wrap around. */
export function maskOfLength(length: number): Ipv4Address {
  return prefixMask(length > 32 ? length % 32 : length);
}

/** Hexadecimal octets between colons; those left out at the end are 0. Null: not an address. */
export function parseEther(text: string): string | null {
  const parts = text.split(":");
  if (parts.length > 6 || parts.some((part) => !/^[0-9a-fA-F]{1,2}$/.test(part))) return null;
  const octets = Array.from({ length: 6 }, (_, i) => (parts[i] ?? "0").toLowerCase().padStart(2, "0"));
  return octets.join(":");
}

/** The number at the beginning of a text, 0 if there is none: atoi(3). */
export function atoi(text: string): number {
  return Number.parseInt(/^\s*[-+]?\d+/.exec(text)?.[0] ?? "0", 10);
}
