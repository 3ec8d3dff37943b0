/** /proc/net/arp: the IPv4 neighbours, in the order of the table, then the proxy entries. */
import { NTF_PROXY, NUD_FAILED, NUD_INCOMPLETE, NUD_NOARP, NUD_PERMANENT } from "../../events/netlink.ts";
import type { NeighInfo } from "../../events/requests.ts";

const HEADER = "IP address       HW type     Flags       HW address            Mask     Device\n";
const ATF_COM = 0x02;
const ATF_PERM = 0x04;
const ATF_PUBL = 0x08;
const NO_ADDRESS = "00:00:00:00:00:00";

/** A device of a neighbour, as far as the table shows it. */
export interface ArpDevice {
  readonly ifname: string;
  /** ARPHRD_* */
  readonly type: number;
}

function line(dst: string, type: number, flags: number, lladdr: string, ifname: string): string {
  const hex = (value: number) => `0x${value.toString(16).padEnd(10)}`;
  return `${dst.padEnd(16)} ${hex(type)}${hex(flags)}${lladdr}     *        ${ifname}\n`;
}

/**
 * Entries in state NONE or NOARP are not shown. A device that is not known shows as `*`.
 * @param neighbours with the address that the table holds, which `ip neigh` does not show of failed entries, as `lladdr`
 */
export function procNetArp(
  neighbours: readonly NeighInfo[],
  device: (ifindex: number) => ArpDevice | null,
): string {
  let entries = "";
  let proxies = "";
  for (const neigh of neighbours) {
    if (neigh.family !== "inet") continue;
    const dev = device(neigh.ifindex);
    const ifname = dev?.ifname ?? "*";
    const type = dev?.type ?? 0;
    if ((neigh.flags & NTF_PROXY) !== 0) {
      proxies += line(neigh.dst, type, ATF_PUBL | ATF_PERM, NO_ADDRESS, ifname);
    } else if ((neigh.state & ~NUD_NOARP) !== 0) {
      const isValid = (neigh.state & (NUD_INCOMPLETE | NUD_FAILED)) === 0;
      const flags = neigh.state === NUD_PERMANENT ? ATF_COM | ATF_PERM : isValid ? ATF_COM : 0;
      entries += line(neigh.dst, type, flags, neigh.lladdr ?? NO_ADDRESS, ifname);
    }
  }
  return HEADER + entries + proxies;
}
