/** `ip route add`, `delete`, `change`, `replace`, `append`, `prepend`. */
import * as nl from "../../../events/netlink.ts";
import type { HopSpec, RouteSpec } from "../../../events/requests.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import { needAddress, needPrefix, type Prefix } from "./inet.ts";
import { DSFIELDS, PROTOCOLS, parseRouteType, SCOPES, TABLES } from "./names.ts";
import type { Family } from "./options.ts";
import { MetricWords } from "./route-metrics.ts";
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
  realm: number | null;
  readonly metrics: MetricWords;
  hops: readonly HopSpec[] | null;
  src: Prefix | null;
  expires: number | null;
  pref: number | null;
}

/** Words that the tool knows and we do not have. */
const UNSUPPORTED = ["encap", "nhid"];
/** Words with a value that says nothing to IPv4. */
const VALUE_ONLY = ["as", "ttl-propagate"];

function takeNamed(args: Args, parse: (text: string) => number | null, message: string): number {
  const name = args.value();
  return parse(name) ?? args.invalid(message, name);
}

function takeGateway(args: Args, w: { family: Family }): string {
  let text = args.value();
  let family = w.family;
  if (text === "inet" || text === "inet6") {
    family = text;
    text = args.value();
  }
  const gateway = needAddress(args, text, family);
  if (w.family === "unspec") w.family = gateway.family;
  return gateway.address;
}

/** `TO` or `FROM/TO`. */
function takeRealm(args: Args): number {
  const text = args.value();
  const parts = text.split("/").map((part) => (part === "cosmos" ? 0 : parseUnsigned(part, 0xffff)));
  const [first, second] = parts;
  if (parts.length > 2 || first == null || second === null)
    return args.invalid('"realm" value is invalid\n', text);
  return second === undefined ? first : first * 0x10000 + second;
}

/** One `nexthop via A dev D weight W onlink`. */
function takeHop(s: Session, args: Args, w: RouteWords): HopSpec {
  if (args.isEmpty) args.exit('Error: unexpected end of line after "nexthop"\n');
  let hop: HopSpec = {};
  for (;;) {
    const word = args.peek();
    if (word === "via") {
      args.take();
      hop = { ...hop, gateway: takeGateway(args, w) };
    } else if (word === "dev") {
      args.take();
      const name = args.value();
      const oif = s.findIndex(name);
      if (oif === null) args.exit(`Cannot find device "${name}"\nError: cannot parse nexthop\n`);
      else hop = { ...hop, oif };
    } else if (word === "weight") {
      args.take();
      const text = args.value();
      const weight = parseUnsigned(text, 256) ?? 0;
      if (weight === 0) args.invalid('"weight" is invalid\n', text);
      hop = { ...hop, weight };
    } else if (word === "onlink") {
      args.take();
      hop = { ...hop, flags: nl.RTNH_F_ONLINK };
    } else if (isPrefixOf(word, "realms")) {
      args.take();
      hop = { ...hop, realm: takeRealm(args) };
    } else return hop;
  }
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
  if (word === "src") {
    const address = needAddress(args, args.value(), w.family);
    if (w.family === "unspec") w.family = address.family;
    w.prefSrc = address.address;
  } else if (word === "via") w.gateway = takeGateway(args, w);
  else if (word === "from") {
    w.src = needPrefix(args, args.value(), w.family);
    if (w.family === "unspec") w.family = w.src.family;
  } else if (word === "tos" || isPrefixOf(word, "dsfield"))
    w.tos = takeNamed(args, (t) => DSFIELDS.parse(t), '"tos" value is invalid\n');
  else if (word === "expires") takeExpires(args, w);
  else if (isPrefixOf(word, "metric") || isPrefixOf(word, "priority") || word === "preference")
    w.metric = args.unsigned(args.value(), '"metric" value is invalid\n');
  else if (word === "scope") w.scope = takeNamed(args, (t) => SCOPES.parse(t), 'invalid "scope" value\n');
  else if (w.metrics.take(args, word)) return;
  else if (isPrefixOf(word, "realms")) w.realm = takeRealm(args);
  else if (word === "onlink") w.flags |= nl.RTNH_F_ONLINK;
  else if (isPrefixOf(word, "nexthop")) w.hops = takeHops(s, args, w);
  else if (UNSUPPORTED.includes(word)) s.fail(`ip route: "${word}" is not supported by vethsim\n`, 1);
  else if (VALUE_ONLY.includes(word)) takeIgnored(args, word);
  else if (isPrefixOf(word, "protocol"))
    w.protocol = takeNamed(args, (t) => PROTOCOLS.parse(t), '"protocol" value is invalid\n');
  else if (isPrefixOf(word, "table"))
    w.table = takeNamed(args, (t) => TABLES.parse(t), '"table" value is invalid\n');
  else if (isPrefixOf(word, "vrf")) args.invalid("Invalid VRF\n", args.value());
  else if (word === "dev" || word === "oif") w.dev = args.value();
  else if (word === "pref") takePref(args, w);
  else takeDestination(s, args, word, w);
}

function takeHops(s: Session, args: Args, w: RouteWords): readonly HopSpec[] {
  const hops = [takeHop(s, args, w)];
  while (!args.isEmpty) {
    const word = args.take();
    if (word !== "nexthop") args.exit(`Error: "nexthop" or end of line is expected instead of "${word}"\n`);
    hops.push(takeHop(s, args, w));
  }
  return hops;
}

function takeIgnored(args: Args, word: string): void {
  const text = args.value();
  if (word === "as") needAddress(args, text === "to" ? args.value() : text, "unspec");
  else if (word === "pref" && !["low", "medium", "high"].includes(text) && parseUnsigned(text, 255) === null)
    args.invalid('"pref" value is invalid\n', text);
  else if (word === "ttl-propagate" && text !== "enabled" && text !== "disabled")
    args.invalid('"ttl-propagate" value is invalid\n', text);
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
  return isPlain && w.gateway === null && w.hops === null ? nl.RT_SCOPE_LINK : nl.RT_SCOPE_UNIVERSE;
}

function toSpec(s: Session, w: RouteWords, isDelete: boolean): RouteSpec {
  const oif = w.dev === null ? null : s.needIndex(w.dev);
  const isInet6 = w.family === "inet6";
  const metrics = w.metrics.info();
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
    ...(metrics === null ? {} : { metrics }),
    ...(w.realm === null ? {} : { realm: w.realm }),
    ...(w.hops === null ? {} : { hops: w.hops }),
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
    realm: null,
    metrics: new MetricWords(),
    hops: null,
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
