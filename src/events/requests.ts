/**
 * What user space asks of the kernel, and what it is told: netlink messages, ioctls, files under /proc and /sys, processes.
 * Requests and replies are plain data and stand in the log as JSON. Addresses are text as Linux prints it.
 * The shell's commands and the typed API use the same requests.
 */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import type {
  BridgeAttrs,
  BridgeInfo,
  BridgeIoctl,
  BridgeLinkSet,
  BridgePortAttrs,
  BridgePortInfo,
  FdbChange,
  FdbFlush,
  FdbGet,
  FdbInfo,
} from "./bridge-requests.ts";

/** Number of a network namespace in this run; 0 is the one a run starts in. */
export type NetnsId = number;

// ---------------------------------------------------------------------------------------------- links

/** Attributes of one end of a link that `ip link add` can set. */
export interface LinkAttrs {
  readonly ifname?: string;
  /** Wanted ifindex (`index N`). */
  readonly ifindex?: number;
  readonly address?: string;
  readonly broadcast?: string;
  readonly mtu?: number;
  readonly txqueuelen?: number;
  readonly group?: number;
  /** Namespace in which this end is made (`netns NAME`). */
  readonly netns?: NetnsId;
  readonly numTxQueues?: number;
  readonly numRxQueues?: number;
  readonly gsoMaxSize?: number;
  readonly gsoMaxSegs?: number;
  readonly groMaxSize?: number;
  /** 0 default, 1 dormant. */
  readonly linkMode?: number;
  readonly operState?: number;
  /** IFF_* to set and the mask of those to change, as `up` or `arp off` before `type` ask for. */
  readonly flags?: number;
  readonly change?: number;
}

/** `ip link add`: RTM_NEWLINK with NLM_F_CREATE | NLM_F_EXCL. */
export interface LinkAdd extends LinkAttrs {
  /** IFLA_INFO_KIND as given; an unknown kind is refused by the kernel. */
  readonly kind: string;
  /** IFLA_LINK: ifindex of the device below (`link DEV`). */
  readonly link?: number;
  /** IFLA_MASTER. */
  readonly master?: number;
  /** IFLA_LINK_NETNSID. */
  readonly linkNetnsid?: number;
  /** VETH_INFO_PEER. */
  readonly peer?: LinkAttrs;
  /** IFLA_BR_*, of a bridge. */
  readonly bridge?: BridgeAttrs;
}

/** `ip link set`: RTM_NEWLINK on an existing device, applied in the kernel's order (do_setlink). */
export interface LinkSet {
  readonly ifindex: number;
  /** IFF_* to set and the mask of those to change (`up`, `arp`, `promisc`, ...). */
  readonly flags?: number;
  readonly change?: number;
  readonly ifname?: string;
  readonly address?: string;
  readonly broadcast?: string;
  readonly mtu?: number;
  readonly txqueuelen?: number;
  readonly group?: number;
  readonly alias?: string;
  readonly netns?: NetnsId;
  /** IFLA_NEW_IFINDEX, with netns. */
  readonly newIfindex?: number;
  /** IFLA_LINK_NETNSID: no device can be told of another one's namespace. */
  readonly linkNetnsid?: number;
  readonly gsoMaxSize?: number;
  readonly gsoMaxSegs?: number;
  readonly groMaxSize?: number;
  /** IFLA_VFINFO_LIST: settings of virtual functions, which no virtual device has. */
  readonly hasVf?: true;
  /** 0 default, 1 dormant. */
  readonly linkMode?: number;
  readonly carrier?: boolean;
  readonly operState?: number;
  /** IFLA_MASTER: ifindex, 0 for `nomaster`. EOPNOTSUPP where the device cannot have ports. */
  readonly master?: number;
  /** IFLA_INET6_ADDR_GEN_MODE: 0 eui64, 1 none, 2 stable_secret, 3 random. */
  readonly addrGenMode?: number;
  /** IFLA_INET6_TOKEN; `::` takes it away. */
  readonly inet6Token?: string;
  /** IFLA_BR_*, of a bridge. */
  readonly bridge?: BridgeAttrs;
  /** IFLA_BRPORT_*, of a bridge's port. */
  readonly bridgePort?: BridgePortAttrs;
}

export interface LinkStats {
  readonly rxPackets: number;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly rxDropped: number;
  readonly rxOtherhost: number;
  readonly rxMissed: number;
  readonly multicast: number;
  readonly txPackets: number;
  readonly txBytes: number;
  readonly txErrors: number;
  readonly txDropped: number;
  readonly txCarrierErrors: number;
  readonly collisions: number;
}

