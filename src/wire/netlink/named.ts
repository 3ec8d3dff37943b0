/** Netlink messages by names: trees as plain values to read, and plain values as trees to send. */

import { toHex } from "../../core/bytes.ts";
import { decode, encode } from "../../core/octets.ts";
import { formatIpv4, parseIpv4 } from "../ipv4-address.ts";
import { formatIpv6, parseIpv6, readIpv6, writeIpv6 } from "../ipv6-address.ts";
import {
  type AttrBlock,
  align4,
  isBlock,
  type NetlinkAttr,
  type NetlinkMessage,
  NLA_F_NESTED,
  NLMSG_DONE,
  NLMSG_ERROR,
  viewOf,
} from "./message.ts";
import {
  type AttrKind,
  type AttrSpace,
  type Field,
  fieldOctets,
  messageSpec,
  type Nest,
  spaceOf,
  structOctets,
} from "./schema.ts";

export type Fields = Readonly<Record<string, number>>;
/** An attribute's value as a program handles it. Octets stand for kinds that are not known, or have another length than they should. */
export type AttrValue =
  | number
  | bigint
  | string
  | boolean
  | Uint8Array
  | readonly (number | bigint)[]
  | Fields
  | NamedBlock;
export type NamedAttr = readonly [name: string, value: AttrValue];

/** Attributes inside of an attribute. */
export interface NamedBlock {
  readonly header?: Fields;
  readonly attrs: readonly NamedAttr[];
}

export interface NamedMessage extends NamedBlock {
  /** `RTM_NEWLINK`, ... */
  readonly type: string;
  readonly flags: number;
  readonly seq: number;
  readonly pid: number;
  readonly header: Fields;
}

// ---------------------------------------------------------------------------------------------- reading

/** Fields of a structure. What is cut off is 0. */
export function readFields(octets: Uint8Array, fields: readonly Field[]): Fields {
  const whole = new Uint8Array(Math.max(octets.length, structOctets(fields)));
  whole.set(octets);
  const view = viewOf(whole);
  let at = 0;
  return Object.fromEntries(
    fields.flatMap(([name, kind]) => {
      const from = at;
      at += fieldOctets(kind);
      return name.startsWith("_") ? [] : [[name, readNumber(view, from, kind)]];
    }),
  );
}

function readNumber(view: DataView, at: number, kind: Field[1]): number {
  if (kind === "u8") return view.getUint8(at);
  if (kind === "s8") return view.getInt8(at);
  if (kind === "u16") return view.getUint16(at, true);
  return kind === "u32" ? view.getUint32(at, true) : view.getInt32(at, true);
}

/** Null: the octets are not of this kind. */
function readValue(octets: Uint8Array, kind: AttrKind): AttrValue | null {
  if (typeof kind !== "string") return octets.length === structOctets(kind) ? readFields(octets, kind) : null;
  const view = viewOf(octets);
  const { length } = octets;
  switch (kind) {
    case "u8":
    case "s8":
    case "u16":
    case "u32":
    case "s32":
      return length === fieldOctets(kind) ? readNumber(view, 0, kind) : null;
    case "be16":
      return length === 2 ? view.getUint16(0) : null;
    case "be32":
      return length === 4 ? view.getUint32(0) : null;
    case "u64":
      return length === 8 ? view.getBigUint64(0, true) : null;
    case "u32s":
      return length % 4 === 0
        ? Array.from({ length: length / 4 }, (_, i) => view.getUint32(4 * i, true))
        : null;
    case "u64s":
      return length % 8 === 0
        ? Array.from({ length: length / 8 }, (_, i) => view.getBigUint64(8 * i, true))
        : null;
    case "string":
      return octets.indexOf(0) === length - 1 ? decode(octets.subarray(0, -1)) : null;
    case "text":
      return octets.includes(0) ? null : decode(octets);
    case "lladdr":
      return Array.from(octets, (octet) => toHex(Uint8Array.of(octet))).join(":");
    case "address":
      if (length === 4) return formatIpv4(view.getUint32(0));
      return length === 16 ? formatIpv6(readIpv6(octets, 0)) : null;
    case "flag":
      return length === 0 ? true : null;
    case "octets":
      return null;
  }
}

function nameBlock(block: AttrBlock, header: readonly Field[], space: AttrSpace): NamedBlock {
  const attrs = block.attrs.map((attr, i): NamedAttr => {
    const spec = space.byType.get(attr.type);
    const name = spec?.name ?? `${space.name}_${attr.type}`;
    if (!isBlock(attr.value)) {
      const value = spec === undefined ? null : readValue(attr.value, spec.kind);
      return [name, value ?? attr.value];
    }
    const nest = spec!.nest!(block.attrs.slice(0, i))!;
    return [name, nameBlock(attr.value, nest.header, nest.attrs)];
  });
  return header.length === 0 ? { attrs } : { header: readFields(block.header, header), attrs };
}

/** @source include/uapi/linux/netlink.h: an error, 0 in an acknowledgement, and the end of a dump begin with an errno */
const ENDINGS: ReadonlyMap<number, string> = new Map([
  [NLMSG_ERROR, "NLMSG_ERROR"],
  [NLMSG_DONE, "NLMSG_DONE"],
]);

/**
 * A message by names; null: of a type that is not known. Flags of attributes and what fills them up do not show. Errors and ends of
 * dumps have the field `error`, a negative errno or 0, and the attributes of the extended acknowledgement.
 */
