/**
 * ethtool(8) 6.1 for virtual devices: settings, driver, features, statistics, channels, permanent address.
 * @source ethtool(8); texts and statuses as observed
 * @differs features cannot be changed: `-K` on a veth pair answers as for a device as it was made, and `-k` shows that one
 */
import { strerror } from "../../core/errno.ts";
import { IFF_LOWER_UP, IFF_UP } from "../../events/netlink.ts";
import type { LinkInfo } from "../../events/requests.ts";
import type { Command, CommandContext } from "../host.ts";
import { BRIDGE_FEATURES, LOOPBACK_FEATURES, VETH_FEATURES } from "./ethtool-features.ts";

const USAGE_ERROR = "ethtool: bad command line argument(s)\nFor more information run ethtool -h\n";
/** Netlink's answer for a name that no device has. */
const NO_DEVICE = "netlink error: no device matches name (offset 24)\nnetlink error: No such device\n";
const UNSUPPORTED = `netlink error: ${strerror("EOPNOTSUPP")}\n`;

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

const FEATURES: Readonly<Partial<Record<Kind, string>>> = {
  veth: VETH_FEATURES,
  lo: LOOPBACK_FEATURES,
  bridge: BRIDGE_FEATURES,
};

function features(cx: CommandContext, ifname: string): number {
  const link = cx.request("RTM_GETLINK", { ifname });
  const known = link.ok ? FEATURES[kindOf(link.value)] : undefined;
  if (known === undefined) {
    cx.err(link.ok ? UNSUPPORTED : NO_DEVICE);
    return 1;
  }
  cx.out(`Features for ${ifname}:\n${known}`);
  return 0;
}

const VETH_QUEUE_STATS = [
  "rx_queue_0_xdp_packets",
  "rx_queue_0_xdp_bytes",
  "rx_queue_0_drops",
  "rx_queue_0_xdp_redirect",
  "rx_queue_0_xdp_drops",
  "rx_queue_0_xdp_tx",
  "rx_queue_0_xdp_tx_errors",
  "tx_queue_0_xdp_xmit",
  "tx_queue_0_xdp_xmit_errors",
];

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
  for (const name of VETH_QUEUE_STATS) cx.out(`     ${name}: 0\n`);
  return 0;
}

function channels(cx: CommandContext, ifname: string): number {
  const link = cx.request("RTM_GETLINK", { ifname });
  if (!link.ok || kindOf(link.value) !== "veth") {
    cx.err(link.ok ? UNSUPPORTED : NO_DEVICE);
    return 1;
  }
  const { numRxQueues, numTxQueues } = link.value;
  const block = (rx: number, tx: number) => `RX:\t\t${rx}\nTX:\t\t${tx}\nOther:\t\tn/a\nCombined:\tn/a\n`;
  cx.out(`Channel parameters for ${ifname}:\nPre-set maximums:\n${block(numRxQueues, numTxQueues)}`);
  cx.out(`Current hardware settings:\n${block(1, 1)}`);
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

/** What `-K` prints for a veth device as it was made. */
const TX_OFF = `Actual changes:
tx-checksum-ip-generic: off
tx-tcp-segmentation: off [not requested]
tx-tcp-ecn-segmentation: off [not requested]
tx-tcp-mangleid-segmentation: off [not requested]
tx-tcp6-segmentation: off [not requested]
tx-udp-segmentation: off [not requested]
tx-checksum-sctp: off
`;
const SILENT_FEATURES: readonly string[] = ["tso", "gso", "gro", "sg", "rx", "rxvlan", "txvlan"];

function setFeatures(cx: CommandContext, ifname: string, words: readonly string[]): number {
  if (words.length === 0 || words.length % 2 !== 0) return badUsage(cx);
  const link = cx.request("RTM_GETLINK", { ifname });
  if (!link.ok) {
    cx.err(NO_DEVICE);
    return 92;
  }
  for (let i = 0; i < words.length; i += 2) {
    const isKnown = words[i] === "tx" || SILENT_FEATURES.includes(words[i]!);
    if (!/^(on|off)$/.test(words[i + 1]!)) return badUsage(cx);
    if (isKnown) continue;
    cx.err(`netlink error: bit name not found (offset 56)\n${UNSUPPORTED}`);
    return 92;
  }
  if (words.some((word, i) => word === "tx" && words[i + 1] === "off")) cx.out(TX_OFF);
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

/** Parameters that no virtual device here has. */
function unsupported(cx: CommandContext, ifname: string): number {
  cx.err(cx.request("RTM_GETLINK", { ifname }).ok ? UNSUPPORTED : NO_DEVICE);
  return 1;
}

function badUsage(cx: CommandContext): number {
  cx.err(USAGE_ERROR);
  return 1;
}

type Action = (cx: CommandContext, ifname: string, words: readonly string[]) => number;

const ACTIONS: readonly (readonly [names: readonly string[], action: Action])[] = [
  [["-i", "--driver"], driver],
  [["-k", "--show-features", "--show-offload"], features],
  [["-K", "--features", "--offload"], setFeatures],
  [["-S", "--statistics"], statistics],
  [["-l", "--show-channels"], channels],
  [["-P", "--show-permaddr"], permanentAddress],
  [["-T", "--show-time-stamping"], timeStamping],
  [["-g", "--show-ring"], unsupported],
  [["-a", "--show-pause"], unsupported],
  [["-c", "--show-coalesce"], unsupported],
  [["-m", "--dump-module-eeprom", "--module-info"], unsupported],
  [["--show-eee"], unsupported],
  [["--show-priv-flags"], unsupported],
];

export const ethtool: Command = (cx) => {
  const [first, ...rest] = cx.argv.slice(1);
  if (first === undefined) return badUsage(cx);
  if (first === "--version") {
    cx.out("ethtool version 6.1\n");
    return 0;
  }
  if (!first.startsWith("-")) return settings(cx, first);
  const action = ACTIONS.find(([names]) => names.includes(first))?.[1];
  const ifname = rest.shift();
  return action === undefined || ifname === undefined ? badUsage(cx) : action(cx, ifname, rest);
};
