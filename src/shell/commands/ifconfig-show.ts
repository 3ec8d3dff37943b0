/** The interfaces as ifconfig(8) of net-tools 2.10 lists and prints them. */
import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_DEBUG,
  IFF_DYNAMIC,
  IFF_LOOPBACK,
  IFF_MASTER,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_NOTRAILERS,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_SLAVE,
  IFF_UP,
} from "../../events/netlink.ts";
import type { AddrInfo, IfreqInfo } from "../../events/requests.ts";
import { formatIpv4, prefixMask } from "../../wire/ipv4-address.ts";
import type { CommandContext } from "../host.ts";

/** A device, or one of its aliases (`eth0:1`). */
export interface Interface {
  readonly name: string;
  readonly link: IfreqInfo;
  readonly isAlias: boolean;
  /** The first address under this name. */
  readonly inet: IfreqInfo["inet"][number] | null;
  readonly netmask: string;
  readonly inet6: readonly AddrInfo[];
}

/** Order of names: letters, then the number at the end, then the alias's number. */
function sortKey(name: string): readonly [prefix: string, number: number, alias: number] {
  const [, base, alias] = /^(.*?)(?::(\d+))?$/.exec(name)! as unknown as [string, string, string | undefined];
  const [, prefix, number] = /^(.*?)(\d*)$/.exec(base)! as unknown as [string, string, string];
  return [prefix, number === "" ? -1 : Number(number), alias === undefined ? -1 : Number(alias)];
}

export function compareNames(a: string, b: string): number {
  const [prefixA, numberA, aliasA] = sortKey(a);
  const [prefixB, numberB, aliasB] = sortKey(b);
  if (prefixA !== prefixB) return prefixA < prefixB ? -1 : 1;
  return numberA - numberB || aliasA - aliasB || (a < b ? -1 : a > b ? 1 : 0);
}

function entryOf(name: string, link: IfreqInfo, inet6: readonly AddrInfo[]): Interface {
  const inet = link.inet.find((address) => address.label === name) ?? null;
  const netmask = inet === null ? "0.0.0.0" : formatIpv4(prefixMask(inet.prefixLen));
  const isAlias = name !== link.ifname;
  const own = isAlias ? [] : inet6.filter((address) => address.ifindex === link.ifindex);
  return { name, link, isAlias, inet, netmask, inet6: own };
}

/**
 * All interfaces in the tool's order, or the one of that name (none if its device is missing). An alias that has no
 * address can be asked for by name all the same.
 */
export function interfaces(cx: CommandContext, name: string | null = null): readonly Interface[] {
  const links = cx.request("SIOCGIFCONF", {});
  if (!links.ok) return [];
  const addresses = cx.request("RTM_GETADDR", {});
  const inet6 = addresses.ok ? addresses.value.filter((address) => address.family === "inet6") : [];
  if (name !== null) {
    const device = name.replace(/:.*$/, "");
    return links.value.filter((link) => link.ifname === device).map((link) => entryOf(name, link, inet6));
  }
  const entries = links.value.flatMap((link) => {
    const labels = new Set([link.ifname, ...link.inet.map((address) => address.label)]);
    return [...labels].map((label) => entryOf(label, link, inet6));
  });
  return entries.sort((a, b) => compareNames(a.name, b.name));
}

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [IFF_UP, "UP"],
  [IFF_BROADCAST, "BROADCAST"],
  [IFF_DEBUG, "DEBUG"],
  [IFF_LOOPBACK, "LOOPBACK"],
  [IFF_POINTOPOINT, "POINTOPOINT"],
  [IFF_NOTRAILERS, "NOTRAILERS"],
  [IFF_RUNNING, "RUNNING"],
  [IFF_NOARP, "NOARP"],
  [IFF_PROMISC, "PROMISC"],
  [IFF_ALLMULTI, "ALLMULTI"],
  [IFF_SLAVE, "SLAVE"],
  [IFF_MASTER, "MASTER"],
  [IFF_MULTICAST, "MULTICAST"],
  [IFF_DYNAMIC, "DYNAMIC"],
];

/** `336.0 B`, `1.4 KiB`: one decimal, cut off; a unit is used from more than one of it. */
function humanSize(octets: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let unit = 0;
  while (unit < units.length - 1 && octets > 1024 ** (unit + 1)) unit++;
  const tenths = Math.floor((octets * 10) / 1024 ** unit);
  return `${Math.floor(tenths / 10)}.${tenths % 10} ${units[unit]}`;
}