export function nameMessage(message: NetlinkMessage): NamedMessage | null {
  const { flags, seq, pid, header } = message;
  const ending = ENDINGS.get(message.type);
  if (ending !== undefined) {
    const { attrs } = nameBlock(message, [], spaceOf("NLMSGERR_ATTR"));
    return {
      type: ending,
      flags,
      seq,
      pid,
      header: readFields(header.subarray(0, 4), [["error", "s32"]]),
      attrs,
    };
  }
  const spec = messageSpec(message.type);
  if (spec === null) return null;
  const block = nameBlock(message, spec.header, spec.attrs);
  return { type: spec.name, flags, seq, pid, header: block.header!, attrs: block.attrs };
}

// ---------------------------------------------------------------------------------------------- making

export function writeFields(values: Fields, fields: readonly Field[]): Uint8Array {
  const octets = new Uint8Array(structOctets(fields));
  const view = viewOf(octets);
  let at = 0;
  for (const [name, kind] of fields) {
    const value = Object.hasOwn(values, name) ? values[name]! : 0;
    if (kind === "u8" || kind === "s8") view.setUint8(at, value);
    else if (kind === "u16") view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += fieldOctets(kind);
  }
  return octets;
}

function bad(name: string, kind: AttrKind, value: unknown): never {
  throw new TypeError(
    `${name} is ${typeof kind === "string" ? kind : "a structure"}, not ${JSON.stringify(value)}`,
  );
}

function numberOctets(octets: number, value: number | bigint, isBigEndian = false): Uint8Array {
  const made = new Uint8Array(octets);
  const view = viewOf(made);
  if (octets === 8) view.setBigUint64(0, BigInt(value), true);
  else if (octets === 4) view.setUint32(0, Number(value), !isBigEndian);
  else if (octets === 2) view.setUint16(0, Number(value), !isBigEndian);
  else view.setUint8(0, Number(value));
  return made;
}

function addressOctets(text: string): Uint8Array | null {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== null) return numberOctets(4, ipv4, true);
  const ipv6 = parseIpv6(text);
  if (ipv6 === null) return null;
  const octets = new Uint8Array(16);
  writeIpv6(octets, 0, ipv6);
  return octets;
}

function rowOctets(octets: number, values: readonly (number | bigint)[]): Uint8Array {
  const row = new Uint8Array(octets * values.length);
  for (const [i, value] of values.entries()) row.set(numberOctets(octets, value), i * octets);
  return row;
}

const NUMBER_OCTETS: Readonly<Record<string, number>> = {
  u8: 1,
  s8: 1,
  u16: 2,
  be16: 2,
  u32: 4,
  s32: 4,
  be32: 4,
  u64: 8,
};

function writeValue(name: string, kind: AttrKind, value: AttrValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof kind !== "string") return writeFields(value as Fields, kind);
  if (typeof value === "number" || typeof value === "bigint") {
    const octets = Object.hasOwn(NUMBER_OCTETS, kind) ? NUMBER_OCTETS[kind]! : 0;
    return octets === 0 ? bad(name, kind, String(value)) : numberOctets(octets, value, kind.startsWith("be"));
  }
  if (Array.isArray(value) && (kind === "u32s" || kind === "u64s"))
    return rowOctets(kind === "u32s" ? 4 : 8, value);
  if (value === true && kind === "flag") return new Uint8Array(0);
  if (typeof value !== "string") return bad(name, kind, value);
  if (kind === "string") return encode(`${value}\0`);
  if (kind === "text") return encode(value);
  if (kind === "address") return addressOctets(value) ?? bad(name, kind, value);
  if (kind !== "lladdr" || !/^([0-9a-f]{2}(:|$))*$/i.test(value)) return bad(name, kind, value);
  return Uint8Array.from(value === "" ? [] : value.split(":"), (pair) => Number.parseInt(pair, 16));
}

/**
 * Attributes by name, for a place.
 * @param nestFlag NLA_F_NESTED, or 0 where the kernel or iproute2 leave it away
 * @throws TypeError for a name that this place does not have, or a value of another kind
 */
export function makeAttrs(
  space: AttrSpace,
  named: readonly NamedAttr[],
  nestFlag = NLA_F_NESTED,
): NetlinkAttr[] {
  const attrs: NetlinkAttr[] = [];
  for (const [name, value] of named) {
    const spec = space.byName.get(name);
    if (spec === undefined) throw new TypeError(`${space.name} has no attribute ${name}`);
    if (typeof value === "object" && "attrs" in value) {
      const nest = spec.nest?.(attrs) ?? null;
      if (nest === null) throw new TypeError(`${name} holds no attributes`);
      attrs.push({ type: spec.type, flags: nestFlag, value: makeBlock(nest, value as NamedBlock, nestFlag) });
    } else attrs.push({ type: spec.type, flags: 0, value: writeValue(name, spec.kind, value) });
  }
  return attrs;
}

function makeBlock(nest: Nest, { header, attrs }: NamedBlock, nestFlag: number): AttrBlock {
  return { header: writeFields(header ?? {}, nest.header), attrs: makeAttrs(nest.attrs, attrs, nestFlag) };
}

/** A message from names. @throws TypeError for what is not known */
export function makeMessage(
  named: Pick<NamedMessage, "type" | "flags" | "attrs"> & Partial<NamedMessage>,
  nestFlag = NLA_F_NESTED,
): NetlinkMessage {
  const spec = messageSpec(named.type);
  if (spec === null) throw new TypeError(`no message ${named.type}`);
  const header = new Uint8Array(align4(spec.headerOctets));
  header.set(writeFields(named.header ?? {}, spec.header));
  const { flags, seq = 0, pid = 0 } = named;
  return { type: spec.type, flags, seq, pid, header, attrs: makeAttrs(spec.attrs, named.attrs, nestFlag) };
}
