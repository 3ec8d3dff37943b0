/** Addresses and ports as tcpdump shows them: by name, unless -n. There is no name server: names come from /etc/hosts. */
import { formatIpv4, type Ipv4Address } from "../../wire/ipv4-address.ts";
import { formatIpv6, readIpv6 } from "../../wire/ipv6-address.ts";
import type { HostEntry } from "../hosts.ts";
import { ETHERTYPE_NAMES, PORT_NAMES, PROTOCOL_NAMES } from "./numbers.ts";
import { hex } from "./packet-text.ts";

const OUI_NAMES: ReadonlyMap<number, string> = new Map([
  [0x000000, "Ethernet"],
  [0x00000c, "Cisco"],
  [0x0000f8, "Cisco"],
  [0x00005e, "IANA"],
  [0x000081, "Nortel Networks SONMP"],
  [0x0080c2, "Ethernet bridged"],
  [0x00a03e, "ATM Forum"],
  [0x001000, "Cable BPI"],
  [0x080007, "AppleTalk"],
  [0x009069, "Juniper"],
  [0x080009, "Hewlett-Packard"],
  [0x00120f, "IEEE 802.3 Private"],
  [0x0012bb, "ANSI/TIA"],
  [0x0019b3, "DCBX"],
  [0x0080c2, "Ethernet bridged"],
]);

export function formatHosts(octets: Uint8Array): string {
  return [...octets].map((octet) => hex(octet, 2)).join(":");
}

export class Names {
  constructor(
    readonly numeric: boolean,
    /** -N: names without their domain. */
    readonly short: boolean,
    private readonly hosts: readonly HostEntry[],
  ) {}

  ip(address: Ipv4Address): string {
    if (this.numeric) return formatIpv4(address);
    return this.nameOf((entry) => entry.address === address) ?? formatIpv4(address);
  }

  /** @param octets sixteen */
  ip6(octets: Uint8Array): string {
    const address = readIpv6(octets, 0);
    return (this.numeric ? null : this.nameOf((entry) => entry.ipv6 === address)) ?? formatIpv6(address);
  }

  private nameOf(isIt: (entry: HostEntry) => boolean): string | null {
    const name = this.hosts.find(isIt)?.names[0];
    if (name === undefined) return null;
    return this.short ? name.split(".")[0]! : name;
  }

  /** @param octets six */
  mac(octets: Uint8Array): string {
    const text = formatHosts(octets);
    if (this.numeric) return text;
    if (text === "ff:ff:ff:ff:ff:ff") return "Broadcast";
    const oui = (octets[0]! << 16) | (octets[1]! << 8) | octets[2]!;
    return `${text} (oui ${OUI_NAMES.get(oui) ?? "Unknown"})`;
  }

  port(protocol: "tcp" | "udp", port: number): string {
    return (this.numeric ? undefined : PORT_NAMES[protocol].get(port)) ?? String(port);
  }

  protocol(number: number): string {
    return (this.numeric ? undefined : PROTOCOL_NAMES.get(number)) ?? `ip-proto-${number}`;
  }
}

export function etherTypeText(etherType: number): string {
  return `${ETHERTYPE_NAMES.get(etherType) ?? "Unknown"} (0x${hex(etherType, 4)})`;
}

/** As -q has it. */
export function etherTypeShort(etherType: number): string {
  return ETHERTYPE_NAMES.get(etherType) ?? `Unknown Ethertype (0x${hex(etherType, 4)})`;
}
