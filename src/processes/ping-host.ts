/** Destinations as ping(8) takes them. There is no resolver: names are numbers, or stand in /etc/hosts. */
import { nameTable } from "../core/name-table.ts";
import { formatIpv4, INADDR_LOOPBACK, type Ipv4Address, inetAton } from "../wire/ipv4-address.ts";
import { type PingStop, stop } from "./ping-options.ts";

export interface PingHost {
  /** As the user wrote it. */
  readonly name: string;
  readonly address: Ipv4Address;
  /** The name was an address: answers are shown without names. */
  readonly isNumeric: boolean;
}

/** /etc/hosts of every host. */
const HOSTS: Readonly<Record<string, Ipv4Address>> = nameTable({ localhost: INADDR_LOOPBACK });

/** Could be asked of a name server: labels of 1 to 63 octets. */
function isName(text: string): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  return text.length <= 253 && labels.every((label) => label.length >= 1 && label.length <= 63);
}

/** @param family 4 or 6 if the user asked for one */
export function resolveHost(name: string, family: 0 | 4 | 6): PingHost | PingStop {
  const wrongFamily = stop(`ping: ${name}: Address family for hostname not supported\n`, 2);
  const numeric = inetAton(name);
  const address = numeric ?? (Object.hasOwn(HOSTS, name) ? HOSTS[name]! : null);
  if (address !== null) return family === 6 ? wrongFamily : { name, address, isNumeric: numeric !== null };
  // What has a colon is an address, and a wrong one: the name server is not asked.
  const why =
    isName(name) && !name.includes(":")
      ? "Temporary failure in name resolution"
      : "Name or service not known";
  return stop(`ping: ${name}: ${why}\n`, 2);
}

/** An address as output shows it: with its name, if it has one and names are wanted. */
export function showAddress(address: Ipv4Address, isNumeric: boolean): string {
  const text = formatIpv4(address);
  if (isNumeric) return text;
  for (const [name, known] of Object.entries(HOSTS)) if (known === address) return `${name} (${text})`;
  return text;
}
