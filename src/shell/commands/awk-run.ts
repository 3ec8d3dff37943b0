/**
 * Runs a program of awk(1), as mawk does. What may have to wait (input, commands) is asked of the driver by `yield`, so that all of
 * an expression can wait anywhere inside.
 * @source POSIX.1-2017 XCU awk; mawk 1.3.4 20200120
 * @differs `rand` has numbers of its own; `-W dump`, `-W sprintf` and `-W random` change nothing
 */

import { strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import { atan2, cos, exp, log, sin } from "../../core/portable-math.ts";
import type { PosixRegex } from "../posix-regex.ts";
import { formatDate } from "../strftime.ts";
import { countCharacters } from "../text.ts";
import { countSteps, STEPS_PER_COMMAND, type ToolContext } from "../tool.ts";
import { RecordReader, Streams } from "./awk-io.ts";
import { AwkState, type Cell } from "./awk-state.ts";
import { Table } from "./awk-table.ts";
import { toRegex } from "./awk-tokens.ts";
import { AwkError, type Expr, type Program, type Stmt } from "./awk-tree.ts";
import { calculate, Input, splitText, substr, toNumber, type Value } from "./awk-values.ts";
import { openInput } from "./inputs.ts";

class Jump {
  constructor(
    readonly to: "next" | "nextfile" | "break" | "continue" | "exit" | "return",
    readonly value: Value,
  ) {}
}

/** Something to wait for before the program goes on. */
type Wait = () => Promise<void>;
type Run<T> = Generator<Wait, T, void>;

export class Awk extends AwkState {
  private readonly streams: Streams;
  private readonly active = new Set<number>();
  private seed: number;
  private random: number;
  private main: RecordReader | null = null;
  private nextOperand = 1;
  private hasReadFile = false;
  private isInputOver = false;
  status = 0;

  constructor(
    private readonly program: Program,
    cx: ToolContext,
    private readonly isInteractive: boolean,
  ) {
    super(cx);
    this.streams = new Streams(cx);
    this.seed = cx.process.userland.options.seedRandom();
    this.random = this.seed;
  }

  /** `name=value` of the command line, with escapes. False: it is no such word. */
  assign(text: string): boolean {
    const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text);
    if (match === null) return false;
    const escapes: Readonly<Record<string, string>> = nameTable({
      n: "\n",
      t: "\t",
      r: "\r",
      "\\": "\\",
      '"': '"',
      "/": "/",
      a: "\x07",
      b: "\b",
      f: "\f",
      v: "\v",
    });
    const value = match[2]!.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole, one: string) =>
      /^[0-7]/.test(one)
        ? String.fromCharCode(Number.parseInt(one, 8))
        : Object.hasOwn(escapes, one)
          ? escapes[one]!
          : whole,
    );
    this.setVariable(match[1]!, new Input(value));
    return true;
  }

  async run(operands: readonly string[]): Promise<void> {
    const words = new Table();
    for (const [i, word] of ["awk", ...operands].entries()) words.set(String(i), new Input(word), true);
    this.globals.set("ARGC", operands.length + 1);
    this.globals.set("ARGV", words);
    try {
      const isEnded = await this.drive(this.phase("BEGIN"));
      const needsInput = this.program.rules.some(({ when }) => when !== "BEGIN");
      if (!isEnded && needsInput) await this.records();
      // An error with a file ends all at once.
      if (this.isAborted) return;
      await this.drive(this.phase("END"));
    } finally {
      this.main?.close();
      await this.streams.closeAll();
    }
  }
  private isAborted = false;

  /** Where it is in the input, for errors. */
  place(): string {
    return `FILENAME="${this.textOf("FILENAME")}" FNR=${this.textOf("FNR")} NR=${this.textOf("NR")}`;
  }

  private async drive<T>(run: Run<T>): Promise<T> {
    for (;;) {
      const step = run.next();
      if (step.done) return step.value;
      await step.value();
    }
  }

  /** True: `exit` was called. */
  private *phase(when: "BEGIN" | "END"): Run<boolean> {
    try {
      for (const rule of this.program.rules) if (rule.when === when) yield* this.exec(rule.body!);
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

  // ------------------------------------------------------------------------------------------ input

  private async records(): Promise<void> {
    for (;;) {
      const record = await this.nextRecord();
      if (record === null) return;
      this.setRecord(record);
      try {
        const run = this.rules();
        for (let step = run.next(); !step.done; step = run.next()) await step.value();
      } catch (jump) {
        if (this.isExit(jump)) return;
        if ((jump as Jump).to === "nextfile") this.endFile();
      }
      if (this.isInteractive) this.cx.flush();
      await this.cx.drain();
    }
  }

  private *rules(): Run<void> {
    for (const [i, rule] of this.program.rules.entries()) {
      if (rule.when === "BEGIN" || rule.when === "END") continue;
      if (rule.when !== "always" && !(yield* this.selects(i, rule.when))) continue;
      if (rule.body === null) this.cx.out(this.record + this.textOf("ORS"));
      else yield* this.exec(rule.body);
    }
  }

  private *selects(
    index: number,
    { from, to }: { readonly from: Expr; readonly to: Expr | null },
  ): Run<boolean> {
    if (to === null) return this.truth(yield* this.eval(from));
    if (!this.active.has(index) && !this.truth(yield* this.eval(from))) return false;
    this.active.add(index);
    if (this.truth(yield* this.eval(to))) this.active.delete(index);
    return true;
  }

  private endFile(): void {
    this.main?.close();
    this.main = null;
  }

  /** The next record of the main input, counted; null: the end. */
  private async nextRecord(): Promise<string | null> {
    for (;;) {
      if (this.main === null && !this.openNext()) return null;
      const record = await this.main!.next(this.textOf("RS"));
      if (record === null) {
        this.endFile();
        continue;
      }
      this.globals.set("NR", this.numberOf("NR") + 1);
      this.globals.set("FNR", this.numberOf("FNR") + 1);
      return record;
    }
  }

  private openNext(): boolean {
    if (this.isInputOver) return false;
    const words = this.globals.get("ARGV");
    while (this.nextOperand < this.numberOf("ARGC")) {
      const key = String(this.nextOperand++);
      const word = words instanceof Table && words.has(key) ? this.text(words.get(key, true)) : "";
      if (word === "" || this.assign(word)) continue;
      return this.open(word);
    }
    this.isInputOver = true;
    return !this.hasReadFile && this.open("-");
  }

  private open(path: string): boolean {
    this.hasReadFile = true;
    const opened = openInput(this.cx, path === "/dev/stdin" ? "-" : path);
    const isDir = opened.ok && this.isDirectory(path);
    if (!opened.ok || isDir) {
      this.cx.err(`awk: cannot open ${path} (${strerror(opened.ok ? "EISDIR" : opened.errno)})\n`);
      this.status = 2;
      this.isInputOver = true;
      this.isAborted = true;
      return false;
    }
    this.main = new RecordReader(opened.value, this.cx);
    this.globals.set("FILENAME", path);
    this.globals.set("FNR", 0);
    return true;
  }

  private isDirectory(path: string): boolean {
    if (path === "-") return false;
    const stat = this.cx.process.userland.files.stat(this.cx.process, path);
    return stat.ok && stat.value.type === "dir";
  }

  private *getline(expr: Extract<Expr, { kind: "getline" }>): Run<number> {
    const { from, target } = expr;
    let record: string | null = null;
    if (from === null) {
      yield async () => {
        record = await this.nextRecord();
      };
      if (record === null) return this.isAborted ? -1 : 0;
    } else {
      const name = this.text(yield* this.eval(from.name));
      const source = this.streams.source(name, from.mode === "|");
      if (source === null) return -1;
      yield async () => {
        record = await source.next(this.textOf("RS"));
      };
      if (record === null) return source.reader.errno === null ? 0 : -1;
      if (from.mode === "|") this.globals.set("NR", this.numberOf("NR") + 1);
    }
    if (target === null) this.setRecord(record);
    else yield* this.set(target, new Input(record));
    return 1;
  }

  // ------------------------------------------------------------------------------------------ places

  private *key(keys: readonly Expr[]): Run<readonly [string, boolean]> {
    if (keys.length === 1) {
      const value = yield* this.eval(keys[0]!);
      return [
        this.text(value),
        typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31,
      ];
    }
    const texts: string[] = [];
    for (const key of keys) texts.push(this.text(yield* this.eval(key)));
    return [texts.join(this.textOf("SUBSEP")), false];
  }

  private *get(target: Expr): Run<Value> {
    if (target.kind === "name") return this.variable(target.name);
    if (target.kind === "field") return this.field(toNumber(yield* this.eval(target.index)));
    if (target.kind !== "element") return yield* this.eval(target);
    const [key, isNumber] = yield* this.key(target.keys);
    return this.table(target.name).get(key, isNumber);
  }

  private *set(target: Expr, value: Value): Run<Value> {
    if (target.kind === "name") this.setVariable(target.name, value);
    else if (target.kind === "field")
      this.setField(toNumber(yield* this.eval(target.index)), this.text(value));
    else if (target.kind === "element") {
      const [key, isNumber] = yield* this.key(target.keys);
      this.table(target.name).set(key, value, isNumber);
    } else throw new AwkError("line 1: syntax error at or near =");
    return value;
  }

  // ------------------------------------------------------------------------------------------ expressions

  /** Can it be worked out without waiting? What is so most often needs no generator. */
  private isPlain(expr: Expr): boolean {
    return (
      expr.kind === "number" ||
      expr.kind === "string" ||
      expr.kind === "name" ||
      (expr.kind === "field" && expr.index.kind === "number")
    );
  }

  private plain(expr: Expr): Value {
    if (expr.kind === "name") return this.variable(expr.name);
    if (expr.kind === "field") return this.field((expr.index as { readonly value: number }).value);
    return (expr as { readonly value: Value }).value;
  }

  private *eval(expr: Expr): Run<Value> {
    switch (expr.kind) {
      case "number":
      case "string":
        return expr.value;
      case "regex":
        return expr.regex.test(this.record) ? 1 : 0;
      case "name":
        return this.variable(expr.name);
      case "field":
      case "element":
        return yield* this.get(expr);
      case "group":
        return expr.items.length === 1 ? yield* this.eval(expr.items[0]!) : (yield* this.key(expr.items))[0];
      case "assign": {
        const value = this.isPlain(expr.value) ? this.plain(expr.value) : yield* this.eval(expr.value);
        if (expr.operator === "") return yield* this.set(expr.target, value);
        const before = toNumber(
          this.isPlain(expr.target) ? this.plain(expr.target) : yield* this.get(expr.target),
        );
        const operator = expr.operator === "**" ? "^" : expr.operator;
        return yield* this.set(expr.target, calculate(operator, before, toNumber(value)));
      }
      case "step": {
        const before = toNumber(
          this.isPlain(expr.target) ? this.plain(expr.target) : yield* this.get(expr.target),
        );
        if (expr.target.kind === "name") this.setVariable(expr.target.name, before + expr.by);
        else yield* this.set(expr.target, before + expr.by);
        return expr.isPrefix ? before + expr.by : before;
      }
      case "unary": {
        const value = yield* this.eval(expr.value);
        if (expr.operator === "!") return this.truth(value) ? 0 : 1;
        return expr.operator === "-" ? -toNumber(value) : toNumber(value);
      }
      case "binary":
        return yield* this.binary(expr.operator, expr.left, expr.right);
      case "match": {
        const text = this.text(yield* this.eval(expr.left));
        return (yield* this.regexOf(expr.right)).test(text) !== expr.isNegated ? 1 : 0;
      }
      case "in": {
        const [key] = yield* this.key(expr.keys);
        return this.table(expr.name).has(key) ? 1 : 0;
      }
      case "choice":
        return yield* this.eval(this.truth(yield* this.eval(expr.test)) ? expr.yes : expr.no);
      case "call":
        return yield* this.call(expr.name, expr.args);
      case "getline":
        return yield* this.getline(expr);
    }
  }

  private *regexOf(expr: Expr): Run<PosixRegex> {
    return expr.kind === "regex" ? expr.regex : toRegex(this.text(yield* this.eval(expr)));
  }

  private *binary(operator: string, left: Expr, right: Expr): Run<Value> {
    if (operator === "&&" || operator === "||") {
      const first = this.truth(yield* this.eval(left));
      return first === (operator === "||") ? Number(first) : Number(this.truth(yield* this.eval(right)));
    }
    const a = this.isPlain(left) ? this.plain(left) : yield* this.eval(left);
    const b = this.isPlain(right) ? this.plain(right) : yield* this.eval(right);
    if (operator === " ") return this.text(a) + this.text(b);
    if (!/[<>=]/.test(operator)) return calculate(operator, toNumber(a), toNumber(b));
    const order = this.compare(a, b);
    switch (operator) {
      case "<":
        return Number(order < 0);
      case "<=":
        return Number(order <= 0);
      case "==":
        return Number(order === 0);
      case "!=":
        return Number(order !== 0);
      case ">":
        return Number(order > 0);
      default:
        return Number(order >= 0);
    }
  }

  // ------------------------------------------------------------------------------------------ functions

  private *call(name: string, args: readonly Expr[]): Run<Value> {
    const own = this.program.functions.get(name);
    if (own !== undefined) return yield* this.callOwn(name, args);
    switch (name) {
      case "length": {
        const only = args[0];
        if (only?.kind === "name" && this.scope(only.name).get(only.name) instanceof Table)
          return this.table(only.name).size;
        return countCharacters(only === undefined ? this.record : this.text(yield* this.eval(only)));
      }
      case "split":
        return yield* this.split(args);
      case "sub":
      case "gsub":
        return yield* this.substitute(args, name === "gsub");
      case "match":
        return yield* this.match(args);
      case "close":
      case "system":
      case "fflush":
        return yield* this.ofStreams(name, args);
    }
    const values: Value[] = [];
    for (const arg of args) values.push(yield* this.eval(arg));
    return this.plainCall(name, values);
  }

  private *match(args: readonly Expr[]): Run<number> {
    const text = this.text(yield* this.eval(args[0]!));
    const regex = yield* this.regexOf(args[1]!);
    const match = regex.find(text);
    const start = match === null ? 0 : countCharacters(text.slice(0, match[0])) + 1;
    this.globals.set("RSTART", start);
    this.globals.set("RLENGTH", match === null ? -1 : countCharacters(text.slice(...match)));
    return start;
  }

  private *ofStreams(name: string, args: readonly Expr[]): Run<number> {
    const word = args[0] === undefined ? "" : this.text(yield* this.eval(args[0]));
    let status = 0;
    if (name === "fflush") this.streams.flushAll();
    else
      yield async () => {
        status = name === "close" ? await this.streams.close(word) : await this.streams.system(word);
      };
    return status;
  }

  private now(): number {
    return this.cx.process.userland.options.epoch + Math.floor(this.cx.host.now / 1e9);
  }

  private plainCall(name: string, values: readonly Value[]): Value {
    const text = (i: number) => this.text(values[i]);
    const number = (i: number) => toNumber(values[i]);
    switch (name) {
      case "substr":
        return substr(text(0), number(1), values.length < 3 ? Number.POSITIVE_INFINITY : number(2));
      case "index": {
        const at = text(0).indexOf(text(1));
        return at < 0 ? 0 : countCharacters(text(0).slice(0, at)) + 1;
      }
      case "sprintf":
        return this.format(text(0), values.slice(1), true);
      case "tolower":
        return text(0).replace(/[A-Z]+/g, (part) => part.toLowerCase());
      case "toupper":
        return text(0).replace(/[a-z]+/g, (part) => part.toUpperCase());
      case "int":
        return Math.trunc(number(0));
      case "sqrt":
        return Math.sqrt(number(0));
      case "sin":
        return sin(number(0));
      case "cos":
        return cos(number(0));
      case "atan2":
        return atan2(number(0), number(1));
      case "exp":
        return exp(number(0));
      case "log":
        return log(number(0));
      case "systime":
        return this.now();
      case "strftime":
        return formatDate(
          values.length < 1 ? "%c" : text(0),
          values.length < 2 ? this.now() : Math.trunc(number(1)),
        );
      case "mktime": {
        const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text(0)
          .trim()
          .split(/\s+/)
          .map(Number);
        return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
      }
      case "srand": {
        const before = this.seed;
        this.seed = values.length > 0 ? number(0) : this.now();
        this.random = Math.trunc(this.seed) >>> 0;
        return before;
      }
      case "rand":
        // A step of xorshift on a spread seed, whose top bits are used.
        this.random = Math.imul(this.random ^ (this.random >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9;
        return (((this.random ^ (this.random >>> 13)) >>> 0) % 0x7fff_ffff) / 0x7fff_ffff;
    }
    throw new AwkError(`line 1: function ${name} never defined`);
  }

  private *callOwn(name: string, args: readonly Expr[]): Run<Value> {
    const { params, body } = this.program.functions.get(name)!;
    const frame = new Map<string, Cell>();
    for (const [i, param] of params.entries()) {
      const arg = args[i];
      // An array goes by reference, and an unset name may become one.
      const held = arg?.kind === "name" ? this.scope(arg.name).get(arg.name) : undefined;
      frame.set(param, held instanceof Table ? held : arg === undefined ? undefined : yield* this.eval(arg));
    }
    if (this.locals.length > 1000) throw new AwkError("function call nesting too deep");
    this.locals.push(frame);
    try {
      yield* this.exec(body);
    } catch (jump) {
      if (!(jump instanceof Jump) || jump.to !== "return") throw jump;
      return jump.value;
    } finally {
      this.locals.pop();
      for (const [i, param] of params.entries()) {
        const arg = args[i];
        const made = frame.get(param);
        if (arg?.kind === "name" && made instanceof Table && this.scope(arg.name).get(arg.name) === undefined)
          this.scope(arg.name).set(arg.name, made);
      }
    }
    return undefined;
  }

  private *split(args: readonly Expr[]): Run<number> {
    const target = args[1];
    if (target?.kind !== "name") throw new AwkError("line 1: syntax error at or near )");
    const text = this.text(yield* this.eval(args[0]!));
    const separator =
      args[2] === undefined
        ? this.textOf("FS")
        : args[2].kind === "regex"
          ? args[2].regex
          : this.text(yield* this.eval(args[2]));
    const parts = splitText(text, separator);
    const table = this.table(target.name);
    table.clear();
    for (const [i, part] of parts.entries()) table.set(String(i + 1), new Input(part), true);
    return parts.length;
  }

  private *substitute(args: readonly Expr[], isGlobal: boolean): Run<number> {
    const regex = yield* this.regexOf(args[0]!);
    const replacement = this.text(yield* this.eval(args[1]!));
    const target = args[2] ?? { kind: "field", index: { kind: "number", value: 0 } };
    const before = this.text(yield* this.get(target));
    let count = 0;
    let last = -1;
    let at = 0;
    let result = "";
    for (const [start, end] of regex.all(before)) {
      // Nothing is empty right behind a match.
      if (start === end && start === last) continue;
      count++;
      last = end;
      const match = before.slice(start, end);
      result += before.slice(at, start);
      result += replacement.replace(/\\\\&|\\&|&/g, (mark) =>
        mark === "&" ? match : mark === "\\&" ? "&" : `\\${match}`,
      );
      at = end;
      if (!isGlobal) break;
    }
    result += before.slice(at);
    if (count > 0) yield* this.set(target, result);
    return count;
  }

  // ------------------------------------------------------------------------------------------ statements

  private *exec(stmt: Stmt): Run<void> {
    switch (stmt.kind) {
      case "expr":
        yield* this.eval(stmt.value);
        return;
      case "print":
        yield* this.printStatement(stmt);
        return;
      case "block":
        for (const one of stmt.body) yield* this.exec(one);
        return;
      case "if":
        if (this.truth(yield* this.eval(stmt.test))) yield* this.exec(stmt.yes);
        else if (stmt.no !== null) yield* this.exec(stmt.no);
        return;
      case "while":
        if (stmt.isDo && !(yield* this.body(stmt.body))) return;
        while (this.truth(yield* this.eval(stmt.test))) if (!(yield* this.body(stmt.body))) return;
        return;
      case "for":
        if (stmt.start !== null) yield* this.exec(stmt.start);
        while (stmt.test === null || this.truth(yield* this.eval(stmt.test))) {
          if (!(yield* this.body(stmt.body))) return;
          if (stmt.step !== null) yield* this.exec(stmt.step);
        }
        return;
      case "forIn":
        for (const key of this.table(stmt.array).keys()) {
          this.setVariable(stmt.variable, new Input(key));
          if (!(yield* this.body(stmt.body))) return;
        }
        return;
      case "delete":
        if (stmt.keys === null) this.table(stmt.name).clear();
        else this.table(stmt.name).delete((yield* this.key(stmt.keys))[0]);
        return;
      case "jump":
        throw new Jump(stmt.to, stmt.value === null ? undefined : yield* this.eval(stmt.value));
    }
  }

  private loops = 0;

  /** Runs a loop's body; false: `break`. */
  private *body(stmt: Stmt): Run<boolean> {
    // A loop that only prints must let the reader of a pipe read.
    if (++this.loops % STEPS_PER_COMMAND === 0) yield () => countSteps(this.cx).then(() => this.cx.drain());
    try {
      yield* this.exec(stmt);
    } catch (jump) {
      if (!(jump instanceof Jump) || (jump.to !== "break" && jump.to !== "continue")) throw jump;
      return jump.to === "continue";
    }
    return true;
  }

  private *printStatement({ isFormat, args, to }: Extract<Stmt, { kind: "print" }>): Run<void> {
    const values: Value[] = [];
    for (const arg of args) values.push(yield* this.eval(arg));
    const text = isFormat
      ? this.format(this.text(values[0]), values.slice(1), true)
      : (values.length === 0
          ? this.record
          : values.map((value) => this.text(value, "OFMT")).join(this.textOf("OFS"))) + this.textOf("ORS");
    if (to === null) this.cx.out(text);
    else this.streams.write(to.mode, this.text(yield* this.eval(to.path)), text);
  }
}
