/**
 * awk(1), as mawk prints: the language of POSIX without getline, pipes and the transcendental functions, whose last digits differ
 * from host to host.
 * @source POSIX.1-2017 XCU awk; mawk 1.3.4
 */
import { strerror } from "../../core/errno.ts";
import { formatAll } from "../builtins/printf.ts";
import { compareOctets, countCharacters, sliceCharacters } from "../text.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { AwkError, type Expr, type Program, parseAwk, type Stmt, toRegex } from "./awk-parse.ts";
import { parseOptions } from "./options.ts";

/** A text that came from input, and is a number if it looks like one. */
class Input {
  constructor(readonly text: string) {}
}
type Value = number | string | Input | undefined;
type Table = Map<string, Value>;

class Jump {
  constructor(
    readonly to: "next" | "break" | "continue" | "exit" | "return",
    readonly value: Value,
  ) {}
}

/** mawk prints whole numbers above as any others. */
const INTEGER_MAX = 0x7fff_ffff;
const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;

function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  const text = value instanceof Input ? value.text : (value ?? "");
  return Number(NUMBER.exec(text)?.[0] ?? 0);
}

function looksNumeric({ text }: Input): boolean {
  return NUMBER.exec(text)?.[0].length === text.trimEnd().length && text.trim() !== "";
}

class Awk {
  private readonly globals = new Map<string, Value | Table>();
  private readonly locals: Map<string, Value | Table>[] = [];
  private fields: string[] = [];
  private record = "";
  private readonly files = new Map<string, number>();
  private readonly active = new Set<number>();
  private seed = 0;
  status = 0;

