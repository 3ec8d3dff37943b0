/** Simple commands: assignments, functions, builtins, external commands. */
import type { ArrayValue, Assignment, Command, CommandArgument, Word } from "unbash";
import { type ArrayItem, assignArray, assignElement, assignScalar, type Place } from "../assign.ts";
import { BUILTINS, DECLARING, type Declaration, POSIX_SPECIAL, SPECIAL } from "../builtins/index.ts";
import {
  AbandonedLine,
  ArithmeticError,
  ExitJump,
  ExpansionError,
  ReadonlyError,
  ReportedError,
} from "../errors.ts";
import { bracesOf, expandJoined, expandText, expandWords } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";
import { parseAssigned, parseAssignment } from "../parse.ts";
import { printArgument, printCommand } from "../print.ts";
import { quoteSingle, quoteTrace } from "../quote.ts";
import { AssocArray } from "../variables.ts";
import { runExternal } from "./external.ts";
import { callFunction } from "./function.ts";
import { explaining, giveBackExitTrap } from "./list.ts";
import { redirect, type SavedFds } from "./redirect.ts";
import { errexit } from "./status.ts";
import { trace } from "./trace.ts";
import { announce } from "./traps.ts";

/** `set -k`: arguments that are assignments go before the command. */
function withKeywords(node: Command): Command {
  const isAssignment = (text: string) => /^[A-Za-z_]\w*=/.test(text);
  if (!node.args.some((arg) => isAssignment(arg.text))) return node;
  const assignments = node.args.flatMap((arg) => {
    const assignment = isAssignment(arg.text) ? parseAssignment(arg.text) : null;
    return assignment === null ? [] : [assignment];
  });
  const suffix = node.suffix.filter(
    (part) => !((part.type === "Word" || part.type === "Assignment") && isAssignment(part.text)),
  );
  const args = node.args.filter((arg) => !isAssignment(arg.text));
  const { type, pos, end, name, redirects } = node;
  return { type, pos, end, name, redirects, args, suffix, prefix: [...node.prefix, ...assignments] };
}

export async function runSimple(sh: Interpreter, written: Command, isLast: boolean): Promise<void> {
  const node = sh.options.has("keyword") ? withKeywords(written) : written;
  await sh.userland.countCommand(sh.process);
  // The shell that began a process for this command alone has told of it, and judges its status.
  if (!isLast) await announce(sh, node);
  sh.substitutionStatus = null;
  if (sh.isDash) sh.assigned = [];
  const assignments = node.prefix.filter((part): part is Assignment => part.type === "Assignment");
  const { argv, declarations } = await explaining(sh, () => expandCommand(sh, node));
  if (argv.length > 0) giveBackExitTrap(sh);
  if (argv.length === 0) await runAssignments(sh, node, assignments);
  else await runNamed(sh, node, assignments, argv, declarations, isLast);
  sh.setStatuses([sh.status]);
  if (!isLast) await errexit(sh, node);
}

// -------------------------------------------------------------------------------------------- words

interface Expanded {
  readonly argv: readonly string[];
  /** Arguments of `declare` and its like that are assignments. */
  readonly declarations: readonly Declaration[];
}

async function expandCommand(sh: Interpreter, node: Command): Promise<Expanded> {
  const { name, args } = node;
  if (name === undefined) return { argv: [], declarations: [] };
  const argv = await expandWords(sh, [name]);
  if (argv[0] !== undefined && DECLARING.has(argv[0]) && args.some(({ type }) => type === "Assignment"))
    return expandDeclaration(sh, argv, args);
  const words = args.map((arg) => (arg.type === "Assignment" ? asWord(sh, arg) : arg));
  for (const word of await expandWords(sh, words)) argv.push(word);
  return { argv, declarations: [] };
}

function asWord(sh: Interpreter, { text }: Assignment): Word {
  return parseAssigned(`${text}`) ?? sh.notSupported(text);
}

