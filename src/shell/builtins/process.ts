/** `umask`; `ulimit` and `times`, on which nothing here depends. */
import { parseMode } from "../mode.ts";
import type { Builtin } from "./index.ts";

const LIMITS: Readonly<Record<string, string>> = {
  c: "0",
  f: "unlimited",
  n: "1024",
  s: "8192",
  u: "unlimited",
  v: "unlimited",
  t: "unlimited",
  l: "unlimited",
  m: "unlimited",
  d: "unlimited",
};

export const ulimit: Builtin = (sh, argv) => {
  const option = argv.slice(1).find((word) => word.startsWith("-"));
  const hasValue = argv.slice(1).some((word) => !word.startsWith("-"));
  if (hasValue) return 0;
  const letter = (option ?? "-f").replace(/[-SH]/g, "") || "f";
  const limit = LIMITS[letter];
  if (limit === undefined) sh.notSupported(argv.join(" "));
  return sh.write("ulimit", `${limit}\n`);
};

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
  const flags = argv.slice(1).filter((word) => /^-[pS]+$/.test(word));
  const [mode] = argv.slice(1).filter((word) => !/^-[pS]+$/.test(word) && word !== "--");
  const { process } = sh;
  if (mode === undefined) {
    const isSymbolic = flags.some((flag) => flag.includes("S"));
    const shown = isSymbolic ? umaskLetters(process.umask) : process.umask.toString(8).padStart(4, "0");
    const prefix = flags.some((flag) => flag.includes("p")) ? `umask ${isSymbolic ? "-S " : ""}` : "";
    return sh.write("umask", `${prefix}${shown}\n`);
  }
  if (/^\d/.test(mode) && !/^[0-7]{1,4}$/.test(mode)) {
    sh.complain(`umask: ${mode}: octal number out of range`);
    return 1;
  }
  const next = /^\d/.test(mode) ? Number.parseInt(mode, 8) & 0o777 : symbolicUmask(mode, process.umask);
  if (next === null) {
    sh.complain(`umask: \`${mode[0]}': invalid symbolic mode operator`);
    return 1;
  }
  process.umask = next;
  return 0;
};

export const times: Builtin = (sh) => sh.write("times", "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
