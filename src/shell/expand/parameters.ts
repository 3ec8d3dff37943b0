/** `$x` and `${x...}`: values of parameters, and the operators on them. */
import type { ParameterExpansionPart, ParameterOperation, Word } from "unbash";
import { assignElement, assignScalar, readElement, readScalar, readValue } from "../assign.ts";
import { ExpansionError, ReportedError } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { SET_LETTERS } from "../option-names.ts";
import { parseArgument } from "../parse.ts";
import { characters, countCharacters, sliceCharacters } from "../text.ts";
import { AssocArray, IndexedArray } from "../variables.ts";
import { Pattern, removeMatch, replaceMatches } from "./patterns.ts";
import type { Piece } from "./split.ts";
import { type Found, isList, type Reference, transform, valuesOf } from "./transform.ts";
import {
  type Context,
  expandArithmetic,
  expandJoined,
  expandPattern,
  expandPieces,
  expandText,
  expansion,
  ifsOf,
  joinPieces,
} from "./words.ts";

/** `$name` */
export function expandSimple(sh: Interpreter, name: string, context: Context, out: Piece[]): void {
  const reference = { name, subscript: null };
  emit(sh, checked(sh, reference, find(sh, reference)), context, out);
}

export async function expandParameter(
  sh: Interpreter,
  part: ParameterExpansionPart,
  context: Context,
  out: Piece[],
): Promise<void> {
  const { prefix, operation } = part;
  let reference: Reference = {
    name: part.parameter,
    subscript: await subscriptOf(sh, part.parameter, part.index),
  };
  const isBash =
    prefix === "!" ||
    part.index !== undefined ||
    (operation !== undefined && operation.type !== "Default" && operation.type !== "Remove");
  if (sh.isDash && isBash) throw new ReportedError(`${part.text}: bad substitution`);
  if (operation?.type === "Unknown" || part.parameter === "")
    throw new ReportedError(`${part.text}: bad substitution`);
  if (operation?.type === "Names")
    return emit(sh, namesWith(sh, reference.name, operation.operator === "*"), context, out);
  if (prefix === "#") return expansion(String(lengthOf(sh, reference)), context, out);
  if (prefix === "!") {
    if (isList(reference.subscript) && operation === undefined)
      return emit(sh, joinedKeys(sh, keysOf(sh, reference), context), context, out);
    const variable = sh.variables.find(reference.name);
    // Of a name reference it is the name that it stands for.
    if (variable?.isNameref && reference.subscript === null) {
      const found: Found = { kind: "one", value: variable.scalar };
      if (operation === undefined) return emit(sh, found, context, out);
      if (operation.type === "Default") return withDefault(sh, reference, found, operation, context, out);
      return emit(sh, await operate(sh, reference, found, operation), context, out);
    }
    reference = indirect(sh, reference);
  }
  const found = find(sh, reference);
  if (operation === undefined) return emit(sh, checked(sh, reference, found), context, out);
  if (operation.type === "Default") return withDefault(sh, reference, found, operation, context, out);
  const result = await operate(sh, reference, checked(sh, reference, found), operation);
  emit(sh, result, context, out);
}

async function subscriptOf(sh: Interpreter, name: string, index: Word | undefined): Promise<string | null> {
  if (index === undefined) return null;
  if (index.text === "@" || index.text === "*") return index.text;
  // An associative array's subscript is a word, any other's an expression.
  return readValue(sh, name) instanceof AssocArray ? expandJoined(sh, index) : expandText(sh, index.text);
}

function find(sh: Interpreter, { name, subscript }: Reference): Found {
  const many = (values: readonly string[], isStar: boolean): Found => ({ kind: "many", values, isStar });
  const one = (value: string | undefined): Found => ({ kind: "one", value });
  if (name === "@" || name === "*") return many(sh.positional, name === "*");
  if (subscript !== null && isList(subscript)) return many(valuesOf(sh, name), subscript === "*");
  if (subscript !== null) return one(readElement(sh, name, subscript));
  const special = specialParameter(sh, name);
  if (special !== undefined) return one(special);
  const target = sh.variables.nameOf(name);
  const element = /^(\w+)\[(.*)\]$/s.exec(target);
  if (element !== null) return find(sh, { name: element[1]!, subscript: element[2]! });
  return one(readScalar(sh, target));
}

