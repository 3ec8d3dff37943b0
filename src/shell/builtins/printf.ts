/**
 * The formats of `printf`: the builtin and the external command share them.
 * @source bash 5.2 builtins/printf.def
 */

import { octetLength, octetsToText, textToOctets } from "../../core/octets.ts";
import { decodeAnsi } from "../expand/ansi.ts";
import { checkLength } from "../limits.ts";
import { type Exact, parseExact, toExponential, toFixed } from "../long-double.ts";
import { quoteBackslash } from "../quote.ts";
import { formatDate } from "../strftime.ts";

export interface PrintfHost {
  /** Writes lines that are complete before something is told; absent: all is written at the end. */
  flush?(lines: string): void;
  complain(text: string): void;
  /** Seconds since 1970. */
  readonly now: number;
}

const SPEC =
  /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:[hlLqjzt]*)(?:\((.*?)\)(?=T))?([bcdeEfFgGiosqQTuxXaA]|(?<=%)%)/y;

interface Spec {
  readonly flags: string;
  readonly width: number | null;
  readonly precision: number | null;
  readonly conversion: string;
  readonly timeFormat: string;
}

class Run {
  text = "";
  status = 0;
  isCut = false;
  private at = 0;

  constructor(
    private readonly args: readonly string[],
    private readonly host: PrintfHost,
  ) {}

  get hasMore(): boolean {
    return this.at < this.args.length;
  }

  private complainOfNumber(arg: string): void {
    const kind = /^0\d/.test(arg) ? "octal " : /^0x/.test(arg) ? "hex " : "";
    this.complain(`${arg}: invalid ${kind}number`);
  }

  private complain(text: string): void {
    const end = this.text.lastIndexOf("\n") + 1;
    if (end > 0 && this.host.flush !== undefined) {
      this.host.flush(this.text.slice(0, end));
      this.text = this.text.slice(end);
    }
    this.host.complain(text);
  }

  private next(): string | undefined {
    return this.args[this.at++];
  }

