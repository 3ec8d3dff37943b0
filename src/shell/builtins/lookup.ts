/** What a name stands for: `type`, `command`, `builtin`, `enable`, `hash`, `help`. */
import type { Interpreter } from "../interpreter.ts";
import { quoteSingle } from "../quote.ts";
import { becomeExternal, pathOf as externalPath } from "../run/external.ts";
import { runBuiltin } from "../run/simple.ts";
import { beginSubshell } from "../run/subshell.ts";
import { functionText } from "./declare-show.ts";
import { BUILTINS, type Builtin, POSIX_SPECIAL } from "./index.ts";
import { complainOfUsage, readOptions, usageOf } from "./options.ts";

export const KEYWORDS: ReadonlySet<string> = new Set(
  "if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc".split(
    " ",
  ),
);

function pathOf(sh: Interpreter, name: string): string | null {
  return externalPath(sh.process, name, sh.variables.find("PATH")?.scalar);
}

type Kind = "alias" | "keyword" | "function" | "builtin" | "file";

function kindsOf(sh: Interpreter, name: string): Kind[] {
  const kinds: Kind[] = [];
  if (sh.aliases.has(name) && sh.shopts.has("expand_aliases")) kinds.push("alias");
  if (KEYWORDS.has(name)) kinds.push("keyword");
  if (sh.functions.has(name)) kinds.push("function");
  if (isBuiltin(sh, name)) kinds.push("builtin");
  if (pathOf(sh, name) !== null) kinds.push("file");
  return kinds;
}

export function isBuiltin(sh: Interpreter, name: string): boolean {
  return BUILTINS.has(name) && !sh.disabled.has(name);
}

/** All paths of a command along PATH. */
function pathsOf(sh: Interpreter, name: string): string[] {
  if (name.includes("/")) return [name];
  const dirs = sh.variables.find("PATH")?.scalar?.split(":") ?? [];
  return dirs.flatMap(
    (dir) => externalPath(sh.process, `${dir === "" ? "." : dir}/${name}`, undefined) ?? [],
  );
}

function describe(sh: Interpreter, name: string, kind: Kind): string {
  switch (kind) {
    case "alias":
      return `${name} is aliased to \`${sh.aliases.get(name)}'\n`;
    case "keyword":
      return `${name} is a shell keyword\n`;
    case "function":
      return `${name} is a function\n${functionText(sh.functions.get(name)!)}`;
    case "builtin":
      return `${name} is a ${sh.options.has("posix") && POSIX_SPECIAL.has(name) ? "special " : ""}shell builtin\n`;
    case "file": {
      const known = sh.hashed.get(name);
      const path = known?.path ?? pathOf(sh, name);
      return known === undefined ? `${name} is ${path}\n` : `${name} is hashed (${path})\n`;
    }
  }
}

export const type: Builtin = (sh, argv) => {
  if (sh.isDash) return dashType(sh, "type", argv.slice(1));
  const options = readOptions(sh, argv, "aftpP");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  let status = 0;
  let text = "";
  for (const name of operands) {
    const all = kindsOf(sh, name).filter((kind) => !(flags.has("f") && kind === "function"));
    const kinds = flags.has("P")
      ? all.filter((kind) => kind === "file")
      : flags.has("a")
        ? all
        : all.slice(0, 1);
    if (kinds.length === 0) {
      status = 1;
      if (!flags.has("t") && !flags.has("p") && !flags.has("P")) sh.complain(`type: ${name}: not found`);
    }
    for (const kind of kinds) {
      const paths = kind === "file" && flags.has("a") ? pathsOf(sh, name) : [pathOf(sh, name)];
      if (flags.has("t")) text += `${kind}\n`.repeat(kind === "file" ? paths.length : 1);
      else if (flags.has("p") || flags.has("P"))
        text += kind === "file" ? paths.map((path) => `${path}\n`).join("") : "";
      else if (kind === "file" && flags.has("a"))
        text += paths.map((path) => `${name} is ${path}\n`).join("");
      else text += describe(sh, name, kind);
    }
  }
  return Math.max(sh.write("type", text), status);
};

