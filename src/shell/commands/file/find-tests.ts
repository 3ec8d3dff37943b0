/** Tests and options of find(1). */

import { strerror } from "../../../core/errno.ts";
import { nameTable } from "../../../core/name-table.ts";
import type { FileStat } from "../../../events/requests.ts";
import { parseMode } from "../../mode.ts";
import { PosixRegex } from "../../posix-regex.ts";
import { parseWhen } from "../../when.ts";
import { baseOf, filesOf, statOf, virtualTime, wallTime } from "./common.ts";
import { FindError, type Test, type Visit, type Words } from "./find-search.ts";
import { globRegex } from "./ls.ts";
import { TYPE_LETTERS } from "./stat-fields.ts";

/** Null: there is no such test. */
export function testOf(words: Words, name: string): Test | null {
  return nameTest(words, name) ?? optionTest(words, name) ?? fileTest(words, name) ?? timeTest(words, name);
}

function nameTest(words: Words, name: string): Test | null {
  const base = name.replace(/^-i(?=name|path|lname|regex|wholename)/, "-");
  const isCaseless = base !== name;
  switch (base) {
    case "-name":
    case "-path":
    case "-wholename":
    case "-lname": {
      const regex = globRegex(words.value(name), isCaseless);
      if (base === "-name") return ({ path }) => regex.test(baseOf(path));
      if (base === "-lname") return ({ stat }) => stat.target !== undefined && regex.test(stat.target);
      return ({ path }) => regex.test(path);
    }
    case "-regex": {
      const text = words.value(name);
      // As Emacs has it: basic, but with `+` and `?`.
      const basic = text.replace(/\\.|[+?]/gs, (one) => (one.length === 1 ? `\\${one}` : one));
      const regex = PosixRegex.compile(basic, false, { ignoreCase: isCaseless, within: "text" });
      if (regex === null) throw new FindError(`invalid regular expression: ‘${text}’`);
      return ({ path }) => regex.test(path);
    }
    default:
      return null;
  }
}

function optionTest(words: Words, name: string): Test | null {
  switch (name) {
    case "-maxdepth":
    case "-mindepth": {
      const text = words.value(name);
      if (!/^\d+$/.test(text))
        throw new FindError(`Expected a positive decimal integer argument to ${name}, but got ‘${text}’`);
      words.options[name === "-maxdepth" ? "depthMax" : "depthMin"] = Number(text);
      return () => true;
    }
    case "-depth":
    case "-d":
      words.options.isDepthFirst = true;
      return () => true;
    case "-true":
    case "-mount":
    case "-xdev":
    case "-noleaf":
    case "-warn":
    case "-nowarn":
    case "-daystart":
    case "-ignore_readdir_race":
    case "-readable":
    case "-writable":
    case "-follow":
      return () => true;
    case "-regextype":
      words.value(name);
      return () => true;
    case "-false":
    case "-nouser":
    case "-nogroup":
      return () => false;
    default:
      return null;
  }
}

/** `+N`, `-N` or `N` */
function comparison(name: string, text: string): (value: number) => boolean {
  const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) throw new FindError(`invalid argument \`${text}' to \`${name}'`);
  const wanted = Number(match[2]);
  if (match[1] === "+") return (value) => value > wanted;
  return match[1] === "-" ? (value) => value < wanted : (value) => value === wanted;
}

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ["b", 512],
  ["c", 1],
  ["w", 2],
  ["k", 1024],
  ["M", 1024 ** 2],
  ["G", 1024 ** 3],
]);

function sizeTest(text: string): Test {
  const unit = /[a-zA-Z]$/.exec(text)?.[0] ?? "b";
  const octets = SIZE_UNITS.get(unit);
  if (octets === undefined) throw new FindError(`invalid -size type \`${unit}'`);
  const compare = comparison("-size", text.replace(/[a-zA-Z]$/, ""));
  return ({ stat }) => compare(Math.ceil(stat.size / octets));
}

function typeTest(name: string, text: string): (stat: FileStat) => boolean {
  const letters = text.split(",");
  for (const letter of letters)
    if (!/^[bcdpflsD]$/.test(letter)) {
      if (letter.length > 1 && /^[bcdpflsD]/.test(letter))
        throw new FindError(`Must separate multiple arguments to ${name} using: ','`);
      throw new FindError(`Unknown argument to ${name}: ${letter}`);
    }
  return ({ type }) => letters.includes(TYPE_LETTERS[type]);
}

