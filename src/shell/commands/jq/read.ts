/**
 * Reads JSON as jq does: values one after another, numbers with leading zeros and signs, and errors with the place where it noticed.
 * @source jq 1.6, manual and behaviour of `parse error: ...`
 */
import type { Json } from "./values.ts";

/** What is said of text that is not JSON. */
export class ReadError extends Error {}

interface Level {
  readonly array: Json[] | null;
  readonly object: Map<string, Json> | null;
  /** The key whose value is awaited. */
  key: string | null;
}

type Told = (value: Json) => void;

/** Values may be nested so deep. */
const DEPTH_MAX = 256;

export class Reader {
  private readonly levels: Level[] = [];
  /** The value that was read last and has found no place yet. */
  private next: Json | undefined = undefined;
  private literal = "";
  private quoted: string | null = null;
  private isEscaped = false;
  private line = 1;
  private column = 0;

  /** @param stream gets the events of `--stream`: [path, leaf] and [path] */
  constructor(
    private readonly told: Told,
    private readonly stream: Streamer | null = null,
  ) {}

  /** Takes some text; whole values go to `told` at once. */
  push(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const character = text[at]!;
      this.count(character);
      if (this.quoted !== null) this.inString(character);
      else if (" \t\r\n".includes(character)) this.endLiteral();
      else if ("[]{},:".includes(character)) {
        this.endLiteral();
        this.structure(character);
      } else if (character === '"') {
        this.endLiteral();
        this.quoted = "";
      } else this.literal += character;
      if (this.levels.length === 0 && this.next !== undefined && this.quoted === null && this.literal === "")
        this.tell();
    }
  }

  end(): void {
    if (this.quoted !== null) this.fail("Unfinished string", true);
    this.endLiteral(true);
    if (this.levels.length > 0) this.fail("Unfinished JSON term", true);
    if (this.next !== undefined) this.tell();
  }

  private tell(): void {
    const value = this.next!;
    this.next = undefined;
    if (this.stream === null) this.told(value);
    else this.stream.top(value);
  }

  private count(character: string): void {
    if (character === "\n") {
      this.line++;
      this.column = 0;
      return;
    }
    const code = character.charCodeAt(0);
    // A pair of surrogates is four octets: two for each half. A stray octet is one.
    this.column += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xe000 ? 2 : 3;
  }

  private fail(text: string, isEnd = false): never {
    throw new ReadError(`${text}${isEnd ? " at EOF" : ""} at line ${this.line}, column ${this.column}`);
  }

  private inString(character: string): void {
    if (this.isEscaped || character !== '"') {
      this.quoted += character;
      this.isEscaped = !this.isEscaped && character === "\\";
      return;
    }
    const text = this.quoted!;
    this.quoted = null;
    this.value(this.unescape(text));
  }

  private unescape(text: string): string {
    if (/[\u0000-\u001f]/.test(text))
      this.fail("Invalid string: control characters from U+0000 through U+001F must be escaped");
    if (!text.includes("\\")) return wellFormed(text);
    const plain = text.replace(/\\(u[\s\S]{0,4}|[\s\S])/g, (_, letters: string) => {
      const known = ESCAPES.get(letters[0]!);
      if (known !== undefined) return known;
      if (letters[0] !== "u") return this.fail("Invalid escape");
      if (!/^u[0-9a-fA-F]{4}$/.test(letters)) return this.fail("Invalid \\uXXXX escape");
      return String.fromCharCode(Number.parseInt(letters.slice(1), 16));
    });
    if (/[\ud800-\udbff](?![\udc00-\udfff])/.test(plain.replace(/\ufffd/g, "")))
      this.fail("Invalid \\uXXXX\\uXXXX surrogate pair escape");
    return wellFormed(plain);
  }

  private endLiteral(isEnd = false): void {
    const { literal } = this;
    if (literal === "") return;
    this.literal = "";
    if ("tfn".includes(literal[0]!)) {
      const known = literal === "true" ? true : literal === "false" ? false : null;
      if (literal !== String(known)) this.fail("Invalid literal", isEnd);
      this.value(known, isEnd);
      return;
    }
    const value = parseNumber(literal);
    if (value === null) this.fail("Invalid numeric literal", isEnd);
    this.value(value, isEnd);
  }

  private value(value: Json, isEnd = false): void {
    if (this.next !== undefined) {
      if (this.levels.length > 0) this.fail("Expected separator between values", isEnd);
      this.tell();
    }
    this.next = value;
  }

  private structure(character: string): void {
    const top = this.levels.at(-1);
    switch (character) {
      case "[":
      case "{":
        if (this.next !== undefined) {
          if (this.levels.length > 0) this.fail("Expected separator between values");
          this.tell();
        }
        if (this.levels.length >= DEPTH_MAX) this.fail("Exceeds depth limit for parsing");
        this.levels.push(
          character === "["
            ? { array: [], object: null, key: null }
            : { array: null, object: new Map(), key: null },
        );
        this.stream?.open(character === "[");
        return;
      case ":":
        if (this.next === undefined) this.fail("Expected string key before ':'");
        if (top === undefined || top.object === null || top.key !== null)
          this.fail("':' not as part of an object");
        if (typeof this.next !== "string") this.fail("Object keys must be strings");
        top!.key = this.next as string;
        this.stream?.key(top!.key);
        this.next = undefined;
        return;
      case ",":
        if (this.next === undefined) this.fail("Expected value before ','");
        if (top === undefined) this.fail("Expected value before ','");
        this.place(top!);
        this.stream?.comma();
        return;
      default:
        this.close(character, top);
    }
  }

  private place(top: Level): void {
    const value = this.next!;
    this.next = undefined;
    if (top.array !== null) top.array.push(value);
    else if (top.key === null) this.fail("Objects must consist of key:value pairs");
    else {
      top.object!.set(top.key, value);
      top.key = null;
    }
    this.stream?.leaf(value);
  }

  private close(character: string, top: Level | undefined): void {
    const isArray = character === "]";
    if (
      top === undefined ||
      (top.array !== null) !== isArray ||
      (!isArray && this.next === undefined && top.key !== null)
    )
      this.fail(`Unmatched '${character}'`);
    const size = isArray ? top!.array!.length : top!.object!.size;
    if (this.next !== undefined) this.place(top!);
    else if (size > 0)
      this.fail(isArray ? "Expected another array element" : "Expected another key-value pair");
    this.levels.pop();
    const value = isArray ? top!.array! : top!.object!;
    const isEmpty = (isArray ? top!.array!.length : top!.object!.size) === 0;
    this.next = value;
    this.stream?.close(isEmpty, this.levels.length === 0);
    if (this.stream !== null && this.levels.length === 0 && !isEmpty) this.next = undefined;
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
]);

