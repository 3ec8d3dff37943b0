/**
 * Commands as text, in the form in which bash shows them: functions (`declare -f`), jobs, `BASH_COMMAND`, and the text of `$(...)`
 * from which it takes the line numbers inside.
 *
 * @source learnt by experiment from bash 5.2
 */
import type {
  Assignment,
  Case,
  Command,
  CommandArgument,
  CommandNode,
  CompoundCommand,
  Elif,
  Function as FunctionNode,
  HereDoc,
  If,
  ParsedScript,
  Pipeline,
  Redirection,
  Statement,
  SyntaxNode,
} from "unbash";
import { WordPrinter } from "./print-words.ts";

type Printable = Statement["command"] | SyntaxNode;

const STEP = 4;

class Printer {
  out = "";
  private indent = 0;
  private isInFunction = false;
  /** Here-documents whose text comes at the next end of a line. */
  private documents: HereDoc[] = [];
  /** bash leaves out the semicolon that comes next after a here-document. */
  private skipsSemicolon = false;

  private readonly words: WordPrinter;

  constructor(
    private readonly source: string,
    private readonly isSubstitution: boolean,
  ) {
    this.words = new WordPrinter(source, printScript);
  }

  // ------------------------------------------------------------------------------------------ lines

  private newline(text: string): void {
    this.out += `\n${" ".repeat(this.indent * STEP)}${text}`;
  }

  private semicolon(): void {
    if (!/[&\n]$/.test(this.out)) this.out += ";";
  }

  flush(): void {
    if (this.documents.length === 0) return;
    this.out += "\n";
    for (const document of this.documents) this.out += documentText(document);
    this.documents = [];
    this.skipsSemicolon = true;
  }

  /** Between two commands of a list. */
  private separate(isNewline: boolean): void {
    if (this.documents.length > 0) this.flush();
    else if (this.skipsSemicolon) this.skipsSemicolon = false;
    else if (!isNewline) this.out += ";";
    if (this.isInFunction) {
      if (isNewline) this.out += "\n";
      this.newline("");
    } else this.out += isNewline ? "\n" : " ";
  }

  list(statements: readonly Statement[]): void {
    for (const [i, statement] of statements.entries()) {
      const next = statements[i + 1];
      this.node(statement.command);
      if (statement.background) {
        this.out += " &";
        if (next === undefined) continue;
        if (this.documents.length > 0) {
          this.flush();
          this.out += " ";
        }
        this.out += " ";
      } else if (next !== undefined) {
        const gap = this.source.slice(statement.end, next.pos);
        this.separate(this.isSubstitution && gap.includes("\n") && !gap.includes(";"));
      }
    }
  }

  /** A list on lines of its own, one step to the right. */
  private body(statements: readonly Statement[]): void {
    this.indent++;
    this.newline("");
    this.list(statements);
    this.flush();
    this.semicolon();
    this.indent--;
  }

  // ------------------------------------------------------------------------------------------ commands

  node(node: Printable): void {
    switch (node.type) {
      case "Command":
        this.simple(node);
        return;
      case "Pipeline":
        this.pipeline(node);
        return;
      case "AndOr":
        for (const [i, command] of node.commands.entries()) {
          if (i > 0) {
            this.out += ` ${node.operators[i - 1]}`;
            if (this.documents.length > 0) {
              this.out += " ";
              this.flush();
            }
            this.out += " ";
          }
          this.node(command);
        }
        return;
      case "Redirected":
        this.node(node.command);
        this.redirections(node.redirects, true);
        return;
      case "Function":
        this.out += `function ${node.name.value} () `;
        this.functionBody(node.body);
        return;
      case "Coproc":
        this.out += `coproc ${node.name?.value ?? "COPROC"} `;
        this.node(node.body);
        return;
      case "CompoundList":
        this.list(node.commands);
        return;
      default:
        this.compound(node as CompoundCommand);
        return;
    }
  }

  private compound(node: CompoundCommand): void {
    switch (node.type) {
      case "BraceGroup":
        this.out += "{ ";
        if (this.isInFunction) {
          this.braces(node.body.commands);
          return;
        }
        this.list(node.body.commands);
        this.flush();
        this.semicolon();
        this.out += " }";
        return;
      case "Subshell":
        this.out += "( ";
        this.list(node.body.commands);
        this.flush();
        this.out += " )";
        return;
      case "If":
        this.conditional(node, node.elif, node.else);
        return;
      case "While":
        this.out += `${node.kind} `;
        this.list(node.clause.commands);
        this.flush();
        this.semicolon();
        this.out += " do";
        this.body(node.body.commands);
        this.newline("done");
        return;
      case "For":
      case "Select": {
        const words = node.wordlist?.map((word) => this.words.word(word)).join(" ") ?? '"$@"';
        this.out += `${node.type === "For" ? "for" : "select"} ${node.name.value} in ${words};`;
        this.loop(node.body.commands);
        return;
      }
      case "ArithmeticFor": {
        const clauses = clausesOf(this.source, node.pos).map((text) => text.trimStart() || "1");
        this.out += `for ((${clauses.join("; ")}))`;
        this.loop(node.body.commands);
        return;
      }
      case "Case":
        this.cases(node);
        return;
      case "TestCommand":
        this.out += `[[ ${this.words.test(node.expression)} ]]`;
        return;
      case "ArithmeticCommand":
        this.out += `((${node.body}))`;
    }
  }