/** A device as RTM_GETLINK shows it. */
export interface LinkInfo {
  readonly ifindex: number;
  readonly ifname: string;
  /** ARPHRD_* */
  readonly type: number;
  /** IFF_*, with RUNNING, LOWER_UP and DORMANT as dev_get_flags() gives them. */
  readonly flags: number;
  readonly mtu: number;
  readonly minMtu: number;
  readonly maxMtu: number;
  /** Octets of the largest segment that the device itself would cut. */
  readonly tsoMaxSize: number;
  readonly qdisc: string;
  /** IF_OPER_* */
  readonly operState: number;
  readonly linkMode: number;
  readonly group: number;
  readonly txqueuelen: number;
  readonly address: string;
  readonly broadcast: string;
  /** IFLA_PERM_ADDRESS, where it differs in kind (none for virtual devices). */
  readonly permAddress: string | null;
  /** IFLA_LINK: the peer's ifindex; null for none. */
  readonly link: number | null;
  /** IFLA_LINK_NETNSID: id of the peer's namespace as seen from this one; null when it is the same. */
  readonly linkNetnsid: number | null;
  /** IFLA_INFO_KIND. */
  readonly kind: string | null;
  /** IFLA_MASTER. */
  readonly master?: number | null;
  /** IFLA_INFO_DATA of a bridge. */
  readonly bridge?: BridgeInfo;
  /** IFLA_INFO_SLAVE_DATA of a bridge's port. */
  readonly bridgePort?: BridgePortInfo;
  readonly promiscuity: number;
  readonly allmulti: number;
  readonly numTxQueues: number;
  readonly numRxQueues: number;
  readonly gsoMaxSize: number;
  readonly gsoMaxSegs: number;
  readonly groMaxSize: number;
  readonly alias: string | null;
  readonly altnames: readonly string[];
  /** The device is large enough for IPv6 (1280 octets), which shows its settings. */
  readonly hasInet6: boolean;
  /** IFLA_INET6_ADDR_GEN_MODE; absent: 0. */
  readonly addrGenMode?: number;
  /** IFLA_INET6_TOKEN; absent: `::`. */
  readonly inet6Token?: string;
  readonly carrierUpCount: number;
  readonly carrierDownCount: number;
  readonly stats: LinkStats;
}

// ---------------------------------------------------------------------------------------------- addresses

export interface AddrAdd {
  readonly ifindex: number;
  readonly local: string;
  /** IFA_ADDRESS where it differs from the local address (`peer P`). */
  readonly peer?: string;
  readonly prefixLen: number;
  readonly broadcast?: string;
  readonly label?: string;
  readonly scope?: number;
  readonly flags?: number;
  /** Seconds; absent: forever. */
  readonly validLft?: number;
  readonly preferredLft?: number;
  readonly metric?: number;
  /** NLM_F_* : `add` = CREATE|EXCL, `change` = REPLACE, `replace` = CREATE|REPLACE. */
  readonly nlmFlags: number;
}

export interface AddrDel {
  readonly ifindex: number;
  readonly local: string;
  readonly peer?: string;
  /** Absent: any (`ip addr del A`, without a prefix). */
  readonly prefixLen?: number;
  readonly label?: string;
}

export interface AddrInfo {
  readonly family: "inet" | "inet6";
  readonly ifindex: number;
  readonly local: string;
  /** IFA_ADDRESS: equals `local` without a peer. */
  readonly address: string;
  readonly prefixLen: number;
  readonly broadcast: string | null;
  readonly label: string | null;
  readonly scope: number;
  readonly flags: number;
  /** Seconds; null: forever. */
  readonly validLft: number | null;
  readonly preferredLft: number | null;
  readonly metric: number;
}

// ---------------------------------------------------------------------------------------------- routes

export interface RouteSpec {
  readonly dst: string;
  readonly dstLen: number;
  readonly tos?: number;
  readonly table?: number;
  readonly protocol?: number;
  readonly scope?: number;
  /** RTN_* */
  readonly type?: number;
  readonly gateway?: string;
  readonly oif?: number;
  readonly prefSrc?: string;
  readonly priority?: number;
  /** RTNH_F_ONLINK */
  readonly flags?: number;
  readonly mtu?: number;
  readonly isMtuLocked?: boolean;
  /** IPv6: RTA_SRC with its length, for packets from there only (`from PREFIX`). */
  readonly src?: string;
  readonly srcLen?: number;
  /** IPv6, seconds (`expires N`). */
  readonly expires?: number;
  /** IPv6: RTA_PREF, ICMPV6_ROUTER_PREF_*: 0 medium, 1 high, 3 low. */
  readonly pref?: number;
  /** IPv6: what was learned of the way to a destination (RTM_F_CLONED), for a deletion. */
  readonly isCloned?: boolean;
  /** All metrics, the MTU included. */
  readonly metrics?: MetricsInfo;
  /** RTA_MULTIPATH. */
  readonly hops?: readonly HopSpec[];
  /** RTA_FLOW */
  readonly realm?: number;
}

/** RTA_METRICS: RTAX_* by number with their values, bits of those that are locked, and the name of RTAX_CC_ALGO. */
export interface MetricsInfo {
  readonly values: readonly (readonly [rtax: number, value: number])[];
  readonly lock: number;
  readonly congctl: string | null;
}

/** struct rtnexthop with its attributes. */
export interface HopSpec {
  readonly gateway?: string;
  readonly oif?: number;
  readonly flags?: number;
  /** From 1. @defaultValue 1 */
  readonly weight?: number;
  readonly realm?: number;
}

export interface HopInfo {
  readonly gateway: string | null;
  readonly oif: number | null;
  readonly flags: number;
  readonly weight: number;
  readonly realm: number;
}

export interface RouteAdd extends RouteSpec {
  /** NLM_F_*: `add` = CREATE|EXCL, `append` = CREATE|APPEND, `change` = REPLACE, `replace` = CREATE|REPLACE, `prepend` = CREATE. */
  readonly nlmFlags: number;
}

