/**
 * Settings of IPv6 that the stack acts on: the values behind net.ipv6.conf.DEV.* and those of a namespace.
 * @source include/linux/ipv6.h, struct ipv6_devconf; net/ipv6/addrconf.c, ipv6_devconf; include/net/netns/ipv6.h
 */

/** Ways to make the identifier of a link-local address. @source include/uapi/linux/if_link.h */
export const IN6_ADDR_GEN_MODE_EUI64 = 0;
export const IN6_ADDR_GEN_MODE_NONE = 1;
export const IN6_ADDR_GEN_MODE_STABLE_PRIVACY = 2;
export const IN6_ADDR_GEN_MODE_RANDOM = 3;

/** Times are jiffies. */
export interface DevConf6 {
  readonly acceptDad: number;
  readonly acceptRa: number;
  readonly acceptRaDefrtr: number;
  readonly acceptRaFromLocal: number;
  readonly acceptRaMinHopLimit: number;
  readonly acceptRaMinLft: number;
  readonly acceptRaMtu: number;
  readonly acceptRaPinfo: number;
  readonly acceptRaRtInfoMinPlen: number;
  readonly acceptRaRtInfoMaxPlen: number;
  readonly acceptRaRtrPref: number;
  readonly acceptRedirects: number;
  readonly addrGenMode: number;
  readonly autoconf: number;
  readonly dadTransmits: number;
  readonly disableIpv6: number;
  readonly enhancedDad: number;
  readonly forwarding: number;
  readonly forceForwarding: number;
  readonly forceMldVersion: number;
  readonly hopLimit: number;
  readonly ignoreRoutesWithLinkdown: number;
  readonly keepAddrOnDown: number;
  readonly mldv1Interval: number;
  readonly mldv2Interval: number;
  readonly ndiscEvictNocarrier: number;
  readonly ndiscNotify: number;
  readonly optimisticDad: number;
  readonly useOptimistic: number;
  readonly proxyNdp: number;
  readonly maxAddresses: number;
  readonly raDefrtrMetric: number;
  readonly raHonorPioLife: number;
  readonly rtrSolicitDelay: number;
  readonly rtrSolicitInterval: number;
  readonly rtrSolicitMaxInterval: number;
  readonly rtrSolicits: number;
  readonly useTempaddr: number;
  readonly useOifAddrsOnly: number;
  readonly dropUnicastInL2Multicast: number;
  readonly dropUnsolicitedNa: number;
  readonly acceptUntrackedNa: number;
  /** Secret of stable addresses, as sysctl prints it; empty: none was set. */
  readonly stableSecret: string;
}

/** Of `default`, and of a new device. */
export const DEFAULT_DEV_CONF6: DevConf6 = Object.freeze({
  acceptDad: 1,
  acceptRa: 1,
  acceptRaDefrtr: 1,
  acceptRaFromLocal: 0,
  acceptRaMinHopLimit: 1,
  acceptRaMinLft: 0,
  acceptRaMtu: 1,
  acceptRaPinfo: 1,
  acceptRaRtInfoMinPlen: 0,
  acceptRaRtInfoMaxPlen: 0,
  acceptRaRtrPref: 1,
  acceptRedirects: 1,
  addrGenMode: IN6_ADDR_GEN_MODE_EUI64,
  autoconf: 1,
  dadTransmits: 1,
  disableIpv6: 0,
  enhancedDad: 1,
  forwarding: 0,
  forceForwarding: 0,
  forceMldVersion: 0,
  hopLimit: 64,
  ignoreRoutesWithLinkdown: 0,
  keepAddrOnDown: 0,
  mldv1Interval: 2500,
  mldv2Interval: 250,
  ndiscEvictNocarrier: 1,
  ndiscNotify: 0,
  optimisticDad: 0,
  useOptimistic: 0,
  proxyNdp: 0,
  maxAddresses: 16,
  raDefrtrMetric: 1024,
  raHonorPioLife: 0,
  rtrSolicitDelay: 250,
  rtrSolicitInterval: 1000,
  rtrSolicitMaxInterval: 900_000,
  rtrSolicits: -1,
  useTempaddr: 0,
  useOifAddrsOnly: 0,
  dropUnicastInL2Multicast: 0,
  dropUnsolicitedNa: 0,
  acceptUntrackedNa: 0,
  stableSecret: "",
});

/** Of `all`. */
export const ALL_DEV_CONF6: DevConf6 = Object.freeze({ ...DEFAULT_DEV_CONF6, acceptDad: 0 });

/** What a namespace has once. Times are jiffies. */
export interface StackSettings6 {
  readonly echoIgnoreAll: number;
  readonly echoIgnoreAnycast: number;
  readonly echoIgnoreMulticast: number;
  readonly icmpRatelimit: number;
  readonly autoFlowlabels: number;
  readonly fragTime: number;
  readonly idgenRetries: number;
  readonly nonlocalBind: number;
  readonly mtuExpires: number;
}

export const DEFAULT_SETTINGS6: StackSettings6 = Object.freeze({
  echoIgnoreAll: 0,
  echoIgnoreAnycast: 0,
  echoIgnoreMulticast: 0,
  icmpRatelimit: 25,
  autoFlowlabels: 1,
  fragTime: 15_000,
  idgenRetries: 3,
  nonlocalBind: 0,
  mtuExpires: 150_000,
});
