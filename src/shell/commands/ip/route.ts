/** `ip route`. */
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from "../../../events/netlink.ts";
import type { RouteGet } from "../../../events/requests.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import { needPrefix, type Prefix } from "./inet.ts";
import { DSFIELDS } from "./names.ts";
import type { Family } from "./options.ts";
import { routeDelete, routeModify } from "./route-modify.ts";
import { putAnswer } from "./route-print.ts";
import { routeFlush, routeShow } from "./route-show.ts";
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
}

const UNSUPPORTED_GET = ["notify", "connected", "fibmatch", "as", "sport", "dport", "ipproto"];

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
  } else if (UNSUPPORTED_GET.includes(word))
    s.fail(`ip route get: "${word}" is not supported by vethsim\n`, 1);
  else {
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
  };
  const answer = s.talk("RTM_GETROUTE", body);
  s.print((p) => putAnswer(s, p, w.mark === null ? answer : { mark: w.mark, ...answer }));
}

function unsupported(word: string): (s: Session) => void {
  return (s) => s.fail(`ip route ${word} is not supported by vethsim\n`, 1);
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
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
  ["save", unsupported("save")],
  ["restore", unsupported("restore")],
  ["showdump", unsupported("showdump")],
  ["help", (s) => usage(s, "route")],
];

export function route(s: Session, words: readonly string[]): void {
  if (words.length === 0) {
    routeShow(s, []);
    return;
  }
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) s.args(words).unknownCommand("route", words[0]!);
  else command[1](s, words.slice(1));
}
