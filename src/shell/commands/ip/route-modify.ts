/** `ip route add`, `delete`, `change`, `replace`, `append`, `prepend`. */
import * as nl from "../../../events/netlink.ts";
import type { RouteSpec } from "../../../events/requests.ts";
import { type Args, isPrefixOf } from "./args.ts";
import { needAddress, needPrefix, type Prefix } from "./inet.ts";
import { DSFIELDS, PROTOCOLS, parseRouteType, SCOPES, TABLES } from "./names.ts";
import type { Family } from "./options.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

interface RouteWords {
  family: Family;
  dst: Prefix | null;
  type: number | null;
  tos: number | null;
  table: number | null;
  protocol: number | null;
  scope: number | null;
  gateway: string | null;
  dev: string | null;
  prefSrc: string | null;
  metric: number | null;
  flags: number;
  mtu: number | null;
  isMtuLocked: boolean;
  src: Prefix | null;
  expires: number | null;
  pref: number | null;
}

/** Words that the tool knows and we do not have. */
const UNSUPPORTED = [
  "nexthop",
  "encap",
  "nhid",
  "as",
  "hoplimit",
  "advmss",
  "reordering",
  "rtt",
  "rto_min",
  "window",
  "cwnd",
  "initcwnd",
  "initrwnd",
  "features",
  "quickack",
  "congctl",
  "rttvar",
  "ssthresh",
  "ttl-propagate",
  "fastopen_no_cookie",
];

function takeNamed(args: Args, parse: (text: string) => number | null, message: string): number {
  const name = args.value();
  return parse(name) ?? args.invalid(message, name);
}

function takeVia(args: Args, w: RouteWords): void {
  let text = args.value();
  let family = w.family;
  if (text === "inet" || text === "inet6") {
    family = text;
    text = args.value();
  }
  const gateway = needAddress(args, text, family);
  if (w.family === "unspec") w.family = gateway.family;
  w.gateway = gateway.address;
}

function takeMtu(args: Args, w: RouteWords): void {
  let text = args.value();
  if (text === "lock") {
    w.isMtuLocked = true;
    text = args.value();
  }
  w.mtu = args.unsigned(text, '"mtu" value is invalid\n');
}

/** ICMPV6_ROUTER_PREF_* */
const PREFERENCES: ReadonlyMap<string, number> = new Map([
  ["low", 3],
  ["medium", 0],
  ["high", 1],
]);

function takePref(args: Args, w: RouteWords): void {
  const text = args.value();
  w.pref = PREFERENCES.get(text) ?? args.unsigned(text, '"pref" value is invalid\n', 255);
}

function takeExpires(args: Args, w: RouteWords): void {
  const text = args.value();
  if (w.expires !== null) args.duplicate("expires", text);
  w.expires = args.unsigned(text, '"expires" value is invalid\n');
}

/** The words in the order in which shortened ones are looked up. */
function takeWord(s: Session, args: Args, word: string, w: RouteWords): void {
  if (word === "src") w.prefSrc = needAddress(args, args.value(), w.family).address;
  else if (word === "via") takeVia(args, w);
  else if (word === "from") {
    w.src = needPrefix(args, args.value(), w.family);
    if (w.family === "unspec") w.family = w.src.family;
  } else if (word === "tos" || isPrefixOf(word, "dsfield"))
    w.tos = takeNamed(args, (t) => DSFIELDS.parse(t), '"tos" value is invalid\n');
  else if (word === "expires") takeExpires(args, w);
  else if (isPrefixOf(word, "metric") || isPrefixOf(word, "priority") || isPrefixOf(word, "preference"))
    w.metric = args.unsigned(args.value(), '"metric" value is invalid\n');
  else if (word === "scope") w.scope = takeNamed(args, (t) => SCOPES.parse(t), 'invalid "scope" value\n');
  else if (word === "mtu") takeMtu(args, w);
  else if (isPrefixOf(word, "realms") || UNSUPPORTED.includes(word))
    s.fail(`ip route: "${word}" is not supported by vethsim\n`, 1);
  else if (word === "onlink") w.flags |= nl.RTNH_F_ONLINK;
  else if (isPrefixOf(word, "protocol"))
    w.protocol = takeNamed(args, (t) => PROTOCOLS.parse(t), '"protocol" value is invalid\n');
  else if (isPrefixOf(word, "table"))
    w.table = takeNamed(args, (t) => TABLES.parse(t), '"table" value is invalid\n');
  else if (isPrefixOf(word, "vrf")) args.invalid("Invalid VRF\n", args.value());
  else if (word === "dev" || word === "oif") w.dev = args.value();
  else if (word === "pref") takePref(args, w);
  else takeDestination(s, args, word, w);
}

