/** Sockets of a namespace with the processes that have them. @source net/ipv4/udp_diag.c, raw_diag.c; what ss(8) finds under /proc */
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import type { SocketInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { netStack } from "../stack/net-stack.ts";
import { udpTable } from "../stack/udp-table.ts";
import { IPPROTO_ICMP } from "../wire/ipv4.ts";
import { formatIpv4 } from "../wire/ipv4-address.ts";
import type { Process } from "./globals.ts";

/** Behind standard input, output and error. */
const FIRST_FD = 3;
/** Buckets of the table of UDP sockets. */
const UDP_BUCKETS = 8192;

function ownerOf(
  step: StepContext,
  owner: number,
  socket: number,
): { comm: string; pid: number; fd: number } {
  const { comm, pid, sockets } = step.cells.get<Process>(owner);
  return { comm, pid, fd: FIRST_FD + sockets.indexOf(socket) };
}

export function socketDump(step: StepContext, netns: NetnsRef): SocketInfo[] {
  const raw = netStack(step, netns)
    .rawSockets.toReversed()
    .map((ref): SocketInfo => {
      const { local, queuedOctets, owner } = step.cells.get(ref);
      const rest = { isConnected: false, sending: 0, ifname: null, peer: "0.0.0.0", peerPort: 0, inode: ref };
      const where = { local: formatIpv4(local), port: IPPROTO_ICMP, received: queuedOctets };
      return { protocol: "raw", ...where, ...rest, ...ownerOf(step, owner, ref) };
    });
  const udp = udpTable(step, netns)
    .sockets.filter((ref) => step.cells.get(ref).settings.port !== 0)
    .map((ref): SocketInfo => {
      const { settings, received, deficit, sending, owner } = step.cells.get(ref);
      return {
        protocol: "udp",
        isConnected: settings.isConnected,
        received: received - deficit,
        sending,
        local: formatIpv4(settings.local),
        port: settings.port,
        ifname: deviceByIndex(step, netns, settings.ifindex)?.ifname ?? null,
        peer: formatIpv4(settings.peer),
        peerPort: settings.peerPort,
        inode: ref,
        ...ownerOf(step, owner, ref),
      };
    })
    .sort((a, b) => (a.port % UDP_BUCKETS) - (b.port % UDP_BUCKETS) || b.inode - a.inode);
  return [...raw, ...udp];
}
