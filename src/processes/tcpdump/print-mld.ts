/** Multicast listener discovery. @source RFC 2710, 3810; output of tcpdump 4.99.3 as recorded */

import type { PacketText } from "./packet-text.ts";

const MLD_MINLEN = 24;
const MLDV2_MINLEN = 28;
const RECORD_HLEN = 20;

const RECORD_TYPES: readonly string[] = ["", "is_in", "is_ex", "to_in", "to_ex", "allow", "block"];

export function printQuery(p: PacketText, at: number, length: number): void {
  if (length === MLD_MINLEN) printReport1(p, at);
  else if (length < MLDV2_MINLEN) p.put(` unknown-version (len ${length}) `);
  else {
    p.put(" v2");
    printQuery2(p, at, length);
  }
}

/** Of the first version, where query, report and done look alike. */
export function printReport1(p: PacketText, at: number): void {
  if (!p.has(at, MLD_MINLEN)) return;
  // No blank before: so the tool has it.
  p.put(`max resp delay: ${p.u16(at + 4)} addr: ${p.names.ip6(p.slice(at + 8, 16))}`);
}

/** A mantissa and an exponent, from `limit` on. */
function floating(code: number, mantissaBits: number): number {
  if (code < 1 << (mantissaBits + 3)) return code;
  const mantissa = (code & ((1 << mantissaBits) - 1)) | (1 << mantissaBits);
  return mantissa << (((code >> mantissaBits) & 7) + 3);
}

function printQuery2(p: PacketText, at: number, length: number): void {
  const { verbose } = p.options;
  const delay = p.u16(at + 4);
  if (verbose > 0) p.put(` [max resp delay=${floating(delay, 12)}]`);
  p.need(at + 8, 16);
  p.put(` [gaddr ${p.names.ip6(p.slice(at + 8, 16))}`);
  if (verbose > 0) {
    const flags = p.u8(at + 24);
    if ((flags & 8) !== 0) p.put(" sflag");
    if ((flags & 7) !== 0) p.put(` robustness=${flags & 7}`);
    p.put(` qqi=${floating(p.u8(at + 25), 4)}`);
  }
  const sources = p.u16(at + 26);
  if (sources > 0) {
    if (length < MLDV2_MINLEN + 16 * sources) p.put(" [invalid number of sources]");
    else if (verbose > 1) printSources(p, at + MLDV2_MINLEN, sources);
    else p.put(`, ${sources} source(s)`);
  }
  p.put("]");
}

function printSources(p: PacketText, at: number, count: number): void {
  p.put(" {");
  for (let i = 0; i < count; i++) p.put(` ${p.names.ip6(p.slice(at + 16 * i, 16))}`);
  p.put(" }");
}

export function printReport2(p: PacketText, at: number, length: number): void {
  if (length < 8) {
    p.put(` [invalid len ${length}]`);
    return;
  }
  const groups = p.u16(at + 6);
  p.put(`, ${groups} group record(s)`);
  if (p.options.verbose === 0) return;
  let record = 8;
  for (let i = 0; i < groups; i++) {
    if (length < record + RECORD_HLEN) {
      p.put(" [invalid number of groups]");
      return;
    }
    p.need(at + record + 4, 16);
    const type = p.u8(at + record);
    p.put(
      ` [gaddr ${p.names.ip6(p.slice(at + record + 4, 16))} ${RECORD_TYPES[type] || ` [v2-report-#${type}]`}`,
    );
    const sources = p.u16(at + record + 2);
    if (length < record + RECORD_HLEN + 16 * sources) {
      p.put(` [invalid number of sources ${sources}]`);
      return;
    }
    if (p.options.verbose === 1) p.put(`, ${sources} source(s)`);
    else printSources(p, at + record + RECORD_HLEN, sources);
    record += RECORD_HLEN + 16 * sources;
    p.put("]");
  }
}
