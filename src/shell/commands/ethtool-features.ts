/**
 * `ethtool -k` and `-K`: features one by one, and by the words that stand for several.
 * @source ethtool 6.1, netlink/features.c, common.c: off_flag_def
 */
import { strerror } from "../../core/errno.ts";
import type { FeatureInfo } from "../../events/requests.ts";
import type { CommandContext } from "../host.ts";
import { badUsage, NO_DEVICE } from "./ethtool-refused.ts";

/** What is shown, in order: words for one feature or several, with the features of the latter below them. */
const SHOWN: readonly string[] = [
  "rx-checksumming",
  "tx-checksumming",
  "\ttx-checksum-ipv4",
  "\ttx-checksum-ip-generic",
  "\ttx-checksum-ipv6",
  "\ttx-checksum-fcoe-crc",
  "\ttx-checksum-sctp",
  "scatter-gather",
  "\ttx-scatter-gather",
  "\ttx-scatter-gather-fraglist",
  "tcp-segmentation-offload",
  "\ttx-tcp-segmentation",
  "\ttx-tcp-ecn-segmentation",
  "\ttx-tcp-mangleid-segmentation",
  "\ttx-tcp6-segmentation",
  "\ttx-tcp-accecn-segmentation",
  "generic-segmentation-offload",
  "generic-receive-offload",
  "large-receive-offload",
  "rx-vlan-offload",
  "tx-vlan-offload",
  "ntuple-filters",
  "receive-hashing",
  "highdma",
  "rx-vlan-filter",
  "vlan-challenged",
  "tx-gso-robust",
  "tx-fcoe-segmentation",
  "tx-gre-segmentation",
  "tx-gre-csum-segmentation",
  "tx-ipxip4-segmentation",
  "tx-ipxip6-segmentation",
  "tx-udp_tnl-segmentation",
  "tx-udp_tnl-csum-segmentation",
  "tx-gso-partial",
  "tx-tunnel-remcsum-segmentation",
  "tx-sctp-segmentation",
  "tx-esp-segmentation",
  "tx-udp-segmentation",
  "tx-gso-list",
  "tx-nocache-copy",
  "loopback",
  "rx-fcs",
  "rx-all",
  "tx-vlan-stag-hw-insert",
  "rx-vlan-stag-hw-parse",
  "rx-vlan-stag-filter",
  "l2-fwd-offload",
  "hw-tc-offload",
  "esp-hw-offload",
  "esp-tx-csum-hw-offload",
  "rx-udp_tunnel-port-offload",
  "tls-hw-tx-offload",
  "tls-hw-rx-offload",
  "rx-gro-hw",
  "tls-hw-record",
  "rx-gro-list",
  "macsec-hw-offload",
  "rx-udp-gro-forwarding",
  "hsr-tag-ins-offload",
  "hsr-tag-rm-offload",
  "hsr-fwd-offload",
  "hsr-dup-offload",
];

interface Words {
  readonly short: string;
  readonly long: string;
  /** The features that are meant. */
  readonly pattern: RegExp;
  /** Are they shown one by one? */
  readonly isGroup: boolean;
}

const words = (short: string, long: string, pattern: RegExp, isGroup = false): Words => ({
  short,
  long,
  pattern,
  isGroup,
});

const WORDS: readonly Words[] = [
  words("rx", "rx-checksumming", /^rx-checksum$/),
  words("tx", "tx-checksumming", /^tx-checksum-/, true),
  words("sg", "scatter-gather", /^tx-scatter-gather/, true),
  words("tso", "tcp-segmentation-offload", /^tx-tcp.*-segmentation$/, true),
  words("ufo", "udp-fragmentation-offload", /^tx-udp-fragmentation$/),
  words("gso", "generic-segmentation-offload", /^tx-generic-segmentation$/),
  words("gro", "generic-receive-offload", /^rx-gro$/),
  words("lro", "large-receive-offload", /^rx-lro$/),
  words("rxvlan", "rx-vlan-offload", /^rx-vlan-hw-parse$/),
  words("txvlan", "tx-vlan-offload", /^tx-vlan-hw-insert$/),
  words("ntuple", "ntuple-filters", /^rx-ntuple-filter$/),
  words("rxhash", "receive-hashing", /^rx-hashing$/),
];

const onOff = (isOn: boolean) => (isOn ? "on" : "off");

function valueText({ isActive, isWanted, isFixed }: FeatureInfo): string {
  const note = isFixed ? " [fixed]" : isActive === isWanted ? "" : ` [requested ${onOff(isWanted)}]`;
  return `${onOff(isActive)}${note}`;
}

/** Each line's word with the features that it stands for. */
function lines(features: readonly FeatureInfo[]): [shown: string, group: Words | null, of: FeatureInfo[]][] {
  return SHOWN.map((shown) => {
    const word = WORDS.find(({ long }) => long === shown) ?? null;
    const name = shown.trim();
    const of = features.filter((f) => (word === null ? f.name === name : word.pattern.test(f.name)));
    return [shown, word?.isGroup === true ? word : null, of];
  });
}