export interface RouteInfo {
  readonly family: "inet" | "inet6";
  readonly dst: string;
  readonly dstLen: number;
  readonly tos: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly type: number;
  readonly gateway: string | null;
  readonly oif: number | null;
  readonly prefSrc: string | null;
  readonly priority: number;
  /** RTNH_F_DEAD | RTNH_F_LINKDOWN | RTNH_F_ONLINK */
  readonly flags: number;
  readonly mtu: number | null;
  /** RTAX_LOCK has the mtu (`mtu lock N`). */
  readonly isMtuLocked?: boolean;
  /** IPv6: RTA_SRC with its length, where there is one. */
  readonly src?: string;
  readonly srcLen?: number;
  /** Seconds, by RTA_CACHEINFO; absent: none. IPv4: of what was learned only. */
  readonly expires?: number;
  /** IPv4: RTM_F_CLONED, what was learned of one destination, with the names of RTCF_*. */
  readonly cacheFlags?: readonly string[];
  /** IPv6: RTA_PREF. */
  readonly pref?: number;
  /** IPv6: a router's advertisement made it, which /proc/net/ipv6_route tells. */
  readonly isFromRa?: boolean;
  /** All metrics. */
  readonly metrics?: MetricsInfo;
  /** Next hops, where there are several. */
  readonly hops?: readonly HopInfo[];
  readonly realm?: number;
}

/** `ip route get`. */
export interface RouteGet {
  readonly ipproto?: number;
  readonly sport?: number;
  readonly dport?: number;
  /** RTM_F_NOTIFY */
  readonly isNotified?: boolean;
  readonly dst: string;
  readonly src?: string;
  readonly oif?: number;
  readonly iif?: number;
  readonly tos?: number;
  readonly mark?: number;
  readonly uid?: number;
}

export interface RouteGetInfo {
  readonly type: number;
  readonly dst: string;
  readonly src: string | null;
  readonly gateway: string | null;
  readonly oif: number;
  readonly prefSrc: string | null;
  readonly iif: number | null;
  /** null: not told. */
  readonly uid: number | null;
  /** RTCF_* bits that iproute2 prints as `<local>`, `<redirected>`, ... */
  readonly cacheFlags: readonly string[];
  readonly mtu: number | null;
  readonly expires: number | null;
  readonly table: number;
  readonly tos?: number;
  readonly mark?: number;
  readonly isMtuLocked?: boolean;
  /** IPv6: the answer shows the route itself. */
  readonly protocol?: number;
  readonly scope?: number;
  readonly priority?: number;
  readonly pref?: number;
  readonly metrics?: MetricsInfo;
  readonly realm?: number;
}

/** A rule of `ip rule add` or `del`. */
/** An entry of the policy table by which IPv6 chooses source addresses. */
export interface AddrLabelSpec {
  readonly prefix: string;
  readonly prefixLen: number;
  /** 0: of all devices. */
  readonly ifindex: number;
  readonly label: number;
}

export interface RuleSpec {
  /** @defaultValue "inet" */
  readonly family?: "inet" | "inet6";
  /** FR_ACT_* */
  readonly action: number;
  /** Without NLM_F_EXCL: there may be one like it. */
  readonly mayRepeat?: boolean;
  /** Absent: chosen by the kernel; for a deletion any. */
  readonly priority?: number;
  readonly table?: number;
  readonly src?: string;
  readonly srcLen?: number;
  readonly dst?: string;
  readonly dstLen?: number;
  readonly tos?: number;
  readonly iif?: string;
  readonly oif?: string;
  readonly mark?: number;
  readonly markMask?: number;
  /** Priority to go on with (FR_ACT_GOTO). */
  readonly target?: number;
  readonly suppressPrefixLen?: number;
  readonly suppressIfgroup?: number;
  readonly isInverted?: boolean;
  readonly isL3mdev?: boolean;
  readonly uidRange?: readonly [from: number, to: number];
  readonly ipproto?: number;
  readonly sport?: readonly [from: number, to: number];
  readonly dport?: readonly [from: number, to: number];
  readonly realm?: number;
  readonly protocol?: number;
}

export interface RuleInfo {
  readonly action: number;
  readonly priority: number;
  readonly table: number;
  readonly src: string | null;
  readonly srcLen: number;
  readonly dst: string | null;
  readonly dstLen: number;
  readonly tos: number;
  readonly iif: string;
  readonly isIifDetached: boolean;
  readonly oif: string;
  readonly isOifDetached: boolean;
  readonly mark: number;
  readonly markMask: number;
  readonly target: number;
  readonly isUnresolved: boolean;
  readonly suppressPrefixLen: number;
  readonly suppressIfgroup: number;
  readonly isInverted: boolean;
  readonly isL3mdev: boolean;
  readonly uidRange: readonly [from: number, to: number] | null;
  readonly ipproto: number;
  readonly sport: readonly [from: number, to: number] | null;
  readonly dport: readonly [from: number, to: number] | null;
  readonly realm: number;
  readonly protocol: number;
}

// ---------------------------------------------------------------------------------------------- neighbours

