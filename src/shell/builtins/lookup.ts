/** What a name stands for: `type`, `command`, `builtin`, `hash`, `alias`, `caller`. */
import type { Interpreter } from "../interpreter.ts";
import { quoteSingle } from "../quote.ts";
import { becomeExternal, pathOf as externalPath } from "../run/external.ts";
import { runBuiltin } from "../run/simple.ts";
import { beginSubshell } from "../run/subshell.ts";
import { functionText } from "./declare.ts";
import { BUILTINS, type Builtin } from "./index.ts";

const KEYWORDS: ReadonlySet<string> = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "case",
  "esac",
  "for",
  "select",
  "while",
  "until",
  "do",
  "done",
  "in",
  "function",
  "time",
  "{",
  "}",
  "!",
  "[[",
  "]]",
  "coproc",
]);

function pathOf(sh: Interpreter, name: string): string | null {
  return externalPath(sh.process, name, sh.variables.find("PATH")?.scalar);
}

type Kind = "alias" | "keyword" | "function" | "builtin" | "file";

function kindsOf(sh: Interpreter, name: string): Kind[] {
  const kinds: Kind[] = [];
  if (sh.aliases.has(name) && sh.shopts.has("expand_aliases")) kinds.push("alias");
  if (KEYWORDS.has(name)) kinds.push("keyword");
  if (sh.functions.has(name)) kinds.push("function");
  if (BUILTINS.has(name)) kinds.push("builtin");
  if (pathOf(sh, name) !== null) kinds.push("file");
  return kinds;
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
      return `${name} is a shell builtin\n`;
    case "file":
      return `${name} is ${pathOf(sh, name)}\n`;
  }
}

export const type: Builtin = (sh, argv) => {
  const letters = argv
    .slice(1)
    .filter((word) => /^-[aftpP]+$/.test(word))
    .join("");
  const names = argv.slice(1).filter((word) => !/^-[aftpP]+$/.test(word));
  let status = 0;
  let text = "";
  for (const name of names) {
    const all = kindsOf(sh, name).filter((kind) => !(letters.includes("f") && kind === "function"));
    const kinds = /P/.test(letters)
      ? all.filter((kind) => kind === "file")
      : letters.includes("a")
        ? all
        : all.slice(0, 1);
    if (kinds.length === 0) {
      status = 1;
      if (!/[tpP]/.test(letters)) sh.complain(`type: ${name}: not found`);
    }
    for (const kind of kinds) {
      if (letters.includes("t")) text += `${kind}\n`;
      else if (/[pP]/.test(letters)) text += kind === "file" ? `${pathOf(sh, name)}\n` : "";
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

export const command: Builtin = async (sh, argv) => {
  let args = argv.slice(1);
  let letters = "";
  while (/^-[pvV]+$/.test(args[0] ?? "")) {
    letters += args[0];
    args = args.slice(1);
  }
  if (args[0] === "--") args = args.slice(1);
  if (!/[vV]/.test(letters)) return args.length === 0 ? 0 : runPlain(sh, args);
  let status = args.length === 0 ? 1 : 0;
  let text = "";
  for (const name of args) {
    const found = letters.includes("V")
      ? (kindsOf(sh, name)
          .slice(0, 1)
          .map((kind) => describe(sh, name, kind))[0] ?? null)
      : commandText(sh, name);
    if (found !== null) text += found;
    else {
      status = 1;
      if (letters.includes("V")) sh.complain(`command: ${name}: not found`);
    }
  }
  return Math.max(sh.write("command", text), status);
};

/** Runs a builtin or an external command, functions aside. */
async function runPlain(sh: Interpreter, argv: readonly string[]): Promise<number> {
  if (BUILTINS.has(argv[0]!)) return runBuiltin(sh, argv);
  const child = beginSubshell(sh, {
    comm: sh.process.comm,
    setUp: (inner) => inner.traps.clear(),
    body: (inner) => becomeExternal(inner, argv),
  });
  return (await sh.process.waitFor(child))!;
}

export const builtin: Builtin = (sh, argv) => {
  const [name] = argv.slice(1);
  if (name === undefined) return 0;
  if (BUILTINS.has(name)) return runBuiltin(sh, argv.slice(1));
  sh.complain(`builtin: ${name}: not a shell builtin`);
  return 1;
};

export const hash: Builtin = (sh, argv) => {
  let status = 0;
  for (const name of argv.slice(1).filter((word) => !word.startsWith("-"))) {
    if (pathOf(sh, name) !== null || BUILTINS.has(name)) continue;
    sh.complain(`hash: ${name}: not found`);
    status = 1;
  }
  return status;
};

export const alias: Builtin = (sh, argv) => {
  const words = argv.slice(1).filter((word) => word !== "-p");
  const show = (name: string) => `alias ${name}=${quoteSingle(sh.aliases.get(name)!)}\n`;
  if (words.length === 0) return sh.write("alias", [...sh.aliases.keys()].sort().map(show).join(""));
  let status = 0;
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals > 0) sh.aliases.set(word.slice(0, equals), word.slice(equals + 1));
    else if (sh.aliases.has(word)) sh.write("alias", show(word));
    else {
      sh.complain(`alias: ${word}: not found`);
      status = 1;
    }
  }
  return status;
};

export const unalias: Builtin = (sh, argv) => {
  let status = 0;
  if (argv[1] === "-a") sh.aliases.clear();
  else
    for (const name of argv.slice(1)) {
      if (sh.aliases.delete(name)) continue;
      sh.complain(`unalias: ${name}: not found`);
      status = 1;
    }
  return status;
};

export const caller: Builtin = (sh, argv) => {
  const calls = sh.frames.toReversed();
  const depth = Number(argv[1] ?? 0);
  const call = calls[depth];
  if (call === undefined) return 1;
  const outer = calls[depth + 1];
  const where = outer?.source ?? sh.arg0;
  return sh.write(
    "caller",
    argv[1] === undefined ? `${call.line} ${where}\n` : `${call.line} ${outer?.name ?? "main"} ${where}\n`,
  );
};
