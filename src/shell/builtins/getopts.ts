/** `getopts`. */
import { assignScalar, readScalar } from "../assign.ts";
import type { Builtin } from "./index.ts";

const DASH_TEXTS = {
  "illegal option": (letter: string) => `Illegal option -${letter}\n`,
  "option requires an argument": (letter: string) => `No arg for -${letter} option\n`,
} as const;

export const getopts: Builtin = (sh, argv) => {
  const [, spec, name, ...given] = argv;
  if (spec === undefined || name === undefined) {
    sh.process.write(2, "getopts: usage: getopts optstring name [arg ...]\n");
    return 2;
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    sh.complain(`getopts: \`${name}': not a valid identifier`);
    return 1;
  }
  const args = argv.length > 3 ? given : sh.positional;
  const isSilent = spec.startsWith(":");
  const index = Number(readScalar(sh, "OPTIND")) || 1;
  // The place inside a word such as -abc; it starts again when OPTIND was set.
  if (sh.optionIndex !== index) sh.optionPlace = 0;
  let at = index;
  const set = (variable: string, value: string) => assignScalar(sh, variable, value, false);
  const move = (next: number, place: number) => {
    sh.optionIndex = next;
    sh.optionPlace = place;
    set("OPTIND", String(next));
  };
  const word = args[at - 1];
  if (sh.optionPlace === 0 && (word === undefined || !/^-./.test(word) || word === "--")) {
    move(word === "--" ? at + 1 : at, 0);
    set(name, "?");
    sh.variables.unset("OPTARG");
    return 1;
  }
  const place = Math.max(sh.optionPlace, 1);
  const letter = word![place]!;
  const isLastInWord = place + 1 >= word!.length;
  const found = letter === ":" ? -1 : spec.indexOf(letter);
  const complain = (text: keyof typeof DASH_TEXTS) => {
    if (!isSilent && readScalar(sh, "OPTERR") !== "0")
      sh.process.write(2, sh.isDash ? DASH_TEXTS[text](letter) : `${sh.arg0}: ${text} -- ${letter}\n`);
  };
  if (found < 0 || spec[found + 1] !== ":") {
    if (isLastInWord) at++;
    move(at, isLastInWord ? 0 : place + 1);
    set(name, found < 0 ? "?" : letter);
    if (found < 0 && isSilent) set("OPTARG", letter);
    else sh.variables.unset("OPTARG");
    if (found < 0) complain("illegal option");
    return 0;
  }
  const value = isLastInWord ? args[at] : word!.slice(place + 1);
  move(isLastInWord && value !== undefined ? at + 2 : at + 1, 0);
  if (value !== undefined) {
    set(name, letter);
    set("OPTARG", value);
    return 0;
  }
  set(name, isSilent ? ":" : "?");
  if (isSilent) set("OPTARG", letter);
  else sh.variables.unset("OPTARG");
  complain("option requires an argument");
  return 0;
};