export interface NeighAdd {
  readonly ifindex: number;
  readonly dst: string;
  /** Octets of the link-layer address in hex, colons left out: their number is checked by the kernel. */
  readonly lladdr?: string;
  /** NUD_* */
  readonly state: number;
  /** NTF_* */
  readonly flags?: number;
  /** NDA_PROTOCOL: RTPROT_*. */
  readonly protocol?: number;
  readonly nlmFlags: number;
}

export interface NeighDel {
  readonly ifindex: number;
  readonly dst: string;
  readonly flags?: number;
}

export interface NeighGet {
  /** 0: none, which only a proxy entry may do without. */
  readonly ifindex: number;
  readonly dst: string;
  readonly proxy?: boolean;
}

export interface NeighInfo {
  readonly family: "inet" | "inet6";
  readonly ifindex: number;
  readonly dst: string;
  readonly state: number;
  readonly flags: number;
  /** NDA_PROTOCOL: RTPROT_*. */
  readonly protocol?: number;
  readonly lladdr: string | null;
  readonly probes: number;
  /** NDA_CACHEINFO, in clock ticks of 10 ms (USER_HZ = 100) since. */
  readonly confirmed: number;
  readonly used: number;
  readonly updated: number;
  readonly refcnt: number;
}

/** @source include/uapi/linux/if_arp.h, struct arpreq */
export interface ArpRequest {
  readonly address: string;
  readonly lladdr?: string;
  readonly netmask?: string;
  /** ATF_* */
  readonly flags: number;
  readonly dev?: string;
}

/** What `ip ntable change` may set; times are milliseconds. @source NDTPA_* */
export interface NeighTableChange {
  readonly baseReachableMs?: number;
  readonly retransMs?: number;
  readonly gcStaleMs?: number;
  readonly delayProbeMs?: number;
  readonly queueLen?: number;
  readonly appProbes?: number;
  readonly ucastProbes?: number;
  readonly mcastProbes?: number;
  readonly anycastDelayMs?: number;
  readonly proxyDelayMs?: number;
  readonly proxyQueue?: number;
  readonly locktimeMs?: number;
}

export interface NeighTableSet {
  readonly name: string;
  /** null: either. */
  readonly family: "inet" | "inet6" | null;
  /** 0: the table's defaults, which belong to the machine's first namespace. */
  readonly ifindex: number;
  readonly change: NeighTableChange;
}

export interface NeighTableInfo {
  readonly name: "arp_cache" | "ndisc_cache";
  readonly family: "inet" | "inet6";
  /** null: the table's defaults, with thresholds. */
  readonly ifindex: number | null;
  readonly refcnt: number;
  readonly reachableMs: number;
  readonly baseReachableMs: number;
  readonly retransMs: number;
  readonly gcStaleMs: number;
  readonly delayProbeMs: number;
  readonly queueLen: number;
  readonly queueLenBytes: number;
  readonly appProbes: number;
  readonly ucastProbes: number;
  readonly mcastProbes: number;
  readonly mcastReprobes: number;
  readonly intervalProbeMs: number;
  readonly anycastDelayMs: number;
  readonly proxyDelayMs: number;
  readonly proxyQueue: number;
  readonly locktimeMs: number;
  readonly thresholds: {
    readonly thresh1: number;
    readonly thresh2: number;
    readonly thresh3: number;
    readonly gcIntervalMs: number;
  } | null;
}

// ---------------------------------------------------------------------------------------------- namespaces, processes, files

export interface NsidInfo {
  readonly nsid: number;
  /** Names of that namespace under /run/netns, newest first; none if it has no name. */
  readonly names: readonly string[];
  /** Its id as seen from the asking namespace, where the ids of another one are asked for. */
  readonly currentNsid?: number;
}

export interface NetnsName {
  readonly name: string;
  /** Null: the file stands for none, and opening it says `fault`, or entering it. */
  readonly netns: NetnsId | null;
  readonly fault: Errno | null;
  /** Its id as seen from the asking namespace; null: none. */
  readonly nsid: number | null;
}

/** A feature of a device, as ETHTOOL_MSG_FEATURES_GET shows it. */
export interface FeatureInfo {
  readonly name: string;
  readonly isActive: boolean;
  readonly isWanted: boolean;
  readonly isFixed: boolean;
}

/** Numbers of queues that there are, and that are in use. */
export interface ChannelInfo {
  readonly rxMax: number;
  readonly txMax: number;
  readonly rx: number;
  readonly tx: number;
}

/** A path, and the process that asks. */
export interface OfPath {
  readonly path: string;
  readonly pid?: number;
}

/** A process as ps(1) sees it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly argv: readonly string[];
  readonly exe: string;
  readonly netns: NetnsId;
  /** When it was forked. */
  readonly start: Nanos;
  /** Does it run a program of the simulation? */
  readonly isProgram: boolean;
}

export type FileType = "file" | "dir" | "symlink" | "fifo" | "chardev";

/** What stat(2) tells. Times are virtual ones. */
export interface FileStat {
  readonly type: FileType;
  /** Octets. */
  readonly size: number;
  readonly mode: number;
  readonly ino: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly atime: Nanos;
  readonly mtime: Nanos;
  readonly ctime: Nanos;
  /** Is it of the kernel's making (/proc, /sys, /run/netns)? */
  readonly isGenerated?: boolean;
  /** Where a symbolic link leads. */
  readonly target?: string;
  /** Major and minor number of a device. */
  readonly rdev?: readonly [major: number, minor: number];
}