/** What is not UTF-8 becomes U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]+/g, "\ufffd");
}

/** As strtod(3) reads it, without hexadecimal numbers. Null: no number. */
export function parseNumber(text: string): number | null {
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text);
    return value;
  }
  if (/^-?infinity$/i.test(text)) return text[0] === "-" ? -Infinity : Infinity;
  if (/^-?nan$/i.test(text)) return Number.NaN;
  return null;
}

/** Makes the events of `--stream` while a value is being read. */
export class Streamer {
  private readonly path: (string | number)[] = [];

  constructor(private readonly told: Told) {}

  open(isArray: boolean): void {
    this.path.push(isArray ? 0 : "");
  }

  key(key: string): void {
    this.path[this.path.length - 1] = key;
  }

  comma(): void {
    const last = this.path.at(-1);
    if (typeof last === "number") this.path[this.path.length - 1] = last + 1;
  }

  /** A value got its place: leaves and empty containers are told; what is in others was told before. */
  leaf(value: Json): void {
    const isFilled =
      typeof value === "object" &&
      value !== null &&
      (Array.isArray(value) ? value.length : (value as Map<string, Json>).size) > 0;
    if (!isFilled) this.told([[...this.path], value]);
  }

  close(isEmpty: boolean, isTop: boolean): void {
    if (!isEmpty) this.told([[...this.path]]);
    this.path.pop();
    if (isTop) this.path.length = 0;
  }

  top(value: Json): void {
    this.told([[], value]);
  }
}

/** A text that holds one value, as `fromjson` takes it. */
export function readOne(text: string): Json | undefined {
  const values: Json[] = [];
  try {
    const reader = new Reader((value) => values.push(value));
    reader.push(text);
    reader.end();
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    throw new ReadError(`${error.message} (while parsing '${text}')`);
  }
  if (values.length > 1) throw new ReadError(`Unexpected extra JSON values (while parsing '${text}')`);
  return values[0];
}
