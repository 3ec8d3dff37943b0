/** Assignments, with what a variable's attributes make of the value. */
import { joinedText } from "../core/octets.ts";
import { ExpansionError, ReadonlyError, ReportedError } from "./errors.ts";
import { type ArithmeticNames, evaluate } from "./expand/arithmetic.ts";
import type { Interpreter } from "./interpreter.ts";
import { checkLength } from "./limits.ts";
import { AssocArray, IndexedArray, type Value, type Variable } from "./variables.ts";

const HALF = /[\ud800-\udfff]/;

/** An element of `(...)`: with its subscript, if it has one. */
export interface ArrayItem {
  readonly key: string | null;
  readonly value: string;
  readonly append: boolean;
}

/** Where names are set: as the shell does, or in a scope that the caller chose. */
export type Place = (name: string) => Variable;

export function arithmeticNames(sh: Interpreter): ArithmeticNames {
  return {
    read: (name, subscript) => {
      const value = subscript === null ? readScalar(sh, name) : readElement(sh, name, subscript);
      const isSet = subscript === null ? value !== undefined : readValue(sh, name) !== undefined;
      if (!isSet && sh.options.has("nounset"))
        throw new ExpansionError(`${name}: unbound variable`, sh.fatalStatus);
      // A variable is a number there, and no expression.
      if (sh.isDash && !/^\s*(?:[-+]?(?:0[xX][0-9a-fA-F]+|\d+))?\s*$/.test(value ?? ""))
        throw new ExpansionError(`Illegal number: ${value}`);
      return value ?? "";
    },
    resolve: (name, subscript) => {
      const value = readValue(sh, name);
      if (value === undefined && sh.options.has("nounset"))
        throw new ExpansionError(`${name}: unbound variable`, sh.fatalStatus);
      return value instanceof AssocArray ? subscript : String(calculate(sh, subscript));
    },
    assign: (name, subscript, value) => {
      if (subscript === null) assignScalar(sh, name, value, false);
      else assignElement(sh, name, subscript, value, false);
    },
  };
}

export function calculate(sh: Interpreter, text: string, hasQuotes = false): bigint {
  if (sh.isDash) checkDashArithmetic(text);
  return evaluate(text, arithmeticNames(sh), 0, hasQuotes);
}