/** What open(2) is told. */
export interface OpenFlags {
  readonly write?: boolean;
  readonly create?: boolean;
  readonly excl?: boolean;
  readonly trunc?: boolean;
  /** Permission bits of a file that is made, the umask taken off. @defaultValue 0644 */
  readonly mode?: number;
}

export interface OpenedFile {
  readonly type: FileType;
  /** Null: it is of the kernel's making, and read and written by its path. */
  readonly ino: number | null;
  /** Where it stands, without links. */
  readonly path: string;
  /** Name of a device: `null`, `zero`, ... */
  readonly device?: string;
  readonly isNew?: boolean;
}

/** A program or script that a name stands for. */
export interface Executable {
  /** The name as it was searched for. */
  readonly path: string;
  /** Where it stands, without links. */
  readonly canonical: string;
  /** What it begins with. */
  readonly head: string;
}

export interface MountedFile {
  /** Below the mount's own directory. */
  readonly path: string;
  readonly mode: number;
  /** Null: a directory. */
  readonly text: string | null;
  /** It is there, but leads out of the folder, or is too long: this is told to whoever opens it. */
  readonly errno?: Errno;
}

/** Interface as ifconfig(8) reads it: SIOCGIFCONF, SIOCGIFFLAGS, ... and /proc/net/dev. */
export interface IfreqInfo extends LinkInfo {
  readonly inet: readonly {
    readonly label: string;
    readonly local: string;
    readonly peer: string | null;
    readonly prefixLen: number;
    readonly broadcast: string | null;
  }[];
}

export interface RtEntry {
  readonly dst: string;
  readonly gateway?: string;
  readonly genmask: string;
  readonly dev?: string;
  readonly metric?: number;
  /** `reject` */
  readonly reject?: boolean;
  readonly host?: boolean;
  readonly mtu?: number;
  readonly window?: number;
  readonly irtt?: number;
}

/** Octets for the kernel, as a program sends them on its netlink socket, and what the socket is like. */
export interface NetlinkSend {
  readonly hex: string;
  /** NETLINK_ROUTE 0, NETLINK_GENERIC 16. */
  readonly protocol: number;
  readonly portId: number;
  /** NETLINK_GET_STRICT_CHK, NETLINK_EXT_ACK and NETLINK_CAP_ACK. */
  readonly isStrict: boolean;
  readonly hasExtAck: boolean;
  readonly hasCapAck: boolean;
  /** Open files that are namespaces: by these numbers attributes name them. */
  readonly fds: readonly (readonly [fd: number, netns: NetnsId])[];
  /** Sizes of the buffers that each datagram is read into, one call after the other; 0 only looks how long it is. */
  readonly reads: readonly number[];
  /** The largest size so far. */
  readonly room: number;
}

export interface NetlinkReply {
  /** Each in hex, in the order in which they are read. */
  readonly datagrams: readonly string[];
  /** `room` of the next request. */
  readonly room: number;
}

/** Each operation with its body and what it answers. */
/** What a program of the simulation is given beside its arguments. */
export interface ProgramStreams {
  /** All that is on its standard input, for a program that reads it. */
  readonly input?: string;
  /** Is its standard output a terminal? */
  readonly isTerminal?: true;
  /** Signals that are ignored when it begins: `INT` and `QUIT` in a background job. */
  readonly ignored?: readonly string[];
}

/** A socket as sock_diag(7) shows it. */
export interface SocketInfo {
  readonly protocol: "udp" | "raw";
  readonly isConnected: boolean;
  readonly received: number;
  readonly sending: number;
  readonly local: string;
  /** Port, or of a raw socket its protocol. */
  readonly port: number;
  /** Device that it is bound to; null: none. */
  readonly ifname: string | null;
  readonly peer: string;
  readonly peerPort: number;
  readonly inode: number;
  /** Name and number of the process that has it, and its number there. */
  readonly comm: string;
  readonly pid: number;
  readonly fd: number;
}

export interface Operations {
  RTM_NEWLINK_ADD: { body: LinkAdd; reply: null };
  RTM_NEWLINK_SET: { body: LinkSet; reply: null };
  RTM_DELLINK: { body: { readonly ifindex: number }; reply: null };
  /** All devices by ifindex. A dump does not wait for pending link-watch work. */
  RTM_GETLINK_DUMP: { body: Record<string, never>; reply: readonly LinkInfo[] };
  /** One device, by ifindex or by name (altnames too). ENODEV if missing. Runs its pending link-watch work first. */
  RTM_GETLINK: { body: { readonly ifindex?: number; readonly ifname?: string }; reply: LinkInfo };
  RTM_NEWLINKPROP: { body: { readonly ifindex: number; readonly altnames: readonly string[] }; reply: null };
  RTM_DELLINKPROP: { body: { readonly ifindex: number; readonly altnames: readonly string[] }; reply: null };

  RTM_NEWADDR: { body: AddrAdd; reply: null };
  RTM_DELADDR: { body: AddrDel; reply: null };
  RTM_GETADDR: { body: Record<string, never>; reply: readonly AddrInfo[] };

