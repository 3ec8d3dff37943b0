/**
 * Runs programs of bc(1).
 * @source bc 1.07.1, bc(1)
 * @differs a runtime error names the address 0 of its code
 */
import { countSteps, STEPS_PER_COMMAND, type ToolContext } from "../tool.ts";
import {
  add,
  arctangent,
  bessel,
  compare,
  divide,
  exponential,
  logarithm,
  multiply,
  type Num,
  negate,
  ONE,
  parseNumber,
  raise,
  remainder,
  showNumber,
  sine,
  squareRoot,
  whole,
  withScale,
  ZERO,
} from "./bc-number.ts";
import type { BcFunction, Expr, Place, Statement } from "./bc-tree.ts";

/** Columns of a line of output, the backslash at its end included. */
const LINE_LENGTH = 70;
const CALL_DEPTH_MAX = 1500;

class RuntimeError extends Error {}
export class Jump extends Error {
  constructor(
    readonly kind: "break" | "continue" | "return" | "halt",
    readonly value: Num = ZERO,
  ) {
    super(kind);
  }
}

export class Machine {
  private readonly scalars = new Map<string, Num>();
  private readonly arrays = new Map<string, Map<number, Num>>();
  private readonly functions = new Map<string, BcFunction>();
  private scale = 0;
  private ibase = 10;
  private obase = 10;
  private last: Num = ZERO;
  private column = 0;
  private steps = 0;
  private depth = 0;

  constructor(
    private readonly cx: ToolContext,
    private readonly hasMath: boolean,
    private readonly readLine: () => Promise<string | null>,
  ) {
    if (hasMath) this.scale = 20;
  }

  // -------------------------------------------------------------------------------------------- statements

  async runLine(line: readonly Statement[]): Promise<void> {
    try {
      for (const statement of line) await this.run(statement);
    } catch (error) {
      if (error instanceof RuntimeError) {
        this.cx.flush();
        this.cx.err(`Runtime error (func=(main), adr=0): ${error.message}\n`);
      } else if (!(error instanceof Jump) || error.kind === "halt") throw error;
    }
  }

  private async run(statement: Statement): Promise<void> {
    if (++this.steps % STEPS_PER_COMMAND === 0) await countSteps(this.cx);
    switch (statement.kind) {
      case "expression": {
        const value = await this.value(statement.value);
        if (statement.value.kind === "assign") return;
        this.put(`${showNumber(value, this.obase)}\n`, true);
        this.last = value;
        return;
      }
      case "string":
        return this.put(statement.text, false);
      case "print":
        for (const item of statement.items) {
          if (typeof item === "string") this.put(withEscapes(item), false);
          else {
            this.last = await this.value(item);
            this.put(showNumber(this.last, this.obase), true);
          }
        }
        return;
      case "block":
        for (const inner of statement.body) await this.run(inner);
        return;
      case "if":
        if (isTrue(await this.value(statement.test))) return this.run(statement.then);
        if (statement.otherwise !== null) return this.run(statement.otherwise);
        return;
      case "while":
        return this.loop(statement.test, null, statement.body);
      case "for":
        if (statement.begin !== null) await this.value(statement.begin);
        return this.loop(statement.test, statement.step, statement.body);
      case "break":
      case "continue":
      case "halt":
        throw new Jump(statement.kind);
      case "quit":
        throw new Jump("halt");
      case "return":
        throw new Jump("return", statement.value === null ? ZERO : await this.value(statement.value));
      case "define":
        this.functions.set(statement.name, statement.made);
        return;
      case "nothing":
        return;
    }
  }

  private async loop(test: Expr | null, step: Expr | null, body: Statement): Promise<void> {
    while (test === null || isTrue(await this.value(test))) {
      try {
        await this.run(body);
      } catch (error) {
        if (!(error instanceof Jump)) throw error;
        if (error.kind === "break") return;
        if (error.kind !== "continue") throw error;
      }
      if (step !== null) await this.value(step);
    }
  }

