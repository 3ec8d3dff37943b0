/** Requests that `ip` would not send, as lines of a session: `netlink [strict] [capped] TYPE FLAGS HEADER ATTRIBUTES [TAIL]`. */

import { fromHex } from "../../../src/core/bytes.ts";
import { concat, encodeMessage } from "../../../src/wire/netlink/message.ts";
import { type AttrValue, makeMessage, type NamedAttr } from "../../../src/wire/netlink/named.ts";

/** Octets stand as `{"hex": "00"}`, attributes inside of one as a list. */
function toValue(value: unknown): AttrValue {
  if (Array.isArray(value)) return { attrs: value.map(attrOf) };
  if (typeof value !== "object" || value === null) return value as AttrValue;
  if ("attrs" in value) return { ...value, attrs: (value.attrs as unknown[]).map(attrOf) } as AttrValue;
  return "hex" in value ? fromHex(value.hex as string)! : (value as AttrValue);
}

function attrOf(attr: unknown): NamedAttr {
  const [name, value] = attr as [string, unknown];
  return [name, toValue(value)];
}

export interface Crafted {
  readonly octets: Uint8Array;
  readonly strict: boolean;
  readonly capAck: boolean;
}

/**
 * The octets behind a line. `{...}` is the header, `[...]` the attributes, `+HEX` is put behind them, within the message's length;
 * `netlink raw HEX` is sent as it is.
 */
export function crafted(line: string): Crafted {
  const words = line.split(" ").slice(1);
  const strict = words[0] === "strict";
  if (strict) words.shift();
  const capAck = words[0] === "capped";
  if (capAck) words.shift();
  if (words[0] === "raw") return { octets: fromHex(words[1]!)!, strict, capAck };
  const [type, flags, header = "{}", attrs = "[]", tail = "+"] = words;
  const message = makeMessage({
    type: type!,
    flags: Number(flags),
    seq: 7,
    header: JSON.parse(header) as Record<string, number>,
    attrs: (JSON.parse(attrs) as unknown[]).map(attrOf),
  });
  const octets = concat([encodeMessage(message), fromHex(tail.slice(1))!]);
  new DataView(octets.buffer).setUint32(0, octets.length, true);
  return { octets, strict, capAck };
}
