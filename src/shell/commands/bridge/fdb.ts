/** `bridge fdb`: forwarding entries. @source iproute2 6.1.0, bridge/fdb.c */

import type { FdbInfo } from "../../../events/bridge-requests.ts";
import {
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_EXT_LEARNED,
  NTF_MASTER,
  NTF_OFFLOADED,
  NTF_ROUTER,
  NTF_SELF,
  NTF_STICKY,
  NTF_USE,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_REACHABLE,
  NUD_STALE,
} from "../../../events/netlink.ts";
import { type Args, isPrefixOf, parseUnsigned } from "../ip/args.ts";
import { needAddress } from "../ip/inet.ts";
import type { Printer } from "../ip/print.ts";
import type { Session } from "../ip/session.ts";
import { atoi, needDevice, talk } from "./talk.ts";
import { usage } from "./usage.ts";

const USER_HZ = 100;
const VID_MAX = 4095;

// ---------------------------------------------------------------------------------------------- showing

function stateName(state: number): string {
  if ((state & NUD_PERMANENT) !== 0) return "permanent";
  if ((state & NUD_NOARP) !== 0) return "static";
  if ((state & NUD_STALE) !== 0) return "stale";
  return (state & NUD_REACHABLE) !== 0 ? "" : `state=${state === 0 ? "0" : `0x${state.toString(16)}`}`;
}

/** A word for a state of the filter; null: none. */
function parseState(text: string): number | null {
  if (isPrefixOf(text, "permanent")) return NUD_PERMANENT;
  if (isPrefixOf(text, "static") || isPrefixOf(text, "temp")) return NUD_NOARP;
  if (isPrefixOf(text, "stale")) return NUD_STALE;
  if (isPrefixOf(text, "reachable") || isPrefixOf(text, "dynamic")) return NUD_REACHABLE;
  return text === "all" ? 0xffff_ffff : parseUnsigned(text);
}

const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [NTF_SELF, "self"],
  [NTF_ROUTER, "router"],
  [NTF_EXT_LEARNED, "extern_learn"],
  [NTF_OFFLOADED, "offload"],
  [NTF_MASTER, "master"],
  [NTF_STICKY, "sticky"],
];

/** @param ifindex device whose entries alone are shown, and whose name is left out; 0: none */
export function putEntry(s: Session, p: Printer, entry: FdbInfo, ifindex: number, isDeleted = false): void {
  p.object();
  if (isDeleted) p.put("deleted", true, "Deleted ");
  p.put("mac", entry.address, entry.address, "mac");
  p.text(" ");
  if (ifindex === 0) {
    const name = s.nameOf(entry.ifindex);
    p.text("dev ");
    p.put("ifname", name, name, "ifname");
    p.text(" ");
  }
  if (s.options.statistics > 0 && entry.used !== null) {
    const seconds = (ticks: number | null) => Math.floor((ticks ?? 0) / USER_HZ);
    p.put("used", seconds(entry.used), `used ${seconds(entry.used)}/`);
    p.put("updated", seconds(entry.updated), `${seconds(entry.updated)} `);
  }
  p.array("flags");
  for (const [bit, name] of FLAGS) if ((entry.flags & bit) !== 0) p.put(null, name, `${name} `);
  p.close();
  if (entry.master !== null) {
    const master = s.nameOf(entry.master);
    p.put("master", master, `master ${master} `);
  }
  const state = stateName(entry.state);
  p.put("state", state, state);
  p.text("\n");
  p.close();
}

interface ShowFilter {
  dev: string | null;
  bridge: string | null;
  vlan: number;
  states: number;
  isDynamic: boolean;
}

function parseFilter(s: Session, words: readonly string[]): ShowFilter {
  const args = s.args(words);
  const f: ShowFilter = { dev: null, bridge: null, vlan: 0, states: 0, isDynamic: false };
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "brport" || word === "dev") f.dev = args.value();
    else if (word === "br") f.bridge = args.value();
    else if (word === "vlan") {
      const text = args.value();
      if (f.vlan !== 0) args.duplicate("vlan", text);
      f.vlan = atoi(text);
    } else if (word === "state") {
      const text = args.value();
      f.states |= parseState(text) ?? args.invalid("invalid state", text);
    } else if (word === "dynamic") f.isDynamic = true;
    else if (isPrefixOf(word, "help")) usage(s, "fdb");
  }
  return f;
}

function show(s: Session, words: readonly string[]): void {
  const f = parseFilter(s, words);
  const bridge = f.bridge === null ? 0 : needDevice(s, f.bridge, "bridge device");
  const port = f.dev === null ? 0 : needDevice(s, f.dev);
  const entries = s.dump("RTM_GETFDB_DUMP", { bridge, port });
  s.print((p) => {
    for (const entry of entries) {
      if (port !== 0 && entry.ifindex !== port) continue;
      if (f.states !== 0 && (entry.state & f.states) === 0) continue;
      if (f.vlan !== 0 || (f.isDynamic && (entry.state & NUD_PERMANENT) !== 0)) continue;
      putEntry(s, p, entry, port);
    }
  });
}

