/**
 * Walks an expression along a match, to learn what its groups take, or to try one out whose back-references no automaton knows.
 * Ways are tried in the order of the expression, first alternatives and longer repetitions first.
 */
import { Alphabet } from "./posix-regex-automaton.ts";
import { EDGE, holds, type Program, RegexLimit } from "./posix-regex-program.ts";

/** Where a match and its groups begin and end, in UTF-16 units; null: a group that took no part. */
export type Spans = readonly (readonly [start: number, end: number] | null)[];

/** Steps of an expression times places of a match whose groups are asked for. */
const PLACES_MAX = 1_000_000_000;
/** Steps of a search with back-references. */
const TRIALS_MAX = 5_000_000;

export class Walker {
  private readonly alphabet: Alphabet;
  private spans: number[] = [];
  /** Three numbers each: a step to go on with, the place, and -1; or a slot and the value it had before. */
  private todo: number[] = [];
  private tried: Uint8Array | null = null;
  private start = 0;
  private width = 0;
  private trials = 0;

  constructor(
    private readonly program: Program,
    private readonly groups: number,
    private readonly ignoreCase: boolean,
  ) {
    this.alphabet = new Alphabet(program);
  }

  /** The groups of the match from `start` to `end`; a way that failed at a place is not tried there again. */
  dissect(text: string, start: number, end: number): Spans {
    const width = end - start + 1;
    const places = this.program.steps.length * width;
    if (places > PLACES_MAX) throw new RegexLimit("Memory exhausted");
    this.begin(start);
    this.tried = new Uint8Array((places >> 3) + 1);
    this.width = width;
    while (this.todo.length > 0) {
      const reached = this.follow(text, end);
      if (reached === end) return this.result(start, end);
    }
    throw new Error("no way along a match");
  }

  /** The longest match of an expression with back-references that begins at `start`. */
  trial(text: string, start: number): Spans | null {
    this.begin(start);
    this.tried = null;
    let best: Spans | null = null;
    while (this.todo.length > 0) {
      const end = this.follow(text, text.length);
      if (end < 0 || (best !== null && end <= best[0]![1])) continue;
      best = this.result(start, end);
      if (end === text.length) break;
    }
    return best;
  }

  /** A search begins: its steps are counted anew. */
  resetTrials(): this {
    this.trials = 0;
    return this;
  }

  private begin(start: number): void {
    this.spans = [];
    this.todo = [0, start, -1];
    this.start = start;
  }

  private result(start: number, end: number): Spans {
    const spans: (readonly [number, number] | null)[] = [[start, end]];
    for (let group = 1; group <= this.groups; group++) {
      const [from = -1, to = -1] = [this.spans[2 * group], this.spans[2 * group + 1]];
      spans.push(from < 0 || to < 0 ? null : [from, to]);
    }
    return spans;
  }

  private later(a: number, b: number, slot: number): void {
    this.todo.push(a, b, slot);
  }

  private kindAt(text: string, at: number): number {
    return at < 0 || at >= text.length
      ? EDGE
      : this.alphabet.kinds[this.alphabet.classOf(pointAt(text, at))]!;
  }

  /** Takes a way up and goes on until it fails (-1) or ends the match; what else could be tried is left for later. */
  private follow(text: string, end: number): number {
    const slot = this.todo.pop()!;
    let at = this.todo.pop()!;
    let place = this.todo.pop()!;
    if (slot >= 0) {
      this.spans[slot] = at;
      return -1;
    }
    const { tried, width, start, spans, program, alphabet } = this;
    for (;;) {
      if (tried !== null) {
        const bit = place * width + at - start;
        if (((tried[bit >> 3]! >> (bit & 7)) & 1) === 1) return -1;
        tried[bit >> 3]! |= 1 << (bit & 7);
      } else if (++this.trials > TRIALS_MAX) throw new RegexLimit("Regular expression takes too long");
      const step = program.steps[place]!;
      switch (step.op) {
        case "end":
          return tried === null || at === end ? at : -1;
        case "set": {
          if (at >= end) return -1;
          const code = text.codePointAt(at)!;
          if (!alphabet.members[alphabet.classOf(code)]![step.set]) return -1;
          at += code > 0xffff ? 2 : 1;
          place++;
          break;
        }
        case "assert":
          if (!holds(step.what, this.kindAt(text, at - 1), this.kindAt(text, at))) return -1;
          place++;
          break;
        case "save":
          this.later(0, spans[step.slot] ?? -1, step.slot);
          spans[step.slot] = at;
          place++;
          break;
        case "moved":
          if (spans[step.slot] === at) return -1;
          place++;
          break;
        case "reference": {
          const length = this.sameAs(step.group, text, at, end);
          if (length < 0) return -1;
          at += length;
          place++;
          break;
        }
        case "split":
          if (step.to.length === 0) return -1;
          for (let i = step.to.length - 1; i > 0; i--) this.later(step.to[i]!, at, -1);
          place = step.to[0]!;
      }
    }
  }

  /** The length of what a group took if it stands at `at` again; -1: it does not. */
  private sameAs(group: number, text: string, at: number, end: number): number {
    const [from = -1, to = -1] = [this.spans[2 * group], this.spans[2 * group + 1]];
    if (from < 0 || to < from || at + to - from > end) return -1;
    const [one, other] = [text.slice(from, to), text.slice(at, at + to - from)];
    const isSame = this.ignoreCase ? one.toLowerCase() === other.toLowerCase() : one === other;
    return isSame ? to - from : -1;
  }
}

/** The code of the character that a place is in: it may be the second half of a pair. */
function pointAt(text: string, at: number): number {
  const code = text.codePointAt(at)!;
  const isLow = (code & 0xfffffc00) === 0xdc00 && at > 0;
  return isLow && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? text.codePointAt(at - 1)! : code;
}
