/** printenv(1): variables of the environment. @source coreutils 9.1 */
import type { Tool } from "../tool.ts";
import { parseOptions } from "./options.ts";

export const printenv: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "0", long: { null: "0" }, stopsAtOperand: true });
  if (parsed === null) return 2;
  const end = parsed.has("0") ? "\0" : "\n";
  if (parsed.operands.length === 0) {
    for (const [name, value] of cx.env) cx.out(`${name}=${value}${end}`);
    return 0;
  }
  let status = 0;
  for (const name of parsed.operands) {
    const value = cx.env.get(name);
    if (value === undefined) status = 1;
    else cx.out(value + end);
  }
  return status;
};
