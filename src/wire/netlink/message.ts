/**
 * Netlink messages as trees of attributes: octets to tree and back without loss, whatever the attributes mean. Which attributes
 * hold others, and where their headers end, the schema says. Numbers are little-endian, as on the reference machine.
 * @source include/uapi/linux/netlink.h; RFC 3549
 */
import type { WireError } from "../frame.ts";
import { type AttrSpace, type MessageSpec, messageSpec, spaceOf } from "./schema.ts";

export const NLMSG_HDRLEN = 16;
export const NLA_HDRLEN = 4;
export const NLA_F_NESTED = 0x8000;
export const NLA_F_NET_BYTEORDER = 0x4000;
export const NLA_TYPE_MASK = 0x3fff;

export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;

const NONE = new Uint8Array(0);

/** A header of fixed form, and attributes behind it. */
export interface AttrBlock {
  /** With what fills it up to a multiple of four octets. Empty where there is none. */
  readonly header: Uint8Array;
  readonly attrs: readonly NetlinkAttr[];
}

export interface NetlinkAttr {
  /** Without the flags. */
  readonly type: number;
  /** NLA_F_NESTED | NLA_F_NET_BYTEORDER */
  readonly flags: number;
  readonly value: Uint8Array | AttrBlock;
  /** What fills it up to a multiple of four octets; zeros, if not given. The last of a block may lack it. */
  readonly padding?: Uint8Array;
}

export interface NetlinkMessage extends AttrBlock {
  readonly type: number;
  /** NLM_F_* */
  readonly flags: number;
  readonly seq: number;
  /** Port that it comes from: that of the socket, 0 for the kernel. */
  readonly pid: number;
  /** Octets behind the message that belong to no message: they fill it up, zeros if not given. */
  readonly padding?: Uint8Array;
}

export function isBlock(value: Uint8Array | AttrBlock): value is AttrBlock {
  return !(value instanceof Uint8Array);
}

export function align4(length: number): number {
  return (length + 3) & ~3;
}

// ---------------------------------------------------------------------------------------------- octets to tree

/** What goes wrong inside is thrown as far as the entry, and is a value there. */
class Malformed extends Error {
  constructor(
    readonly reason: string,
    readonly offset: number,
  ) {
    super(reason);
  }
}

/** Little-endian view of some octets. */
export function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** What one call of send() or recv() carries. */
export interface NetlinkDatagram {
  readonly messages: readonly NetlinkMessage[];
  /** Zeros behind the messages, which nobody reads: programs send their whole buffer. */
  readonly rest: Uint8Array;
}

/** Offsets of errors count from the datagram's beginning. */
export function decodeDatagram(octets: Uint8Array): NetlinkDatagram | WireError {
  const messages: NetlinkMessage[] = [];
  let at = 0;
  try {
    while (at < octets.length && !(at > 0 && isZero(octets, at))) {
      const { message, next } = decodeAt(octets, at);
      messages.push(message);
      at = next;
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { layer: "netlink", reason: error.reason, offset: error.offset };
  }
  return { messages, rest: octets.slice(at) };
}

function isZero(octets: Uint8Array, from: number): boolean {
  for (let i = from; i < octets.length; i++) if (octets[i] !== 0) return false;
  return true;
}

function decodeAt(octets: Uint8Array, at: number): { message: NetlinkMessage; next: number } {
  const left = octets.length - at;
  if (left < NLMSG_HDRLEN) throw new Malformed(`${left} octets are too few for a message's header`, at);
  const view = viewOf(octets);
  const length = view.getUint32(at, true);
  if (length < NLMSG_HDRLEN)
    throw new Malformed(`a message's length of ${length} is below that of its header`, at);
  if (length > left) throw new Malformed(`a message of ${length} octets, of which ${left} are there`, at);
  const type = view.getUint16(at + 4, true);
  const flags = view.getUint16(at + 6, true);
  const end = at + length;
  const body = at + NLMSG_HDRLEN;
  const spec = messageSpec(type);
  const headerEnd = Math.min(end, body + headerLength(type, flags, spec, view, body, end));
  const block =
    spec === null && !hasErrorAttrs(type, flags)
      ? { header: octets.slice(body, end), attrs: [] }
      : decodeBlock(octets, body, headerEnd, end, spec?.attrs ?? spaceOf("NLMSGERR_ATTR"));
  const next = Math.min(align4(end), octets.length);
  const message: NetlinkMessage = {
    type,
    flags,
    seq: view.getUint32(at + 8, true),
    pid: view.getUint32(at + 12, true),
    ...block,
    ...filling(octets, end, next, align4(end)),
  };
  return { message, next };
}

function hasErrorAttrs(type: number, flags: number): boolean {
  return (type === NLMSG_ERROR || type === NLMSG_DONE) && (flags & NLM_F_ACK_TLVS) !== 0;
}

/** Octets from a message's body to its attributes. */
function headerLength(
  type: number,
  flags: number,
  spec: MessageSpec | null,
  view: DataView,
  body: number,
  end: number,
): number {
  if (spec !== null) return align4(spec.headerOctets);
  if (!hasErrorAttrs(type, flags)) return end - body;
  if (type === NLMSG_DONE) return 4;
  // The errno and the request: its header, and all of it unless that was asked not to come.
  if (end - body < 4 + NLMSG_HDRLEN) throw new Malformed("an error without the request's header", body);
  const request = (flags & NLM_F_CAPPED) !== 0 ? NLMSG_HDRLEN : align4(view.getUint32(body + 4, true));
  return 4 + request;
}

function filling(octets: Uint8Array, from: number, to: number, full: number): { padding?: Uint8Array } {
  const padding = octets.slice(from, to);
  return to === full && padding.every((octet) => octet === 0) ? {} : { padding };
}

function decodeBlock(
  octets: Uint8Array,
  from: number,
  headerEnd: number,
  end: number,
  space: AttrSpace | null,
): AttrBlock {
  const header = octets.slice(from, headerEnd);
  const attrs: NetlinkAttr[] = [];
  const view = viewOf(octets);
  for (let at = headerEnd; at < end; ) {
    const left = end - at;
    if (left < NLA_HDRLEN) throw new Malformed(`${left} octets are left behind the last attribute`, at);
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN)
      throw new Malformed(`an attribute's length of ${length} is below that of its header`, at);
    if (length > left)
      throw new Malformed(`an attribute of ${length} octets, of which ${left} are there`, at);
    const word = view.getUint16(at + 2, true);
    const type = word & NLA_TYPE_MASK;
    const next = Math.min(align4(at + length), end);
    attrs.push({
      type,
      flags: word & ~NLA_TYPE_MASK,
      value: decodeValue(octets, at + NLA_HDRLEN, at + length, space, type, attrs),
      ...filling(octets, at + length, next, align4(at + length)),
    });
    at = next;
  }
  return { header, attrs };
}

