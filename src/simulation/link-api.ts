/** Arguments of the typed functions on links, as plain words, and the requests they become. */

import type { BridgeAttrs, BridgePortAttrs } from "../events/bridge-requests.ts";
import * as nl from "../events/netlink.ts";
import type { LinkAttrs, LinkSet, NetnsId } from "../events/requests.ts";

/** A device: its name (or an altname), or its ifindex. */
export type LinkRef = string | number;

/** Namespace to put something in: a handle, or a name that exists. */
export type NetnsTarget = string | { readonly id: NetnsId };

/** What can be said of a device when it is made. */
export interface NewLinkAttrs {
  /** Absent: the kernel's choice (`veth0`, ...). */
  readonly ifname?: string;
  /** Wanted ifindex. */
  readonly ifindex?: number;
  readonly address?: string;
  readonly broadcast?: string;
  readonly mtu?: number;
  readonly txqueuelen?: number;
  readonly group?: number;
  readonly netns?: NetnsTarget;
  readonly numTxQueues?: number;
  readonly numRxQueues?: number;
}

/** `ip link add NAME type veth peer name PEER`. */
export interface NewLink extends NewLinkAttrs {
  readonly kind: string;
  readonly peer?: NewLinkAttrs;
  /** The bridge that it becomes a port of. */
  readonly master?: LinkRef;
  /** Of a bridge. */
  readonly bridge?: BridgeAttrs;
}

/** `ip link set`: what is named changes, in the kernel's order, and all that came before a refusal stays. */
export interface LinkChange {
  readonly up?: boolean;
  readonly arp?: boolean;
  readonly multicast?: boolean;
  readonly allmulticast?: boolean;
  readonly promisc?: boolean;
  readonly dynamic?: boolean;
  readonly trailers?: boolean;
  readonly ifname?: string;
  readonly address?: string;
  readonly broadcast?: string;
  readonly mtu?: number;
  readonly txqueuelen?: number;
  readonly group?: number;
  readonly alias?: string;
  readonly netns?: NetnsTarget;
  readonly carrier?: boolean;
  /** The bridge that it becomes a port of; null: of none. */
  readonly master?: LinkRef | null;
  /** Of a bridge. */
  readonly bridge?: BridgeAttrs;
  /** Of a bridge's port. */
  readonly bridgePort?: BridgePortAttrs;
}

/** Words of `ip link set` that are flags; those that name the flag's absence are turned. */
const FLAGS = [
  ["up", nl.IFF_UP, false],
  ["arp", nl.IFF_NOARP, true],
  ["multicast", nl.IFF_MULTICAST, false],
  ["allmulticast", nl.IFF_ALLMULTI, false],
  ["promisc", nl.IFF_PROMISC, false],
  ["dynamic", nl.IFF_DYNAMIC, false],
  ["trailers", nl.IFF_NOTRAILERS, true],
] as const;

function flagsOf(change: LinkChange): Pick<LinkSet, "flags" | "change"> {
  let flags = 0;
  let mask = 0;
  for (const [word, bit, isTurned] of FLAGS) {
    const wish = change[word];
    if (wish === undefined) continue;
    mask |= bit;
    if (wish !== isTurned) flags |= bit;
  }
  return mask === 0 ? {} : { flags, change: mask };
}

type Resolve = (target: NetnsTarget) => NetnsId;

export function linkAttrs(attrs: NewLinkAttrs, resolve: Resolve): LinkAttrs {
  const { ifname, ifindex, address, broadcast, mtu, txqueuelen, group, netns, numTxQueues, numRxQueues } =
    attrs;
  return defined({
    ifname,
    ifindex,
    address,
    broadcast,
    mtu,
    txqueuelen,
    group,
    numTxQueues,
    numRxQueues,
    netns: netns === undefined ? undefined : resolve(netns),
  });
}

/** @param ifindexOf a device of the same namespace */
export function linkChange(
  change: LinkChange,
  resolve: Resolve,
  ifindexOf: (link: LinkRef) => number,
): Omit<LinkSet, "ifindex"> {
  const { ifname, address, broadcast, mtu, txqueuelen, group, alias, netns, carrier } = change;
  const { master, bridge, bridgePort } = change;
  return {
    ...flagsOf(change),
    ...defined({
      ifname,
      address,
      broadcast,
      mtu,
      txqueuelen,
      group,
      alias,
      carrier,
      netns: netns === undefined ? undefined : resolve(netns),
      master: master === undefined ? undefined : master === null ? 0 : ifindexOf(master),
      bridge,
      bridgePort,
    }),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that are there: an optional one that is absent is not the same as one that is undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
