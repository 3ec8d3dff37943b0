/**
 * `save` and `restore` of routes, addresses and rules: the kernel's messages as they are, behind a number that says of what.
 * @source iproute2 6.1.0, ip/iproute.c, iproute_restore(); ip/ipaddress.c; ip/iprule.c; lib/libnetlink.c, rtnl_from_file()
 */
import { fromHex, toHex } from "../../../core/bytes.ts";
import { type Errno, errnoByNumber } from "../../../core/errno.ts";
import { octetStringOf, octetsOf, textToOctets } from "../../../core/octets.ts";
import { concat, decodeDatagram, encodeMessage } from "../../../wire/netlink/message.ts";
import { makeMessage, nameMessage } from "../../../wire/netlink/named.ts";
import { readFile, type ToolContext } from "../../tool.ts";
import type { Session } from "./session.ts";

/** What a file begins with, in the machine's order of octets. */
const MAGIC = { route: 0x45311224, address: 0x47361222, rule: 0x71706986 } as const;
export type Saved = keyof typeof MAGIC;

const NLMSG_HDRLEN = 16;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_CREATE = 0x400;
const NLM_F_DUMP = 0x300;
const FAMILIES = { inet: 2, inet6: 10 } as const;
const RTMSG_LEN = 12;
const RTA_DST = 1;
const RTA_GATEWAY = 5;
const RTA_PREFSRC = 7;
/** Largest read of libnetlink. */
const ROOM = 32768;

function view(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** Each datagram of the kernel's answer. */
function send(s: Session, octets: Uint8Array): Uint8Array[] {
  const reply = s.talk("NETLINK_SEND", {
    hex: toHex(octets),
    protocol: 0,
    portId: 0,
    isStrict: true,
    hasExtAck: true,
    hasCapAck: false,
    fds: [],
    reads: [ROOM],
    room: ROOM,
  });
  return reply.datagrams.map((hex) => fromHex(hex)!);
}

/** The messages of a datagram or a file, each with its header. What is cut off is left out. */
function split(octets: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at + NLMSG_HDRLEN <= octets.length; ) {
    const length = view(octets).getUint32(at, true);
    if (length < NLMSG_HDRLEN || at + length > octets.length) break;
    messages.push(octets.slice(at, at + length));
    at += (length + 3) & ~3;
  }
  return messages;
}

const DUMPS = {
  route: ["RTM_GETROUTE", 24],
  address: ["RTM_GETADDR", 20],
  rule: ["RTM_GETRULE", 32],
} as const;

/** All messages of a dump. */
export function dumpOctets(s: Session, what: Saved, family: keyof typeof FAMILIES | null): Uint8Array[] {
  const [type, answer] = DUMPS[what];
  const header = { family: family === null ? 0 : FAMILIES[family] };
  const request = makeMessage({ type, flags: NLM_F_REQUEST | NLM_F_DUMP, header, attrs: [] });
  return send(s, encodeMessage(request))
    .flatMap(split)
    .filter((message) => view(message).getUint16(4, true) === answer);
}

export function writeSaved(s: Session, what: Saved, messages: readonly Uint8Array[]): void {
  const cx = s.cx as ToolContext;
  if (cx.process.fds.get(1)?.isTerminal === true)
    s.fail("Not sending a binary stream to stdout\n", what === "route" ? 1 : 255);
  const magic = new Uint8Array(4);
  view(magic).setUint32(0, MAGIC[what], true);
  s.flush();
  cx.outOctets(octetStringOf(concat([magic, ...messages])));
}

interface Restorable {
  readonly messages: readonly Uint8Array[];
  /** Something behind them is shorter than a message. */
  readonly isTruncated: boolean;
}

/** Exit status of a route's command that fails so badly; others leave the process. */
const FAILED: Readonly<Record<Saved, number>> = { route: 1, address: 255, rule: 255 };