// ---------------------------------------------------------------------------------------------- changing

interface EntryWords {
  address: string | null;
  dev: string | null;
  bridge: string | null;
  flags: number;
  state: number;
  vlan: number | null;
}

/** As sscanf(3) with "%hhx:%hhx:..." reads it. */
function parseAddress(s: Session, text: string): string {
  const octets = /^\s*((?:[0-9a-fA-F]+:){5}[0-9a-fA-F]+)/.exec(text)?.[1]?.split(":");
  if (octets === undefined) return s.fail(`Invalid mac address ${text}\n`, 255);
  return octets.map((octet) => (Number.parseInt(octet, 16) & 0xff).toString(16).padStart(2, "0")).join(":");
}

function takeTarget(s: Session, args: Args, word: string, w: EntryWords): void {
  const text = word === "to" ? args.value() : word;
  if (isPrefixOf(text, "help")) usage(s, "fdb");
  if (w.address !== null) args.garbage("to", text);
  w.address = text;
}

function takeVlan(args: Args, w: EntryWords): void {
  const text = args.value();
  if (w.vlan !== null) args.garbage("vlan", text);
  w.vlan = atoi(text);
}

/** What is only of use to tunnels is read and goes nowhere. False: another word. */
function takeTunnel(s: Session, args: Args, word: string): boolean {
  if (word === "dst") needAddress(args, args.value(), s.options.family);
  else if (word === "port") {
    const text = args.value();
    if (parseUnsigned(text, 0xffff) === null) args.invalid("invalid port\n", text);
  } else if (word === "vni" || word === "src_vni") {
    const text = args.value();
    if (parseUnsigned(text, 0xff_ffff) === null)
      args.invalid(word === "vni" ? "invalid VNI\n" : "invalid src VNI\n", text);
  } else if (word === "via") {
    const name = args.value();
    if (s.findIndex(name) === null) s.fail(`Cannot find device "${name}"\n`, 255);
  } else if (word === "nhid") args.unsigned(args.value(), '"nhid" value is invalid\n');
  else return false;
  return true;
}

function takeEntryWord(s: Session, args: Args, word: string, w: EntryWords): void {
  if (word === "dev") w.dev = args.value();
  else if (takeTunnel(s, args, word)) return;
  else if (word === "self") w.flags |= NTF_SELF;
  else if (isPrefixOf(word, "master")) w.flags |= NTF_MASTER;
  else if (isPrefixOf(word, "router")) w.flags |= NTF_ROUTER;
  else if (isPrefixOf(word, "local") || isPrefixOf(word, "permanent")) w.state |= NUD_PERMANENT;
  else if (isPrefixOf(word, "temp") || isPrefixOf(word, "static")) w.state |= NUD_REACHABLE;
  else if (isPrefixOf(word, "dynamic")) w.state = (w.state | NUD_REACHABLE) & ~NUD_NOARP;
  else if (isPrefixOf(word, "vlan")) takeVlan(args, w);
  else if (isPrefixOf(word, "use")) w.flags |= NTF_USE;
  else if (isPrefixOf(word, "extern_learn")) w.flags |= NTF_EXT_LEARNED;
  else if (isPrefixOf(word, "sticky")) w.flags |= NTF_STICKY;
  else takeTarget(s, args, word, w);
}

function emptyWords(): EntryWords {
  return { address: null, dev: null, bridge: null, flags: 0, state: NUD_NOARP, vlan: null };
}

function modify(op: "RTM_NEWFDB" | "RTM_DELFDB", nlmFlags: number) {
  return (s: Session, words: readonly string[]): void => {
    const args = s.args(words);
    const w = emptyWords();
    while (!args.isEmpty) takeEntryWord(s, args, args.take(), w);
    if (w.dev === null || w.address === null) s.fail("Device and address are required arguments.\n", 255);
    if ((w.flags & (NTF_SELF | NTF_MASTER)) === 0) w.flags |= NTF_SELF;
    if ((w.state & (NUD_PERMANENT | NUD_REACHABLE)) === 0) w.state |= NUD_PERMANENT;
    const address = parseAddress(s, w.address);
    const ifindex = needDevice(s, w.dev);
    const vlan = w.vlan === null || w.vlan < 0 ? {} : { vlan: w.vlan };
    talk(s, op, { ifindex, address, state: w.state, flags: w.flags, nlmFlags, ...vlan });
  };
}

