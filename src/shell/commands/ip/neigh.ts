/** `ip neigh`. */
import {
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_EXT_LEARNED,
  NTF_MANAGED,
  NTF_PROXY,
  NTF_ROUTER,
  NTF_USE,
  NUD_PERMANENT,
} from "../../../events/netlink.ts";
import { type Args, isPrefixOf } from "./args.ts";
import { needAddress, type Prefix, parseLladdr } from "./inet.ts";
import { PROTOCOLS } from "./names.ts";
import { parseState, putNeigh } from "./neigh-print.ts";
import { neighFlush, neighShow } from "./neigh-show.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

interface NeighWords {
  dst: Prefix | null;
  dev: string | null;
  lladdr: string | null;
  state: number | null;
  flags: number;
  protocol: number | null;
}

function takeDestination(s: Session, args: Args, text: string, w: NeighWords): void {
  if (isPrefixOf(text, "help")) usage(s, "neigh");
  if (w.dst !== null) args.garbage("to", text);
  w.dst = needAddress(args, text, s.options.family);
}

function takeWord(s: Session, args: Args, word: string, w: NeighWords): void {
  if (isPrefixOf(word, "lladdr")) w.lladdr = args.value();
  else if (word === "nud") {
    const name = args.value();
    w.state = parseState(name) ?? args.invalid("nud state is bad", name);
  } else if (isPrefixOf(word, "proxy")) {
    w.flags |= NTF_PROXY;
    takeDestination(s, args, args.value(), w);
  } else if (word === "router") w.flags |= NTF_ROUTER;
  else if (word === "extern_learn") w.flags |= NTF_EXT_LEARNED;
  else if (word === "use") w.flags |= NTF_USE;
  else if (word === "managed") {
    w.flags |= NTF_MANAGED;
    w.state = 0;
  } else if (word === "dev") w.dev = args.value();
  else if (isPrefixOf(word, "protocol")) {
    const name = args.value();
    w.protocol = PROTOCOLS.parse(name) ?? args.invalid('"protocol" value is invalid\n', name);
  } else takeDestination(s, args, word === "to" ? args.value() : word, w);
}

function parseWords(s: Session, words: readonly string[]): NeighWords {
  const args = s.args(words);
  const w: NeighWords = { dst: null, dev: null, lladdr: null, state: null, flags: 0, protocol: null };
  while (!args.isEmpty) takeWord(s, args, args.take(), w);
  return w;
}

interface Target {
  readonly ifindex: number;
  readonly dst: string;
  /** Octets in hex. */
  readonly lladdr: string | null;
}

/** A proxy entry may do without a device. */
function needTarget(s: Session, w: NeighWords): Target {
  const isDevMissing = w.dev === null && (w.flags & NTF_PROXY) === 0;
  if (w.dst === null || w.dst.family === "unspec" || isDevMissing)
    return s.exit("Device and destination are required arguments.\n");
  const lladdr = w.lladdr === null || w.lladdr === "null" ? null : parseLladdr(w.lladdr);
  if (lladdr !== null && "wrong" in lladdr) return s.fail(`"${lladdr.wrong}" is invalid lladdr.\n`, 1);
  return {
    ifindex: w.dev === null ? 0 : s.needIndex(w.dev),
    dst: w.dst.address,
    lladdr: lladdr === null ? null : lladdr.octets.map((o) => o.toString(16).padStart(2, "0")).join(""),
  };
}

function neighModify(nlmFlags: number): (s: Session, words: readonly string[]) => void {
  return (s, words) => {
    const w = parseWords(s, words);
    const { ifindex, dst, lladdr } = needTarget(s, w);
    s.talk("RTM_NEWNEIGH", {
      ifindex,
      dst,
      state: w.state ?? NUD_PERMANENT,
      nlmFlags,
      ...(lladdr === null ? {} : { lladdr }),
      ...(w.flags === 0 ? {} : { flags: w.flags }),
      ...(w.protocol === null ? {} : { protocol: w.protocol }),
    });
  };
}

function neighDelete(s: Session, words: readonly string[]): void {
  const w = parseWords(s, words);
  const { ifindex, dst } = needTarget(s, w);
  s.talk("RTM_DELNEIGH", { ifindex, dst, ...(w.flags === 0 ? {} : { flags: w.flags }) });
}

/** Prints as text even with -j, as the tool does. */
function neighGet(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  const w: NeighWords = { dst: null, dev: null, lladdr: null, state: null, flags: 0, protocol: null };
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "dev") w.dev = args.value();
    else if (isPrefixOf(word, "proxy")) {
      w.flags |= NTF_PROXY;
      takeDestination(s, args, args.value(), w);
    } else takeDestination(s, args, word === "to" ? args.value() : word, w);
  }
  const isDevMissing = w.dev === null && (w.flags & NTF_PROXY) === 0;
  if (w.dst === null || isDevMissing) s.fail("Device and address are required arguments.\n", 1);
  const ifindex = w.dev === null ? 0 : s.needIndex(w.dev);
  const proxy = (w.flags & NTF_PROXY) === 0 ? {} : { proxy: true };
  const entry = s.talk("RTM_GETNEIGH", { ifindex, dst: w.dst.address, ...proxy });
  const p = s.textPrinter();
  putNeigh(s, p, entry, false);
  s.out(p.takeOutput());
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["add", neighModify(NLM_F_CREATE | NLM_F_EXCL)],
  ["change", neighModify(NLM_F_REPLACE)],
  ["chg", neighModify(NLM_F_REPLACE)],
  ["replace", neighModify(NLM_F_CREATE | NLM_F_REPLACE)],
  ["delete", neighDelete],
  ["get", neighGet],
  ["show", neighShow],
  ["lst", neighShow],
  ["list", neighShow],
  ["flush", neighFlush],
  ["help", (s) => usage(s, "neigh")],
];

export function neigh(s: Session, words: readonly string[]): void {
  if (words.length === 0) {
    neighShow(s, []);
    return;
  }
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) s.args(words).unknownCommand("neigh", words[0]!);
  else command[1](s, words.slice(1));
}
