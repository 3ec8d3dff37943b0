/** Expressions as lists of steps: what automata and walkers run. Intervals are written out. */
import type { Assertion, CharTest, Regex } from "./posix-regex-parse.ts";

export type Step =
  | { readonly op: "set"; readonly set: number }
  | { readonly op: "assert"; readonly what: Assertion }
  /** Remembers the place in a slot. */
  | { readonly op: "save"; readonly slot: number }
  /** Goes on only if it is elsewhere than the slot says: a repetition of nothing ends. */
  | { readonly op: "moved"; readonly slot: number }
  | { readonly op: "reference"; readonly group: number }
  | { readonly op: "split"; readonly to: readonly number[] }
  | { readonly op: "end" };

/** An expression that grows past this is refused. */
const STEPS_MAX = 100_000;

/** An expression is too large, or takes too long. */
export class RegexLimit extends Error {}

const ANY: CharTest = () => true;
const ANYTHING: Regex = {
  kind: "repeat",
  body: { kind: "set", accepts: ANY },
  least: 0,
  most: null,
};

export interface ProgramOptions {
  /** Does it read from the right to the left? */
  readonly isReverse: boolean;
  /** Are there steps for groups and back-references? Without, a reference stands for any text. */
  readonly hasGroups: boolean;
}

export class Program {
  readonly steps: Step[] = [];
  /** What the sets of the steps accept. */
  readonly sets: CharTest[] = [];
  hasAssertions = false;
  private readonly setNumbers = new Map<CharTest, number>();
  private nextSlot: number;

  constructor(
    root: Regex,
    groups: number,
    private readonly options: ProgramOptions,
  ) {
    this.nextSlot = 2 * groups + 2;
    this.add(root);
    this.push({ op: "end" });
  }

  private push(step: Step): number {
    if (this.steps.length >= STEPS_MAX) throw new RegexLimit("Regular expression too big");
    return this.steps.push(step) - 1;
  }

  private setOf(accepts: CharTest): number {
    let number = this.setNumbers.get(accepts);
    if (number === undefined) {
      number = this.sets.push(accepts) - 1;
      this.setNumbers.set(accepts, number);
    }
    return number;
  }

  private add(node: Regex): void {
    switch (node.kind) {
      case "empty":
        return;
      case "reference":
        if (this.options.hasGroups) this.push({ op: "reference", group: node.number });
        else this.add(ANYTHING);
        return;
      case "set":
        this.push({ op: "set", set: this.setOf(node.accepts) });
        return;
      case "assertion":
        this.hasAssertions = true;
        this.push({ op: "assert", what: node.what });
        return;
      case "group":
        if (this.options.hasGroups) this.push({ op: "save", slot: 2 * node.number });
        this.add(node.body);
        if (this.options.hasGroups) this.push({ op: "save", slot: 2 * node.number + 1 });
        return;
      case "concat":
        for (const part of this.options.isReverse ? node.parts.toReversed() : node.parts) this.add(part);
        return;
      case "alternatives":
        this.addAlternatives(node.branches);
        return;
      case "repeat":
        this.addRepeat(node);
        return;
    }
  }

  private addAlternatives(branches: readonly Regex[]): void {
    const to: number[] = [];
    this.push({ op: "split", to });
    const exits: number[][] = [];
    for (const branch of branches) {
      to.push(this.steps.length);
      this.add(branch);
      const exit: number[] = [];
      this.push({ op: "split", to: exit });
      exits.push(exit);
    }
    for (const exit of exits) exit.push(this.steps.length);
  }

  private addRepeat({ body, least, most }: Extract<Regex, { kind: "repeat" }>): void {
    for (let i = 0; i < least; i++) this.add(body);
    if (most === null) {
      const to: number[] = [];
      const split = this.push({ op: "split", to });
      to.push(this.steps.length);
      this.addMoving(body);
      this.push({ op: "split", to: [split] });
      to.push(this.steps.length);
      return;
    }
    this.addOptional(body, most - least);
  }

  /** x{0,3} is ((x?x)?x)?, as glibc reads it: which of the times is left out shows in the groups. */
  private addOptional(body: Regex, most: number): void {
    const isMarked = this.options.hasGroups && body.kind !== "set";
    const skips: number[][] = [];
    const first = this.nextSlot;
    if (isMarked) this.nextSlot += most;
    for (let i = 0; i < most; i++) {
      const to: number[] = [];
      this.push({ op: "split", to });
      to.push(this.steps.length);
      skips.push(to);
      if (isMarked) this.push({ op: "save", slot: first + i });
    }
    for (let i = most - 1; i >= 0; i--) {
      this.add(body);
      if (isMarked) this.push({ op: "moved", slot: first + i });
      skips[i]!.push(this.steps.length);
    }
  }

  /** One more time, unless it takes nothing. */
  private addMoving(body: Regex): void {
    if (!this.options.hasGroups || body.kind === "set") {
      this.add(body);
      return;
    }
    const slot = this.nextSlot++;
    this.push({ op: "save", slot });
    this.add(body);
    this.push({ op: "moved", slot });
  }
}

/** What stands beside a place: for assertions only. */
export const EDGE = 0;
export const WORD = 1;
export const NEWLINE = 2;
export const OTHER = 3;
export type Kind = typeof EDGE | typeof WORD | typeof NEWLINE | typeof OTHER;

export function holds(what: Assertion, before: number, after: number): boolean {
  switch (what) {
    case "`":
      return before === EDGE;
    case "'":
      return after === EDGE;
    case "^":
      return before === EDGE || before === NEWLINE;
    case "$":
      return after === EDGE || after === NEWLINE;
    case "<":
      return before !== WORD && after === WORD;
    case ">":
      return before === WORD && after !== WORD;
    case "b":
      return (before === WORD) !== (after === WORD);
    case "B":
      return (before === WORD) === (after === WORD);
    case "not-behind-word":
      return before !== WORD;
    case "not-before-word":
      return after !== WORD;
  }
}