  /** Applies the format once. */
  once(format: string): void {
    let at = 0;
    while (at < format.length && !this.isCut) {
      const stop = format.indexOf("%", at);
      const end = stop < 0 ? format.length : stop;
      this.text += decodeAnsi(format.slice(at, end), false).text;
      if (stop < 0) return;
      SPEC.lastIndex = stop;
      const match = SPEC.exec(format);
      if (match === null) {
        const bad = /^%[-+ #0']*(?:\*|\d+)?(?:\.(?:\*|-?\d*))?[hlLqjzt]*(.?)/su.exec(format.slice(stop))![1];
        this.complain(
          bad === ""
            ? `\`${format.slice(stop)}': missing format character`
            : `\`${bad}': invalid format character`,
        );
        this.status = 1;
        this.isCut = true;
        return;
      }
      at = SPEC.lastIndex;
      this.convert(this.spec(match));
    }
  }

  private spec([, flags, width, precision, timeFormat, conversion]: RegExpExecArray): Spec {
    const size = (text: string | undefined) =>
      text === undefined ? null : text === "*" ? Number(this.integer(this.next() ?? "0")) : Number(text || 0);
    const wide = size(width);
    const precise = size(precision);
    // A width is no reason to take all memory.
    checkLength(Math.max(Math.abs(wide ?? 0), precise ?? 0));
    const isLeft = wide !== null && wide < 0;
    return {
      flags: isLeft ? `${flags}-` : flags!,
      width: wide === null ? null : Math.abs(wide),
      precision: precise !== null && precise < 0 ? null : precise,
      conversion: conversion!,
      timeFormat: timeFormat ?? "",
    };
  }

  private convert(spec: Spec): void {
    const { conversion } = spec;
    if (conversion === "%") {
      this.text += "%";
      return;
    }
    const arg = this.next();
    let text: string;
    if ("diouxX".includes(conversion))
      text = pad(integerText(spec, this.inRange(arg ?? "0", conversion)), spec, spec.precision === null);
    else if ("eEfFgGaA".includes(conversion)) text = pad(floatText(spec, this.float(arg ?? "0")), spec, true);
    else if (conversion === "T") text = pad(formatDate(spec.timeFormat || "%X", this.time(arg)), spec, false);
    else text = pad(this.string(spec, arg ?? ""), spec, false);
    // Only now: what is told on the way writes what is there.
    this.text += text;
  }

  /** What does not fit becomes the nearest that does. */
  private inRange(arg: string, conversion: string): bigint {
    const value = this.integer(arg);
    const isSigned = conversion === "d" || conversion === "i";
    const [least, most] = [-(1n << 63n), isSigned ? (1n << 63n) - 1n : (1n << 64n) - 1n];
    if (value >= least && value <= most) return value;
    this.complain(`warning: ${arg}: Numerical result out of range`);
    return value < least ? (isSigned ? least : most) : most;
  }

  private time(arg: string | undefined): number {
    return arg === undefined || arg === "-1" || arg === "-2" ? this.host.now : Number(this.integer(arg));
  }

  private string({ conversion, precision }: Spec, arg: string): string {
    let text = arg;
    if (conversion === "c") return octetsToText(textToOctets(arg).slice(0, 1)) || "\0";
    const cut = (whole: string) =>
      precision === null ? whole : octetsToText(textToOctets(whole).slice(0, precision));
    if (conversion === "Q") return quoteBackslash(cut(arg));
    if (conversion === "q") return cut(quoteBackslash(arg));
    if (conversion === "b") {
      const decoded = decodeAnsi(arg.replace(/\\([1-7][0-7]{0,2})/g, "\\0$1"), true);
      text = decoded.text;
      this.isCut = decoded.isCut;
    }
    return cut(text);
  }

  private integer(arg: string): bigint {
    if (/^["']/.test(arg)) return BigInt(quotedCode(arg));
    if (arg === "") return 0n;
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(arg);
    if (match === null || match[0].length !== arg.length) {
      this.complainOfNumber(arg);
      this.status = 1;
    }
    if (match === null) return 0n;
    const digits = match[2]!;
    const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return match[1] === "-" ? -value : value;
  }

  private float(arg: string): Float {
    if (/^["']/.test(arg)) return { isNegative: false, value: parseExact(String(quotedCode(arg))), name: "" };
    const match =
      /^\s*([-+]?)(0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)/i.exec(arg);
    if ((match === null || match[0].length !== arg.length) && arg !== "") {
      this.complainOfNumber(arg);
      this.status = 1;
    }
    const isNegative = match?.[1] === "-";
    const digits = match?.[2] ?? "0";
    if (/^[in]/i.test(digits)) return { isNegative, value: null, name: /^i/i.test(digits) ? "inf" : "nan" };
    return { isNegative, value: parseExact(digits), name: "" };
  }
}

/** Of `'x`: the number of the character, or of an octet that is none. */
function quotedCode(arg: string): number {
  const code = arg.codePointAt(1) ?? 0;
  return code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code;
}

function integerText({ conversion, flags, precision }: Spec, value: bigint): string {
  const isSigned = conversion === "d" || conversion === "i";
  const number = isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  const magnitude = number < 0n ? -number : number;
  const base = conversion === "o" ? 8 : conversion === "x" || conversion === "X" ? 16 : 10;
  let digits = magnitude.toString(base);
  if (flags.includes("'") && base === 10) digits = digits.replace(/\B(?=(\d{3})+$)/g, "");
  if (precision !== null) digits = digits.padStart(precision, "0");
  const prefix =
    flags.includes("#") && number !== 0n ? { 8: "0", 16: "0x", 10: "" }[base as 8 | 10 | 16] : "";
  const sign =
    number < 0n ? "-" : !isSigned ? "" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const text = sign + prefix + digits;
  return conversion === "X" ? text.toUpperCase() : text;
}

/** A number with its sign; `value` is null when it is none, or endless. */
interface Float {
  readonly isNegative: boolean;
  readonly value: Exact | null;
  readonly name: "inf" | "nan" | "";
}

function floatText({ conversion, flags, precision: given }: Spec, float: Float): string {
  const precision = given ?? 6;
  const sign = float.isNegative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const lower = conversion.toLowerCase();
  const text =
    float.value === null
      ? float.name
      : lower === "f"
        ? withPoint(toFixed(float.value, precision), flags)
        : lower === "e"
          ? exponential(float.value, precision, flags)
          : general(float.value, precision === 0 ? 1 : precision, flags);
  return sign + (conversion === lower ? text : text.toUpperCase());
}

/** `#` keeps a point behind which nothing stands. */
function withPoint(text: string, flags: string): string {
  return flags.includes("#") && !text.includes(".") ? `${text}.` : text;
}

function exponential(value: Exact, places: number, flags: string): string {
  const { digits, exponent } = toExponential(value, places);
  const mantissa = places === 0 ? digits : `${digits[0]}.${digits.slice(1)}`;
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${withPoint(mantissa, flags)}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** `%g`: the shorter of the two, without zeros at the end. */
function general(value: Exact, significant: number, flags: string): string {
  const { exponent } = toExponential(value, significant - 1);
  const isShort = exponent < -4 || exponent >= significant;
  const text = isShort
    ? exponential(value, significant - 1, flags)
    : withPoint(toFixed(value, significant - 1 - exponent), flags);
  return flags.includes("#") ? text : text.replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
}

function pad(text: string, { flags, width }: Spec, isNumber: boolean): string {
  const missing = (width ?? 0) - (isNumber ? text.length : octetLength(text));
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + " ".repeat(missing);
  if (!isNumber || !flags.includes("0")) return " ".repeat(missing) + text;
  const head = /^[-+ ]?(0[xX])?/.exec(text)![0];
  return head + "0".repeat(missing) + text.slice(head.length);
}

/** Applies a format as often as there are arguments for it. */
export function formatAll(
  format: string,
  args: readonly string[],
  host: PrintfHost,
  /** The format is applied once, whatever is left. */
  isOnce = false,
): { readonly text: string; readonly status: number } {
  const run = new Run(args, host);
  const takesArguments = /%[^%]/.test(format.replaceAll("%%", ""));
  do run.once(format);
  while (!isOnce && run.hasMore && takesArguments && !run.isCut);
  return { text: run.text, status: run.status };
}