export function showFeatures(cx: CommandContext, ifname: string, rest: readonly string[]): number {
  if (rest.length > 0) {
    cx.err(`ethtool: unexpected parameter '${rest[0]}'\n`);
    return 1;
  }
  const found = cx.request("ETHTOOL_GFEATURES", { ifname });
  if (!found.ok) {
    cx.err(NO_DEVICE);
    return 1;
  }
  cx.out(`Features for ${ifname}:\n`);
  for (const [shown, group, of] of lines(found.value)) {
    const isOn = of.some((f) => f.isActive);
    cx.out(`${shown}: ${group === null ? valueText(of[0]!) : onOff(isOn)}\n`);
  }
  return 0;
}

export function showFeaturesAsJson(cx: CommandContext, ifname: string): number {
  const found = cx.request("ETHTOOL_GFEATURES", { ifname });
  if (!found.ok) {
    cx.out("[ ]\n");
    cx.err(NO_DEVICE);
    return 1;
  }
  const pad = " ".repeat(8);
  const parts = lines(found.value).map(([shown, group, of]) => {
    const one = group === null ? of[0]! : null;
    const fields = {
      active: of.some((f) => f.isActive),
      fixed: one === null ? null : one.isFixed,
      requested: one === null ? null : one.isWanted,
    };
    const inner = Object.entries(fields).map(([key, value]) => `${pad}    "${key}": ${value}`);
    return `${pad}"${shown.trim()}": {\n${inner.join(",\n")}\n${pad}}`;
  });
  cx.out(`[ {\n${[`${pad}"ifname": "${ifname}"`, ...parts].join(",\n")}\n    } ]\n`);
  return 0;
}

/** Where the first bit's name stands in the request, behind the device's. */
function bitOffset(ifname: string): number {
  return 48 + 4 * Math.ceil((ifname.length + 1) / 4);
}

export function setFeatures(cx: CommandContext, ifname: string, rest: readonly string[]): number {
  const found = cx.request("ETHTOOL_GFEATURES", { ifname });
  const asked = new Map<string, boolean>();
  for (let i = 0; i < rest.length; i += 2) {
    const value = rest[i + 1];
    if (value !== "on" && value !== "off") {
      cx.err(
        `ethtool (-K): flag '${value ?? "(null)"}' for parameter '(null)' is not followed by 'on' or 'off'\n`,
      );
      return 1;
    }
    const word = rest[i]!;
    const meant = WORDS.find(({ short, long }) => short === word || long === word)?.pattern;
    const names = (found.ok ? found.value : []).map(({ name }) => name);
    const chosen = names.filter((name) => (meant === undefined ? name === word : meant.test(name)));
    if (found.ok && meant === undefined && chosen.length === 0) {
      cx.err(`netlink error: bit name not found (offset ${bitOffset(ifname)})\n`);
      cx.err(`netlink error: ${strerror("EOPNOTSUPP")}\n`);
      return 92;
    }
    for (const name of chosen) asked.set(name, value === "on");
  }
  if (found.ok && asked.size === 0) {
    cx.err("Could not change any device features\n");
    return 1;
  }
  if (!found.ok) {
    cx.err(NO_DEVICE);
    return 92;
  }
  const of = (isOn: boolean) => [...asked].filter(([, wish]) => wish === isOn).map(([name]) => name);
  cx.request("ETHTOOL_SFEATURES", { ifname, on: of(true), off: of(false) });
  const after = cx.request("ETHTOOL_GFEATURES", { ifname });
  return after.ok ? report(cx, found.value, after.value, asked) : badUsage(cx);
}

/** What came out otherwise than asked for, if anything. @source netlink/features.c, show_feature_changes() */
function report(
  cx: CommandContext,
  before: readonly FeatureInfo[],
  after: readonly FeatureInfo[],
  asked: ReadonlyMap<string, boolean>,
): number {
  const isRefused = ({ name, isActive }: FeatureInfo) => asked.has(name) && asked.get(name) !== isActive;
  const isChanged = ({ isActive }: FeatureInfo, n: number) => before[n]!.isActive !== isActive;
  const isAsAsked = !after.some((f, n) => isRefused(f) || (isChanged(f, n) && !asked.has(f.name)));
  const status = after.some((f) => asked.has(f.name) && !isRefused(f)) ? 0 : 1;
  if (status !== 0) cx.err("Could not change any device features\n");
  if (isAsAsked) return status;
  cx.out("Actual changes:\n");
  for (const [n, f] of after.entries()) {
    if (isRefused(f)) cx.out(`${f.name}: ${onOff(f.isActive)} [requested ${onOff(!f.isActive)}]\n`);
    else if (isChanged(f, n))
      cx.out(`${f.name}: ${onOff(f.isActive)}${asked.has(f.name) ? "" : " [not requested]"}\n`);
  }
  return status;
}
