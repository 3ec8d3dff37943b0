/** `ip link add`: a new device, with a peer where its kind has one. */

import type { BridgePortAttrs } from "../../../events/bridge-requests.ts";
import type { LinkAdd } from "../../../events/requests.ts";
import { parseBridge, parseBridgeSlave } from "./link-bridge.ts";
import { creationAttrs, parseLinkWords } from "./link-parse.ts";
import type { Session } from "./session.ts";
import { usage, VETH_USAGE } from "./usage.ts";

/** Kinds whose arguments the tool reads itself; for any other kind an argument is garbage. */
const KINDS_WITH_ARGUMENTS = [
  "bond",
  "geneve",
  "gre",
  "gretap",
  "ipip",
  "ipvlan",
  "macsec",
  "macvlan",
  "macvtap",
  "sit",
  "vlan",
  "vrf",
  "vti",
  "vxlan",
];

/** What a kind's own words ask for. */
export interface KindAttrs extends Pick<LinkAdd, "peer" | "bridge"> {
  readonly bridgePort?: BridgePortAttrs;
}

/** Reads `peer ...` of a veth, and what is set of a bridge or its port; other kinds take no arguments yet. */
export function parseKind(s: Session, kind: string, words: readonly string[]): KindAttrs {
  if (words.length === 0) return {};
  if (kind === "bridge") return { bridge: parseBridge(s, words) };
  if (kind === "bridge_slave") return { bridgePort: parseBridgeSlave(s, words) };
  if (kind === "veth") {
    if (words[0] !== "peer") {
      s.out(VETH_USAGE);
      return s.fail("", 1);
    }
    return { peer: creationAttrs(s, parseLinkWords(s, s.args(words.slice(1)), true)) };
  }
  if (words[0] === "help") usage(s, "link");
  if (KINDS_WITH_ARGUMENTS.includes(kind))
    return s.fail(`ip link: arguments of type "${kind}" are not supported by vethsim\n`, 1);
  return s.fail(`Garbage instead of arguments "${words[0]} ...". Try "ip link help".\n`, 1);
}

export function linkAdd(s: Session, words: readonly string[]): void {
  const w = parseLinkWords(s, s.args(words));
  if (w.dev !== null && w.ifname !== null) creationAttrs(s, w);
  if (w.kind === null) s.fail('Not enough information: "type" argument is required\n', 1);
  const link = w.link === null ? {} : { link: s.needIndex(w.link) };
  const master = w.master === null ? {} : { master: w.master };
  const { bridgePort: _ofPort, ...kindAttrs } = parseKind(s, w.kind, w.kindArgs);
  const linkNetnsid = w.linkNetnsid === null ? {} : { linkNetnsid: w.linkNetnsid };
  // An alias given here never takes effect: the kernel does not read it when it makes a device.
  s.talk("RTM_NEWLINK_ADD", {
    ...creationAttrs(s, w),
    kind: w.kind,
    ...link,
    ...master,
    ...linkNetnsid,
    ...kindAttrs,
  });
}
