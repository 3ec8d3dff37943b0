/** `set` and `shopt`. */
import { DASH_OPTIONS, dashOptionList } from "../dash/builtins.ts";
import type { Interpreter } from "../interpreter.ts";
import { isSetOption, SET_LETTERS, SET_OPTIONS, SHOPTS } from "../option-names.ts";
import { quoteAnsi, quoteDouble, quoteTrace } from "../quote.ts";
import { compareOctets } from "../text.ts";
import { AssocArray } from "../variables.ts";
import { functionText } from "./declare-show.ts";
import type { Builtin } from "./index.ts";
import { readOptions } from "./options.ts";

function setOne(sh: Interpreter, name: string, isOn: boolean): void {
  if (isOn) sh.options.add(name);
  else sh.options.delete(name);
}

/** Sets the letters of `-eu`, `+x`; `name` is what follows `o`. False: one is unknown, and that was told. */
export function setOptions(sh: Interpreter, word: string, name: string | null): boolean {
  for (const letter of word.slice(1)) {
    const option = letter === "o" ? (name ?? "") : SET_LETTERS[letter];
    if (option === undefined) {
      sh.complain(`set: ${word[0]}${letter}: invalid option`);
      sh.process.write(2, "set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n");
      return false;
    }
    if (letter === "o" && !(sh.isDash ? DASH_OPTIONS.includes(option) : isSetOption(option))) {
      sh.complain(`set: ${option}: invalid option name`);
      return false;
    }
    setOne(sh, option, word[0] === "-");
  }
  return true;
}

/** What a sourced file sets stays, even if it was called with arguments. */
function setPositional(sh: Interpreter, values: readonly string[]): void {
  sh.positional = values;
  const frame = sh.frames.at(-1);
  if (frame !== undefined) frame.hasSet = true;
}

export const set: Builtin = (sh, argv) => {
  if (sh.isDash && argv.length === 2 && argv[1] === "-o") return sh.write("set", dashOptionList(sh));
  if (argv.length === 1) return sh.write("set", listVariables(sh));
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--" || word === "-") {
      setPositional(sh, argv.slice(at + 1));
      if (word === "-") for (const name of ["xtrace", "verbose"]) sh.options.delete(name);
      return 0;
    }
    if (!/^[-+]./.test(word)) break;
    if (/^[-+]o$/.test(word) && argv[at + 1] === undefined)
      return sh.write("set", listOptions(sh, word[0] === "-"));
    if (!setOptions(sh, word, word.includes("o") ? (argv[at + 1] ?? "") : null)) return 2;
    if (word.includes("o")) at++;
  }
  if (at < argv.length) setPositional(sh, argv.slice(at));
  return 0;
};

export function listOptions(sh: Interpreter, isTable: boolean): string {
  return SET_OPTIONS.map((name) => {
    const isOn = sh.options.has(name) || name === "interactive-comments";
    return isTable ? `${name.padEnd(15)}\t${isOn ? "on" : "off"}\n` : `set ${isOn ? "-" : "+"}o ${name}\n`;
  }).join("");
}

function listVariables(sh: Interpreter): string {
  const lines = sh.variables.names().flatMap((name) => {
    const value = sh.variables.find(name)?.value;
    if (value === undefined) return [];
    if (typeof value === "string") return [`${name}=${quoteListed(value)}\n`];
    const values = value.values();
    const items = value.keys().map((key, i) => `[${key}]=${quoteDouble(values[i]!)}`);
    return [`${name}=(${items.join(" ")}${value instanceof AssocArray && items.length > 0 ? " " : ""})\n`];
  });
  if (sh.options.has("posix") || sh.isDash) return lines.join("");
  const functions = [...sh.functions.keys()].sort(compareOctets);
  return lines.join("") + functions.map((name) => functionText(sh.functions.get(name)!)).join("");
}

/** A value as `set` lists it. */
function quoteListed(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  const quoted = quoteTrace(value);
  return /[\n\t]/.test(value) ? quoteAnsi(value) : quoted;
}

export const shopt: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "supqo");
  if (typeof options === "number") return options;
  const words = options.operands;
  const letters = [...options.flags].join("");
  if (letters.includes("s") && letters.includes("u")) {
    sh.complain("shopt: cannot set and unset shell options simultaneously");
    return 1;
  }
  const isSetO = letters.includes("o");
  const known = isSetO ? SET_OPTIONS : SHOPTS;
  const held = isSetO ? sh.options : sh.shopts;
  const changes = /[su]/.test(letters) && words.length > 0;
  let status = 0;
  let text = "";
  for (const name of words.length > 0 ? words : known) {
    if (!known.includes(name)) {
      sh.complain(`shopt: ${name}: invalid shell option name`);
      status = 1;
    } else if (changes) {
      if (isSetO) setOne(sh, name, letters.includes("s"));
      else if (letters.includes("s")) held.add(name);
      else held.delete(name);
    } else {
      const isOn = held.has(name);
      if (words.length > 0 && !isOn) status = 1;
      if (words.length === 0 && /[su]/.test(letters) && isOn !== letters.includes("s")) continue;
      text += letters.includes("p")
        ? isSetO
          ? `set ${isOn ? "-" : "+"}o ${name}\n`
          : `shopt -${isOn ? "s" : "u"} ${name}\n`
        : `${name.padEnd(15)}\t${isOn ? "on" : "off"}\n`;
    }
  }
  if (letters.includes("q")) return status;
  return Math.max(sh.write("shopt", text), status);
};
