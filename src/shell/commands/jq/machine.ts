/**
 * Runs a program of jq, by backtracking. What a term gives goes to its continuation; where it could give more, it leaves a fork. When
 * a course ends, the last fork is taken up again. Continuations and forks stand on the heap, so that recursion in a program has
 * no other bound than memory, and an error unwinds the forks to the nearest `try`: also one whose body is over but may give more,
 * as in jq 1.6.
 */

import { destructure } from "./destructure.ts";
import { bind, type Closure, EMPTY_ENV, type Env, lookUp } from "./env.ts";
import { foreach, reduce } from "./folds.ts";
import { describedResult, dumped } from "./messages.ts";
import { operate } from "./operators.ts";
import { getIndex } from "./paths.ts";
import { definitionOf } from "./prelude.ts";
import type { Definition, Term } from "./tree.ts";
import { isArray, isObject, isTruthy, JqError, type Json } from "./values.ts";

/** Where a value stands; null: nobody wants to know. */
export interface Place {
  readonly key: Json | undefined;
  readonly parent: Place | null;
  /** The value there: what is another value has no place any more. */
  readonly at: Json;
}

export type Continuation = (value: Json, place: Place | null) => void;

interface Fork {
  /** Goes on with what is left; gives false if it was the last. */
  readonly resume: () => void;
  /** Takes an error that happened since; true: it did. */
  readonly caught: ((error: unknown) => boolean) | null;
}

/** `break`. */
class Break {
  constructor(readonly label: object) {}
}

/** A function that is not written in jq: its arguments are values. */
export type Native = (input: Json, args: readonly Json[], machine: Machine) => Json;
/** One that may give many values, or needs places. */
export type Special = (machine: Machine, run: SpecialCall) => void;

/** Where the machine stands: the input of a term, its names, and what comes after it. */
export interface State {
  readonly env: Env;
  readonly value: Json;
  readonly place: Place | null;
  readonly k: Continuation;
}

export interface SpecialCall {
  readonly args: readonly Term[];
  readonly env: Env;
  readonly input: Json;
  readonly place: Place | null;
  readonly k: Continuation;
}

export interface Library {
  native(name: string): Native | undefined;
  special(name: string): Special | undefined;
}

/** So many steps may pass between two values; a program that never gives one must end, too. */
const STEPS_MAX = 30_000_000;

export class Machine {
  private term: Term | null = null;
  private env: Env = EMPTY_ENV;
  private value: Json = null;
  private place: Place | null = null;
  private k: Continuation = () => {};
  private forks: Fork[] = [];
  private output: Json | undefined;
  private readonly base = new Map<string, Env>();

  constructor(
    private readonly library: Library,
    /** Variables that every program sees. */
    private readonly globals: Env,
  ) {}

  /** Begins a program on an input. */
  start(program: Term, input: Json): void {
    this.forks = [];
    this.eval(program, this.globals, input, null, (value) => {
      this.output = value;
    });
  }

  /** What it waits for is there: goes on. */
  suspend(again: () => void): void {
    this.again = again;
    this.term = null;
  }

  /** The next value; undefined: there are no more, or it waits. Throws a `JqError` that nobody caught. */
  next(): Json | undefined {
    const { again } = this;
    this.again = null;
    if (this.output !== undefined) {
      this.output = undefined;
      this.backtrack();
    }
    for (let steps = 0; ; steps++) {
      if (this.again !== null) return undefined;
      if (steps > STEPS_MAX) throw new JqError("the program takes too long");
      if (this.output !== undefined) return this.output;
      try {
        if (steps === 0 && again !== null) again();
        else if (this.term !== null) this.step();
        else if (this.isOver) return undefined;
        else this.k(this.value, this.place);
      } catch (error) {
        this.raise(error);
      }
    }
  }

  private isOver = false;
  private again: (() => void) | null = null;

  get isWaiting(): boolean {
    return this.again !== null;
  }

