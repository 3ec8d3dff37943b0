/**
 * POSIX regular expressions: the leftmost match, of these the longest, groups as glibc has them. Those of JavaScript are no help:
 * they take the first alternative instead of the longest, and may try without end.
 *
 * An automaton reads the text once from its end and marks where matches begin; another one reads on from the first mark to the
 * longest end. Groups are looked for along that match, and only where they are asked for. Expressions with back-references are tried
 * out at the places where one may begin, with a bound on the steps.
 * @source POSIX.1-2017 XBD 9.1
 */
import { Automaton } from "./posix-regex-automaton.ts";
import { type ParsedRegex, parseRegex, type Regex } from "./posix-regex-parse.ts";
import { Program, RegexLimit } from "./posix-regex-program.ts";
import { type Spans, Walker } from "./posix-regex-walk.ts";

export { RegexLimit } from "./posix-regex-program.ts";
export type { Spans } from "./posix-regex-walk.ts";

export type Span = readonly [start: number, end: number];

export interface RegexOptions {
  readonly ignoreCase?: boolean;
  /** Do `^` and `$` hold beside newlines, too? */
  readonly isMultiline?: boolean;
  /** Is an extended operator that has nothing to work on a character, and not an error? */
  readonly isLenient?: boolean;
  /** Must a match be a whole text, or have no word character beside it? */
  readonly within?: "text" | "word" | null;
}

/** Characters that may be read past the ends of the matches of one text, before it is given up. */
const READ_MAX = 1_000_000_000;

/** The characters of an expression that is nothing but characters; null: it is more. */
function literalOf(node: Regex): string | null {
  if (node.kind === "set") return node.literal ?? null;
  if (node.kind === "empty") return "";
  if (node.kind !== "concat") return null;
  let text = "";
  for (const part of node.parts) {
    const one = part.kind === "set" ? part.literal : undefined;
    if (one === undefined) return null;
    text += one;
  }
  return text;
}

/** The longest run of characters that each match has; "": none is known. */
function requiredOf(node: Regex): string {
  if (node.kind === "group") return requiredOf(node.body);
  if (node.kind === "repeat") return node.least > 0 ? requiredOf(node.body) : "";
  if (node.kind === "set") return node.literal ?? "";
  if (node.kind !== "concat") return "";
  let best = "";
  let run = "";
  for (const part of node.parts) {
    const one = literalOf(part);
    if (one !== null) run += one;
    else {
      const inner = requiredOf(part);
      if (inner.length > best.length) best = inner;
      if (part.kind !== "assertion") run = "";
    }
    if (run.length > best.length) best = run;
  }
  return best;
}

function around(root: Regex, within: RegexOptions["within"]): Regex {
  if (within == null) return root;
  const [before, after] =
    within === "text" ? (["`", "'"] as const) : (["not-behind-word", "not-before-word"] as const);
  const parts: Regex[] = [{ kind: "assertion", what: before }, root, { kind: "assertion", what: after }];
  return { kind: "concat", parts };
}

export class PosixRegex {
  readonly groups: number;
  private readonly hasReferences: boolean;
  private readonly literal: string | null;
  private readonly required: string;
  private readonly forward: Automaton;
  private readonly backward: Automaton;
  private readonly walker: () => Walker;
  /** The text that was read last, and where matches begin in it. */
  private text: string | null = null;
  private starts = new Uint8Array(0);
  private firstStart = -1;
  private read = 0;

  private constructor(parsed: ParsedRegex, { ignoreCase = false, within = null }: RegexOptions) {
    const root = around(parsed.root, within);
    this.groups = parsed.groups;
    this.hasReferences = parsed.hasReferences;
    this.literal = literalOf(root);
    this.required = requiredOf(root);
    const program = (isReverse: boolean, hasGroups: boolean) =>
      new Program(root, parsed.groups, { isReverse, hasGroups });
    this.forward = new Automaton(program(false, false), false);
    this.backward = new Automaton(program(true, false), true);
    let walker: Walker | null = null;
    this.walker = () => (walker ??= new Walker(program(false, true), parsed.groups, ignoreCase));
  }