  RTM_NEWROUTE: { body: RouteAdd; reply: null };
  RTM_DELROUTE: { body: RouteSpec; reply: null };
  /**
   * Routes of a table in the kernel's order; table 0: of all tables. Without a family those of IPv4, then those of IPv6.
   * ENOENT: no such table (of the main one only if `isStrict`).
   */
  RTM_GETROUTE_DUMP: {
    body: {
      readonly table: number;
      readonly isStrict?: boolean;
      readonly family?: "inet" | "inet6";
      /** IPv6: what was learned of path MTUs instead (RTM_F_CLONED). */
      readonly isCloned?: boolean;
    };
    reply: readonly RouteInfo[];
  };
  /** RTM_GETROUTE with RTM_F_FIB_MATCH: the route that is taken. */
  RTM_GETROUTE_FIBMATCH: { body: RouteGet; reply: RouteInfo };
  RTM_GETROUTE: { body: RouteGet; reply: RouteGetInfo };
  /** connect(2) of a UDP socket: is there a way to this address? ENETUNREACH, EHOSTUNREACH, EINVAL, EACCES. */
  UDP_CONNECT: { body: { readonly address: string }; reply: null };
  RTM_NEWADDRLABEL: { body: AddrLabelSpec & { readonly nlmFlags: number }; reply: null };
  RTM_DELADDRLABEL: { body: AddrLabelSpec; reply: null };
  RTM_GETADDRLABEL: { body: Record<string, never>; reply: readonly AddrLabelSpec[] };

  RTM_NEWRULE: { body: RuleSpec; reply: null };
  RTM_DELRULE: { body: RuleSpec; reply: null };
  RTM_GETRULE: { body: { readonly family?: "inet" | "inet6" }; reply: readonly RuleInfo[] };

  RTM_NEWNEIGH: { body: NeighAdd; reply: null };
  RTM_DELNEIGH: { body: NeighDel; reply: null };
  /** Neighbour entries, or with `proxy` the proxy entries, of one device or (0) of all. */
  RTM_GETNEIGH_DUMP: {
    body: { readonly ifindex: number; readonly proxy: boolean };
    reply: readonly NeighInfo[];
  };
  RTM_GETNEIGH: { body: NeighGet; reply: NeighInfo };
  /** Addresses of bridges and of filters: device by device, the newest first. */
  RTM_GETFDB_DUMP: { body: { readonly bridge: number; readonly port: number }; reply: readonly FdbInfo[] };
  RTM_GETFDB: { body: FdbGet; reply: FdbInfo };
  RTM_NEWFDB: { body: FdbChange; reply: null };
  RTM_DELFDB: { body: FdbChange; reply: null };
  RTM_DELFDB_BULK: { body: FdbFlush; reply: null };
  RTM_SETLINK_BRIDGE: { body: BridgeLinkSet; reply: null };

  /** ENOENT: there is no such table, or the device has no part in it. */
  RTM_SETNEIGHTBL: { body: NeighTableSet; reply: null };
  RTM_GETNEIGHTBL: { body: Record<string, never>; reply: readonly NeighTableInfo[] };

  /** A datagram on a netlink socket; wrong octets are answered as the kernel answers them. EPROTONOSUPPORT. */
  NETLINK_SEND: { body: NetlinkSend; reply: NetlinkReply };
  /** Loads the veth driver of 2007, with its family of generic netlink, or unloads it: every pair goes. */
  VETH_2007: { body: { readonly isLoaded: boolean }; reply: null };
  RTM_NEWNSID: { body: { readonly netns: NetnsId; readonly nsid: number }; reply: null };
  /** Ids that this namespace gave, or the one that it knows by the id `target`. EINVAL: it knows none. */
  RTM_GETNSID_DUMP: { body: { readonly target?: number }; reply: readonly NsidInfo[] };

  /** `ip netns add`: unshare(CLONE_NEWNET) and a bind mount under /run/netns. EEXIST. */
  NETNS_ADD: { body: { readonly name: string }; reply: { readonly netns: NetnsId } };
  /** `ip netns del`: removes the name; the namespace goes when nothing holds it any more. ENOENT. */
  /** Features in the kernel's order. ENODEV. */
  ETHTOOL_GFEATURES: { body: { readonly ifname: string }; reply: readonly FeatureInfo[] };
  ETHTOOL_SFEATURES: {
    body: { readonly ifname: string; readonly on: readonly string[]; readonly off: readonly string[] };
    reply: null;
  };
  /** Queues of a device. ENODEV, EOPNOTSUPP: it has one of each for ever. */
  ETHTOOL_GCHANNELS: { body: { readonly ifname: string }; reply: ChannelInfo };
  ETHTOOL_SCHANNELS: {
    body: {
      readonly ifname: string;
      readonly rx?: number;
      readonly tx?: number;
      readonly combined?: number;
      readonly other?: number;
    };
    reply: null;
  };

  /** The one kernel module that comes and goes. */
  MODULE_LOADED: { body: Record<string, never>; reply: { readonly veth: boolean } };
  /** Loads it, or takes it away with all of its pairs. */
  MODULE_LOAD: { body: { readonly veth: boolean }; reply: null };

