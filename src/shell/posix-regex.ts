/**
 * POSIX regular expressions: the leftmost match, of these the longest.
 * Sets of states move over the text together, so that the time is bounded by its length times that of the expression, whatever the
 * expression is. Only one with back-references is tried out, with a bound on the steps.
 * @source POSIX.1-2017 XBD 9.1
 */
import {
  type Assertion,
  type CharTest,
  isWordCharacter,
  parseRegex,
  type Regex,
} from "./posix-regex-parse.ts";

/** Where a match and its groups begin and end, in characters; null: a group that took no part. */
export type Spans = readonly (readonly [start: number, end: number] | null)[];

type Step =
  | { readonly op: "set"; readonly accepts: CharTest }
  | { readonly op: "assert"; readonly what: Assertion }
  /** Remembers the place in a slot. */
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "split"; readonly to: readonly number[] }
  | { readonly op: "end" };

/** Intervals are written out: an expression that grows past this is refused. */
const STEPS_MAX = 100_000;
/** Steps of an expression times characters of a match whose groups are asked for. */
const PLACES_MAX = 64_000_000;
/** Of a match with back-references. */
const TRIALS_MAX = 2_000_000;

/** An expression is too large, or takes too long. */
export class RegexLimit extends Error {}

class Program {
  private readonly steps: Step[] = [];

  constructor(root: Regex) {
    this.add(root);
    this.push({ op: "end" });
  }

  private push(step: Step): number {
    if (this.steps.length >= STEPS_MAX) throw new RegexLimit("regular expression too big");
    return this.steps.push(step) - 1;
  }

  private add(node: Regex): void {
    switch (node.kind) {
      case "empty":
      case "reference":
        return;
      case "set":
        this.push({ op: "set", accepts: node.accepts });
        return;
      case "assertion":
        this.push({ op: "assert", what: node.what });
        return;
      case "group":
        this.push({ op: "save", slot: 2 * node.number });
        this.add(node.body);
        this.push({ op: "save", slot: 2 * node.number + 1 });
        return;
      case "concat":
        for (const part of node.parts) this.add(part);
        return;
      case "alternatives": {
        const to: number[] = [];
        this.push({ op: "split", to });
        const exits: number[][] = [];
        for (const branch of node.branches) {
          to.push(this.steps.length);
          this.add(branch);
          const exit: number[] = [];
          this.push({ op: "split", to: exit });
          exits.push(exit);
        }
        for (const exit of exits) exit.push(this.steps.length);
        return;
      }
      case "repeat":
        this.addRepeat(node);
        return;
    }
  }

  private addRepeat({ body, least, most }: Extract<Regex, { kind: "repeat" }>): void {
    for (let i = 0; i < least; i++) this.add(body);
    if (most === null) {
      const to: number[] = [];
      const split = this.push({ op: "split", to });
      to.push(this.steps.length);
      this.add(body);
      this.push({ op: "split", to: [split] });
      to.push(this.steps.length);
      return;
    }
    const skips: number[][] = [];
    for (let i = least; i < most; i++) {
      const to: number[] = [];
      this.push({ op: "split", to });
      to.push(this.steps.length);
      this.add(body);
      skips.push(to);
    }
    for (const to of skips) to.push(this.steps.length);
  }

  /** The leftmost longest match that begins at `from` or behind it. */
  search(text: readonly string[], from: number): readonly [number, number] | null {
    let best: [number, number] | null = null;
    /** By step: the leftmost start of those that are there. */
    let now = new Map<number, number>();
    for (let at = from; ; at++) {
      if (best === null) this.enter(now, 0, at, text, at);
      const next = new Map<number, number>();
      for (const [step, start] of now) {
        if (best !== null && start > best[0]) continue;
        const one = this.steps[step]!;
        if (one.op === "end") {
          if (best === null || start < best[0] || (start === best[0] && at > best[1])) best = [start, at];
        } else if (one.op === "set" && at < text.length && one.accepts(text[at]!))
          this.enter(next, step + 1, start, text, at + 1);
      }
      if (at >= text.length || (next.size === 0 && best !== null)) return best;
      now = next;
    }
  }

