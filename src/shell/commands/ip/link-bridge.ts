/**
 * The words behind `type bridge` and `type bridge_slave`.
 * @source iproute2 6.1.0, ip/iplink_bridge.c, bridge_parse_opt(); ip/iplink_bridge_slave.c, bridge_slave_parse_opt()
 */
import type { BridgeAttrs, BridgeMulticastAttrs, BridgePortAttrs } from "../../../events/bridge-requests.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import { BRIDGE_SLAVE_USAGE, BRIDGE_USAGE } from "./link-bridge-usage.ts";
import { takeLladdr } from "./link-vf.ts";
import type { Session } from "./session.ts";

const U8 = 0xff;
const U16 = 0xffff;
const U32 = 0xffff_ffff;
const U64 = Number.MAX_SAFE_INTEGER;

function takeNumber(args: Args, word: string, max: number): number {
  const text = args.value();
  return parseUnsigned(text, max) ?? args.invalid(`invalid ${word}`, text);
}

type Sink = (b: Mutable<BridgeAttrs>, m: Mutable<BridgeMulticastAttrs>, value: number) => void;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function own(
  key: "forwardDelay" | "helloTime" | "maxAge" | "ageingTime" | "stpState" | "priority" | "groupFwdMask",
): Sink {
  return (b, _m, value) => {
    b[key] = value;
  };
}

function chain(key: "nfCallIptables" | "nfCallIp6tables" | "nfCallArptables" | "vlanFiltering"): Sink {
  return (b, _m, value) => {
    b[key] = value;
  };
}

function multicast(key: keyof BridgeMulticastAttrs): Sink {
  return (_b, m, value) => {
    m[key] = value;
  };
}

/** Words with a number, in the order in which a shortened one is looked up; `isWhole`: not to be shortened. */
const NUMBERS: readonly (readonly [word: string, max: number, sink: Sink, isWhole?: true])[] = [
  ["forward_delay", U32, own("forwardDelay")],
  ["hello_time", U32, own("helloTime")],
  ["max_age", U32, own("maxAge")],
  ["ageing_time", U32, own("ageingTime")],
  ["stp_state", U32, own("stpState")],
  ["priority", U16, own("priority")],
  ["vlan_filtering", U8, chain("vlanFiltering")],
  ["group_fwd_mask", U16, own("groupFwdMask")],
  // The kernel was built without VLANs of bridges, and looks at none of these.
  ["vlan_default_pvid", U16, () => {}],
  ["vlan_stats_enabled", U8, () => {}],
  ["vlan_stats_per_port", U8, () => {}],
  ["mcast_router", U8, multicast("router")],
  ["mcast_snooping", U8, multicast("snooping")],
  [
    "mcast_vlan_snooping",
    U8,
    (b, _m, value) => {
      b.mcastVlanSnooping = value !== 0;
    },
    true,
  ],
  ["mcast_query_use_ifaddr", U8, multicast("queryUseIfaddr")],
  ["mcast_querier", U8, multicast("querier")],
  ["mcast_hash_elasticity", U32, () => {}],
  ["mcast_hash_max", U32, multicast("hashMax")],
  ["mcast_last_member_count", U32, multicast("lastMemberCount")],
  ["mcast_startup_query_count", U32, multicast("startupQueryCount")],
  ["mcast_last_member_interval", U64, multicast("lastMemberInterval")],
  ["mcast_membership_interval", U64, multicast("membershipInterval")],
  ["mcast_querier_interval", U64, multicast("querierInterval")],
  ["mcast_query_interval", U64, multicast("queryInterval")],
  ["mcast_query_response_interval", U64, multicast("queryResponseInterval")],
  ["mcast_startup_query_interval", U64, multicast("startupQueryInterval")],
  ["mcast_stats_enabled", U8, multicast("statsEnabled")],
  ["mcast_igmp_version", U8, multicast("igmpVersion")],
  ["mcast_mld_version", U8, multicast("mldVersion")],
  ["nf_call_iptables", U8, chain("nfCallIptables")],
  ["nf_call_ip6tables", U8, chain("nfCallIp6tables")],
  ["nf_call_arptables", U8, chain("nfCallArptables")],
  [
    "no_linklocal_learn",
    U8,
    (b, _m, value) => {
      b.noLinklocalLearn = value !== 0;
    },
    true,
  ],
];

/** Words that stand before `vlan_default_pvid`, and are looked up before it. */
const EARLY = 8;

const VLAN_PROTOCOLS = ["802.1q", "802.1ad"];

/** The other words. False: none of them. */
function takeOther(s: Session, args: Args, word: string, b: Mutable<BridgeAttrs>): boolean {
  if (isPrefixOf(word, "vlan_protocol")) {
    const name = args.value();
    if (!VLAN_PROTOCOLS.includes(name.toLowerCase()) && parseUnsigned(name, U16) === null)
      args.invalid("invalid vlan_protocol", name);
  } else if (isPrefixOf(word, "group_address")) b.groupAddress = takeLladdr(s, args).text;
  else if (isPrefixOf(word, "fdb_flush")) b.flushFdb = true;
  else return false;
  return true;
}

