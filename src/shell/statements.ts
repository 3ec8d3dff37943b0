/** Splits a script into the statements that a recorder runs one by one. */
import { isComplete } from "./parse.ts";

export interface ScriptStatement {
  readonly text: string;
  /** Line of its first character. */
  readonly line: number;
}

/**
 * Lines are gathered until they parse. Blank lines and `#!` lines between statements are skipped; comments are statements. What is
 * left at the end without parsing is a statement, too: running it tells what is wrong.
 */
export function splitStatements(script: string): ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  const lines = script.split("\n");
  if (lines.at(-1) === "") lines.pop();
  let text = "";
  let first = 1;
  for (const [i, line] of lines.entries()) {
    if (text === "") {
      if (/^\s*$/.test(line) || line.startsWith("#!")) continue;
      first = i + 1;
    }
    text += line;
    if (!line.endsWith("\\") && isComplete(text)) {
      statements.push({ text, line: first });
      text = "";
    } else text += "\n";
  }
  if (text !== "") statements.push({ text, line: first });
  return statements;
}
