/** @source RFC 791 section 3.1; output of tcpdump 4.99.3 as recorded */
import { formatIpv4 } from "../../wire/ipv4-address.ts";
import type { PacketText } from "./packet-text.ts";

const EOL = 0;
const NOP = 1;
const RR = 7;
const TIMESTAMP = 68;
const LSRR = 131;
const SSRR = 137;
const ROUTER_ALERT = 148;

const OPTIONS: ReadonlyMap<number, string> = new Map([
  [EOL, "EOL"],
  [NOP, "NOP"],
  [TIMESTAMP, "timestamp"],
  [82, "traceroute"],
  [130, "security"],
  [RR, "RR"],
  [SSRR, "SSRR"],
  [LSRR, "LSRR"],
  [ROUTER_ALERT, "RA"],
]);

export function printIpOptions(p: PacketText, start: number, octets: number): void {
  let at = start;
  let left = octets;
  let separator = "";
  while (left > 0) {
    p.put(separator);
    separator = ",";
    const kind = p.u8(at);
    p.put(OPTIONS.get(kind) ?? `unknown ${kind}`);
    let length = 1;
    if (kind !== EOL && kind !== NOP) {
      if (left < 2 || !p.has(at + 1, 1)) {
        p.put(" [truncated-option]");
        return;
      }
      length = p.u8(at + 1);
      if (length < 2) {
        p.put(` [bad length ${length}]`);
        return;
      }
      if (length > left) {
        p.put(` [bad length ${length}]`);
        return;
      }
      if (!p.has(at, length)) {
        p.put(" [truncated-option]");
        return;
      }
    }
    if (kind === EOL) return;
    if (kind === TIMESTAMP) printTimestamps(p, at, length);
    else if (kind === RR || kind === LSRR || kind === SSRR) printRoute(p, at, length);
    else if (kind === ROUTER_ALERT) {
      if (length < 4) p.put("{truncated}");
      else if (p.u16(at + 2) !== 0) p.put(` value ${p.u16(at + 2)}`);
    }
    at += length;
    left -= length;
  }
}

/** Addresses passed so far are followed by a comma. */
function printRoute(p: PacketText, at: number, length: number): void {
  if (length < 3) {
    p.put(` [bad length ${length}]`);
    return;
  }
  if ((length + 1) % 4 !== 0) p.put(` [bad length ${length}]`);
  const pointer = p.u8(at + 2) - 1;
  if (pointer < 3 || (pointer + 1) % 4 !== 0) p.put(` [bad ptr ${pointer + 1}]`);
  let separator = " ";
  for (let i = 3; i < length; i += 4) {
    p.need(at + i, 4);
    p.put(`${separator}${formatIpv4(p.u32(at + i))}`);
    separator = i < pointer ? ", " : " ";
  }
}

function printTimestamps(p: PacketText, at: number, length: number): void {
  if (length < 4) {
    p.put(`[bad length ${length}]`);
    return;
  }
  p.put(" TS{");
  let hopLength = 4;
  if ((length - 4) % hopLength !== 0) p.put(`[bad length ${length}]`);
  const pointer = p.u8(at + 2) - 1;
  let mark = "";
  if (pointer < 4 || (pointer - 4) % hopLength !== 0 || pointer > length) p.put(`[bad ptr ${pointer + 1}]`);
  const flags = p.u8(at + 3);
  switch (flags & 0xf) {
    case 0:
      p.put("TSONLY");
      break;
    case 1:
      p.put("TS+ADDR");
      hopLength = 8;
      break;
    case 3:
      p.put("PRESPEC");
      hopLength = 8;
      break;
    default:
      p.put(`[bad ts type ${flags & 0xf}]}`);
      return;
  }
  let type = " ";
  for (let i = 4; i < length; i += hopLength) {
    if (pointer === i) type = " ^ ";
    mark = type;
    if (i + hopLength > length) break;
    const time = p.u32(at + i + hopLength - 4);
    p.put(`${mark}${time}@${hopLength !== 8 ? "" : formatIpv4(p.u32(at + i))}`);
    type = " ";
  }
  if (pointer === length) p.put(" ^ ");
  if (flags >> 4 !== 0) p.put(` [${flags >> 4} hops not recorded]} `);
  else p.put("}");
}
