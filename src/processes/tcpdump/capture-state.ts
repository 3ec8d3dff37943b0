/** What a capture has come to, and where its packets go: to standard output through stdio's buffer, or to a file. */
import type { Nanos } from "../../core/nanos.ts";
import { decode } from "../../core/octets.ts";
import type { ProgramContext } from "../program.ts";
import { type HostEntry, Names } from "./names.ts";
import { parseTcpdump, type TcpdumpOptions } from "./options.ts";
import type { TcpFlow } from "./packet-text.ts";
import { type Captured, LINKTYPE_ETHERNET, pcapRecord } from "./pcap-file.ts";
import { packetText } from "./print-packet.ts";

/** What stdio gathers before it writes to a pipe or a file, in octets. */
const BUFFER_OCTETS = 4096;
export interface CaptureState {
  isEnded: boolean;
  readonly options: TcpdumpOptions;
  readonly socket: number;
  readonly linkType: number;
  readonly hosts: readonly HostEntry[];
  captured: number;
  /** Text that waits in the buffer of standard output. */
  out: string;
  /** Octets that wait to be written to -w's file, one character each. */
  fileOut: string;
  flows: Record<string, TcpFlow>;
  since: readonly [number, number] | null;
  /** When it wrote to standard output last. */
  wroteAt: Nanos;
  /** How many packets the last `Got` told of (-v -w). */
  told: number;
}

const NOTHING: TcpdumpOptions = (() => {
  const parsed = parseTcpdump(["tcpdump"]);
  if ("kind" in parsed) throw new Error("no options are wrong");
  return parsed;
})();

export function stateOf(change: Partial<CaptureState>): CaptureState {
  return {
    isEnded: false,
    options: NOTHING,
    socket: -1,
    linkType: LINKTYPE_ETHERNET,
    hosts: [],
    captured: 0,
    out: "",
    fileOut: "",
    flows: {},
    since: null,
    wroteAt: -1,
    told: 0,
    ...change,
  };
}

export function end(cx: ProgramContext, s: CaptureState, status: number): void {
  cx.setTimer(null);
  cx.exit(status);
  s.isEnded = true;
}

/** Prints a packet, or writes it to -w's file. */
export function show(cx: ProgramContext, s: CaptureState, packet: Captured): void {
  const { options } = s;
  s.captured++;
  if (options.write !== null) {
    toFile(cx, s, pcapRecord(packet, options.isNanos));
    if (options.packetBuffered) flushFile(cx, s);
    if (!options.alsoPrint) return;
  }
  if (options.countOnly) return;
  const names = new Names(options.numeric, options.short, s.hosts);
  s.out += packetText(packet, s.linkType, s.captured, options, names, s, (ifindex) =>
    cx.interfaceName(ifindex),
  );
  if (options.lineBuffered || options.packetBuffered) flush(cx, s);
  else if (s.out.length >= BUFFER_OCTETS) {
    // stdio writes whole buffers; what it prints is ASCII.
    const whole = s.out.length - (s.out.length % BUFFER_OCTETS);
    print(cx, s, s.out.slice(0, whole));
    s.out = s.out.slice(whole);
  }
}

function print(cx: ProgramContext, s: CaptureState, text: string): void {
  if (text === "") return;
  s.wroteAt = cx.now;
  cx.write(1, text);
}

export function flush(cx: ProgramContext, s: CaptureState): void {
  print(cx, s, s.out);
  s.out = "";
}

export function toFile(cx: ProgramContext, s: CaptureState, octets: Uint8Array): void {
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  s.fileOut += text;
  if (s.fileOut.length < BUFFER_OCTETS) return;
  const whole = s.fileOut.length - (s.fileOut.length % BUFFER_OCTETS);
  writeOut(cx, s, s.fileOut.slice(0, whole));
  s.fileOut = s.fileOut.slice(whole);
}

export function flushFile(cx: ProgramContext, s: CaptureState): void {
  if (s.fileOut !== "") writeOut(cx, s, s.fileOut);
  s.fileOut = "";
}

/** @param octets one character each */
function writeOut(cx: ProgramContext, s: CaptureState, octets: string): void {
  const text = decode(Uint8Array.from(octets, (character) => character.charCodeAt(0)));
  if (s.options.write === "-") print(cx, s, text);
  else cx.writeFile(s.options.write!, text, true);
}
