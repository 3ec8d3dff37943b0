/** What a capture has come to, and where its packets go: to standard output through stdio's buffer, or to a file. */
import { EPOCH_SECONDS } from "../../core/epoch.ts";
import type { Errno } from "../../core/errno.ts";
import { type Nanos, NS_PER_SEC } from "../../core/nanos.ts";
import { octetStringOf, octetsToText } from "../../core/octets.ts";
import type { HostEntry } from "../hosts.ts";
import type { ProgramContext } from "../program.ts";
import { Names } from "./names.ts";
import { parseTcpdump, type TcpdumpOptions } from "./options.ts";
import type { TcpFlow } from "./packet-text.ts";
import { type Captured, LINKTYPE_ETHERNET, MAX_SNAPLEN, pcapHeader, pcapRecord } from "./pcap-file.ts";
import { packetText } from "./print-packet.ts";
import { firstFile, nextFile, type Rotation } from "./rotate.ts";

/** What stdio gathers before it writes to a pipe or a file, in octets. */
const BUFFER_OCTETS = 4096;
export interface CaptureState {
  isEnded: boolean;
  readonly options: TcpdumpOptions;
  readonly socket: number;
  readonly linkType: number;
  /** As it stands in files that are written. */
  readonly snaplen: number;
  readonly hosts: readonly HostEntry[];
  captured: number;
  /** Text that waits in the buffer of standard output. */
  out: string;
  /** The file that packets go to; null: they go to none, or to standard output. */
  file: Rotation | null;
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
    snaplen: MAX_SNAPLEN,
    hosts: [],
    captured: 0,
    out: "",
    file: null,
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

/** Prints a packet, or writes it to -w's file. False: there may be no more files, and the packet was left out. */
export function show(cx: ProgramContext, s: CaptureState, packet: Captured): boolean {
  const { options } = s;
  s.captured++;
  if (options.write !== null) {
    if (!rotate(cx, s)) return false;
    toFile(cx, s, pcapRecord(packet, options.isNanos));
    if (options.packetBuffered) flushFile(cx, s);
    if (!options.alsoPrint) return true;
  }
  if (options.countOnly) return true;
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
  return true;
}

/** Begins the first file. */
export function openFile(cx: ProgramContext, s: CaptureState): Errno | null {
  if (s.options.write === null) return null;
  if (s.options.write !== "-") {
    s.file = firstFile(s.options, clock(cx));
    const errno = cx.writeFile(s.file.path, "", false);
    if (errno !== null) return errno;
  }
  toFile(cx, s, pcapHeader(s.linkType, s.snaplen, s.options.isNanos));
  return null;
}

function clock(cx: ProgramContext): number {
  return EPOCH_SECONDS + Math.floor(cx.now / NS_PER_SEC);
}

/** Goes on to another file if it is time to. False: there may be none. */
function rotate(cx: ProgramContext, s: CaptureState): boolean {
  if (s.file === null) return true;
  const next = nextFile(s.options, clock(cx), s.file);
  if (next === null) return false;
  if (next === s.file) return true;
  flushFile(cx, s);
  s.file = next;
  cx.writeFile(next.path, "", false);
  toFile(cx, s, pcapHeader(s.linkType, s.snaplen, s.options.isNanos));
  return true;
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
  s.fileOut += octetStringOf(octets);
  if (s.file !== null) s.file = { ...s.file, size: s.file.size + octets.length };
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
  const text = octetsToText(octets);
  if (s.file === null) print(cx, s, text);
  else cx.writeFile(s.file.path, text, true);
}
