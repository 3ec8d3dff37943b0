/** Sockets and groups under /proc/net: udp, udplite, raw, icmp, igmp, dev_mcast, mcfilter. @source net/ipv4/udp.c, raw.c, igmp.c; net/core/net-procfs.c */

import type { NetDevice } from "../../devices/net-device.ts";
import { devicesOf, type NetnsRef } from "../../devices/netns.ts";
import type { StepContext } from "../../events/step-context.ts";
import { igmpVersion } from "../../stack/igmp-state.ts";
import { inDevice } from "../../stack/in-device.ts";
import type { Group } from "../../stack/multicast.ts";
import { netStack } from "../../stack/net-stack.ts";
import { udpTable } from "../../stack/udp-table.ts";
import type { Ipv4Address } from "../../wire/ipv4-address.ts";
import { toClock } from "../clock.ts";

/** Buckets of the table of UDP sockets; the kernel adds a number of the namespace's own. */
const UDP_BUCKETS = 8192;
/** TCP_ESTABLISHED and TCP_CLOSE, which stand for connected and not. */
const CONNECTED = 1;
const UNCONNECTED = 7;

const COLUMNS =
  "sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops";

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

/** As it stands in memory: the first octet last. */
function hexAddress(address: Ipv4Address): string {
  return hex(
    (((address & 0xff) << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | (address >>> 24)) >>>
      0,
    8,
  );
}

interface SocketLine {
  readonly bucket: number;
  readonly local: Ipv4Address;
  readonly port: number;
  readonly peer: Ipv4Address;
  readonly peerPort: number;
  readonly state: number;
  readonly sending: number;
  readonly received: number;
  readonly inode: number;
  readonly drops: number;
}

function socketLine(s: SocketLine): string {
  const local = `${hexAddress(s.local)}:${hex(s.port, 4)}`;
  const peer = `${hexAddress(s.peer)}:${hex(s.peerPort, 4)}`;
  const queues = `${hex(s.sending, 8)}:${hex(s.received, 8)}`;
  // The pointer is a hash in the kernel, too.
  const tail = `${s.inode} 2 ${s.inode.toString(16).padStart(16, "0")} ${s.drops}`;
  return `${local} ${peer} ${hex(s.state, 2)} ${queues} 00:00000000 00000000     0        0 ${tail}`;
}

/** By bucket, in a bucket the newest first. */
export function procNetUdp(step: StepContext, netns: NetnsRef): string {
  const lines = udpTable(step, netns)
    .sockets.map((ref) => ({ ref, socket: step.cells.get(ref) }))
    .filter(({ socket }) => socket.settings.port !== 0)
    .map(({ ref, socket }): SocketLine => {
      const { local, port, peer, peerPort, isConnected } = socket.settings;
      const state = isConnected ? CONNECTED : UNCONNECTED;
      const received = socket.received - socket.deficit;
      const { sending, drops } = socket;
      const bucket = port % UDP_BUCKETS;
      return { bucket, local, port, peer, peerPort, state, sending, received, inode: ref, drops };
    })
    .sort((a, b) => a.bucket - b.bucket || b.inode - a.inode);
  const rows = [`   ${COLUMNS}`, ...lines.map((s) => `${String(s.bucket).padStart(5)}: ${socketLine(s)}`)];
  return rows.map((row) => `${row.padEnd(127)}\n`).join("");
}

export const PROC_NET_UDPLITE = `${`   ${COLUMNS}`.padEnd(127)}\n`;
export const PROC_NET_ICMP = `${`  ${COLUMNS}`.padEnd(127)}\n`;
export const PROC_NET_MCFILTER = "Idx Device        MCA        SRC    INC    EXC\n";

/** Raw sockets: their port is their protocol. */
export function procNetRaw(step: StepContext, netns: NetnsRef): string {
  const sockets = netStack(step, netns).rawSockets.toReversed();
  const lines = sockets.map((ref): string => {
    const { local, queuedOctets } = step.cells.get(ref);
    const rest = { peer: 0, peerPort: 0, state: UNCONNECTED, sending: 0, drops: 0, inode: ref };
    const line = socketLine({ bucket: 1, local, port: 1, received: queuedOctets, ...rest });
    return `${"1".padStart(4)}: ${line}\n`;
  });
  return `  ${COLUMNS}\n${lines.join("")}`;
}

function groupLine(step: StepContext, group: Group): string {
  const { timer, users, isReporter, address } = group;
  const left = timer === null ? 0 : Math.max(step.cells.get(timer).expires - step.jiffies, 0);
  const ticks = hex(toClock(left), 8);
  const running = timer === null ? 0 : 1;
  return `\t\t\t\t${hexAddress(address)} ${String(users).padStart(5)} ${running}:${ticks}\t\t${isReporter ? 1 : 0}\n`;
}

export function procNetIgmp(step: StepContext, netns: NetnsRef): string {
  const device = (dev: NetDevice): string => {
    const { groups } = inDevice(step, dev).multicast;
    if (groups.length === 0) return "";
    const count = String(groups.length).padStart(5);
    const querier = `V${igmpVersion(step, dev)}`.padStart(7);
    const head = `${dev.ifindex}\t${dev.ifname.padEnd(10)}: ${count} ${querier}\n`;
    return head + groups.map((group) => groupLine(step, group)).join("");
  };
  return `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n${devicesOf(step, netns).map(device).join("")}`;
}

export function procNetDevMcast(step: StepContext, netns: NetnsRef): string {
  return devicesOf(step, netns)
    .flatMap((dev) =>
      dev.filter.map(({ address, users, isStatic }) => {
        const head = `${String(dev.ifindex).padEnd(4)} ${dev.ifname.padEnd(15)}`;
        const counts = `${String(users).padEnd(5)} ${(isStatic ? "1" : "0").padEnd(5)}`;
        return `${head} ${counts} ${address.toString(16).padStart(12, "0")}\n`;
      }),
    )
    .join("");
}
