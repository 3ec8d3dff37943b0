/**
 * The kinds of events. A *step* is what the scheduler hands to `step`; a *record* is what happened inside a step and names
 * it as its cause. The numbers stand in logs: never change one, only add.
 */
export const EVENT_KINDS = [
  "none",
  // Steps.
  "request", // 1: user space asks the kernel; data = the request as JSON
  "netif_rx", // 2: a frame is taken from the backlog
  "timer", // 3: a timer expired; data = which
  "wake", // 4: a program goes on; length = its pid, cause = what made its socket readable; no cause: its timer
  // Records.
  "reply", // 5: data = the reply to the request as JSON
  "xmit", // 6: a device took a frame from the stack and handed it on
  "drop", // 7: a frame or packet ended here, see the reason
  "draw", // 8: a random number: data = stream, length = value
  "link_new", // 9: data = {"ifname", "kind", "ifindex", "peer"}
  "link_del", // 10
  "link_up", // 11: administratively up
  "link_down", // 12
  "link_change", // 13: data = what changed
  "carrier_on", // 14
  "carrier_off", // 15
  "netns_new", // 16: data = {"name"}
  "netns_del", // 17
  "addr_new", // 18: data = {"local", ...}
  "addr_del", // 19
  "route_new", // 20
  "route_del", // 21
  "neigh", // 22: a neighbour entry's new state; data = {"dst", "state", "lladdr"}
  "sysctl", // 23: data = {"path", "value"}
  "output", // 24: a program wrote; data = {"pid", "fd", "text"}
  "exit", // 25: a program ended; data = {"pid", "status"}
  // The log's own rows.
  "script", // 26: the script of the run; data = {"name", "text"}
  "checkpoint", // 27: data = hash of the state
  "snapshot", // 28: data = the whole state as JSON
  "end", // 29: closes a complete log; data = totals as JSON
  "pass_up", // 30: a record: a device above the one that received a frame takes it, in the same step
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** The number of each kind, as rows hold it. */
export const KIND = Object.freeze(Object.fromEntries(EVENT_KINDS.map((name, n) => [name, n]))) as Readonly<
  Record<EventKind, number>
>;

export const FIRST_RECORD_KIND = KIND.reply;

export function isStepKind(kind: number): boolean {
  return kind > 0 && kind < FIRST_RECORD_KIND;
}

/**
 * Why a frame or packet ended. Names are the kernel's.
 * @source include/net/dropreason-core.h. `FULL_RING` and its like that only drivers know are named after the check.
 */
export const DROP_REASONS = [
  "none",
  "DEV_READY", // receiving device is not up, or a veth has no peer
  "DEV_HDR", // the frame does not fit the receiving device
  "OTHERHOST", // unicast for another MAC address
  "UNHANDLED_PROTO", // no handler for the EtherType
  "PKT_TOO_BIG",
  "IP_CSUM",
  "IP_INHDR",
  "IP_NOPROTO",
  "IP_INADDRERRORS",
  "IP_INNOROUTES",
  "IP_OUTNOROUTES",
  "IP_RPFILTER",
  "IP_LOCAL_SOURCE",
  "IP_INVALID_SOURCE",
  "IP_INVALID_DEST",
  "IP_LOCALNET",
  "ICMP_CSUM",
  "INVALID_PROTO",
  "NEIGH_FAILED",
  "NEIGH_QUEUEFULL",
  "NEIGH_DEAD",
  "NEIGH_CREATEFAIL",
  "ARP_INVALID", // malformed, or not meant for us
  "SOCKET_RCVBUFF",
  "SOCKET_CLOSE",
  "DUP_FRAG", // a fragment that overlaps another
  "FRAG_REASM_TIMEOUT",
  "NOT_SPECIFIED",
  "QDISC_DROP", // the queue of a device without carrier takes nothing
  "NO_SOCKET", // nobody listens at that port
  "UDP_CSUM",
  "PKT_TOO_SMALL",
  "PROTO_MEM",
  "IPV6DISABLED",
  "IPV6_NDISC_FRAG",
  "IPV6_NDISC_HOP_LIMIT",
  "IPV6_NDISC_BAD_CODE",
  "IPV6_NDISC_BAD_OPTIONS",
  "IPV6_NDISC_NS_OTHERHOST",
  "QUEUE_PURGE", // the queue that it waited in was given up
  "CPU_BACKLOG", // the receive backlog is full
  "TCP_CSUM",
  "IPV6_BAD_EXTHDR",
  "UNICAST_IN_L2_MULTICAST",
  "MAC_INVALID_SOURCE", // a group's address as the source
  "MAC_IEEE_MAC_CONTROL", // a pause frame
  "BRIDGE_INGRESS_STP_STATE", // the spanning tree has blocked the port
  "NO_TX_TARGET", // a bridge has no port for it
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

export const DROP = Object.freeze(Object.fromEntries(DROP_REASONS.map((name, n) => [name, n]))) as Readonly<
  Record<DropReason, number>
>;
