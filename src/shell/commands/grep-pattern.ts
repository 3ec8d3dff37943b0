/** What grep looks for: expressions of four dialects, whole lines or words, several at a time. @source grep 3.8 */
import { PosixRegex } from "../posix-regex.ts";
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
  const matchers = patterns.map((pattern) => compileOne(pattern, options, warn));
  return matchers.length === 1 ? matchers[0]! : new AnyMatcher(matchers);
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

class PerlMatcher implements Matcher {
  constructor(private readonly regex: RegExp) {}

  test(line: string): boolean {
    this.regex.lastIndex = 0;
    return this.regex.test(line);
  }

  next(line: string, from: number): readonly [number, number] | null {
    this.regex.lastIndex = from;
    const match = this.regex.exec(line);
    return match === null ? null : [match.index, match.index + match[0].length];
  }
}

class PosixMatcher implements Matcher {
  constructor(private readonly regex: PosixRegex) {}

  test(line: string): boolean {
    return this.regex.test(line);
  }

  next(line: string, from: number): readonly [number, number] | null {
    return this.regex.find(line, from);
  }
}

class AnyMatcher implements Matcher {
  constructor(private readonly matchers: readonly Matcher[]) {}

  test(line: string): boolean {
    return this.matchers.some((matcher) => matcher.test(line));
  }

  next(line: string, from: number): readonly [number, number] | null {
    let best: readonly [number, number] | null = null;
    for (const matcher of this.matchers) {
      const span = matcher.next(line, from);
      if (span === null) continue;
      if (best === null || span[0] < best[0] || (span[0] === best[0] && span[1] > best[1])) best = span;
    }
    return best;
  }
}

function compileOne(pattern: string, options: PatternOptions, warn: (text: string) => void): Matcher {
  const { dialect, ignoresCase, isLine, isWord } = options;
  if (dialect === "perl") return compilePerl(pattern, options);
  const isExtended = dialect !== "basic";
  const source =
    dialect === "fixed" ? pattern.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&") : checked(pattern, isExtended, warn);
  const within = isLine ? "text" : isWord ? "word" : null;
  const regex = PosixRegex.compile(source, isExtended, { ignoreCase: ignoresCase, isLenient: true, within });
  if (regex === null) throw new PatternError("Invalid regular expression");
  return new PosixMatcher(regex);
}

function compilePerl(pattern: string, options: PatternOptions): Matcher {
  const { ignoresCase, isMultiline, isLine, isWord } = options;
  const flags = `${ignoresCase ? "i" : ""}${isMultiline ? "m" : ""}`;
  const native = `gu${ignoresCase ? "i" : ""}`;
  const regex = translatePerl(pattern, { flags, hasBlanks: true, endsBeforeNewline: true, native })?.regex;
  if (regex === undefined) throw new PatternError(perlError(pattern));
  if (isLine) return new PerlMatcher(new RegExp(`^(?:${regex.source})$`, regex.flags));
  if (!isWord) return new PerlMatcher(regex);
  return new PerlMatcher(
    new RegExp(`(?<![\\p{L}\\p{N}_])(?:${regex.source})(?![\\p{L}\\p{N}_])`, regex.flags),
  );
}

/** The pattern as a plain one. */
function checked(pattern: string, isExtended: boolean, warn: (text: string) => void): string {
  if (/^\[:(?:\w+):\]$/.test(pattern) || /(?:^|[^[])\[:\w+:\](?!\])/.test(pattern))
    throw new PatternError("character class syntax is [[:space:]], not [:space:]");
  if (/(?:^|[^\\])\[\^?$/.test(pattern)) throw new PatternError("Invalid regular expression");
  const error = regexError(pattern, isExtended);
  if (error !== null) throw new PatternError(error);
  return isExtended ? plainExtended(pattern, warn) : pattern;
}

/** A repetition of nothing is ignored, without a word if it is an unfinished interval, and a `)` that closes nothing is itself. */
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
    if (token === "{" && isAtStart) continue;
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
