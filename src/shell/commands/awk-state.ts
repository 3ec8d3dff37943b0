/** What a program of awk(1) reads and changes: variables, arrays, the record and its fields. */
import { formatAll } from "../builtins/printf.ts";
import { compareOctets } from "../text.ts";
import type { ToolContext } from "../tool.ts";
import { Table } from "./awk-table.ts";
import { AwkError } from "./awk-tree.ts";
import { Input, looksNumeric, splitText, toNumber, type Value } from "./awk-values.ts";

/** mawk prints whole numbers above as any others. */
const INTEGER_MAX = 0x7fff_ffff;

export type Cell = Value | Table;

/** An error while the program runs: it says where in the input. */
export class AwkRunError extends Error {}

export abstract class AwkState {
  protected readonly globals = new Map<string, Cell>();
  protected readonly locals: Map<string, Cell>[] = [];
  private record_ = "";
  private fields: string[] = [];
  /** Are the fields those of the record? They are made when one is asked for. */
  private isSplit = true;
  /** Are fields newer than the record? */
  private isStale = false;

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
    const environment = new Table();
    for (const [name, value] of cx.env) environment.set(name, new Input(value));
    this.globals.set("ENVIRON", environment);
  }

  protected get record(): string {
    if (this.isStale) {
      this.record_ = this.fields.join(this.textOf("OFS"));
      this.isStale = false;
    }
    return this.record_;
  }

  protected textOf(name: string): string {
    return this.text(this.globals.get(name) as Value);
  }

  protected numberOf(name: string): number {
    return toNumber(this.globals.get(name) as Value);
  }

  protected text(value: Value, format = "CONVFMT"): string {
    if (value === undefined) return "";
    if (typeof value === "string") return value;
    if (value instanceof Input) return value.text;
    if (Number.isInteger(value) && Math.abs(value) <= INTEGER_MAX) return String(value === 0 ? 0 : value);
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    return this.format(this.textOf(format), [value]);
  }

  protected truth(value: Value): boolean {
    if (typeof value === "number") return value !== 0;
    if (value instanceof Input) return looksNumeric(value) ? toNumber(value) !== 0 : value.text !== "";
    return value !== undefined && value !== "";
  }

  protected compare(a: Value, b: Value): number {
    const isNumeric = (value: Value) =>
      value === undefined || typeof value === "number" || (value instanceof Input && looksNumeric(value));
    if (isNumeric(a) && isNumeric(b) && !(a === undefined && typeof b === "string"))
      return toNumber(a) - toNumber(b);
    return compareOctets(this.text(a), this.text(b));
  }

  protected format(format: string, args: readonly Value[], isStrict = false): string {
    let at = 0;
    let out = "";
    const conversion = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]*([a-zA-Z%])/g;
    let from = 0;
    for (const match of format.matchAll(conversion)) {
      out += format.slice(from, match.index);
      from = match.index + match[0].length;
      if (match[4] === "%") {
        out += "%";
        continue;
      }
      const words = [match[2], match[3]].filter((one) => one === "*").length + 1;
      if (at + words > args.length && isStrict) {
        this.cx.out(out);
        throw new AwkRunError(`not enough arguments passed to printf("${format}")`);
      }
      out += this.convert(match, args.slice(at, at + words));
      at += words;
    }
    return out + format.slice(from);
  }

  private convert([whole, , , , letter]: RegExpMatchArray, args: readonly Value[]): string {
    const value = args.at(-1);
    const words = args.slice(0, -1).map((one) => String(Math.trunc(toNumber(one))));
    let spec = whole!;
    const number = toNumber(value);
    if ("dioxXu".includes(letter!)) {
      // What no integer holds becomes the greatest or the least of 64 bits.
      const limit = 2n ** 63n;
      const whole =
        Number.isNaN(number) || number < -(2 ** 63)
          ? -limit
          : number >= 2 ** 63
            ? limit - 1n
            : BigInt(Math.trunc(number));
      words.push(String(whole));
    } else if ("eEfFgG".includes(letter!)) {
      words.push(
        Number.isFinite(number) ? String(number) : Number.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf",
      );
    } else if (letter === "c") {
      const isCode = typeof value === "number" || (value instanceof Input && looksNumeric(value));
      spec = `${spec.slice(0, -1)}s`;
      words.push(
        isCode ? String.fromCodePoint(Math.trunc(number) & 0x10_ffff) : this.text(value).slice(0, 1),
      );
    } else words.push(this.text(value));
    return formatAll(spec.replaceAll("\\", "\\\\"), words, { complain: () => {}, now: 0 }, true).text;
  }

  // ------------------------------------------------------------------------------------------ the record

  protected setRecord(text: string): void {
    this.record_ = text;
    this.isSplit = false;
    this.isStale = false;
  }

  private splitRecord(): void {
    if (this.isSplit) return;
    this.isSplit = true;
    const separator = this.textOf("FS");
    this.fields = splitText(this.record_, separator);
    if (this.record_ === "") this.fields = [];
    this.globals.set("NF", this.fields.length);
  }

  protected field(index: number): Value {
    if (!(index >= 0)) throw new AwkRunError(`negative field index $${index}`);
    if (index === 0) return new Input(this.record);
    this.splitRecord();
    const field = this.fields[Math.trunc(index) - 1];
    return field === undefined ? undefined : new Input(field);
  }

  protected setField(index: number, text: string): void {
    if (!(index >= 0)) throw new AwkRunError(`negative field index $${index}`);
    if (index > 100_000)
      throw new AwkRunError(`program limit exceeded: maximum field index\n\t(index=${index})`);
    if (index === 0) {
      this.setRecord(text);
      return;
    }
    this.splitRecord();
    while (this.fields.length < index) this.fields.push("");
    this.fields[index - 1] = text;
    this.globals.set("NF", this.fields.length);
    this.isStale = true;
  }

  // ------------------------------------------------------------------------------------------ names

  protected scope(name: string): Map<string, Cell> {
    const local = this.locals.at(-1);
    return local?.has(name) ? local : this.globals;
  }

  protected table(name: string): Table {
    const scope = this.scope(name);
    const known = scope.get(name);
    if (known instanceof Table) return known;
    if (known !== undefined) throw new AwkError(`line 1: illegal reference to variable ${name}`);
    const table = new Table();
    scope.set(name, table);
    return table;
  }

  protected variable(name: string): Value {
    if (name === "NF") this.splitRecord();
    const value = this.scope(name).get(name);
    if (value instanceof Table) throw new AwkError(`line 1: illegal reference to array ${name}`);
    return value;
  }

  protected setVariable(name: string, value: Value): void {
    const scope = this.scope(name);
    if (scope.get(name) instanceof Table) throw new AwkError(`line 1: illegal reference to array ${name}`);
    if (name === "NF" && scope === this.globals) {
      this.splitRecord();
      const size = Math.max(0, Math.trunc(toNumber(value)));
      this.fields = Array.from({ length: size }, (_, i) => this.fields[i] ?? "");
      this.isStale = true;
    } else if (name === "FS" || name === "RS") this.splitRecord();
    scope.set(name, value);
  }
}