function permTest(words: Words): Test {
  const text = words.value("-perm");
  const [kind, mode] = /^[-/]/.test(text) ? [text[0]!, text.slice(1)] : ["", text];
  const wanted = parseMode(mode, 0, { isDir: false, umask: 0 });
  if (wanted === null) throw new FindError(`invalid mode ‘${text}’`);
  if (kind === "-") return ({ stat }) => (stat.mode & wanted) === wanted;
  if (kind === "/") return ({ stat }) => wanted === 0 || (stat.mode & wanted) !== 0;
  return ({ stat }) => stat.mode === wanted;
}

function idTest(words: Words, name: string): Test {
  const text = words.value(name);
  const isUser = /^-u/.test(name);
  const id = text === "root" ? 0 : text === "nobody" || text === "nogroup" ? 65534 : Number(text);
  if (!/id$/.test(name) && !Number.isInteger(id))
    throw new FindError(
      isUser ? `‘${text}’ is not the name of a known user` : `‘${text}’ is not the name of an existing group`,
    );
  const compare = comparison(name, /id$/.test(name) ? text : String(id));
  return ({ stat }) => compare(isUser ? stat.uid : stat.gid);
}

function fileTest(words: Words, name: string): Test | null {
  const { cx } = words.search;
  switch (name) {
    case "-type": {
      const isType = typeTest(name, words.value(name));
      return ({ stat }) => isType(stat);
    }
    case "-xtype": {
      const isType = typeTest(name, words.value(name));
      return ({ path, stat }) => {
        const followed = statOf(cx, path);
        return isType(followed.ok ? followed.value : stat);
      };
    }
    case "-size":
      return sizeTest(words.value(name));
    case "-empty":
      return (visit) => isEmpty(words, visit);
    case "-executable":
      return ({ stat }) => stat.type === "dir" || (stat.mode & 0o111) !== 0;
    case "-perm":
      return permTest(words);
    case "-user":
    case "-group":
    case "-uid":
    case "-gid":
      return idTest(words, name);
    case "-links":
    case "-inum": {
      const compare = comparison(name, words.value(name));
      return ({ stat }) => compare(name === "-links" ? stat.nlink : stat.ino);
    }
    case "-samefile": {
      const { ino } = referenceOf(words, name);
      return ({ stat }) => stat.ino === ino;
    }
    default:
      return null;
  }
}

function isEmpty({ search: { cx } }: Words, { path, stat }: Visit): boolean {
  if (stat.type !== "dir") return stat.type === "file" && stat.size === 0;
  const listed = filesOf(cx).list(cx.process, path);
  return listed.ok && listed.value.length === 0;
}

function referenceOf(words: Words, name: string): FileStat {
  const path = words.value(name);
  const stat = statOf(words.search.cx, path);
  if (!stat.ok) throw new FindError(`‘${path}’: ${strerror(stat.errno)}`);
  return stat.value;
}

const TIMES: Readonly<Record<string, "atime" | "ctime" | "mtime">> = nameTable({
  a: "atime",
  c: "ctime",
  m: "mtime",
});

function timeTest(words: Words, name: string): Test | null {
  const { cx } = words.search;
  const age = /^-([acm])(time|min)$/.exec(name);
  if (age !== null) {
    const compare = comparison(name, words.value(name));
    const unit = age[2] === "time" ? 86_400 : 60;
    const field = TIMES[age[1]!]!;
    return ({ stat }) => {
      const seconds = (cx.host.now - stat[field]) / 1e9;
      // Days are whole ones that have passed; minutes are rounded up.
      return compare(unit === 60 ? Math.ceil(seconds / 60) : Math.floor(seconds / unit));
    };
  }
  const newer = /^-(?:newer|([ac])newer|newer([acm])([acmt]))$/.exec(name);
  if (newer === null) return null;
  const field = TIMES[newer[1] ?? newer[2] ?? "m"]!;
  if (newer[3] !== "t") {
    const reference = referenceOf(words, name)[TIMES[newer[3] ?? "m"]!];
    return ({ stat }) => stat[field] > reference;
  }
  const text = words.value(name);
  const when = parseWhen(text, wallTime(cx, cx.host.now));
  if (when === null) throw new FindError(`I cannot figure out how to interpret ‘${text}’ as a date or time`);
  const time = virtualTime(cx, when.seconds, when.nanos);
  return ({ stat }) => stat[field] > time;
}
