/** `ip address show` and `flush`: devices with their addresses, chosen by filters. */
import { nameTable } from "../../../core/name-table.ts";
import type { AddrInfo, LinkInfo, LinkStats } from "../../../events/requests.ts";
import { ADDRESS_FLAGS, putAddress } from "./addr-print.ts";
import { needPrefix, octetsOfKernel, type Prefix, sharesBits } from "./inet.ts";
import {
  emptyLinkFilter,
  isLeftOutByKernel,
  type LinkFilter,
  linkPasses,
  needShownIndex,
  takeDev,
  takeLinkFilter,
} from "./link-filter.ts";
import { putLink, putLinkBrief } from "./link-print.ts";
import { putStatistics } from "./link-stats.ts";
import { SCOPES } from "./names.ts";
import type { Family } from "./options.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

interface AddressFilter extends LinkFilter {
  family: Family;
  scope: number | null;
  to: Prefix | null;
  /** A shell pattern. */
  label: string | null;
  flags: number;
  flagMask: number;
}

/** A shell pattern of `*`, `?` and `[...]`, as fnmatch(3). */
function patternToRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]+\]|[\\^$.*+?()[\]{}|]/g, (part) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    if (part.length > 1) return part.replace("[!", "[^");
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`, "s");
}

/** `secondary`, `-secondary`, `dynamic`, ... False: not a flag. */
function takeFlag(word: string, filter: AddressFilter): boolean {
  const isInverted = word.startsWith("-");
  const bare = isInverted ? word.slice(1) : word;
  const aliases: Readonly<Record<string, readonly [name: string, isOpposite: boolean]>> = nameTable({
    temporary: ["secondary", false],
    primary: ["secondary", true],
    dynamic: ["permanent", true],
  });
  const [name, isOpposite] = (Object.hasOwn(aliases, bare) ? aliases[bare] : undefined) ?? [bare, false];
  const bit = ADDRESS_FLAGS.find(([known]) => known === name)?.[1];
  if (bit === undefined) return false;
  filter.flagMask |= bit;
  filter.flags = isInverted === isOpposite ? filter.flags | bit : filter.flags & ~bit;
  return true;
}

function parseFilter(s: Session, words: readonly string[]): AddressFilter {
  const args = s.args(words);
  const filter: AddressFilter = {
    ...emptyLinkFilter(),
    family: s.options.family,
    scope: null,
    to: null,
    label: null,
    flags: 0,
    flagMask: 0,
  };
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "to") {
      const prefix = needPrefix(args, args.value(), filter.family);
      if (prefix.family !== "unspec") {
        filter.to = prefix;
        filter.family = prefix.family;
      }
    } else if (word === "scope") {
      const name = args.value();
      filter.scope = name === "all" ? null : (SCOPES.parse(name) ?? args.invalid('invalid "scope"\n', name));
    } else if (word === "label") filter.label = args.value();
    else if (word === "help") usage(s, "address");
    else if (!takeLinkFilter(s, args, word, filter) && !takeFlag(word, filter)) takeDev(args, word, filter);
  }
  return filter;
}

function isOfFamily(address: AddrInfo, { family }: AddressFilter): boolean {
  return (family !== "inet" && family !== "inet6") || address.family === family;
}

/** @param label asked of the address or, where it has none, of its device's name */
function addressPasses(s: Session, address: AddrInfo, filter: AddressFilter, label: RegExp | null): boolean {
  if (!isOfFamily(address, filter)) return false;
  if (filter.scope !== null && address.scope !== filter.scope) return false;
  if (((address.flags ^ filter.flags) & filter.flagMask) !== 0) return false;
  if (filter.to !== null && !sharesBits(octetsOfKernel(address.local), filter.to.octets, filter.to.length))
    return false;
  return label === null || label.test(address.label ?? s.nameOf(address.ifindex));
}

interface Shown {
  readonly link: LinkInfo;
  readonly addresses: readonly AddrInfo[];
  /** Of the family asked for, wanted or not. */
  readonly own: readonly AddrInfo[];
}

function choose(
  s: Session,
  links: readonly LinkInfo[],
  all: readonly AddrInfo[],
  filter: AddressFilter,
): Shown[] {
  const label = filter.label === null ? null : patternToRegExp(filter.label);
  const shown: Shown[] = [];
  for (const link of links) {
    const own = all.filter((a) => a.ifindex === link.ifindex);
    const addresses = own.filter((a) => addressPasses(s, a, filter, label));
    // A device without any address stays, unless addresses of one family are asked for.
    if (addresses.length > 0 || (own.length === 0 && filter.family === "unspec"))
      shown.push({ link, addresses, own: own.filter((a) => isOfFamily(a, filter)) });
  }
  return shown;
}

function putDevice(
  s: Session,
  p: Printer,
  { link, addresses, own }: Shown,
  filter: AddressFilter,
  isAlone: boolean,
): void {
  p.object();
  if (!isAlone) {
    const isInet6Dump = isAnsweredByInet6(s, filter);
    if (s.options.isBrief) putLinkBrief(s, p, link, filter.family === "link");
    else putLink(s, p, link, { isLink: s.hasShownLinks, family: filter.family, isInet6Dump });
  }
  if (!isWithoutAddresses(s, filter)) {
    p.array("addr_info");
    for (const address of own) {
      if (addresses.includes(address)) putAddress(s, p, address, s.options.isOneline);
      else {
        p.object();
        p.close();
      }
    }
    p.close();
    if (s.options.isBrief) p.text("\n");
  }
  if (s.options.statistics > 0 && !isAlone && !s.options.isBrief && !s.hasShownLinks) {
    putStatistics(s, p, link, !isAnsweredByInet6(s, filter));
    p.text("\n");
  }
  p.close();
}

/** All devices with -6: the kernel's IPv6 answers in place of the devices' own code. @source net/ipv6/addrconf.c, inet6_dump_ifinfo() */
function isAnsweredByInet6(s: Session, filter: AddressFilter): boolean {
  return s.options.family === "inet6" && filter.dev === null;
}

/** What that answer tells of a device: the peer's index alone, in whatever namespace it is, and not if it equals the own one. */
function asInet6Shows(s: Session, link: LinkInfo): LinkInfo {
  const stats = s.options.statistics > 0 ? { stats: inet6Stats(s, link.ifname) } : {};
  return { ...link, ...stats, link: link.link === link.ifindex ? null : link.link, linkNetnsid: null };
}

/**
 * The device's counters of IPv6 where the tool looks for some: its numbers are those of an older kernel, so that most of the
 * places hold another counter by now.
 * @source iproute2 6.1.0, get_snmp_counters(), with a kernel of 6.18
 */
function inet6Stats(s: Session, ifname: string): LinkStats {
  const read = s.request("FILE_READ", { path: `/proc/net/dev_snmp6/${ifname}` });
  const counters = new Map(
    (read.ok ? read.value : "").split("\n").map((line) => line.split(/\s+/) as [string, string]),
  );
  const of = (name: string) => Number(counters.get(`Ip6${name}`) ?? 0);
  return {
    rxPackets: of("InReceives"),
    rxBytes: of("InOctets"),
    rxErrors: of("InTooBigErrors"),
    rxDropped: 0,
    rxOtherhost: 0,
    rxMissed: 0,
    multicast: of("ReasmOKs"),
    txPackets: of("InECT1Pkts"),
    txBytes: of("InECT0Pkts"),
    txErrors: of("InNoRoutes"),
    txDropped: 0,
    txCarrierErrors: 0,
    collisions: 0,
  };
}

/** Filters that look for what the answer does not tell pass all devices, or none. */
function asInet6Filters(filter: AddressFilter): LinkFilter {
  return { ...filter, group: null, master: filter.master === 0 ? null : filter.master };
}

/** Only the devices are shown: of all families the link's, or in a batch after `link show` for one device. */
function isWithoutAddresses(s: Session, filter: AddressFilter): boolean {
  return filter.family === "link" || (s.hasShownLinks && filter.dev !== null);
}

/** Options that leave out the devices' own lines. */
function isWithoutLinks(s: Session, filter: AddressFilter): boolean {
  return filter.label !== null || (s.options.isOneline && !s.options.isBrief && filter.family !== "link");
}

export function addressShow(s: Session, words: readonly string[]): void {
  const filter = parseFilter(s, words);
  let links: readonly LinkInfo[];
  const isInet6Dump = isAnsweredByInet6(s, filter);
  if (filter.dev === null)
    links = isInet6Dump ? s.dumpLinks().map((link) => asInet6Shows(s, link)) : s.dumpLinks();
  else links = [s.talkLink(needShownIndex(s, filter.dev))];
  const isBare = isWithoutAddresses(s, filter);
  const all = isBare ? [] : s.dump("RTM_GETADDR", {});
  const shown = isBare
    ? links.map((link) => ({ link, addresses: [], own: [] }))
    : choose(s, links, all, filter);
  const isAlone = isWithoutLinks(s, filter);
  s.print((p) => {
    // Without a line of its own a device is not asked for its group.
    const wanted = isInet6Dump ? asInet6Filters(filter) : isAlone ? { ...filter, group: null } : filter;
    for (const device of shown) {
      if (isInet6Dump ? filter.kind !== null : isLeftOutByKernel(device.link, filter)) continue;
      if (linkPasses(device.link, wanted)) putDevice(s, p, device, filter, isAlone);
      else {
        p.object(); // JSON has an empty one for a device that is left out
        p.close();
      }
    }
  });
}

/** One round: deletes what passes the filter; gives how many there were. */
function flushRound(s: Session, filter: AddressFilter, ifindex: number | null): number {
  const label = filter.label === null ? null : patternToRegExp(filter.label);
  const chosen = s
    .dump("RTM_GETADDR", {})
    .filter((a) => (ifindex === null || a.ifindex === ifindex) && addressPasses(s, a, filter, label));
  if (s.options.statistics > 1) {
    const p = s.textPrinter();
    for (const address of chosen) putAddress(s, p, address, true);
    s.out(p.takeOutput());
  }
  for (const address of chosen) {
    const { ifindex: index, local, prefixLen } = address;
    const peer = address.address === local ? {} : { peer: address.address };
    const labelled = address.label === null ? {} : { label: address.label };
    // A secondary may have gone together with its primary: refusals are not looked at.
    s.request("RTM_DELADDR", { ifindex: index, local, prefixLen, ...peer, ...labelled });
  }
  return chosen.length;
}

export function addressFlush(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail("Flush requires arguments.\n", 1);
  const filter = parseFilter(s, words);
  if (filter.family === "link") s.fail("Cannot flush link addresses.\n", 1);
  const ifindex = filter.dev === null ? null : needShownIndex(s, filter.dev);
  const incomplete: Incomplete = (rounds) => [
    `*** Flush remains incomplete after ${rounds} rounds. ***\n`,
    255,
  ];
  flushLoop(s, "addresses", s.options.loops, incomplete, () => flushRound(s, filter, ifindex));
}

/** What is told when a flush does not come to an end, and the status then. */
export type Incomplete = (rounds: number) => readonly [text: string, status: number];

/** Rounds until one finds nothing; with -s each is told. `most` 0: without limit. */
export function flushLoop(
  s: Session,
  what: string,
  most: number,
  incomplete: Incomplete,
  round: () => number,
): void {
  const isTold = s.options.statistics > 0;
  for (let rounds = 0; most === 0 || rounds < most; rounds++) {
    const count = round();
    if (count > 0) {
      if (isTold) s.out(`\n*** Round ${rounds + 1}, deleting ${count} ${what} ***\n`);
      continue;
    }
    if (isTold && rounds === 0) s.out("Nothing to flush.\n");
    else if (isTold) s.out(`*** Flush is complete after ${rounds} round${rounds > 1 ? "s" : ""} ***\n`);
    return;
  }
  s.fail(...incomplete(most));
}

/** For routes and neighbours there is no option; ours ends so that a refused deletion cannot go on for ever. */
export const ENDLESS: { readonly most: number; readonly incomplete: Incomplete } = {
  most: 10,
  incomplete: (rounds) => [`vethsim: flush is not complete after ${rounds} rounds\n`, 1],
};