/** dash has no comma, and no `++` and `--` behind a name. */
function checkDashArithmetic(text: string): void {
  const fails = (what: string): never => {
    throw new ExpansionError(`arithmetic expression: expecting ${what}: "${text}"`);
  };
  if (text.includes(",")) fails("EOF");
  if (/\w\s*(?:\+\+|--)\s*(?:[^\w\s(+-]|$)/.test(text)) fails("primary");
}

export function readValue(sh: Interpreter, name: string): Value | undefined {
  const target = sh.variables.nameOf(name);
  const dynamic = sh.dynamic.get(target);
  if (dynamic !== undefined) return dynamic.get();
  if (target.includes("[")) return readReference(sh, target);
  return sh.variables.find(target)?.value;
}

/** A nameref may mean an element: `declare -n r=a[1]`. */
function readReference(sh: Interpreter, target: string): string | undefined {
  const match = /^(\w+)\[(.*)\]$/s.exec(target);
  return match === null ? undefined : readElement(sh, match[1]!, match[2]!);
}

export function readScalar(sh: Interpreter, name: string): string | undefined {
  if (/^\d+$/.test(name)) return name === "0" ? sh.arg0 : sh.positional[Number(name) - 1];
  const value = readValue(sh, name);
  return value instanceof IndexedArray ? value.get(0) : value instanceof AssocArray ? value.get("0") : value;
}

/** `subscript` is text for an associative array, an expression for any other. */
export function readElement(sh: Interpreter, name: string, subscript: string): string | undefined {
  const value = readValue(sh, name);
  if (value instanceof AssocArray) return value.get(subscript);
  const index = Number(calculate(sh, subscript));
  if (value instanceof IndexedArray) {
    const at = value.position(index);
    if (at === null) sh.report(`${name}: bad array subscript`);
    return at === null ? undefined : value.get(at);
  }
  if (index < (value === undefined ? 0 : -1)) sh.report(`${name}: bad array subscript`);
  return index === 0 || index === -1 ? value : undefined;
}

function checkWritable(variable: Variable, name: string): void {
  if (variable.isReadonly) throw new ReadonlyError(name);
}

function convert(
  sh: Interpreter,
  variable: Variable,
  value: string,
  before: string | undefined,
  append: boolean,
): string {
  if (variable.isInteger) {
    const added = append ? calculate(sh, before || "0") : 0n;
    return String(BigInt.asIntN(64, added + calculate(sh, value)));
  }
  // What is appended without octets of half a character needs no look at what was there.
  const isPlain = append && !HALF.test(value);
  const text = isPlain ? (before ?? "") + value : joinedText(append ? (before ?? "") + value : value);
  checkLength(text.length);
  sh.countAssigned(text.length);
  switch (variable.case) {
    case null:
      return text;
    case "upper":
      return text.toUpperCase();
    case "lower":
      return text.toLowerCase();
    case "capital":
      return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
  }
}

export function assignScalar(
  sh: Interpreter,
  name: string,
  value: string,
  append: boolean,
  place?: Place,
): void {
  const target = place === undefined ? sh.variables.nameOf(name) : name;
  const element = /^(\w+)\[(.*)\]$/s.exec(target);
  if (element !== null) {
    assignElement(sh, element[1]!, element[2]!, value, append);
    return;
  }
  const dynamic = sh.dynamic.get(target);
  if (dynamic !== undefined) {
    dynamic.set(append ? String(dynamic.get()) + value : value);
    return;
  }
  const variable = place === undefined ? sh.variables.findOrMake(target) : place(target);
  checkWritable(variable, target);
  if (variable.isNameref && place === undefined && !/^[A-Za-z_]\w*(\[.*\])?$/s.test(value))
    throw new ReportedError(`\`${value}': not a valid identifier`);
  const converted = convert(sh, variable, value, variable.scalar, append);
  if (variable.value instanceof IndexedArray) variable.value.set(0, converted);
  else if (variable.value instanceof AssocArray) variable.value.set("0", converted);
  else variable.value = converted;
  if (sh.options.has("allexport")) variable.isExported = true;
  if (target === "PATH") sh.hashed.clear();
}

export function assignElement(
  sh: Interpreter,
  name: string,
  subscript: string,
  value: string,
  append: boolean,
  place?: Place,
): void {
  const target = place === undefined ? sh.variables.nameOf(name) : name;
  const known = place === undefined ? sh.variables.find(target) : place(target);
  if (known !== undefined) checkWritable(known, target);
  if (known?.value instanceof AssocArray) {
    known.value.set(subscript, convert(sh, known, value, known.value.get(subscript), append));
    return;
  }
  const index = indexIn(known, Number(calculate(sh, subscript)));
  if (index === null) throw new ReportedError(`${name}[${subscript}]: bad array subscript`);
  const variable = known ?? sh.variables.findOrMake(target);
  const array = toIndexed(variable);
  array.set(index, convert(sh, variable, value, array.get(index), append));
}

/** A negative number counts from the end; null: before the start. */
function indexIn(variable: Variable | undefined, number: number): number | null {
  const value = variable?.value;
  if (value instanceof IndexedArray) return value.position(number);
  const end = value === undefined ? 0 : 1;
  return number < -end ? null : number < 0 ? number + end : number;
}

/** Turns a scalar into an array whose element 0 it is. */
export function toIndexed(variable: Variable): IndexedArray {
  if (variable.value instanceof IndexedArray) return variable.value;
  const array = typeof variable.value === "string" ? IndexedArray.of([variable.value]) : new IndexedArray();
  variable.value = array;
  return array;
}

export function assignArray(
  sh: Interpreter,
  name: string,
  items: readonly ArrayItem[],
  append: boolean,
  place?: Place,
): void {
  const target = place === undefined ? sh.variables.nameOf(name) : name;
  const variable = place === undefined ? sh.variables.findOrMake(target) : place(target);
  checkWritable(variable, target);
  if (variable.value instanceof AssocArray) {
    if (!append) variable.value = new AssocArray();
    variable.value.isBare = false;
    fillAssoc(sh, variable, items);
    return;
  }
  if (!append) variable.value = new IndexedArray();
  const array = toIndexed(variable);
  array.isBare = false;
  let next = array.end;
  for (const { key, value, append: adds } of items) {
    const index = key === null ? next : array.position(Number(calculate(sh, key)));
    if (index === null) throw new ReportedError(`[${key}]=${value}: bad array subscript`);
    array.set(index, convert(sh, variable, value, array.get(index), adds));
    next = index + 1;
  }
}

function fillAssoc(sh: Interpreter, variable: Variable, items: readonly ArrayItem[]): void {
  const array = variable.value as AssocArray;
  const isPairs = items[0] !== undefined && items[0].key === null;
  for (let i = 0; i < items.length; i++) {
    const { key, value, append } = items[i]!;
    if (key !== null) array.set(key, convert(sh, variable, value, array.get(key), append));
    else if (isPairs) array.set(value, items[++i]?.value ?? "");
    else throw new ExpansionError(`${value}: must use subscript when assigning associative array`, 1, false);
  }
}

export function unsetVariable(sh: Interpreter, name: string): void {
  const target = sh.variables.nameOf(name);
  const variable = sh.variables.find(target);
  if (variable?.isReadonly)
    throw new ExpansionError(`unset: ${name}: cannot unset: readonly variable`, 1, false);
  sh.variables.unset(target, sh.shopts.has("localvar_unset"));
}
