/** `ulimit`, `umask`, `times`: nothing here depends on them. */
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

export const umask: Builtin = (sh, argv) =>
  argv.length > 1 && argv[1] !== "-p" ? 0 : sh.write("umask", "0022\n");

export const times: Builtin = (sh) => sh.write("times", "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
