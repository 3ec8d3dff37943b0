/**
 * seq(1) of GNU coreutils, and yes(1). Decimal numbers are added exactly, as `long double` does for those that people write.
 * @source coreutils 9.1, src/seq.c, src/yes.c
 */
import { textToOctets } from "../../core/octets.ts";
import { formatAll } from "../builtins/printf.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";

const BLOCK = 8192;
const FORMAT = /^((?:[^%]|%%)*)%([-+#0 ']*\d*(?:\.\d*)?)L?([efgaEFGA])((?:[^%]|%%)*)$/s;

/** A decimal number: `units` of 10^-`places`; infinite ones have no units. */
interface Decimal {
  readonly units: bigint;
  readonly places: number;
  readonly infinity: -1 | 0 | 1;
}

function decimalOf(text: string): Decimal | "nan" | null {
  const infinite = /^\s*([-+]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return { units: 0n, places: 0, infinity: infinite[1] === "-" ? -1 : 1 };
  if (/^\s*[-+]?nan$/i.test(text)) return "nan";
  if (/^\s*[-+]?0x[0-9a-f]+$/i.test(text)) {
    const value = BigInt(text.trim().replace(/^[-+]/, ""));
    return { units: text.trim().startsWith("-") ? -value : value, places: 0, infinity: 0 };
  }
  const match = /^\s*([-+]?)(\d*)(?:\.(\d*))?(?:e([-+]?\d+))?$/i.exec(text);
  if (match === null || (match[2] === "" && (match[3] ?? "") === "")) return null;
  const digits = match[2]! + (match[3] ?? "");
  const places = (match[3]?.length ?? 0) - Number(match[4] ?? 0);
  const units = BigInt(digits || "0") * (places < 0 ? 10n ** BigInt(-places) : 1n);
  return { units: match[1] === "-" ? -units : units, places: Math.max(0, places), infinity: 0 };
}

function atPlaces({ units, places }: Decimal, wanted: number): bigint {
  return wanted >= places ? units * 10n ** BigInt(wanted - places) : units / 10n ** BigInt(places - wanted);
}

function fixed(units: bigint, places: number): string {
  if (places === 0) return units.toString();
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

export const seq: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "w",
    values: "fs",
    long: { "equal-width": "w", format: "f", separator: "s" },
    stopsAtOperand: true,
    hasNegativeOperands: true,
  });
  if (parsed === null) return 1;
  const { operands, has } = parsed;
  if (operands.length === 0) return usageError(cx, "missing operand");
  if (operands.length > 3) return usageError(cx, `extra operand ${quote(cx, operands[3]!)}`);
  const format = parsed.value("f");
  if (format !== undefined && !checkFormat(cx, format)) return 1;
  if (format !== undefined && has("w"))
    return usageError(cx, "format string may not be specified when printing equal width strings");
  const numbers: Decimal[] = [];
  for (const text of operands) {
    const number = decimalOf(text);
    if (number === null) return usageError(cx, `invalid floating point argument: ${quote(cx, text)}`);
    if (number === "nan")
      return usageError(cx, `invalid ${quote(cx, "not-a-number")} argument: ${quote(cx, text)}`);
    numbers.push(number);
  }
  const one: Decimal = { units: 1n, places: 0, infinity: 0 };
  const first = numbers.length === 1 ? one : numbers[0]!;
  const step = numbers.length === 3 ? numbers[1]! : one;
  const last = numbers.at(-1)!;
  if (step.units === 0n && step.infinity === 0)
    return usageError(cx, `invalid Zero increment value: ${quote(cx, operands[1]!)}`);
  return print(cx, first, step, last, {
    format: format ?? null,
    separator: textToOctets(parsed.value("s") ?? "\n"),
    isPadded: has("w"),
    isNegativeZero:
      numbers.length > 1 && first.units === 0n && /^\s*-/.test(operands[0]!) && format === undefined,
  });
};

function checkFormat(cx: ToolContext, format: string): boolean {
  if (FORMAT.test(format)) return true;
  const rest = format.replaceAll("%%", "");
  const at = rest.indexOf("%");
  const shown = quote(cx, format);
  if (at < 0) cx.err(`seq: format ${shown} has no % directive\n`);
  else {
    const directive = /^%[-+#0 ']*\d*(?:\.\d*)?L?(.?)/su.exec(rest.slice(at))!;
    if (directive[1] === "") cx.err(`seq: format ${shown} ends in %\n`);
    else if (!/[efgaEFGA]/.test(directive[1]!))
      cx.err(`seq: format ${shown} has unknown %${directive[1]} directive\n`);
    else cx.err(`seq: format ${shown} has too many % directives\n`);
  }
  return false;
}

interface Style {
  readonly format: string | null;
  readonly separator: string;
  readonly isPadded: boolean;
  /** It begins with `-0`. */
  readonly isNegativeZero: boolean;
}

async function print(
  cx: ToolContext,
  first: Decimal,
  step: Decimal,
  last: Decimal,
  { format, separator, isPadded, isNegativeZero }: Style,
): Promise<number> {
  const places = Math.max(first.places, step.places);
  const scale = Math.max(places, last.places);
  const isDown = step.units < 0n;
  const end = last.infinity !== 0 ? null : atPlaces(last, scale);
  if (end === null && last.infinity < 0 !== isDown) return 0;
  if (first.infinity !== 0) return 0;
  const by = atPlaces(step, scale);
  const isPast = (value: bigint) => end !== null && (isDown ? value < end : value > end);
  const width =
    isPadded && end !== null
      ? Math.max(fixed(atPlaces(first, places), places).length, fixed(atPlaces(last, places), places).length)
      : 0;
  const shorten = 10n ** BigInt(scale - places);
  const escaped = format?.replaceAll("\\", "\\\\").replace(/%([^%]*?)L?([efgaEFGA])/, "%$1$2") ?? null;
  const show = (value: bigint) => {
    const text = fixed(value / shorten, places);
    if (escaped !== null) return formatAll(escaped, [text], { complain: () => {}, now: 0 }).text;
    if (text.length >= width) return text;
    return text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
  };
  let value = atPlaces(first, scale);
  if (isPast(value)) return 0;
  if (isNegativeZero) {
    value += by;
    if (!isPadded) cx.out(`-${fixed(0n, places)}${isPast(value) ? "\n" : separator}`);
    if (isPast(value)) return 0;
  }
  // Whole numbers that JavaScript holds exactly are counted as such, which is ten times as quick.
  const isPlain = scale === 0 && escaped === null && end !== null && fits(value) && fits(end) && fits(by);
  if (isPlain) await printPlain(cx, Number(value), Number(by), Number(end), separator, width);
  else
    for (;;) {
      let block = "";
      let isOver = false;
      while (block.length < BLOCK && !isOver) {
        block += show(value);
        value += by;
        isOver = isPast(value);
        if (!isOver) block += separator;
      }
      cx.outOctets(block);
      await cx.drain();
      if (isOver) break;
    }
  cx.out("\n");
  return 0;
}

function fits(value: bigint): boolean {
  return value < 1n << 52n && value > -(1n << 52n);
}

async function printPlain(
  cx: ToolContext,
  first: number,
  step: number,
  last: number,
  separator: string,
  width: number,
): Promise<void> {
  const pad = (value: number) =>
    value < 0 ? `-${String(-value).padStart(width - 1, "0")}` : String(value).padStart(width, "0");
  let block = width > 0 ? pad(first) : String(first);
  for (let value = first + step; step < 0 ? value >= last : value <= last; value += step) {
    block += separator + (width > 0 ? pad(value) : value);
    if (block.length < BLOCK) continue;
    cx.outOctets(block);
    block = "";
    await cx.drain();
  }
  cx.outOctets(block);
}

/** What a write of `yes` costs, in nanoseconds: its time must pass, or nothing could end it. */
const YES_COST = 100_000;

export const yes: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "", stopsAtOperand: true });
  if (parsed === null) return 1;
  const line = `${parsed.operands.length > 0 ? textToOctets(parsed.operands.join(" ")) : "y"}\n`;
  const block = line.repeat(Math.max(1, Math.floor(BLOCK / line.length)));
  for (;;) {
    if (cx.writeOctets(block) !== null) return 1;
    await cx.drain();
    await cx.sleep(YES_COST);
  }
};
