/** Actions of find(1). */

import { strerror } from "../../../core/errno.ts";
import { modeText } from "../../mode.ts";
import { formatDate } from "../../strftime.ts";
import { C_ESCAPES } from "../c-escapes.ts";
import { baseOf, filesOf, statOf, wallTime } from "./common.ts";
import { FindError, Quit, type Search, type Test, type Visit, type Words } from "./find-search.ts";
import { blocksOf, ownerName, TYPE_LETTERS } from "./stat-fields.ts";

/** So many names go into one command line of `-exec ... +`. */
const BATCH = 4096;

/** Null: there is no such action. */
export function actionOf(words: Words, name: string): Test | null {
  const { search } = words;
  const { cx } = search;
  switch (name) {
    case "-print":
    case "-print0":
      words.hasAction = true;
      return ({ path }) => {
        cx.out(`${path}${name === "-print" ? "\n" : "\0"}`);
        return true;
      };
    case "-fprint":
    case "-fprint0":
    case "-fprintf":
      return printTo(words, name);
    case "-printf": {
      words.hasAction = true;
      const format = words.value(name);
      return (visit) => {
        cx.out(formatted(search, format, visit));
        return true;
      };
    }
    case "-ls":
      words.hasAction = true;
      return (visit) => {
        cx.out(formatted(search, "%9i %6k %M %3n %-8u %-8g %8s %Tb %Te %TH:%TM %p\\n", visit));
        return true;
      };
    case "-prune":
      return (visit) => {
        visit.isPruned = true;
        return true;
      };
    case "-quit":
      words.hasAction = true;
      return () => {
        throw new Quit();
      };
    case "-delete":
      words.hasAction = true;
      words.options.isDepthFirst = true;
      return (visit) => remove(search, visit);
    case "-exec":
    case "-execdir":
    case "-ok":
    case "-okdir":
      words.hasAction = true;
      return execution(words, name);
    default:
      return null;
  }
}

function printTo(words: Words, name: string): Test {
  words.hasAction = true;
  const { search } = words;
  const { process } = search.cx;
  const path = words.value(name);
  const format = name === "-fprintf" ? words.value(name) : name === "-fprint" ? "%p\\n" : "%p\\0";
  const opened = filesOf(search.cx).open(process, path, "write");
  if (!opened.ok) throw new FindError(`‘${path}’: ${strerror(opened.errno)}`);
  const fd = process.fds.free(3);
  process.fds.set(fd, opened.value);
  return (visit) => process.write(fd, formatted(search, format, visit)) === null;
}

function remove(search: Search, { path, stat }: Visit): boolean {
  const { cx } = search;
  if (path === ".") return true;
  const op = stat.type === "dir" ? "FILE_RMDIR" : "FILE_UNLINK";
  const errno = filesOf(cx).change(cx.process, op, path, {});
  if (errno === null) return true;
  cx.flush();
  cx.err(`find: cannot delete ‘${path}’: ${strerror(errno)}\n`);
  search.status = 1;
  return false;
}

function execution(words: Words, name: string): Test {
  const { search } = words;
  const argv: string[] = [];
  for (;;) {
    const word = words.take();
    if (word === undefined) throw new FindError(`missing argument to \`${name}'`);
    if (word === ";") break;
    if (word === "+" && argv.at(-1) === "{}") return batch(search, name, argv.slice(0, -1));
    argv.push(word);
  }
  if (argv.length === 0) throw new FindError(`missing argument to \`${name}'`);
  const isInDir = name.endsWith("dir");
  return async ({ path }) => {
    const shown = isInDir ? `./${baseOf(path)}` : path;
    const filled = argv.map((word) => word.replaceAll("{}", shown));
    if (name.startsWith("-ok")) {
      search.cx.err(`< ${argv[0]} ... ${path} > ? `);
      if (!/^[yY]/.test((await search.cx.readLine()) ?? "")) return false;
    }
    return (await run(search, filled, isInDir ? dirOf(path) : null)) === 0;
  };
}

function dirOf(path: string): string {
  const slash = path.replace(/\/+$/, "").lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}

async function run(search: Search, argv: readonly string[], cwd: string | null): Promise<number> {
  const { cx } = search;
  cx.flush();
  const errno = cx.missing(argv[0]!);
  if (errno !== null) {
    cx.err(`find: ‘${argv[0]}’: ${strerror(errno)}\n`);
    return 1;
  }
  const { process } = cx;
  const before = process.cwd;
  if (cwd !== null) process.cwd = `${before}/${cwd}`;
  const child = cx.fork(argv);
  process.cwd = before;
  return (await process.waitFor(child))!;
}

