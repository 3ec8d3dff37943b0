import type { RuleInfo } from "../../../../src/events/requests.ts";

/** A rule that fits every packet, as the kernel makes them. */
export function ruleInfo(priority: number, table: number): RuleInfo {
  return {
    priority,
    table,
    action: 1,
    src: null,
    srcLen: 0,
    dst: null,
    dstLen: 0,
    tos: 0,
    iif: "",
    isIifDetached: false,
    oif: "",
    isOifDetached: false,
    mark: 0,
    markMask: 0,
    target: 0,
    isUnresolved: false,
    suppressPrefixLen: -1,
    suppressIfgroup: -1,
    isInverted: false,
    isL3mdev: false,
    uidRange: null,
    ipproto: 0,
    sport: null,
    dport: null,
    realm: 0,
    protocol: 2,
  };
}
