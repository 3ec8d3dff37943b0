/** `ip address`: show, flush, add, change, replace, delete. */
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, RT_SCOPE_HOST } from "../../../events/netlink.ts";
import { ADDRESS_FLAGS } from "./addr-print.ts";
import { addressFlush, addressShow } from "./addr-show.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import { formatOctets, needAddress, needPrefix, type Prefix } from "./inet.ts";
import { SCOPES } from "./names.ts";
import type { Family } from "./options.ts";
import { dumpOctets, restore, showSaved, writeSaved } from "./save.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

interface AddressWords {
  family: Family;
  dev: string | null;
  local: Prefix | null;
  peer: Prefix | null;
  /** `+` and `-` are worked out at the end. */
  broadcast: string | null;
  label: string | null;
  scope: number | null;
  flags: number;
  metric: number | null;
  /** null: forever. */
  validLft: number | null;
  preferredLft: number | null;
}

function takePrefix(args: Args, w: AddressWords, text: string): Prefix {
  const prefix = needPrefix(args, text, w.family);
  if (w.family === "unspec") w.family = prefix.family;
  return prefix;
}

function takeLifetime(args: Args, word: string): number | null {
  const text = args.value();
  if (text === "forever") return null;
  const seconds = parseUnsigned(text) ?? args.invalid(`${word} value`, text);
  return seconds === 0xffff_ffff ? null : seconds;
}

/** Flags that user space may set, and those about which it is only warned. */
function takeFlag(s: Session, word: string, w: AddressWords): boolean {
  const known = ADDRESS_FLAGS.find(([name]) => name === word);
  const isOther = word === "temporary" || word === "primary" || word === "dynamic";
  if (known === undefined && !isOther) return false;
  const [, bit, isIpv6Only] = known ?? ["", 0, false];
  const isMutable = ["nodad", "optimistic", "home", "mngtmpaddr", "noprefixroute", "autojoin"].includes(word);
  if (!isMutable) s.err(`Warning: ${word} option is not mutable from userspace\n`);
  else if (isIpv6Only && w.family !== "inet6")
    s.err(`Warning: ${word} option can be set only for IPv6 addresses\n`);
  else w.flags |= bit;
  return true;
}

function takeBroadcast(args: Args, w: AddressWords): void {
  const text = args.value();
  if (w.broadcast !== null) args.duplicate("broadcast", text);
  w.broadcast = text === "+" || text === "-" ? text : needAddress(args, text, w.family).address;
}

function takeWord(s: Session, args: Args, word: string, w: AddressWords): void {
  if (word === "peer" || word === "remote") {
    const text = args.value();
    if (w.peer !== null) args.duplicate("peer", text);
    w.peer = takePrefix(args, w, text);
  } else if (isPrefixOf(word, "broadcast") || word === "brd") takeBroadcast(args, w);
  else if (word === "anycast") needAddress(args, args.value(), w.family);
  else if (word === "scope") {
    const name = args.value();
    w.scope = SCOPES.parse(name) ?? args.invalid("invalid scope value.", name);
  } else if (word === "dev") w.dev = args.value();
  else if (word === "label") w.label = args.value();
  else if (isPrefixOf(word, "metric") || word === "priority" || word === "preference")
    w.metric = args.unsigned(args.value(), '"metric" value is invalid\n');
  else if (isPrefixOf(word, "valid_lft")) w.validLft = takeLifetime(args, "valid_lft");
  else if (isPrefixOf(word, "preferred_lft")) w.preferredLft = takeLifetime(args, "preferred_lft");
  else if (!takeFlag(s, word, w)) takeLocal(s, args, word, w);
}

function takeLocal(s: Session, args: Args, word: string, w: AddressWords): void {
  const text = word === "local" ? args.value() : word;
  if (isPrefixOf(text, "help")) usage(s, "address");
  if (w.local !== null) args.garbage("local", text);
  w.local = takePrefix(args, w, text);
}

function parseWords(s: Session, words: readonly string[]): AddressWords {
  const args = s.args(words);
  const w: AddressWords = {
    family: s.options.family,
    dev: null,
    local: null,
    peer: null,
    broadcast: null,
    label: null,
    scope: null,
    flags: 0,
    metric: null,
    validLft: null,
    preferredLft: null,
  };
  while (!args.isEmpty) takeWord(s, args, args.take(), w);
  return w;
}

/** The words checked: a device and an address of a family there is. */
function needTarget(s: Session, w: AddressWords): { ifindex: number; local: Prefix } {
  const ifindex = s.needIndex(w.dev ?? "");
  const local = w.local;
  // Nothing in the kernel answers for an address without a family.
  if (local === null && w.peer === null) return s.refuseErrno("EOPNOTSUPP");
  if (local === null)
    return s.refuse({ ok: false, errno: "EINVAL", extack: "ipv4: Local address is not supplied" });
  if (local.family === "unspec") return s.refuseErrno("EOPNOTSUPP");
  return { ifindex, local };
}

