/** Visits the nodes of a syntax tree. */
import type { SyntaxNode } from "unbash";

const CHILDREN = [
  "prefixes",
  "prefix",
  "name",
  "suffix",
  "command",
  "commands",
  "clause",
  "then",
  "elif",
  "else",
  "word",
  "wordlist",
  "items",
  "pattern",
  "body",
  "redirects",
  "target",
  "value",
  "index",
  "elements",
  "parts",
  "script",
  "expression",
  "operands",
  "operand",
  "test",
  "consequent",
  "alternate",
  "left",
  "right",
  "operation",
  "replacement",
] as const;

/** Calls `visit` for a node and all below it, in the order of the source; false: what is below a node is passed over. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => boolean): void {
  if (!visit(node)) return;
  const fields = node as unknown as Partial<Record<(typeof CHILDREN)[number], unknown>>;
  for (const key of CHILDREN) {
    // Those of a command stand among its words.
    if (key === "redirects" && node.type === "Command") continue;
    const child = fields[key];
    if (Array.isArray(child)) for (const one of child) descend(one, visit);
    else descend(child, visit);
  }
}

function descend(child: unknown, visit: (node: SyntaxNode) => boolean): void {
  if (typeof child !== "object" || child === null || !("type" in child)) return;
  // The text of a script in backquotes with escapes is another one: its positions mean nothing here.
  if ("source" in child && child.source !== undefined) return;
  walk(child as SyntaxNode, visit);
}