function specialParameter(sh: Interpreter, name: string): string | undefined {
  switch (name) {
    case "?":
      return String(sh.status);
    case "$":
      return String(sh.shellPid);
    case "!":
      return sh.lastBackgroundPid === 0 ? undefined : String(sh.lastBackgroundPid);
    case "#":
      return String(sh.positional.length);
    case "-":
      return optionLetters(sh);
    case "_":
      return sh.lastArgument;
    default:
      return undefined;
  }
}

function optionLetters(sh: Interpreter): string {
  const letters = Object.keys(SET_LETTERS).filter((letter) => sh.options.has(SET_LETTERS[letter]!));
  const text = letters.join("") + sh.invocation;
  return sh.isPrompted ? text.replace(/^[a-h]*/, "$&i") : text;
}

function keysOf(sh: Interpreter, { name, subscript }: Reference): Found {
  const value = readValue(sh, name);
  const keys = value === undefined ? [] : typeof value === "string" ? ["0"] : value.keys().map(String);
  return { kind: "many", values: keys, isStar: subscript === "*" };
}

/** In quotes, where no words are made, keys are joined by IFS, and so unlike values. */
function joinedKeys(sh: Interpreter, keys: Found, { isJoined, isQuoted }: Context): Found {
  return keys.kind === "many" && isJoined && isQuoted && ifsOf(sh) !== "" ? { ...keys, isStar: true } : keys;
}

function namesWith(sh: Interpreter, prefix: string, isStar: boolean): Found {
  const names = [...sh.variables.names().filter((name) => sh.variables.find(name)?.value !== undefined)];
  for (const name of sh.dynamic.names()) if (!names.includes(name)) names.push(name);
  return { kind: "many", values: names.filter((name) => name.startsWith(prefix)).sort(), isStar };
}

function lengthOf(sh: Interpreter, reference: Reference): number {
  const { name, subscript } = reference;
  if (name === "@" || name === "*") return sh.positional.length;
  if (isList(subscript)) {
    if (sh.options.has("nounset") && readValue(sh, name) === undefined)
      throw new ReportedError(`${name}: unbound variable`);
    return valuesOf(sh, name).length;
  }
  const found = checked(sh, reference, find(sh, reference));
  return found.kind === "many" ? found.values.length : countCharacters(found.value ?? "");
}

function indirect(sh: Interpreter, reference: Reference): Reference {
  const variable = sh.variables.find(reference.name);
  if (variable?.isNameref) return { name: reference.name, subscript: null };
  const found = find(sh, reference);
  const target = found.kind === "one" ? found.value : found.values.join(" ");
  const match = /^([A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(.*)\])?$/s.exec(target ?? "");
  if (target === undefined) throw new ReportedError(`${reference.name}: invalid indirect expansion`);
  if (match === null) throw new ReportedError(`${target}: invalid variable name`);
  return { name: match[1]!, subscript: match[2] ?? null };
}

/** `set -u` */
function checked(sh: Interpreter, { name, subscript }: Reference, found: Found): Found {
  if (found.kind === "one" && found.value === undefined && sh.options.has("nounset")) {
    const shown = /^\d/.test(name) ? `$${name}` : subscript === null ? name : `${name}[${subscript}]`;
    throw new ExpansionError(`${shown}: unbound variable`, sh.fatalStatus);
  }
  return found;
}

