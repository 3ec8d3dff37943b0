/** `ip neigh show` and `flush`. */
import { NTF_PROXY, NUD_NOARP, NUD_PERMANENT } from "../../../events/netlink.ts";
import type { NeighInfo } from "../../../events/requests.ts";
import { ENDLESS, flushLoop } from "./addr-show.ts";
import { isPrefixOf } from "./args.ts";
import { needPrefix, octetsOfKernel, type Prefix, sharesBits } from "./inet.ts";
import { PROTOCOLS } from "./names.ts";
import { parseState, putNeigh } from "./neigh-print.ts";
import type { Family } from "./options.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

/** In a filter: entries without a state. */
const STATE_NONE = 0x100;
const ALL_STATES = 0x1ff;

interface NeighFilter {
  family: Family;
  dev: string | null;
  ifindex: number;
  to: Prefix | null;
  /** null: none was named. */
  states: number | null;
  isProxy: boolean;
  isUnused: boolean;
  protocol: number | null;
  /** Devices with this master only; 0: without one. */
  master: number | null;
}

function parseFilter(s: Session, words: readonly string[]): NeighFilter {
  const args = s.args(words);
  const f: NeighFilter = {
    family: s.options.family,
    dev: null,
    ifindex: 0,
    to: null,
    states: null,
    isProxy: false,
    isUnused: false,
    protocol: null,
    master: null,
  };
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "dev") {
      const name = args.value();
      if (f.dev !== null) args.duplicate("dev", name);
      f.dev = name;
    } else if (word === "master") {
      const name = args.value();
      f.master = s.findIndex(name) ?? args.invalid("Device does not exist\n", name);
    } else if (word === "nomaster") f.master = 0;
    else if (word === "vrf") args.invalid("Not a valid VRF name\n", args.value());
    else if (word === "unused") f.isUnused = true;
    else if (word === "nud") {
      const name = args.value();
      const state =
        name === "all" ? ALL_STATES : (parseState(name) ?? args.invalid("nud state is bad", name));
      f.states = (f.states ?? 0) | (state === 0 ? STATE_NONE : state);
    } else if (word === "proxy") f.isProxy = true;
    else if (word !== "p" && isPrefixOf(word, "protocol")) {
      const name = args.value();
      f.protocol = PROTOCOLS.parse(name) ?? args.invalid('invalid "protocol"\n', name);
    } else {
      const text = word === "to" ? args.value() : word;
      if (isPrefixOf(text, "help")) usage(s, "neigh");
      f.to = needPrefix(args, text, f.family);
      if (f.family === "unspec") f.family = f.to.family;
    }
  }
  return f;
}

function neighPasses(s: Session, entry: NeighInfo, f: NeighFilter, states: number): boolean {
  if (f.family !== "unspec" && entry.family !== f.family) return false;
  if (f.ifindex !== 0 && entry.ifindex !== f.ifindex) return false;
  const isAlwaysShown = (entry.flags & (NTF_PROXY | 0x10)) !== 0;
  const isStateWanted = ((entry.state === 0 ? STATE_NONE : entry.state) & states) !== 0;
  if (!isAlwaysShown && !isStateWanted) return false;
  if (f.isUnused && entry.refcnt !== 0) return false;
  if (f.protocol !== null && (entry.protocol ?? 0) !== f.protocol) return false;
  if (f.master !== null && (s.linkByIndex(entry.ifindex)?.master ?? 0) !== f.master) return false;
  return (
    f.to === null || f.to.length === 0 || sharesBits(octetsOfKernel(entry.dst), f.to.octets, f.to.length)
  );
}

function choose(s: Session, f: NeighFilter, states: number): NeighInfo[] {
  const all = s.dump("RTM_GETNEIGH_DUMP", { ifindex: f.ifindex, proxy: f.isProxy });
  return all.filter((entry) => neighPasses(s, entry, f, states));
}

/** The tool reads all devices first, then looks for the one that is asked for. */
function findDevice(s: Session, f: NeighFilter): void {
  s.dumpLinks();
  if (f.dev !== null) f.ifindex = s.needIndex(f.dev);
}

export function neighShow(s: Session, words: readonly string[]): void {
  const f = parseFilter(s, words);
  findDevice(s, f);
  const entries = choose(s, f, f.states ?? 0xff & ~NUD_NOARP);
  s.print((p) => {
    for (const entry of entries) putNeigh(s, p, entry, f.ifindex !== 0);
  });
}

function flushRound(s: Session, f: NeighFilter, states: number): number {
  const entries = choose(s, f, states);
  if (s.options.statistics > 1) {
    const p = s.textPrinter();
    for (const entry of entries) putNeigh(s, p, entry, f.ifindex !== 0);
    s.out(p.takeOutput());
  }
  for (const { ifindex, dst, flags } of entries) {
    const proxy = (flags & NTF_PROXY) === 0 ? {} : { flags: NTF_PROXY };
    s.request("RTM_DELNEIGH", { ifindex, dst, ...proxy });
  }
  return entries.length;
}

export function neighFlush(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail("Flush requires arguments.\n", 1);
  const f = parseFilter(s, words);
  findDevice(s, f);
  const states = f.states ?? ALL_STATES & ~(NUD_PERMANENT | NUD_NOARP);
  flushLoop(s, "entries", ENDLESS.most, ENDLESS.incomplete, () => flushRound(s, f, states));
}
