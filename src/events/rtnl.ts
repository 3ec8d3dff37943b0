/**
 * Notifications of rtnetlink: what changed, as RTM_NEW* and RTM_DEL* tell it to every socket that joined the object's group.
 * @source include/uapi/linux/rtnetlink.h, RTNLGRP_*
 */

import type { FdbInfo } from "./bridge-requests.ts";
import type { AddrInfo, LinkInfo, NeighInfo, NsidInfo, RouteInfo, RuleInfo } from "./requests.ts";

/** Settings of a device's protocol, or of `all` and `default`; absent: not told of. @source include/uapi/linux/netconf.h */
export interface NetconfInfo {
  /** Or "all", "default". */
  readonly ifindex: number | "all" | "default";
  readonly forwarding?: number;
  readonly rpFilter?: number;
  readonly mcForwarding?: number;
  readonly proxyNeigh?: number;
  readonly ignoreRoutesWithLinkdown?: number;
}

interface RtnlBodies {
  link: LinkInfo;
  addr: AddrInfo;
  route: RouteInfo;
  neigh: NeighInfo;
  netconf: NetconfInfo;
  nsid: NsidInfo;
  rule: RuleInfo;
  /** RTM_NEWNEIGH and RTM_DELNEIGH of the family AF_BRIDGE. */
  fdb: FdbInfo;
  /** RTM_NEWLINK and RTM_DELLINK of the family AF_BRIDGE. */
  bridgePort: LinkInfo;
  /** Not of rtnetlink: a name under /run/netns that came or went, as inotify(7) tells. */
  netnsName: { readonly name: string };
}

export type RtnlObject = keyof RtnlBodies;
export type RtnlFamily = "inet" | "inet6";

export type RtnlMessage = {
  [Object in RtnlObject]: {
    readonly object: Object;
    readonly isDeleted: boolean;
    /** Null: of no family (links, namespaces). */
    readonly family: RtnlFamily | null;
    readonly body: RtnlBodies[Object];
    /** A link that leaves for another namespace: that one's id and the number there. IFLA_NEW_NETNSID, IFLA_NEW_IFINDEX */
    /** Id of the namespace where it happened, for whoever listens from another one. */
    readonly nsid?: number;
    readonly movesTo?: { readonly nsid: number; readonly ifindex: number };
  };
}[RtnlObject];
