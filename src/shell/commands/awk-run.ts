/**
 * Runs a program of awk(1), as mawk does: the language of POSIX without getline, pipes and the transcendental functions, whose last
 * digits differ from host to host.
 * @source POSIX.1-2017 XCU awk; mawk 1.3.4
 */
import { strerror } from "../../core/errno.ts";
import { countCharacters } from "../text.ts";
import { readFile, type ToolContext } from "../tool.ts";
import { AwkState } from "./awk-state.ts";
import { toRegex } from "./awk-tokens.ts";
import { AwkError, type Expr, type Program, type Stmt } from "./awk-tree.ts";
import { calculate, Input, splitText, substr, type Table, toNumber, type Value } from "./awk-values.ts";

class Jump {
  constructor(
    readonly to: "next" | "break" | "continue" | "exit" | "return",
    readonly value: Value,
  ) {}
}

export class Awk extends AwkState {
  private readonly files = new Map<string, number>();
  private readonly active = new Set<number>();
  private seed = 0;
  status = 0;

  constructor(
    private readonly program: Program,
    cx: ToolContext,
  ) {
    super(cx);
  }

  assign(text: string): boolean {
    const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text);
    if (match !== null)
      this.globals.set(
        match[1]!,
        new Input(match[2]!.replaceAll("\\t", "\t").replaceAll("\\n", "\n").replaceAll("\\\\", "\\")),
      );
    return match !== null;
  }

  async run(operands: readonly string[]): Promise<void> {
    this.globals.set("ARGC", operands.length + 1);
    this.globals.set("ARGV", new Map(["awk", ...operands].map((word, i) => [String(i), new Input(word)])));
    const isEnded = this.phase("BEGIN");
    const needsInput = this.program.rules.some(({ when }) => when !== "BEGIN");
    if (!isEnded && needsInput) await this.readAll(operands);
    this.phase("END");
  }

  /** True: `exit` was called. */
  private phase(when: "BEGIN" | "END"): boolean {
    try {
      for (const rule of this.program.rules) if (rule.when === when) this.exec(rule.body!);
    } catch (jump) {
      return this.isExit(jump);
    }
    return false;
  }

  private isExit(jump: unknown): boolean {
    if (!(jump instanceof Jump)) throw jump;
    if (jump.to === "exit" && jump.value !== undefined) this.status = toNumber(jump.value) & 255;
    return jump.to === "exit";
  }

  private async readAll(operands: readonly string[]): Promise<void> {
    const files = operands.filter((word) => !/^[A-Za-z_]\w*=/.test(word));
    if (files.length === 0) for (const word of operands) this.assign(word);
    for (const word of files.length === 0 ? ["-"] : operands) {
      if (word !== "-" && this.assign(word)) continue;
      const read = await readFile(this.cx, word);
      if (!read.ok) {
        this.cx.err(`awk: cannot open ${word} (${strerror(read.errno)})\n`);
        this.status = 2;
        return;
      }
      this.globals.set("FILENAME", word === "-" ? "" : word);
      this.globals.set("FNR", 0);
      if (this.readText(read.value)) return;
      await this.cx.drain();
    }
  }

  /** True: `exit` was called. */
  private readText(text: string): boolean {
    const separator = this.text(this.globals.get("RS") as Value);
    const pieces =
      separator === ""
        ? text.replace(/^\n+|\n+$/g, "").split(/\n\n+/)
        : text.split(separator.length === 1 ? separator : toRegex(separator));
    if (pieces.at(-1) === "") pieces.pop();
    for (const piece of pieces) {
      this.globals.set("NR", toNumber(this.globals.get("NR") as Value) + 1);
      this.globals.set("FNR", toNumber(this.globals.get("FNR") as Value) + 1);
      this.setRecord(piece);
      try {
        for (const [i, rule] of this.program.rules.entries()) {
          if (!this.selects(i)) continue;
          if (rule.body === null) this.print(this.record);
          else this.exec(rule.body);
        }
      } catch (jump) {
        if (this.isExit(jump)) return true;
      }
    }
    return false;
  }

  private selects(index: number): boolean {
    const { when } = this.program.rules[index]!;
    if (typeof when === "string") return when === "always";
    if (when.to === null) return this.truth(this.eval(when.from));
    if (!this.active.has(index) && !this.truth(this.eval(when.from))) return false;
    this.active.add(index);
    if (this.truth(this.eval(when.to))) this.active.delete(index);
    return true;
  }

  // ------------------------------------------------------------------------------------------ expressions

  protected override eval(expr: Expr): Value {
    switch (expr.kind) {
      case "number":
      case "string":
        return expr.value;
      case "regex":
        return this.test(expr.regex, this.record) ? 1 : 0;
      case "name":
      case "field":
      case "element":
        return this.get(expr);
      case "group":
        return expr.items.length === 1 ? this.eval(expr.items[0]!) : this.key(expr.items);
      case "assign": {
        if (expr.operator === "") return this.set(expr.target, this.eval(expr.value));
        const right = toNumber(this.eval(expr.value));
        return this.set(expr.target, calculate(expr.operator, toNumber(this.get(expr.target)), right));
      }
      case "step": {
        const before = toNumber(this.get(expr.target));
        this.set(expr.target, before + expr.by);
        return expr.isPrefix ? before + expr.by : before;
      }
      case "unary": {
        const value = this.eval(expr.value);
        return expr.operator === "!"
          ? this.truth(value)
            ? 0
            : 1
          : expr.operator === "-"
            ? -toNumber(value)
            : toNumber(value);
      }
      case "binary":
        return this.binary(expr.operator, expr.left, expr.right);
      case "match":
        return this.test(this.regexOf(expr.right), this.text(this.eval(expr.left))) !== expr.isNegated
          ? 1
          : 0;
      case "in":
        return this.table(expr.name).has(this.key(expr.keys)) ? 1 : 0;
      case "choice":
        return this.eval(this.truth(this.eval(expr.test)) ? expr.yes : expr.no);
      case "call":
        return this.call(expr.name, expr.args);
    }
  }

  private test(regex: RegExp, text: string): boolean {
    regex.lastIndex = 0;
    return regex.test(text);
  }

  private regexOf(expr: Expr): RegExp {
    return expr.kind === "regex" ? expr.regex : toRegex(this.text(this.eval(expr)));
  }

  private binary(operator: string, left: Expr, right: Expr): Value {
    if (operator === "&&" || operator === "||") {
      const first = this.truth(this.eval(left));
      return first === (operator === "||") ? Number(first) : Number(this.truth(this.eval(right)));
    }
    const [a, b] = [this.eval(left), this.eval(right)];
    if (operator === " ") return this.text(a) + this.text(b);
    if (!/[<>=]/.test(operator)) return calculate(operator, toNumber(a), toNumber(b));
    const order = this.compare(a, b);
    return Number(
      {
        "<": order < 0,
        "<=": order <= 0,
        "==": order === 0,
        "!=": order !== 0,
        ">": order > 0,
        ">=": order >= 0,
      }[operator],
    );
  }

  // ------------------------------------------------------------------------------------------ functions

  private call(name: string, args: readonly Expr[]): Value {
    const own = this.program.functions.get(name);
    if (own !== undefined) return this.callOwn(name, args);
    const value = (i: number) => (args[i] === undefined ? undefined : this.eval(args[i]));
    const text = (i: number) => this.text(value(i));
    const number = (i: number) => toNumber(value(i));
    switch (name) {
      case "length": {
        const only = args[0];
        if (only?.kind === "name" && this.scope(only.name).get(only.name) instanceof Map)
          return this.table(only.name).size;
        return countCharacters(only === undefined ? this.record : text(0));
      }
      case "substr":
        return substr(text(0), number(1), args[2] === undefined ? Number.POSITIVE_INFINITY : number(2));
      case "index": {
        const at = text(0).indexOf(text(1));
        return at + 1;
      }
      case "split":
        return this.split(args);
      case "sub":
      case "gsub":
        return this.substitute(args, name === "gsub");
      case "match": {
        const regex = this.regexOf(args[1]!);
        regex.lastIndex = 0;
        const match = regex.exec(text(0));
        this.globals.set("RSTART", match === null ? 0 : match.index + 1);
        this.globals.set("RLENGTH", match === null ? -1 : match[0].length);
        return match === null ? 0 : match.index + 1;
      }
      case "sprintf":
        return this.format(
          text(0),
          args.slice(1).map((arg) => this.eval(arg)),
        );
      case "tolower":
        return text(0).toLowerCase();
      case "toupper":
        return text(0).toUpperCase();
      case "int":
        return Math.trunc(number(0));
      case "sqrt":
        return Math.sqrt(number(0));
      case "systime":
        return this.cx.process.userland.options.epoch + Math.floor(this.cx.host.now / 1e9);
      case "srand": {
        const before = this.seed;
        this.seed = args.length > 0 ? number(0) : Math.floor(this.cx.host.now / 1e9);
        return before;
      }
      case "rand":
        return this.cx.process.userland.options.seedRandom() / 0x7fff_ffff;
      case "close":
      case "fflush":
        return 0;
      default:
        throw new AwkError(`function ${name} is not supported`);
    }
  }

  private callOwn(name: string, args: readonly Expr[]): Value {
    const { params, body } = this.program.functions.get(name)!;
    const frame = new Map<string, Value | Table>();
    for (const [i, param] of params.entries()) {
      const arg = args[i];
      // An array goes by reference, and an unset name may become one.
      const held = arg?.kind === "name" ? this.scope(arg.name).get(arg.name) : undefined;
      frame.set(param, held instanceof Map ? held : arg === undefined ? undefined : this.eval(arg));
    }
    if (this.locals.length > 1000) throw new AwkError("function call nesting too deep");
    this.locals.push(frame);
    try {
      this.exec(body);
    } catch (jump) {
      if (!(jump instanceof Jump) || jump.to !== "return") throw jump;
      return jump.value;
    } finally {
      this.locals.pop();
      for (const [i, param] of params.entries()) {
        const arg = args[i];
        const made = frame.get(param);
        if (arg?.kind === "name" && made instanceof Map && this.scope(arg.name).get(arg.name) === undefined)
          this.scope(arg.name).set(arg.name, made);
      }
    }
    return undefined;
  }

  private split(args: readonly Expr[]): number {
    const target = args[1];
    if (target?.kind !== "name") throw new AwkError("split: type error in arg(2)");
    const text = this.text(this.eval(args[0]!));
    const separator =
      args[2] === undefined
        ? this.text(this.globals.get("FS") as Value)
        : args[2].kind === "regex"
          ? args[2].regex
          : this.text(this.eval(args[2]));
    const parts = splitText(text, separator);
    const table = this.table(target.name);
    table.clear();
    for (const [i, part] of parts.entries()) table.set(String(i + 1), new Input(part));
    return parts.length;
  }

  private substitute(args: readonly Expr[], isGlobal: boolean): number {
    const regex = this.regexOf(args[0]!);
    const replacement = this.text(this.eval(args[1]!));
    const target = args[2] ?? { kind: "field", index: { kind: "number", value: 0 } };
    let count = 0;
    regex.lastIndex = 0;
    const result = this.text(this.get(target)).replace(regex, (match) => {
      if (count > 0 && !isGlobal) return match;
      count++;
      return replacement.replace(/\\\\|\\&|&/g, (mark) => (mark === "&" ? match : mark.slice(1)));
    });
    if (count > 0) this.set(target, result);
    return count;
  }

  // ------------------------------------------------------------------------------------------ statements

  private exec(stmt: Stmt): void {
    switch (stmt.kind) {
      case "expr":
        this.eval(stmt.value);
        return;
      case "print":
        this.printStatement(stmt);
        return;
      case "block":
        for (const one of stmt.body) this.exec(one);
        return;
      case "if":
        if (this.truth(this.eval(stmt.test))) this.exec(stmt.yes);
        else if (stmt.no !== null) this.exec(stmt.no);
        return;
      case "while":
        if (stmt.isDo && !this.body(stmt.body)) return;
        while (this.truth(this.eval(stmt.test))) if (!this.body(stmt.body)) return;
        return;
      case "for":
        if (stmt.start !== null) this.exec(stmt.start);
        while (stmt.test === null || this.truth(this.eval(stmt.test))) {
          if (!this.body(stmt.body)) return;
          if (stmt.step !== null) this.exec(stmt.step);
        }
        return;
      case "forIn":
        for (const key of [...this.table(stmt.array).keys()]) {
          this.scope(stmt.variable).set(stmt.variable, new Input(key));
          if (!this.body(stmt.body)) return;
        }
        return;
      case "delete":
        if (stmt.keys === null) this.table(stmt.name).clear();
        else this.table(stmt.name).delete(this.key(stmt.keys));
        return;
      case "jump":
        throw new Jump(stmt.to, stmt.value === null ? undefined : this.eval(stmt.value));
    }
  }

  /** Runs a loop's body; false: `break`. */
  private body(stmt: Stmt): boolean {
    try {
      this.exec(stmt);
    } catch (jump) {
      if (!(jump instanceof Jump) || (jump.to !== "break" && jump.to !== "continue")) throw jump;
      return jump.to === "continue";
    }
    return true;
  }

  private print(text: string): void {
    this.cx.out(text + this.text(this.globals.get("ORS") as Value));
  }

  private printStatement({ isFormat, args, to }: Extract<Stmt, { kind: "print" }>): void {
    const values = args.map((arg) => this.eval(arg));
    const text = isFormat
      ? this.format(this.text(values[0]), values.slice(1))
      : (values.length === 0
          ? this.record
          : values
              .map((value) => this.text(value, "OFMT"))
              .join(this.text(this.globals.get("OFS") as Value))) +
        this.text(this.globals.get("ORS") as Value);
    if (to === null) {
      this.cx.out(text);
      return;
    }
    if (to.mode === "|") throw new AwkError("output to a command is not supported");
    const path = this.text(this.eval(to.path));
    const { process } = this.cx;
    let fd = this.files.get(path);
    if (fd === undefined) {
      const opened = process.userland.files.open(process, path, to.mode === ">>" ? "append" : "write");
      if (!opened.ok) throw new AwkError(`cannot open "${path}" for output`);
      fd = process.fds.free(3);
      process.fds.set(fd, opened.value);
      this.files.set(path, fd);
    }
    process.write(fd, text);
  }
}