const SCOPE_NAMES: Readonly<Record<number, string>> = {
  0: "0x0<global>",
  200: "0x40<site>",
  253: "0x20<link>",
  254: "0x10<host>",
};

function addressLines(entry: Interface): string {
  const { inet, link } = entry;
  let text = "";
  if (inet !== null) {
    text += `        inet ${inet.local}  netmask ${entry.netmask}`;
    if ((link.flags & IFF_BROADCAST) !== 0) text += `  broadcast ${inet.broadcast ?? "0.0.0.0"}`;
    if ((link.flags & IFF_POINTOPOINT) !== 0) text += `  destination ${inet.peer ?? inet.local}`;
    text += "\n";
  }
  for (const { local, prefixLen, scope } of entry.inet6) {
    text += `        inet6 ${local}  prefixlen ${prefixLen}  scopeid ${SCOPE_NAMES[scope] ?? "0x0<global>"}\n`;
  }
  return text;
}

function hardwareLine(link: IfreqInfo): string {
  const queue = `txqueuelen ${link.txqueuelen}`;
  if (link.type === ARPHRD_ETHER) return `        ether ${link.address}  ${queue}  (Ethernet)\n`;
  if (link.type === ARPHRD_LOOPBACK) return `        loop  ${queue}  (Local Loopback)\n`;
  return `        unspec ${Array.from({ length: 16 }, () => "00").join("-")}  ${queue}  (UNSPEC)\n`;
}

/** The entry of an interface with its empty line. */
export function longEntry(entry: Interface): string {
  const { link, name } = entry;
  const flags = (link.flags << 16) >> 16; // a short
  const names = FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, flagName]) => flagName);
  let text = `${name}: flags=${flags}<${names.join(",")}>  mtu ${link.mtu}\n`;
  text += addressLines(entry) + hardwareLine(link);
  if (entry.isAlias) return `${text}\n`;
  const s = link.stats;
  text += `        RX packets ${s.rxPackets}  bytes ${s.rxBytes} (${humanSize(s.rxBytes)})\n`;
  text += `        RX errors ${s.rxErrors}  dropped ${s.rxDropped + s.rxMissed}  overruns 0  frame 0\n`;
  text += `        TX packets ${s.txPackets}  bytes ${s.txBytes} (${humanSize(s.txBytes)})\n`;
  text += `        TX errors ${s.txErrors}  dropped ${s.txDropped} overruns 0  carrier ${s.txCarrierErrors}`;
  return `${text}  collisions ${s.collisions}\n\n`;
}

export const IFCONFIG_SHORT_HEADER =
  "Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n";

const FLAG_LETTERS: readonly (readonly [number, string])[] = [
  [IFF_ALLMULTI, "A"],
  [IFF_BROADCAST, "B"],
  [IFF_DEBUG, "D"],
  [IFF_LOOPBACK, "L"],
  [IFF_MULTICAST, "M"],
  [IFF_DYNAMIC, "d"],
  [IFF_PROMISC, "P"],
  [IFF_NOTRAILERS, "N"],
  [IFF_NOARP, "O"],
  [IFF_POINTOPOINT, "P"],
  [IFF_SLAVE, "s"],
  [IFF_MASTER, "m"],
  [IFF_RUNNING, "R"],
  [IFF_UP, "U"],
];

/** The line of an interface in the table of `-s`. */
export function shortEntry(entry: Interface): string {
  const { flags, mtu, stats: s } = entry.link;
  const letters = FLAG_LETTERS.filter(([bit]) => (flags & bit) !== 0).map(([, letter]) => letter);
  const head = `${entry.name.padEnd(15)} ${`${mtu}`.padStart(5)}`;
  if (entry.isAlias)
    return `${head}      - no statistics available -                        ${letters.join("")}\n`;
  const pad = (value: number, width: number) => `${value}`.padStart(width);
  const received = `${pad(s.rxPackets, 8)} ${pad(s.rxErrors, 6)} ${pad(s.rxDropped + s.rxMissed, 6)} ${"0".padEnd(6)}`;
  const sent = `${pad(s.txPackets, 8)} ${pad(s.txErrors, 6)} ${pad(s.txDropped, 6)} ${pad(0, 6)}`;
  return `${head} ${received} ${sent} ${letters.join("")}\n`;
}
