/** `match` and its relatives. @source jq 1.6, Oniguruma with Perl's syntax and named groups */
import { type PerlRegex, translatePerl } from "../perl-regex.ts";
import { described, isArray, isObject, JqError, type Json, kindOf } from "./values.ts";

const FLAGS = "gimnpslx";

interface Wanted {
  readonly regex: PerlRegex;
  readonly isGlobal: boolean;
  readonly skipsEmpty: boolean;
}

export class Regexes {
  private readonly known = new Map<string, PerlRegex>();

  match(input: Json, pattern: Json, flags: Json, isTest: Json): Json {
    const [source, marks] = isArray(pattern)
      ? [pattern[0] ?? null, pattern[1] ?? null]
      : [pattern, flags === false ? null : flags];
    if (flags === false && !isArray(pattern) && typeof pattern !== "string")
      throw new JqError(`${kindOf(pattern)} not a string or array`);
    if (typeof input !== "string")
      throw new JqError(`${described(input)} cannot be matched, as it is not a string`);
    if (typeof source !== "string")
      throw new JqError(`${described(source)} cannot be matched, as it is not a string`);
    const wanted = this.compile(source, marks);
    const found = search(input, wanted, isTest === true);
    return isTest === true ? found.length > 0 : found;
  }

  private compile(source: string, flags: Json): Wanted {
    if (flags !== null && typeof flags !== "string") throw new JqError(`${described(flags)} is not a string`);
    const marks = flags ?? "";
    if ([...marks].some((mark) => !FLAGS.includes(mark)))
      throw new JqError(`${marks} is not a valid modifier string`);
    const key = `${marks}/${source}`;
    let regex = this.known.get(key);
    if (regex === undefined) {
      // `p` is `s` of other dialects; `s` itself makes `^` and `$` mean the ends, which they do already.
      const dialect = [
        marks.includes("i") ? "i" : "",
        marks.includes("p") ? "s" : "",
        marks.includes("x") ? "x" : "",
      ];
      const made = translatePerl(source, {
        flags: dialect.join(""),
        endsBeforeNewline: true,
        native: `gdu${marks.includes("i") ? "i" : ""}`,
      });
      if (made === null) throw new JqError(`Regex failure: ${faultOf(source)}`);
      regex = made;
      this.known.set(key, regex);
    }
    return { regex, isGlobal: marks.includes("g"), skipsEmpty: marks.includes("n") };
  }
}

function faultOf(source: string): string {
  const plain = source.replace(/\\./g, "");
  if (/\[[^\]]*$/.test(plain)) return "premature end of char-class";
  if (/^[*+?]|[(|][*+?]/.test(plain)) return "target of repeat operator is not specified";
  if ((plain.match(/\(/g)?.length ?? 0) > (plain.match(/\)/g)?.length ?? 0))
    return "end pattern with unmatched parenthesis";
  if (plain.includes(")")) return "unmatched close parenthesis";
  return "undefined group option";
}

function search(input: string, { regex, isGlobal, skipsEmpty }: Wanted, isTest: boolean): Json[] {
  const found: Json[] = [];
  const offsets = /[\ud800-\udbff]/.test(input) ? codePointOffsets(input) : null;
  const offsetOf = (at: number) => offsets?.[at] ?? at;
  const { regex: matcher } = regex;
  let start = 0;
  do {
    matcher.lastIndex = start;
    const match = matcher.exec(input);
    if (match === null) break;
    const [text] = match;
    // After an empty match it looks from the next place on, and may find the same again.
    start = text === "" ? start + 1 : match.index + text.length;
    if (text === "" && skipsEmpty) continue;
    if (isTest) return [true];
    found.push(matchOf(match, regex, offsetOf));
  } while (isGlobal && start < input.length);
  return found;
}

function codePointOffsets(text: string): number[] {
  const offsets: number[] = [];
  let count = 0;
  for (const character of text) {
    for (let i = 0; i < character.length; i++) offsets.push(count);
    count++;
  }
  offsets.push(count);
  return offsets;
}

function matchOf(match: RegExpExecArray, regex: PerlRegex, offsetOf: (at: number) => number): Json {
  const part = (text: string | undefined, range: readonly [number, number] | undefined): [string, Json][] => {
    if (text === undefined || range === undefined)
      return [
        ["offset", -1],
        ["string", null],
        ["length", 0],
      ];
    const offset = offsetOf(range[0]);
    return [
      ["offset", offset],
      ["length", offsetOf(range[1]) - offset],
      ["string", text],
    ];
  };
  // An empty match has no captures, as in jq 1.6.
  const groups = match[0] === "" ? [] : regex.groups;
  const captures = groups.map((own, i): Json => {
    const range = match.indices![own] as [number, number] | undefined;
    return new Map<string, Json>([...part(match[own], range), ["name", regex.names.get(i + 1) ?? null]]);
  });
  const whole: [string, Json][] = part(match[0], [match.index, match.index + match[0].length]);
  return new Map<string, Json>([...whole, ["captures", captures]]);
}

/** Named captures of a match as an object. */
export function captures(match: Json): Json {
  const made = new Map<string, Json>();
  const all = isObject(match) ? match.get("captures") : null;
  for (const capture of all !== null && all !== undefined && isArray(all) ? all : []) {
    const name = isObject(capture) ? capture.get("name") : null;
    if (typeof name === "string" && isObject(capture)) made.set(name, capture.get("string") ?? null);
  }
  return made;
}
