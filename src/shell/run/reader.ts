/**
 * Reads a script as bash does: one complete command after the other, each parsed when the one before it has run. What a command
 * changes in the parser's world (aliases, `extglob`) counts from the next line on, and a syntax error shows when it is reached.
 */
import { type ParseError, parse, type Statement } from "unbash";
import { replaceAliases } from "../aliases.ts";
import { dashFault } from "../dash/messages.ts";
import { dashSource, firstRefusal } from "../dash/source.ts";
import type { Interpreter } from "../interpreter.ts";
import { Unit } from "../parse.ts";
import { describeFault, isUnfinished, type SyntaxFault } from "../syntax-fault.ts";
import { walk } from "../walk.ts";

/** What stands on one line, or on the lines that belong to it. */
export interface Lines {
  readonly kind: "lines";
  readonly unit: Unit;
  readonly statements: readonly Statement[];
}

export interface Source {
  /** In messages. */
  readonly name: string;
  readonly text: string;
  /** Line of its first character. @defaultValue 1 */
  readonly line?: number;
  /** Where the text came from, when it was no file: `-c`, `eval`. */
  readonly origin?: string | null;
  /** Gives the next line of what is read bit by bit; null: its end. */
  readonly more?: () => Promise<string | null>;
}

export class Reader {
  private unit: Unit;
  private statements: readonly Statement[] = [];
  private error: ParseError | undefined;
  /** The statement that is to be read next. */
  private index = 0;
  /** Where the next line begins, in the unit's text. */
  private at = 0;
  private isParsed = false;
  private hadExtglob = false;
  private isAtEnd: boolean;

  constructor(
    private readonly sh: Interpreter,
    private readonly source: Source,
  ) {
    this.unit = new Unit(source.name, source.text, source.line ?? 1);
    this.isAtEnd = source.more === undefined;
  }

  /** The next lines; null: the end. */
  async next(): Promise<Lines | SyntaxFault | null> {
    this.parseAgainIfStale();
    while (!this.isAtEnd && this.isUnfinished()) await this.readLine();
    if (this.index >= this.statements.length && this.error === undefined) {
      this.echoInput(this.unit.source.length);
      return null;
    }
    let { last, end } = this.group();
    if (this.sh.aliases.size > 0 && this.sh.shopts.has("expand_aliases")) {
      const here = this.statements.slice(this.index, last + 1);
      const replaced = replaceAliases(this.unit.source, here, end, this.sh.aliases);
      if (replaced !== null) {
        const start = this.at;
        this.parse(replaced.source.slice(start), this.unit.lineOf(start));
        while (!this.isAtEnd && this.isUnfinished()) await this.readLine();
        ({ last, end } = this.group());
        // An alias of nothing but blanks leaves nothing to run.
        if (this.index >= this.statements.length && this.error === undefined) return null;
      }
    }
    this.echoInput(end);
    const statements = this.statements.slice(this.index, last + 1);
    if (end === this.unit.source.length) this.warnOfOpenDocuments(statements);
    const fault = this.faultOf(statements, end);
    if (fault !== null) return fault;
    this.index = last + 1;
    this.at = end;
    return { kind: "lines", unit: this.unit, statements };
  }

  private parse(written: string, line: number): void {
    const text = this.sh.isDash ? dashSource(written) : written;
    this.unit = new Unit(this.source.name, text, line);
    const script = parse(text);
    this.statements = script.commands;
    this.error = script.errors?.reduce((first, one) => (one.pos < first.pos ? one : first));
    this.index = 0;
    this.at = 0;
    this.isParsed = true;
    this.hadExtglob = this.sh.shopts.has("extglob");
  }

  private parseAgainIfStale(): void {
    const { unit, at } = this;
    if (!this.isParsed) this.parse(unit.source, unit.firstLine);
    // What was read bit by bit is parsed bit by bit.
    else if (!this.isAtEnd) this.parse(unit.source.slice(at), unit.lineOf(at));
    else if (this.error !== undefined && this.hadExtglob !== this.sh.shopts.has("extglob"))
      this.parse(unit.source.slice(at), unit.lineOf(at));
  }

  private isUnfinished(): boolean {
    return (
      (this.statements.length === 0 && this.error === undefined) ||
      isUnfinished(this.unit.source, this.statements, this.error)
    );
  }

  private async readLine(): Promise<void> {
    const line = await this.source.more!();
    if (line === null) this.isAtEnd = true;
    else this.parse(this.unit.source + line, this.unit.firstLine);
  }

  /** The last statement of the next lines, and where they end. */
  private group(): { readonly last: number; readonly end: number } {
    const { source } = this.unit;
    let last = this.index;
    for (; last + 1 < this.statements.length; last++) {
      const gap = source.slice(this.statements[last]!.end, this.statements[last + 1]!.pos);
      if (gap.includes("\n")) break;
    }
    const statement = this.statements[last];
    const stop = source.indexOf("\n", statement === undefined ? source.length : statement.end);
    let end = stop < 0 ? source.length : stop + 1;
    for (const one of this.statements.slice(this.index, last + 1))
      end = Math.max(end, documentsEnd(one, source));
    return { last, end };
  }

  private dashFault(line: number, message: string): SyntaxFault {
    const origin = this.source.origin ?? null;
    return { kind: "fault", origin, line, messages: [message], isFatal: true };
  }