async function expandDeclaration(
  sh: Interpreter,
  head: string[],
  args: readonly CommandArgument[],
): Promise<Expanded> {
  const argv = [...head];
  const declarations: Declaration[] = [];
  // Whether a subscript is an expression or a key is known from the options.
  for (const arg of args) {
    if (arg.type === "Word") {
      for (const word of await expandWords(sh, [arg])) argv.push(word);
      continue;
    }
    const isAssoc =
      argv.some((word) => /^-\w*A/.test(word)) || sh.variables.find(arg.name)?.value instanceof AssocArray;
    const index =
      arg.index === undefined
        ? null
        : isAssoc
          ? await expandJoined(sh, arg.index)
          : await expandText(sh, arg.index.text);
    // Braces come before a word is an assignment: the last one of `declare a={1,2}` stands.
    const braced = arg.value.type === "ArrayValue" || index !== null ? [] : bracesOf(sh, arg.value);
    const word = braced.length > 1 ? braced.at(-1)! : arg.value;
    const value =
      word.type === "ArrayValue" ? await expandArray(sh, word, isAssoc) : await expandJoined(sh, word, true);
    if (typeof value !== "string" && sh.options.has("xtrace"))
      await trace(sh, `${arg.name}${arg.append ? "+" : ""}=(${value.map(tracedItem).join(" ")})`);
    argv.push(arg.name);
    declarations.push({ at: argv.length - 1, name: arg.name, index, value, append: arg.append === true });
  }
  return { argv, declarations };
}

function tracedItem({ key, value, append }: ArrayItem): string {
  return key === null
    ? quoteSingle(value)
    : `[${quoteSingle(key)}]${append ? "+" : ""}=${quoteSingle(value)}`;
}

export async function expandArray(
  sh: Interpreter,
  { elements }: ArrayValue,
  isAssoc: boolean,
): Promise<ArrayItem[]> {
  const items: ArrayItem[] = [];
  for (const element of elements) {
    const keyed = keyedElement(element.text);
    // Braces come first, and what they make has no key.
    if (keyed === null || (!isAssoc && bracesOf(sh, element).length > 1)) {
      for (const value of await expandWords(sh, [element])) items.push({ key: null, value, append: false });
      continue;
    }
    const keyWord = isAssoc ? parseAssigned(keyed.key) : null;
    const key = keyWord === null ? await expandText(sh, keyed.key) : await expandJoined(sh, keyWord);
    // Of an associative array no tilde is expanded.
    const word = parseAssigned(isAssoc ? keyed.value.replace(/^~/, "\\~") : keyed.value);
    const value = word === null ? "" : await expandJoined(sh, word, !isAssoc);
    items.push({ key, value, append: keyed.append });
  }
  return items;
}

/** `[key]=value` */
function keyedElement(
  text: string,
): { readonly key: string; readonly value: string; readonly append: boolean } | null {
  if (!text.startsWith("[")) return null;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "[") depth++;
    if (text[at] !== "]" || --depth > 0) continue;
    const rest = /^(\+?)=/.exec(text.slice(at + 1));
    return rest === null
      ? null
      : { key: text.slice(1, at), value: text.slice(at + 1 + rest[0].length), append: rest[1] === "+" };
  }
  return null;
}

// -------------------------------------------------------------------------------------------- assignments

