/** @source RFC 1112, 2236, 3376; output of tcpdump 4.99.3 as recorded */
import { inetSum, type PacketText } from "./packet-text.ts";

const RECORD_TYPES: readonly string[] = ["", "is_in", "is_ex", "to_in", "to_ex", "allow", "block"];

export function printIgmp(p: PacketText, at: number, length: number): void {
  p.protocol = "igmp";
  if (p.options.quiet) {
    p.put("igmp");
    return;
  }
  const type = p.u8(at);
  switch (type) {
    case 0x11:
      p.put("igmp query");
      if (length >= 12) printQuery3(p, at, length);
      else printQuery(p, at);
      break;
    case 0x12:
      printGroup(p, "v1", at, length);
      break;
    case 0x16:
      printGroup(p, "v2", at, length);
      break;
    case 0x17:
      p.put(`igmp leave ${p.names.ip(p.u32(at + 4))}`);
      break;
    case 0x22:
      p.put("igmp v3 report");
      printReport3(p, at, length);
      break;
    default:
      p.put(`igmp-${type}`);
  }
  if (p.options.verbose > 0 && p.has(at, length)) {
    const sum = inetSum([p.slice(at, length)]);
    if (sum !== 0) p.put(` bad igmp cksum ${p.u16(at + 2).toString(16)}!`);
  }
}

function printGroup(p: PacketText, version: string, at: number, length: number): void {
  p.need(at, 8);
  p.put(`igmp ${version} report ${p.names.ip(p.u32(at + 4))}`);
  if (length !== 8) p.put(` [len ${length}]`);
}

function printQuery(p: PacketText, at: number): void {
  const code = p.u8(at + 1);
  p.put(code === 0 ? " v1" : " v2");
  if (code !== 0 && code !== 100) p.put(` [max resp time ${code}]`);
  const group = p.u32(at + 4);
  if (group !== 0) p.put(` [gaddr ${p.names.ip(group)}]`);
}

function printQuery3(p: PacketText, at: number, length: number): void {
  p.put(" v3");
  p.need(at, 12);
  const code = p.u8(at + 1);
  const time = code < 128 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
  if (code !== 100) {
    const seconds = time / 10;
    p.put(" [max resp time ");
    if (time < 100) p.put(`${seconds.toFixed(1)}s`);
    else p.put(relativeTime(Math.floor(seconds)));
    p.put("]");
  }
  const group = p.u32(at + 4);
  if (group === 0) return;
  p.put(` [gaddr ${p.names.ip(group)}`);
  const sources = p.u16(at + 10);
  if (sources > 0) {
    if (length < 12 + 4 * sources) {
      p.put(` [invalid number of sources ${sources}]`);
      return;
    }
    if (p.options.verbose > 1) {
      p.put(" {");
      for (let i = 0; i < sources; i++) p.put(` ${p.names.ip(p.u32(at + 12 + 4 * i))}`);
      p.put(" }");
    } else p.put(`, ${sources} source(s)`);
  }
  p.put("]");
}

function relativeTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds % 60}s` : `${hours}h${minutes % 60}m${seconds % 60}s`;
}

function printReport3(p: PacketText, at: number, length: number): void {
  if (length < 16 || length % 4 !== 0) {
    p.put(` [invalid len ${length}]`);
    return;
  }
  const groups = p.u16(at + 6);
  p.put(`, ${groups} group record(s)`);
  if (p.options.verbose === 0) return;
  let record = 8;
  for (let i = 0; i < groups; i++) {
    if (length < record + 8) {
      p.put(" [invalid number of groups]");
      return;
    }
    p.put(` [gaddr ${p.names.ip(p.u32(at + record + 4))}`);
    const type = p.u8(at + record);
    const name = RECORD_TYPES[type];
    p.put(name === undefined || name === "" ? ` [v3-report-#${type}]` : ` ${name}`);
    const sources = p.u16(at + record + 2);
    if (length < record + 8 + 4 * sources) {
      p.put(` [invalid number of sources ${sources}]`);
      return;
    }
    if (name === undefined || name === "") p.put("");
    else if (p.options.verbose > 1) {
      p.put(" {");
      for (let s = 0; s < sources; s++) p.put(` ${p.names.ip(p.u32(at + record + 8 + 4 * s))}`);
      p.put(" }");
    } else p.put(`, ${sources} source(s)`);
    p.put("]");
    record += 8 + 4 * sources;
  }
}
