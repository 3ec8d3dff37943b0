/** Runs text as commands of a shell: a script, `eval`, `source`, a trap. */
import { ExitJump, ExpansionError } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import type { SyntaxFault } from "../syntax-fault.ts";
import { runStatement } from "./list.ts";
import { type Lines, Reader, type Source } from "./reader.ts";

/** Gives the last status; a syntax error gives 2, after the lines before it. */
export async function runText(sh: Interpreter, source: Source): Promise<number> {
  const reader = new Reader(sh, source);
  let isEmpty = true;
  for (;;) {
    const lines = await reader.next();
    if (lines === null) break;
    if (lines.kind === "fault") return explainFault(sh, source.name, lines);
    isEmpty = false;
    if (sh.options.has("noexec")) continue;
    await runLines(sh, lines);
    if (sh.options.has("onecmd")) throw new ExitJump(sh.status);
  }
  return isEmpty ? 0 : sh.status;
}

async function runLines(sh: Interpreter, { unit, statements }: Lines): Promise<void> {
  sh.line = unit.lineOf(statements.at(-1)!.end);
  for (const statement of statements) {
    sh.unit = unit;
    try {
      await runStatement(sh, statement);
    } catch (error) {
      // An error that is not fatal abandons the command line it stands on.
      if (!(error instanceof ExpansionError)) throw error;
      sh.status = error.status;
      break;
    }
  }
  sh.unit = unit;
}

function explainFault(
  sh: Interpreter,
  name: string,
  { origin, line, messages, isFatal }: SyntaxFault,
): number {
  sh.line = line;
  if (sh.isDash) {
    sh.complain(messages[0]!);
    sh.endByError(2);
  }
  if (sh.isPrompted && name === sh.arg0) sh.process.write(2, `${name}: ${messages[0]}\n`);
  else {
    const prefix = `${sh.isPrompted ? `${sh.arg0}: ` : ""}${name}${origin === null ? "" : `: ${origin}`}`;
    // Under `set -e` the first message ends the shell.
    for (const message of sh.options.has("errexit") ? messages.slice(0, 1) : messages)
      sh.process.write(2, `${prefix}: line ${line}: ${message}\n`);
  }
  if (isFatal && origin !== null) throw new ExitJump(1);
  if (sh.options.has("errexit")) throw new ExitJump(2);
  sh.status = 2;
  return 2;
}
