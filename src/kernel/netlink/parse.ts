/**
 * How the kernel reads a request: its header, its attributes, and what the policies say of them. Unlike the codec it forgives much.
 * @source lib/nlattr.c, __nla_validate_parse(), validate_nla(); include/net/netlink.h, __nlmsg_parse()
 */
import type { Errno } from "../../core/errno.ts";
import { decode } from "../../core/octets.ts";
import { type Refusal, refused } from "../../core/result.ts";
import { formatIpv4 } from "../../wire/ipv4-address.ts";
import { formatIpv6, readIpv6 } from "../../wire/ipv6-address.ts";
import {
  align4,
  NLA_F_NESTED,
  NLA_HDRLEN,
  NLA_TYPE_MASK,
  NLMSG_HDRLEN,
  viewOf,
} from "../../wire/netlink/message.ts";
import { type Fields, readFields } from "../../wire/netlink/named.ts";
import { attrType, type Field, structOctets } from "../../wire/netlink/schema.ts";

/** What an attribute must be. `len`: longest text or octets, without a text's zero octet; least length of `octets`. */
export interface Policy {
  readonly type:
    | "u8"
    | "u16"
    | "u32"
    | "s32"
    | "u64"
    | "string"
    | "nulString"
    | "binary"
    | "octets"
    | "nested"
    | "reject";
  readonly len?: number;
  /** Least value. */
  readonly min?: number;
  readonly max?: number;
  /** Bits that may be set. */
  readonly mask?: number;
  readonly inside?: Policies;
}
export type Policies = ReadonlyMap<number, Policy>;

/** Extended acknowledgement: what is wrong, where, and what it should have been. @source struct netlink_ext_ack */
export interface Extack {
  text: string | null;
  /** Offset of the attribute from the request's beginning. */
  offset: number | null;
  policy: Policy | null;
  missType: number | null;
  missNest: number | null;
}

/** One attribute of a request. */
export class Attr {
  constructor(
    /** From the request's beginning. */
    readonly offset: number,
    readonly word: number,
    readonly octets: Uint8Array,
  ) {}

  get type(): number {
    return this.word & NLA_TYPE_MASK;
  }

  private number(octets: number, read: (view: DataView) => number): number {
    return this.octets.length < octets ? 0 : read(viewOf(this.octets));
  }

  get u8(): number {
    return this.octets[0] ?? 0;
  }

  get u32(): number {
    return this.number(4, (view) => view.getUint32(0, true));
  }

  get s32(): number {
    return this.u32 | 0;
  }

  /** Up to the first zero octet. */
  get text(): string {
    const end = this.octets.indexOf(0);
    return decode(end < 0 ? this.octets : this.octets.subarray(0, end));
  }

  /** Hex pairs between colons. */
  get lladdr(): string {
    return Array.from(this.octets, (octet) => octet.toString(16).padStart(2, "0")).join(":");
  }

  /** An IPv4 address, or IPv6 if there are octets enough. */
  get address(): string {
    if (this.octets.length >= 16) return formatIpv6(readIpv6(this.octets, 0));
    return formatIpv4(this.number(4, (view) => view.getUint32(0)));
  }
}

/** For what is read without anybody being told what is wrong. */
export function deaf(): Extack {
  return { text: null, offset: null, policy: null, missType: null, missNest: null };
}

/** Attributes by type; of those that are given twice, the last. */
export type Attrs = ReadonlyMap<number, Attr>;

/** A message as it came, header read. */
export interface Request {
  /** The whole message. */
  readonly octets: Uint8Array;
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
}

/** How strict the reader is. `maxtype`: attributes past it are refused; `trailing`: so are octets behind the last one. */
export interface Strictness {
  readonly maxtype: number;
  readonly isStrict: boolean;
  /** Of the newest kind: lengths must fit, and what holds attributes must say so. @source NL_VALIDATE_STRICT */
  readonly isStrictest?: boolean;
}

const LENGTHS: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4, s32: 4, u64: 8 };

function isBadLength(policy: Policy, octets: Uint8Array): Errno | null {
  const { type, len } = policy;
  const { length } = octets;
  switch (type) {
    case "reject":
      return "EINVAL";
    case "nulString":
    case "string": {
      if (type === "nulString") {
        const end = len === undefined ? length : Math.min(length, len + 1);
        if (!octets.subarray(0, end).includes(0)) return "EINVAL";
      }
      if (length < 1) return "ERANGE";
      const text = octets[length - 1] === 0 ? length - 1 : length;
      return len !== undefined && text > len ? "ERANGE" : null;
    }
    case "binary":
      return len !== undefined && length > len ? "ERANGE" : null;
    case "nested":
      return length > 0 && length < NLA_HDRLEN ? "ERANGE" : null;
    default:
      return length < (len ?? LENGTHS[type] ?? 0) ? "ERANGE" : null;
  }
}

