/** Runs text as commands of a shell: a script, `eval`, `source`, a trap. */
import { ExpansionError } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Parsed } from "../parse.ts";
import { runStatement } from "./list.ts";
import { errexit } from "./status.ts";

/** Gives the last status; a syntax error gives 2, after the statements before it. */
export async function runParsed(sh: Interpreter, parsed: Parsed): Promise<number> {
  sh.unit = parsed.unit;
  for (const statement of parsed.statements) {
    try {
      await runStatement(sh, statement);
    } catch (error) {
      // An error that is not fatal abandons the command line it stands on.
      if (!(error instanceof ExpansionError)) throw error;
      sh.status = error.status;
      await errexit(sh);
    }
    sh.unit = parsed.unit;
  }
  if (parsed.fault === null) return parsed.statements.length === 0 ? 0 : sh.status;
  sh.line = parsed.fault.line;
  for (const message of parsed.fault.messages) sh.complain(message);
  sh.status = 2;
  return 2;
}
