/** `ulimit`, `umask`, `times`, `suspend`, `logout`. */
import { ExitJump } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { parseMode } from "../mode.ts";
import type { Builtin } from "./index.ts";
import { readOptions } from "./options.ts";

interface Limit {
  readonly letter: string;
  readonly name: string;
  readonly unit: string;
  readonly initial: string;
}

/** @source `ulimit -a` of bash 5.2; values of a container's root */
const LIMITS: readonly Limit[] = (
  [
    ["R", "real-time non-blocking time", "microseconds, ", "unlimited"],
    ["c", "core file size", "blocks, ", "0"],
    ["d", "data seg size", "kbytes, ", "unlimited"],
    ["e", "scheduling priority", "", "0"],
    ["f", "file size", "blocks, ", "unlimited"],
    ["i", "pending signals", "", "31493"],
    ["l", "max locked memory", "kbytes, ", "unlimited"],
    ["m", "max memory size", "kbytes, ", "unlimited"],
    ["n", "open files", "", "1024"],
    ["p", "pipe size", "512 bytes, ", "8"],
    ["q", "POSIX message queues", "bytes, ", "819200"],
    ["r", "real-time priority", "", "0"],
    ["s", "stack size", "kbytes, ", "8192"],
    ["t", "cpu time", "seconds, ", "unlimited"],
    ["u", "max user processes", "", "unlimited"],
    ["v", "virtual memory", "kbytes, ", "unlimited"],
    ["x", "file locks", "", "unlimited"],
  ] as const
).map(([letter, name, unit, initial]) => ({ letter, name, unit, initial }));

/** Limits are kept and shown; nothing here reaches them. */
export const ulimit: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, `SHa${LIMITS.map(({ letter }) => letter).join("")}bkPT`);
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  const chosen = LIMITS.filter(({ letter }) => flags.has(letter));
  const [value] = operands;
  if (flags.has("a") || (chosen.length > 1 && value === undefined)) {
    const listed = flags.has("a") ? LIMITS : chosen;
    return sh.write("ulimit", listed.map((limit) => line(sh, limit)).join(""));
  }
  const limit = chosen[0] ?? LIMITS.find(({ letter }) => letter === "f")!;
  const now = (kind: "S" | "H") => sh.limits.get(`${kind}${limit.letter}`) ?? limit.initial;
  if (value === undefined)
    return sh.write("ulimit", `${now(flags.has("H") && !flags.has("S") ? "H" : "S")}\n`);
  if (!/^(\d+|unlimited|soft|hard)$/.test(value)) {
    sh.complain(`ulimit: ${value}: invalid number`);
    return 1;
  }
  const wanted = value === "soft" ? now("S") : value === "hard" ? now("H") : value;
  const isBoth = !flags.has("S") && !flags.has("H");
  if (isBoth || flags.has("S")) sh.limits.set(`S${limit.letter}`, wanted);
  if (isBoth || flags.has("H")) sh.limits.set(`H${limit.letter}`, wanted);
  return 0;
};

function line(sh: Interpreter, { letter, name, unit, initial }: Limit): string {
  const place = `(${unit}-${letter})`;
  return `${name.padEnd(20)}${place.padStart(20)} ${sh.limits.get(`S${letter}`) ?? initial}\n`;
}

/** The mode that `u=rwx,g=rx,o=` stands for, as permissions that are given. */
function symbolicUmask(text: string, before: number): number | null {
  const mode = parseMode(text, ~before & 0o777, { isDir: false, umask: 0 });
  return mode === null ? null : ~mode & 0o777;
}

function umaskLetters(umask: number): string {
  const letters = (shift: number) =>
    [..."rwx"].filter((_, i) => ((~umask >> shift) & (4 >> i)) !== 0).join("");
  return `u=${letters(6)},g=${letters(3)},o=${letters(0)}`;
}

export const umask: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "pS");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  const [mode] = operands;
  const { process } = sh;
  if (mode === undefined) {
    const isSymbolic = flags.has("S");
    const shown = isSymbolic ? umaskLetters(process.umask) : process.umask.toString(8).padStart(4, "0");
    const prefix = flags.has("p") ? `umask ${isSymbolic ? "-S " : ""}` : "";
    return sh.write("umask", `${prefix}${shown}\n`);
  }
  if (/^\d/.test(mode) && !/^[0-7]{1,4}$/.test(mode)) {
    sh.complain(`umask: ${mode}: octal number out of range`);
    return 1;
  }
  const next = /^\d/.test(mode) ? Number.parseInt(mode, 8) & 0o777 : symbolicUmask(mode, process.umask);
  if (next === null) {
    sh.complain(`umask: \`${/[^ugoa]/.exec(mode)?.[0] ?? ""}': invalid symbolic mode operator`);
    return 1;
  }
  process.umask = next;
  return flags.has("S") ? sh.write("umask", `${umaskLetters(next)}\n`) : 0;
};

export const times: Builtin = (sh) => sh.write("times", "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");

export const suspend: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "f");
  if (typeof options === "number") return options;
  sh.complain("suspend: cannot suspend: no job control");
  return 1;
};

export const logout: Builtin = (sh, argv) => {
  if (sh.shopts.has("login_shell")) throw new ExitJump(Number(argv[1] ?? sh.status) & 255);
  sh.complain("logout: not login shell: use `exit'");
  return 1;
};
