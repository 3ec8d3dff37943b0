/** `cd`, `pwd` and the stack of directories. */
import { strerror } from "../../core/errno.ts";
import { assignScalar } from "../assign.ts";
import { resolvePath } from "../files.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Builtin } from "./index.ts";
import { complainOfUsage } from "./options.ts";

/** False: the directory cannot be entered, and that was told. */
function enter(sh: Interpreter, builtin: string, path: string, isPhysical = false): boolean {
  const stat = sh.userland.files.stat(sh.process, path);
  if (!stat.ok || stat.value.type !== "dir") {
    sh.complain(`${builtin}: ${path}: ${strerror(stat.ok ? "ENOTDIR" : stat.errno)}`);
    return false;
  }
  const before = sh.process.cwd;
  const physical = isPhysical ? sh.userland.files.realpath(sh.process, path) : null;
  sh.process.chdir(physical?.ok ? physical.value : resolvePath(before, path));
  assignScalar(sh, "OLDPWD", before, false);
  assignScalar(sh, "PWD", sh.process.cwd, false);
  return true;
}

/** Are links to be taken as what they lead to? The last of `-L` and `-P` counts. */
function isPhysical(sh: Interpreter, argv: readonly string[]): boolean {
  const flags = argv.filter((word) => /^-[LPe@]+$/.test(word)).join("");
  const last = /[LP](?=[^LP]*$)/.exec(flags)?.[0];
  return last === undefined ? sh.options.has("physical") : last === "P";
}

export const changeDirectory: Builtin = (sh, argv) => {
  const args = argv.slice(1).filter((word) => !/^-[LPe@]+$/.test(word) && word !== "--");
  if (args.length > 1) {
    sh.complain("cd: too many arguments");
    return 1;
  }
  const named = args[0] ?? "~";
  const variable = named === "~" ? "HOME" : named === "-" ? "OLDPWD" : null;
  const path = variable === null ? named : sh.variables.find(variable)?.scalar;
  if (path === undefined) {
    sh.complain(`cd: ${variable} not set`);
    return 1;
  }
  if (path === "") return 0;
  if (!enter(sh, "cd", path, isPhysical(sh, argv))) return 1;
  return named === "-" ? sh.write("cd", `${sh.process.cwd}\n`) : 0;
};

export const printDirectory: Builtin = (sh, argv) => {
  const real = isPhysical(sh, argv) ? sh.userland.files.realpath(sh.process, ".") : null;
  return sh.write("pwd", `${real?.ok ? real.value : sh.process.cwd}\n`);
};

function shortened(sh: Interpreter, path: string): string {
  const home = sh.variables.find("HOME")?.scalar;
  const isBelow = home !== undefined && home !== "/" && (path === home || path.startsWith(`${home}/`));
  return isBelow ? `~${path.slice(home.length)}` : path;
}

function stackText(sh: Interpreter): string {
  return `${[sh.process.cwd, ...sh.directories].map((path) => shortened(sh, path)).join(" ")}\n`;
}

/** `+N` from the top, `-N` from the bottom: the place in the stack; null: not in it, which was told. */
function placeOf(sh: Interpreter, builtin: string, text: string): number | null {
  const size = sh.directories.length + 1;
  const count = Number(text.slice(1));
  const place = text[0] === "+" ? count : size - 1 - count;
  if (place >= 0 && place < size) return place;
  sh.complain(
    size === 1
      ? `${builtin}: directory stack empty`
      : `${builtin}: ${builtin === "dirs" ? count : text}: directory stack index out of range`,
  );
  return null;
}

/** `-n` and one operand; a number: the status after what is wrong, which was told. */
function stackArguments(
  sh: Interpreter,
  argv: readonly string[],
): { readonly stays: boolean; readonly operand: string | undefined } | number {
  const name = argv[0]!;
  const args = argv.slice(1);
  let stays = false;
  while (args[0]?.startsWith("-") && !/^-\d+$/.test(args[0])) {
    const option = args.shift()!;
    if (option === "--") break;
    if (option !== "-n") {
      sh.complain(
        /^-[A-Za-z]/.test(option) && name !== "dirs"
          ? `${name}: ${option}: invalid number`
          : `${name}: ${option}: invalid option`,
      );
      return complainOfUsage(sh, name);
    }
    stays = true;
  }
  if (args.length > 1) {
    sh.complain(`${name}: too many arguments`);
    return 1;
  }
  return { stays, operand: args[0] };
}

export const pushd: Builtin = (sh, argv) => {
  const args = stackArguments(sh, argv);
  if (typeof args === "number") return args;
  const { stays, operand } = args;
  const before = sh.process.cwd;
  const stack = [before, ...sh.directories];
  if (operand === undefined && stack.length === 1) {
    sh.complain("pushd: no other directory");
    return 1;
  }
  if (operand === undefined || /^[-+]\d+$/.test(operand)) {
    const place = operand === undefined ? 1 : placeOf(sh, "pushd", operand);
    if (place === null) return 1;
    const turned =
      operand === undefined
        ? [stack[1]!, stack[0]!, ...stack.slice(2)]
        : [...stack.slice(place), ...stack.slice(0, place)];
    if (!stays && !enter(sh, "pushd", turned[0]!)) return 1;
    sh.directories = turned.slice(1);
  } else if (stays) sh.directories.unshift(operand);
  else {
    if (!enter(sh, "pushd", operand)) return 1;
    sh.directories.unshift(before);
  }
  return sh.write("pushd", stackText(sh));
};

export const popd: Builtin = (sh, argv) => {
  const args = stackArguments(sh, argv);
  if (typeof args === "number") return args;
  const { stays, operand } = args;
  if (operand !== undefined && !/^[-+]\d+$/.test(operand)) {
    sh.complain(`popd: ${operand}: invalid argument`);
    return complainOfUsage(sh, "popd");
  }
  if (sh.directories.length === 0) {
    sh.complain("popd: directory stack empty");
    return 1;
  }
  const place = operand === undefined ? 0 : placeOf(sh, "popd", operand);
  if (place === null) return 1;
  if (place > 0) sh.directories.splice(place - 1, 1);
  else if (stays) sh.directories.shift();
  else {
    if (!enter(sh, "popd", sh.directories[0]!)) return 1;
    sh.directories.shift();
  }
  return sh.write("popd", stackText(sh));
};

export const dirs: Builtin = (sh, argv) => {
  const letters = new Set<string>();
  let wanted: string | null = null;
  for (const word of argv.slice(1)) {
    if (/^[-+]\d+$/.test(word)) wanted = word;
    else if (/^-[clpv]+$/.test(word)) for (const letter of word.slice(1)) letters.add(letter);
    else {
      sh.complain(`dirs: ${word}: invalid ${word.startsWith("-") ? "number" : "option"}`);
      return complainOfUsage(sh, "dirs");
    }
  }
  if (letters.has("c")) {
    sh.directories = [];
    return 0;
  }
  const paths = [sh.process.cwd, ...sh.directories].map((path) =>
    letters.has("l") ? path : shortened(sh, path),
  );
  if (wanted !== null) {
    const place = placeOf(sh, "dirs", wanted);
    if (place === null) return 1;
    return sh.write("dirs", `${letters.has("v") ? ` ${place}  ` : ""}${paths[place]}\n`);
  }
  if (letters.has("v"))
    return sh.write("dirs", paths.map((path, i) => `${String(i).padStart(2)}  ${path}\n`).join(""));
  return sh.write("dirs", `${paths.join(letters.has("p") ? "\n" : " ")}\n`);
};
