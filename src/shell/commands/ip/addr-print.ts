/** How `ip address` shows addresses. */
import type { AddrInfo } from "../../../events/requests.ts";
import { SCOPES } from "./names.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";

/** IFA_F_* in the order in which they are printed. `permanent` is not: its absence is `dynamic`. */
export const ADDRESS_FLAGS: readonly (readonly [name: string, bit: number, isIpv6Only: boolean])[] = [
  ["secondary", 0x01, false],
  ["nodad", 0x02, true],
  ["optimistic", 0x04, true],
  ["dadfailed", 0x08, true],
  ["home", 0x10, true],
  ["deprecated", 0x20, false],
  ["tentative", 0x40, true],
  ["permanent", 0x80, false],
  ["mngtmpaddr", 0x100, true],
  ["noprefixroute", 0x200, false],
  ["autojoin", 0x400, false],
  ["stable-privacy", 0x800, true],
];

function putAddressFlags(p: Printer, address: AddrInfo): void {
  let left = address.flags;
  for (const [name, bit] of ADDRESS_FLAGS) {
    const isSet = (left & bit) !== 0;
    left &= ~bit;
    const isDynamic = name === "permanent";
    if (isSet === isDynamic) continue;
    const shown = isDynamic
      ? "dynamic"
      : name === "secondary" && address.family === "inet6"
        ? "temporary"
        : name;
    p.put(shown, true, `${shown} `);
  }
  if (left !== 0) p.put("ifa_flags", left.toString(16), `flags ${left.toString(16).padStart(2, "0")} `);
}

function putLifetime(p: Printer, key: string, word: string, seconds: number | null): void {
  p.put(key, seconds ?? 0xffff_ffff, `${word} ${seconds === null ? "forever" : `${seconds}sec`}`);
}

/** `10.0.0.1/24`, `10.0.0.1 peer 10.0.0.2/32`. */
function putPrefix(p: Printer, address: AddrInfo): void {
  p.put("local", address.local, address.local, address.family);
  if (address.address !== address.local) {
    p.text(" peer ");
    p.put("address", address.address, address.address, address.family);
  }
  p.put("prefixlen", address.prefixLen, `/${address.prefixLen} `);
  if (address.metric !== 0) p.put("metric", address.metric, `metric ${address.metric} `);
}

/** @param isAlone no line of the device stands above, so that its index and name begin this one */
export function putAddress(s: Session, p: Printer, address: AddrInfo, isAlone: boolean): void {
  p.object();
  if (s.options.isBrief) {
    putPrefix(p, address);
    p.close();
    return;
  }
  if (isAlone) {
    const name = s.nameOf(address.ifindex);
    p.put("index", address.ifindex, `${address.ifindex}: `);
    p.put("dev", name, name);
  }
  p.put("family", address.family, `    ${address.family} `);
  putPrefix(p, address);
  if (address.broadcast !== null) {
    p.text("brd ");
    p.put("broadcast", address.broadcast, `${address.broadcast} `, address.family);
  }
  const scope = SCOPES.name(address.scope, s.options.isNumeric);
  p.put("scope", scope, `scope ${scope} `);
  putAddressFlags(p, address);
  if (address.label !== null) p.put("label", address.label, address.label);
  p.text(p.lineBreak);
  putLifetime(p, "valid_life_time", "       valid_lft", address.validLft);
  putLifetime(p, "preferred_life_time", " preferred_lft", address.preferredLft);
  p.text("\n");
  p.close();
}
