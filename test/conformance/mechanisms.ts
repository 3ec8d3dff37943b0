/** Which function a scenario cannot do without: one line each. `broken` gives what takes the place of a module's exports. */
import { DONE, granted, refused } from "../../src/core/result.ts";

// biome-ignore lint/suspicious/noExplicitAny: the functions replaced have nothing in common
type Any = any;

export interface Mechanism {
  readonly scenario: string;
  /** What is missing, as the end of a sentence. */
  readonly without: string;
  /** Under src/. */
  readonly module: string;
  readonly broken: (intact: Any) => object;
}

function nothing(): null {
  return null;
}

/** One line of the table below. */
const line = (
  scenario: string,
  without: string,
  module: string,
  broken: (intact: Any) => object,
): Mechanism => ({
  scenario,
  without,
  module,
  broken,
});

/** A queue without carrier swallows frames silently. */
const uncounted = (intact: Any) => (step: Any, ref: Any, frame: Any) =>
  step.cells.get(ref).isQueueActive ? intact.devQueueXmit(step, ref, frame) : null;

const shortQueue = (intact: Any) => (step: Any, device: Any, conf: Any, parms: Any) =>
  intact.inetdevInit(step, device, conf, { ...parms, queueLenBytes: 900 });

const believed =
  (intact: Any) =>
  (step: Any, dev: Any, ...rest: Any[]) => {
    const route = intact.routeInput(step, dev, ...rest);
    return [2, 3, 5].includes(route.type) ? route : { type: 2 };
  };

const without = (confMax: Any, key: string) => (stack: Any, dev: Any, wanted: string) =>
  wanted === key ? 0 : confMax(stack, dev, wanted);

const firstAddress = (intact: Any) => (step: Any, dev: Any, _dst: Any, scope: Any, others: Any) =>
  intact.inetSelectAddr(step, dev, 0, scope, others);

const withoutGateway = (intact: Any) => (step: Any, netns: Any, flow: Any) => {
  const route = intact.routeOutput(step, netns, flow);
  return "errno" in route ? route : { ...route, gateway: 0 };
};

const atOnce = (intact: Any) => (step: Any, netns: Any, owner: Any, dev: Any, options: Any) =>
  intact.openPacketSocket(step, netns, owner, dev, { ...options, blockTimeout: null });

const dotted = (intact: Any) => (cx: Any) =>
  cx.argv.some((word: string) => word.startsWith("net/")) ? 1 : intact.sysctl(cx);

const oneEndOnly = (intact: Any) => (step: Any, ref: Any) => {
  const peer = step.cells.get(ref).peer;
  if (peer < 0) return intact.deleteLink(step, ref);
  for (const end of [ref, peer]) step.cells.set(end, { ...step.cells.get(end), peer: -1 });
  intact.unregisterDevices(step, [ref]);
  return DONE;
};

const withOneQueue =
  (intact: Any) =>
  (...args: Any[]) =>
    intact.linkDump(...args).map((link: Any) => ({ ...link, numTxQueues: 1 }));

