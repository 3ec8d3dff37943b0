/**
 * netstat(8) of net-tools 2.10: routes, interfaces, groups, counters, and the sockets there are.
 * @source netstat(8); texts and statuses as observed
 * @differs shows numbers for ports, and for hosts other than by `-r`, also without `-n`
 */

import { formatIpv4 } from "../../wire/ipv4-address.ts";
import type { Command, CommandContext } from "../host.ts";
import { getopt } from "./getopt.ts";
import { interfaces, longEntry, shortEntry } from "./ifconfig-show.ts";
import { NETSTAT_USAGE, ROUTE_FAMILIES, ROUTE_VERSION } from "./net-tools-texts.ts";
import { statisticsText, statisticsText6, tcpStatistics } from "./netstat-statistics.ts";
import { showRoutes } from "./route.ts";
import { showInet6 } from "./route-inet6.ts";

const OPTIONS = {
  short: "A:CFMacdeghilnNoprsStuUvVWw2fx64?Z",
  long: {
    route: { name: "r" },
    interfaces: { name: "i" },
    groups: { name: "g" },
    statistics: { name: "s" },
    masquerade: { name: "M" },
    verbose: { name: "v" },
    wide: { name: "W" },
    numeric: { name: "n" },
    "numeric-hosts": { name: "n" },
    "numeric-ports": { name: "numeric-ports" },
    "numeric-users": { name: "numeric-users" },
    symbolic: { name: "N" },
    extend: { name: "e" },
    programs: { name: "p" },
    timers: { name: "o" },
    continuous: { name: "c" },
    listening: { name: "l" },
    all: { name: "a" },
    fib: { name: "F" },
    cache: { name: "C" },
    tcp: { name: "t" },
    udp: { name: "u" },
    raw: { name: "w" },
    unix: { name: "x" },
    inet: { name: "4" },
    inet6: { name: "6" },
    version: { name: "V" },
    help: { name: "h" },
  },
} as const;

const E_USAGE = 3;
const INTERFACE_HEADER =
  "Kernel Interface table\nIface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n";

type Has = (name: string) => boolean;

function fileText(cx: CommandContext, name: string): string {
  const read = cx.request("FILE_READ", { path: `/proc/net/${name}` });
  return read.ok ? read.value : "";
}

function showInterfaces(cx: CommandContext, isLong: boolean, isAll: boolean): void {
  const shown = interfaces(cx).filter((entry) => isAll || (entry.link.flags & 1) !== 0);
  if (isLong) cx.out(`Kernel Interface table\n${shown.map(longEntry).join("")}`);
  else cx.out(INTERFACE_HEADER + shown.map(shortEntry).join(""));
}

/** /proc/net/igmp: a line for each device, then one for each of its groups. */
function showGroups(cx: CommandContext): void {
  cx.out(
    "IPv6/IPv4 Group Memberships\nInterface       RefCnt Group\n--------------- ------ ---------------------\n",
  );
  let device = "";
  for (const line of fileText(cx, "igmp").split("\n").slice(1)) {
    const group = /^\t+([0-9A-F]{8})\s+(\d+)/.exec(line);
    if (group === null) device = /^\d+\s+(\S+)/.exec(line)?.[1] ?? device;
    else cx.out(`${device.padEnd(15)} ${group[2]!.padEnd(6)} ${formatIpv4(littleEndian(group[1]!))}\n`);
  }
  for (const line of fileText(cx, "igmp6").split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (fields.length < 4) continue;
    cx.out(`${fields[1]!.padEnd(15)} ${fields[3]!.padEnd(6)} ${inet6Text(fields[2]!)}\n`);
  }
}

function littleEndian(hex: string): number {
  return Number.parseInt(hex.replace(/(..)(..)(..)(..)/, "$4$3$2$1"), 16);
}

/** Eight groups of hex digits without colons, in the shortest form. */
function inet6Text(hex: string): string {
  const groups = hex.match(/.{4}/g)!.map((group) => Number.parseInt(group, 16).toString(16));
  const zeros = groups
    .join(":")
    .match(/(?:^|:)0(?::0)+(?=:|$)/g)
    ?.sort((a, b) => b.length - a.length)[0];
  const text = groups.join(":");
  if (zeros === undefined) return text;
  const at = text.indexOf(zeros);
  return `${text.slice(0, at)}::${text.slice(at + zeros.length).replace(/^:/, "")}`;
}

