/** Devices as libpcap lists them. @source pcap_findalldevs(3PCAP); output of tcpdump -D as recorded */
import type { InterfaceInfo } from "../program.ts";
import { stop, type TcpdumpStop } from "./options.ts";

interface Listed {
  readonly name: string;
  readonly text: string;
}

/** What libpcap finds on every Linux beside the devices. */
const OTHERS: readonly Listed[] = [
  { name: "bluetooth-monitor", text: "bluetooth-monitor (Bluetooth Linux Monitor) [Wireless]" },
  { name: "nflog", text: "nflog (Linux netfilter log (NFLOG) interface) [none]" },
  { name: "nfqueue", text: "nfqueue (Linux netfilter queue (NFQUEUE) interface) [none]" },
  { name: "dbus-system", text: "dbus-system (D-Bus system bus) [none]" },
  { name: "dbus-session", text: "dbus-session (D-Bus session bus) [none]" },
];
const ANY: Listed = {
  name: "any",
  text: "any (Pseudo-device that captures on all interfaces) [Up, Running]",
};

function listed(i: InterfaceInfo): Listed {
  const flags: string[] = [];
  if (i.isUp) flags.push("Up");
  if (i.isRunning) flags.push("Running");
  if (i.isLoopback) flags.push("Loopback");
  const status = i.isLoopback ? "" : i.isRunning ? ", Connected" : ", Disconnected";
  return { name: i.names[0]!, text: `${i.names[0]} [${flags.join(", ") || "none"}${status}]` };
}

/** Those that run come first, then `any`, the loopback, those that are up, and the rest. */
function all(interfaces: readonly InterfaceInfo[]): Listed[] {
  const where = (isIn: (i: InterfaceInfo) => boolean) => interfaces.filter(isIn).map(listed);
  return [
    ...where((i) => i.isRunning && !i.isLoopback),
    ANY,
    ...where((i) => i.isRunning && i.isLoopback),
    ...where((i) => !i.isRunning && i.isUp),
    ...OTHERS,
    ...where((i) => !i.isRunning && !i.isUp),
  ];
}

export function deviceList(interfaces: readonly InterfaceInfo[]): string {
  return all(interfaces)
    .map(({ text }, at) => `${at + 1}.${text}\n`)
    .join("");
}

/** The device to capture on: as named, by its number in the list, or the first of the list. */
export function openingName(interfaces: readonly InterfaceInfo[], wish: string | null): string | TcpdumpStop {
  const list = all(interfaces);
  if (wish === null) return list[0]!.name;
  if (!/^\d+$/.test(wish) || interfaces.some((i) => i.names.includes(wish))) return wish;
  return list[Number(wish) - 1]?.name ?? stop("tcpdump: Invalid adapter index\n");
}