  /** Numbers that do not fit in a line go on in the next, behind a backslash. */
  private put(text: string, isNumber: boolean): void {
    let out = "";
    for (const letter of text) {
      if (letter === "\n") this.column = 0;
      else if (isNumber && this.column >= LINE_LENGTH - 2) {
        out += "\\\n";
        this.column = 1;
      } else this.column++;
      out += letter;
    }
    this.cx.out(out);
  }

  // -------------------------------------------------------------------------------------------- expressions

  private async value(expr: Expr): Promise<Num> {
    switch (expr.kind) {
      case "number":
        return parseNumber(expr.text, this.ibase);
      case "group":
        return this.value(expr.value);
      case "place":
        return this.load(expr.place);
      case "assign": {
        const given = await this.value(expr.value);
        const made =
          expr.operator === "" ? given : this.operate(expr.operator, await this.load(expr.place), given);
        return this.store(expr.place, made);
      }
      case "step": {
        const before = await this.load(expr.place);
        const after = await this.store(expr.place, add(before, whole(expr.by)));
        return expr.isPrefix ? after : before;
      }
      case "unary": {
        const inner = await this.value(expr.value);
        return expr.operator === "-" ? negate(inner) : isTrue(inner) ? ZERO : ONE;
      }
      case "binary":
        return this.binary(expr);
      case "call":
        return this.call(expr);
    }
  }

  private async binary({ operator, left, right }: Extract<Expr, { kind: "binary" }>): Promise<Num> {
    const a = await this.value(left);
    if (operator === "&&" && !isTrue(a)) return ZERO;
    if (operator === "||" && isTrue(a)) return ONE;
    const b = await this.value(right);
    if (operator === "&&" || operator === "||") return isTrue(b) ? ONE : ZERO;
    return this.operate(operator, a, b);
  }

  private operate(operator: string, a: Num, b: Num): Num {
    const order = compare(a, b);
    const truth = (holds: boolean) => (holds ? ONE : ZERO);
    switch (operator) {
      case "+":
        return add(a, b);
      case "-":
        return add(a, negate(b));
      case "*":
        return multiply(a, b, this.scale);
      case "/":
        if (b.units === 0n) throw new RuntimeError("Divide by zero");
        return divide(a, b, this.scale);
      case "%":
        if (b.units === 0n) throw new RuntimeError("Modulo by zero");
        return remainder(a, b, this.scale);
      case "^":
        return this.power(a, b);
      case "<":
        return truth(order < 0);
      case "<=":
        return truth(order <= 0);
      case ">":
        return truth(order > 0);
      case ">=":
        return truth(order >= 0);
      case "==":
        return truth(order === 0);
      default:
        return truth(order !== 0);
    }
  }

  private power(a: Num, b: Num): Num {
    const exponent = withScale(b, 0).units;
    if (withScale(b, 0).units * 10n ** BigInt(b.scale) !== b.units)
      this.cx.err("Runtime warning (func=(main), adr=0): non-zero scale in exponent\n");
    if (a.units === 0n && exponent < 0n) throw new RuntimeError("divide by zero");
    const size = BigInt(a.units.toString(2).length) * (exponent < 0n ? -exponent : exponent);
    if (size > 1n << 26n) throw new RuntimeError("exponent too large in raise");
    return raise(a, exponent, this.scale);
  }

  private async index(place: Place): Promise<number> {
    const index = Number(withScale(await this.value(place.index!), 0).units);
    if (index < 0 || index > 2 ** 31) throw new RuntimeError(`Array ${place.name} subscript out of bounds.`);
    return index;
  }

  private async load(place: Place): Promise<Num> {
    if (place.index !== null) return this.array(place.name).get(await this.index(place)) ?? ZERO;
    switch (place.name) {
      case "scale":
        return whole(this.scale);
      case "ibase":
        return whole(this.ibase);
      case "obase":
        return whole(this.obase);
      case "last":
        return this.last;
      default:
        return this.scalars.get(place.name) ?? ZERO;
    }
  }

