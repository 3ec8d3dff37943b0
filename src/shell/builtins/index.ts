/** The commands that a shell runs itself. */
import type { ArrayItem } from "../assign.ts";
import type { Interpreter } from "../interpreter.ts";
import { alias, unalias } from "./alias.ts";
import { bind, compgen, complete, compopt, history } from "./complete.ts";
import { declare, exportNames, local, readonlyNames, unset } from "./declare.ts";
import { changeDirectory, dirs, popd, printDirectory, pushd } from "./directory.ts";
import {
  breakLoop,
  continueLoop,
  evaluateText,
  exec,
  exit,
  letArithmetic,
  returnFrom,
  shift,
  source,
} from "./flow.ts";
import { getopts } from "./getopts.ts";
import { background, disown, foreground, jobs, kill, wait } from "./jobs.ts";
import { builtin, caller, command, enable, hash, help, type } from "./lookup.ts";
import { mapfile } from "./mapfile.ts";
import { echo, printf } from "./output.ts";
import { logout, suspend, times, ulimit, umask } from "./process.ts";
import { read } from "./read.ts";
import { set, shopt } from "./set.ts";
import { testCommand } from "./test.ts";
import { trap } from "./trap.ts";

/** An argument of `declare` and its like that is an assignment: it was expanded as one. */
export interface Declaration {
  /** Its place in argv. */
  readonly at: number;
  readonly name: string;
  readonly index: string | null;
  readonly value: string | readonly ArrayItem[];
  readonly append: boolean;
}

/** Gives its status. An `ExpansionError` is told with the builtin's name before it. */
export type Builtin = (
  sh: Interpreter,
  argv: readonly string[],
  declarations: readonly Declaration[],
) => number | Promise<number>;

/** Builtins whose arguments may be assignments. */
export const DECLARING: ReadonlySet<string> = new Set(["declare", "typeset", "local", "export", "readonly"]);
/** Builtins whose own errors have no second prefix. */
export const SPECIAL: ReadonlySet<string> = new Set([".", "source", "eval"]);

/** The special builtins of POSIX. */
export const POSIX_SPECIAL: ReadonlySet<string> = new Set(
  ". : break continue eval exec exit export readonly return set shift source times trap unset".split(" "),
);

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [":", () => 0],
  ["true", () => 0],
  ["false", () => 1],
  ["echo", echo],
  ["printf", printf],
  ["test", testCommand],
  ["[", testCommand],
  ["cd", changeDirectory],
  ["pwd", printDirectory],
  ["pushd", pushd],
  ["popd", popd],
  ["dirs", dirs],
  ["declare", declare],
  ["typeset", declare],
  ["local", local],
  ["export", exportNames],
  ["readonly", readonlyNames],
  ["unset", unset],
  ["set", set],
  ["shopt", shopt],
  ["shift", shift],
  ["exit", exit],
  ["return", returnFrom],
  ["break", breakLoop],
  ["continue", continueLoop],
  ["eval", evaluateText],
  ["source", source],
  [".", source],
  ["exec", exec],
  ["let", letArithmetic],
  ["read", read],
  ["mapfile", mapfile],
  ["readarray", mapfile],
  ["wait", wait],
  ["kill", kill],
  ["jobs", jobs],
  ["disown", disown],
  ["fg", foreground],
  ["bg", background],
  ["trap", trap],
  ["getopts", getopts],
  ["type", type],
  ["command", command],
  ["builtin", builtin],
  ["hash", hash],
  ["alias", alias],
  ["unalias", unalias],
  ["caller", caller],
  ["ulimit", ulimit],
  ["umask", umask],
  ["times", times],
  ["suspend", suspend],
  ["logout", logout],
  ["enable", enable],
  ["help", help],
  ["compgen", compgen],
  ["complete", complete],
  ["compopt", compopt],
  ["bind", bind],
  ["history", history],
  ["fc", () => 0],
]);
