/** How the tables of netlink's messages and attributes are written, and where to find what they say. */
import { assert } from "../../core/assert.ts";
import type { NetlinkAttr } from "./message.ts";
import { MESSAGES, SPACES } from "./rtnetlink.ts";

/**
 * What an attribute's octets are. `address`: an IPv4 or IPv6 address by its length; `lladdr`: hex pairs; `string` ends with a zero
 * octet, `text` does not need one; `u32s`, `u64s`: a row of them.
 */
export type AttrKind =
  | "u8"
  | "s8"
  | "u16"
  | "be16"
  | "u32"
  | "s32"
  | "be32"
  | "u64"
  | "string"
  | "text"
  | "lladdr"
  | "address"
  | "octets"
  | "flag"
  | "u32s"
  | "u64s"
  | readonly Field[];

export type FieldKind = "u8" | "s8" | "u16" | "u32" | "s32";
/** A field of a structure; a name that begins with `_` is of no meaning. */
export type Field = readonly [name: string, kind: FieldKind];

/** Attributes inside of an attribute, behind a header or none. */
export interface Nest {
  readonly header: readonly Field[];
  readonly headerOctets: number;
  readonly attrs: AttrSpace;
}

export interface AttrSpec {
  readonly type: number;
  readonly name: string;
  readonly kind: AttrKind;
  /** Where it holds attributes: which, by the attributes that stand before it. Null: by those it is octets. */
  readonly nest: ((before: readonly NetlinkAttr[]) => Nest | null) | null;
}

/** The attributes of one place. */
export interface AttrSpace {
  readonly name: string;
  readonly byType: ReadonlyMap<number, AttrSpec>;
  readonly byName: ReadonlyMap<string, AttrSpec>;
}

export interface MessageSpec {
  readonly type: number;
  readonly name: string;
  readonly header: readonly Field[];
  readonly headerOctets: number;
  readonly attrs: AttrSpace;
}

const FIELD_OCTETS: Readonly<Record<FieldKind, number>> = { u8: 1, s8: 1, u16: 2, u32: 4, s32: 4 };

export function fieldOctets(kind: FieldKind): number {
  return FIELD_OCTETS[kind];
}

export function structOctets(fields: readonly Field[]): number {
  return fields.reduce((sum, [, kind]) => sum + FIELD_OCTETS[kind], 0);
}

function makeSpaces(): ReadonlyMap<string, AttrSpace> {
  const spaces = new Map<string, AttrSpace>();
  for (const [name, lines] of SPACES) {
    const specs = lines.map(([type, attrName, kind, inside]): AttrSpec => {
      const nest =
        inside === undefined
          ? null
          : (before: readonly NetlinkAttr[]) => {
              const found = typeof inside === "string" ? { attrs: inside, header: [] } : inside(before);
              if (found === null) return null;
              const attrs = spaces.get(found.attrs)!;
              return { header: found.header, headerOctets: structOctets(found.header), attrs };
            };
      return { type, name: attrName, kind, nest };
    });
    spaces.set(name, {
      name,
      byType: new Map(specs.map((spec) => [spec.type, spec])),
      byName: new Map(specs.map((spec) => [spec.name, spec])),
    });
  }
  return spaces;
}

const SPACE_BY_NAME = makeSpaces();
const MESSAGE_SPECS: readonly MessageSpec[] = MESSAGES.map(([type, name, header, attrs]) => ({
  type,
  name,
  header,
  headerOctets: structOctets(header),
  attrs: SPACE_BY_NAME.get(attrs)!,
}));
const SPEC_BY_TYPE = new Map(MESSAGE_SPECS.map((spec) => [spec.type, spec]));
const SPEC_BY_NAME = new Map(MESSAGE_SPECS.map((spec) => [spec.name, spec]));

/** The attributes of a place by the beginning of their names, such as `IFLA`; a bug if there is none. */
export function spaceOf(name: string): AttrSpace {
  return SPACE_BY_NAME.get(name)!;
}

/** Null: no message of rtnetlink that is known. */
export function messageSpec(by: number | string): MessageSpec | null {
  return (typeof by === "number" ? SPEC_BY_TYPE.get(by) : SPEC_BY_NAME.get(by)) ?? null;
}

const TYPE_BY_NAME = new Map(
  [...SPACE_BY_NAME.values()].flatMap((space) =>
    [...space.byName].map(([name, spec]) => [name, spec.type] as const),
  ),
);

/** Number of an attribute, whose name is its own in all of rtnetlink. */
export function attrType(name: string): number {
  const type = TYPE_BY_NAME.get(name);
  assert(type !== undefined, `no attribute ${name}`);
  return type;
}
