/** Shell variables: scalars, arrays, their attributes, and the scopes of functions. */
import { encode } from "../core/octets.ts";

export class IndexedArray {
  /** One more than the highest index; null: it has to be looked for. */
  private endKnown: number | null = null;

  constructor(
    private readonly items: Map<number, string> = new Map(),
    /** It was declared, and nothing was ever assigned to it: `declare -p` tells it from an empty one. */
    public isBare = false,
  ) {}

  static of(values: readonly string[]): IndexedArray {
    return new IndexedArray(new Map(values.map((value, i) => [i, value])));
  }

  /** Indices in ascending order. */
  keys(): number[] {
    const keys = [...this.items.keys()];
    return keys.every((key, i) => i === 0 || keys[i - 1]! < key) ? keys : keys.sort((a, b) => a - b);
  }

  values(): string[] {
    return this.keys().map((key) => this.items.get(key)!);
  }

  get size(): number {
    return this.items.size;
  }

  get end(): number {
    this.endKnown ??= this.items.size === 0 ? 0 : this.keys().at(-1)! + 1;
    return this.endKnown;
  }

  /** A negative index counts from the end; null: before the start. */
  position(index: number): number | null {
    const at = index < 0 ? index + this.end : index;
    return at < 0 ? null : at;
  }

  get(index: number): string | undefined {
    return this.items.get(index);
  }
  set(index: number, value: string): void {
    this.isBare = false;
    this.items.set(index, value);
    if (this.endKnown !== null && index >= this.endKnown) this.endKnown = index + 1;
  }
  delete(index: number): void {
    this.items.delete(index);
    this.endKnown = null;
  }
  copy(): IndexedArray {
    return new IndexedArray(new Map(this.items), this.isBare);
  }
}

/** bash's buckets: so many, and newest first in each. @source bash 5.2 assoc.h, hashlib.c */
const BUCKETS = 1024;

function bucketOf(key: string): number {
  let hash = 2_166_136_261;
  for (const octet of encode(key)) hash = Math.imul(hash, 16_777_619) ^ octet;
  return (hash >>> 0) & (BUCKETS - 1);
}

export class AssocArray {
  constructor(
    private readonly items: Map<string, string> = new Map(),
    /** As of an indexed array. */
    public isBare = false,
  ) {}

  /** Keys in the order in which bash walks its hash table. */
  keys(): string[] {
    return [...this.items.keys()]
      .map((key, age) => ({ key, age, bucket: bucketOf(key) }))
      .sort((a, b) => a.bucket - b.bucket || b.age - a.age)
      .map(({ key }) => key);
  }

  values(): string[] {
    return this.keys().map((key) => this.items.get(key)!);
  }
  get size(): number {
    return this.items.size;
  }
  get(key: string): string | undefined {
    return this.items.get(key);
  }
  set(key: string, value: string): void {
    this.isBare = false;
    this.items.set(key, value);
  }
  delete(key: string): void {
    this.items.delete(key);
  }
  copy(): AssocArray {
    return new AssocArray(new Map(this.items), this.isBare);
  }
}

export type Value = string | IndexedArray | AssocArray;

export class Variable {
  value: Value | undefined = undefined;
  isExported = false;
  isReadonly = false;
  isInteger = false;
  isNameref = false;
  isTraced = false;
  case: "upper" | "lower" | "capital" | null = null;

  copy(): Variable {
    const copy = Object.assign(new Variable(), this);
    if (copy.value !== undefined && typeof copy.value !== "string") copy.value = copy.value.copy();
    return copy;
  }

  /** The value that `$name` gives: of an array, element 0. */
  get scalar(): string | undefined {
    const { value } = this;
    return value instanceof IndexedArray
      ? value.get(0)
      : value instanceof AssocArray
        ? value.get("0")
        : value;
  }
}

export interface Scope {
  readonly kind: "global" | "function" | "command";
  readonly variables: Map<string, Variable>;
}

/** Variables that are worked out when read: `RANDOM`, `LINENO`, ... */
export interface Dynamic {
  get(): Value;
  set(value: string): void;
}