function decodeValue(
  octets: Uint8Array,
  from: number,
  end: number,
  space: AttrSpace | null,
  type: number,
  before: readonly NetlinkAttr[],
): Uint8Array | AttrBlock {
  const nest = space?.byType.get(type)?.nest?.(before) ?? null;
  if (nest === null) return octets.slice(from, end);
  return decodeBlock(octets, from, Math.min(from + nest.headerOctets, end), end, nest.attrs);
}

// ---------------------------------------------------------------------------------------------- tree to octets

function blockLength({ header, attrs }: AttrBlock): number {
  return attrs.reduce((sum, attr) => sum + attrLength(attr), header.length);
}

function valueLength(value: Uint8Array | AttrBlock): number {
  return isBlock(value) ? blockLength(value) : value.length;
}

/** Octets of an attribute with all around it. @source nla_total_size() */
export function attrLength(attr: NetlinkAttr): number {
  const length = NLA_HDRLEN + valueLength(attr.value);
  return attr.padding === undefined ? align4(length) : length + attr.padding.length;
}

/** Octets of a message, without what fills it up. */
export function messageLength(message: NetlinkMessage): number {
  return NLMSG_HDRLEN + blockLength(message);
}

/** @throws RangeError for an attribute of more than 65,531 octets, whose length has no place */
export function encodeMessage(message: NetlinkMessage): Uint8Array {
  const length = messageLength(message);
  const padding = message.padding ?? NONE;
  const full = message.padding === undefined ? align4(length) : length + padding.length;
  const octets = new Uint8Array(full);
  const view = viewOf(octets);
  view.setUint32(0, length, true);
  view.setUint16(4, message.type, true);
  view.setUint16(6, message.flags, true);
  view.setUint32(8, message.seq, true);
  view.setUint32(12, message.pid, true);
  const end = writeBlock(message, octets, view, NLMSG_HDRLEN);
  octets.set(padding, end);
  return octets;
}

/** Attributes without a message around them. */
export function encodeAttrs(attrs: readonly NetlinkAttr[]): Uint8Array {
  const block = { header: NONE, attrs };
  const octets = new Uint8Array(blockLength(block));
  writeBlock(block, octets, viewOf(octets), 0);
  return octets;
}

export function encodeDatagram({ messages, rest }: NetlinkDatagram): Uint8Array {
  return concat([...messages.map(encodeMessage), rest]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

function writeBlock(block: AttrBlock, octets: Uint8Array, view: DataView, from: number): number {
  octets.set(block.header, from);
  let at = from + block.header.length;
  for (const { type, flags, value, padding } of block.attrs) {
    const length = NLA_HDRLEN + valueLength(value);
    if (length > 0xffff) throw new RangeError(`attribute ${type} has ${length} octets`);
    view.setUint16(at, length, true);
    view.setUint16(at + 2, type | flags, true);
    if (isBlock(value)) writeBlock(value, octets, view, at + NLA_HDRLEN);
    else octets.set(value, at + NLA_HDRLEN);
    at += length;
    if (padding !== undefined) octets.set(padding, at);
    at = padding === undefined ? align4(at) : at + padding.length;
  }
  return at;
}
