/** What ethtool(8) is told for settings that no virtual device has. @source ethtool 6.1, texts and statuses as observed */
import { type Errno, strerror } from "../../core/errno.ts";
import type { CommandContext } from "../host.ts";

const USAGE_ERROR = "ethtool: bad command line argument(s)\nFor more information run ethtool -h\n";
/** Netlink's answer for a name that no device has. */
export const NO_DEVICE = "netlink error: no device matches name (offset 24)\nnetlink error: No such device\n";
export const UNSUPPORTED = `netlink error: ${strerror("EOPNOTSUPP")}\n`;

export type Action = (cx: CommandContext, ifname: string, words: readonly string[]) => number;

export function badUsage(cx: CommandContext): number {
  cx.err(USAGE_ERROR);
  return 1;
}

function hasDevice(cx: CommandContext, ifname: string): boolean {
  return cx.request("RTM_GETLINK", { ifname }).ok;
}

/** Asked by netlink. */
const refuse =
  (status: number, unsupported = UNSUPPORTED): Action =>
  (cx, ifname) => {
    cx.err(hasDevice(cx, ifname) ? unsupported : NO_DEVICE);
    return status;
  };

/** Asked by ioctl(2): the words of the request that fails first, for a veth, for lo and where there is no device. */
const refuseIoctl =
  (status: number, veth: string, lo = veth, none = lo, statusOfOthers = status): Action =>
  (cx, ifname) => {
    const link = cx.request("RTM_GETLINK", { ifname });
    const errno: Errno = link.ok ? "EOPNOTSUPP" : "ENODEV";
    const isVeth = link.ok && link.value.kind === "veth";
    const text = isVeth ? veth : link.ok ? lo : none;
    cx.err(text.replaceAll("%m", strerror(errno)));
    return isVeth ? status : statusOfOthers;
  };

const DRIVER = "Cannot get driver information: %m\n";
const RULES = refuseIoctl(
  1,
  "Cannot get RX rings: %m\nrxclass: Cannot get RX class rule count: %m\nRX classification rule retrieval failed\n",
);
const INDIRECTION = refuseIoctl(1, "Cannot get RX ring count: %m\n");

function module(cx: CommandContext, ifname: string): number {
  if (!hasDevice(cx, ifname)) {
    cx.err(NO_DEVICE);
    return 1;
  }
  cx.out(`Module parameters for ${ifname}:\n`);
  return 0;
}

function phyStatistics(cx: CommandContext, ifname: string): number {
  const isThere = hasDevice(cx, ifname);
  cx.err(isThere ? "no stats available\n" : "Cannot get stats strings information: No such device\n");
  return isThere ? 94 : 96;
}

/** Options by their names. */
export const REFUSED: readonly (readonly [names: readonly string[], action: Action])[] = [
  [["-g", "--show-ring"], refuse(1)],
  [["-a", "--show-pause"], refuse(1)],
  [["-c", "--show-coalesce"], refuse(1)],
  [["-m", "--dump-module-eeprom", "--module-info"], refuse(1)],
  [["--show-eee", "--show-fec", "--show-priv-flags", "--cable-test"], refuse(1)],
  [
    ["--show-tunnels"],
    refuse(1, `netlink error: device does not report tunnel offload info\n${UNSUPPORTED}`),
  ],
  [["-A", "--pause"], refuse(76)],
  [["-C", "--coalesce"], refuse(1)],
  [["-G", "--set-ring"], refuse(81)],
  [["-x", "--show-rxfh", "--show-rxfh-indir"], INDIRECTION],
  [["-n", "-u", "--show-nfc", "--show-ntuple"], RULES],
  [["-e", "--eeprom-dump"], refuseIoctl(74, "Cannot get EEPROM data: %m\n", DRIVER)],
  [["-d", "--register-dump"], refuseIoctl(74, "Cannot get register dump: %m\n", DRIVER, DRIVER, 72)],
  [["-r", "--negotiate"], refuseIoctl(255, "Cannot restart autonegotiation: %m\n")],
  [["-p", "--identify"], refuseIoctl(255, "Cannot identify NIC: %m\n")],
  [["-t", "--test"], refuseIoctl(74, "Cannot test: %m\n", "Cannot test: %m\n", "Cannot get strings: %m\n")],
  [["-w", "--get-dump"], refuseIoctl(1, "Can not get dump level: %m\n")],
  [["--show-module"], module],
  [["--phy-statistics"], phyStatistics],
];

/** Parameters of `-s`. */
const PARAMETERS =
  "autoneg speed lanes duplex port master-slave phyad mdix advertise wol sopass msglvl".split(" ");

export const change: Action = (cx, ifname, words) => {
  for (let i = 0; i < words.length; i += 2) {
    const word = words[i]!;
    if (word === "xcvr") {
      cx.err("ethtool (-s): deprecated parameter 'xcvr' not supported by kernel\n");
      return 1;
    }
    if (!PARAMETERS.includes(word)) {
      cx.err(`ethtool (-s): unknown parameter '${word}'\n`);
      return 1;
    }
    if (words[i + 1] === undefined) {
      cx.err(`ethtool (-s): no value for parameter '${word}'\n`);
      return 1;
    }
  }
  return words.length === 0 ? 0 : refuse(75)(cx, ifname, words);
};
