/**
 * sleep(1) of GNU coreutils: the sum of its operands, with `s`, `m`, `h`, `d`.
 * @source coreutils 9.1, src/sleep.c
 */

import type { Command, CommandContext } from "../host.ts";
import { parseInterval } from "../interval.ts";
import { parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";

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
      cx.err(`${cx.argv[0]}: invalid time interval ${quote(cx, operand)}\n`);
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