export class Variables {
  private constructor(private readonly scopes: Scope[]) {}

  static empty(): Variables {
    return new Variables([{ kind: "global", variables: new Map() }]);
  }

  copy(): Variables {
    return new Variables(
      this.scopes.map(({ kind, variables }) => ({
        kind,
        variables: new Map([...variables].map(([name, variable]) => [name, variable.copy()])),
      })),
    );
  }

  /** What they take: UTF-16 units of all values, and 64 for each. */
  measure(): number {
    let sum = 0;
    for (const { variables } of this.scopes)
      for (const { value } of variables.values()) {
        if (typeof value === "string") sum += value.length + 64;
        else if (value !== undefined) for (const item of value.values()) sum += item.length + 64;
      }
    return sum;
  }

  push(kind: "function" | "command"): void {
    this.scopes.push({ kind, variables: new Map() });
  }

  pop(): Scope {
    return this.scopes.pop()!;
  }

  pushAgain(scope: Scope): void {
    this.scopes.push(scope);
  }

  get isInFunction(): boolean {
    return this.scopes.some(({ kind }) => kind === "function");
  }

  find(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const variable = this.scopes[i]!.variables.get(name);
      if (variable !== undefined) return variable;
    }
    return undefined;
  }

  /** Follows `declare -n`. */
  nameOf(name: string): string {
    let target = name;
    for (let depth = 0; depth < 8; depth++) {
      const variable = this.find(target);
      if (variable?.isNameref !== true || typeof variable.value !== "string" || variable.value === "")
        return target;
      target = variable.value;
    }
    return target;
  }

  /** The variable that an assignment means; made if there is none. */
  findOrMake(name: string): Variable {
    return this.find(name) ?? this.make(name, this.scopes[0]!);
  }

  local(name: string): Variable {
    const scope = this.scopes.findLast(({ kind }) => kind === "function") ?? this.scopes[0]!;
    const known = scope.variables.get(name);
    if (known !== undefined) return known;
    const outer = this.scopes.findLast(({ variables }) => variables.has(name));
    const variable = this.make(name, scope);
    // What was set for a command alone is what its locals begin with.
    if (outer?.kind === "command") {
      const { value, isExported } = outer.variables.get(name)!;
      Object.assign(variable, { value, isExported });
    }
    return variable;
  }

  global(name: string): Variable {
    return this.scopes[0]!.variables.get(name) ?? this.make(name, this.scopes[0]!);
  }

  /** In the innermost scope: an assignment before a command. */
  inCommand(name: string): Variable {
    return this.make(name, this.scopes.at(-1)!);
  }

  /** `keepsLocal`: a variable of a calling function stays one, too (`localvar_unset`). */
  unset(name: string, keepsLocal = false): void {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const { kind, variables } = this.scopes[i]!;
      if (!variables.has(name)) continue;
      // A local variable that is unset stays local, without a value.
      if (kind === "function" && keepsLocal) variables.set(name, new Variable());
      else if (kind === "function" && i === this.scopes.findLastIndex((scope) => scope.kind === "function"))
        variables.set(name, new Variable());
      else variables.delete(name);
      return;
    }
  }

  /** Names that are visible, sorted. */
  names(): string[] {
    const names = new Set(this.scopes.flatMap(({ variables }) => [...variables.keys()]));
    return [...names].sort();
  }

  localNames(): string[] {
    const scope = this.scopes.findLast(({ kind }) => kind === "function");
    return scope === undefined ? [] : [...scope.variables.keys()].sort();
  }

  environment(): Map<string, string> {
    const env = new Map<string, string>();
    // An inner variable hides an outer one, even if it is not exported.
    for (const { variables } of this.scopes)
      for (const [name, { isExported, value }] of variables) {
        if (isExported && typeof value === "string") env.set(name, value);
        else if (env.size > 0) env.delete(name);
      }
    return new Map([...env].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private make(name: string, scope: Scope): Variable {
    const variable = new Variable();
    scope.variables.set(name, variable);
    return variable;
  }
}
