/** Words, redirections and tests as bash shows them: as they are written, but for the commands in them. */
import type { CommandArgument, ParsedScript, Redirection, SyntaxNode, TestExpression, Word } from "unbash";
import { walk } from "./walk.ts";

export class WordPrinter {
  constructor(
    private readonly source: string,
    /** Gives the text between the parentheses of `$(...)`. */
    private readonly printScript: (source: string, script: ParsedScript) => string,
  ) {}

  redirection(redirection: Redirection): string {
    const { descriptor, operator } = redirection;
    const fd =
      descriptor === undefined
        ? ""
        : descriptor.type === "FileDescriptor"
          ? String(descriptor.value)
          : `{${descriptor.name}}`;
    if (redirection.type === "HereDoc") {
      const { delimiter } = redirection;
      const mark = delimiter?.quoted ? `'${delimiter.value}'` : (delimiter?.value ?? "");
      return `${fd}${operator}${mark}`;
    }
    const target = redirection.target === undefined ? "" : this.word(redirection.target);
    if (operator === ">&" || operator === "<&") {
      if (fd === "" && !/^(\d+-?|-)$/.test(target)) return `${operator}${target}`;
      const usual = operator === ">&" ? "1" : "0";
      return `${fd || usual}${target === "-" ? ">&" : operator}${target}`;
    }
    if (operator === "<>") return `${fd || "0"}<> ${target}`;
    const isUsual = fd === (operator.startsWith("<") ? "0" : "1") && operator !== "<<<";
    return `${isUsual ? "" : fd}${operator} ${target}`;
  }

  test(node: TestExpression): string {
    switch (node.type) {
      case "TestUnary":
        return `${node.operator} ${this.word(node.operand)}`;
      case "TestBinary":
        return `${this.word(node.left)} ${node.operator} ${this.word(node.right)}`;
      case "TestLogical":
        return node.operands.map((operand) => this.test(operand)).join(` ${node.operator} `);
      case "TestNot":
        return `${"! ".repeat(node.negations.length % 2)}${this.test(node.operand)}`;
      case "TestGroup":
        return `( ${this.test(node.expression)} )`;
    }
  }

  argument(part: CommandArgument): string {
    if (part.type === "Word") return this.word(part);
    const { name, index, append, value } = part;
    const text =
      value.type === "ArrayValue"
        ? `(${value.elements.map((word) => this.word(word)).join(" ")})`
        : this.word(value);
    return `${name}${index === undefined ? "" : `[${index.text}]`}${append ? "+" : ""}=${text}`;
  }

  /** As it is written, but for the commands in it and what the parser takes away. */
  word(word: Word): string {
    if (word.parts === undefined) return joined(word.text);
    const changes: { readonly pos: number; readonly end: number; readonly text: string }[] = [];
    walk(word, (node) => {
      const text = this.rewritten(node);
      if (text === null) return true;
      changes.push({ pos: (node as Word).pos, end: (node as Word).end, text });
      return false;
    });
    let out = "";
    let at = word.pos;
    for (const { pos, end, text } of changes.sort((a, b) => a.pos - b.pos)) {
      if (pos < at) continue;
      out += word.text.slice(at - word.pos, pos - word.pos) + text;
      at = end;
    }
    return out + word.text.slice(at - word.pos);
  }

  /** A part of a word that is not shown as it is written; null: any other. */
  private rewritten(node: SyntaxNode): string | null {
    switch (node.type) {
      case "CommandExpansion":
      case "ArithmeticCommandExpansion":
      case "ProcessSubstitution": {
        if (node.text.startsWith("`") || node.script === undefined) return node.text;
        const text = this.printScript(this.source, node.script);
        const open = node.type === "ProcessSubstitution" ? `${node.operator}(` : "$(";
        return `${open}${text.startsWith("(") ? " " : ""}${text})`;
      }
      case "AnsiCQuoted":
        return `'${node.value.replaceAll("'", "'\\''")}'`;
      case "LocaleString":
        return node.text.slice(1);
      case "Literal":
        return node.text.includes("\\\n") ? joined(node.text) : null;
      default:
        return null;
    }
  }
}

/** Without the newlines that a backslash takes away. */
function joined(text: string): string {
  return text.replace(/\\([\s\S])/g, (pair, next) => (next === "\n" ? "" : pair));
}
