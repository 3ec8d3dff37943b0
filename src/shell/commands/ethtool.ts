/**
 * ethtool(8) 6.1 for virtual devices: settings, driver, features, statistics, channels, permanent address.
 * @source ethtool(8); texts and statuses as observed
 */
import { strerror } from "../../core/errno.ts";
import { IFF_LOWER_UP, IFF_UP } from "../../events/netlink.ts";
import type { LinkInfo } from "../../events/requests.ts";
import type { Command, CommandContext } from "../host.ts";
import { setChannels, showChannels } from "./ethtool-channels.ts";
import { setFeatures, showFeatures, showFeaturesAsJson } from "./ethtool-features.ts";
import { type Action, badUsage, change, NO_DEVICE, REFUSED } from "./ethtool-refused.ts";

type Kind = "lo" | "veth" | "bridge" | "tun" | "macvlan" | "other";

function kindOf(link: LinkInfo): Kind {
  if (link.ifname === "lo") return "lo";
  const known: readonly string[] = ["veth", "bridge", "tun", "macvlan"];
  return link.kind !== null && known.includes(link.kind) ? (link.kind as Kind) : "other";
}

function settings(cx: CommandContext, ifname: string): number {
  const found = cx.request("RTM_GETLINK", { ifname });
  if (!found.ok) {
    cx.err(NO_DEVICE.repeat(5));
    cx.out("No data available\n");
    return 75;
  }
  const link = found.value;
  const kind = kindOf(link);
  cx.out(`Settings for ${ifname}:\n`);
  if (kind !== "lo" && kind !== "other") {
    const isBridge = kind === "bridge";
    const lines = [
      "Supported ports: [  ]",
      "Supported link modes:   Not reported",
      "Supported pause frame use: No",
      "Supports auto-negotiation: No",
      "Supported FEC modes: Not reported",
      "Advertised link modes:  Not reported",
      "Advertised pause frame use: No",
      "Advertised auto-negotiation: No",
      "Advertised FEC modes: Not reported",
      isBridge && !hasPorts(cx, link) ? "Speed: Unknown!" : "Speed: 10000Mb/s",
      isBridge ? "Duplex: Unknown! (255)" : "Duplex: Full",
      "Auto-negotiation: off",
      isBridge ? "Port: Other" : "Port: Twisted Pair",
      "PHYAD: 0",
      "Transceiver: internal",
      ...(isBridge ? [] : ["MDI-X: Unknown"]),
    ];
    for (const line of lines) cx.out(`\t${line}\n`);
  }
  if (kind === "tun") cx.out(`        Current message level: 0x00000000 (0)\n${" ".repeat(30)}\n`);
  const isDetected = (link.flags & IFF_UP) !== 0 && (link.flags & IFF_LOWER_UP) !== 0;
  cx.out(`\tLink detected: ${isDetected ? "yes" : "no"}\n`);
  return 0;
}

/** A bridge is as fast as its fastest port; the ports here are all of 10 Gbit/s. */
function hasPorts(cx: CommandContext, link: LinkInfo): boolean {
  const ports = cx.request("FILE_READDIR", { path: `/sys/class/net/${link.ifname}/brif` });
  return ports.ok && ports.value.length > 0;
}

const DRIVERS: Readonly<
  Partial<Record<Kind, readonly [driver: string, version: string, firmware: string, bus: string]>>
> = {
  veth: ["veth", "1.0", "", ""],
  bridge: ["bridge", "2.3", "N/A", "N/A"],
  tun: ["tun", "1.6", "", "tap"],
  macvlan: ["macvlan", "0.1", "", ""],
};