  // ------------------------------------------------------------------------------------------ what terms and builtins use

  get state(): State {
    const { env, value, place, k } = this;
    return { env, value, place, k };
  }

  eval(term: Term, env: Env, input: Json, place: Place | null, k: Continuation): void {
    this.isOver = false;
    this.term = term;
    this.env = env;
    this.value = input;
    this.place = place;
    this.k = k;
  }

  give(k: Continuation, value: Json, place: Place | null): void {
    this.term = null;
    this.value = value;
    this.place = place;
    this.k = k;
  }

  fork(resume: () => void, caught: Fork["caught"] = null): void {
    this.forks.push({ resume, caught });
  }

  /** How many forks there are: for `cut`. */
  get depth(): number {
    return this.forks.length;
  }

  /** Gives up the forks that were made since. */
  cut(depth: number): void {
    this.forks.length = depth;
  }

  backtrack(): void {
    const fork = this.forks.pop();
    if (fork === undefined) {
      this.term = null;
      this.isOver = true;
    } else fork.resume();
  }

  /** Gives each of some values in turn. */
  giveEach(count: number, valueAt: (i: number) => readonly [Json, Place | null], k: Continuation): void {
    const from = (i: number) => {
      if (i >= count) {
        this.backtrack();
        return;
      }
      if (i + 1 < count) this.fork(() => from(i + 1));
      this.give(k, ...valueAt(i));
    };
    from(0);
  }

  private raise(error: unknown): void {
    if (!(error instanceof JqError || error instanceof Break)) throw error;
    // An error without a value is none.
    if (error instanceof JqError && error.value === null) {
      this.backtrack();
      return;
    }
    for (;;) {
      const fork = this.forks.pop();
      if (fork === undefined) {
        this.term = null;
        this.isOver = true;
        throw error;
      }
      if (fork.caught?.(error)) return;
    }
  }

  // ------------------------------------------------------------------------------------------ terms

  private step() {
    const { env, value, place, k } = this;
    const term = this.term!;
    switch (term.kind) {
      case "identity":
        return this.give(k, value, place);
      case "literal":
        return this.give(k, term.value, place);
      case "recurse":
        return this.eval({ kind: "call", name: "recurse", args: [], at: 0 }, env, value, place, k);
      case "pipe":
        return this.eval(term.left, env, value, place, (v, p) => this.eval(term.right, env, v, p, k));
      case "comma":
        this.fork(() => this.eval(term.right, env, value, place, k));
        return this.eval(term.left, env, value, place, k);
      case "format":
        return this.callNamed("format", [{ kind: "literal", value: term.name }]);
      case "string":
        return this.interpolate(term.format, term.parts);
      case "array":
        return this.collect(term.body);
      case "object":
        return this.construct(term.entries);
      case "index":
        return this.eval(term.key, env, value, null, (key) =>
          this.eval(term.target, env, value, place, (v, p) => this.index(v, p, key, k)),
        );
      case "slice":
        return this.slice(term.target, term.from, term.to);
      case "each":
        return this.eval(term.target, env, value, place, (v, p) => this.each(v, p, k));
      case "and":
      case "or":
        return this.eval(term.left, env, value, null, (left) =>
          isTruthy(left) === (term.kind === "or")
            ? this.give(k, isTruthy(left), place)
            : this.eval(term.right, env, value, null, (right) => this.give(k, isTruthy(right), place)),
        );
      case "alternative":
        return this.alternative(term.left, term.right);
      case "binary":
        return this.eval(term.right, env, value, null, (right) =>
          this.eval(term.left, env, value, null, (left) =>
            this.give(k, operate(term.operator, left, right), place),
          ),
        );
      case "negate":
        return this.eval(term.body, env, value, null, (v) => {
          if (typeof v !== "number") throw new JqError(`${dumped(v)} cannot be negated`);
          this.give(k, -v, place);
        });
      case "if":
        return this.eval(term.test, env, value, null, (test) =>
          this.eval(isTruthy(test) ? term.yes : term.no, env, value, place, k),
        );
      case "try":
        return this.tryBody(term.body, term.handler);
      case "reduce":
        return reduce(this, term, this.state);
      case "foreach":
        return foreach(this, term, this.state);
      case "bind":
        return this.eval(term.source, env, value, null, (source) =>
          destructure(this, term.patterns, source, env, value, (inner) =>
            this.eval(term.body, inner, value, place, k),
          ),
        );
      case "define":
        return this.eval(term.body, this.define(term.definition, env), value, place, k);
      case "label":
        return this.label(term.name, term.body);
      case "break":
        throw new Break(lookUp(env, `*${term.name}`)!.label!);
      case "variable":
        return this.give(k, lookUp(env, `$${term.name}`)!.value, place);
      case "call":
        return this.callNamed(term.name, term.args);
    }
  }