function get(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  const w = emptyWords();
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "brport" || word === "dev") w.dev = args.value();
    else if (word === "br") w.bridge = args.value();
    else if (word === "vlan") takeVlan(args, w);
    else if (word === "vni") takeTunnel(s, args, word);
    else if (word === "self") w.flags |= NTF_SELF;
    else if (isPrefixOf(word, "master")) w.flags |= NTF_MASTER;
    else if (!isPrefixOf(word, "dynamic")) takeTarget(s, args, word, w);
  }
  if ((w.dev === null && w.bridge === null) || w.address === null)
    s.fail("Device or master and address are required arguments.\n", 255);
  const address = parseAddress(s, w.address);
  const ifindex = w.dev === null ? 0 : needDevice(s, w.dev);
  const master = w.bridge === null ? 0 : needDevice(s, w.bridge, "bridge device");
  const vlan = w.vlan === null || w.vlan < 0 ? {} : { vlan: w.vlan };
  const entry = talk(s, "RTM_GETFDB", { address, ifindex, master, flags: w.flags, ...vlan }, 254);
  s.print((p) => putEntry(s, p, entry, 0));
}

// ---------------------------------------------------------------------------------------------- flushing

interface FlushWords {
  dev: string | null;
  port: string | null;
  vlan: number | null;
  flags: number;
  flagsMask: number;
  state: number;
  stateMask: number;
}

/** Words that choose entries by their flags. */
const FLUSH_FLAGS = new Map([
  ["added_by_user", NTF_USE],
  ["extern_learn", NTF_EXT_LEARNED],
  ["sticky", NTF_STICKY],
  ["offloaded", NTF_OFFLOADED],
]);

/** ... and by their states: which are looked at, and which of them an entry has. */
const FLUSH_STATES = new Map([
  ["permanent", [NUD_PERMANENT, NUD_PERMANENT]],
  ["nopermanent", [NUD_PERMANENT, 0]],
  ["static", [NUD_NOARP | NUD_PERMANENT, NUD_NOARP]],
  ["nostatic", [NUD_NOARP, 0]],
  ["dynamic", [NUD_NOARP | NUD_PERMANENT, 0]],
  ["nodynamic", [NUD_NOARP, NUD_NOARP]],
] as const);

function takeFlushWord(s: Session, args: Args, word: string, w: FlushWords): void {
  const states = FLUSH_STATES.get(word as "static");
  const flag = FLUSH_FLAGS.get(word) ?? FLUSH_FLAGS.get(word.replace(/^no/, ""));
  if (word === "dev") w.dev = args.value();
  else if (word === "brport") w.port = args.value();
  else if (word === "vlan") {
    const text = args.value();
    if (w.vlan !== null) args.garbage("vlan", text);
    w.vlan = atoi(text);
  } else if (word === "self") w.flags |= NTF_SELF;
  else if (word === "master") w.flags |= NTF_MASTER;
  else if (states !== undefined) {
    const [mask, bits] = states;
    w.stateMask |= mask;
    w.state = (w.state & ~mask) | bits;
  } else if (flag !== undefined) {
    w.flagsMask |= flag;
    w.flags = FLUSH_FLAGS.has(word) ? w.flags | flag : w.flags & ~flag;
  } else if (isPrefixOf(word, "help")) usage(s, "fdb");
}

function flush(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  const w: FlushWords = { dev: null, port: null, vlan: null, flags: 0, flagsMask: 0, state: 0, stateMask: 0 };
  while (!args.isEmpty) takeFlushWord(s, args, args.take(), w);
  if (w.dev === null) s.fail("Device is a required argument.\n", 255);
  const ifindex = needDevice(s, w.dev, "bridge device");
  const port = w.port === null ? {} : { port: needDevice(s, w.port, "bridge port device") };
  if (w.vlan !== null && w.vlan >= VID_MAX + 1) s.fail(`Invalid VLAN ID "${w.vlan}"\n`, 255);
  const vlan = w.vlan === null || w.vlan < 0 ? {} : { vlan: w.vlan };
  const { flagsMask, state, stateMask } = w;
  const flags = (w.flags & (NTF_SELF | NTF_MASTER)) === 0 ? w.flags | NTF_SELF : w.flags;
  talk(s, "RTM_DELFDB_BULK", { ifindex, flags, flagsMask, state, stateMask, ...vlan, ...port });
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["add", modify("RTM_NEWFDB", NLM_F_CREATE | NLM_F_EXCL)],
  ["append", modify("RTM_NEWFDB", NLM_F_CREATE | NLM_F_APPEND)],
  ["replace", modify("RTM_NEWFDB", NLM_F_CREATE | NLM_F_REPLACE)],
  ["delete", modify("RTM_DELFDB", 0)],
  ["get", get],
  ["show", show],
  ["lst", show],
  ["list", show],
  ["flush", flush],
  ["help", (s) => usage(s, "fdb")],
];

export function fdb(s: Session, words: readonly string[]): void {
  s.dumpLinks(); // ll_init_map()
  const [word, ...rest] = words;
  const command = word === undefined ? COMMANDS[5] : COMMANDS.find(([known]) => isPrefixOf(word, known));
  if (command === undefined) s.exit(`Command "${word}" is unknown, try "bridge fdb help".\n`);
  else command[1](s, rest);
}
