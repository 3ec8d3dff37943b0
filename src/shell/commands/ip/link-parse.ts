/** The attributes of a device that `ip link add`, `set`, `delete` and `peer` share. */
import { nameTable } from "../../../core/name-table.ts";
import { octetLength } from "../../../core/octets.ts";
import {
  IFF_ALLMULTI,
  IFF_DYNAMIC,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_NOTRAILERS,
  IFF_PROMISC,
  IFF_UP,
} from "../../../events/netlink.ts";
import type { LinkAttrs, NetnsId } from "../../../events/requests.ts";
import { type Args, isPrefixOf, parseInteger, parseNumber } from "./args.ts";
import { takeLladdr, takeVf } from "./link-vf.ts";
import { GROUPS, parseOperState } from "./names.ts";
import { isValidIfname, isValidNewIfname, type Session } from "./session.ts";
import { usage } from "./usage.ts";

/** A namespace by name (found while parsing) or by process (found when the request is sent). */
export type NetnsGiven = { readonly netns: NetnsId } | { readonly pid: number };

export interface LinkWords {
  dev: string | null;
  ifname: string | null;
  index: number | null;
  address: string | null;
  addressOctets: number;
  broadcast: string | null;
  mtu: number | null;
  txqueuelen: number | null;
  alias: string | null;
  group: number | null;
  netns: NetnsGiven | null;
  numTxQueues: number | null;
  numRxQueues: number | null;
  gsoMaxSize: number | null;
  gsoMaxSegs: number | null;
  groMaxSize: number | null;
  linkNetnsid: number | null;
  hasVf: boolean;
  flags: number;
  change: number;
  linkMode: number | null;
  operState: number | null;
  carrier: boolean | null;
  master: number | null;
  link: string | null;
  addrGenMode: number | null;
  isProtoDownGiven: boolean;
  kind: string | null;
  kindArgs: readonly string[];
}

function emptyWords(): LinkWords {
  return {
    dev: null,
    ifname: null,
    index: null,
    address: null,
    addressOctets: 0,
    broadcast: null,
    mtu: null,
    txqueuelen: null,
    alias: null,
    group: null,
    netns: null,
    numTxQueues: null,
    numRxQueues: null,
    gsoMaxSize: null,
    gsoMaxSegs: null,
    groMaxSize: null,
    linkNetnsid: null,
    hasVf: false,
    flags: 0,
    change: 0,
    linkMode: null,
    operState: null,
    carrier: null,
    master: null,
    link: null,
    addrGenMode: null,
    isProtoDownGiven: false,
    kind: null,
    kindArgs: [],
  };
}

/** Flags that are switched by `on` and `off`; inverted: `on` clears them. */
const SWITCHES: Readonly<Record<string, readonly [flag: number, isInverted: boolean]>> = nameTable({
  arp: [IFF_NOARP, true],
  multicast: [IFF_MULTICAST, false],
  allmulticast: [IFF_ALLMULTI, false],
  promisc: [IFF_PROMISC, false],
  dynamic: [IFF_DYNAMIC, false],
  trailers: [IFF_NOTRAILERS, true],
});

const ADDR_GEN_MODES = ["eui64", "none", "stable_secret", "random"];

export function takeNetns(s: Session, args: Args): NetnsGiven {
  const name = args.value();
  const opened = s.request("NETNS_OPEN", { name });
  if (opened.ok) return { netns: opened.value.netns };
  if (opened.errno === "EINVAL") s.refuse(opened);
  const pid = parseInteger(name);
  return pid === null ? args.invalid('Invalid "netns" value\n', name) : { pid };
}

export function resolveNetns(s: Session, given: NetnsGiven): NetnsId {
  return "netns" in given ? given.netns : s.talk("NETNS_OF_PID", { pid: given.pid }).netns;
}

/** Octets of an alias, with the closing zero. @source include/uapi/linux/if.h */
const IFALIASZ = 256;

function takeAlias(args: Args): string {
  const text = args.value();
  return octetLength(text) >= IFALIASZ ? args.invalid("alias too long\n", text) : text;
}

/** The number of a bit. @source iproute2, lib/utils.c, protodown_reason_a2n() */
function takeReason(args: Args): void {
  const text = args.value();
  const bit = parseNumber(text);
  if (bit === null || bit < 0 || bit > 31) args.invalid("invalid protodown reason\n", text);
}

/** `on` or `off`. */
export function takeSwitch(s: Session, args: Args, keyword: string): boolean {
  const word = args.value();
  if (word === "on" || word === "off") return word === "on";
  return s.fail(`Error: argument of "${keyword}" must be "on" or "off", not "${word}"\n`, 1);
}

