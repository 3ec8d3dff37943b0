/** Splits a script into the statements that a recorder runs one by one. */
import { parse } from "unbash";
import { walk } from "./walk.ts";

export interface ScriptStatement {
  readonly text: string;
  /** Line of its first character. */
  readonly line: number;
}

/** Does the text parse as a whole, its here-documents with their ends included? */
function isComplete(text: string): boolean {
  const script = parse(text);
  if (script.errors !== undefined) return false;
  let isOpen = false;
  for (const statement of text.includes("<<") ? script.commands : [])
    walk(statement, (node) => {
      if (node.type === "HereDoc" && node.closing === undefined) isOpen = true;
      return true;
    });
  return !isOpen;
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