  private async store(place: Place, value: Num): Promise<Num> {
    const small = Number(withScale(value, 0).units);
    if (place.index !== null) this.array(place.name).set(await this.index(place), value);
    else if (place.name === "scale") this.scale = Math.max(0, Math.min(small, 100_000));
    else if (place.name === "ibase") this.ibase = Math.max(2, Math.min(small, 36));
    else if (place.name === "obase") this.obase = Math.max(2, Math.min(small, 2 ** 31));
    else if (place.name === "last") this.last = value;
    else this.scalars.set(place.name, value);
    return value;
  }

  private array(name: string): Map<number, Num> {
    const found = this.arrays.get(name) ?? new Map<number, Num>();
    this.arrays.set(name, found);
    return found;
  }

  // -------------------------------------------------------------------------------------------- functions

  private async call({ name, args }: Extract<Expr, { kind: "call" }>): Promise<Num> {
    const made = this.functions.get(name);
    if (made !== undefined) return this.callOwn(name, made, args);
    const values: Num[] = [];
    for (const arg of args) values.push(arg.kind === "array" ? ZERO : await this.value(arg));
    const [x = ZERO, y = ZERO] = values;
    switch (name) {
      case "length": {
        const digits = (x.units < 0n ? -x.units : x.units).toString();
        return whole(x.units === 0n ? Math.max(1, x.scale) : digits.length);
      }
      case "scale":
        return whole(x.scale);
      case "sqrt":
        if (x.units < 0n) throw new RuntimeError("Square root of a negative number");
        return squareRoot(x, this.scale);
      case "read": {
        const line = await this.readLine();
        return line === null ? ZERO : parseNumber(line.trim().replace(/^-/, "") || "0", this.ibase);
      }
    }
    if (this.hasMath) {
      if (name === "s") return sine(x, this.scale);
      if (name === "c") return sine(x, this.scale, true);
      if (name === "a") return arctangent(x, this.scale);
      if (name === "l") return logarithm(x, this.scale);
      if (name === "e") return exponential(x, this.scale);
      if (name === "j") return bessel(x, y, this.scale);
    }
    throw new RuntimeError(`Function ${name} not defined.`);
  }

  private async callOwn(
    name: string,
    { params, autos, body }: BcFunction,
    args: Extract<Expr, { kind: "call" }>["args"],
  ): Promise<Num> {
    if (args.length !== params.length) throw new RuntimeError("Parameter number mismatch");
    if (this.depth >= CALL_DEPTH_MAX) throw new RuntimeError(`Function ${name} is called too deeply.`);
    const given: (Num | Map<number, Num>)[] = [];
    for (const arg of args)
      given.push(arg.kind === "array" ? new Map(this.array(arg.name)) : await this.value(arg));
    const saved = [...params, ...autos].map((local) => ({
      ...local,
      scalar: this.scalars.get(local.name),
      array: this.arrays.get(local.name),
    }));
    for (const [i, { name: param, isArray }] of params.entries()) {
      if (isArray) this.arrays.set(param, given[i] as Map<number, Num>);
      else this.scalars.set(param, given[i] as Num);
    }
    for (const { name: auto, isArray } of autos) {
      if (isArray) this.arrays.set(auto, new Map());
      else this.scalars.set(auto, ZERO);
    }
    this.depth++;
    try {
      for (const statement of body) await this.run(statement);
      return ZERO;
    } catch (error) {
      if (error instanceof Jump && error.kind === "return") return error.value;
      throw error;
    } finally {
      this.depth--;
      for (const { name: local, isArray, scalar, array } of saved) {
        if (isArray) this.arrays.set(local, array ?? new Map());
        else this.scalars.set(local, scalar ?? ZERO);
      }
    }
  }
}

function isTrue({ units }: Num): boolean {
  return units !== 0n;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["q", '"'],
  ["t", "\t"],
  ["\\", "\\"],
]);

function withEscapes(text: string): string {
  return text.replace(/\\(.)/gs, (all, letter: string) => ESCAPES.get(letter) ?? all);
}
