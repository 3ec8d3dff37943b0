/** What dash's builtins are, and what they print where bash prints something else. */
import type { Interpreter } from "../interpreter.ts";
import { quoteSingle } from "../quote.ts";

export const DASH_BUILTINS: ReadonlySet<string> = new Set(
  ". : [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill local printf pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait".split(
    " ",
  ),
);

/** In the order in which `set -o` lists them. */
export const DASH_OPTIONS: readonly string[] =
  "errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset privileged nolog debug".split(
    " ",
  );

export function dashOptionList(sh: Interpreter): string {
  const rows = DASH_OPTIONS.map((name) => `${name.padEnd(16)}${sh.options.has(name) ? "on" : "off"}\n`);
  return `Current option settings\n${rows.join("")}`;
}

/** `export -p` and `readonly -p`. */
export function dashVariableList(sh: Interpreter, builtin: "export" | "readonly"): string {
  return sh.variables
    .names()
    .flatMap((name) => {
      const variable = sh.variables.find(name)!;
      if (!(builtin === "export" ? variable.isExported : variable.isReadonly)) return [];
      const value = variable.scalar;
      return [`${builtin} ${name}${value === undefined ? "" : `=${quoteSingle(value)}`}\n`];
    })
    .join("");
}
