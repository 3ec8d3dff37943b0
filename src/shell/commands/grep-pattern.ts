/** What grep looks for: expressions of four dialects, whole lines or words, several at a time. @source grep 3.8 */
import { compile, translateBre, translateEre } from "../regex.ts";
import { translatePerl } from "./perl-regex.ts";
import { regexError } from "./regex-errors.ts";

export type Dialect = "basic" | "extended" | "fixed" | "perl";

export interface PatternOptions {
  readonly dialect: Dialect;
  readonly ignoresCase: boolean;
  readonly isWord: boolean;
  readonly isLine: boolean;
  /** Do lines end with NUL, so that newlines stand in them? */
  readonly isMultiline: boolean;
}

export class PatternError extends Error {}

export interface Matcher {
  test(line: string): boolean;
  /** The first match from a place on: of those that begin first the longest. */
  next(line: string, from: number): readonly [number, number] | null;
}

/** @param warn gets warnings about the patterns */
export function compileMatcher(
  patterns: readonly string[],
  options: PatternOptions,
  warn: (text: string) => void,
): Matcher {
  const plain = options.dialect === "fixed" && !options.ignoresCase && !options.isWord && !options.isLine;
  if (plain && patterns.length > 0) return new PlainMatcher(patterns);
  return new RegexMatcher(patterns.map((pattern) => compileOne(pattern, options, warn)));
}

class PlainMatcher implements Matcher {
  constructor(private readonly patterns: readonly string[]) {}

  test(line: string): boolean {
    return this.patterns.some((pattern) => line.includes(pattern));
  }

  next(line: string, from: number): readonly [number, number] | null {
    let best: readonly [number, number] | null = null;
    for (const pattern of this.patterns) {
      const at = line.indexOf(pattern, from);
      if (at < 0) continue;
      const end = at + pattern.length;
      if (best === null || at < best[0] || (at === best[0] && end > best[1])) best = [at, end];
    }
    return best;
  }
}

class RegexMatcher implements Matcher {
  constructor(private readonly regexes: readonly RegExp[]) {}

  test(line: string): boolean {
    for (const regex of this.regexes) {
      regex.lastIndex = 0;
      if (regex.test(line)) return true;
    }
    return false;
  }

  next(line: string, from: number): readonly [number, number] | null {
    let best: readonly [number, number] | null = null;
    for (const regex of this.regexes) {
      regex.lastIndex = from;
      const match = regex.exec(line);
      if (match === null) continue;
      const end = match.index + match[0].length;
      if (best === null || match.index < best[0] || (match.index === best[0] && end > best[1]))
        best = [match.index, end];
    }
    return best;
  }
}

function compileOne(pattern: string, options: PatternOptions, warn: (text: string) => void): RegExp {
  const flags = `gsu${options.ignoresCase ? "i" : ""}`;
  const regex = inDialect(pattern, options, flags, warn);
  const { source } = regex;
  const body = source === "(?:)" ? "" : source;
  if (options.isLine) return new RegExp(`^(?:${body})$`, regex.flags);
  if (options.isWord) return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${body})(?![\\p{L}\\p{N}_])`, regex.flags);
  return regex;
}

function inDialect(
  pattern: string,
  { dialect, ignoresCase, isMultiline }: PatternOptions,
  flags: string,
  warn: (text: string) => void,
): RegExp {
  if (dialect === "fixed") return compile(pattern.replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&"), flags)!;
  if (dialect === "perl") {
    const marks = `${ignoresCase ? "i" : ""}${isMultiline ? "m" : ""}`;
    const native = `gu${ignoresCase ? "i" : ""}`;
    const perl = translatePerl(pattern, { flags: marks, hasBlanks: true, endsBeforeNewline: true, native });
    if (perl === null) throw new PatternError(perlError(pattern));
    return perl.regex;
  }
  const isExtended = dialect === "extended";
  if (/^\[:(?:\w+):\]$/.test(pattern) || /(?:^|[^[])\[:\w+:\](?!\])/.test(pattern))
    throw new PatternError("character class syntax is [[:space:]], not [:space:]");
  if (/(?:^|[^\\])\[\^?$/.test(pattern)) throw new PatternError("Invalid regular expression");
  const error = regexError(pattern, isExtended);
  if (error !== null) throw new PatternError(error);
  const source = isExtended ? plainExtended(pattern, warn) : pattern;
  const regex = isExtended ? translateEre(source, flags) : translateBre(source, flags);
  if (regex === null) throw new PatternError("Invalid regular expression");
  return regex;
}

/** A repetition of nothing is ignored, and a `)` that closes nothing is itself. */
function plainExtended(pattern: string, warn: (text: string) => void): string {
  let out = "";
  let isAtStart = true;
  let depth = 0;
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const token = /^(?:\\.|\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]])*\]|\{\d*,?\d*\}|.)/su.exec(rest)![0];
    at += token.length;
    const isRepeat = /^(?:[*+?]|\{\d)/.test(token);
    if (isRepeat && isAtStart) {
      warn(`${token[0] === "{" ? "{...}" : token} at start of expression`);
      continue;
    }
    const doubled = /^[*+?]$/.test(token) && /(?:^|[^\\])(?:\\\\)*([*+?])$/.exec(out);
    if (doubled) {
      // A repetition repeated: any number, unless both say the same.
      if (doubled[1] !== token) out = `${out.slice(0, -1)}*`;
      continue;
    }
    if (token === "(") depth++;
    out += token === ")" && depth-- <= 0 ? "\\)" : token;
    depth = Math.max(depth, 0);
    isAtStart = token === "(" || token === "|" || (token === "^" && isAtStart);
  }
  return out;
}

function perlError(pattern: string): string {
  const plain = pattern.replace(/\\./g, "");
  if (/\[[^\]]*$/.test(plain)) return "missing terminating ] for character class";
  if ((plain.match(/\(/g)?.length ?? 0) > (plain.match(/\)/g)?.length ?? 0))
    return "missing closing parenthesis";
  if ((plain.match(/\(/g)?.length ?? 0) < (plain.match(/\)/g)?.length ?? 0))
    return "unmatched closing parenthesis";
  if (/^[*+?]/.test(plain)) return "quantifier does not follow a repeatable item";
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(pattern)) return "\\ at end of pattern";
  return "unrecognized character after (? or (?-";
}
