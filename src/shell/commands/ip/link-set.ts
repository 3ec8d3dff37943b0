/** `ip link set`, `delete` and `property`. */
import type { LinkSet } from "../../../events/requests.ts";
import { isPrefixOf } from "./args.ts";
import { linkAdd, parseKind } from "./link-add.ts";
import { type LinkWords, parseLinkWords, resolveNetns } from "./link-parse.ts";
import { isValidAltname, type Session } from "./session.ts";
import { usage } from "./usage.ts";

function needDev(s: Session): never {
  return s.exit('Not enough information: "dev" argument is required.\n');
}

function changes(s: Session, w: LinkWords, isGroupChosen: boolean): Omit<LinkSet, "ifindex"> {
  return {
    ...(w.change === 0 ? {} : { flags: w.flags, change: w.change }),
    ...(w.ifname === null ? {} : { ifname: w.ifname }),
    ...(w.address === null ? {} : { address: w.address }),
    ...(w.broadcast === null ? {} : { broadcast: w.broadcast }),
    ...(w.mtu === null ? {} : { mtu: w.mtu }),
    ...(w.txqueuelen === null ? {} : { txqueuelen: w.txqueuelen }),
    ...(w.group === null || isGroupChosen ? {} : { group: w.group }),
    ...(w.alias === null ? {} : { alias: w.alias }),
    ...(w.netns === null ? {} : { netns: resolveNetns(s, w.netns) }),
    ...(w.index === null ? {} : { newIfindex: w.index }),
    ...(w.linkMode === null ? {} : { linkMode: w.linkMode }),
    ...(w.carrier === null ? {} : { carrier: w.carrier }),
    ...(w.operState === null ? {} : { operState: w.operState }),
    ...(w.master === null ? {} : { master: w.master }),
    ...(w.linkNetnsid === null ? {} : { linkNetnsid: w.linkNetnsid }),
    ...(w.gsoMaxSize === null ? {} : { gsoMaxSize: w.gsoMaxSize }),
    ...(w.gsoMaxSegs === null ? {} : { gsoMaxSegs: w.gsoMaxSegs }),
    ...(w.groMaxSize === null ? {} : { groMaxSize: w.groMaxSize }),
    ...(w.hasVf ? { hasVf: true as const } : {}),
    ...(w.addrGenMode === null ? {} : { addrGenMode: w.addrGenMode }),
  };
}

/** A hardware address must be as long as the device's: the tool asks for that before it sends anything. */
function checkAddressLength(s: Session, dev: string, octets: number): void {
  const link = s.getLink({ ifname: dev });
  const length = link.ok && link.value.address !== "" ? link.value.address.split(":").length : null;
  if (length !== null && length !== octets)
    s.fail(`Invalid address length ${octets} - must be ${length} bytes\n`, 1);
}

export function linkSet(s: Session, words: readonly string[]): void {
  setLink(s, parseLinkWords(s, s.args(words)));
}

/** `ip link replace`: a new device, or other attributes of the one that is there; its kind's own cannot be changed. */
export function linkReplace(s: Session, words: readonly string[]): void {
  const w = parseLinkWords(s, s.args(words));
  const name = w.dev ?? w.ifname;
  if (w.kind === null) s.fail('Not enough information: "type" argument is required\n', 1);
  const found = name === null ? null : s.getLink({ ifname: name });
  if (found?.ok !== true) {
    linkAdd(s, words);
    return;
  }
  parseKind(s, w.kind, w.kindArgs);
  s.refuseErrno("EOPNOTSUPP");
}

function setLink(s: Session, w: LinkWords): void {
  if (w.dev === null) {
    if (w.group === null) {
      needDev(s);
      return;
    }
    setGroup(s, w, w.group);
    return;
  }
  if (w.index !== null && w.netns === null)
    s.exit("index can be used only when creating devices or when moving device to another netns.\n");
  if (w.address !== null) checkAddressLength(s, w.dev, w.addressOctets);
  const ifindex = s.needIndex(w.dev);
  const ofKind = w.kind === null ? {} : changeKind(s, w.kind, w.kindArgs);
  if (w.isProtoDownGiven)
    s.refuse({ ok: false, errno: "EOPNOTSUPP", extack: "Protodown not supported by device" });
  s.talk("RTM_NEWLINK_SET", { ifindex, ...changes(s, w, false), ...ofKind });
}

/** Bridges and their ports can be changed; given attributes of another kind, the kernel refuses. */
function changeKind(
  s: Session,
  kind: string,
  words: readonly string[],
): Pick<LinkSet, "bridge" | "bridgePort"> {
  if (words.length === 0) return {};
  const { peer, bridge, bridgePort } = parseKind(s, kind, words);
  if (bridge !== undefined) return { bridge };
  if (bridgePort !== undefined) return { bridgePort };
  if (peer !== undefined) {
    if (peer.ifname === undefined) needDev(s);
    s.needIndex(peer.ifname);
  }
  return s.refuseErrno("EOPNOTSUPP");
}

/** All devices of a group, by ifindex; the first refusal ends it. */
function setGroup(s: Session, w: LinkWords, group: number): void {
  for (const link of s.dumpLinks())
    if (link.group === group) s.talk("RTM_NEWLINK_SET", { ifindex: link.ifindex, ...changes(s, w, true) });
}

export function linkDelete(s: Session, words: readonly string[]): void {
  const w = parseLinkWords(s, s.args(words));
  if (w.dev === null) {
    if (w.group === null) {
      needDev(s);
      return;
    }
    deleteGroup(s, w.group);
    return;
  }
  const ifindex = s.needIndex(w.dev);
  if (w.kind !== null) parseKind(s, w.kind, w.kindArgs);
  s.talk("RTM_DELLINK", { ifindex });
}

/** @source net/core/rtnetlink.c, rtnl_group_dellink(): the default group is refused as a whole */
function deleteGroup(s: Session, group: number): void {
  if (group === 0) s.refuseErrno("EPERM");
  const links = s.dumpLinks().filter((link) => link.group === group);
  if (links.length === 0) s.refuseErrno("ENODEV");
  for (const link of links) {
    const reply = s.request("RTM_DELLINK", { ifindex: link.ifindex });
    // Deleted together with its peer a moment ago.
    if (!reply.ok && reply.errno !== "ENODEV") s.refuse(reply);
  }
}

export function linkProperty(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  if (args.isEmpty) usage(s, "link");
  const operator = args.take();
  const isAdd = isPrefixOf(operator, "add");
  if (isPrefixOf(operator, "help")) usage(s, "link");
  if (!isAdd && !isPrefixOf(operator, "del")) s.exit("Operator required\n");
  let dev: string | null = null;
  const altnames: string[] = [];
  while (!args.isEmpty) {
    const word = args.take();
    if (isPrefixOf(word, "altname")) {
      const name = args.value();
      altnames.push(isValidAltname(name) ? name : args.invalid("not a valid altname", name));
    } else if (isPrefixOf(word, "help")) usage(s, "link");
    else {
      const name = word === "dev" ? args.value() : word;
      if (dev !== null) args.garbage("dev", name);
      dev = name;
    }
  }
  if (dev === null) s.exit('Not enough of information: "dev" argument is required.\n');
  const ifindex = s.needIndex(dev);
  s.talk(isAdd ? "RTM_NEWLINKPROP" : "RTM_DELLINKPROP", { ifindex, altnames });
}
