/** What neighbour discovery carries. @source RFC 4861, 4191, 6275, 8106; output of tcpdump 4.99.3 as recorded */

import { formatHosts } from "./names.ts";
import { bitNames, hexAscii, type PacketText } from "./packet-text.ts";

const OPTIONS: ReadonlyMap<number, string> = new Map([
  [1, "source link-address"],
  [2, "destination link-address"],
  [3, "prefix info"],
  [4, "redirected header"],
  [5, "mtu"],
  [7, "advertisement interval"],
  [8, "homeagent information"],
  [24, "route info"],
  [25, "rdnss"],
  [31, "dnssl"],
]);

const RA_FLAGS = [
  [0x80, "managed"],
  [0x40, "other stateful"],
  [0x20, "home agent"],
  [0x02, "ipv6 only"],
] as const;

const PREFIX_FLAGS = [
  [0x80, "onlink"],
  [0x40, "auto"],
  [0x20, "router"],
] as const;

const NA_FLAGS = [
  [0x80, "router"],
  [0x40, "solicited"],
  [0x20, "override"],
] as const;

/** Octets as lines of hex digits, as many as were captured. */
export function hexLines(p: PacketText, at: number, length: number, indent: string): string {
  const to = Math.min(p.end, at + length);
  return to <= at ? "" : hexAscii(p.octets.subarray(at, to), indent, 0, false);
}

function preference(flags: number): string {
  return ["medium", "high", "rsv", "low"][(flags & 0x18) >> 3]!;
}

function lifetime(seconds: number): string {
  return seconds === 0xffff_ffff ? "infinity" : `${seconds}s`;
}

export function printRouterAdvertisement(p: PacketText, at: number, length: number): void {
  const flags = p.u8(at + 5);
  p.put(
    `\n\thop limit ${p.u8(at + 4)}, Flags [${bitNames(RA_FLAGS, flags, ", ")}], pref ${preference(flags)}` +
      `, router lifetime ${p.u16(at + 6)}s, reachable time ${p.u32(at + 8)}ms, retrans timer ${p.u32(at + 12)}ms`,
  );
  printNdOptions(p, at + 16, length - 16);
}

export function printAdvertisement(p: PacketText, at: number, length: number): void {
  p.put(`, Flags [${bitNames(NA_FLAGS, p.u8(at + 4), ", ")}]`);
  printNdOptions(p, at + 24, length - 24);
}

export function printNdOptions(p: PacketText, from: number, length: number): void {
  const { verbose } = p.options;
  for (let at = from; at < from + length && at < p.end; ) {
    if (!p.has(at, 2)) {
      p.truncated();
      return;
    }
    const kind = p.u8(at);
    const units = p.u8(at + 1);
    const octets = units * 8;
    if (octets === 0 || at + octets > p.end) {
      p.truncated();
      return;
    }
    p.put(`\n\t  ${OPTIONS.get(kind) ?? "unknown"} option (${kind}), length ${octets} (${units}): `);
    if (!OPTIONS.has(kind) && verbose <= 1) {
      p.put(hexLines(p, at + 2, octets - 2, "\n\t  "));
      return;
    }
    if (!printNdOption(p, at, kind, units, from)) {
      p.truncated();
      return;
    }
    if (verbose > 1) p.put(hexLines(p, at + 2, octets - 2, "\n\t    "));
    at += octets;
  }
}

/** @param from where the options begin. False: the option is not read any further, nor those behind. */
function printNdOption(p: PacketText, at: number, kind: number, units: number, from: number): boolean {
  const address = (offset: number): string => p.names.ip6(p.slice(at + offset, 16));
  switch (kind) {
    case 1:
    case 2:
      p.put(formatHosts(p.slice(at + 2, units * 8 - 2)));
      return true;
    case 3:
      p.put(
        `${address(16)}/${p.u8(at + 2)}${units === 4 ? "" : "badlen"}, Flags [${bitNames(PREFIX_FLAGS, p.u8(at + 3), ", ")}]` +
          `, valid time ${lifetime(p.u32(at + 4))}, pref. time ${lifetime(p.u32(at + 8))}`,
      );
      return true;
    case 4:
      // The tool shows the octets from the first option on.
      p.put(hexLines(p, from, units * 8, "\n\t    "));
      return true;
    case 5:
      p.put(` ${p.u32(at + 4)}${units === 1 ? "" : ", badlen"}`);
      return true;
    case 7:
      p.put(` ${p.u32(at + 4)}ms`);
      return true;
    case 8:
      p.put(` preference ${p.u16(at + 4)}, lifetime ${p.u16(at + 6)}`);
      return true;
    case 24:
      return printRouteInfo(p, at, units);
    case 25:
      p.put(` lifetime ${p.u32(at + 4)}s,`);
      for (let i = 0; i < Math.floor((units - 1) / 2); i++) p.put(` addr: ${address(8 + 16 * i)}`);
      return true;
    case 31:
      return printDomains(p, at, units);
    default:
      return true;
  }
}

function printRouteInfo(p: PacketText, at: number, units: number): boolean {
  if (units > 3) return false;
  const prefix = new Uint8Array(16);
  prefix.set(p.slice(at + 8, (units - 1) * 8));
  p.put(
    ` ${p.names.ip6(prefix)}/${p.u8(at + 2)}, pref=${preference(p.u8(at + 3))}, lifetime=${lifetime(p.u32(at + 4))}`,
  );
  return true;
}

/** Names as DNS has them: parts with their lengths. */
function printDomains(p: PacketText, at: number, units: number): boolean {
  p.put(` lifetime ${p.u32(at + 4)}s, domain(s):`);
  const end = at + units * 8;
  for (let part = at + 8; part < end && p.u8(part) !== 0; part++) {
    p.put(" ");
    for (let length = p.u8(part); length !== 0; length = p.u8(part)) {
      if (length > 63 || part + length >= end) return false;
      p.put(`${String.fromCharCode(...p.slice(part + 1, length))}.`);
      part += 1 + length;
    }
  }
  return true;
}