  private define({ name, params, body }: Definition, env: Env): Env {
    const closure: { params: Definition["params"]; body: Term; env: Env } = { params, body, env };
    const own: Env = { name: `${name}/${params.length}`, value: null, closure, label: null, next: env };
    closure.env = own;
    return own;
  }

  private callNamed(name: string, args: readonly Term[]) {
    const { env, value, place, k } = this;
    const key = args.length === 0 && name.includes("/") ? name : `${name}/${args.length}`;
    const found = lookUp(env, key);
    const closure = found?.closure ?? null;
    if (closure !== null) return this.enter(closure, args, env, k);
    const special = this.library.special(key);
    if (special !== undefined) return special(this, { args, env, input: value, place, k });
    const native = this.library.native(key);
    if (native !== undefined)
      return this.values(args, env, value, (values) => this.give(k, native(value, values, this), place));
    return this.enter(this.fromPrelude(key), args, env, k);
  }

  private fromPrelude(key: string): Closure {
    let own = this.base.get(key);
    if (own === undefined) {
      own = this.define(definitionOf(key)!, this.globals);
      this.base.set(key, own);
    }
    return own.closure!;
  }

  /** The values of arguments in all combinations; the last argument changes slowest. */
  values(args: readonly Term[], env: Env, input: Json, then: (values: readonly Json[]) => void): void {
    const from = (i: number, rest: readonly Json[]) => {
      if (i < 0) then(rest);
      else this.eval(args[i]!, env, input, null, (value) => from(i - 1, [value, ...rest]));
    };
    from(args.length - 1, []);
  }

  private enter(closure: Closure, args: readonly Term[], env: Env, k: Continuation) {
    const { value, place } = this;
    let inner = closure.env;
    for (const [i, { name }] of closure.params.entries()) {
      const term = args[i]!;
      // A parameter that is handed on is handed on itself: its environments would pile up.
      const same = term.kind === "call" && term.args.length === 0 ? lookUp(env, `${term.name}/0`) : null;
      const given =
        same !== null && same.closure !== null && same.closure.params.length === 0
          ? same.closure
          : { params: [], body: term, env };
      inner = { name: `${name}/0`, value: null, closure: given, label: null, next: inner };
    }
    const valued = closure.params.filter(({ isValue }) => isValue);
    const from = (i: number, own: Env) => {
      const param = valued[i];
      if (param === undefined) this.eval(closure.body, own, value, place, k);
      else
        this.eval({ kind: "call", name: param.name, args: [], at: 0 }, own, value, null, (v) =>
          from(i + 1, bind(own, `$${param.name}`, v)),
        );
    };
    from(0, inner);
  }

  private interpolate(format: string, parts: readonly (string | Term)[]): void {
    const { env, value, place, k } = this;
    const convert: Term = { kind: "format", name: format };
    const from = (i: number, text: string) => {
      const part = parts[i];
      if (i < 0) this.give(k, text, place);
      else if (typeof part === "string") from(i - 1, part + text);
      else
        this.eval(part!, env, value, null, (v) =>
          this.eval(convert, env, v, null, (shown) => from(i - 1, (shown as string) + text)),
        );
    };
    from(parts.length - 1, "");
  }

