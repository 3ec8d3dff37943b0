/** The words of a command line with ip(8)'s way to complain about them. */
import { IpExit } from "./exit.ts";

/** May `word` stand for `full`? */
export function isPrefixOf(word: string, full: string): boolean {
  return word !== "" && full.startsWith(word);
}

/** Reads a number as strtol(3) with base 0 does: decimal, 0x or a leading 0 for octal, all of the text. Null: not a number. */
export function parseNumber(text: string, base: 0 | 10 = 0): number | null {
  const match = /^[ \t\n]*([-+]?)(.+)$/.exec(text);
  if (match === null) return null;
  const digits = match[2]!;
  let value: number;
  if (base === 0 && /^0[xX][0-9a-fA-F]+$/.test(digits)) value = Number.parseInt(digits.slice(2), 16);
  else if (base === 0 && /^0[0-7]*$/.test(digits)) value = Number.parseInt(digits, 8);
  else if (/^(0|[1-9]\d*)$/.test(digits) || (base === 10 && /^\d+$/.test(digits))) value = Number(digits);
  else return null;
  return match[1] === "-" ? -value : value;
}

/** An unsigned number of up to 32 bits (or `max`); null: none. */
export function parseUnsigned(text: string, max = 0xffff_ffff, base: 0 | 10 = 0): number | null {
  const value = parseNumber(text, base);
  return value === null || value < 0 || value > max ? null : value;
}

/** A signed int. */
export function parseInteger(text: string): number | null {
  const value = parseNumber(text);
  return value === null || value > 0x7fff_ffff || value < -0x8000_0000 ? null : value;
}

export class Args {
  private at = 0;

  constructor(
    private readonly words: readonly string[],
    private readonly err: (text: string) => void,
  ) {}

  get isEmpty(): boolean {
    return this.at >= this.words.length;
  }

  get left(): number {
    return this.words.length - this.at;
  }

  /** The word at the cursor; only if there is one. */
  peek(): string {
    return this.words[this.at] ?? "";
  }

  /** Takes the word at the cursor. */
  take(): string {
    const word = this.peek();
    this.at += 1;
    return word;
  }

  /** Goes on to the value of the keyword just taken. */
  value(): string {
    if (this.isEmpty) this.incomplete();
    return this.take();
  }

  rest(): readonly string[] {
    return this.words.slice(this.at);
  }

  exit(text: string, status = 255): never {
    this.err(text);
    throw new IpExit(status);
  }

  incomplete(): never {
    return this.exit('Command line is not complete. Try option "help"\n');
  }

  /** `message` ends with a newline where the tool prints an empty line after it. */
  invalid(message: string, argument: string): never {
    return this.exit(`Error: argument "${argument}" is wrong: ${message}\n`);
  }

  duplicate(keyword: string, value: string): never {
    return this.exit(`Error: duplicate "${keyword}": "${value}" is the second value.\n`);
  }

  garbage(keyword: string, value: string): never {
    return this.exit(`Error: either "${keyword}" is duplicate, or "${value}" is a garbage.\n`);
  }

  unknownCommand(object: string, word: string): never {
    return this.exit(`Command "${word}" is unknown, try "ip ${object} help".\n`);
  }

  /** A value that must be a whole number. */
  unsigned(text: string, message: string, max = 0xffff_ffff): number {
    return parseUnsigned(text, max) ?? this.invalid(message, text);
  }
}
