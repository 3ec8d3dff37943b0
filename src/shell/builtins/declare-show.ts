/** What `declare -p`, `declare -f` and their like print. */
import type { Interpreter, ShellFunction } from "../interpreter.ts";
import { printFunction } from "../print.ts";
import { quoteDouble, quoteKey } from "../quote.ts";
import { compareOctets } from "../text.ts";
import { AssocArray, IndexedArray, Variable } from "../variables.ts";

export function flagsOf(variable: Variable): string {
  return `-${attributeLetters(variable) || "-"}`;
}

/** In bash's order. @source bash 5.2 builtins/setattr.def: show_var_attributes() */
export function attributeLetters({ value, case: letterCase, ...variable }: Variable): string {
  return [
    value instanceof IndexedArray && "a",
    value instanceof AssocArray && "A",
    variable.isInteger && "i",
    variable.isNameref && "n",
    variable.isReadonly && "r",
    variable.isTraced && "t",
    variable.isExported && "x",
    letterCase?.slice(0, 1),
  ]
    .filter(Boolean)
    .join("");
}

/** As `declare -p` shows it. */
export function shown(name: string, variable: Variable): string {
  const { value } = variable;
  const head = `declare ${flagsOf(variable)} ${name}`;
  if (value === undefined) return head;
  if (typeof value === "string") return `${head}=${quoteDouble(value)}`;
  if (value.isBare) return head;
  const values = value.values();
  const items = value
    .keys()
    .map((key, i) => `[${typeof key === "number" ? key : quoteKey(key)}]=${quoteDouble(values[i]!)}`);
  return `${head}=(${items.join(" ")}${value instanceof AssocArray && items.length > 0 ? " " : ""})`;
}

export function showVariables(
  sh: Interpreter,
  builtin: string,
  names: readonly string[],
  on: string,
): number {
  let status = 0;
  const wanted = (name: string) => {
    const flags = flagsOf(sh.variables.find(name)!);
    return [...on.replace(/[pg]/g, "")].every((letter) => flags.includes(letter));
  };
  for (const name of names.length > 0 ? names : sh.variables.names().filter(wanted)) {
    const variable = sh.variables.find(name) ?? dynamicVariable(sh, name);
    if (variable === undefined) {
      sh.complain(`${builtin}: ${name}: not found`);
      status = 1;
      continue;
    }
    const text = shown(name, variable);
    // At once: an error of the next name comes behind it.
    status = Math.max(sh.write(builtin, `${text}\n`), status);
  }
  return status;
}

function dynamicVariable(sh: Interpreter, name: string): Variable | undefined {
  const dynamic = sh.dynamic.get(name);
  if (dynamic === undefined) return undefined;
  const variable = new Variable();
  variable.value = dynamic.get();
  return variable;
}

export function showFunctions(sh: Interpreter, names: readonly string[], on: string): number {
  let status = 0;
  let text = "";
  const all = [...sh.functions.values()].filter(
    ({ isExported, isReadonly }) => (!on.includes("x") || isExported) && (!on.includes("r") || isReadonly),
  );
  const listed = names.length > 0 ? names : all.map(({ name }) => name).sort(compareOctets);
  for (const name of listed) {
    const known = sh.functions.get(name);
    if (known === undefined) {
      status = 1;
      continue;
    }
    const line = `declare -f${known.isReadonly ? "r" : ""}${known.isExported ? "x" : ""} ${name}\n`;
    const isMarked = known.isReadonly || known.isExported;
    if (!on.includes("F")) text += functionText(known) + (names.length === 0 && isMarked ? line : "");
    else if (names.length === 0) text += line;
    else if (sh.shopts.has("extdebug"))
      text += `${name} ${known.unit.lineOf(known.body.pos)} ${known.unit.name}\n`;
    else text += on.includes("p") ? line : `${name}\n`;
  }
  return Math.max(sh.write("declare", text), status);
}

export function functionText({ name, body, unit }: ShellFunction): string {
  return printFunction(unit.source, name, body);
}