  /** Names the namespace of a process (`ip netns attach`). EEXIST. */
  NETNS_ATTACH: { body: { readonly name: string; readonly netns: NetnsId }; reply: null };
  NETNS_DEL: { body: { readonly name: string }; reply: null };
  /** open(2) of /run/netns/NAME. ENOENT. */
  NETNS_OPEN: { body: { readonly name: string }; reply: { readonly netns: NetnsId } };
  /** Names, newest first. */
  NETNS_LIST: { body: Record<string, never>; reply: readonly NetnsName[] };
  /** Processes in the namespace of that name, by pid. */
  NETNS_PIDS: { body: { readonly name: string }; reply: readonly number[] };
  /** mount(2) of a file that stands for a namespace onto another file. EINVAL: it stands for none; ENOTDIR: nothing to mount onto. */
  NETNS_MOUNT: { body: OfPath & { readonly source: string }; reply: null };
  /** umount(2). EINVAL: no namespace is mounted there. */
  NETNS_UMOUNT: { body: OfPath; reply: null };
  /** mount(2) of a sysfs onto /sys: it shows the devices of the namespace where the process is. */
  SYSFS_MOUNT: { body: { readonly pid: number }; reply: null };
  /** Namespace of a process. ESRCH. */
  NETNS_OF_PID: { body: { readonly pid: number }; reply: { readonly netns: NetnsId } };
  /** unshare(CLONE_NEWNET) by a process: a namespace without a name. */
  UNSHARE_NET: { body: { readonly pid: number }; reply: { readonly netns: NetnsId } };

  /** A process of user space begins in the asking namespace; it holds it until it exits. */
  FORK: { body: { readonly parent: number; readonly comm: string }; reply: { readonly pid: number } };
  /**
   * setns(2): the process now holds another namespace. `name`: it also gets the file view of `ip netns exec`, that is /sys of the
   * namespace, and the files under /etc/netns/NAME over those of /etc. Gives the paths for which there is nothing under /etc.
   */
  SETNS: {
    body: { readonly pid: number; readonly netns: NetnsId; readonly name?: string };
    reply: readonly string[] | null;
  };
  /** execve(2): the process has another name, and the words that /proc shows. */
  EXEC: {
    body: {
      readonly pid: number;
      readonly comm: string;
      readonly argv?: readonly string[];
      readonly exe?: string;
    };
    reply: null;
  };
  /** chdir(2), for /proc/PID/cwd. The path is absolute and was checked. */
  CHDIR: { body: { readonly pid: number; readonly path: string }; reply: null };
  /** All processes, by pid. */
  PROCESSES: { body: Record<string, never>; reply: readonly ProcessInfo[] };
  EXIT: { body: { readonly pid: number; readonly status: number }; reply: null };
  /** Starts a program of the simulation (`ping`, ...) in an existing process. ENOENT for a name it does not have. */
  SPAWN: { body: { readonly pid: number; readonly argv: readonly string[] } & ProgramStreams; reply: null };
  /** A pipe that a program of the simulation has written to is full, or has room again: it waits meanwhile. ESRCH. */
  PIPE_FULL: { body: { readonly pid: number; readonly isFull: boolean }; reply: null };
  /** Sends a signal to a program of the simulation. ESRCH. */
  KILL: { body: { readonly pid: number; readonly signal: string }; reply: null };