function once<T>(args: Args, keyword: string, old: T | null, value: string): void {
  if (old !== null) args.duplicate(keyword, value);
}

function takeCount(args: Args, keyword: string, old: number | null): number {
  const word = args.value();
  once(args, keyword, old, word);
  return parseInteger(word) ?? args.invalid(`Invalid "${keyword}" value\n`, word);
}

/** atoi(3) of a positive number. */
function takeIndex(args: Args, old: number | null): number {
  const word = args.value();
  once(args, "index", old, word);
  const index = Number(/^\s*\+?(\d+)/.exec(word)?.[1] ?? 0);
  return index > 0 ? index : args.invalid('Invalid "index" value', word);
}

function setFlag(w: LinkWords, flag: number, isOn: boolean): void {
  w.change |= flag;
  w.flags = isOn ? w.flags | flag : w.flags & ~flag;
}

/** Words that must be spelt out. False: none of them. */
function takeWhole(s: Session, args: Args, word: string, w: LinkWords): boolean {
  const toggle = Object.hasOwn(SWITCHES, word) ? SWITCHES[word] : undefined;
  if (toggle !== undefined) {
    setFlag(w, toggle[0], takeSwitch(s, args, word) !== toggle[1]);
    return true;
  }
  switch (word) {
    case "up":
    case "down":
      setFlag(w, IFF_UP, word === "up");
      return true;
    case "name": {
      const name = args.value();
      once(args, "name", w.ifname, name);
      w.ifname = isValidIfname(name) ? name : args.invalid('"name" not a valid ifname', name);
      return true;
    }
    case "index":
      w.index = takeIndex(args, w.index);
      return true;
    case "link":
      w.link = args.value();
      return true;
    case "mtu":
      w.mtu = takeCount(args, "mtu", w.mtu);
      return true;
    case "netns":
      if (w.netns !== null) args.duplicate("netns", args.value());
      w.netns = takeNetns(s, args);
      return true;
    case "group": {
      const name = args.value();
      once(args, "group", w.group, name);
      w.group = GROUPS.parse(name) ?? args.invalid('Invalid "group" value\n', name);
      return true;
    }
    default:
      return takeState(s, args, word, w);
  }
}

function takeState(s: Session, args: Args, word: string, w: LinkWords): boolean {
  switch (word) {
    case "mode": {
      const name = args.value();
      const mode = ["default", "dormant"].indexOf(name.toLowerCase());
      w.linkMode = mode >= 0 ? mode : args.invalid("Invalid link mode\n", name);
      return true;
    }
    case "state": {
      const name = args.value();
      w.operState = parseOperState(name) ?? args.invalid("Invalid operstate\n", name);
      return true;
    }
    case "carrier": {
      const name = args.value();
      if (name !== "on" && name !== "off")
        s.fail(`Error: argument of "carrier" must be one of "off", "on", not "${name}"\n`, 22);
      w.carrier = name === "on";
      return true;
    }
    case "addrgenmode": {
      const name = args.value();
      const mode = ADDR_GEN_MODES.indexOf(name.toLowerCase());
      w.addrGenMode = mode >= 0 ? mode : args.invalid("Invalid address generation mode\n", name);
      return true;
    }
    case "protodown":
    case "protodown_reason":
      if (word === "protodown_reason") takeReason(args);
      takeSwitch(s, args, word);
      w.isProtoDownGiven = true;
      return true;
    default:
      return false;
  }
}

/** Sizes of segments, programs and functions of the hardware, and the namespace of a link. False: none of them. */
function takeOffload(s: Session, args: Args, word: string, w: LinkWords): boolean {
  switch (word) {
    case "gso_max_size":
    case "gso_max_segs":
    case "gro_max_size": {
      const text = args.value();
      const max = word === "gso_max_segs" ? 65535 : 0xffff_ffff;
      const value = args.unsigned(text, `Invalid "${word}" value\n`, max);
      if (word === "gso_max_size") w.gsoMaxSize = value;
      else if (word === "gso_max_segs") w.gsoMaxSegs = value;
      else w.groMaxSize = value;
      return true;
    }
    case "vf":
      takeVf(s, args);
      w.hasVf = true;
      return true;
    case "vrf": {
      const name = args.value();
      args.invalid("Not a valid VRF name\n", name);
      return true;
    }
    case "xdp":
    case "xdpgeneric":
    case "xdpdrv":
    case "xdpoffload": {
      const mode = args.value();
      // Without a program there is nothing to take off.
      if (mode !== "off" && mode !== "none") s.fail(`What mode is "${mode}"?\n`, 255);
      return true;
    }
    case "link-netns": {
      const name = args.value();
      const find = () => s.talk("NETNS_LIST", {}).find((entry) => entry.name === name);
      const netns = find()?.netns ?? args.invalid('Invalid "link-netns" value\n', name);
      // A namespace that has no id here yet gets one.
      if (find()?.nsid === null) s.request("RTM_NEWNSID", { netns, nsid: -1 });
      w.linkNetnsid = find()!.nsid;
      return true;
    }
    case "link-netnsid": {
      const text = args.value();
      if (w.linkNetnsid !== null) args.duplicate("link-netnsid", text);
      w.linkNetnsid = parseInteger(text) ?? args.invalid('Invalid "link-netnsid" value\n', text);
      return true;
    }
    case "parentdev":
      args.value();
      return true;
    default:
      return false;
  }
}