  /** Adds a step and all that are reached from it without reading. */
  private enter(
    into: Map<number, number>,
    step: number,
    start: number,
    text: readonly string[],
    at: number,
  ): void {
    const todo = [step];
    while (todo.length > 0) {
      const one = todo.pop()!;
      const known = into.get(one);
      if (known !== undefined && known <= start) continue;
      into.set(one, start);
      const { steps } = this;
      const found = steps[one]!;
      if (found.op === "split") todo.push(...found.to);
      else if (found.op === "save" || (found.op === "assert" && holds(found.what, text, at)))
        todo.push(one + 1);
    }
  }

  /**
   * What the groups of the match from `start` to `end` take. Ways are tried in the order of the expression, first alternatives
   * and longer repetitions first, as glibc does; a way that failed at a place is not tried there again.
   */
  dissect(text: readonly string[], start: number, end: number): Spans {
    const width = end - start + 1;
    if (this.steps.length * width > PLACES_MAX) throw new RegexLimit("match too long");
    const tried = new Uint8Array(this.steps.length * width);
    const spans: number[] = [];
    const todo: Way[] = [{ step: 0, at: start, slot: -1 }];
    for (;;) {
      const way = todo.pop();
      if (way === undefined) return [];
      if (way.slot >= 0) spans[way.slot] = way.at;
      else if (this.follow(way, text, end, { start, width, tried, spans, todo })) return pairs(spans);
    }
  }

  /** Goes on until it fails (false) or ends the match; what else could be tried is put into `todo`. */
  private follow(way: Way, text: readonly string[], end: number, trial: Trail): boolean {
    const { start, width, tried, spans, todo } = trial;
    let { step, at } = way;
    for (;;) {
      const place = step * width + at - start;
      if (tried[place] === 1) return false;
      tried[place] = 1;
      const one = this.steps[step]!;
      switch (one.op) {
        case "end":
          return at === end;
        case "set":
          if (at >= end || !one.accepts(text[at]!)) return false;
          at++;
          step++;
          break;
        case "assert":
          if (!holds(one.what, text, at)) return false;
          step++;
          break;
        case "save":
          todo.push({ step, at: spans[one.slot] ?? -1, slot: one.slot });
          spans[one.slot] = at;
          step++;
          break;
        case "split":
          for (let i = one.to.length - 1; i > 0; i--) todo.push({ step: one.to[i]!, at, slot: -1 });
          if (one.to.length === 0) return false;
          step = one.to[0]!;
      }
    }
  }
}

/** A step to go on with at a place; or, with a slot, the value that it had before. */
interface Way {
  readonly step: number;
  readonly at: number;
  readonly slot: number;
}

interface Trail {
  readonly start: number;
  readonly width: number;
  readonly tried: Uint8Array;
  readonly spans: number[];
  readonly todo: Way[];
}

/** Slots 2n and 2n + 1 are the start and the end of group n. */
function pairs(slots: readonly number[]): Spans {
  const spans: (readonly [number, number] | null)[] = [];
  for (let i = 2; i < slots.length; i += 2) {
    const [start = -1, end = -1] = [slots[i], slots[i + 1]];
    spans[i / 2] = start < 0 || end < 0 ? null : [start, end];
  }
  return spans;
}

function holds(what: Assertion, text: readonly string[], at: number): boolean {
  const [before, after] = [isWordCharacter(text[at - 1]), isWordCharacter(text[at])];
  switch (what) {
    case "^":
      return at === 0;
    case "$":
      return at === text.length;
    case "<":
      return !before && after;
    case ">":
      return before && !after;
    case "b":
      return before !== after;
    case "B":
      return before === after;
  }
}

/** Tries an expression with back-references out, from the left, and keeps the longest match at the first start that has one. */
class Trial {
  private trials = 0;
  private best: ([number, number] | null)[] | null = null;

  constructor(
    private readonly text: readonly string[],
    private readonly groups: number,
    private readonly ignoreCase: boolean,
  ) {}