function batch(search: Search, name: string, argv: readonly string[]): Test {
  let names: string[] = [];
  const flush = async () => {
    if (names.length === 0) return;
    const all = [...argv, ...names];
    names = [];
    if ((await run(search, all, null)) !== 0) search.status = 1;
  };
  search.endings.push(flush);
  return async ({ path }) => {
    names.push(name === "-execdir" ? `./${baseOf(path)}` : path);
    if (names.length >= BATCH) await flush();
    return true;
  };
}

/** The text of a `-printf` format. */
function formatted(search: Search, format: string, visit: Visit): string {
  let text = "";
  let rest = format;
  while (rest !== "") {
    const escaped = /^\\([0-7]{1,3}|.)/s.exec(rest);
    const field = /^%([-0 +#]*)(\d*)(?:\.(\d+))?([ACT]?)(.)/s.exec(rest);
    if (escaped !== null) {
      const [whole, code] = escaped as unknown as [string, string];
      if (code === "c") break;
      text += /^[0-7]/.test(code)
        ? String.fromCharCode(Number.parseInt(code, 8) & 0xff)
        : (C_ESCAPES.get(code) ?? whole);
      rest = rest.slice(whole.length);
    } else if (field !== null) {
      const [whole, flags, width, precision, time, letter] = field as unknown as [
        string,
        string,
        string,
        string | undefined,
        string,
        string,
      ];
      const value = time === "" ? fieldOf(search, visit, letter) : timeField(search, visit, time, letter);
      if (value === null) {
        search.cx.flush();
        search.cx.err(`find: warning: unrecognized format directive \`%${letter}'\n`);
        text += whole;
      } else {
        const cut = precision === undefined ? value : value.slice(0, Number(precision));
        const size = Number(width);
        text += flags.includes("-") ? cut.padEnd(size) : cut.padStart(size, flags.includes("0") ? "0" : " ");
      }
      rest = rest.slice(whole.length);
    } else {
      text += rest[0];
      rest = rest.slice(1);
    }
  }
  return text;
}

function fieldOf({ cx, follows }: Search, visit: Visit, letter: string): string | null {
  const { path, start, depth, stat } = visit;
  switch (letter) {
    case "%":
      return "%";
    case "p":
      return path;
    case "f":
      return baseOf(path);
    case "h":
      return dirOf(path);
    case "P":
      return path === start ? "" : path.slice(start.length).replace(/^\//, "");
    case "H":
      return start;
    case "d":
      return String(depth);
    case "s":
      return String(stat.size);
    case "b":
      return String(blocksOf(stat));
    case "k":
      return String(blocksOf(stat) / 2);
    case "m":
      return stat.mode.toString(8);
    case "M":
      return modeText(stat.type, stat.mode);
    case "y":
      return TYPE_LETTERS[stat.type];
    case "Y": {
      const followed = statOf(cx, path);
      if (followed.ok) return TYPE_LETTERS[followed.value.type];
      return followed.errno === "ELOOP" ? "L" : followed.errno === "ENOENT" ? "N" : "?";
    }
    case "l":
      return follows === "L" ? "" : (stat.target ?? "");
    case "u":
      return ownerName(stat.uid);
    case "U":
      return String(stat.uid);
    case "g":
      return ownerName(stat.gid);
    case "G":
      return String(stat.gid);
    case "n":
      return String(stat.nlink);
    case "i":
      return String(stat.ino);
    case "D":
      return "25";
    case "F":
      return "tmpfs";
    case "a":
    case "c":
    case "t": {
      const field = letter === "a" ? stat.atime : letter === "c" ? stat.ctime : stat.mtime;
      const { seconds, nanos } = wallTime(cx, field);
      return `${formatDate("%a %b %e %H:%M:%S", seconds)}.${String(nanos).padStart(9, "0")}0 ${formatDate("%Y", seconds)}`;
    }
    default:
      return null;
  }
}

function timeField({ cx }: Search, { stat }: Visit, which: string, letter: string): string | null {
  const time = which === "A" ? stat.atime : which === "C" ? stat.ctime : stat.mtime;
  const { seconds, nanos } = wallTime(cx, time);
  const fraction = `${String(nanos).padStart(9, "0")}0`;
  if (letter === "@") return `${seconds}.${fraction}`;
  if (letter === "S") return `${formatDate("%S", seconds)}.${fraction}`;
  if (letter === "T") return `${formatDate("%H:%M:%S", seconds)}.${fraction}`;
  if (letter === "+") return `${formatDate("%Y-%m-%d+%H:%M:%S", seconds)}.${fraction}`;
  return /[A-Za-z]/.test(letter) ? formatDate(`%${letter}`, seconds, nanos) : null;
}