  private warnOfOpenDocuments(statements: readonly Statement[]): void {
    const { unit, sh } = this;
    if (sh.isDash || !unit.source.includes("<<", statements[0]?.pos)) return;
    const line = unit.lineOf(unit.source.length - 1);
    for (const statement of statements)
      walk(statement, (node) => {
        if (node.type === "HereDoc" && node.closing === undefined)
          sh.process.write(
            2,
            `${unit.name}: line ${line}: warning: here-document at line ${unit.lineOf(node.pos)} delimited by end-of-file (wanted \`${node.delimiter?.value ?? ""}')\n`,
          );
        return true;
      });
  }

  /** A `$(...)` is parsed with the command it stands in. */
  private substitutionFault(statements: readonly Statement[]): SyntaxFault | null {
    const [first, last] = [statements[0], statements.at(-1)];
    if (first === undefined || !this.unit.source.slice(first.pos, last!.end).includes("$(")) return null;
    const error = substitutionError(statements);
    if (error === null) return null;
    const fault = describeFault(this.unit, error.message, error.pos);
    return { kind: "fault", origin: this.source.origin ?? null, ...fault, isFatal: true };
  }

  /** `set -v`. */
  private echoInput(end: number): void {
    if (this.sh.options.has("verbose") && end > this.at)
      this.sh.process.write(2, this.unit.source.slice(this.at, end).replace(/([^\n])$/, "$1\n"));
  }

  /** The error that keeps some statements from being run. */
  private faultOf(statements: readonly Statement[], end: number): SyntaxFault | null {
    const { unit, sh } = this;
    const error = this.errorOf(statements, end);
    const refused = sh.isDash ? firstRefusal(statements) : this.extendedGlobIn(statements);
    if (refused !== null && (error === null || refused.at < error.pos)) {
      if (sh.isDash) return this.dashFault(unit.lineOf(refused.at), refused.message);
      return this.fault(refused.message, refused.at);
    }
    if (error === null) return sh.isDash ? null : this.substitutionFault(statements);
    if (!sh.isDash) return this.fault(error.message, error.pos);
    const { at, line } = describeFault(unit, error.message, error.pos);
    const text = dashFault(unit.source, error.message, at);
    // It tells the last line, of a text that has no newline at its end.
    return this.dashFault(
      /end of file|Unterminated/.test(text) ? unit.lineOf(unit.source.length) : line,
      text,
    );
  }

  private fault(message: string, position: number): SyntaxFault {
    const origin = this.source.origin ?? null;
    return { kind: "fault", origin, ...describeFault(this.unit, message, position) };
  }

  private extendedGlobIn(
    statements: readonly Statement[],
  ): { readonly at: number; readonly message: string } | null {
    const at = this.sh.shopts.has("extglob") ? null : extendedGlob(statements, this.unit.source);
    return at === null ? null : { at, message: "unexpected token '('" };
  }

  /** The parser's error, if it keeps these statements from being run. */
  private errorOf(statements: readonly Statement[], end: number): ParseError | null {
    const { unit, error } = this;
    if (error === undefined) return null;
    const faulty = this.statements.findLast((statement) => statement.pos <= error.pos);
    const isOnOwnLine =
      faulty !== undefined &&
      faulty.end > faulty.pos &&
      /^[ \t]*(?:;|&(?!&))?[ \t]*(?:#.*)?\n/.test(unit.source.slice(faulty.end, error.pos));
    const faultyLine = unit.lineOf(isOnOwnLine ? error.pos : (faulty?.pos ?? error.pos));
    const isBehind =
      error.pos >= end && statements.every((statement) => unit.lineOf(statement.end) < faultyLine);
    return isBehind && statements.length > 0 ? null : error;
  }
}

/** The first error in a `$(...)`; null: none. */
function substitutionError(statements: readonly Statement[]): ParseError | null {
  let found: ParseError | null = null;
  for (const statement of statements)
    walk(statement, (node) => {
      if (node.type === "CommandExpansion" && !node.text.startsWith("`"))
        found ??= node.script?.errors?.[0] ?? null;
      return found === null;
    });
  return found;
}

/** Where the line behind the last here-document of a statement begins; 0: it has none. */
function documentsEnd(statement: Statement, source: string): number {
  let end = 0;
  if (!source.slice(statement.pos, statement.end).includes("<<")) return end;
  walk(statement, (node) => {
    if (node.type === "HereDoc") end = Math.max(end, node.closing?.end ?? node.body.end);
    return true;
  });
  const stop = source.indexOf("\n", end);
  return end === 0 ? 0 : stop < 0 ? source.length : stop + 1;
}

/** Where an extended pattern stands that only `extglob` lets the parser read; null: nowhere. */
function extendedGlob(statements: readonly Statement[], source: string): number | null {
  const [first, last] = [statements[0], statements.at(-1)];
  if (first === undefined || !/[?*+@!]\(/.test(source.slice(first.pos, last!.end))) return null;
  let found: number | null = null;
  for (const statement of statements)
    walk(statement, (node) => {
      if (node.type === "ExtendedGlob") found ??= node.pos + 1;
      // These read their operands as patterns in any case.
      return node.type !== "TestCommand" && node.type !== "ParameterExpansion";
    });
  return found;
}
