/** Runs text as commands of a shell: a script, `eval`, `source`, a trap. */
import { ExpansionError } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Parsed } from "../parse.ts";
import { runStatement } from "./list.ts";

/** Gives the last status; a syntax error gives 2, after the statements before it. */
export async function runParsed(sh: Interpreter, parsed: Parsed): Promise<number> {
  const { unit } = parsed;
  sh.unit = unit;
  /** The line on which an error abandoned what follows. */
  let abandoned = 0;
  for (const statement of parsed.statements) {
    if (unit.lineOf(statement.pos) === abandoned) continue;
    try {
      await runStatement(sh, statement);
    } catch (error) {
      // An error that is not fatal abandons the command line it stands on.
      if (!(error instanceof ExpansionError)) throw error;
      sh.status = error.status;
      abandoned = unit.lineOf(statement.end);
    }
    sh.unit = unit;
  }
  if (parsed.fault === null) return parsed.statements.length === 0 ? 0 : sh.status;
  sh.line = parsed.fault.line;
  const { origin, line, messages } = parsed.fault;
  const prefix = origin === null ? unit.name : `${unit.name}: ${origin}`;
  for (const message of messages) sh.process.write(2, `${prefix}: line ${line}: ${message}\n`);
  sh.status = 2;
  return 2;
}