function emit(sh: Interpreter, found: Found, context: Context, out: Piece[]): void {
  if (found.kind === "one") {
    expansion(found.value ?? "", context, out);
    return;
  }
  if (context.isJoined || (found.isStar && context.isQuoted)) {
    expansion(found.values.join(found.isStar ? ifsOf(sh).slice(0, 1) : " "), context, out);
    return;
  }
  const separator = ifsOf(sh).slice(0, 1);
  // Joined and split again, so that an empty one is a field only between two separators that are no blanks.
  if (!context.isQuoted && separator.trim() !== "") {
    expansion(found.values.join(separator), context, out);
    return;
  }
  for (const [i, value] of found.values.entries()) {
    if (i > 0) out.push(null);
    expansion(value, context, out);
  }
}

async function withDefault(
  sh: Interpreter,
  reference: Reference,
  found: Found,
  operation: Extract<ParameterOperation, { type: "Default" }>,
  context: Context,
  out: Piece[],
): Promise<void> {
  const { operator, operand } = operation;
  const isSet = found.kind === "many" ? found.values.length > 0 : found.value !== undefined;
  const text = found.kind === "many" ? found.values.join(" ") : (found.value ?? "");
  const isUsable = isSet && (operator.length === 1 || text !== "");
  const kind = operator.at(-1);
  const inner: Context = {
    ...context,
    escapable: context.isQuoted ? `${context.escapable ?? ""}}` : null,
    splitsLiterals: !context.isQuoted && !context.isJoined,
  };
  if (kind === "+" && !isUsable) {
    if (context.isQuoted) expansion("", context, out);
    return;
  }
  if (kind !== "+" && isUsable) {
    emit(sh, found, context, out);
    return;
  }
  const pieces = await expandPieces(sh, context.isQuoted ? withPlainQuotes(operand) : operand, inner);
  if (kind === "+" || kind === "-") {
    // In quotes an empty word is one, unless "$@" without parameters made it so.
    const isEmptyWord = pieces.length === 0 && context.isQuoted && !operand.text.includes("@");
    if (isEmptyWord) out.push({ text: "", isQuoted: true, isSplit: false });
    else for (const piece of pieces) out.push(piece);
    return;
  }
  const value = joinPieces(pieces);
  if (kind === "?") {
    const why =
      operand.text === "" ? (operator === ":?" ? "parameter null or not set" : "parameter not set") : value;
    throw new ExpansionError(`${reference.name}: ${why}`, sh.fatalStatus);
  }
  if (!/^[A-Za-z_]/.test(reference.name))
    throw new ReportedError(`$${reference.name}: cannot assign in this way`);
  if (reference.subscript === null) assignScalar(sh, reference.name, value, false);
  else assignElement(sh, reference.name, reference.subscript, value, false);
  expansion(value, context, out);
}

