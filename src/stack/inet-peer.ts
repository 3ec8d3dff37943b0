/**
 * What is remembered of the hosts that were sent ICMP errors: how many more they may have.
 * @source net/ipv4/inetpeer.c
 */
import { HZ } from "../core/timer-wheel.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { IcmpLimit, netStack } from "./net-stack.ts";

/** @source struct inet_peer */
export interface InetPeer {
  /** In jiffies. */
  readonly tokens: number;
  /** Jiffy in which they were counted. */
  readonly last: number;
  /** Redirects that it was sent and did not follow. */
  readonly redirects: number;
}

/** Tokens a host can save up for errors of all kinds. @source XRLIM_BURST_FACTOR */
const PEER_BURST = 6;
/** And for what a router tells of missing routes. @source net/ipv4/route.c, ip_rt_error_burst, ip_rt_error_cost */
const ERROR_BURST = 5 * HZ;
const ERROR_COST = HZ;
/** A new host has had a minute to save. */
const FRESH_JIFFIES = 60 * HZ;

export function inetPeer(step: StepContext, netns: NetnsRef, address: Ipv4Address): InetPeer {
  const known = step.cells.get(netStack(step, netns).icmpLimit).peers.get(address);
  return known ?? { tokens: 0, last: step.jiffies - FRESH_JIFFIES, redirects: 0 };
}

export function setInetPeer(step: StepContext, netns: NetnsRef, address: Ipv4Address, peer: InetPeer): void {
  const { icmpLimit } = netStack(step, netns);
  const limit = step.cells.get(icmpLimit);
  step.cells.set(icmpLimit, new IcmpLimit(limit.credit, limit.stamp, limit.peers.set(address, peer)));
}

/**
 * May a host be sent one more error?
 * @param cost net.ipv4.icmp_ratelimit in jiffies
 * @source inet_peer_xrlim_allow()
 */
export function peerAllows(step: StepContext, netns: NetnsRef, address: Ipv4Address, cost: number): boolean {
  const peer = inetPeer(step, netns, address);
  const saved = peer.tokens + step.jiffies - peer.last;
  const tokens = step.jiffies === peer.last ? peer.tokens : Math.min(saved, PEER_BURST * cost);
  const isAllowed = tokens >= cost;
  setInetPeer(step, netns, address, {
    ...peer,
    tokens: isAllowed ? tokens - cost : tokens,
    last: step.jiffies,
  });
  return isAllowed;
}

/** May a host be told that there is no route? The tokens are the same, the bounds others. @source ip_error() */
export function peerAllowsRouteError(step: StepContext, netns: NetnsRef, address: Ipv4Address): boolean {
  const peer = inetPeer(step, netns, address);
  const tokens = Math.min(peer.tokens + step.jiffies - peer.last, ERROR_BURST);
  const isAllowed = tokens >= ERROR_COST;
  setInetPeer(step, netns, address, {
    ...peer,
    tokens: isAllowed ? tokens - ERROR_COST : tokens,
    last: step.jiffies,
  });
  return isAllowed;
}
