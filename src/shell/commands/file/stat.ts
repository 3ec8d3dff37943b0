/** stat(1). @source coreutils 9.1, src/stat.c */

import { strerror } from "../../../core/errno.ts";
import { nameTable } from "../../../core/name-table.ts";
import type { FileStat } from "../../../events/requests.ts";
import { modeText, rawMode } from "../../mode.ts";
import { formatDate } from "../../strftime.ts";
import type { Tool, ToolContext } from "../../tool.ts";
import { usageError } from "../inputs.ts";
import { parseOptions } from "../options.ts";
import { fail, quoted, statOf, wallTime } from "./common.ts";
import { blocksOf, kindName, ownerName } from "./stat-fields.ts";

/** Device number of the run's file system. */
const DEVICE = 25;
const DEFAULT_FORMAT = `  File: %N
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: %Hd,%Ld\tInode: %-10i  Links: %-5h%e
Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
 Birth: %w
`;
const TERSE_FORMAT = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n";
const SYSTEM_FORMAT = `  File: "%n"
    ID: %-8i Namelen: %-7l Type: %T
Block size: %-10s Fundamental block size: %S
Blocks: Total: %-10b Free: %-10f Available: %a
Inodes: Total: %-10c Free: %d
`;

export const stat: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "Lft",
    values: "c",
    long: { dereference: "L", "file-system": "f", terse: "t", format: "c", printf: "printf=" },
  });
  if (parsed === null) return 1;
  const { operands, has, value } = parsed;
  if (operands.length === 0) return usageError(cx, "missing operand");
  const printf = value("printf");
  const format = value("c");
  const text =
    printf !== undefined
      ? unescaped(printf)
      : format !== undefined
        ? `${format}\n`
        : has("f")
          ? SYSTEM_FORMAT
          : has("t")
            ? TERSE_FORMAT
            : DEFAULT_FORMAT;
  const isDefault = printf === undefined && format === undefined && !has("t");
  let status = 0;
  for (const path of operands) {
    const found = path === "-" ? statOf(cx, "/dev/stdin") : statOf(cx, path, has("L") || has("f"));
    if (!found.ok) {
      const what = has("f") ? "cannot read file system information for" : "cannot statx";
      status = fail(cx, `${what} ${quoted(path)}: ${strerror(found.errno)}`);
    } else if (has("f")) cx.out(fill(text, (letter) => systemField(cx, path, letter)));
    else {
      const fields = (letter: string, mark: string) =>
        letter === "e" && mark === ""
          ? deviceText(found.value)
          : field(cx, path, found.value, letter, mark, isDefault);
      cx.out(fill(text, fields));
    }
  }
  return status;
};

/** In the default form, the numbers of a device behind the links. */
function deviceText({ rdev }: FileStat): string {
  return rdev === undefined ? "" : ` Device type: ${rdev[0]},${rdev[1]}`;
}