function showStatistics(cx: CommandContext, has: Has, isInet6: boolean): void {
  const wanted = new Set(["t", "u", "w"].filter(has));
  if (isInet6) {
    cx.out(statisticsText6(fileText(cx, "snmp6"), wanted));
    if (wanted.size === 0 || wanted.has("t"))
      cx.out(statisticsText(tcpStatistics(fileText(cx, "snmp")), wanted));
    return;
  }
  for (const file of ["snmp", "netstat"]) cx.out(statisticsText(fileText(cx, file), wanted));
}

/** Sockets of a file such as /proc/net/udp. */
function socketLines(cx: CommandContext, file: string, has: Has): string {
  let text = "";
  for (const line of fileText(cx, file).split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, local, remote, state, queues] = fields;
    if (queues === undefined) continue;
    const isConnected = remote !== "00000000:0000";
    if (!has("a") && (has("l") ? isConnected : !isConnected)) continue;
    const [sent, received] = queues.split(":").map((hex) => Number.parseInt(hex, 16));
    const states = file === "raw" ? String(Number.parseInt(state!, 16)) : state === "01" ? "ESTABLISHED" : "";
    text += `${file.padEnd(4)}  ${String(received).padStart(6)} ${String(sent).padStart(6)} `;
    text += `${endpoint(local!).padEnd(23)} ${endpoint(remote!).padEnd(23)} ${states.padEnd(11)}\n`;
  }
  return text;
}

function endpoint(text: string): string {
  const [address, port] = text.split(":");
  const number = Number.parseInt(port!, 16);
  return `${formatIpv4(littleEndian(address!))}:${number === 0 ? "*" : number}`;
}

function showSockets(cx: CommandContext, has: Has, family: string | undefined): void {
  const which = has("a") ? "servers and established" : has("l") ? "only servers" : "w/o servers";
  const isInet = has("4") || has("6") || family === "inet" || family === "inet6";
  const showsUnix = has("x") || family === "unix";
  const isAny = !has("t") && !has("u") && !has("w") && !showsUnix;
  const isIpv4 = !has("6") || has("4");
  const more = (has("o") ? " Timer" : "") + (has("p") ? " PID/Program name    " : "");
  if (isAny || isInet || has("t") || has("u") || has("w")) {
    cx.out(`Active Internet connections (${which})\n`);
    cx.out(`Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${more}\n`);
    if (isIpv4 && (isAny || has("u"))) cx.out(socketLines(cx, "udp", has));
    if (isIpv4 && (isAny || has("w"))) cx.out(socketLines(cx, "raw", has));
  }
  if (!(isAny && !isInet) && !showsUnix) return;
  cx.out(`Active UNIX domain sockets (${which})\n`);
  cx.out(
    `Proto RefCnt Flags       Type       State         I-Node   ${has("p") ? "PID/Program name     " : ""}Path\n`,
  );
}

export const netstat: Command = (cx) => {
  const { options, error } = getopt("netstat", cx.argv.slice(1), OPTIONS);
  const has: Has = (name) => options.some(([option]) => option === name);
  if (error !== null) {
    cx.err(error);
    cx.err(NETSTAT_USAGE + ROUTE_FAMILIES);
    return E_USAGE;
  }
  if (has("h") || has("?")) {
    cx.out(NETSTAT_USAGE);
    cx.err(ROUTE_FAMILIES);
    return 0;
  }
  if (has("V")) {
    const authors =
      "Fred Baumgarten, Alan Cox, Bernd Eckenfels, Phil Blundell, Tuan Hoang, Brian Micek and others\n";
    cx.out(ROUTE_VERSION.replace("\n", `\n${authors}`).replace("+I18N", "+FW_MASQUERADE +I18N"));
    return 0;
  }
  const family = options.find(([name]) => name === "A")?.[1];
  if (family !== undefined && !["inet", "inet6", "unix"].includes(family)) {
    cx.err(`Unknown address family \`${family}'.\n`);
    return 1;
  }
  if (has("r") && (has("6") || family === "inet6")) return showInet6(cx, has("n"), has("C"));
  if (has("M")) {
    cx.err("netstat: no support for `ip_masquerade' on this system.\n");
    return 1;
  }
  if (has("r")) {
    const extent = Math.min(options.filter(([name]) => name === "e").length, 2);
    return showRoutes(cx, [1, 0, 2][extent]!, has("n"), has("C"));
  }
  if (has("s")) {
    const isInet6 = has("6") || family === "inet6";
    if (isInet6 && (has("4") || family === "inet")) {
      cx.out("netstat: No statistics support for specified address family: inet,inet6\n");
      return 1;
    }
    showStatistics(cx, has, isInet6);
  } else if (has("g")) showGroups(cx);
  else if (has("i")) showInterfaces(cx, has("e"), has("a"));
  else showSockets(cx, has, family);
  return 0;
};
