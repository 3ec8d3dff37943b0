/** `exit`, `return`, `break`, `continue`, `eval`, `source`, `exec`, `shift`, `let`. */
import { strerror } from "../../core/errno.ts";
import { calculate } from "../assign.ts";
import { dashOpenFailure } from "../dash/messages.ts";
import { AbandonedLine, ExitJump, LoopJump, ReturnJump } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { checkDepth } from "../limits.ts";
import { becomeExternal, findExternal } from "../run/external.ts";
import { hideTraps } from "../run/function.ts";
import { runText } from "../run/source.ts";
import { errexit } from "../run/status.ts";
import { runTrap } from "../run/traps.ts";
import type { Builtin } from "./index.ts";
import { readOptions } from "./options.ts";

function statusOf(text: string): number | null {
  return /^\s*[-+]?\d+\s*$/.test(text) ? Number(BigInt.asUintN(8, BigInt(text.trim()))) : null;
}

export const exit: Builtin = (sh, argv) => {
  const args = argv[1] === "--" ? argv.slice(2) : argv.slice(1);
  if (sh.terminal?.isShown) sh.process.write(2, "exit\n");
  if (args[0] === undefined) throw new ExitJump(sh.statusBeforeTrap ?? sh.status, "exit");
  const status = statusOf(args[0]);
  if (status === null) {
    sh.complain(`exit: ${args[0]}: numeric argument required`);
    throw new ExitJump(2, "exit");
  }
  checkCount(["exit", ...args]);
  throw new ExitJump(status, "exit");
};

export const returnFrom: Builtin = (sh, argv) => {
  if (sh.frames.length === 0) {
    if (sh.isDash) throw new ExitJump(argv[1] === undefined ? sh.status : (statusOf(argv[1]) ?? 2));
    sh.complain("return: can only `return' from a function or sourced script");
    return 2;
  }
  const status = argv[1] === undefined ? sh.status : statusOf(argv[1]);
  if (status === null) {
    sh.complain(`return: ${argv[1]}: numeric argument required`);
    throw new ReturnJump(2);
  }
  checkCount(argv);
  throw new ReturnJump(status);
};

