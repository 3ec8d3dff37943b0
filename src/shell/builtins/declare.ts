/** `declare`, `local`, `export`, `readonly`, `unset`. */
import { assignArray, assignElement, assignScalar, calculate, toIndexed, unsetVariable } from "../assign.ts";
import { dashVariableList } from "../dash/builtins.ts";
import { ArithmeticError, ExpansionError, ReadonlyError } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { AssocArray, IndexedArray, type Variable } from "../variables.ts";
import { showFunctions, showVariables } from "./declare-show.ts";
import type { Builtin, Declaration } from "./index.ts";
import { complainOfUsage } from "./options.ts";

interface Plan {
  /** Letters set with `-`. */
  readonly on: string;
  /** Letters taken away with `+`. */
  readonly off: string;
  readonly place: (name: string) => Variable;
  /** Are the variables the function's own? */
  readonly isLocal?: boolean;
}

const NAME = /^[A-Za-z_]\w*$/;

/** Splits the options off; null: one is unknown, and that was told. */
function options(
  sh: Interpreter,
  argv: readonly string[],
  known: string,
): { on: string; off: string; first: number } | null {
  let [on, off] = ["", ""];
  let first = 1;
  for (; first < argv.length; first++) {
    const word = argv[first]!;
    if (word === "--") {
      first++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    const bad = [...word.slice(1)].find((letter) => !known.includes(letter));
    if (bad !== undefined) {
      sh.complain(`${argv[0]}: ${word[0]}${bad}: invalid option`);
      complainOfUsage(sh, argv[0]!);
      return null;
    }
    if (word[0] === "-") on += word.slice(1);
    else off += word.slice(1);
  }
  return { on, off, first };
}

function applyAttributes(variable: Variable, { on, off }: Plan): void {
  if (on.includes("A") && !(variable.value instanceof AssocArray))
    variable.value = new AssocArray(undefined, true);
  else if (on.includes("a") && !(variable.value instanceof IndexedArray)) {
    if (variable.value === undefined) variable.value = new IndexedArray(undefined, true);
    else toIndexed(variable);
  }
  if (on.includes("i")) variable.isInteger = true;
  if (off.includes("i")) variable.isInteger = false;
  if (on.includes("x")) variable.isExported = true;
  if (off.includes("x")) variable.isExported = false;
  if (on.includes("n")) variable.isNameref = true;
  if (off.includes("n")) variable.isNameref = false;
  if (on.includes("t")) variable.isTraced = true;
  if (off.includes("t")) variable.isTraced = false;
  if (on.includes("l")) variable.case = "lower";
  if (on.includes("u")) variable.case = "upper";
  if (on.includes("c")) variable.case = "capital";
  if (/[luc]/.test(off)) variable.case = null;
}

/** Declares the names from argv on; gives the status. */
function declareNames(
  sh: Interpreter,
  argv: readonly string[],
  first: number,
  declarations: readonly Declaration[],
  plan: Plan,
): number {
  let status = 0;
  for (let at = first; at < argv.length; at++) {
    const declaration = declarations.find((one) => one.at === at) ?? plainDeclaration(argv[at]!, at);
    if (declaration === null || !NAME.test(declaration.name)) {
      sh.complain(`${argv[0]}: \`${argv[at]}': not a valid identifier`);
      status = 1;
      continue;
    }
    try {
      declareOne(sh, declaration, plan);
    } catch (error) {
      // One name that fails stops none of the others.
      if (!(error instanceof ExpansionError) || error instanceof ArithmeticError || error.isFatal)
        throw error;
      const isPlain = error instanceof ReadonlyError && (argv[0] === "export" || argv[0] === "readonly");
      sh.complain(isPlain ? error.message : `${argv[0]}: ${error.message}`);
      status = 1;
    }
  }
  return status;
}

/** Throws when a name cannot be declared so. */
function checkAttributes(name: string, variable: Variable, { on, off }: Plan): void {
  const refuse = (why: string) => {
    throw new ExpansionError(`${name}: ${why}`, 1, false);
  };
  if (on.includes("A") && variable.value instanceof IndexedArray)
    refuse("cannot convert indexed to associative array");
  if (on.includes("a") && variable.value instanceof AssocArray)
    refuse("cannot convert associative to indexed array");
  if (/[aA]/.test(off) && typeof variable.value === "object")
    refuse("cannot destroy array variables in this way");
  if (off.includes("r") && variable.isReadonly) refuse("readonly variable");
}

/** A word that became an assignment by an expansion: `declare "$name=$value"`. */
function plainDeclaration(
  word: string,
  at: number,
): (Omit<Declaration, "value"> & { readonly value: Declaration["value"] | null }) | null {
  const match = /^([A-Za-z_]\w*)(?:\[(.*?)\])?(?:(\+?)=(.*))?$/s.exec(word);
  if (match === null) return null;
  return { at, name: match[1]!, index: match[2] ?? null, append: match[3] === "+", value: match[4] ?? null };
}

/** A name reference holds a name, and not its own. */
function checkReference(sh: Interpreter, name: string, value: Declaration["value"] | null, plan: Plan): void {
  const refuse = (why: string) => {
    throw new ExpansionError(why, 1, false);
  };
  const known = sh.variables.isInFunction && plan.isLocal ? undefined : sh.variables.find(name);
  if ((known?.value !== undefined && typeof known.value !== "string") || Array.isArray(value))
    refuse(`${name}: reference variable cannot be an array`);
  if (typeof value !== "string") return;
  if (value === "") refuse("`': not a valid identifier");
  if (!/^[A-Za-z_]\w*(\[.*\])?$/s.test(value))
    refuse(`\`${value}': invalid variable name for name reference`);
  if (value === name && !sh.variables.isInFunction)
    refuse(`${name}: nameref variable self references not allowed`);
  if (value === name)
    sh.complain(`${plan.isLocal ? "local" : "declare"}: warning: ${name}: circular name reference`);
}

function declareOne(
  sh: Interpreter,
  declaration: NonNullable<ReturnType<typeof plainDeclaration>>,
  plan: Plan,
): void {
  const { name, index, value, append } = declaration;
  if (plan.on.includes("n")) checkReference(sh, name, value, plan);
  // What is only taken away makes no variable.
  if (value === null && plan.off !== "" && plan.on === "" && sh.variables.find(name) === undefined) return;
  // A readonly variable cannot be hidden.
  if (plan.isLocal && sh.variables.isInFunction && sh.variables.find(name)?.isReadonly)
    throw new ExpansionError(`${name}: readonly variable`, 1, false);
  const variable = plan.place(name);
  checkAttributes(name, variable, plan);
  applyAttributes(variable, plan);
  if (sh.options.has("allexport")) variable.isExported = true;
  const place = () => variable;
  if (value !== null && typeof value !== "string") assignArray(sh, name, value, append, place);
  else if (value !== null && index !== null) assignElement(sh, name, index, value, append, place);
  else if (value !== null && plan.on.includes("n")) variable.value = value;
  else if (value !== null) assignScalar(sh, name, value, append, place);
  if (plan.on.includes("r")) variable.isReadonly = true;
}

export const declare: Builtin = (sh, argv, declarations) => {
  const parsed = options(sh, argv, "aAcfFgiIlnrtuxp");
  if (parsed === null) return 2;
  const { on, off, first } = parsed;
  if (/[fF]/.test(on)) {
    if (/[rx]/.test(on + off) && first < argv.length)
      return markFunctions(sh, argv[0]!, argv.slice(first), on, off);
    return showFunctions(sh, argv.slice(first), on);
  }
  if (on.includes("p") || first === argv.length) return showVariables(sh, argv[0]!, argv.slice(first), on);
  const isLocal = sh.variables.isInFunction && !on.includes("g");
  const place = (name: string) =>
    isLocal
      ? localVariable(sh, name, on)
      : on.includes("g")
        ? sh.variables.global(name)
        : sh.variables.findOrMake(on.includes("n") || off.includes("n") ? name : sh.variables.nameOf(name));
  return declareNames(sh, argv, first, declarations, { on, off, place, isLocal });
};

/** A new local variable begins without a value, or with the outer one's (`-I`, `localvar_inherit`). */
function localVariable(sh: Interpreter, name: string, on: string): Variable {
  const outer = sh.variables.find(name);
  const variable = sh.variables.local(name);
  if (outer !== undefined && variable !== outer && (on.includes("I") || sh.shopts.has("localvar_inherit")))
    Object.assign(variable, outer.copy());
  return variable;
}

/** `export -f`, `readonly -f`, `declare -fx`. */
function markFunctions(
  sh: Interpreter,
  builtin: string,
  names: readonly string[],
  on: string,
  off: string,
): number {
  let status = 0;
  for (const name of names) {
    const known = sh.functions.get(name);
    if (known === undefined) {
      sh.complain(`${builtin}: ${name}: not a function`);
      status = 1;
      continue;
    }
    const isExported = off.includes("x") ? false : known.isExported || on.includes("x");
    sh.functions.set(name, { ...known, isExported, isReadonly: known.isReadonly || on.includes("r") });
  }
  return status;
}

export const local: Builtin = (sh, argv, declarations) => {
  if (sh.isDash) {
    // What is made local keeps its value.
    const place = (name: string) => {
      const outer = sh.variables.find(name);
      const variable = sh.variables.local(name);
      if (variable !== outer) variable.value = outer?.value;
      return variable;
    };
    return declareNames(sh, argv, 1, declarations, { on: "", off: "", place });
  }
  if (!sh.variables.isInFunction) {
    sh.complain("local: can only be used in a function");
    return 1;
  }
  if (argv[1] === "-") {
    const frame = sh.frames.findLast(({ kind }) => kind === "function");
    if (frame !== undefined) frame.options ??= new Set(sh.options);
    return 0;
  }
  const parsed = options(sh, argv, "aAcfFgiIlnrtuxp");
  if (parsed === null) return 2;
  const { on, off, first } = parsed;
  if (first === argv.length) {
    const names = sh.variables.localNames();
    return names.length === 0 ? 0 : showVariables(sh, "local", names, on);
  }
  return declareNames(sh, argv, first, declarations, {
    on,
    off,
    place: (name) => localVariable(sh, name, on),
    isLocal: true,
  });
};

export const exportNames: Builtin = (sh, argv, declarations) => {
  const parsed = options(sh, argv, "fnp");
  if (parsed === null) return 2;
  if (parsed.on.includes("f")) {
    const names = argv.slice(parsed.first);
    if (names.length === 0) return showFunctions(sh, [], "fx");
    const isOff = parsed.on.includes("n");
    return markFunctions(sh, "export", names, isOff ? "" : "x", isOff ? "x" : "");
  }
  if (sh.isDash && parsed.first === argv.length) return sh.write("export", dashVariableList(sh, "export"));
  if (parsed.first === argv.length) return showVariables(sh, "export", [], "x");
  const [on, off] = parsed.on.includes("n") ? ["", "x"] : ["x", ""];
  return declareNames(sh, argv, parsed.first, declarations, {
    on,
    off,
    place: (name) => sh.variables.findOrMake(sh.variables.nameOf(name)),
  });
};

export const readonlyNames: Builtin = (sh, argv, declarations) => {
  const parsed = options(sh, argv, "aAfp");
  if (parsed === null) return 2;
  if (parsed.on.includes("f")) {
    const names = argv.slice(parsed.first);
    return names.length === 0 ? showFunctions(sh, [], "fr") : markFunctions(sh, "readonly", names, "r", "");
  }
  if (sh.isDash && parsed.first === argv.length)
    return sh.write("readonly", dashVariableList(sh, "readonly"));
  if (parsed.first === argv.length) return showVariables(sh, "readonly", [], "r");
  const on = `r${parsed.on.replace("p", "")}`;
  return declareNames(sh, argv, parsed.first, declarations, {
    on,
    off: "",
    place: (name) => sh.variables.findOrMake(sh.variables.nameOf(name)),
  });
};

export const unset: Builtin = (sh, argv) => {
  const parsed = options(sh, argv, "fvn");
  if (parsed === null) return 2;
  let status = 0;
  if (parsed.on.includes("f") && /[vn]/.test(parsed.on)) {
    sh.complain("unset: cannot simultaneously unset a function and a variable");
    return 1;
  }
  for (const word of argv.slice(parsed.first)) {
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(word);
    if (parsed.on.includes("f")) status = Math.max(unsetFunction(sh, word), status);
    else if (parsed.on.includes("n")) sh.variables.unset(word);
    else if (element !== null) unsetElement(sh, element[1]!, element[2]!);
    else if (!NAME.test(word) && sh.functions.has(word) && !parsed.on.includes("v"))
      status = Math.max(unsetFunction(sh, word), status);
    else if (!NAME.test(word) && (parsed.on.includes("v") || sh.isDash)) {
      sh.complain(`unset: \`${word}': not a valid identifier`);
      status = 1;
    } else if (sh.variables.find(word) !== undefined || parsed.on.includes("v") || !sh.functions.has(word)) {
      unsetVariable(sh, word);
      sh.dynamic.forget(word);
    } else status = Math.max(unsetFunction(sh, word), status);
  }
  return status;
};

function unsetFunction(sh: Interpreter, name: string): number {
  if (sh.functions.get(name)?.isReadonly) {
    sh.complain(`unset: ${name}: cannot unset: readonly function`);
    return 1;
  }
  sh.functions.delete(name);
  return 0;
}

function unsetElement(sh: Interpreter, name: string, subscript: string): void {
  const target = sh.variables.nameOf(name);
  const value = sh.variables.find(target)?.value;
  if (subscript === "@" || subscript === "*") unsetVariable(sh, name);
  else if (value instanceof AssocArray) value.delete(subscript);
  else if (value instanceof IndexedArray) {
    const at = value.position(Number(subscriptValue(sh, subscript)));
    if (at !== null) value.delete(at);
  } else if (subscript === "0") unsetVariable(sh, name);
}

function subscriptValue(sh: Interpreter, text: string): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : calculate(sh, text);
}
