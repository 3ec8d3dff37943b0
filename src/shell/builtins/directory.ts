/** `cd`, `pwd` and the stack of directories. */
import { strerror } from "../../core/errno.ts";
import { assignScalar } from "../assign.ts";
import { resolvePath } from "../files.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Builtin } from "./index.ts";

/** False: the directory cannot be entered, and that was told. */
function enter(sh: Interpreter, builtin: string, path: string): boolean {
  const stat = sh.userland.files.stat(sh.process, path);
  if (!stat.ok || stat.value.type !== "dir") {
    sh.complain(`${builtin}: ${path}: ${strerror(stat.ok ? "ENOTDIR" : stat.errno)}`);
    return false;
  }
  const before = sh.process.cwd;
  sh.process.chdir(resolvePath(before, path));
  assignScalar(sh, "OLDPWD", before, false);
  assignScalar(sh, "PWD", sh.process.cwd, false);
  return true;
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
  if (!enter(sh, "cd", path)) return 1;
  return named === "-" ? sh.write("cd", `${sh.process.cwd}\n`) : 0;
};

export const printDirectory: Builtin = (sh) => sh.write("pwd", `${sh.process.cwd}\n`);

function stackText(sh: Interpreter): string {
  const home = sh.variables.find("HOME")?.scalar;
  const short = (path: string) =>
    home !== undefined && home !== "/" && (path === home || path.startsWith(`${home}/`))
      ? `~${path.slice(home.length)}`
      : path;
  return `${[sh.process.cwd, ...sh.directories].map(short).join(" ")}\n`;
}

export const pushd: Builtin = (sh, argv) => {
  const before = sh.process.cwd;
  const target = argv[1] ?? sh.directories[0];
  if (target === undefined) {
    sh.complain("pushd: no other directory");
    return 1;
  }
  if (/^[-+]/.test(target)) sh.notSupported(argv.join(" "));
  if (!enter(sh, "pushd", target)) return 1;
  if (argv[1] === undefined) sh.directories.shift();
  sh.directories.unshift(before);
  return sh.write("pushd", stackText(sh));
};

export const popd: Builtin = (sh, argv) => {
  if (argv.length > 1) sh.notSupported(argv.join(" "));
  const target = sh.directories[0];
  if (target === undefined) {
    sh.complain("popd: directory stack empty");
    return 1;
  }
  if (!enter(sh, "popd", target)) return 1;
  sh.directories.shift();
  return sh.write("popd", stackText(sh));
};

export const dirs: Builtin = (sh, argv) => {
  if (argv[1] === "-c") sh.directories = [];
  else if (argv.length > 1) sh.notSupported(argv.join(" "));
  return argv[1] === "-c" ? 0 : sh.write("dirs", stackText(sh));
};