function loopJump(kind: "break" | "continue"): Builtin {
  return async (sh, argv) => {
    const levels = Number(argv[1] ?? 1);
    if (sh.loops === 0 && sh.isDash) return 0;
    if (sh.loops === 0) {
      sh.complain(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`);
      return 0;
    }
    if (!Number.isInteger(levels)) {
      sh.complain(`${kind}: ${argv[1]}: numeric argument required`);
      throw new ExitJump(128);
    }
    if (levels < 1) {
      sh.complain(`${kind}: ${argv[1]}: loop count out of range`);
      sh.status = 1;
      await errexit(sh);
      throw new LoopJump("break", sh.loops, 1);
    }
    throw new LoopJump(kind, Math.min(levels, sh.loops));
  };
}

export const breakLoop = loopJump("break");
export const continueLoop = loopJump("continue");

export const evaluateText: Builtin = async (sh, argv) => {
  const { unit, line, current, context } = sh;
  sh.context = "eval: ";
  const text = argv.slice(argv[1] === "--" ? 2 : 1).join(" ");
  checkDepth(sh.indirection + sh.frames.length);
  sh.indirection++;
  try {
    return await runText(sh, { name: unit.name, text, line: sh.isDash ? 1 : line, origin: "eval" });
  } finally {
    sh.indirection--;
    Object.assign(sh, { unit, line, current, context });
  }
};

/** A name without a slash is looked for along PATH, then here. */
function sourcePath(sh: Interpreter, name: string): string {
  if (name.includes("/") || !(sh.shopts.has("sourcepath") || sh.isDash)) return name;
  const { files } = sh.userland;
  const isFile = (path: string) => {
    const stat = files.stat(sh.process, path);
    return stat.ok && stat.value.type !== "dir";
  };
  const dirs = sh.variables.find("PATH")?.scalar?.split(":") ?? [];
  return dirs.map((dir) => `${dir === "" ? "." : dir}/${name}`).find(isFile) ?? name;
}

export const source: Builtin = async (sh, argv) => {
  const name = argv[0]!;
  const [named, ...args] = argv.slice(argv[1] === "--" ? 2 : 1);
  const path = named === undefined ? undefined : sourcePath(sh, named);
  if (path === undefined) {
    sh.complain(`${name}: filename argument required`);
    sh.process.write(2, `${name}: usage: ${name} filename [arguments]\n`);
    return 2;
  }
  const { files } = sh.userland;
  const opened = files.open(sh.process, path, "read");
  if (!opened.ok && sh.isDash) {
    const why = dashOpenFailure(path, opened.errno, false, strerror(opened.errno));
    sh.complain(path.includes("/") ? `.: ${why}` : `.: ${path}: not found`);
    throw new ExitJump(2);
  }
  if (!opened.ok) {
    sh.complain(`${path}: ${strerror(opened.errno)}`);
    await runTrap(sh, "RETURN");
    if (sh.options.has("posix") && sh.terminal === null) throw new ExitJump(1);
    return 1;
  }
  const fd = sh.process.fds.free(10);
  sh.process.fds.set(fd, opened.value);
  const read = await sh.process.takeAll(fd);
  sh.process.fds.close(fd);
  if (!read.ok) {
    const isDir = read.errno === "EISDIR";
    sh.complain(isDir ? `${name}: ${path}: is a directory` : `${path}: ${strerror(read.errno)}`);
    await runTrap(sh, "RETURN");
    return 1;
  }
  const text = read.value;
  const caller = {
    unit: sh.unit,
    line: sh.line,
    positional: sh.positional,
    context: sh.context,
    current: sh.current,
  };
  sh.context = `${path}: `;
  sh.frames.push({ kind: "source", name: "source", source: path, line: sh.line, options: null });
  if (args.length > 0) sh.positional = args;
  checkDepth(sh.indirection + sh.frames.length);
  sh.indirection++;
  const restoreTraps = hideTraps(sh, ["DEBUG"]);
  try {
    return await runText(sh, { name: path, text });
  } catch (error) {
    if (!(error instanceof ReturnJump)) throw error;
    return error.status;
  } finally {
    sh.indirection--;
    restoreTraps();
    const frame = sh.frames.pop();
    if (args.length === 0 || frame?.hasSet) caller.positional = sh.positional;
    Object.assign(sh, caller);
    await runTrap(sh, "RETURN");
  }
};

export const exec: Builtin = async (sh, argv) => {
  const options = readOptions(sh, argv, "cl", "a");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  const [name] = operands;
  if (name === undefined) return 0;
  const found = findExternal(sh.process, name, sh.variables.find("PATH")?.scalar);
  if (found.kind === "missing") {
    if (found.why === "Is a directory") sh.complain(`${name}: ${found.why}`);
    const why =
      found.why === "command not found"
        ? "not found"
        : found.status === 126
          ? `cannot execute: ${found.why}`
          : found.why;
    sh.complain(`exec: ${name}: ${why}`);
    if (sh.shopts.has("execfail") && sh.level === 0) return found.status;
    throw new ExitJump(found.status);
  }
  sh.traps.clear();
  if (flags.has("c"))
    for (const exported of sh.variables.environment().keys()) sh.variables.find(exported)!.isExported = false;
  const zero = (flags.has("l") ? "-" : "") + (values.get("a") ?? name);
  throw new ExitJump(await becomeExternal(sh, operands, sh.process, zero));
};

/** Too many arguments abandon the command line. */
function checkCount(argv: readonly string[]): void {
  if (argv.length <= 2) return;
  throw new AbandonedLine(`${argv[0]}: too many arguments`, 1);
}

export const shift: Builtin = (sh, argv) => {
  const args = argv[1] === "--" ? [argv[0]!, ...argv.slice(2)] : argv;
  const text = args[1];
  if (text !== undefined && statusOf(text) === null) {
    sh.complain(`shift: ${text}: numeric argument required`);
    return 1;
  }
  checkCount(args);
  const count = Number(text ?? 1);
  if (count < 0 || (count > sh.positional.length && sh.shopts.has("shift_verbose")))
    sh.complain(`shift: ${text}: shift count out of range`);
  if (count > sh.positional.length && sh.isDash) sh.complain("shift: can't shift that many");
  if (count < 0 || count > sh.positional.length) return 1;
  sh.positional = sh.positional.slice(count);
  return 0;
};

export const letArithmetic: Builtin = (sh, argv) => {
  if (argv.length < 2) {
    sh.complain("let: expression expected");
    return 1;
  }
  let value = 0n;
  for (const text of argv.slice(1)) value = calculate(sh, text, true);
  return value === 0n ? 1 : 0;
};
