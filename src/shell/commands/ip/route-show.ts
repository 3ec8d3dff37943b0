/** `ip route show` and `flush`. */
import { strerror } from "../../../core/errno.ts";
import { RT_TABLE_MAIN } from "../../../events/netlink.ts";
import type { HopInfo, HopSpec, RouteInfo } from "../../../events/requests.ts";
import { ENDLESS, flushLoop } from "./addr-show.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import { needPrefix, octetsOfKernel, type Prefix, sharesBits } from "./inet.ts";
import { DSFIELDS, PROTOCOLS, parseRouteType, SCOPES, TABLES } from "./names.ts";
import type { Family } from "./options.ts";
import { type Hidden, putCached, putRoute } from "./route-print.ts";
import { dumpOctets, writeSaved } from "./save.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

interface RouteFilter {
  family: Family;
  /** 0: all tables. */
  table: number | null;
  isCache: boolean;
  tos: number | null;
  protocol: number | null;
  scope: number | null;
  type: number | null;
  dev: string | null;
  oif: number | null;
  metric: number | null;
  via: Prefix | null;
  src: Prefix | null;
  /** Routes inside this prefix, and routes that contain this one; both for an exact one. */
  root: Prefix | null;
  match: Prefix | null;
  /** The same for the prefix that packets come from. */
  fromRoot: Prefix | null;
  fromMatch: Prefix | null;
  realm: { readonly value: number; readonly mask: number } | null;
  /** Asks for something that no route of ours has (a mark, an input device). */
  isEmpty: boolean;
}

function emptyFilter(family: Family): RouteFilter {
  return {
    family,
    table: null,
    isCache: false,
    tos: null,
    protocol: null,
    scope: null,
    type: null,
    dev: null,
    oif: null,
    metric: null,
    via: null,
    src: null,
    root: null,
    match: null,
    fromRoot: null,
    fromMatch: null,
    realm: null,
    isEmpty: false,
  };
}

function takePrefix(args: Args, f: RouteFilter, text: string): Prefix {
  const prefix = needPrefix(args, text, f.family);
  if (f.family === "unspec" && prefix.family !== "unspec") f.family = prefix.family;
  return prefix;
}

/** `all`, a name or a number. */
function takeNamed(args: Args, parse: (text: string) => number | null, message: string): number | null {
  const name = args.value();
  return name === "all" ? null : (parse(name) ?? args.invalid(message, name));
}

function takeTable(args: Args, f: RouteFilter): void {
  const name = args.value();
  if (name === "cache") f.isCache = true;
  else if (name === "all") f.table = 0;
  else f.table = TABLES.parse(name) ?? args.invalid("table id value is invalid\n", name);
}

/** The words of a filter, in the order in which shortened ones are looked up. */
function takeWord(s: Session, args: Args, word: string, f: RouteFilter): void {
  if (isPrefixOf(word, "table")) takeTable(args, f);
  else if (isPrefixOf(word, "vrf")) args.invalid("Invalid VRF\n", args.value());
  else if (isPrefixOf(word, "cached") || word === "cloned") f.isCache = true;
  else if (word === "tos" || isPrefixOf(word, "dsfield"))
    f.tos = takeNamed(args, (t) => DSFIELDS.parse(t), "TOS value is invalid\n");
  else if (isPrefixOf(word, "protocol"))
    f.protocol = takeNamed(args, (t) => PROTOCOLS.parse(t), 'invalid "protocol"\n');
  else if (isPrefixOf(word, "scope")) f.scope = takeNamed(args, (t) => SCOPES.parse(t), 'invalid "scope"\n');
  else if (isPrefixOf(word, "type")) f.type = takeNamed(args, parseRouteType, "node type value is invalid\n");
  else if (word === "dev" || word === "oif") f.dev = args.value();
  else if (word === "iif" || word === "mark") {
    args.value();
    f.isEmpty = true;
  } else if (isPrefixOf(word, "metric") || word === "priority" || word === "preference")
    f.metric = args.unsigned(args.value(), '"metric" value is invalid\n');
  else if (word === "via") f.via = takePrefix(args, f, args.value());
  else if (word === "src") f.src = takePrefix(args, f, args.value());
  else if (isPrefixOf(word, "realms")) f.realm = takeRealmFilter(args);
  else if (word === "from") takeFrom(args, f);
  else takeDestination(s, args, word, f);
}