/** @source validate_nla(), the checks that NL_VALIDATE_STRICT_ATTRS and NL_VALIDATE_NESTED ask for */
function validateStrictly(attr: Attr, policy: Policy, extack: Extack): Refusal | null {
  const length = LENGTHS[policy.type];
  if (length !== undefined && attr.octets.length !== length)
    return bad("EINVAL", "invalid attribute length", attr, extack, policy);
  const isFlagged = (attr.word & NLA_F_NESTED) !== 0;
  if (policy.type === "nested" && !isFlagged)
    return bad("EINVAL", "NLA_F_NESTED is missing", attr, extack, policy);
  if (policy.type !== "nested" && policy.type !== "octets" && isFlagged)
    return bad("EINVAL", "NLA_F_NESTED not expected", attr, extack, policy);
  return null;
}

function validate(attr: Attr, policy: Policy, extack: Extack): Refusal | null {
  const errno = isBadLength(policy, attr.octets);
  if (errno !== null) return bad(errno, "Attribute failed policy validation", attr, extack, policy);
  if (policy.type === "nested" && policy.inside !== undefined) {
    const inside = parseAttrs(attr.octets, attr.offset + NLA_HDRLEN, policy.inside, null, extack);
    if ("ok" in inside) return inside;
  }
  if (policy.mask !== undefined && (attr.u32 & ~policy.mask) !== 0)
    return bad("EINVAL", "reserved bit set", attr, extack);
  const value = policy.type === "s32" ? attr.s32 : policy.type === "u8" ? attr.u8 : attr.u32;
  const isOut =
    (policy.min !== undefined && value < policy.min) || (policy.max !== undefined && value > policy.max);
  return isOut ? bad("ERANGE", "integer out of range", attr, extack, policy) : null;
}

/** Refuses for the sake of an attribute. @source NL_SET_ERR_MSG_ATTR_POL */
export function bad(
  errno: Errno,
  text: string | null,
  attr: Attr | null,
  extack: Extack,
  policy: Policy | null = null,
): Refusal {
  extack.text = text;
  extack.offset = attr === null ? null : attr.offset;
  extack.policy = policy;
  return refused(errno, text);
}

/** Attributes one by one, as far as their lengths make sense. */
export function listAttrs(octets: Uint8Array, offset: number): readonly Attr[] {
  const view = viewOf(octets);
  const list: Attr[] = [];
  let at = 0;
  while (octets.length - at >= NLA_HDRLEN) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN || length > octets.length - at) break;
    list.push(
      new Attr(offset + at, view.getUint16(at + 2, true), octets.subarray(at + NLA_HDRLEN, at + length)),
    );
    at = Math.min(align4(at + length), octets.length);
  }
  return list;
}

/** @param strict null: of the old, forgiving kind */
export function parseAttrs(
  octets: Uint8Array,
  offset: number,
  policies: Policies,
  strict: Strictness | null,
  extack: Extack,
): Attrs | Refusal {
  const attrs = new Map<number, Attr>();
  const list = listAttrs(octets, offset);
  for (const attr of list) {
    const policy = policies.get(attr.type);
    if (attr.type === 0 || (strict !== null && attr.type > strict.maxtype)) {
      if (strict?.isStrict === true) return bad("EINVAL", "Unknown attribute type", attr, extack);
      continue;
    }
    const isUnspecified = policy === undefined || policy.type === "octets";
    if (isUnspecified && strict?.isStrictest === true)
      return bad("EINVAL", "Unsupported attribute", attr, extack);
    const strictly =
      policy === undefined || strict?.isStrictest !== true ? null : validateStrictly(attr, policy, extack);
    const refusal = strictly ?? (policy === undefined ? null : validate(attr, policy, extack));
    if (refusal !== null) return refusal;
    attrs.set(attr.type, attr);
  }
  const last = list.at(-1);
  const end = last === undefined ? 0 : align4(last.offset - offset + NLA_HDRLEN + last.octets.length);
  if (end < octets.length) {
    // Who is not strict is told, too.
    const refusal = bad("EINVAL", "bytes leftover after parsing attributes", null, extack);
    if (strict?.isStrict === true) return refusal;
  }
  return attrs;
}

/** Attributes inside of one. */
export function parseNested(attr: Attr, policies: Policies, extack: Extack): Attrs | Refusal {
  return parseAttrs(attr.octets, attr.offset + NLA_HDRLEN, policies, null, extack);
}

export interface Parsed {
  readonly header: Fields;
  readonly attrs: Attrs;
}

/** A request's header and attributes. @source nlmsg_parse_deprecated(), nlmsg_parse_deprecated_strict() */
export function parseRequest(
  request: Request,
  fields: readonly Field[],
  policies: Policies,
  strict: Strictness | null,
  extack: Extack,
): Parsed | Refusal {
  const headerOctets = structOctets(fields);
  if (request.octets.length < NLMSG_HDRLEN + headerOctets)
    return bad("EINVAL", "Invalid header length", null, extack);
  const from = NLMSG_HDRLEN + align4(headerOctets);
  const attrs = parseAttrs(request.octets.subarray(from), from, policies, strict, extack);
  return "ok" in attrs ? attrs : { header: headerOf(request, fields), attrs };
}

export function headerOf(request: Request, fields: readonly Field[]): Fields {
  return readFields(request.octets.subarray(NLMSG_HDRLEN, NLMSG_HDRLEN + structOctets(fields)), fields);
}

/** The attribute of a name, or none. */
export function attrOf(attrs: Attrs, name: string): Attr | undefined {
  return attrs.get(attrType(name));
}
