/** `ip route`. */
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from "../../../events/netlink.ts";
import type { RouteGet } from "../../../events/requests.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import { needAddress, needPrefix, type Prefix } from "./inet.ts";
import { DSFIELDS, parseIpProtocol } from "./names.ts";
import type { Family } from "./options.ts";
import { routeDelete, routeModify } from "./route-modify.ts";
import { NOTHING_HIDDEN, putAnswer, putRoute } from "./route-print.ts";
import { routeFlush, routeSave, routeShow } from "./route-show.ts";
import { restoreRoutes, showSaved } from "./save.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

interface GetWords {
  family: Family;
  dst: Prefix | null;
  src: Prefix | null;
  oif: string | null;
  iif: string | null;
  tos: number | null;
  mark: number | null;
  uid: number | null;
  ipproto: number | null;
  sport: number | null;
  dport: number | null;
  isFibMatch: boolean;
  isConnected: boolean;
  isNotified: boolean;
}

function takePrefix(args: Args, w: GetWords, text: string): Prefix {
  const prefix = needPrefix(args, text, w.family);
  if (w.family === "unspec") w.family = prefix.family;
  return prefix;
}

function takeGetWord(s: Session, args: Args, word: string, w: GetWords): void {
  if (word === "tos" || isPrefixOf(word, "dsfield")) {
    const name = args.value();
    w.tos = DSFIELDS.parse(name) ?? args.invalid("TOS value is invalid\n", name);
  } else if (isPrefixOf(word, "from")) w.src = takePrefix(args, w, args.value());
  else if (isPrefixOf(word, "iif")) w.iif = args.value();
  else if (isPrefixOf(word, "mark")) {
    const text = args.value();
    w.mark = parseUnsigned(text) ?? args.invalid("invalid mark value", text);
  } else if (isPrefixOf(word, "oif") || word === "dev") w.oif = args.value();
  else if (isPrefixOf(word, "vrf")) args.invalid("Invalid VRF\n", args.value());
  else if (word === "uid") {
    const text = args.value();
    w.uid = parseUnsigned(text) ?? args.invalid("invalid UID\n", text);
  } else if (isPrefixOf(word, "notify")) w.isNotified = true;
  else if (isPrefixOf(word, "connected")) w.isConnected = true;
  else if (word === "fibmatch") w.isFibMatch = true;
  else if (word === "as") {
    const text = args.value();
    needAddress(args, text === "to" ? args.value() : text, w.family);
  } else if (word === "sport" || word === "dport") w[word] = takePort(args, word);
  else if (word === "ipproto") {
    const text = args.value();
    w.ipproto = parseIpProtocol(text) ?? args.invalid('Invalid "ipproto" value\n', text);
  } else {
    const text = word === "to" ? args.value() : word;
    if (isPrefixOf(text, "help")) usage(s, "route");
    w.dst = takePrefix(args, w, text);
    const bits = w.dst.octets.length * 8;
    if (w.dst.isLengthGiven && w.dst.length !== bits)
      s.err(`Warning: /${w.dst.length} as prefix is invalid, only /${bits} (or none) is supported.\n`);
  }
}

function routeGet(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  const w: GetWords = {
    family: s.options.family,
    dst: null,
    src: null,
    oif: null,
    iif: null,
    tos: null,
    mark: null,
    uid: null,
    ipproto: null,
    sport: null,
    dport: null,
    isFibMatch: false,
    isConnected: false,
    isNotified: false,
  };
  while (!args.isEmpty) takeGetWord(s, args, args.take(), w);
  if (w.dst === null) s.fail("need at least a destination address\n", 1);
  const iif = w.iif === null ? null : s.needIndex(w.iif);
  const oif = w.oif === null ? null : s.needIndex(w.oif);
  const body: RouteGet = {
    dst: w.dst.address || (w.family === "inet6" ? "::" : "0.0.0.0"),
    ...(w.src === null || w.src.address === "" ? {} : { src: w.src.address }),
    ...(oif === null ? {} : { oif }),
    ...(iif === null ? {} : { iif }),
    ...(w.tos === null ? {} : { tos: w.tos }),
    ...(w.mark === null ? {} : { mark: w.mark }),
    ...(w.uid === null ? {} : { uid: w.uid }),
    ...(w.ipproto === null ? {} : { ipproto: w.ipproto }),
    ...(w.sport === null ? {} : { sport: w.sport }),
    ...(w.dport === null ? {} : { dport: w.dport }),
    ...(w.isNotified ? { isNotified: true } : {}),
  };
  if (w.isFibMatch) {
    const route = s.talk("RTM_GETROUTE_FIBMATCH", body);
    // Only IPv6 names the device that was asked for.
    const asked = route.family === "inet6" ? iif : null;
    s.print((p) => putRoute(s, p, route, NOTHING_HIDDEN, asked));
    if (w.isConnected && route.prefSrc === null) s.fail("Failed to connect the route\n", 1);
    return;
  }
  const answer = s.talk("RTM_GETROUTE", body);
  s.print((p) => putAnswer(s, p, answer));
  if (!w.isConnected) return;
  // Asked again as a socket would, with the source address that was chosen; the answer is text whatever the options say.
  const { mark: _, ...rest } = body;
  const src = answer.prefSrc ?? answer.src ?? undefined;
  const again = s.talk("RTM_GETROUTE", { ...rest, ...(src === undefined ? {} : { src }), oif: answer.oif });
  const p = s.textPrinter();
  putAnswer(s, p, { ...again, src: null, prefSrc: again.prefSrc ?? src ?? null, mark: answer.mark ?? 0 });
  s.out(p.takeOutput());
}

function takePort(args: Args, word: string): number {
  const text = args.value();
  return parseUnsigned(text, 0xffff) ?? args.invalid(`invalid ${word}\n`, text);
}

type Run = (s: Session, words: readonly string[]) => void | Promise<void>;

const COMMANDS: readonly (readonly [word: string, run: Run])[] = [
  ["list", routeShow],
  ["show", routeShow],
  ["lst", routeShow],
  ["get", routeGet],
  ["add", routeModify(NLM_F_CREATE | NLM_F_EXCL)],
  ["change", routeModify(NLM_F_REPLACE)],
  ["chg", routeModify(NLM_F_REPLACE)],
  ["replace", routeModify(NLM_F_CREATE | NLM_F_REPLACE)],
  ["prepend", routeModify(NLM_F_CREATE)],
  ["append", routeModify(NLM_F_CREATE | NLM_F_APPEND)],
  ["test", routeModify(NLM_F_EXCL)],
  ["delete", routeDelete],
  ["flush", routeFlush],
  ["save", routeSave],
  ["restore", restoreRoutes],
  ["showdump", showSaved("route")],
  ["help", (s) => usage(s, "route")],
];

export function route(s: Session, words: readonly string[]): void | Promise<void> {
  if (words.length === 0) return routeShow(s, []);
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) return s.args(words).unknownCommand("route", words[0]!);
  return command[1](s, words.slice(1));
}