function commandText(sh: Interpreter, name: string): string | null {
  const [kind] = kindsOf(sh, name);
  if (kind === undefined) return null;
  if (kind === "alias") return `alias ${name}=${quoteSingle(sh.aliases.get(name)!)}\n`;
  return `${kind === "file" ? pathOf(sh, name) : name}\n`;
}

/** dash tells what it does not find on standard output, and takes no options. */
function dashType(sh: Interpreter, builtin: string, names: readonly string[]): number {
  let status = 0;
  let text = "";
  for (const name of names) {
    const [kind] = kindsOf(sh, name);
    if (kind === undefined) status = 127;
    text += `${name}${kind === undefined ? ": not found" : dashKind(sh, name, kind)}\n`;
    if (kind === "file" && !name.includes("/")) sh.hashed.set(name, { path: null, hits: 0 });
  }
  return Math.max(sh.write(builtin, text), status);
}

function dashKind(sh: Interpreter, name: string, kind: Kind): string {
  switch (kind) {
    case "alias":
      return ` is an alias for ${sh.aliases.get(name)}`;
    case "keyword":
      return " is a shell keyword";
    case "function":
      return " is a shell function";
    case "builtin":
      return ` is a ${POSIX_SPECIAL.has(name) ? "special " : ""}shell builtin`;
    case "file":
      return ` is ${sh.hashed.has(name) ? "a tracked alias for " : ""}${pathOf(sh, name)}`;
  }
}

export const command: Builtin = async (sh, argv) => {
  const options = readOptions(sh, argv, "pvV");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  // dash looks at the first name alone.
  if (sh.isDash && flags.has("V")) return dashType(sh, "command", operands.slice(0, 1));
  if (sh.isDash && flags.has("v") && operands.length > 0) {
    const text = commandText(sh, operands[0]!);
    return text === null ? 127 : sh.write("command", text);
  }
  if (operands.length === 0) return 0;
  if (!flags.has("v") && !flags.has("V")) return runPlain(sh, operands);
  let isFound = false;
  let text = "";
  for (const name of operands) {
    const [kind] = kindsOf(sh, name);
    if (kind !== undefined) isFound = true;
    if (kind !== undefined) text += flags.has("V") ? describe(sh, name, kind) : commandText(sh, name)!;
    else if (flags.has("V")) sh.complain(`command: ${name}: not found`);
  }
  return Math.max(sh.write("command", text), isFound ? 0 : 1);
};

/** Runs a builtin or an external command, functions aside. */
async function runPlain(sh: Interpreter, argv: readonly string[]): Promise<number> {
  if (isBuiltin(sh, argv[0]!)) return runBuiltin(sh, argv);
  const child = beginSubshell(sh, {
    comm: sh.process.comm,
    setUp: (inner) => inner.traps.clear(),
    body: (inner) => becomeExternal(inner, argv),
  });
  return (await sh.process.waitFor(child))!;
}

export const builtin: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "");
  if (typeof options === "number") return options;
  const [name] = options.operands;
  if (name === undefined) return 0;
  if (isBuiltin(sh, name)) return runBuiltin(sh, options.operands);
  sh.complain(`builtin: ${name}: not a shell builtin`);
  return 1;
};

export const enable: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "adnps", "f");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  if (operands.length === 0) {
    const names = [...BUILTINS.keys()]
      .filter((name) => !flags.has("s") || POSIX_SPECIAL.has(name))
      .filter((name) => flags.has("a") || sh.disabled.has(name) === flags.has("n"))
      .sort();
    const shown = names.map((name) => `enable ${sh.disabled.has(name) ? "-n " : ""}${name}\n`);
    return sh.write("enable", shown.join(""));
  }
  let status = 0;
  for (const name of operands) {
    if (!BUILTINS.has(name)) {
      sh.complain(`enable: ${name}: not a shell builtin`);
      status = 1;
    } else if (flags.has("n")) sh.disabled.add(name);
    else sh.disabled.delete(name);
  }
  return status;
};

