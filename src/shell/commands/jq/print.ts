/**
 * Writes JSON as jq does: indented or not, sorted, in ASCII, in colours.
 * @source jq 1.6
 */
import { isArray, isObject, type Json, type JsonObject, numberText, quote, sortedKeys } from "./values.ts";

export interface PrintOptions {
  /** Text of one level; null: all on one line. */
  readonly indent: string | null;
  readonly sortsKeys: boolean;
  readonly isAscii: boolean;
  /** Colours of null, false, true, numbers, strings, arrays, objects; null: none. */
  readonly colors: readonly string[] | null;
}

const RESET = "\u001b[0m";
const FIELD_COLOR = "\u001b[34;1m";
export const DEFAULT_COLORS: readonly string[] = ["1;30", "0;39", "0;39", "0;39", "0;32", "1;39", "1;39"].map(
  (code) => `\u001b[${code}m`,
);

/** The colours of the variable `JQ_COLORS`, which names the first ones. */
export function colorsOf(setting: string | undefined): readonly string[] {
  if (setting === undefined || !/^[0-9;:]*$/.test(setting)) return DEFAULT_COLORS;
  const given = setting.split(":");
  return DEFAULT_COLORS.map((usual, i) => (given[i] === undefined ? usual : `\u001b[${given[i]}m`));
}

export function printJson(value: Json, options: PrintOptions): string {
  return options.colors === null
    ? plain(value, options, "\n")
    : colored(value, options, options.colors, "\n");
}

function text(value: string, isAscii: boolean): string {
  const quoted = quote(value);
  if (!isAscii) return quoted;
  return quoted.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function scalar(value: Json, isAscii: boolean): string {
  if (typeof value === "number") return numberText(value);
  return typeof value === "string" ? text(value, isAscii) : String(value);
}

function entriesOf(value: JsonObject, sorts: boolean): [string, Json][] {
  return sorts ? sortedKeys(value).map((key) => [key, value.get(key)!]) : [...value];
}

function plain(value: Json, options: PrintOptions, newline: string): string {
  const { indent, isAscii } = options;
  const inner = indent === null ? "" : newline + indent;
  const last = indent === null ? "" : newline;
  if (isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${inner}${value.map((item) => plain(item, options, newline + (indent ?? ""))).join(`,${inner}`)}${last}]`;
  }
  if (isObject(value)) {
    if (value.size === 0) return "{}";
    const colon = indent === null ? ":" : ": ";
    const items = entriesOf(value, options.sortsKeys).map(
      ([key, item]) => text(key, isAscii) + colon + plain(item, options, newline + (indent ?? "")),
    );
    return `{${inner}${items.join(`,${inner}`)}${last}}`;
  }
  return scalar(value, isAscii);
}

function colored(value: Json, options: PrintOptions, colors: readonly string[], newline: string): string {
  const { indent, isAscii } = options;
  const inner = indent === null ? "" : newline + indent;
  const last = indent === null ? "" : newline;
  if (isArray(value)) {
    const color = colors[5]!;
    if (value.length === 0) return `${color}[]${RESET}`;
    const items = value.map((item) => colored(item, options, colors, newline + (indent ?? "")));
    return `${color}[${inner}${items.join(`${color},${inner}`)}${color}${last}${color}]${RESET}`.replace(
      `${color}[${inner}`,
      `${color}[${inner}`,
    );
  }
  if (isObject(value)) {
    const color = colors[6]!;
    if (value.size === 0) return `${color}{}${RESET}`;
    const colon = indent === null ? ":" : ": ";
    const items = entriesOf(value, options.sortsKeys).map(
      ([key, item]) =>
        `${RESET}${FIELD_COLOR}${text(key, isAscii)}${RESET}${color}${colon}${RESET}` +
        colored(item, options, colors, newline + (indent ?? "")),
    );
    return `${color}{${inner}${items.join(`${color},${inner}`)}${color}${last}${color}}${RESET}`;
  }
  const index =
    value === null ? 0 : value === false ? 1 : value === true ? 2 : typeof value === "number" ? 3 : 4;
  return `${colors[index]}${scalar(value, isAscii)}${RESET}`;
}