/** In a here-document single quotes stand for themselves, also in a default. */
function withPlainQuotes(operand: Word): Word {
  if (!operand.parts?.some(({ type }) => type === "SingleQuoted")) return operand;
  const quoted = operand.text.replace(/(\\.)|"/gs, (_, escaped: string | undefined) => escaped ?? "");
  return parseArgument(`"${quoted}"`) ?? operand;
}

type Operation = Exclude<ParameterOperation, { type: "Default" | "Names" | "Unknown" }>;

async function operate(
  sh: Interpreter,
  reference: Reference,
  found: Found,
  operation: Operation,
): Promise<Found> {
  if (operation.type === "Slice") return slice(sh, reference, found, operation);
  if (operation.type === "Transform") return transform(sh, reference, found, operation.operand.text);
  // Where there is nothing to remove from, the pattern is not expanded.
  if (operation.type === "Remove" && found.kind === "one" && !found.value) return found;
  const change = await changer(sh, operation);
  if (found.kind === "one")
    return { kind: "one", value: found.value === undefined ? undefined : change(found.value) };
  return { ...found, values: found.values.map(change) };
}

async function changer(
  sh: Interpreter,
  operation: Exclude<Operation, { type: "Slice" | "Transform" }>,
): Promise<(text: string) => string> {
  if (operation.type === "Remove") {
    const pattern = new Pattern(await expandPattern(sh, operation.operand), {
      extglob: sh.shopts.has("extglob"),
    });
    return (text) => removeMatch(text, pattern, operation.operator);
  }
  if (operation.type === "Replace") {
    const pattern = new Pattern(await expandPattern(sh, operation.pattern), {
      extglob: sh.shopts.has("extglob"),
      ignoreCase: sh.shopts.has("nocasematch"),
    });
    const pieces = await expandPieces(sh, operation.replacement, {
      isQuoted: false,
      escapable: null,
      isJoined: true,
      tildeAfter: "",
      splitsLiterals: false,
    });
    const replacement = sh.shopts.has("patsub_replacement")
      ? (match: string) => replacementText(pieces, match)
      : () => joinPieces(pieces);
    return (text) => replaceMatches(text, pattern, operation.operator, replacement);
  }
  const pattern =
    operation.operand === undefined
      ? null
      : new Pattern(await expandPattern(sh, operation.operand), {
          extglob: sh.shopts.has("extglob"),
        });
  const { operator } = operation;
  const to = (one: string) => (operator[0] === "^" ? one.toUpperCase() : one.toLowerCase());
  return (text) =>
    characters(text)
      .map((one, i) =>
        (operator.length === 2 || i === 0) && (pattern === null || pattern.matches(one)) ? to(one) : one,
      )
      .join("");
}

/** An unquoted `&` stands for what matched (`patsub_replacement`). */
function replacementText(pieces: readonly Piece[], match: string): string {
  return pieces
    .map((piece) =>
      piece === null
        ? " "
        : piece.isQuoted
          ? piece.text
          : piece.text.replace(/\\?&/g, (mark) => (mark === "&" ? match : "&")),
    )
    .join("");
}

async function slice(
  sh: Interpreter,
  reference: Reference,
  found: Found,
  operation: Extract<Operation, { type: "Slice" }>,
): Promise<Found> {
  const offset = Number(await expandArithmetic(sh, operation.offset.text));
  const lengthText = operation.length?.text;
  const length = lengthText === undefined ? null : Number(await expandArithmetic(sh, lengthText));
  if (found.kind === "one") {
    if (found.value === undefined) return found;
    const text = found.value;
    const size = countCharacters(text);
    const from = offset < 0 ? offset + size : offset;
    if (from < 0 || from > size) return { kind: "one", value: "" };
    const to = length === null ? size : length < 0 ? size + length : from + length;
    if (to < from) throw new ExpansionError(`${lengthText}: substring expression < 0`, 1, false);
    return { kind: "one", value: sliceCharacters(text, from, to) };
  }
  if (length !== null && length < 0 && isInRange(sh, reference, found.values, offset))
    throw new ExpansionError(`${lengthText}: substring expression < 0`, 1, false);
  return { ...found, values: sliceMany(sh, reference, found.values, offset, length) };
}

/** Is the first element of a slice one that there may be? */
function isInRange(sh: Interpreter, { name }: Reference, values: readonly string[], offset: number): boolean {
  if (name === "@" || name === "*") return Math.abs(offset) <= values.length;
  if (values.length === 0) return false;
  const value = readValue(sh, name);
  const end = value instanceof IndexedArray ? value.end : values.length;
  return offset < 0 ? -offset <= end : offset <= end;
}

function sliceMany(
  sh: Interpreter,
  { name }: Reference,
  values: readonly string[],
  offset: number,
  length: number | null,
): readonly string[] {
  const isPositional = name === "@" || name === "*";
  const value = isPositional ? undefined : readValue(sh, name);
  let from: number;
  let items = values;
  if (isPositional) {
    items = [sh.arg0, ...values];
    from = offset < 0 ? offset + items.length : offset;
  } else if (value instanceof IndexedArray) {
    const least = offset < 0 ? offset + value.end : offset;
    const first = value.keys().findIndex((key) => key >= least);
    from = least < 0 ? -1 : first < 0 ? items.length : first;
  } else
    from =
      offset < 0 ? offset + items.length : value instanceof AssocArray && offset > 0 ? offset - 1 : offset;
  return from < 0 ? [] : items.slice(from, length === null ? undefined : from + length);
}
