/** Finds names that are not defined, before a program runs. */

import { faultAt } from "./parser.ts";
import { type Pattern, type Term, variablesOf } from "./tree.ts";

type Scope = ReadonlySet<string>;

export class Checker {
  readonly faults: string[] = [];

  constructor(
    private readonly source: string,
    private readonly isBuiltin: (key: string) => boolean,
  ) {}

  check(term: Term, scope: Scope): void {
    switch (term.kind) {
      case "identity":
      case "recurse":
      case "literal":
      case "format":
        return;
      case "string":
        for (const part of term.parts) if (typeof part !== "string") this.check(part, scope);
        return;
      case "object":
        for (const [key, value] of term.entries) {
          this.check(key, scope);
          this.check(value, scope);
        }
        return;
      case "array":
      case "negate":
        if (term.body !== null) this.check(term.body, scope);
        return;
      case "index":
        this.check(term.target, scope);
        this.check(term.key, scope);
        return;
      case "slice":
        this.check(term.target, scope);
        for (const end of [term.from, term.to]) if (end !== null) this.check(end, scope);
        return;
      case "each":
        this.check(term.target, scope);
        return;
      case "pipe":
      case "comma":
      case "and":
      case "or":
      case "alternative":
      case "binary":
        this.check(term.left, scope);
        this.check(term.right, scope);
        return;
      case "if":
        for (const part of [term.test, term.yes, term.no]) this.check(part, scope);
        return;
      case "try":
        this.check(term.body, scope);
        if (term.handler !== null) this.check(term.handler, scope);
        return;
      default:
        this.checkNames(term, scope);
    }
  }

  private checkNames(term: Term, scope: Scope): void {
    switch (term.kind) {
      case "reduce":
      case "foreach": {
        this.check(term.source, scope);
        this.check(term.start, scope);
        const inner = this.bound(term.patterns, scope);
        this.check(term.update, inner);
        if (term.kind === "foreach") this.check(term.extract, inner);
        return;
      }
      case "bind":
        this.check(term.source, scope);
        this.check(term.body, this.bound(term.patterns, scope));
        return;
      case "define": {
        const { name, params, body } = term.definition;
        const outer = new Set(scope).add(`${name}/${params.length}`);
        const inner = new Set(outer);
        for (const param of params) {
          inner.add(`${param.name}/0`);
          if (param.isValue) inner.add(`$${param.name}`);
        }
        this.check(body, inner);
        this.check(term.body, outer);
        return;
      }
      case "label":
        this.check(term.body, new Set(scope).add(`*${term.name}`));
        return;
      case "break":
        if (!scope.has(`*${term.name}`)) this.fail(term.at, `$*label-${term.name}`);
        return;
      case "variable":
        if (!term.name.startsWith("*") && !scope.has(`$${term.name}`)) this.fail(term.at, `$${term.name}`);
        return;
      case "call": {
        const key = `${term.name}/${term.args.length}`;
        if (!scope.has(key) && !this.isBuiltin(key)) this.fail(term.at, key);
        for (const arg of term.args) this.check(arg, scope);
      }
    }
  }

  private bound(patterns: readonly Pattern[], scope: Scope): Scope {
    const inner = new Set(scope);
    for (const pattern of patterns) {
      for (const name of variablesOf(pattern)) inner.add(`$${name}`);
      this.checkKeys(pattern, inner);
    }
    return inner;
  }

  private checkKeys(pattern: Pattern, scope: Scope): void {
    if (pattern.kind === "array") for (const item of pattern.items) this.checkKeys(item, scope);
    if (pattern.kind === "object")
      for (const { key, value } of pattern.entries) {
        this.check(key, scope);
        if (value !== null) this.checkKeys(value, scope);
      }
  }

  private fail(at: number, name: string): void {
    this.faults.push(faultAt(this.source, at, `${name} is not defined`));
  }
}
