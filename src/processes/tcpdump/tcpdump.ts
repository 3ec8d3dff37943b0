/**
 * tcpdump(8): shows what passes on a device, or stands in a file.
 *
 *   start ──► options ─┬─► -r FILE: read, filter, print, end
 *                      └─► packet socket ──► wait ──► packets: print or write ──► count reached, signal, device gone: end
 * @source behaviour of tcpdump 4.99.3 with libpcap 1.10.3 as recorded, tcpdump(8)
 */
import { EPOCH_SECONDS } from "../../core/epoch.ts";
import { strerror } from "../../core/errno.ts";
import { type Nanos, NS_PER_MS, NS_PER_SEC } from "../../core/nanos.ts";
import { SIGNAL_NUMBERS, type SignalName } from "../../core/signals.ts";
import { PACKET_OUTGOING, type SniffedPacket } from "../../stack/packet-socket.ts";
import { ETH_HLEN } from "../../wire/frame.ts";
import { type HostEntry, parseHosts } from "../hosts.ts";
import type { InterfaceInfo, Program, ProgramContext } from "../program.ts";
import { type CaptureState, end, flush, flushFile, openFile, show, stateOf } from "./capture-state.ts";
import { filterOf, isStop } from "./compile.ts";
import { cooked } from "./cooked.ts";
import { deviceList, openingName } from "./devices.ts";
import { parseTcpdump, stop, type TcpdumpOptions, type TcpdumpStop } from "./options.ts";
import {
  type Captured,
  LINK_TYPES,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  linkTypeList,
  linkTypeText,
} from "./pcap-file.ts";
import { readFile } from "./read-file.ts";

/** Exit status for output that nobody takes (S_ERR_ND_WRITE_FILE). */
const WRITE_FAILED = 14;

export const tcpdump: Program<CaptureState> = {
  name: "tcpdump",
  readsInput: (argv) => {
    const options = parseTcpdump(argv);
    return !("kind" in options) && options.read === "-";
  },
  start(cx, argv, { input = "", isTerminal = false }) {
    const begun = begin(cx, argv, input, isTerminal);
    if (!("kind" in begun)) return begun;
    if (begun.out !== "") cx.write(1, begun.out);
    if (begun.err !== "") cx.write(2, begun.err);
    const ended = stateOf({});
    end(cx, ended, begun.status);
    return ended;
  },
  copy: (s) => ({
    ...s,
    flows: Object.fromEntries(Object.entries(s.flows).map(([key, flow]) => [key, { ...flow }])),
  }),
  wake(cx, s, wake) {
    if (s.isEnded) return s;
    if (wake.kind === "signal") onSignal(cx, s, wake.signal.replace(/^SIG/, ""));
    else if (wake.kind === "timer") tellCount(cx, s);
    else onReadable(cx, s);
    return s;
  },
};

// ---------------------------------------------------------------------------------------------- beginning

function begin(
  cx: ProgramContext,
  argv: readonly string[],
  input: string,
  isTerminal: boolean,
): CaptureState | TcpdumpStop {
  const parsed = parseTcpdump(argv);
  if ("kind" in parsed) return parsed;
  const options = { ...parsed, lineBuffered: parsed.lineBuffered || isTerminal };
  if (options.list === "devices") return stop("", 0, deviceList(cx.interfaces()));
  const file = cx.readFile("/etc/hosts");
  const hosts = file.ok ? parseHosts(file.value) : [];
  return options.read === null
    ? openLive(cx, options, hosts)
    : readFile(cx, options, options.read, hosts, input);
}

function openLive(
  cx: ProgramContext,
  options: TcpdumpOptions,
  hosts: readonly HostEntry[],
): CaptureState | TcpdumpStop {
  const interfaces = cx.interfaces();
  const name = openingName(interfaces, options.device);
  if (typeof name !== "string") return name;
  const isAny = name === "any";
  const device: InterfaceInfo | null = isAny
    ? null
    : (interfaces.find((i) => i.names.includes(name)) ?? null);
  if (!isAny && device === null)
    return stop(`tcpdump: ${name}: No such device exists\n(No such device exists)\n`);
  const linkTypes = isAny ? [LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2] : [LINKTYPE_ETHERNET];
  if (options.list === "link-types") return stop("", 0, linkTypeList(name, linkTypes));
  if (options.list === "time-stamp-types")
    return stop("", 0, `Time stamp types for ${name} (use option -j to set):\n  host (Host)\n`);
  if (device !== null && !device.isUp) return stop(`tcpdump: ${name}: That device is not up\n`);
  const linkType = chooseLinkType(options.linkType, name, linkTypes);
  if (typeof linkType !== "number") return linkType;
  const before =
    isAny || options.linkType !== null ? `tcpdump: data link type ${LINK_TYPES.get(linkType)!.name}\n` : "";
  const filter = filterOf(cx, options, hosts, linkType, device?.netmask ?? 0);
  if (isStop(filter)) return { ...filter, err: before + filter.err };
  if (options.dumpCode) return stop("tcpdump: option -d is not supported by the simulation\n");
  const socket = cx.packetSocket({
    ifindex: device?.ifindex ?? 0,
    isPromiscuous: options.promiscuous && !isAny,
    blockTimeout: blockTimeout(options),
    snaplen: options.snaplen,
    filter,
  });
  const s = stateOf({ options, socket, linkType, snaplen: options.snaplen, hosts });
  const errno = openFile(cx, s);
  if (errno !== null) return stop(`${before}tcpdump: ${s.file?.path}: ${strerror(errno)}\n`);
  const isQuiet = options.verbose === 0 && options.write === null;
  cx.write(
    2,
    `${before}tcpdump: ${isQuiet ? "verbose output suppressed, use -v[v]... for full protocol decode\n" : ""}` +
      `listening on ${name}, link-type ${linkTypeText(linkType)}, snapshot length ${options.snaplen} bytes\n`,
  );
  if (options.packetBuffered) flushFile(cx, s);
  if (options.verbose > 0 && s.file !== null) cx.setTimer(cx.now + NS_PER_SEC);
  return s;
}