  run(root: Regex, from: number): Spans | null {
    for (let start = from; start <= this.text.length; start++) {
      const spans: ([number, number] | null)[] = Array.from({ length: this.groups + 1 }, () => null);
      this.match(root, start, spans, (end, found) => {
        if (this.best !== null && this.best[0]![1] >= end) return false;
        this.best = [[start, end], ...found.slice(1)];
        return end === this.text.length;
      });
      if (this.best !== null) return this.best;
    }
    return null;
  }

  /** Calls `then` for each way to match until it gives true. */
  private match(
    node: Regex,
    at: number,
    spans: ([number, number] | null)[],
    then: (end: number, spans: ([number, number] | null)[]) => boolean,
  ): boolean {
    if (++this.trials > TRIALS_MAX) throw new RegexLimit("regular expression takes too long");
    const { text } = this;
    switch (node.kind) {
      case "empty":
        return then(at, spans);
      case "set":
        return at < text.length && node.accepts(text[at]!) && then(at + 1, spans);
      case "assertion":
        return holds(node.what, text, at) && then(at, spans);
      case "reference": {
        const span = spans[node.number];
        if (span === null || span === undefined) return false;
        for (let i = span[0]; i < span[1]; i++)
          if (!this.isSame(text[i]!, text[at + i - span[0]])) return false;
        return then(at + span[1] - span[0], spans);
      }
      case "group":
        return this.match(node.body, at, spans, (end, inner) => {
          const next = [...inner];
          next[node.number] = [at, end];
          return then(end, next);
        });
      case "concat":
        return this.sequence(node.parts, 0, at, spans, then);
      case "alternatives":
        return node.branches.some((branch) => this.match(branch, at, spans, then));
      case "repeat":
        return this.again(node, 0, at, spans, then);
    }
  }

  private isSame(one: string, other: string | undefined): boolean {
    return this.ignoreCase ? one.toLowerCase() === other?.toLowerCase() : one === other;
  }

  private sequence(
    parts: readonly Regex[],
    i: number,
    at: number,
    spans: ([number, number] | null)[],
    then: (end: number, spans: ([number, number] | null)[]) => boolean,
  ): boolean {
    if (i === parts.length) return then(at, spans);
    return this.match(parts[i]!, at, spans, (end, inner) => this.sequence(parts, i + 1, end, inner, then));
  }

  private again(
    node: Extract<Regex, { kind: "repeat" }>,
    count: number,
    at: number,
    spans: ([number, number] | null)[],
    then: (end: number, spans: ([number, number] | null)[]) => boolean,
  ): boolean {
    const { body, least, most } = node;
    if (most === null || count < most) {
      const isMore = this.match(body, at, spans, (end, inner) =>
        end === at && count >= least ? false : this.again(node, count + 1, end, inner, then),
      );
      if (isMore) return true;
    }
    return count >= least && then(at, spans);
  }
}

export class PosixRegex {
  private readonly program: Program;

  private constructor(
    private readonly root: Regex,
    readonly groups: number,
    private readonly hasReferences: boolean,
    private readonly ignoreCase: boolean,
  ) {
    this.program = new Program(root);
  }

  /** Null: it is not a regular expression. */
  static compile(source: string, isExtended: boolean, ignoreCase = false): PosixRegex | null {
    const parsed = parseRegex(source, { isExtended, ignoreCase });
    if (parsed === null) return null;
    try {
      return new PosixRegex(parsed.root, parsed.groups, parsed.hasReferences, ignoreCase);
    } catch (error) {
      if (error instanceof RegexLimit) return null;
      throw error;
    }
  }

  /** The leftmost longest match at `from` or behind it; positions count the characters of `text`. Throws a `RegexLimit`. */
  search(text: readonly string[], from = 0): Spans | null {
    if (this.hasReferences) return new Trial(text, this.groups, this.ignoreCase).run(this.root, from);
    const span = this.program.search(text, from);
    if (span === null) return null;
    const groups = this.groups === 0 ? [] : this.program.dissect(text, ...span);
    return [span, ...Array.from({ length: this.groups }, (_, i) => groups[i + 1] ?? null)];
  }

  /** The texts of a match and its groups. */
  exec(text: string): readonly (string | null)[] | null {
    const characters = [...text];
    const spans = this.search(characters);
    return spans?.map((span) => (span === null ? null : characters.slice(...span).join(""))) ?? null;
  }
}
