/**
 * dash reads fewer words as syntax than the parser does. A backslash or a blank before what is bash's alone makes the parser read it
 * as dash would: no line moves by that.
 */
import { parse, type SyntaxNode } from "unbash";
import { walk } from "../walk.ts";

/** What stands in a script in which nothing has to be changed. */
const SUSPECT = /\[\[|\(\(|&>|\|&|\$['"]|\+=|\w\[[^\]]*\]=|\b(?:function|select|coproc)\b/;

/** So many changes are more than any script has. */
const CHANGES_MAX = 10_000;

export function dashSource(text: string): string {
  let source = text;
  if (!SUSPECT.test(source)) return source;
  for (let count = 0; count < CHANGES_MAX; count++) {
    const change = firstChange(source);
    if (change === null) break;
    source = source.slice(0, change.at) + change.insert + source.slice(change.at);
  }
  return source;
}

interface Change {
  readonly at: number;
  readonly insert: string;
}

function firstChange(source: string): Change | null {
  let first: Change | null = null;
  const note = (change: Change | null) => {
    if (change !== null && (first === null || change.at < first.at)) first = change;
  };
  for (const statement of parse(source).commands)
    walk(statement, (node) => {
      note(changeFor(node, source));
      return true;
    });
  return first;
}

function changeFor(node: SyntaxNode, source: string): Change | null {
  const backslash = (at: number): Change => ({ at, insert: "\\" });
  switch (node.type) {
    case "TestCommand":
      return source.startsWith("[[", node.pos) ? backslash(node.pos) : null;
    case "ArithmeticCommand":
      return source.startsWith("((", node.pos) ? { at: node.pos + 1, insert: " " } : null;
    case "Select":
    case "Coproc":
      return backslash(node.pos);
    case "Function":
      return /^function\s/.test(source.slice(node.pos)) ? backslash(node.pos) : null;
    case "AnsiCQuoted":
    case "LocaleString":
      return backslash(node.pos);
    case "Assignment":
      return node.append || node.index !== undefined ? backslash(node.pos) : null;
    case "Redirect":
      return node.operator === "&>" || node.operator === "&>>"
        ? { at: source.indexOf("&>", node.pos) + 1, insert: " " }
        : null;
    case "Pipeline": {
      const at = node.operators.indexOf("|&");
      if (at < 0) return null;
      return { at: source.indexOf("|&", node.commands[at]!.end) + 1, insert: " " };
    }
    default:
      return null;
  }
}

/** Where the first thing stands that dash has no syntax for, and what it says; null: there is none. */
export function firstRefusal(
  statements: readonly SyntaxNode[],
): { readonly at: number; readonly message: string } | null {
  const found: { readonly at: number; readonly message: string }[] = [];
  const note = (at: number, what: string) => found.push({ at, message: `Syntax error: ${what}` });
  for (const statement of statements)
    walk(statement, (node) => {
      if (node.type === "HereString") note(node.pos, "redirection unexpected");
      if (node.type === "ArithmeticFor") note(node.pos, "Bad for loop variable");
      if (node.type === "ArrayValue") note(node.pos, '"(" unexpected');
      if (node.type === "ProcessSubstitution" || node.type === "ExtendedGlob")
        note(node.pos + 1, '"(" unexpected');
      return true;
    });
  return found.sort((a, b) => a.at - b.at)[0] ?? null;
}