function takeDestination(s: Session, args: Args, first: string, w: RouteWords): void {
  let word = first === "to" ? args.value() : first;
  const type = /^[0-9]/.test(word) ? null : parseRouteType(word);
  if (type !== null) {
    w.type = type;
    word = args.value();
  }
  if (isPrefixOf(word, "help")) usage(s, "route");
  if (w.dst !== null) args.garbage("to", word);
  w.dst = needPrefix(args, word, w.family);
  if (w.family === "unspec") w.family = w.dst.family;
}

function defaultTable(type: number): number | null {
  const isLocal = [nl.RTN_LOCAL, nl.RTN_BROADCAST, nl.RTN_ANYCAST, RTN_NAT].includes(type);
  return isLocal ? nl.RT_TABLE_LOCAL : null;
}

const RTN_NAT = 10;

/** Scope where none is given: by type, and for a unicast route by whether it has a gateway. */
function defaultScope(w: RouteWords, isDelete: boolean): number {
  const type = w.type ?? (isDelete ? nl.RTN_UNSPEC : nl.RTN_UNICAST);
  if (type === nl.RTN_LOCAL || type === RTN_NAT) return nl.RT_SCOPE_HOST;
  if (type === nl.RTN_BROADCAST || type === nl.RTN_MULTICAST || type === nl.RTN_ANYCAST)
    return nl.RT_SCOPE_LINK;
  if (isDelete) return nl.RT_SCOPE_NOWHERE;
  const isPlain = type === nl.RTN_UNICAST || type === nl.RTN_UNSPEC;
  return isPlain && w.gateway === null ? nl.RT_SCOPE_LINK : nl.RT_SCOPE_UNIVERSE;
}

function toSpec(s: Session, w: RouteWords, isDelete: boolean): RouteSpec {
  const oif = w.dev === null ? null : s.needIndex(w.dev);
  const isInet6 = w.family === "inet6";
  const table = w.table ?? defaultTable(w.type ?? nl.RTN_UNSPEC);
  const type = w.type ?? (isDelete ? null : nl.RTN_UNICAST);
  const protocol = w.protocol ?? (isDelete ? null : nl.RTPROT_BOOT);
  return {
    dst: w.dst?.address || (isInet6 ? "::" : "0.0.0.0"),
    dstLen: w.dst?.length ?? 0,
    scope: isInet6 ? (w.scope ?? 0) : (w.scope ?? defaultScope(w, isDelete)),
    ...(w.tos === null ? {} : { tos: w.tos }),
    ...(table === null ? {} : { table }),
    ...(protocol === null ? {} : { protocol }),
    ...(type === null ? {} : { type }),
    ...(w.gateway === null ? {} : { gateway: w.gateway }),
    ...(oif === null ? {} : { oif }),
    ...(w.prefSrc === null ? {} : { prefSrc: w.prefSrc }),
    ...(w.metric === null ? {} : { priority: w.metric }),
    ...(w.flags === 0 ? {} : { flags: w.flags }),
    ...(w.mtu === null ? {} : { mtu: w.mtu }),
    ...(w.isMtuLocked ? { isMtuLocked: true } : {}),
    ...(w.src === null ? {} : { src: w.src.address, srcLen: w.src.length }),
    ...(w.expires === null ? {} : { expires: w.expires }),
    ...(w.pref === null ? {} : { pref: w.pref }),
  };
}

function parseSpec(s: Session, words: readonly string[], isDelete: boolean): RouteSpec {
  const args = s.args(words);
  const w: RouteWords = {
    family: s.options.family,
    dst: null,
    type: null,
    tos: null,
    table: null,
    protocol: null,
    scope: null,
    gateway: null,
    dev: null,
    prefSrc: null,
    metric: null,
    flags: 0,
    mtu: null,
    isMtuLocked: false,
    src: null,
    expires: null,
    pref: null,
  };
  if (args.isEmpty) usage(s, "route");
  while (!args.isEmpty) takeWord(s, args, args.take(), w);
  return toSpec(s, w, isDelete);
}

export function routeModify(nlmFlags: number): (s: Session, words: readonly string[]) => void {
  return (s, words) => void s.talk("RTM_NEWROUTE", { ...parseSpec(s, words, false), nlmFlags });
}

export function routeDelete(s: Session, words: readonly string[]): void {
  s.talk("RTM_DELROUTE", parseSpec(s, words, true));
}