/** `realm TO`, `FROM/` or `FROM/TO`. @source iproute.c, iproute_list_flush_or_save() */
function takeRealmFilter(args: Args): RouteFilter["realm"] {
  const text = args.value();
  const [first, second] = text.split("/", 2) as [string, string | undefined];
  const of = (part: string): number => parseUnsigned(part, 0xffff) ?? args.invalid("invalid realms\n", text);
  const from = of(first) * 0x1_0000;
  if (second === undefined) return { value: of(first), mask: 0xffff };
  return second === "" ? { value: from, mask: 0xffff_0000 } : { value: from + of(second), mask: 0xffff_ffff };
}

function takeFrom(args: Args, f: RouteFilter): void {
  const word = args.value();
  if (isPrefixOf(word, "root")) f.fromRoot = takePrefix(args, f, args.value());
  else if (isPrefixOf(word, "match")) f.fromMatch = takePrefix(args, f, args.value());
  else {
    const prefix = takePrefix(args, f, isPrefixOf(word, "exact") ? args.value() : word);
    if (prefix.length === 0) return;
    f.fromRoot = prefix;
    f.fromMatch = prefix;
  }
}

function takeDestination(s: Session, args: Args, first: string, f: RouteFilter): void {
  const word = first === "to" ? args.value() : first;
  if (isPrefixOf(word, "root")) f.root = takePrefix(args, f, args.value());
  else if (isPrefixOf(word, "match")) f.match = takePrefix(args, f, args.value());
  else {
    if (isPrefixOf(word, "help")) usage(s, "route");
    const prefix = takePrefix(args, f, isPrefixOf(word, "exact") ? args.value() : word);
    f.root = prefix;
    f.match = prefix;
  }
}

function parseFilter(s: Session, words: readonly string[]): RouteFilter {
  const args = s.args(words);
  const f = emptyFilter(s.options.family);
  while (!args.isEmpty) takeWord(s, args, args.take(), f);
  if (f.dev !== null) f.oif = s.needIndex(f.dev);
  return f;
}

function isWithin(address: string | null, prefix: Prefix): boolean {
  return address !== null && sharesBits(octetsOfKernel(address), prefix.octets, prefix.length);
}

function routePasses(route: RouteInfo, f: RouteFilter): boolean {
  if (f.isEmpty) return false;
  if (f.tos !== null && route.tos !== f.tos) return false;
  if (f.protocol !== null && route.protocol !== f.protocol) return false;
  if (f.scope !== null && route.scope !== f.scope) return false;
  if (f.type !== null && route.type !== f.type) return false;
  if (f.oif !== null && route.oif !== f.oif) return false;
  if (f.metric !== null && route.priority !== f.metric) return false;
  if (f.via !== null && !isWithin(route.gateway, f.via)) return false;
  if (f.realm !== null && ((route.realm ?? 0) & f.realm.mask) >>> 0 !== f.realm.value) return false;
  if (f.src !== null && !isWithin(route.prefSrc, f.src)) return false;
  const src = route.src ?? (route.family === "inet" ? "0.0.0.0" : "::");
  return (
    isBetween(route.dst, route.dstLen, f.root, f.match) &&
    isBetween(src, route.srcLen ?? 0, f.fromRoot, f.fromMatch)
  );
}

/** Is a route's prefix inside `root`, and does it contain `match`? */
function isBetween(address: string, length: number, root: Prefix | null, match: Prefix | null): boolean {
  if (root !== null && root.length > 0 && !(length >= root.length && isWithin(address, root))) return false;
  if (match === null) return true;
  return (
    length <= match.length && (length === 0 || sharesBits(octetsOfKernel(address), match.octets, length))
  );
}

function isHost(prefix: Prefix | null): boolean {
  return prefix !== null && prefix.octets.length > 0 && prefix.length === prefix.octets.length * 8;
}

function hiddenBy(f: RouteFilter, table: number): Hidden {
  return {
    tos: f.tos !== null,
    gateway: isHost(f.via),
    dev: f.oif !== null,
    table: table !== 0,
    protocol: f.protocol !== null,
    scope: f.scope !== null,
    prefSrc: isHost(f.src),
    metric: f.metric !== null,
    realm: f.realm?.mask === 0xffff_ffff,
  };
}

