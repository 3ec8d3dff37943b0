/**
 * stdbuf(1) of GNU coreutils: tells the command's stdio by environment variables, as the real one does.
 * @source coreutils 9.1, src/stdbuf.c
 */
import type { Tool } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";
import { parseSize } from "./sizes.ts";

const VARIABLES: ReadonlyMap<string, string> = new Map([
  ["i", "_STDBUF_I"],
  ["o", "_STDBUF_O"],
  ["e", "_STDBUF_E"],
]);

export const stdbuf: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "",
    values: "ioe",
    long: { input: "i", output: "o", error: "e" },
    stopsAtOperand: true,
  });
  if (parsed === null) return 125;
  const env = new Map(cx.env);
  for (const [letter, mode] of parsed.given) {
    const size = mode === "L" ? null : parseSize(mode, "EGkKMPTYZ0");
    if (letter === "i" && mode === "L") return usageError(cx, "line buffering stdin is meaningless", 125);
    if (typeof size === "string") {
      cx.err(`stdbuf: invalid mode ${quote(cx, mode)}\n`);
      return 125;
    }
    env.set(VARIABLES.get(letter)!, size === null ? "L" : String(size.value));
  }
  if (parsed.operands.length === 0) return usageError(cx, "missing operand", 125);
  if (parsed.given.length === 0) return usageError(cx, "you must specify a buffering mode option", 125);
  const [name = ""] = parsed.operands;
  if (cx.hasCommand(name)) return cx.exec(parsed.operands, { env });
  cx.err(`stdbuf: failed to run command ${quote(cx, name)}: No such file or directory\n`);
  return 127;
};
