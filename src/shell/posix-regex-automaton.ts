/**
 * Automata that are made while they read: a state is the set of steps that a text may have led to. A character takes one look into
 * a table, however the expression is written, so that no text takes more than its length.
 * @source Thompson, "Regular expression search algorithm", CACM 11 (1968)
 */
import { isWordCharacter } from "./posix-regex-parse.ts";
import { EDGE, holds, type Kind, NEWLINE, OTHER, type Program, WORD } from "./posix-regex-program.ts";

/** States that are kept; past this the table begins anew. */
const STATES_MAX = 3000;
/** Steps in all states that are kept. */
const KEPT_MAX = 2_000_000;

/** Characters that no set of an expression tells apart are one class; class 0 is the edge of the text. */
export class Alphabet {
  private readonly ascii = new Int32Array(128).fill(-1);
  private readonly others = new Map<number, number>();
  private readonly numbers = new Map<string, number>();
  /** By class: what it is beside a place. */
  readonly kinds: Kind[] = [EDGE];
  /** By class: is it in a set? */
  readonly members: (readonly boolean[])[] = [[]];

  constructor(private readonly program: Program) {}

  classOf(code: number): number {
    if (code < 128) {
      const known = this.ascii[code]!;
      if (known >= 0) return known;
      const made = this.classify(code);
      this.ascii[code] = made;
      return made;
    }
    const known = this.others.get(code);
    if (known !== undefined) return known;
    const made = this.classify(code);
    this.others.set(code, made);
    return made;
  }

  private classify(code: number): number {
    const character = String.fromCodePoint(code);
    const members = this.program.sets.map((accepts) => accepts(character));
    const kind = !this.program.hasAssertions
      ? OTHER
      : code === 10
        ? NEWLINE
        : isWordCharacter(character)
          ? WORD
          : OTHER;
    const key = `${kind}${members.map(Number).join("")}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.kinds.push(kind);
    const made = this.members.push(members) - 1;
    this.numbers.set(key, made);
    return made;
  }
}

interface State {
  /** In rising order, before assertions are looked at. */
  readonly steps: readonly number[];
  /** Of the character that was read last. */
  readonly kind: Kind;
  /** By class. */
  readonly next: (State | undefined)[];
  /** By the kind of what comes next: is a match complete here? */
  readonly isEnd: (boolean | undefined)[];
}

/** The code of the character that ends at a place. */
function codeBefore(text: string, at: number): number {
  const low = text.charCodeAt(at - 1);
  if ((low & 0xfc00) !== 0xdc00 || at < 2) return low;
  const high = text.charCodeAt(at - 2);
  return (high & 0xfc00) === 0xd800 ? ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000 : low;
}

export class Automaton {
  readonly alphabet: Alphabet;
  private states = new Map<string, State>();
  private kept = 0;
  private readonly marks: Int32Array;
  private round = 0;

  constructor(
    private readonly program: Program,
    /** Reads from the right, where a match may end anywhere; otherwise from the left, where it begins at the start. */
    private readonly isReverse: boolean,
  ) {
    this.alphabet = new Alphabet(program);
    this.marks = new Int32Array(program.steps.length);
  }

  /**
   * Reads a text from its end, and marks the places where a match begins. Without marks it stops at the first that it finds.
   * @returns the one that was found last; -1: there is none
   */
  findStarts(text: string, starts: Uint8Array | null): number {
    const { alphabet } = this;
    const { kinds } = alphabet;
    let state = this.state([0], EDGE);
    let found = -1;
    for (let at = text.length; ; ) {
      const code = at > 0 ? codeBefore(text, at) : -1;
      const next = code < 0 ? 0 : alphabet.classOf(code);
      const kind = kinds[next]!;
      if (state.isEnd[kind] ?? this.endsIn(state, kind)) {
        found = at;
        if (starts === null) return found;
        starts[at] = 1;
      }
      if (at <= 0) return found;
      state = state.next[next] ?? this.advance(state, next);
      at -= code > 0xffff ? 2 : 1;
    }
  }

  /** How far the longest match reaches that begins at `start`; -1: there is none. `read` is told how far it looked. */
  longest(text: string, start: number, read: (end: number) => void): number {
    const { alphabet } = this;
    const { kinds } = alphabet;
    const before = start === 0 ? EDGE : kinds[alphabet.classOf(codeBefore(text, start))]!;
    let state = this.state([0], before);
    let end = -1;
    for (let at = start; ; ) {
      const code = at < text.length ? text.codePointAt(at)! : -1;
      const next = code < 0 ? 0 : alphabet.classOf(code);
      const kind = kinds[next]!;
      if (state.isEnd[kind] ?? this.endsIn(state, kind)) end = at;
      if (code < 0 || state.steps.length === 0) {
        read(at);
        return end;
      }
      state = state.next[next] ?? this.advance(state, next);
      at += code > 0xffff ? 2 : 1;
    }
  }

  private state(steps: readonly number[], kind: Kind): State {
    const key = `${kind} ${steps.join()}`;
    const known = this.states.get(key);
    if (known !== undefined) return known;
    this.kept += steps.length;
    if (this.states.size >= STATES_MAX || this.kept > KEPT_MAX) {
      this.states = new Map();
      this.kept = steps.length;
    }
    const made: State = { steps, kind, next: [], isEnd: [] };
    this.states.set(key, made);
    return made;
  }

  /** All steps that are reached without reading, between what was read and what comes next. */
  private reach(state: State, kind: Kind): number[] {
    const [before, after] = this.isReverse ? [kind, state.kind] : [state.kind, kind];
    const { marks } = this;
    const round = ++this.round;
    const reached: number[] = [];
    const todo = [...state.steps];
    while (todo.length > 0) {
      const at = todo.pop()!;
      if (marks[at] === round) continue;
      marks[at] = round;
      const step = this.program.steps[at]!;
      if (step.op === "split") for (const to of step.to) todo.push(to);
      else if (step.op === "set" || step.op === "end") reached.push(at);
      else if (step.op !== "assert" || holds(step.what, before, after)) todo.push(at + 1);
    }
    return reached;
  }

  private endsIn(state: State, kind: Kind): boolean {
    const isEnd = this.reach(state, kind).includes(this.program.steps.length - 1);
    state.isEnd[kind] = isEnd;
    return isEnd;
  }

  private advance(state: State, next: number): State {
    const kind = this.alphabet.kinds[next]!;
    const members = this.alphabet.members[next]!;
    const steps = this.isReverse ? [0] : [];
    for (const at of this.reach(state, kind)) {
      const step = this.program.steps[at]!;
      if (step.op === "set" && members[step.set]) steps.push(at + 1);
    }
    const made = this.state(
      steps.sort((a, b) => a - b),
      kind,
    );
    state.next[next] = made;
    return made;
  }
}