interface Chosen {
  readonly routes: readonly RouteInfo[];
  readonly hidden: Hidden;
}

function choose(s: Session, f: RouteFilter, what: "Dump" | "Flush"): Chosen {
  const table = f.table ?? RT_TABLE_MAIN;
  const hidden = hiddenBy(f, table);
  if (f.family !== "unspec" && f.family !== "inet" && f.family !== "inet6") return { routes: [], hidden };
  // Without -4 or -6 only a listing of all tables has both families.
  const family = f.family === "unspec" && table !== 0 ? "inet" : f.family;
  const asked = {
    ...(family === "inet6" || f.isCache ? { family: family === "inet6" ? family : ("inet" as const) } : {}),
    ...(f.isCache ? { isCloned: true } : {}),
  };
  const all = s.dump("RTM_GETROUTE_DUMP", { table, isStrict: what === "Flush", ...asked }, what);
  const routes = all.filter(
    (route) => (family === "unspec" || route.family === family) && routePasses(route, f),
  );
  return { routes, hidden };
}

export function routeShow(s: Session, words: readonly string[]): void {
  const { routes, hidden } = choose(s, parseFilter(s, words), "Dump");
  s.print((p) => {
    for (const route of routes)
      if (route.cacheFlags === undefined) putRoute(s, p, route, hidden);
      else putCached(s, p, route);
  });
}

/** `ip route save`: the messages of the routes that a list would show. */
export function routeSave(s: Session, words: readonly string[]): void {
  const f = parseFilter(s, words);
  const family = f.family === "inet6" ? "inet6" : "inet";
  const messages = dumpOctets(s, "route", family);
  // Both are all of a family's routes in one order.
  const asked = family === "inet6" ? ({ family } as const) : {};
  const routes = s
    .dump("RTM_GETROUTE_DUMP", { table: 0, isStrict: false, ...asked })
    .filter((route) => route.family === family);
  const table = f.table ?? RT_TABLE_MAIN;
  const isSaved = (route: RouteInfo): boolean =>
    (table === 0 || route.table === table) && routePasses(route, f);
  writeSaved(
    s,
    "route",
    messages.filter((_, at) => routes[at] !== undefined && isSaved(routes[at])),
  );
}

/** With -6 what was learned is deleted like routes. */
function flushCache(s: Session): void {
  const path = "/proc/sys/net/ipv4/route/flush";
  const reply = s.request("FILE_WRITE", { path, data: "-1", append: false });
  if (!reply.ok) s.fail(`Cannot open "${path}": ${strerror(reply.errno)}\n`, 1);
  if (s.options.statistics > 0) s.out("*** IPv4 routing cache is flushed.\n");
}

function hopSpec({ gateway, oif, ...rest }: HopInfo): HopSpec {
  return { ...rest, ...(gateway === null ? {} : { gateway }), ...(oif === null ? {} : { oif }) };
}

function flushRound(s: Session, f: RouteFilter): number {
  const { routes, hidden } = choose(s, f, "Flush");
  if (s.options.statistics > 1) {
    const p = s.textPrinter();
    for (const route of routes) putRoute(s, p, route, hidden);
    s.out(p.takeOutput());
  }
  for (const route of routes) {
    const { dst, dstLen, tos, table, protocol, scope, type, priority, src, srcLen } = route;
    // One may have gone with another: refusals are not looked at.
    s.request("RTM_DELROUTE", {
      ...{ dst, dstLen, tos, table, protocol, scope, type, priority },
      ...(route.gateway === null ? {} : { gateway: route.gateway }),
      ...(route.oif === null ? {} : { oif: route.oif }),
      ...(route.prefSrc === null ? {} : { prefSrc: route.prefSrc }),
      ...(route.hops === undefined ? {} : { hops: route.hops.map(hopSpec) }),
      ...(src === undefined ? {} : { src, srcLen: srcLen ?? 128 }),
      ...(f.isCache ? { isCloned: true } : {}),
    });
  }
  return routes.length;
}

export function routeFlush(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail('"ip route flush" requires arguments.\n', 1);
  const f = parseFilter(s, words);
  if (f.isCache && f.family !== "inet6") {
    flushCache(s);
    return;
  }
  flushLoop(s, "entries", ENDLESS.most, ENDLESS.incomplete, () => flushRound(s, f));
}
