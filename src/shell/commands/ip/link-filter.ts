/** Which devices `ip link show` and `ip address show` show. */
import { IFF_UP } from "../../../events/netlink.ts";
import type { LinkInfo } from "../../../events/requests.ts";
import type { Args } from "./args.ts";
import { GROUPS } from "./names.ts";
import type { Session } from "./session.ts";

export interface LinkFilter {
  dev: string | null;
  isUp: boolean;
  kind: string | null;
  /** ifindex of the master; 0: those without one. */
  master: number | null;
  group: number | null;
}

export function emptyLinkFilter(): LinkFilter {
  return { dev: null, isUp: false, kind: null, master: null, group: null };
}

/** Takes one of the words that both commands know; false: it is another. */
export function takeLinkFilter(s: Session, args: Args, word: string, filter: LinkFilter): boolean {
  switch (word) {
    case "up":
      filter.isUp = true;
      return true;
    case "type":
      filter.kind = args.value();
      return true;
    case "master": {
      const name = args.value();
      filter.master = s.findIndex(name) ?? args.invalid("Device does not exist\n", name);
      return true;
    }
    case "nomaster":
      filter.master = 0;
      return true;
    case "vrf":
      return args.invalid("Not a valid VRF name\n", args.value());
    case "group": {
      const name = args.value();
      filter.group = GROUPS.parse(name) ?? args.invalid('Invalid "group" value\n', name);
      return true;
    }
    default:
      return false;
  }
}

/** Takes `dev NAME` or NAME; a second one is garbage. */
export function takeDev(args: Args, word: string, filter: { dev: string | null }): void {
  const name = word === "dev" ? args.value() : word;
  if (filter.dev !== null) args.garbage("dev", name);
  filter.dev = name;
}

/** Kinds by which the kernel itself chooses, for it knows them. */
const KERNEL_KINDS = new Set([
  "bond",
  "bridge",
  "dummy",
  "ifb",
  "ipvlan",
  "macvlan",
  "tun",
  "veth",
  "vlan",
  "vrf",
  "vxlan",
]);

/** Is a device not even told to the tool? @source net/core/rtnetlink.c, link_dump_filtered() */
export function isLeftOutByKernel(link: LinkInfo, filter: LinkFilter): boolean {
  if (filter.master !== null && filter.master > 0 && link.master !== filter.master) return true;
  return filter.kind !== null && KERNEL_KINDS.has(filter.kind) && link.kind !== filter.kind;
}

export function linkPasses(link: LinkInfo, filter: LinkFilter): boolean {
  if (filter.isUp && (link.flags & IFF_UP) === 0) return false;
  if (filter.group !== null && link.group !== filter.group) return false;
  if (filter.master !== null && (link.master ?? 0) !== filter.master) return false;
  if (filter.kind?.endsWith("_slave") === true) return filter.kind === slaveKind(link);
  return filter.kind === null || link.kind === filter.kind;
}

/** What a device is to its master. */
function slaveKind(link: LinkInfo): string | null {
  return link.bridgePort === undefined ? null : "bridge_slave";
}

/** The ifindex of the device asked for, or the complaint of commands that show. */
export function needShownIndex(s: Session, dev: string): number {
  return s.findIndex(dev) ?? s.fail(`Device "${dev}" does not exist.\n`, 1);
}