  // Paths are absolute. `pid` is the process that asks: /proc/self and its view of files depend on it.
  /** Whole content. ENOENT, EISDIR, EINVAL (a sysfs attribute that cannot be read now), EACCES. */
  FILE_READ: { body: OfPath; reply: string };
  /** Replaces or appends; sysctls and sysfs attributes are set. */
  FILE_WRITE: { body: OfPath & { readonly data: string; readonly append: boolean }; reply: null };
  /** open(2). What is opened by number is closed by FILE_CLOSE, and kept until then though its last name be gone. */
  FILE_OPEN: { body: OfPath & OpenFlags; reply: OpenedFile };
  FILE_CLOSE: { body: { readonly ino: number }; reply: null };
  /** What a file holds from a place on, in UTF-16 units, as in `FILE_PWRITE`. */
  FILE_PREAD: { body: { readonly ino: number; readonly at: number }; reply: string };
  /** Writes at a place; null: at the end. ENOSPC, EFBIG. */
  FILE_PWRITE: {
    body: { readonly ino: number; readonly at: number | null; readonly data: string };
    reply: null;
  };
  /** truncate(2), to a size in octets. */
  FILE_TRUNCATE: { body: OfPath & { readonly size: number }; reply: null };
  /** stat(2), or lstat(2) with `nofollow`. */
  FILE_STAT: { body: OfPath & { readonly nofollow?: boolean }; reply: FileStat };
  /** fstat(2). */
  FILE_FSTAT: { body: { readonly ino: number }; reply: FileStat };
  /** Names, sorted bytewise. */
  FILE_READDIR: { body: OfPath; reply: readonly string[] };
  FILE_MKDIR: { body: OfPath & { readonly mode?: number }; reply: null };
  FILE_UNLINK: { body: OfPath; reply: null };
  FILE_RMDIR: { body: OfPath; reply: null };
  FILE_RENAME: {
    body: { readonly from: string; readonly to: string; readonly pid?: number };
    reply: null;
  };
  /** link(2): `from` gets another name. */
  FILE_LINK: { body: { readonly from: string; readonly to: string; readonly pid?: number }; reply: null };
  FILE_SYMLINK: { body: OfPath & { readonly target: string }; reply: null };
  /** mknod(2) of a FIFO. */
  FILE_MKFIFO: { body: OfPath & { readonly mode?: number }; reply: null };
  FILE_CHMOD: { body: OfPath & { readonly mode: number }; reply: null };
  /** Null: stays as it is. */
  FILE_CHOWN: {
    body: OfPath & { readonly uid: number | null; readonly gid: number | null; readonly nofollow?: boolean };
    reply: null;
  };
  /** Null: stays as it is. */
  FILE_UTIMES: {
    body: OfPath & {
      readonly atime: Nanos | null;
      readonly mtime: Nanos | null;
      readonly nofollow?: boolean;
    };
    reply: null;
  };
  /** realpath(3): the path without links. `missing`: how much of it need not exist. */
  FILE_REALPATH: { body: OfPath & { readonly missing: "none" | "last" | "all" }; reply: string };
  /** The first of some paths that can be executed. ENOENT, EACCES. */
  FILE_FIND: { body: { readonly paths: readonly string[]; readonly pid?: number }; reply: Executable };
  /** Puts the files of programs in place, once in a run. */
  FILE_INSTALL: {
    body: { readonly dirs: readonly { readonly path: string; readonly names: readonly string[] }[] };
    reply: null;
  };
  /** Bounds of the file system. */
  FILE_LIMITS: { body: { readonly octetsMax: number; readonly inodesMax: number }; reply: null };
  /** Octets and inodes in use, and the bounds. */
  FILE_STATFS: {
    body: Record<string, never>;
    reply: {
      readonly octets: number;
      readonly octetsMax: number;
      readonly inodes: number;
      readonly inodesMax: number;
    };
  };
  /** Mounts files read-only at a directory, which is made. */
  FILE_MOUNT: { body: { readonly at: string; readonly files: readonly MountedFile[] }; reply: null };
  /** The namespace that a file under /run/netns or /proc/PID/ns stands for. EINVAL: it is another file. */
  NETNS_OF_FILE: { body: OfPath; reply: { readonly netns: NetnsId; readonly ino: number } };

  /** SIOCGIFCONF and its like, for all devices by ifindex. Does not wait for link-watch work. */
  SIOCGIFCONF: { body: Record<string, never>; reply: readonly IfreqInfo[] };
  /** `ifname` may carry an alias label (`eth0:1`). */
  SIOCSIFADDR: { body: { readonly ifname: string; readonly address: string }; reply: null };
  SIOCSIFNETMASK: { body: { readonly ifname: string; readonly netmask: string }; reply: null };
  SIOCSIFBRDADDR: { body: { readonly ifname: string; readonly address: string }; reply: null };
  SIOCSIFDSTADDR: { body: { readonly ifname: string; readonly address: string }; reply: null };
  SIOCGIFFLAGS: { body: { readonly ifname: string }; reply: number };
  SIOCSIFFLAGS: { body: { readonly ifname: string; readonly flags: number }; reply: null };
  SIOCSIFMTU: { body: { readonly ifname: string; readonly mtu: number }; reply: null };
  SIOCSIFHWADDR: { body: { readonly ifname: string; readonly address: string }; reply: null };
  /** sock_diag(7): sockets of the namespace, raw ones first, then by port. */
  SOCK_DIAG_DUMP: { body: Record<string, never>; reply: readonly SocketInfo[] };
  /** An address of a device's filter, six octets with colons. ENODEV, EINVAL (the device has no filter). */
  SIOCADDMULTI: { body: { readonly ifname: string; readonly address: string }; reply: null };
  /** ENOENT: no administrator has put it there. */
  SIOCDELMULTI: { body: { readonly ifname: string; readonly address: string }; reply: null };
  SIOCSIFTXQLEN: { body: { readonly ifname: string; readonly txqueuelen: number }; reply: null };
  SIOCBRADDBR: { body: { readonly bridge: string }; reply: null };
  SIOCBRDELBR: { body: { readonly bridge: string }; reply: null };
  SIOCBRADDIF: { body: { readonly bridge: string; readonly ifindex: number }; reply: null };
  SIOCBRDELIF: { body: { readonly bridge: string; readonly ifindex: number }; reply: null };
  /** SIOCDEVPRIVATE of a bridge. Gives the indexes of the ports. */
  SIOCBRPRIVATE: { body: BridgeIoctl; reply: readonly number[] };
  SIOCSARP: { body: ArpRequest; reply: null };
  SIOCDARP: { body: ArpRequest; reply: null };
  SIOCADDRT: { body: RtEntry; reply: null };
  SIOCDELRT: { body: RtEntry; reply: null };
}

export type Operation = keyof Operations;
export type BodyOf<Op extends Operation> = Operations[Op]["body"];
export type ReplyOf<Op extends Operation> = Operations[Op]["reply"];

/** Hands a request to the kernel on behalf of a namespace and gives its answer at once. */
export type RequestFunction = <Op extends Operation>(
  netns: NetnsId,
  op: Op,
  body: BodyOf<Op>,
) => Result<ReplyOf<Op>>;