/** Words that may be shortened, in the order in which they are looked up. False: none of them. */
function takeShort(s: Session, args: Args, word: string, w: LinkWords): boolean {
  if (isPrefixOf(word, "address")) {
    const address = takeLladdr(s, args);
    [w.address, w.addressOctets] = [address.text, address.count];
  } else if (isPrefixOf(word, "broadcast") || word === "brd") w.broadcast = takeLladdr(s, args).text;
  else if (isPrefixOf(word, "txqueuelen") || word === "qlen" || isPrefixOf(word, "txqlen"))
    w.txqueuelen = takeCount(args, "txqueuelen", w.txqueuelen);
  else if (isPrefixOf(word, "master")) {
    const name = args.value();
    w.master = s.findIndex(name) ?? args.invalid("Device does not exist\n", name);
  } else if (isPrefixOf(word, "nomaster")) w.master = 0;
  else if (isPrefixOf(word, "alias")) w.alias = takeAlias(args);
  else if (isPrefixOf(word, "numtxqueues")) w.numTxQueues = takeCount(args, "numtxqueues", w.numTxQueues);
  else if (isPrefixOf(word, "numrxqueues")) w.numRxQueues = takeCount(args, "numrxqueues", w.numRxQueues);
  else if (isPrefixOf(word, "help")) usage(s, "link");
  else return false;
  return true;
}

/** @param isPeer a `type` is already known, so that a second one is too many */
export function parseLinkWords(s: Session, args: Args, isPeer = false): LinkWords {
  const w = emptyWords();
  while (!args.isEmpty) {
    const word = args.take();
    if (takeWhole(s, args, word, w)) continue;
    if (takeOffload(s, args, word, w)) continue;
    if (isPrefixOf(word, "type") && word !== "t") {
      const kind = args.value();
      if (isPeer) args.duplicate("type", kind);
      w.kind = kind;
      w.kindArgs = args.rest();
      break;
    }
    if (takeShort(s, args, word, w)) continue;
    takeDevice(args, word, w);
  }
  return w;
}

function takeDevice(args: Args, word: string, w: LinkWords): void {
  const name = word === "dev" ? args.value() : word;
  if (w.dev !== null) args.garbage("dev", name);
  if (!isValidNewIfname(name)) args.invalid('"dev" not a valid ifname', name);
  w.dev = name;
}

/** What a new device or peer is made with. */
export function creationAttrs(s: Session, w: LinkWords): LinkAttrs {
  if (w.dev !== null && w.ifname !== null)
    s.exit('both "name" and "dev" cannot be used when creating devices.\n');
  const ifname = w.ifname ?? w.dev;
  return {
    ...(ifname === null ? {} : { ifname }),
    ...(w.index === null ? {} : { ifindex: w.index }),
    ...(w.address === null ? {} : { address: w.address }),
    ...(w.broadcast === null ? {} : { broadcast: w.broadcast }),
    ...(w.mtu === null ? {} : { mtu: w.mtu }),
    ...(w.txqueuelen === null ? {} : { txqueuelen: w.txqueuelen }),
    ...(w.group === null ? {} : { group: w.group }),
    ...(w.netns === null ? {} : { netns: resolveNetns(s, w.netns) }),
    ...(w.numTxQueues === null ? {} : { numTxQueues: w.numTxQueues }),
    ...(w.numRxQueues === null ? {} : { numRxQueues: w.numRxQueues }),
    ...(w.gsoMaxSize === null ? {} : { gsoMaxSize: w.gsoMaxSize }),
    ...(w.gsoMaxSegs === null ? {} : { gsoMaxSegs: w.gsoMaxSegs }),
    ...(w.groMaxSize === null ? {} : { groMaxSize: w.groMaxSize }),
    ...(w.linkMode === null ? {} : { linkMode: w.linkMode }),
    ...(w.operState === null ? {} : { operState: w.operState }),
    ...(w.change === 0 ? {} : { flags: w.flags, change: w.change }),
  };
}
