/** Bodies of the requests on bridges, their ports and their tables, and how these are shown. */

/** What is set on a bridge. Times are in hundredths of a second. @source include/uapi/linux/if_link.h, IFLA_BR_* */
export interface BridgeAttrs {
  readonly forwardDelay?: number;
  readonly helloTime?: number;
  readonly maxAge?: number;
  readonly ageingTime?: number;
  readonly stpState?: number;
  readonly priority?: number;
  readonly groupFwdMask?: number;
  /** Octets with colons, as many as were given. */
  readonly groupAddress?: string;
  /** Learned addresses go, at once. */
  readonly flushFdb?: true;
  /** What needs VLAN filtering, which the reference kernel is built without: EOPNOTSUPP. */
  readonly vlanFiltering?: number;
  readonly multicast?: BridgeMulticastAttrs;
  readonly nfCallIptables?: number;
  readonly nfCallIp6tables?: number;
  readonly nfCallArptables?: number;
  readonly noLinklocalLearn?: boolean;
  readonly mcastVlanSnooping?: boolean;
}

/** IFLA_BR_MCAST_*. Switches are 0 or 1, intervals are in hundredths of a second. */
export interface BridgeMulticast {
  readonly snooping: number;
  /** MDB_RTR_TYPE_* */
  readonly router: number;
  readonly queryUseIfaddr: number;
  readonly querier: number;
  readonly hashMax: number;
  readonly lastMemberCount: number;
  readonly startupQueryCount: number;
  readonly lastMemberInterval: number;
  readonly membershipInterval: number;
  readonly querierInterval: number;
  readonly queryInterval: number;
  readonly queryResponseInterval: number;
  readonly startupQueryInterval: number;
  readonly statsEnabled: number;
  readonly igmpVersion: number;
  readonly mldVersion: number;
}
export type BridgeMulticastAttrs = Partial<BridgeMulticast>;

/** A bridge as it is shown. Timers are in hundredths of a second. */
export interface BridgeInfo {
  readonly forwardDelay: number;
  readonly helloTime: number;
  readonly maxAge: number;
  readonly ageingTime: number;
  readonly stpState: number;
  readonly priority: number;
  readonly bridgeId: BridgeIdInfo;
  readonly designatedRoot: BridgeIdInfo;
  readonly rootPort: number;
  readonly rootPathCost: number;
  readonly topologyChange: boolean;
  readonly topologyChangeDetected: boolean;
  readonly helloTimer: number;
  readonly tcnTimer: number;
  readonly topologyChangeTimer: number;
  readonly gcTimer: number;
  readonly groupFwdMask: number;
  readonly groupAddress: string;
  readonly multicast: BridgeMulticast;
  readonly nfCallIptables: number;
  readonly nfCallIp6tables: number;
  readonly nfCallArptables: number;
  readonly noLinklocalLearn: boolean;
}

export interface BridgeIdInfo {
  readonly priority: number;
  readonly address: string;
}

/** What is set on a bridge's port. @source include/uapi/linux/if_link.h, IFLA_BRPORT_* */
export interface BridgePortAttrs {
  readonly state?: number;
  readonly priority?: number;
  readonly cost?: number;
  readonly hairpin?: boolean;
  readonly guard?: boolean;
  readonly rootBlock?: boolean;
  readonly fastLeave?: boolean;
  readonly learning?: boolean;
  readonly flood?: boolean;
  readonly mcastFlood?: boolean;
  readonly bcastFlood?: boolean;
  readonly mcastToUnicast?: boolean;
  readonly proxyArp?: boolean;
  readonly proxyArpWifi?: boolean;
  readonly neighSuppress?: boolean;
  readonly vlanTunnel?: boolean;
  readonly isolated?: boolean;
  readonly locked?: boolean;
  /** MDB_RTR_TYPE_* */
  readonly multicastRouter?: number;
  readonly groupFwdMask?: number;
  /** ifindex of the port that frames take while this one has no carrier; 0: none. */
  readonly backupPort?: number;
  /** Learned addresses go, at once. */
  readonly flushFdb?: true;
}

/** A port as it is shown. Timers are in hundredths of a second. */
export interface BridgePortInfo extends Required<Omit<BridgePortAttrs, "flushFdb">> {
  readonly portId: number;
  readonly number: number;
  readonly designatedRoot: BridgeIdInfo;
  readonly designatedBridge: BridgeIdInfo;
  readonly designatedPort: number;
  readonly designatedCost: number;
  readonly topologyChangeAck: boolean;
  readonly configPending: boolean;
  readonly messageAgeTimer: number;
  readonly forwardDelayTimer: number;
  readonly holdTimer: number;
}

/** `bridge link set`: RTM_SETLINK of the family AF_BRIDGE. */
export interface BridgeLinkSet {
  readonly ifindex: number;
  readonly port: BridgePortAttrs;
  /** BRIDGE_FLAGS_MASTER and BRIDGE_FLAGS_SELF. */
  readonly flags: number;
}

/** An address of a bridge's table, or one that a device's filter lets in. @source net/bridge/br_fdb.c, fdb_fill_info() */
export interface FdbInfo {
  readonly ifindex: number;
  readonly address: string;
  /** ifindex of the bridge; null: the device's own. */
  readonly master: number | null;
  /** NUD_* */
  readonly state: number;
  /** NTF_* */
  readonly flags: number;
  /** NDA_CACHEINFO, in hundredths of a second since; null: not told. */
  readonly used: number | null;
  readonly updated: number | null;
}

/** RTM_NEWNEIGH and RTM_DELNEIGH of the family AF_BRIDGE. */
export interface FdbChange {
  readonly ifindex: number;
  /** Six octets with colons. */
  readonly address: string;
  /** NUD_* */
  readonly state: number;
  /** NTF_* */
  readonly flags: number;
  readonly vlan?: number;
  readonly nlmFlags: number;
}

/** RTM_DELNEIGH with NLM_F_BULK: entries whose bits under the masks are these. */
export interface FdbFlush {
  readonly ifindex: number;
  readonly flags: number;
  readonly state: number;
  readonly flagsMask: number;
  readonly stateMask: number;
  readonly vlan?: number;
  /** NDA_IFINDEX; absent: all ports. */
  readonly port?: number;
}

export interface FdbGet {
  readonly address: string;
  /** 0: none is named. */
  readonly ifindex: number;
  /** NDA_MASTER; 0: none is named. */
  readonly master: number;
  readonly flags: number;
  readonly vlan?: number;
}

/** A request of brctl(8) to a bridge's device, for where sysfs would not do. @source net/bridge/br_ioctl.c, br_dev_siocdevprivate() */
export interface BridgeIoctl {
  readonly bridge: string;
  readonly code: "portList" | "fdb" | "set" | "setPort";
  readonly bridgeAttrs?: BridgeAttrs;
  readonly port?: string;
  readonly portAttrs?: BridgePortAttrs;
}
