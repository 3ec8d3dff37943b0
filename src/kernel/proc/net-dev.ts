/** /proc/net/dev: the counters of all devices, by ifindex. */
import type { LinkInfo } from "../../events/requests.ts";

const HEADER =
  "Inter-|   Receive                                                |  Transmit\n" +
  " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";
const WIDTHS = [7, 7, 4, 4, 4, 5, 10, 9, 8, 7, 4, 4, 4, 5, 7, 10];

/** Width of the name column, in octets. */
const NAME_OCTETS = 6;
const encoder = new TextEncoder();

function line(link: LinkInfo): string {
  const s = link.stats;
  const received = [s.rxBytes, s.rxPackets, s.rxErrors, s.rxDropped + s.rxMissed, 0, 0, 0, s.multicast];
  const sent = [s.txBytes, s.txPackets, s.txErrors, s.txDropped, 0, s.collisions, s.txCarrierErrors, 0];
  const columns = [...received, ...sent].map((value, i) => `${value}`.padStart(WIDTHS[i]!));
  const padding = " ".repeat(Math.max(0, NAME_OCTETS - encoder.encode(link.ifname).length));
  return `${padding}${link.ifname}: ${columns.join(" ")}\n`;
}

export function procNetDev(links: readonly LinkInfo[]): string {
  return HEADER + links.map(line).join("");
}