  /** Null: it is not a regular expression, or too large a one. */
  static compile(source: string, isExtended: boolean, options: RegexOptions = {}): PosixRegex | null {
    const parsed = parseRegex(source, { ...options, isExtended, ignoreCase: options.ignoreCase === true });
    if (parsed === null) return null;
    try {
      return new PosixRegex(parsed, options);
    } catch (error) {
      if (error instanceof RegexLimit) return null;
      throw error;
    }
  }

  /** Is there a match? Throws a `RegexLimit`, as all searches do. */
  test(text: string): boolean {
    if (this.literal !== null) return text.includes(this.literal);
    if (this.required !== "" && !text.includes(this.required)) return false;
    if (this.hasReferences) return this.search(text) !== null;
    return this.backward.findStarts(text, null) >= 0;
  }

  /** The leftmost longest match at `from` or behind it. */
  find(text: string, from = 0): Span | null {
    if (this.literal !== null) {
      const at = text.indexOf(this.literal, from);
      return at < 0 ? null : [at, at + this.literal.length];
    }
    if (this.hasReferences) return this.tryOut(text, from)?.[0] ?? null;
    const start = this.startOf(text, from);
    return start < 0 ? null : [start, this.endOf(text, start)];
  }

  /** The longest match that begins at the beginning of a text, with its groups. */
  searchAtStart(text: string): Spans | null {
    if (this.hasReferences) return this.walker().resetTrials().trial(text, 0);
    const end = this.forward.longest(text, 0, () => {});
    return end < 0 ? null : this.groupsOf(text, [0, end]);
  }

  /** The leftmost longest match at `from` or behind it, with its groups. */
  search(text: string, from = 0): Spans | null {
    if (this.hasReferences) return this.tryOut(text, from);
    const span = this.find(text, from);
    return span === null ? null : this.groupsOf(text, span);
  }

  /** All matches from the left. One of nothing may stand right behind another. */
  *all(text: string): Generator<Span> {
    for (let from = 0; from <= text.length; ) {
      const span = this.find(text, from);
      if (span === null) return;
      yield span;
      from = span[1] > span[0] ? span[1] : span[0] + (text.codePointAt(span[0])! > 0xffff ? 2 : 1);
    }
  }

  /** The texts of a match and its groups. */
  exec(text: string): readonly (string | null)[] | null {
    return this.search(text)?.map((span) => (span === null ? null : text.slice(...span))) ?? null;
  }

  /** The groups of a match that was found. */
  groupsOf(text: string, span: Span): Spans {
    if (this.groups === 0) return [span];
    if (this.hasReferences) return this.walker().resetTrials().trial(text, span[0])!;
    return this.walker().dissect(text, ...span);
  }

  /** Where a match begins at `from` or behind it; -1: nowhere. */
  private startOf(text: string, from: number): number {
    if (this.text !== text) {
      this.text = text;
      this.read = 0;
      this.firstStart = -1;
      if (this.required !== "" && !text.includes(this.required)) return -1;
      if (this.starts.length <= text.length) this.starts = new Uint8Array(2 * text.length + 64);
      else this.starts.fill(0, 0, text.length + 1);
      this.firstStart = this.backward.findStarts(text, this.starts);
    }
    if (from <= this.firstStart || this.firstStart < 0) return this.firstStart;
    const next = this.starts.indexOf(1, from);
    return next > text.length ? -1 : next;
  }

  private endOf(text: string, start: number): number {
    return this.forward.longest(text, start, (place) => {
      this.read += place - start;
      if (this.read > READ_MAX) throw new RegexLimit("Regular expression takes too long");
    });
  }

  private tryOut(text: string, from: number): Spans | null {
    const walker = this.walker().resetTrials();
    for (
      let start = this.startOf(text, from);
      start >= 0 && start <= text.length;
      start = this.startOf(text, start + 1)
    ) {
      const spans = walker.trial(text, start);
      if (spans !== null) return spans;
    }
    return null;
  }
}