/** What was saved, from standard input. */
async function readSaved(s: Session, what: Saved): Promise<Restorable> {
  const read = await readFile(s.cx as ToolContext, "-");
  const octets = octetsOf(textToOctets(read.ok ? read.value : ""));
  const isRead = octets.length >= 4;
  const magic = isRead ? view(octets).getUint32(0, true) : 0;
  if (magic !== MAGIC[what])
    s.exit(`Magic mismatch (${isRead ? 1 : 0} elems, ${magic.toString(16)} magic)\n`, FAILED[what]);
  const messages = split(octets.slice(4));
  const length = messages.reduce((sum, message) => sum + ((message.length + 3) & ~3), 4);
  return { messages, isTruncated: length < octets.length };
}

/** The kernel's refusal of a message; null: it took it. */
function restoreOne(s: Session, message: Uint8Array): Errno | null {
  const asked = message.slice();
  const flags = view(asked).getUint16(6, true) | NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
  view(asked).setUint16(6, flags, true);
  for (const datagram of send(s, asked)) {
    const decoded = decodeDatagram(datagram);
    for (const one of "messages" in decoded ? decoded.messages : []) {
      const named = nameMessage(one);
      const error = Number(named?.header.error ?? 0);
      if (error === 0) continue;
      const errno = errnoByNumber(-error) ?? "EINVAL";
      const text = named!.attrs.find(([name]) => name === "NLMSGERR_ATTR_MSG")?.[1];
      s.printRefusal({ ok: false, errno, extack: typeof text === "string" ? text : null });
      return errno;
    }
  }
  return null;
}

/** @param isTurn may it be restored now? @returns false: the kernel refused one that was not there yet, or the file ends within one */
function restoreAll(
  s: Session,
  { messages, isTruncated }: Restorable,
  isTurn: (message: Uint8Array) => boolean = () => true,
): boolean {
  for (const message of messages) {
    const errno = isTurn(message) ? restoreOne(s, message) : null;
    if (errno !== null && errno !== "EEXIST") return false;
  }
  if (isTruncated) s.err("rtnl-from_file: truncated message\n");
  return !isTruncated;
}

export function restore(what: Exclude<Saved, "route">): (s: Session) => Promise<void> {
  return async (s) => {
    if (!restoreAll(s, await readSaved(s, what))) s.exit("", 255);
  };
}

/** Attributes of a route's message, in hex, by number. */
function attrsOf(message: Uint8Array): Map<number, string> {
  const attrs = new Map<number, string>();
  for (let at = NLMSG_HDRLEN + RTMSG_LEN; at + 4 <= message.length; ) {
    const length = view(message).getUint16(at, true);
    if (length < 4) break;
    attrs.set(view(message).getUint16(at + 2, true) & 0x3fff, toHex(message.slice(at + 4, at + length)));
    at += (length + 3) & ~3;
  }
  return attrs;
}

/** 0: to the host's own addresses, and those without a source; 1: to networks on the link; 2: over a router. */
function turnOf(message: Uint8Array): number {
  const attrs = attrsOf(message);
  if (attrs.has(RTA_GATEWAY)) return 2;
  const src = attrs.get(RTA_PREFSRC);
  return src === undefined || src === attrs.get(RTA_DST) ? 0 : 1;
}

/** A router must be reachable before what is behind it: three times through the file, which must let itself be read again. */
export async function restoreRoutes(s: Session): Promise<void> {
  const input = (s.cx as ToolContext).process.fds.get(0);
  const saved = await readSaved(s, "route");
  if (input?.isSeekable !== true) s.exit("Failed to restore: ftell: Illegal seek\n", 1);
  for (const turn of [0, 1, 2])
    if (!restoreAll(s, saved, (message) => turnOf(message) === turn)) s.exit("", 2);
}

/** `showdump` of what was not saved says so; what was is shown by nothing here. */
export function showSaved(what: Saved): (s: Session) => Promise<void> {
  return async (s) => {
    await readSaved(s, what);
    s.fail(`ip ${what} showdump is not supported by vethsim\n`, 1);
  };
}
