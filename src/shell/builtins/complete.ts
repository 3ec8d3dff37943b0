/** What belongs to interactive shells and is called in scripts all the same: `compgen`, `complete`, `bind`, `history`, `fc`. */
import { nameTable } from "../../core/name-table.ts";
import { expandText } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";
import { SET_OPTIONS, SHOPTS } from "../option-names.ts";
import { quoteSingle } from "../quote.ts";
import { SIGNAL_NAMES } from "../signals.ts";
import { compareOctets } from "../text.ts";
import { BUILTINS, type Builtin } from "./index.ts";
import { isBuiltin, KEYWORDS } from "./lookup.ts";
import { readOptions } from "./options.ts";

const ACTIONS: Readonly<Record<string, string>> = nameTable({
  a: "alias",
  b: "builtin",
  c: "command",
  d: "directory",
  e: "export",
  f: "file",
  g: "group",
  j: "job",
  k: "keyword",
  s: "service",
  u: "user",
  v: "variable",
});
const FLAGS = Object.keys(ACTIONS).join("");
const VALUED = "oAGWFCXPS";

function candidates(sh: Interpreter, action: string): readonly string[] | null {
  const commands = () => [...sh.userland.options.commands.keys(), ...sh.userland.host.programs];
  switch (action) {
    case "alias":
      return [...sh.aliases.keys()].sort();
    case "builtin":
    case "enabled":
      return [...BUILTINS.keys()].filter((name) => isBuiltin(sh, name)).sort();
    case "disabled":
      return [...sh.disabled].sort();
    case "helptopic":
      return [...BUILTINS.keys()].sort();
    case "keyword":
      return [...KEYWORDS];
    case "function":
      return [...sh.functions.keys()].sort();
    case "command":
      return [
        ...sh.aliases.keys(),
        ...KEYWORDS,
        ...sh.functions.keys(),
        ...[...BUILTINS.keys()].sort(),
        // Once in /usr/bin, and once in /bin.
        ...commands()
          .sort()
          .flatMap((name) => [name, name]),
      ];
    case "variable":
      return [...new Set([...sh.variables.names(), ...sh.dynamic.names()])].sort(compareOctets);
    case "export":
      return sh.variables.names().filter((name) => sh.variables.find(name)?.isExported);
    case "arrayvar":
      return sh.variables.names().filter((name) => typeof sh.variables.find(name)?.value === "object");
    case "setopt":
      return SET_OPTIONS;
    case "shopt":
      return SHOPTS;
    case "signal":
      return SIGNAL_NAMES.map((name) => `SIG${name}`);
    case "user":
    case "group":
      return ["root"];
    case "job":
      return sh.jobs.map(({ text }) => text);
    case "directory":
    case "file": {
      const listed = sh.userland.files.list(sh.process, ".");
      const names = listed.ok ? listed.value : [];
      if (action === "file") return names;
      return names.filter((name) => {
        const stat = sh.userland.files.stat(sh.process, name);
        return stat.ok && stat.value.type === "dir";
      });
    }
    case "binding":
    case "hostname":
    case "running":
    case "service":
    case "stopped":
      return [];
    default:
      return null;
  }
}

export const compgen: Builtin = async (sh, argv) => {
  const options = readOptions(sh, argv, FLAGS, VALUED);
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  const [word = ""] = operands;
  const actions = [...flags].map((letter) => ACTIONS[letter]!);
  const named = values.get("A");
  if (named !== undefined) actions.push(named);
  const found: string[] = [];
  for (const action of actions) {
    const list = candidates(sh, action);
    if (list === null) {
      sh.complain(`compgen: ${action}: invalid action name`);
      return 2;
    }
    found.push(...list);
  }
  const list = values.get("W");
  if (list !== undefined) found.push(...(await expandText(sh, list)).split(/[ \t\n]+/).filter(Boolean));
  const [head, tail] = [values.get("P") ?? "", values.get("S") ?? ""];
  const lines = found.filter((one) => one.startsWith(word)).map((one) => `${head}${one}${tail}\n`);
  return Math.max(sh.write("compgen", lines.join("")), lines.length > 0 ? 0 : 1);
};

export const complete: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, `${FLAGS}prDEI`, VALUED);
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  const { completions } = sh;
  if (flags.has("r")) {
    if (operands.length === 0) completions.clear();
    for (const name of operands) completions.delete(name);
    return 0;
  }
  if (flags.has("p") || operands.length === 0) {
    let [text, status] = ["", 0];
    for (const name of operands.length > 0 ? operands : completions.keys()) {
      const known = completions.get(name);
      if (known !== undefined) text += `complete ${known}${name}\n`;
      else {
        sh.complain(`complete: ${name}: no completion specification`);
        status = 1;
      }
    }
    return Math.max(sh.write("complete", text), status);
  }
  const shown =
    [...flags].map((letter) => `-${letter} `).join("") +
    [...values]
      .map(([letter, value]) => `-${letter} ${"WXPSCG".includes(letter) ? quoteSingle(value) : value} `)
      .join("");
  for (const name of operands) completions.set(name, shown);
  return 0;
};

export const compopt: Builtin = (sh) => {
  sh.complain("compopt: not currently executing completion function");
  return 1;
};

export const bind: Builtin = (sh) => {
  sh.complain("bind: warning: line editing not enabled");
  return 0;
};

/** A script has no history. */
export const history: Builtin = (sh, argv) => {
  const bad = argv[1]?.startsWith("-") === false && !/^\d+$/.test(argv[1]);
  if (bad) sh.complain(`history: ${argv[1]}: numeric argument required`);
  return bad ? 1 : 0;
};
