/**
 * sleep(1) of GNU coreutils: the sum of its operands, with `s`, `m`, `h`, `d`.
 * @source coreutils 9.1, src/sleep.c
 */
import { NS_PER_SEC } from "../../core/nanos.ts";
import type { Command, CommandContext } from "../host.ts";
import { parseOptions } from "./options.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Nanoseconds of `1.5`, `2m`, `infinity`; null: not a time interval. */
export function parseInterval(text: string): number | null {
  const match = /^\+?(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf|infinity)([smhd]?)$/i.exec(text);
  if (match === null) return null;
  const amount = /^inf/i.test(match[1]!) ? Number.MAX_SAFE_INTEGER : Number(match[1]);
  return Math.min(Math.ceil(amount * UNITS[match[2]!]! * NS_PER_SEC), Number.MAX_SAFE_INTEGER);
}

export const sleep: Command = async (cx: CommandContext) => {
  const parsed = parseOptions(cx, { flags: "" });
  if (parsed === null) return 1;
  const tryHelp = `Try '${cx.argv[0]} --help' for more information.\n`;
  if (parsed.operands.length === 0) {
    cx.err(`${cx.argv[0]}: missing operand\n${tryHelp}`);
    return 1;
  }
  let total = 0;
  let isValid = true;
  for (const operand of parsed.operands) {
    const delay = parseInterval(operand);
    if (delay === null) {
      cx.err(`${cx.argv[0]}: invalid time interval '${operand}'\n`);
      isValid = false;
    } else total += delay;
  }
  if (!isValid) {
    cx.err(tryHelp);
    return 1;
  }
  await cx.sleep(Math.min(total, Number.MAX_SAFE_INTEGER - cx.host.now));
  return 0;
};
