/** What a program of awk(1) reads and changes: variables, arrays, the record and its fields. */
import { formatAll } from "../builtins/printf.ts";
import { compareOctets } from "../text.ts";
import type { ToolContext } from "../tool.ts";
import { AwkError, type Expr } from "./awk-tree.ts";
import { Input, looksNumeric, splitText, type Table, toNumber, type Value } from "./awk-values.ts";

/** mawk prints whole numbers above as any others. */
const INTEGER_MAX = 0x7fff_ffff;

export abstract class AwkState {
  protected readonly globals = new Map<string, Value | Table>();
  protected readonly locals: Map<string, Value | Table>[] = [];
  protected record = "";
  private fields: string[] = [];

  constructor(protected readonly cx: ToolContext) {
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

  protected abstract eval(expr: Expr): Value;

  protected text(value: Value, format = "CONVFMT"): string {
    if (value === undefined) return "";
    if (typeof value === "string") return value;
    if (value instanceof Input) return value.text;
    if (Number.isInteger(value) && Math.abs(value) <= INTEGER_MAX) return String(value);
    return this.format(this.text(this.globals.get(format) as Value), [value]);
  }

  protected truth(value: Value): boolean {
    if (typeof value === "number") return value !== 0;
    if (value instanceof Input) return looksNumeric(value) ? toNumber(value) !== 0 : value.text !== "";
    return value !== undefined && value !== "";
  }

  protected compare(a: Value, b: Value): number {
    const isNumeric = (value: Value) =>
      value === undefined || typeof value === "number" || (value instanceof Input && looksNumeric(value));
    if (isNumeric(a) && isNumeric(b)) return toNumber(a) - toNumber(b);
    return compareOctets(this.text(a), this.text(b));
  }

  protected format(format: string, args: readonly Value[]): string {
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

  protected setRecord(text: string): void {
    this.record = text;
    this.fields = splitText(text, this.text(this.globals.get("FS") as Value));
    this.globals.set("NF", this.fields.length);
  }

  protected scope(name: string): Map<string, Value | Table> {
    const local = this.locals.at(-1);
    return local?.has(name) ? local : this.globals;
  }

  protected table(name: string): Table {
    const scope = this.scope(name);
    const known = scope.get(name);
    if (known instanceof Map) return known;
    const table: Table = new Map();
    scope.set(name, table);
    return table;
  }

  protected key(keys: readonly Expr[]): string {
    return keys.map((key) => this.text(this.eval(key))).join(this.text(this.globals.get("SUBSEP") as Value));
  }

  protected get(target: Expr): Value {
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

  protected set(target: Expr, value: Value): Value {
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

  protected setField(index: number, text: string): void {
    if (index === 0) {
      this.setRecord(text);
      return;
    }
    while (this.fields.length < index) this.fields.push("");
    this.fields[index - 1] = text;
    this.globals.set("NF", this.fields.length);
    this.join();
  }

  protected join(): void {
    this.record = this.fields.join(this.text(this.globals.get("OFS") as Value));
  }
}