  constructor(
    private readonly program: Program,
    private readonly cx: ToolContext,
  ) {
    for (const [name, value] of [
      ["FS", " "],
      ["OFS", " "],
      ["ORS", "\n"],
      ["RS", "\n"],
      ["SUBSEP", "\x1c"],
      ["OFMT", "%.6g"],
      ["CONVFMT", "%.6g"],
    ] as const)
      this.globals.set(name, value);
    for (const name of ["NR", "NF", "FNR", "RSTART"]) this.globals.set(name, 0);
    this.globals.set("RLENGTH", -1);
    this.globals.set("ENVIRON", new Map([...cx.env].map(([name, value]) => [name, new Input(value)])));
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

  // ------------------------------------------------------------------------------------------ values

  private text(value: Value, format = "CONVFMT"): string {
    if (value === undefined) return "";
    if (typeof value === "string") return value;
    if (value instanceof Input) return value.text;
    if (Number.isInteger(value) && Math.abs(value) <= INTEGER_MAX) return String(value);
    return this.format(this.text(this.globals.get(format) as Value), [value]);
  }

  private truth(value: Value): boolean {
    if (typeof value === "number") return value !== 0;
    if (value instanceof Input) return looksNumeric(value) ? toNumber(value) !== 0 : value.text !== "";
    return value !== undefined && value !== "";
  }

  private compare(a: Value, b: Value): number {
    const isNumeric = (value: Value) =>
      value === undefined || typeof value === "number" || (value instanceof Input && looksNumeric(value));
    if (isNumeric(a) && isNumeric(b)) return toNumber(a) - toNumber(b);
    return compareOctets(this.text(a), this.text(b));
  }

  private format(format: string, args: readonly Value[]): string {
    // %d and its like take the whole part, %c a character by number.
    let at = 0;
    const words: string[] = [];
    for (const [, star, precision, conversion] of format
      .replaceAll("%%", "")
      .matchAll(/%[-+ #0]*(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z])/g)) {
      for (const one of [star, precision])
        if (one === "*") words.push(String(Math.trunc(toNumber(args[at++]))));
      const value = args[at++];
      if ("dioxXu".includes(conversion!)) words.push(String(BigInt(Math.trunc(toNumber(value)) || 0)));
      else if ("eEfFgG".includes(conversion!)) words.push(String(toNumber(value)));
      else if (conversion === "c" && typeof value === "number") words.push(String.fromCodePoint(value));
      else words.push(this.text(value));
    }
    return formatAll(format.replaceAll("\\", "\\\\"), words, { complain: () => {}, now: 0 }, true).text;
  }

  private setRecord(text: string): void {
    this.record = text;
    this.fields = this.splitText(text, this.text(this.globals.get("FS") as Value));
    this.globals.set("NF", this.fields.length);
  }

  private splitText(text: string, separator: string | RegExp): string[] {
    if (text === "") return [];
    if (separator === " ") return text.trim() === "" ? [] : text.trim().split(/[ \t\n]+/);
    if (separator === "") return [...text];
    if (typeof separator === "string" && separator.length === 1 && separator !== "\\")
      return text.split(separator);
    const parts: string[] = [];
    let from = 0;
    for (const match of text.matchAll(typeof separator === "string" ? toRegex(separator) : separator)) {
      if (match[0] === "") continue;
      parts.push(text.slice(from, match.index));
      from = match.index + match[0].length;
    }
    return [...parts, text.slice(from)];
  }

  private scope(name: string): Map<string, Value | Table> {
    const local = this.locals.at(-1);
    return local?.has(name) ? local : this.globals;
  }

  private table(name: string): Table {
    const scope = this.scope(name);
    const known = scope.get(name);
    if (known instanceof Map) return known;
    const table: Table = new Map();
    scope.set(name, table);
    return table;
  }

  private key(keys: readonly Expr[]): string {
    return keys.map((key) => this.text(this.eval(key))).join(this.text(this.globals.get("SUBSEP") as Value));
  }

  private get(target: Expr): Value {
    if (target.kind === "name") {
      const value = this.scope(target.name).get(target.name);
      if (value instanceof Map) throw new AwkError(`attempt to use array ${target.name} in a scalar context`);
      return value;
    }
    if (target.kind === "field") {
      const index = toNumber(this.eval(target.index));
      if (index < 0) throw new AwkError(`attempt to access field ${index}`);
      if (index === 0) return new Input(this.record);
      const field = this.fields[index - 1];
      return field === undefined ? undefined : new Input(field);
    }
    if (target.kind !== "element") return this.eval(target);
    const table = this.table(target.name);
    const key = this.key(target.keys);
    if (!table.has(key)) table.set(key, undefined);
    return table.get(key);
  }

  private set(target: Expr, value: Value): Value {
    if (target.kind === "element") this.table(target.name).set(this.key(target.keys), value);
    else if (target.kind === "field") this.setField(toNumber(this.eval(target.index)), this.text(value));
    else if (target.kind === "name") {
      this.scope(target.name).set(target.name, value);
      if (target.name === "NF") {
        const size = toNumber(value);
        this.fields = Array.from({ length: size }, (_, i) => this.fields[i] ?? "");
        this.join();
      }
    } else throw new AwkError("cannot assign");
    return value;
  }

  private setField(index: number, text: string): void {
    if (index === 0) {
      this.setRecord(text);
      return;
    }
    while (this.fields.length < index) this.fields.push("");
    this.fields[index - 1] = text;
    this.globals.set("NF", this.fields.length);
    this.join();
  }

  private join(): void {
    this.record = this.fields.join(this.text(this.globals.get("OFS") as Value));
  }

  // ------------------------------------------------------------------------------------------ expressions

  private eval(expr: Expr): Value {
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
        return this.set(expr.target, this.calculate(expr.operator, toNumber(this.get(expr.target)), right));
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
    if (!/[<>=]/.test(operator)) return this.calculate(operator, toNumber(a), toNumber(b));
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

  private calculate(operator: string, a: number, b: number): number {
    switch (operator) {
      case "+":
        return a + b;
      case "-":
        return a - b;
      case "*":
        return a * b;
      case "/":
        if (b === 0) throw new AwkError("division by zero");
        return a / b;
      case "%":
        if (b === 0) throw new AwkError("division by zero in %");
        return a % b;
      default: {
        if (!Number.isInteger(b)) throw new AwkError("a power that is not a whole number is not supported");
        let result = 1;
        for (let i = 0; i < Math.abs(b); i++) result *= a;
        return b < 0 ? 1 / result : result;
      }
    }
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
        return this.substr(text(0), number(1), args[2] === undefined ? Number.POSITIVE_INFINITY : number(2));
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

  private substr(text: string, start: number, length: number): string {
    const whole = Math.trunc(start);
    // A start before the text makes mawk's part longer, not shorter.
    const size = whole < 1 ? length - whole : length;
    const from = Math.max(whole, 1) - 1;
    return sliceCharacters(
      text,
      from,
      Math.max(from, Math.min(from + Math.trunc(size), countCharacters(text))),
    );
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
    const parts = this.splitText(text, separator);
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

export const awk: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "", values: "Fvf", stopsAtOperand: true });
  if (parsed === null) return 2;
  const operands = [...parsed.operands];
  const sources: string[] = [];
  for (const path of parsed.all("f")) {
    const read = await readFile(cx, path);
    if (!read.ok) {
      cx.err(`awk: cannot open ${path} (${strerror(read.errno)})\n`);
      return 2;
    }
    sources.push(read.value);
  }
  if (sources.length === 0) {
    const source = operands.shift();
    if (source === undefined) {
      cx.err("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
      return 2;
    }
    sources.push(source);
  }
  try {
    const run = new Awk(parseAwk(sources.join("\n")), cx);
    const separator = parsed.value("F");
    if (separator !== undefined) run.assign(`FS=${separator === "t" ? "\t" : separator}`);
    for (const text of parsed.all("v")) run.assign(text);
    await run.run(operands);
    return run.status;
  } catch (error) {
    if (!(error instanceof AwkError)) throw error;
    cx.err(`awk: ${error.message}\n`);
    return 2;
  }
};