export function parseBridge(s: Session, words: readonly string[]): BridgeAttrs {
  const args = s.args(words);
  const b: Mutable<BridgeAttrs> = {};
  const m: Mutable<BridgeMulticastAttrs> = {};
  const takeOf = (word: string, table: typeof NUMBERS): boolean => {
    const found = table.find(([known, , , isWhole]) => (isWhole ? word === known : isPrefixOf(word, known)));
    found?.[2](b, m, takeNumber(args, found[0], found[1]));
    return found !== undefined;
  };
  while (!args.isEmpty) {
    const word = args.take();
    if (takeOf(word, NUMBERS.slice(0, EARLY)) || takeOther(s, args, word, b)) continue;
    if (takeOf(word, NUMBERS.slice(EARLY))) continue;
    if (!isPrefixOf(word, "help")) s.err(`bridge: unknown command "${word}"?\n`);
    s.fail(BRIDGE_USAGE, 1);
  }
  return Object.keys(m).length === 0 ? b : { ...b, multicast: m };
}

type PortSwitch = {
  [K in keyof BridgePortAttrs]-?: boolean extends BridgePortAttrs[K] ? K : never;
}[keyof BridgePortAttrs];

/** Switches in the order in which a shortened word is looked up. */
const PORT_SWITCHES: readonly (readonly [word: string, key: PortSwitch])[] = [
  ["hairpin", "hairpin"],
  ["guard", "guard"],
  ["root_block", "rootBlock"],
  ["fastleave", "fastLeave"],
  ["learning", "learning"],
  ["flood", "flood"],
  ["mcast_flood", "mcastFlood"],
  ["bcast_flood", "bcastFlood"],
  ["mcast_to_unicast", "mcastToUnicast"],
  ["proxy_arp", "proxyArp"],
  ["proxy_arp_wifi", "proxyArpWifi"],
];
const LATE_PORT_SWITCHES: typeof PORT_SWITCHES = [
  ["mcast_fast_leave", "fastLeave"],
  ["neigh_suppress", "neighSuppress"],
];
const LAST_PORT_SWITCHES: typeof PORT_SWITCHES = [
  ["vlan_tunnel", "vlanTunnel"],
  ["isolated", "isolated"],
  ["locked", "locked"],
];

/** `on` or `off`. */
export function takeOnOff(s: Session, args: Args, word: string, status: number): boolean {
  const value = args.value();
  if (value === "on" || value === "off") return value === "on";
  return s.fail(`Error: argument of "${word}" must be one of "off", "on", not "${value}"\n`, status);
}

function takeSwitch(
  s: Session,
  args: Args,
  word: string,
  p: Mutable<BridgePortAttrs>,
  table: typeof PORT_SWITCHES,
): boolean {
  const found = table.find(([known]) => isPrefixOf(word, known));
  if (found !== undefined) p[found[1]] = takeOnOff(s, args, found[0], 1);
  return found !== undefined;
}

function takePortNumber(args: Args, word: string, p: Mutable<BridgePortAttrs>): boolean {
  const take = (max: number, message: string) => {
    const text = args.value();
    return parseUnsigned(text, max) ?? args.invalid(message, text);
  };
  if (isPrefixOf(word, "fdb_flush")) p.flushFdb = true;
  else if (isPrefixOf(word, "state")) p.state = take(U8, "state is invalid");
  else if (isPrefixOf(word, "priority")) p.priority = take(U16, "priority is invalid");
  else if (isPrefixOf(word, "cost")) p.cost = take(U32, "cost is invalid");
  else return false;
  return true;
}

export function parseBridgeSlave(s: Session, words: readonly string[]): BridgePortAttrs {
  const args = s.args(words);
  const p: Mutable<BridgePortAttrs> = {};
  while (!args.isEmpty) {
    const word = args.take();
    if (takePortNumber(args, word, p) || takeSwitch(s, args, word, p, PORT_SWITCHES)) continue;
    if (isPrefixOf(word, "mcast_router")) p.multicastRouter = takeNumber(args, "mcast_router", U8);
    else if (takeSwitch(s, args, word, p, LATE_PORT_SWITCHES)) continue;
    else if (isPrefixOf(word, "group_fwd_mask")) p.groupFwdMask = takeNumber(args, "group_fwd_mask", U16);
    else if (takeSwitch(s, args, word, p, LAST_PORT_SWITCHES)) continue;
    else if (isPrefixOf(word, "backup_port")) {
      const name = args.value();
      p.backupPort = s.findIndex(name) ?? args.invalid("Device does not exist\n", name);
    } else if (isPrefixOf(word, "nobackup_port")) p.backupPort = 0;
    else {
      if (!isPrefixOf(word, "help")) s.err(`bridge_slave: unknown option "${word}"?\n`);
      s.fail(BRIDGE_SLAVE_USAGE, 1);
    }
  }
  return p;
}