function driver(cx: CommandContext, ifname: string): number {
  const link = cx.request("RTM_GETLINK", { ifname });
  const known = link.ok ? DRIVERS[kindOf(link.value)] : undefined;
  if (known === undefined) {
    cx.err(`Cannot get driver information: ${strerror(link.ok ? "EOPNOTSUPP" : "ENODEV")}\n`);
    return 71;
  }
  const [name, version, firmware, bus] = known;
  cx.out(
    `driver: ${name}\nversion: ${version}\nfirmware-version: ${firmware}\nexpansion-rom-version: \nbus-info: ${bus}\n`,
  );
  cx.out(`supports-statistics: ${name === "veth" ? "yes" : "no"}\n`);
  for (const what of ["test", "eeprom-access", "register-dump", "priv-flags"])
    cx.out(`supports-${what}: no\n`);
  return 0;
}

const RX_QUEUE_STATS = [
  "xdp_packets",
  "xdp_bytes",
  "drops",
  "xdp_redirect",
  "xdp_drops",
  "xdp_tx",
  "xdp_tx_errors",
];
const TX_QUEUE_STATS = ["xdp_xmit", "xdp_xmit_errors"];

function statistics(cx: CommandContext, ifname: string): number {
  const link = cx.request("RTM_GETLINK", { ifname });
  if (!link.ok) {
    cx.err("Cannot get stats strings information: No such device\n");
    return 96;
  }
  if (kindOf(link.value) !== "veth") {
    cx.err("no stats available\n");
    return 94;
  }
  cx.out(`NIC statistics:\n     peer_ifindex: ${link.value.link ?? 0}\n`);
  const queues = cx.request("ETHTOOL_GCHANNELS", { ifname });
  const { rx, tx } = queues.ok ? queues.value : { rx: 1, tx: 1 };
  for (let n = 0; n < rx; n++) for (const name of RX_QUEUE_STATS) cx.out(`     rx_queue_${n}_${name}: 0\n`);
  for (let n = 0; n < tx; n++) for (const name of TX_QUEUE_STATS) cx.out(`     tx_queue_${n}_${name}: 0\n`);
  return 0;
}

function permanentAddress(cx: CommandContext, ifname: string): number {
  const link = cx.request("RTM_GETLINK", { ifname });
  if (!link.ok) {
    cx.err("netlink error: No such device\n");
    return 1;
  }
  cx.out(`Permanent address: ${link.value.permAddress ?? "not set"}\n`);
  return 0;
}

function timeStamping(cx: CommandContext, ifname: string): number {
  const link = cx.request("RTM_GETLINK", { ifname });
  if (!link.ok) {
    cx.err(NO_DEVICE);
    return 1;
  }
  cx.out(`Time stamping parameters for ${ifname}:\nCapabilities:\n`);
  for (const name of ["transmit", "receive", "system-clock"]) cx.out(`\tsoftware-${name}\n`);
  cx.out(
    "PTP Hardware Clock: none\nHardware Transmit Timestamp Modes: none\nHardware Receive Filter Modes: none\n",
  );
  return 0;
}

const ACTIONS: readonly (readonly [names: readonly string[], action: Action])[] = [
  [["-i", "--driver"], driver],
  [["-k", "--show-features", "--show-offload"], showFeatures],
  [["-K", "--features", "--offload"], setFeatures],
  [["-S", "--statistics"], statistics],
  [["-l", "--show-channels"], showChannels],
  [["-L", "--set-channels"], setChannels],
  [["-P", "--show-permaddr"], permanentAddress],
  [["-T", "--show-time-stamping"], timeStamping],
  [["-s", "--change"], change],
  ...REFUSED,
];

export const ethtool: Command = (cx) => {
  const [first, ...rest] = cx.argv.slice(1);
  if (first === undefined) return badUsage(cx);
  if (first === "--version") {
    cx.out("ethtool version 6.1\n");
    return 0;
  }
  if (!first.startsWith("-")) return settings(cx, first);
  if (first === "--json" && ["-k", "--show-features", "--show-offload"].includes(rest[0] ?? ""))
    return rest[1] === undefined ? badUsage(cx) : showFeaturesAsJson(cx, rest[1]);
  const action = ACTIONS.find(([names]) => names.includes(first))?.[1];
  const ifname = rest.shift();
  return action === undefined || ifname === undefined ? badUsage(cx) : action(cx, ifname, rest);
};
