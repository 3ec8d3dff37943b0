/** Programs in /usr/bin that have a builtin's name: echo(1), printf(1), test(1), pwd(1), kill(1). They run without a shell, too. */
import { BUILTINS } from "../builtins/index.ts";
import { ExpansionError } from "../errors.ts";
import { Interpreter } from "../interpreter.ts";
import { Unit } from "../parse.ts";
import type { Tool } from "../tool.ts";

/** Runs the builtin in a shell of its own, which no script sees. */
export const builtinAsFile: Tool = async (cx) => {
  const name = cx.argv[0]!.slice(cx.argv[0]!.lastIndexOf("/") + 1);
  const sh = new Interpreter(cx.process, name);
  sh.unit = new Unit(name, "", 1);
  try {
    return await BUILTINS.get(name)!(sh, [name, ...cx.argv.slice(1)], []);
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    cx.err(`${name}: ${error.message}\n`);
    return error.status;
  }
};
