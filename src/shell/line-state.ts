/** Is a line that was typed a whole command? */
import { parse } from "unbash";
import { isUnfinished } from "./syntax-fault.ts";

/** False: bash would ask for more lines. A text that no more lines make right is complete, too. */
export function isWhole(text: string): boolean {
  const { commands, errors } = parse(text);
  const first = errors?.reduce((least, one) => (one.pos < least.pos ? one : least));
  return !isUnfinished(text, commands, first);
}