/** Who watches lines as they come does not want to wait a second for them. @source tcpdump.c, main(), `timeout` */
function blockTimeout({ immediate, write, alsoPrint, lineBuffered }: TcpdumpOptions): Nanos | null {
  if (immediate) return null;
  return (write === null || alsoPrint) && lineBuffered ? 100 * NS_PER_MS : NS_PER_SEC;
}

function chooseLinkType(
  wish: string | null,
  device: string,
  offered: readonly number[],
): number | TcpdumpStop {
  if (wish === null) return offered.at(-1)!;
  const wanted = wish.toUpperCase().replace(/^DLT_/, "");
  const known = [...LINK_TYPES].find(([, type]) => type.name === wanted);
  if (known === undefined) return stop(`tcpdump: invalid data link type ${wish}\n`);
  return offered.includes(known[0])
    ? known[0]
    : stop(`tcpdump: ${device}: ${known[1].name} is not one of the DLTs supported by this device\n`);
}

// ---------------------------------------------------------------------------------------------- packets

function onReadable(cx: ProgramContext, s: CaptureState): void {
  const { packets, isGone } = cx.receivePackets(s.socket);
  for (const packet of packets) {
    if (!isWanted(cx, s, packet)) continue;
    if (!show(cx, s, capturedOf(s, packet))) {
      cx.write(2, `Maximum file limit reached: ${s.options.fileCount}\n`);
      finish(cx, s, "");
      return;
    }
    if (s.options.count > 0 && s.captured >= s.options.count) {
      finish(cx, s, "");
      return;
    }
  }
  if (!isGone) return;
  cx.write(2, "tcpdump: pcap_loop: The interface disappeared\n");
  finish(cx, s, "", 1);
}

/** What a device sends to itself is seen when it arrives; -Q leaves out one way. */
function isWanted(cx: ProgramContext, s: CaptureState, packet: SniffedPacket): boolean {
  const isOut = packet.type === PACKET_OUTGOING;
  if (isOut && cx.isLoopback(packet.ifindex)) return false;
  return s.options.direction === "inout" || (s.options.direction === "out") === isOut;
}

function capturedOf(s: CaptureState, packet: SniffedPacket): Captured {
  const stamp = {
    seconds: EPOCH_SECONDS + Math.floor(packet.time / NS_PER_SEC),
    nanos: packet.time % NS_PER_SEC,
  };
  if (s.linkType === LINKTYPE_ETHERNET) return { ...stamp, octets: packet.octets, length: packet.length };
  const octets = cooked(packet, s.linkType);
  const head = octets.length - (packet.octets.length - ETH_HLEN);
  return { ...stamp, octets: octets.subarray(0, s.options.snaplen), length: packet.length - ETH_HLEN + head };
}

// ---------------------------------------------------------------------------------------------- the end

/** @param last stands at the end of what was printed */
function finish(cx: ProgramContext, s: CaptureState, last: string, status = 0): void {
  if (s.options.write !== null) flushFile(cx, s);
  s.out += last;
  flush(cx, s);
  cx.write(2, statistics(cx, s, "\n"));
  end(cx, s, status);
}

function statistics(cx: ProgramContext, s: CaptureState, separator: string): string {
  const packets = (count: number) => `${count} packet${count === 1 ? "" : "s"}`;
  return [
    `${packets(s.captured)} captured`,
    `${packets(cx.packetStatistics(s.socket))} received by filter`,
    "0 packets dropped by kernel\n",
  ].join(separator);
}

const ENDING: ReadonlySet<string> = new Set(["INT", "TERM", "HUP", "PIPE"]);
const IGNORED: ReadonlySet<string> = new Set([
  "CHLD",
  "CONT",
  "WINCH",
  "URG",
  "STOP",
  "TSTP",
  "TTIN",
  "TTOU",
  "QUIT",
]);

function onSignal(cx: ProgramContext, s: CaptureState, signal: string): void {
  if (signal === "PIPE" && s.wroteAt === cx.now) {
    // It is the write that failed, not somebody who sent the signal.
    cx.write(2, "tcpdump: Unable to write output: Broken pipe\n");
    end(cx, s, WRITE_FAILED);
  } else if (ENDING.has(signal)) finish(cx, s, s.options.write === null ? "\n" : "");
  else if (signal === "USR1") cx.write(2, `tcpdump: ${statistics(cx, s, ", ")}`);
  else if (signal === "USR2") {
    if (s.options.write !== null) flushFile(cx, s);
  } else if (!IGNORED.has(signal))
    end(cx, s, 128 + (SIGNAL_NUMBERS[signal as SignalName] ?? SIGNAL_NUMBERS.TERM));
}

/** -v with -w: once a second, how many packets there are. */
function tellCount(cx: ProgramContext, s: CaptureState): void {
  if (s.captured !== s.told) cx.write(2, `Got ${s.captured}\r`);
  s.told = s.captured;
  cx.setTimer(cx.now + NS_PER_SEC);
}