/** Replaces what follows `%`: flags, width, precision and a letter. */
function fill(format: string, field: (letter: string, mark: string) => string | null): string {
  return format.replace(
    /%([-0#+' ]*)(\d*)(?:\.(\d+))?([HL]?)([A-Za-z%])/g,
    (whole, flags: string, width: string, precision: string | undefined, mark: string, letter: string) => {
      if (letter === "%") return "%";
      let text = field(letter, mark);
      if (text === null) return whole === "%" ? whole : "?";
      if (flags.includes("#") && letter === "a") text = `0${text}`;
      if (precision !== undefined && /[WXYZ]/.test(letter)) {
        const [seconds = "", nanos = ""] = text.split(".");
        text = precision === "0" ? seconds : `${seconds}.${nanos.slice(0, Number(precision))}`;
      } else if (/[WXYZ]/.test(letter)) text = text.split(".")[0]!;
      else if (precision !== undefined) text = text.slice(0, Number(precision));
      const size = Number(width);
      if (flags.includes("-")) return text.padEnd(size);
      return text.padStart(size, flags.includes("0") ? "0" : " ");
    },
  );
}

function field(
  cx: ToolContext,
  path: string,
  stat: FileStat,
  letter: string,
  mark: string,
  isDefault: boolean,
): string | null {
  const time = (at: number) => wallTime(cx, at);
  const long = (at: number) => {
    const { seconds, nanos } = time(at);
    return formatDate("%Y-%m-%d %H:%M:%S.%N %z", seconds, nanos);
  };
  const short = (at: number) => {
    const { seconds, nanos } = time(at);
    return `${seconds}.${String(nanos).padStart(9, "0")}`;
  };
  const to = stat.target === undefined ? "" : ` -> ${isDefault ? stat.target : quoted(stat.target)}`;
  switch (letter) {
    case "a":
      return stat.mode.toString(8);
    case "A":
      return modeText(stat.type, stat.mode);
    case "b":
      return String(blocksOf(stat));
    case "B":
      return "512";
    case "d":
      return mark === "H" ? "0" : mark === "L" ? String(DEVICE) : String(DEVICE);
    case "D":
      return DEVICE.toString(16);
    case "f":
      return rawMode(stat.type, stat.mode).toString(16);
    case "F":
      return kindName(stat);
    case "g":
      return String(stat.gid);
    case "G":
      return ownerName(stat.gid);
    case "h":
      return String(stat.nlink);
    case "i":
      return String(stat.ino);
    case "m":
      return mountOf(cx, path);
    case "n":
      return path;
    case "N":
      return `${isDefault ? path : quoted(path)}${to}`;
    case "o":
      return "4096";
    case "s":
      return String(stat.size);
    case "t":
      return (stat.rdev?.[0] ?? 0).toString(16);
    case "T":
      return (stat.rdev?.[1] ?? 0).toString(16);
    case "r":
      return String(((stat.rdev?.[0] ?? 0) << 8) | (stat.rdev?.[1] ?? 0));
    case "u":
      return String(stat.uid);
    case "U":
      return ownerName(stat.uid);
    case "w":
      return "-";
    case "W":
      return "0";
    case "x":
      return long(stat.atime);
    case "X":
      return short(stat.atime);
    case "y":
      return long(stat.mtime);
    case "Y":
      return short(stat.mtime);
    case "z":
      return long(stat.ctime);
    case "Z":
      return short(stat.ctime);
    default:
      return null;
  }
}

function mountOf(cx: ToolContext, path: string): string {
  const real = cx.process.userland.files.realpath(cx.process, path, "all");
  const at = /^\/(proc|sys|dev)(?=\/|$)/.exec(real.ok ? real.value : path);
  return at === null ? "/" : `/${at[1]}`;
}

function systemField(cx: ToolContext, path: string, letter: string): string | null {
  const reply = cx.request("FILE_STATFS", {});
  if (!reply.ok) return null;
  const { octets, octetsMax, inodes, inodesMax } = reply.value;
  const mount = mountOf(cx, path);
  const type = mount === "/" || mount === "/dev" ? "tmpfs" : mount.slice(1) === "sys" ? "sysfs" : "proc";
  const fields: Readonly<Record<string, string | number>> = nameTable({
    n: path,
    i: "0",
    l: 255,
    T: type,
    t: { tmpfs: "1021994", sysfs: "62656572", proc: "9fa0" }[type]!,
    s: 4096,
    S: 4096,
    b: Math.floor(octetsMax / 4096),
    f: Math.floor((octetsMax - octets) / 4096),
    a: Math.floor((octetsMax - octets) / 4096),
    c: inodesMax,
    d: inodesMax - inodes,
  });
  return Object.hasOwn(fields, letter) ? String(fields[letter]) : null;
}

/** Backslashes of `--printf`. */
export function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = nameTable({
    a: "\x07",
    b: "\b",
    e: "\x1b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
    "\\": "\\",
    '"': '"',
  });
  return text.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/gs, (whole, code: string) => {
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    return Object.hasOwn(letters, code) ? letters[code]! : whole;
  });
}
