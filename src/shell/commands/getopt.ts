/**
 * Options as getopt_long(3) of glibc reads them, for tools whose own text follows its error line.
 * Options may stand after operands; long names may be cut short while they stay unique.
 */
export interface GetoptSpec {
  /** Letters; `:` behind one that takes a value, `::` where the value is optional and joined. */
  readonly short: string;
  /** Long names with their letter or any other name, and whether they take a value. */
  readonly long?: Readonly<
    Record<string, { readonly name: string; readonly value?: "required" | "optional" }>
  >;
}

export interface Getopt {
  /** In the order given. The value of an option without one is "". */
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly operands: readonly string[];
  /** The error line of getopt, or null. What stands before it was read. */
  readonly error: string | null;
}

type Found = [name: string, value: string][];

/** Reads one word `-abc`; gives how many words more it took, or an error. */
function readShort(word: string, next: string | undefined, spec: GetoptSpec, found: Found): number | string {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i]!;
    const at = letter === ":" ? -1 : spec.short.indexOf(letter);
    if (at < 0) return `invalid option -- '${letter}'`;
    const rest = word.slice(i + 1);
    if (spec.short[at + 1] !== ":") {
      found.push([letter, ""]);
      continue;
    }
    if (rest !== "" || spec.short[at + 2] === ":") {
      found.push([letter, rest]);
      return 0;
    }
    if (next === undefined) return `option requires an argument -- '${letter}'`;
    found.push([letter, next]);
    return 1;
  }
  return 0;
}

function readLong(word: string, next: string | undefined, spec: GetoptSpec, found: Found): number | string {
  const [typed, joined] = word.slice(2).split(/=(.*)/s, 2) as [string, string | undefined];
  const long = spec.long ?? {};
  const names = Object.keys(long).filter((name) => name.startsWith(typed));
  const name = names.find((n) => n === typed) ?? names[0];
  if (name === undefined) return `unrecognized option '--${typed}'`;
  if (name !== typed && new Set(names.map((n) => long[n]!.name)).size > 1) {
    const possible = names.map((n) => ` '--${n}'`).join("");
    return `option '--${typed}' is ambiguous; possibilities:${possible}`;
  }
  const option = long[name]!;
  if (option.value === undefined && joined !== undefined)
    return `option '--${name}' doesn't allow an argument`;
  if (option.value === "required" && joined === undefined) {
    if (next === undefined) return `option '--${name}' requires an argument`;
    found.push([option.name, next]);
    return 1;
  }
  found.push([option.name, joined ?? ""]);
  return 0;
}

/** @param args without the command's name */
export function getopt(command: string, args: readonly string[], spec: GetoptSpec): Getopt {
  const options: Found = [];
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const read = word.startsWith("--") ? readLong : readShort;
    const used = read(word, args[i + 1], spec, options);
    if (typeof used === "string") return { options, operands, error: `${command}: ${used}\n` };
    i += used;
  }
  return { options, operands, error: null };
}