async function assign(sh: Interpreter, assignment: Assignment, place?: Place): Promise<void> {
  const { name, value, index, append = false } = assignment;
  const isAssoc = sh.variables.find(sh.variables.nameOf(name))?.value instanceof AssocArray;
  if (assignment.text.startsWith(`${name}[]`)) throw new ReportedError(`${name}[]: bad array subscript`);
  if (value.type === "ArrayValue") {
    if (sh.options.has("xtrace")) await trace(sh, printArgument(sh.unit.source, assignment));
    // It is an array before its elements are known.
    const isNew = place === undefined && sh.variables.find(sh.variables.nameOf(name)) === undefined;
    if (isNew) assignArray(sh, name, [], false);
    assignArray(sh, name, await expandArray(sh, value, isAssoc), append, place);
    return;
  }
  const text = await expandJoined(sh, value, true);
  if (sh.isDash) sh.assigned.push(`${name}=${text}`);
  else if (sh.options.has("xtrace"))
    await trace(
      sh,
      `${assignment.text.slice(0, assignment.text.indexOf("=") + 1)}${text === "" ? "" : quoteTrace(text)}`,
    );
  if (index === undefined) return assignScalar(sh, name, text, append, place);
  const subscript = isAssoc ? await expandJoined(sh, index) : await expandText(sh, index.text);
  if (isAssoc && subscript === "") throw new ReportedError(`${name}[${index.text}]: bad array subscript`);
  assignElement(sh, name, subscript, text, append, place);
}

async function runAssignments(
  sh: Interpreter,
  node: Command,
  assignments: readonly Assignment[],
): Promise<void> {
  await explaining(sh, async () => {
    for (const assignment of assignments) await assign(sh, assignment);
  });
  sh.lastArgument = "";
  giveBackExitTrap(sh);
  if (sh.isDash && sh.options.has("xtrace") && sh.assigned.length > 0) await trace(sh, sh.assigned.join(" "));
  const saved = await explaining(sh, () => redirect(sh, node.redirects));
  saved?.restore();
  sh.status = saved === null ? (sh.isDash ? 2 : 1) : (sh.substitutionStatus ?? 0);
}

// -------------------------------------------------------------------------------------------- commands

async function runNamed(
  sh: Interpreter,
  node: Command,
  assignments: readonly Assignment[],
  argv: readonly string[],
  declarations: readonly Declaration[],
  isLast: boolean,
): Promise<void> {
  const name = argv[0]!;
  const { unit } = sh;
  sh.lastArgument = lastArgumentOf(argv, declarations);
  const shellFunction = sh.functions.get(name);
  const builtin = sh.disabled.has(name) ? undefined : BUILTINS.get(name);
  if (shellFunction === undefined && builtin === undefined)
    return runExternal(
      sh,
      node.redirects,
      argv,
      isLast,
      () => printCommand(unit.source, node),
      temporary(sh, argv, assignments),
    );
  const hasScope = assignments.length > 0;
  if (hasScope) sh.variables.push("command");
  let keepsFds = false;
  let saved: SavedFds | null = null;
  try {
    await explaining(sh, () => assignTemporarily(sh, assignments));
    if (sh.options.has("xtrace")) await traceCommand(sh, argv, declarations);
    // A redirection does not see what is set for the command alone.
    const scope = hasScope ? sh.variables.pop() : null;
    saved = await explaining(sh, () => redirect(sh, node.redirects)).finally(() => {
      if (scope !== null) sh.variables.pushAgain(scope);
    });
    if (saved === null) {
      if (sh.isDash && POSIX_SPECIAL.has(name)) sh.endByError(2);
      sh.status = sh.isDash ? 2 : 1;
      return;
    }
    if (shellFunction !== undefined) {
      sh.status = await callFunction(sh, shellFunction, argv);
      sh.lastArgument = argv.at(-1)!;
    } else {
      sh.status = await runBuiltin(sh, argv, declarations);
      sh.lastArgument = lastArgumentOf(argv, declarations);
      keepsFds = name === "exec";
    }
  } catch (error) {
    keepsFds = error instanceof ExitJump && error.cause === "exit";
    throw error;
  } finally {
    if (hasScope) sh.variables.pop();
    if (keepsFds) saved?.forget();
    else saved?.restore();
  }
}

