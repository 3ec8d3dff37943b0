/** How values stand in messages. */
import { octetLength } from "../../../core/octets.ts";
import { described, dump, type Json } from "./values.ts";

export const dumped = described;

/** A value of a path expression, up to 29 octets. */
export function describedResult(value: Json): string {
  const text = dump(value);
  return octetLength(text) <= 29 ? text : `${text.slice(0, 26)}...`;
}
