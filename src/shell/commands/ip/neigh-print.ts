/** How `ip neigh` shows an entry. */

import type { FdbInfo } from "../../../events/bridge-requests.ts";
import type { NeighInfo } from "../../../events/requests.ts";
import { parseUnsigned } from "./args.ts";
import { PROTOCOLS } from "./names.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";

/** NUD_* by name, in the order of their bits. */
const STATES: readonly (readonly [bit: number, name: string])[] = [
  [0x01, "INCOMPLETE"],
  [0x02, "REACHABLE"],
  [0x04, "STALE"],
  [0x08, "DELAY"],
  [0x10, "PROBE"],
  [0x20, "FAILED"],
  [0x40, "NOARP"],
  [0x80, "PERMANENT"],
];

/** NTF_* and the order in which they are printed. */
const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [0x80, "router"],
  [0x08, "proxy"],
  [0x100, "managed"],
  [0x10, "extern_learn"],
  [0x20, "offload"],
];

const USER_HZ = 100;

/** A state by name (three of them may be shortened) or by number; null: neither. */
export function parseState(text: string): number | null {
  if (text === "") return null;
  if (text === "none") return 0;
  const state = STATES.find(([, name]) => {
    const word = name.toLowerCase();
    const isShortenable = word === "permanent" || word === "reachable" || word === "failed";
    return isShortenable ? word.startsWith(text) : word === text;
  });
  return state?.[0] ?? parseUnsigned(text, 255);
}

function putCacheInfo(p: Printer, entry: NeighInfo): void {
  const seconds = (ticks: number): number => Math.floor(ticks / USER_HZ);
  if (entry.refcnt !== 0) p.put("refcnt", entry.refcnt, ` ref ${entry.refcnt}`);
  const [used, confirmed, updated] = [seconds(entry.used), seconds(entry.confirmed), seconds(entry.updated)];
  p.put("used", used, ` used ${used}/`);
  p.put("confirmed", confirmed, `${confirmed}/`);
  p.put("updated", updated, `${updated}`);
  p.put("probes", entry.probes, `probes ${entry.probes} `);
}

function putBrief(s: Session, p: Printer, entry: NeighInfo, isDevHidden: boolean): void {
  p.put("dst", entry.dst, `${entry.dst.padEnd(39)} `, entry.family);
  if (!isDevHidden) putDev(s, p, entry.ifindex, 16);
  if (entry.lladdr !== null) p.put("lladdr", entry.lladdr, entry.lladdr, "mac");
}

function putDev(s: Session, p: Printer, ifindex: number, width: number): void {
  const name = s.nameOf(ifindex);
  p.put("dev", name, `${name.padEnd(width)} `, "ifname");
}

function putFull(s: Session, p: Printer, entry: NeighInfo, isDevHidden: boolean): void {
  p.put("dst", entry.dst, `${entry.dst} `, entry.family);
  // A proxy entry may be for every device.
  if (!isDevHidden && entry.ifindex !== 0) {
    p.text("dev ");
    putDev(s, p, entry.ifindex, 0);
  }
  if (entry.lladdr !== null) {
    p.text("lladdr ");
    p.put("lladdr", entry.lladdr, `${entry.lladdr} `, "mac");
  }
  for (const [bit, name] of FLAGS) if ((entry.flags & bit) !== 0) p.put(name, null, `${name} `);
  const isProxy = (entry.flags & 0x08) !== 0;
  if (s.options.statistics > 0 && !isProxy) putCacheInfo(p, entry);
  if (entry.state !== 0) {
    p.array("state");
    for (const [bit, name] of STATES) if ((entry.state & bit) !== 0) p.put(null, name, `${name} `);
    p.close();
  }
  if (entry.protocol !== undefined && entry.protocol !== 0) {
    const name = PROTOCOLS.name(entry.protocol, s.options.isNumeric);
    p.put("protocol", name, `proto ${name} `);
  }
}

export function putNeigh(s: Session, p: Printer, entry: NeighInfo, isDevHidden: boolean): void {
  p.object();
  if (s.options.isBrief) putBrief(s, p, entry, isDevHidden);
  else putFull(s, p, entry, isDevHidden);
  p.text("\n");
  p.close();
}

/** A bridge's entry, which has no address of the network's. */
export function putBridgeNeigh(s: Session, p: Printer, entry: FdbInfo, isDevHidden: boolean): void {
  if (!isDevHidden) {
    p.text("dev ");
    putDev(s, p, entry.ifindex, 0);
  }
  p.text("lladdr ");
  p.text(`${entry.address} `, "mac");
  for (const [bit, name] of FLAGS) if ((entry.flags & bit) !== 0) p.text(`${name} `);
  for (const [bit, name] of STATES) if ((entry.state & bit) !== 0) p.text(`${name} `);
  p.text("\n");
}
