/** Command-line options as getopt_long(3) reads them for the GNU tools, with their error texts. */
import type { CommandContext } from "../host.ts";

export interface OptionSpec {
  /** Letters without a value. */
  readonly flags: string;
  /** Letters with a value. */
  readonly values?: string;
  /** Letters with a value that follows at once or not at all. */
  readonly optional?: string;
  /** Long names and the letters they stand for; a word with `=` (or `=?`) behind it is a name of its own, with a value (or perhaps). */
  readonly long?: Readonly<Record<string, string>>;
  /** Is the first operand the end of the options (`env`, `timeout`, ...)? */
  readonly stopsAtOperand?: boolean;
  /** Is `-5` an option of its own, under the letter given (`head`, `tail`)? */
  readonly digits?: string;
  /** Is `-5x` an operand (`seq`, `expr`)? */
  readonly hasNegativeOperands?: boolean;
  /** Does the hint at help stand behind the name, too (diffutils)? */
  readonly hasPrefix?: boolean;
}

export interface Options {
  readonly operands: readonly string[];
  has(letter: string): boolean;
  /** Value of an option, the last one given. */
  value(letter: string): string | undefined;
  /** All values of an option, in order. */
  all(letter: string): readonly string[];
  /** All options as they were given. */
  readonly given: readonly (readonly [letter: string, value: string])[];
}

/** Null: an unknown option; its error was written. */
export function parseOptions(
  cx: CommandContext,
  spec: OptionSpec,
  argv: readonly string[] = cx.argv,
): Options | null {
  const found: [string, string][] = [];
  const operands: string[] = [];
  const args = argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-" || (spec.hasNegativeOperands && /^-\.?\d/.test(arg))) {
      if (spec.stopsAtOperand) {
        operands.push(...args.slice(i));
        break;
      }
      operands.push(arg);
      continue;
    }
    if (spec.digits !== undefined && /^-\d+$/.test(arg)) {
      found.push([spec.digits, arg.slice(1)]);
      continue;
    }
    const used = arg.startsWith("--")
      ? longOption(arg.slice(2), args[i + 1], spec, found)
      : letters(arg, args[i + 1], spec, found);
    if (typeof used === "string") {
      cx.err(
        `${cx.argv[0]}: ${used}\n${spec.hasPrefix ? `${cx.argv[0]}: ` : ""}Try '${cx.argv[0]} --help' for more information.\n`,
      );
      return null;
    }
    i += used;
  }
  return {
    operands,
    has: (letter) => found.some(([name]) => name === letter),
    value: (letter) => found.findLast(([name]) => name === letter)?.[1],
    given: found,
    all: (letter) => found.filter(([name]) => name === letter).map(([, value]) => value),
  };
}

/** Gives how many further arguments were used, or the error. */
function longOption(
  text: string,
  next: string | undefined,
  spec: OptionSpec,
  found: [string, string][],
): number | string {
  const [name = "", ...rest] = text.split("=");
  const names = Object.keys(spec.long ?? {});
  const matches = names.includes(name) ? [name] : names.filter((known) => known.startsWith(name));
  if (matches.length === 0) return `unrecognized option '--${text}'`;
  const letters = new Set(matches.map((match) => spec.long![match]));
  if (letters.size > 1)
    return `option '--${text}' is ambiguous; possibilities: ${matches.map((match) => `'--${match}'`).join(" ")}`;
  const [letter = "", ownKind] = spec.long![matches[0]!]!.split(/(?==)/);
  const kind =
    ownKind ??
    ((spec.values ?? "").includes(letter) ? "=" : (spec.optional ?? "").includes(letter) ? "=?" : "");
  if (kind === "") {
    if (rest.length > 0) return `option '--${matches[0]}' doesn't allow an argument`;
    found.push([letter, ""]);
    return 0;
  }
  if (rest.length > 0 || kind === "=?") {
    found.push([letter, rest.join("=")]);
    return 0;
  }
  if (next === undefined) return `option '--${matches[0]}' requires an argument`;
  found.push([letter, next]);
  return 1;
}

function letters(
  arg: string,
  next: string | undefined,
  spec: OptionSpec,
  found: [string, string][],
): number | string {
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at]!;
    if ((spec.optional ?? "").includes(letter)) {
      found.push([letter, arg.slice(at + 1)]);
      return 0;
    }
    if (spec.flags.includes(letter)) {
      found.push([letter, ""]);
      continue;
    }
    if (!(spec.values ?? "").includes(letter)) return `invalid option -- '${letter}'`;
    if (at + 1 < arg.length) {
      found.push([letter, arg.slice(at + 1)]);
      return 0;
    }
    if (next === undefined) return `option requires an argument -- '${letter}'`;
    found.push([letter, next]);
    return 1;
  }
  return 0;
}
