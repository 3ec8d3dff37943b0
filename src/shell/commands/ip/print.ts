/** Output of one `ip` command, as text or as JSON: each thing printed states both. */
export type Json = null | boolean | number | string | JsonObject | JsonArray | RawNumber;

/** A number that is written as it is given: `0.00`. */
class RawNumber {
  constructor(readonly text: string) {}
}

export function rawNumber(text: string): Json {
  return new RawNumber(text);
}

interface JsonObject {
  [key: string]: Json;
}
type JsonArray = Json[];
/** Objects keep the order of their keys; keys are ours, never user text. */
type Container = { readonly entries: [string | null, Json | Container][]; readonly isArray: boolean };

export type Color = "ifname" | "mac" | "inet" | "inet6" | "up" | "down";

const ESCAPES: Readonly<Record<Color, string>> = {
  ifname: "\x1b[36m",
  mac: "\x1b[33m",
  inet: "\x1b[35m",
  inet6: "\x1b[34m",
  up: "\x1b[32m",
  down: "\x1b[31m",
};
const RESET = "\x1b[0m";

function isContainer(value: Json | Container): value is Container {
  return typeof value === "object" && value !== null && "isArray" in value;
}

/**
 * Writes JSON as iproute2 does. Pretty: four blanks a level, counting arrays; plain values of an array stay on one line.
 */
function render(value: Json | Container, isPretty: boolean, depth: number): string {
  if (Array.isArray(value)) return renderList(value, isPretty);
  if (value instanceof RawNumber) return value.text;
  if (!isContainer(value)) return JSON.stringify(value);
  const newline = isPretty ? `\n${"    ".repeat(depth + 1)}` : "";
  const end = isPretty ? `\n${"    ".repeat(depth)}` : "";
  if (!value.isArray) {
    if (value.entries.length === 0) return "{}";
    const fields = value.entries.map(
      ([key, item]) =>
        `${newline}${JSON.stringify(key)}:${isPretty ? " " : ""}${render(item, isPretty, depth + 1)}`,
    );
    return `{${fields.join(",")}${end}}`;
  }
  const gap = isPretty ? " " : "";
  if (value.entries.length === 0) return `[${gap}]`;
  return `[${gap}${value.entries.map(([, item]) => render(item, isPretty, depth + 1)).join(",")}${gap}]`;
}

/** Plain values stay on one line, however it is printed. */
function renderList(values: JsonArray, isPretty: boolean): string {
  const gap = isPretty ? " " : "";
  return values.length === 0 ? `[${gap}]` : `[${gap}${values.map((v) => JSON.stringify(v)).join(",")}${gap}]`;
}

export class Printer {
  private output = "";
  private readonly open: Container[] = [];

  constructor(
    readonly isJson: boolean,
    private readonly isPretty: boolean,
    private readonly isOneline: boolean,
    private readonly isColored: boolean,
  ) {}

  /** Newline between the parts of one thing: with -o a backslash. */
  get lineBreak(): string {
    return this.isOneline ? "\\" : "\n";
  }

  /** What was written so far; the printer starts anew. */
  takeOutput(): string {
    const output = this.output;
    this.output = "";
    return output;
  }

  /** Begins the list that is the whole output of a command. */
  begin(): void {
    if (this.isJson) this.open.push({ entries: [], isArray: true });
  }

  finish(): void {
    if (!this.isJson || this.open.length === 0) return;
    this.output += `${render(this.open[0]!, this.isPretty, 0)}\n`;
    this.open.length = 0;
  }

  private enter(key: string | null, isArray: boolean): void {
    if (!this.isJson) return;
    const inner: Container = { entries: [], isArray };
    this.open[this.open.length - 1]?.entries.push([key, inner]);
    this.open.push(inner);
  }

  object(key: string | null = null): void {
    this.enter(key, false);
  }

  array(key: string): void {
    this.enter(key, true);
  }

  close(): void {
    if (this.isJson) this.open.pop();
  }

  /** Prints one field: `value` under `key` in JSON, else `text`. */
  put(key: string | null, value: Json, text: string, color: Color | null = null): void {
    if (this.isJson) this.json(key, value);
    else this.text(text, color);
  }

  json(key: string | null, value: Json): void {
    if (this.isJson) this.open[this.open.length - 1]?.entries.push([key, value]);
  }

  text(text: string, color: Color | null = null): void {
    if (this.isJson) return;
    this.output += color === null || !this.isColored ? text : `${ESCAPES[color]}${text}${RESET}`;
  }

  /** Text that -j does not turn into JSON. */
  raw(text: string): void {
    this.output += text;
  }
}