  private collect(body: Term | null) {
    const { env, value, place, k } = this;
    if (body === null) return this.give(k, [], place);
    const items: Json[] = [];
    this.fork(() => this.give(k, items, place));
    this.eval(body, env, value, null, (item) => {
      items.push(item);
      this.backtrack();
    });
  }

  private construct(entries: readonly (readonly [Term, Term])[]): void {
    const { env, value, place, k } = this;
    const from = (i: number, made: ReadonlyMap<string, Json>) => {
      const entry = entries[i];
      if (entry === undefined) return this.give(k, made, place);
      this.eval(entry[0], env, value, null, (key) =>
        this.eval(entry[1], env, value, null, (item) => {
          if (typeof key !== "string") throw new JqError(`Cannot use ${dumped(key)} as object key`);
          from(i + 1, new Map(made).set(key, item));
        }),
      );
    };
    from(0, new Map());
  }

  private checkPlace(value: Json, place: Place, attempt: () => string): void {
    if (!Object.is(value, place.at))
      throw new JqError(
        `Invalid path expression near attempt to ${attempt()} of ${describedResult(value)}`.replace(
          /^(.*attempt to iterate through) of /s,
          "$1 ",
        ),
      );
  }

  index(value: Json, place: Place | null, key: Json, k: Continuation): void {
    if (place !== null) this.checkPlace(value, place, () => `access element ${describedResult(key)}`);
    const item = getIndex(value, key);
    this.give(k, item, place === null ? null : { key, parent: place, at: item });
  }

  private slice(target: Term, from: Term | null, to: Term | null): void {
    const { env, value, place, k } = this;
    const none: Term = { kind: "literal", value: null };
    this.eval(to ?? none, env, value, null, (end) =>
      this.eval(from ?? none, env, value, null, (start) =>
        this.eval(target, env, value, place, (v, p) =>
          this.index(
            v,
            p,
            new Map<string, Json>([
              ["start", start],
              ["end", end],
            ]),
            k,
          ),
        ),
      ),
    );
  }

  private each(value: Json, place: Place | null, k: Continuation): void {
    if (place !== null) this.checkPlace(value, place, () => "iterate through");
    const at = (key: Json, item: Json) =>
      [item, place === null ? null : { key, parent: place, at: item }] as const;
    if (isArray(value)) this.giveEach(value.length, (i) => at(i, value[i]!), k);
    else if (isObject(value)) {
      const entries = [...value];
      this.giveEach(entries.length, (i) => at(...entries[i]!), k);
    } else throw new JqError(`Cannot iterate over ${dumped(value)}`);
  }

  private alternative(left: Term, right: Term) {
    const { env, value, place, k } = this;
    let isFound = false;
    this.fork(() => (isFound ? this.backtrack() : this.eval(right, env, value, place, k)));
    this.eval(left, env, value, place, (v, p) => {
      if (!isTruthy(v)) return this.backtrack();
      isFound = true;
      this.give(k, v, p);
    });
  }

  private tryBody(body: Term, handler: Term | null) {
    const { env, value, place, k } = this;
    this.fork(
      () => this.backtrack(),
      (error) => {
        // A `break` is an error like any other to it, as in jq 1.6.
        const caught = error instanceof JqError ? error.value : null;
        if (handler === null) this.backtrack();
        else this.eval(handler, env, caught, null, k);
        return true;
      },
    );
    this.eval(body, env, value, place, k);
  }

  private label(name: string, body: Term) {
    const { env, value, place, k } = this;
    const label = {};
    this.fork(
      () => this.backtrack(),
      (error) => {
        if (!(error instanceof Break) || error.label !== label) return false;
        this.backtrack();
        return true;
      },
    );
    this.eval(body, { name: `*${name}`, value: null, closure: null, label, next: env }, value, place, k);
  }
}