/** All ones (`+`) or all zeros (`-`) in the host part; nothing for a host part of one bit or none. */
function workOutBroadcast(net: Prefix, sign: "+" | "-"): string | null {
  const { length } = net;
  if (net.family !== "inet" || length > 30) return null;
  const octets = net.octets.map((octet, i) => {
    const bits = Math.min(8, Math.max(0, length - 8 * i));
    const host = 0xff >> bits;
    return sign === "+" ? octet | host : octet & ~host & 0xff;
  });
  return formatOctets(octets);
}

const WILDCARD_WARNING = (address: string): string =>
  `Warning: Executing wildcard deletion to stay compatible with old scripts.
         Explicitly specify the prefix length (${address}/32) to avoid this warning.
         This special behaviour is likely to disappear in further releases,
         fix your scripts!
`;

function needDevWord(s: Session, w: AddressWords): void {
  if (w.dev === null) s.fail('Not enough information: "dev" argument is required.\n', 1);
}

function addressDelete(s: Session, words: readonly string[]): void {
  const w = parseWords(s, words);
  needDevWord(s, w);
  const isWildcard = w.local?.family === "inet" && w.peer === null && !w.local.isLengthGiven;
  if (isWildcard) s.err(WILDCARD_WARNING(w.local!.address));
  const { ifindex, local } = needTarget(s, w);
  s.talk("RTM_DELADDR", {
    ifindex,
    local: local.address,
    ...(isWildcard ? {} : { prefixLen: (w.peer ?? local).length }),
    ...(w.peer === null ? {} : { peer: w.peer.address }),
    ...(w.label === null ? {} : { label: w.label }),
  });
}

function checkLifetimes(s: Session, w: AddressWords): void {
  const valid = w.validLft ?? Number.POSITIVE_INFINITY;
  // `preferred_lft` alone is left to the kernel; with `valid_lft` alone it stays at forever, which is longer.
  if (valid === 0) s.fail("valid_lft is zero\n", 1);
  if ((w.preferredLft ?? Number.POSITIVE_INFINITY) > valid)
    s.fail("preferred_lft is greater than valid_lft\n", 1);
}

function addressModify(nlmFlags: number): (s: Session, words: readonly string[]) => void {
  return (s, words) => {
    const w = parseWords(s, words);
    needDevWord(s, w);
    const sign = w.broadcast === "+" || w.broadcast === "-" ? w.broadcast : null;
    if (sign !== null && w.family !== "inet") s.fail("Broadcast can be set only for IPv4 addresses\n", 1);
    const length = (w.peer ?? w.local)?.length ?? 0;
    const broadcast =
      sign === null || w.local === null ? w.broadcast : workOutBroadcast(w.peer ?? w.local, sign);
    if (sign !== null && w.local?.family === "inet6")
      s.fail("Broadcast can be set only for IPv4 addresses\n", 1);
    const isLoopback = w.local?.family === "inet" && w.local.octets[0] === 127;
    const scope = w.scope ?? (isLoopback ? RT_SCOPE_HOST : null);
    const { ifindex, local } = needTarget(s, w);
    checkLifetimes(s, w);
    if ((w.flags & 0x400) !== 0 && !isMulticast(local)) s.fail("autojoin needs multicast address\n", 1);
    s.talk("RTM_NEWADDR", {
      ifindex,
      local: local.address,
      prefixLen: length,
      nlmFlags,
      ...(w.peer === null ? {} : { peer: w.peer.address }),
      ...(broadcast === null ? {} : { broadcast }),
      ...(w.label === null ? {} : { label: w.label }),
      ...(scope === null ? {} : { scope }),
      ...(w.flags === 0 ? {} : { flags: w.flags }),
      ...(w.validLft === null ? {} : { validLft: w.validLft }),
      ...(w.preferredLft === null ? {} : { preferredLft: w.preferredLft }),
      ...(w.metric === null ? {} : { metric: w.metric }),
    });
  };
}

function isMulticast(address: Prefix): boolean {
  return address.family === "inet" ? address.octets[0]! >> 4 === 0xe : address.octets[0] === 0xff;
}

function save(s: Session, words: readonly string[]): void {
  if (words.length > 0) s.fail("ip address save with a filter is not supported by vethsim\n", 1);
  const { family } = s.options;
  writeSaved(s, "address", dumpOctets(s, "address", family === "inet" || family === "inet6" ? family : null));
}

type Run = (s: Session, words: readonly string[]) => void | Promise<void>;

const COMMANDS: readonly (readonly [word: string, run: Run])[] = [
  ["add", addressModify(NLM_F_CREATE | NLM_F_EXCL)],
  ["change", addressModify(NLM_F_REPLACE)],
  ["chg", addressModify(NLM_F_REPLACE)],
  ["replace", addressModify(NLM_F_CREATE | NLM_F_REPLACE)],
  ["delete", addressDelete],
  ["show", addressShow],
  ["lst", addressShow],
  ["list", addressShow],
  ["flush", addressFlush],
  ["save", save],
  ["showdump", showSaved("address")],
  ["restore", restore("address")],
  ["help", (s) => usage(s, "address")],
];

export function address(s: Session, words: readonly string[]): void | Promise<void> {
  if (words.length === 0) return addressShow(s, []);
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) return s.args(words).unknownCommand("address", words[0]!);
  return command[1](s, words.slice(1));
}