export const hash: Builtin = (sh, argv) => {
  if (!sh.options.has("hashall") && !sh.isDash) {
    sh.complain("hash: hashing disabled");
    return 1;
  }
  const options = readOptions(sh, argv, "dlrt", "p");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  if (flags.has("r")) sh.hashed.clear();
  if (operands.length === 0) {
    if (flags.has("d") || flags.has("t")) {
      sh.complain(`hash: -${flags.has("d") ? "d" : "t"}: option requires an argument`);
      return 1;
    }
    return flags.has("r") ? 0 : listHashed(sh, flags.has("l"));
  }
  let status = 0;
  let text = "";
  for (const name of operands) {
    const path =
      values.get("p") ?? (flags.has("d") || flags.has("t") ? hashedPath(sh, name) : pathOf(sh, name));
    if (path === null) {
      if (isBuiltin(sh, name) && !flags.has("d") && !flags.has("t")) continue;
      sh.complain(`hash: ${name}: not found`);
      status = 1;
    } else if (flags.has("d")) sh.hashed.delete(name);
    else if (flags.has("t"))
      text += flags.has("l")
        ? `builtin hash -p ${path} ${name}\n`
        : operands.length > 1
          ? `${name}\t${path}\n`
          : `${path}\n`;
    else if (!name.includes("/")) sh.hashed.set(name, { path, hits: 0 });
  }
  return Math.max(sh.write("hash", text), status);
};

/** Null: it is not in the table. */
function hashedPath(sh: Interpreter, name: string): string | null {
  const known = sh.hashed.get(name);
  return known === undefined ? null : (known.path ?? pathOf(sh, name));
}

function listHashed(sh: Interpreter, isReusable: boolean): number {
  const lines = [...sh.hashed].flatMap(([name, { hits }]) => {
    const path = hashedPath(sh, name);
    if (path === null) return [];
    return isReusable ? `builtin hash -p ${path} ${name}\n` : `${String(hits).padStart(4)}\t${path}\n`;
  });
  if (lines.length === 0) return sh.write("hash", "hash: hash table empty\n");
  return sh.write("hash", (isReusable ? "" : "hits\tcommand\n") + lines.join(""));
}

/** The synopsis alone. @differs the texts of bash's help are not told */
export const help: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "dms");
  if (typeof options === "number") return options;
  const names = options.operands.length > 0 ? options.operands : [...BUILTINS.keys()].sort();
  let status = 0;
  for (const name of names) {
    const usage = usageOf(name);
    if (usage !== undefined) sh.write("help", `${name}: ${usage}\n`);
    else {
      sh.complain(
        `help: no help topics match \`${name}'.  Try \`help help' or \`man -k ${name}' or \`info ${name}'.`,
      );
      status = 1;
    }
  }
  return status;
};

export const caller: Builtin = (sh, argv) => {
  const calls = sh.frames.toReversed();
  const given = argv[1] === "--" ? argv[2] : argv[1];
  if (given !== undefined && !/^\s*[-+]?\d+\s*$/.test(given)) {
    sh.complain(`caller: ${given}: invalid number`);
    return complainOfUsage(sh, "caller");
  }
  if (given === undefined && calls.length === 0) return sh.write("caller", "0 NULL\n");
  const depth = Number(given ?? 0);
  const call = calls[depth];
  if (call === undefined) return 1;
  const outer = calls[depth + 1];
  const where = outer?.source ?? sh.arg0;
  return sh.write(
    "caller",
    given === undefined ? `${call.line} ${where}\n` : `${call.line} ${outer?.name ?? "main"} ${where}\n`,
  );
};