// biome-ignore format: a table
export const MECHANISMS: readonly Mechanism[] = [
  line("101-two-hosts", "without learning from ARP requests", "stack/neigh.ts", () => ({ neighEventNs: nothing })),
  line("101-two-hosts", "without ARP replies", "stack/arp-input.ts", () => ({ arpRcv: nothing })),
  line("102-peer-down-drops", "without counting drops", "devices/xmit.ts", (m) => ({ devQueueXmit: uncounted(m) })),
  line("103-veth-delete-either-end", "when the peer stays", "kernel/links.ts", (m) => ({ deleteLink: oneEndOnly(m) })),
  line("104-netns-delete", "without the clean-up of namespaces", "kernel/namespaces.ts", () => ({ cleanupNetns: nothing })),
  line("105-move-and-rename", "when moving is refused", "kernel/links.ts", () => ({ moveDevice: () => refused("EINVAL") })),
  line("105-move-and-rename", "when addresses stay on leaving", "kernel/notify.ts", () => ({ onUnregister: nothing })),
  line("106-arp-failure", "without host unreachable", "stack/icmp-error.ts", () => ({ icmpHostUnreachable: nothing })),
  line("106-arp-failure", "without timers of neighbours", "stack/neigh.ts", () => ({ neighTimer: nothing })),
  line("107-nud-delay-probe-reachable", "without timers of neighbours", "stack/neigh.ts", () => ({ neighTimer: nothing })),
  line("108-nud-delay-probe-failed", "when packets for others are taken", "stack/route-input.ts", (m) => ({ routeInput: believed(m) })),
  line("108-nud-delay-probe-failed", "without timers of neighbours", "stack/neigh.ts", () => ({ neighTimer: nothing })),
  line("109-static-neighbours", "when neighbours are not set", "kernel/neigh-requests.ts", () => ({ neighAdd: () => DONE })),
  line("110-own-addresses-over-lo", "without the loopback's wire", "devices/loopback.ts", () => ({ loopbackXmit: nothing })),
  line("111-source-address", "when any first address will do", "stack/in-device.ts", (m) => ({ inetSelectAddr: firstAddress(m) })),
  line("112-gateway-without-forwarding", "when ARP asks for the target", "stack/route.ts", (m) => ({ routeOutput: withoutGateway(m) })),
  line("112-gateway-without-forwarding", "when packets for others are taken", "stack/route-input.ts", (m) => ({ routeInput: believed(m) })),
  line("113-net-unreachable", "when routes outlive their device's being up", "stack/fib-semantics.ts", () => ({ fibDisable: nothing })),
  line("114-several-addresses", "without secondary addresses", "stack/in-device.ts", () => ({ isSecondary: () => false })),
  line("115-mtu", "without a least MTU", "devices/veth.ts", () => ({ VETH_MIN_MTU: 0 })),
  line("116-names-alias-group", "without alternative names", "kernel/links.ts", () => ({ addAltname: () => DONE })),
  line("117-net-tools", "when route(8) has no effect", "kernel/ioctls.ts", () => ({ changeRoute: () => DONE })),
  line("118-ping-options", "when ping does not end by itself", "processes/ping-state.ts", () => ({ isDone: () => false })),
  line("119-shell-language", "when wait does not wait", "shell/builtins/jobs.ts", () => ({ wait: () => 0 })),
  line("120-sysctl", "when sysctls are not stored", "kernel/sysctl/stack-sysctls.ts", () => ({ writeSysctl: () => DONE })),
  line("121-parallel-pings", "when wait does not wait", "shell/builtins/jobs.ts", () => ({ wait: () => 0 })),
  line("122-output-forms", "when links look alike", "kernel/infos.ts", (m) => ({ linkDump: withOneQueue(m) })),
  line("123-peer-made-elsewhere", "when the other namespace has always the same number", "devices/netns.ts", () => ({ peerNsidAlloc: () => 7 })),
  line("124-arp-queue", "when only one packet waits for ARP", "stack/in-device.ts", (m) => ({ inetdevInit: shortQueue(m) })),
  line("125-link-flap", "when nobody hears of a lost carrier", "kernel/notify.ts", () => ({ onCarrierSettled: nothing })),
  line("125-link-flap", "when both ends need not be up", "devices/veth.ts", () => ({ vethOpen: nothing })),
  line("126-one-trie", "when a refused route leaves no table behind", "stack/fib.ts", () => ({ withTable: (fib: Any) => fib })),
  line("127-changes-are-heard", "when labels do not follow a new name", "kernel/notify.ts", () => ({ onRename: nothing })),
  line("127-changes-are-heard", "when nobody hears of a change", "kernel/notify.ts", () => ({ onCarrierSettled: nothing })),
  line("128-tcpdump", "when every frame passes the filter", "stack/socket-filter.ts", () => ({ passes: () => true })),
  line("128-tcpdump", "when frames come one by one", "stack/packet-socket.ts", (m) => ({ openPacketSocket: atOnce(m) })),
  line("130-ip6-addresses", "when addresses have no prefix routes", "stack/ipv6/addr-routes.ts", () => ({ addPrefixRoute: nothing })),
  line("131-ip6-dad", "when nobody hears of a duplicate", "stack/ipv6/dad.ts", () => ({ dadFailure: nothing })),
  line("132-ip6-neighbours", "when nobody is asked", "stack/ipv6/ndisc.ts", () => ({ ndiscSolicit: nothing })),
  line("133-ip6-forwarding", "when packets for others go nowhere", "stack/ipv6/ip6-forward.ts", () => ({ ip6Forward: nothing })),
  line("134-ip6-routes", "when routes are not added", "stack/ipv6/fib6-change.ts", () => ({ addRoute6: () => DONE })),
  line("135-ip6-down-up", "when disable_ipv6 does nothing", "stack/ipv6/inet6-device.ts", () => ({ inet6DisableChange: nothing })),
  line("136-ip6-addr-gen-mode", "when no secret makes addresses", "stack/ipv6/stable-address.ts", () => ({ stableAddress: nothing })),
  line("137-ip6-ping", "when groups are not joined", "stack/ipv6/mcast6.ts", () => ({ mcJoin: nothing })),
  line("138-ip6-lifetimes", "when nothing grows old", "stack/ipv6/addr-expiry.ts", () => ({ verifyAddrs: nothing })),
  line("139-ip6-source-address", "when any address will do", "stack/ipv6/source-address.ts", () => ({ selectSource: () => 1n })),
  line("140-ip6-addresses", "when no IPv6 address is listed", "kernel/inet6-requests.ts", () => ({ addr6Dump: () => [] })),
  line("141-ip6-routes", "when no IPv6 route is kept", "stack/ipv6/fib6-change.ts", () => ({ addRoute6: () => DONE })),
  line("142-ip6-neighbours", "when IPv6 has no neighbours", "stack/neigh-table.ts", () => ({ neighs6Of: () => [] })),
  line("143-ip6-ping", "when no reply is known", "processes/ping6.ts", () => ({ replyOf: nothing })),
  line("144-ip6-ping-errors", "when errors are not told", "processes/ping6.ts", () => ({ onError6: nothing })),
  line("145-ip6-net-tools", "when route changes nothing", "shell/commands/route-inet6.ts", () => ({ changeInet6: () => 0 })),
  line("146-ip6-tcpdump", "when ICMPv6 has no words", "processes/tcpdump/print-icmp6.ts", () => ({ printIcmp6: nothing })),
  line("147-ip6-groups-and-files", "when no group is listed", "kernel/proc-inet6.ts", () => ({ igmp6: () => "" })),
  line("150-ip-options", "when the sender fills in nothing", "stack/ip-options.ts", () => ({ buildOptions: (_: Any, o: Any) => o.octets })),
  line("150-ip-options", "when routers fill in nothing", "stack/ip-options.ts", () => ({ forwardOptions: (o: Any) => o.octets })),
  line("151-ping-pace", "when requests go out at any time", "processes/ping-send.ts", () => ({ waitUntil: (cx: Any) => cx.now })),
  line("152-ping-groups", "when nobody is in a group", "stack/multicast.ts", () => ({ isMember: () => false })),
  line("153-ping-words", "when ping knows no words", "processes/ping-options.ts", () => ({ parsePing: () => ({ kind: "stop", out: "", err: "", status: 2 }) })),
  line("160-sysctl-inheritance", "when sysctls are not stored", "kernel/sysctl/stack-sysctls.ts", () => ({ writeSysctl: () => DONE })),
  line("161-sysctl-words", "when there is one notation of keys", "shell/commands/sysctl.ts", (m) => ({ sysctl: dotted(m) })),
  line("162-netstat", "when counters have no words", "shell/commands/netstat-statistics.ts", () => ({ statisticsText: () => "" })),
  line("163-sysctls-that-act", "when no host is limited", "stack/inet-peer.ts", () => ({ peerAllows: () => true })),
  line("165-udp-datagrams", "without a socket to hand datagrams to", "stack/udp.ts", () => ({ udpRcv: nothing })),
  line("166-udp-errors", "when sockets hear of no error", "stack/udp.ts", () => ({ udpError: () => true })),
  line("167-udp-send-buffer", "when a send buffer has no bound", "stack/send-buffer.ts", () => ({ chargeWaiting: nothing })),
  line("168-udp-sockets", "when no socket is found by its port", "stack/udp-table.ts", () => ({ udpAtPort: () => [] })),
  line("169-udp-to-many", "when no device belongs to a group", "stack/multicast.ts", () => ({ isMember: () => false })),
  line("170-igmp", "when nothing is told of groups", "stack/igmp.ts", () => ({ igmpTimer: nothing })),
  line("171-bad-frames", "when any UDP checksum will do", "wire/udp.ts", () => ({ isUdpChecksumGood: () => true })),
  line("172-raw-senders", "when frames of a user's making go nowhere", "stack/packet-send.ts", () => ({ packetSend: nothing })),
  line("173-reassembly", "when fragments are never put together", "stack/ip-reassembly.ts", () => ({ reassemble: nothing })),
  line("174-test-programs", "when any text is a number", "processes/python/python.ts", () => ({ pythonInt: () => 1 })),
  line("175-arp-settings", "when arp_ignore and arp_announce are 0", "stack/net-stack.ts", () => ({ confMax: () => 0 })),
  line("176-arp-learning", "when a changed address is not announced", "stack/arp.ts", () => ({ sendGratuitousArp: nothing })),
  line("177-arp-proxies", "when proxy entries are not heeded", "stack/pneigh.ts", () => ({ pneighLookup: nothing })),
  line("178-arping", "when sockets do not learn that their device went down", "stack/packet-socket.ts", () => ({ packetSocketsDown: nothing })),
  line("179-neigh-words", "when entries are not used by request", "stack/neigh.ts", () => ({ neighUse: nothing })),
  line("180-nud-settings", "when entries do not age", "stack/neigh.ts", () => ({ neighTimer: nothing })),
  line("181-managed-neighbours", "when a lost carrier takes nothing along", "stack/neigh.ts", () => ({ neighIfdown: nothing })),
  line("182-neighbours-and-links", "when entries stay as they were made", "stack/neigh.ts", () => ({ neighUpdate: () => DONE })),
  line("183-neighbour-tables", "when ip ntable changes nothing", "kernel/sysctl/stack-sysctls.ts", () => ({ setNeighTable: () => DONE })),
  line("184-arp-command", "when arp(8) deletes nothing", "kernel/arp-ioctls.ts", () => ({ arpDelete: () => DONE })),
  line("185-addresses", "when no secondary is promoted", "stack/net-stack.ts", (m) => ({ confMax: without(m.confMax, "promote_secondaries") })),
  line("186-address-lifetimes", "when nobody looks for addresses that end", "stack/addr-lifetime.ts", () => ({ checkLifetimes: nothing })),
  line("187-multipath", "when carrier does not come back to routes", "stack/fib-semantics.ts", () => ({ fibSyncUp: nothing })),
  line("188-rules", "when rules are not heeded", "kernel/rule-requests.ts", () => ({ ruleAdd: () => DONE })),
  line("189-route-get", "when the source is always believed", "stack/route-input.ts", (m) => ({ routeInput: believed(m) })),
  line("190-redirects", "when nothing is learned of better routers", "stack/pmtu.ts", () => ({ redirect: nothing })),
  line("191-path-mtu", "when nothing is learned of MTUs", "stack/pmtu.ts", () => ({ updatePmtu: nothing })),
  line("192-martians", "without reverse path filters", "stack/net-stack.ts", (m) => ({ confMax: without(m.confMax, "rp_filter") })),
  line("193-errors-of-routers", "when errors are not limited", "stack/inet-peer.ts", () => ({ peerAllows: () => true })),
  line("200-link-attributes", "when names do not change", "kernel/links.ts", () => ({ renameDevice: () => DONE })),
  line("201-link-limits", "without limits of sizes", "kernel/link-validate.ts", () => ({ validateSizes: nothing })),
  line("202-link-creation", "without limits of queues", "kernel/link-validate.ts", () => ({ validateCreation: nothing })),
  line("203-sysfs", "when every file can be written", "kernel/sysfs.ts", () => ({ sysfsMode: () => 0o644 })),
  line("204-netns-commands", "when ids are not shown", "kernel/netns-names.ts", () => ({ nsidDump: () => granted([]) })),
  line("205-netns-moves", "when a name cannot be given later", "kernel/netns-names.ts", () => ({ netnsAttach: () => DONE })),
  line("206-ip-options", "when a batch has no lines", "shell/commands/ip/batch.ts", () => ({ splitBatch: () => [] })),
  line("207-ifconfig-link", "when flags stay", "kernel/link-flags.ts", () => ({ changeFlags: nothing })),
  line("208-monitor", "when nobody is told", "kernel/rtnl-notify.ts", () => ({ rtnlNotify: nothing })),
  line("208-monitor", "when settings are not told", "kernel/netconf-notify.ts", () => ({ notifyConfChanges: nothing })),
  line("209-monitor-objects", "when all objects are one", "kernel/rtnl-notify.ts", () => ({ rtnlNotify: nothing })),
  line("210-monitor-moves", "when a device's settings go unsaid", "kernel/netconf-notify.ts", () => ({ notifyNetconf: nothing })),
  line("211-operstate", "when the peer of a closed end keeps its carrier", "devices/veth.ts", () => ({ vethClose: nothing })),
  line("212-drop-counters", "without counting drops", "devices/xmit.ts", (m) => ({ devQueueXmit: uncounted(m) })),
  line("213-ethtool", "when no feature needs another", "devices/features.ts", () => ({ fixFeatures: (wanted: Any) => [...wanted] })),
  line("214-monitor-inet6", "when a device's settings go unsaid", "kernel/netconf-notify.ts", () => ({ notifyNetconf: nothing })),
  line("215-monitor-rules", "without rules", "kernel/rule-requests.ts", () => ({ ruleAdd: () => DONE })),
  line("216-netns-monitor", "when names are told to nobody", "kernel/netlink-socket.ts", () => ({ broadcastToAll: nothing })),
  line("220-ip6-odd-packets", "when options forbid nothing", "stack/ipv6/exthdrs.ts", () => ({ destinationOptions: () => null })),
  line("220-ip6-odd-packets", "when quotes may end anywhere", "stack/ipv6/icmp6-quote.ts", () => ({ quotedHeadersEnd: () => 0 })),
  line("223-order-of-a-call", "when a system call sends all at once", "scheduler/scheduler.ts", (m) => ({ Scheduler: class extends m.Scheduler { putOff = () => false } })),
  line("224-route-cache", "when what was learned is not listed", "stack/fib-exceptions.ts", () => ({ listedExceptions: () => [] })),
  line("229-ip6-rules", "without rules of IPv6", "stack/ipv6/fib6-rules.ts", () => ({ rules6Lookup: nothing })),
  line("230-ip6-next-hops", "when a route has one next hop", "stack/ipv6/fib6.ts", () => ({ isMultipathable: () => false })),
  line("231-ip6-labels-and-tokens", "when no label can be added", "stack/ipv6/addr-label.ts", () => ({ addLabel: nothing })),
  line("231-ip6-labels-and-tokens", "without tokens", "stack/ipv6/iftoken.ts", () => ({ setIftoken: nothing })),
  line("217-ip6-link-ready", "when IPv6 begins without carrier", "stack/ipv6/inet6-device.ts", (m) => ({
    inet6Up: (step: Any, dev: Any) => m.inet6Up(step, { ...dev, isQueueActive: true }),
  })),
  line("218-ip6-odds-and-ends", "when routes cannot be matched", "kernel/inet6-requests.ts", () => ({
    route6GetFibMatch: () => refused("ENETUNREACH"),
  })),
  line("235-netns-files", "when nothing mounted stays", "kernel/netns-names.ts", () => ({ netnsMount: () => DONE })),
  line("225-odd-messages", "without broadcasts through routers", "stack/net-stack.ts", () => ({ confAnd: () => false })),
  line("236-save-restore", "when the kernel hears no octets", "kernel/netlink/send.ts", () => ({ netlinkSend: () => granted({ datagrams: [], room: 0 }) })),
  line("237-monitor-all-nsid", "when nobody hears other namespaces", "kernel/netlink-socket.ts", (m) => ({ openNetlinkSocket: (...given: Any[]) => m.openNetlinkSocket(...given.slice(0, 5), false) })),
  line("232-ip6-router-advertisements", "when prefixes are ignored", "stack/ipv6/prefix-rcv.ts", () => ({ prefixRcv: nothing })),
  line("232-ip6-router-advertisements", "without default routers", "stack/ipv6/default-routers.ts", () => ({ setDefaultRouter: nothing })),
  line("233-ip6-made-by-hand", "when nobody asks at a group", "stack/ipv6/mcast6.ts", () => ({ mcJoinSolicited: nothing })),
  line("250-bridge-fdb", "when nothing is flushed", "devices/bridge/fdb.ts", () => ({ fdbFlush: nothing })),
  line("251-bridge-link", "when ports stay as they are", "kernel/bridges.ts", () => ({ setBridgePort: () => DONE })),
  line("252-brctl-and-sysfs", "when the files of bridges change nothing", "kernel/sysfs-bridge.ts", () => ({ bridgeFileWrite: () => DONE })),
];
