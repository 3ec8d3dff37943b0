/** @source RFC 9293 section 3.2 and the RFCs of each option; output of tcpdump 4.99.3 as recorded */
import { hex, type PacketText } from "./packet-text.ts";
import type { SackBase } from "./print-tcp.ts";

const EOL = 0;
const NOP = 1;
const MSS = 2;
const WSCALE = 3;
const SACK_OK = 4;
const SACK = 5;
const TIMESTAMP = 8;
const SIGNATURE = 19;
const USER_TIMEOUT = 28;
const FAST_OPEN = 34;

const OPTIONS: ReadonlyMap<number, string> = new Map([
  [EOL, "eol"],
  [NOP, "nop"],
  [MSS, "mss"],
  [WSCALE, "wscale"],
  [SACK_OK, "sackOK"],
  [SACK, "sack"],
  [6, "echo"],
  [7, "echoreply"],
  [TIMESTAMP, "TS"],
  [11, "cc"],
  [12, "ccnew"],
  [13, ""],
  [SIGNATURE, "md5"],
  [20, "scps"],
  [USER_TIMEOUT, "uto"],
  [29, "tcp-ao"],
  [30, "mptcp"],
  [FAST_OPEN, "tfo"],
  [254, "exp"],
]);

class BadOption extends Error {}
/** An option's data that the capture does not have. */
class CutOff extends Error {}

/** False: an option was wrong, and nothing more is printed of the segment. */
export function printTcpOptions(p: PacketText, start: number, octets: number, base: SackBase): boolean {
  let separator = "";
  p.put(", options [");
  try {
    let at = start;
    let left = octets;
    while (left > 0) {
      p.put(separator);
      const kind = p.u8(at);
      let length = 1;
      if (kind !== EOL && kind !== NOP) {
        length = p.u8(at + 1);
        if (length < 2 || length > left) throw new BadOption();
      }
      p.put(OPTIONS.get(kind) ?? `unknown-${kind}`);
      const from = at + (length === 1 ? 1 : 2);
      const room = left - (length === 1 ? 1 : 2);
      const used = kind === EOL || kind === NOP ? 0 : printOption(p, kind, from, length - 2, room, base);
      if (used + (length === 1 ? 1 : 2) !== length) p.put(`[len ${length}]`);
      separator = ",";
      at = from + used;
      left = room - used;
      if (kind === EOL) break;
    }
    p.put("]");
    return true;
  } catch (error) {
    if (error instanceof CutOff) p.truncated();
    else if (error instanceof BadOption) p.put("[bad opt]");
    else throw error;
    if (separator !== "") p.put(error instanceof CutOff ? ">" : "]");
    return false;
  }
}

/** Gives the octets of data that it took. */
function printOption(
  p: PacketText,
  kind: number,
  at: number,
  dataLength: number,
  room: number,
  base: SackBase,
): number {
  const check = (length: number) => {
    if (length > room) throw new BadOption();
    if (!p.has(at, length)) throw new CutOff();
  };
  switch (kind) {
    case MSS:
      check(2);
      p.put(` ${p.u16(at)}`);
      return 2;
    case WSCALE:
      check(1);
      p.put(` ${p.u8(at)}`);
      return 1;
    case SACK_OK:
      return 0;
    case SACK:
      printSack(p, at, dataLength, base, check);
      return dataLength;
    case 6:
    case 7:
    case 11:
    case 12:
    case 13:
      check(4);
      p.put(` ${p.u32(at)}`);
      return 4;
    case TIMESTAMP:
      check(8);
      p.put(` val ${p.u32(at)}`);
      p.put(` ecr ${p.u32(at + 4)}`);
      return 8;
    case SIGNATURE:
      check(16);
      p.put(" shared secret not supplied with -M, can't check - ");
      for (let i = 0; i < 16; i++) p.put(hex(p.u8(at + i), 2));
      return 16;
    case USER_TIMEOUT: {
      check(2);
      const value = p.u16(at);
      p.put(` 0x${value.toString(16)} ${(value & 1) !== 0 ? (value >> 1) * 60 : value >> 1}`);
      return 2;
    }
    case FAST_OPEN:
      if (dataLength === 0) {
        p.put("  cookiereq");
        return 0;
      }
      check(dataLength);
      if (dataLength % 2 !== 0 || dataLength < 4 || dataLength > 16) {
        p.put("  cookie invalid");
        return dataLength;
      }
      p.put("  cookie ");
      for (let i = 0; i < dataLength; i++) p.put(hex(p.u8(at + i), 2));
      return dataLength;
    default:
      for (let i = 0; i < dataLength; i++) {
        check(i + 1);
        p.put(`${i === 0 ? " 0x" : ""}${hex(p.u8(at + i), 2)}`);
      }
      return dataLength;
  }
}

function printSack(
  p: PacketText,
  at: number,
  dataLength: number,
  base: SackBase,
  check: (length: number) => void,
): void {
  if (dataLength % 8 !== 0) {
    p.put(" invalid sack");
    return;
  }
  p.put(` ${dataLength / 8} `);
  const zero = base.isReverse ? base.seq : base.ack;
  for (let i = 0; i < dataLength; i += 8) {
    check(i + 8);
    p.put(`{${(p.u32(at + i) - zero) >>> 0}:${(p.u32(at + i + 4) - zero) >>> 0}}`);
  }
}