  private braces(statements: readonly Statement[]): void {
    this.indent++;
    this.newline("");
    this.list(statements);
    this.flush();
    this.indent--;
    this.newline("}");
  }

  private loop(statements: readonly Statement[]): void {
    this.newline("do");
    this.body(statements);
    this.newline("done");
  }

  private conditional(node: If | Elif, [next, ...more]: readonly Elif[], otherwise: If["else"]): void {
    this.out += "if ";
    this.list(node.clause.commands);
    this.flush();
    this.semicolon();
    this.out += " then";
    this.body(node.then.commands);
    if (next !== undefined) {
      // An `elif` is shown as an `if` inside an `else`.
      this.newline("else");
      this.indent++;
      this.newline("");
      this.conditional(next, more, otherwise);
      this.semicolon();
      this.indent--;
    } else if (otherwise !== undefined) {
      this.newline("else");
      this.body(otherwise.commands);
    }
    this.newline("fi");
  }

  private cases(node: Case): void {
    this.out += `case ${this.words.word(node.word)} in `;
    this.indent++;
    for (const { pattern, body, terminator } of node.items) {
      this.newline(`${pattern.map((word) => this.words.word(word)).join(" | ")})`);
      this.indent++;
      if (body.commands.length === 0) this.out += "\n";
      else {
        this.newline("");
        this.list(body.commands);
        this.flush();
      }
      this.indent--;
      this.newline(terminator ?? ";;");
    }
    this.indent--;
    this.newline("esac");
  }

  /** From the line after the name on. */
  functionBody(body: FunctionNode["body"]): void {
    const wasInFunction = this.isInFunction;
    this.isInFunction = true;
    const inner = body.type === "Redirected" && body.command.type === "BraceGroup" ? body.command : body;
    this.newline("{ ");
    if (inner.type === "BraceGroup") this.braces(inner.body.commands);
    else {
      this.indent++;
      this.newline("");
      this.node(inner);
      this.indent--;
      this.newline("}");
    }
    this.isInFunction = wasInFunction;
    if (body.type === "Redirected" && inner !== body) this.redirections(body.redirects, true);
  }

  private pipeline({ prefixes, commands, operators }: Pipeline): void {
    const time = prefixes.find(({ type }) => type === "Time");
    if (time?.type === "Time")
      this.out += time.posix !== undefined || time.endOfOptions !== undefined ? "time -p " : "time ";
    if (prefixes.filter(({ type }) => type === "Negation").length % 2 === 1) this.out += "! ";
    for (const [i, command] of commands.entries()) {
      if (i > 0) {
        this.out += " |";
        if (this.documents.length > 0) {
          this.flush();
          this.out += " ";
        }
        this.out += " ";
      }
      this.node(command as CommandNode);
      if (operators[i] === "|&") this.out += " 2>&1";
    }
  }

  private simple({ prefix, name, args, redirects }: Command): void {
    const words = [
      ...prefix.filter((part): part is Assignment => part.type === "Assignment"),
      ...(name === undefined ? [] : [name]),
      ...args,
    ].map((word) => this.words.argument(word));
    this.out += words.join(" ");
    this.redirections(redirects, words.length > 0);
  }

  private redirections(redirections: readonly Redirection[], isAfterWord: boolean): void {
    if (redirections.length > 0) this.skipsSemicolon = false;
    for (const [i, redirection] of redirections.entries()) {
      this.out += (isAfterWord || i > 0 ? " " : "") + this.words.redirection(redirection);
      if (redirection.type === "HereDoc") this.documents.push(redirection);
    }
  }
}

function documentText({ body, delimiter, operator }: HereDoc): string {
  const text = operator === "<<-" ? body.text.replace(/^\t+/gm, "") : body.text;
  return `${text}${delimiter?.value ?? ""}\n`;
}

/** The three texts between `((` and `))`: parameters in them may hold operators. */
export function clausesOf(source: string, position: number): string[] {
  const open = source.indexOf("((", position) + 2;
  const clauses: string[] = [];
  let start = open;
  for (let at = open, depth = 0; at < source.length; at++) {
    const character = source[at];
    if (character === "(" || character === "{" || character === "[") depth++;
    if (character === ")" && depth === 0) {
      clauses.push(source.slice(start, at));
      return clauses;
    }
    if (character === ")" || character === "}" || character === "]") depth--;
    if (character === ";" && depth === 0) {
      clauses.push(source.slice(start, at));
      start = at + 1;
    }
  }
  return clauses;
}

/** A command as a job and `BASH_COMMAND` show it. */
export function printCommand(source: string, node: Printable): string {
  const printer = new Printer(source, false);
  printer.node(node);
  printer.flush();
  return printer.out;
}

/** The text between the parentheses of `$(...)`. */
export function printScript(source: string, script: ParsedScript): string {
  const printer = new Printer(script.source ?? source, true);
  printer.list(script.commands);
  printer.flush();
  return printer.out;
}

/** A function as `declare -f` shows it. */
export function printFunction(source: string, name: string, body: FunctionNode["body"]): string {
  const printer = new Printer(source, false);
  printer.out = `${name} () `;
  printer.functionBody(body);
  printer.flush();
  return `${printer.out}\n`;
}

/** A word or an assignment as `set -x` shows it. */
export function printArgument(source: string, argument: CommandArgument): string {
  return new WordPrinter(source, printScript).argument(argument);
}