/** `$_`: an assignment is shown whole, but for one to an array. */
function lastArgumentOf(argv: readonly string[], declarations: readonly Declaration[]): string {
  const last = declarations.at(-1);
  if (last?.at !== argv.length - 1 || typeof last.value !== "string") return argv.at(-1)!;
  return `${last.name}${last.index === null ? "" : `[${last.index}]`}${last.append ? "+" : ""}=${last.value}`;
}

/** Special builtins of dash whose own errors end the shell. */
const EXITING: ReadonlySet<string> = new Set(["export", "readonly", "set", "shift", "unset", "exit"]);

/** Runs a builtin and waits until a pipe has room for what it wrote. */
export async function runBuiltin(
  sh: Interpreter,
  argv: readonly string[],
  declarations: readonly Declaration[] = [],
): Promise<number> {
  const name = argv[0]!;
  try {
    const { complaints } = sh;
    const status = await BUILTINS.get(name)!(sh, argv, declarations);
    if (sh.isDash && status > 0 && sh.complaints > complaints && EXITING.has(name)) sh.endByError(2);
    if (sh.isDash && status > 0 && name === "cd") return 2;
    await sh.process.drain(1);
    sh.process.checkDeath();
    return status;
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    const isOfLet = name === "let" && error instanceof ReportedError;
    sh.complain(
      SPECIAL.has(name) || error.isFatal || error instanceof ReadonlyError || isOfLet
        ? error.message
        : `${name}: ${error.message}`.replace(`${name}: ${name}:`, `${name}:`),
    );
    if (sh.isDash && (error.isFatal || error instanceof ReadonlyError || EXITING.has(name))) sh.endByError(2);
    if (error instanceof AbandonedLine) throw new AbandonedLine("", error.status);
    const endsShell = error.isFatal || (error instanceof ReportedError && sh.options.has("errexit"));
    if (endsShell && sh.terminal === null) throw new ExitJump(error.status);
    // Only `let` takes care of what goes wrong in an expression.
    if (isOfLet || (error instanceof ArithmeticError && name !== "let"))
      throw new AbandonedLine("", error.status);
    return error.status;
  }
}

async function assignTemporarily(sh: Interpreter, assignments: readonly Assignment[]): Promise<void> {
  for (const assignment of assignments) {
    if (sh.variables.find(assignment.name)?.isReadonly) {
      sh.report(`${assignment.name}: readonly variable`);
      continue;
    }
    await assign(sh, assignment, (name) => sh.variables.inCommand(name));
    const variable = sh.variables.find(assignment.name);
    if (variable !== undefined) variable.isExported = true;
  }
}

/** Assignments before an external command, made in the process that becomes it. */
function temporary(
  sh: Interpreter,
  argv: readonly string[],
  assignments: readonly Assignment[],
): ((inner: Interpreter) => Promise<void>) | null {
  if (assignments.length === 0 && !sh.options.has("xtrace")) return null;
  return async (inner) => {
    inner.variables.push("command");
    await assignTemporarily(inner, assignments);
    if (inner.options.has("xtrace")) await traceCommand(inner, argv, []);
  };
}

async function traceCommand(
  sh: Interpreter,
  argv: readonly string[],
  declarations: readonly Declaration[],
): Promise<void> {
  if (sh.isDash) return trace(sh, [...sh.assigned, ...argv].join(" "));
  const words = argv.map((word, i) => {
    const declaration = declarations.find(({ at }) => at === i);
    if (declaration === undefined || typeof declaration.value !== "string") return quoteTrace(word);
    const { index, append, value } = declaration;
    return quoteTrace(`${word}${index === null ? "" : `[${index}]`}${append ? "+" : ""}=${value}`);
  });
  await trace(sh, words.join(" "));
  // These two show what they assign once more.
  if (argv[0] !== "export" && argv[0] !== "readonly") return;
  for (const { name, value, append } of declarations)
    if (typeof value === "string")
      await trace(sh, `${name}${append ? "+" : ""}=${value === "" ? "" : quoteTrace(value)}`);
}
