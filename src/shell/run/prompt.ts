/** `PS1` and `PS2`: backslash sequences, then expansions. @source bash(1), PROMPTING */
import { NS_PER_SEC } from "../../core/nanos.ts";
import { expandText } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";
import { formatDate } from "../strftime.ts";

const SEQUENCE = /\\(?:D\{([^}]*)\}|([0-7]{3})|(.))/gs;

/** The prompt that a variable stands for; null: it is not set. `number`: of the line that is asked for. */
export async function promptText(sh: Interpreter, variable: string, number: number): Promise<string | null> {
  const format = sh.variables.find(variable)?.scalar;
  if (format === undefined) return null;
  const decoded = format.replace(
    SEQUENCE,
    (whole: string, date: string | undefined, octal: string | undefined, letter: string | undefined) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (letter === undefined) return clock(sh, date === "" ? "%X" : date!);
      return decode(sh, letter, number) ?? whole;
    },
  );
  if (!sh.shopts.has("promptvars")) return decoded;
  const { status } = sh;
  const text = await expandText(sh, decoded);
  sh.status = status;
  return text;
}

function clock(sh: Interpreter, format: string): string {
  const { host, options } = sh.userland;
  return formatDate(format, options.epoch + Math.floor(host.now / NS_PER_SEC));
}

/** Null: no such sequence. Text that is put in is quoted against the expansions that follow. */
function decode(sh: Interpreter, letter: string, number: number): string | null {
  switch (letter) {
    case "a":
      return "\x07";
    case "e":
      return "\x1b";
    case "n":
      return "\n";
    case "r":
      return "\r";
    case "\\":
      return "\\\\";
    case "$":
      return "#";
    // Bounds of what takes no room.
    case "[":
    case "]":
      return "";
    case "d":
      return clock(sh, "%a %b %d");
    case "t":
      return clock(sh, "%H:%M:%S");
    case "T":
      return clock(sh, "%I:%M:%S");
    case "@":
      return clock(sh, "%I:%M %p");
    case "A":
      return clock(sh, "%H:%M");
    case "u":
      return "root";
    case "h":
    case "H":
      return quoted(sh.variables.find("HOSTNAME")?.scalar ?? "");
    case "j":
      return String(sh.jobs.length);
    case "l":
      return "tty";
    case "s":
      return quoted(sh.arg0.slice(sh.arg0.lastIndexOf("/") + 1));
    case "v":
      return "5.2";
    case "V":
      return "5.2.15";
    case "!":
    case "#":
      return String(number);
    case "w":
    case "W":
      return quoted(directory(sh, letter === "W"));
    default:
      return null;
  }
}

function quoted(text: string): string {
  return text.replace(/[\\$`]/g, "\\$&");
}

function directory(sh: Interpreter, isShort: boolean): string {
  const { cwd } = sh.process;
  const home = sh.variables.find("HOME")?.scalar;
  if (home !== undefined && home !== "" && home !== "/") {
    if (cwd === home) return "~";
    if (!isShort && cwd.startsWith(`${home}/`)) return `~${cwd.slice(home.length)}`;
  }
  return isShort ? cwd.slice(cwd.lastIndexOf("/") + 1) || "/" : cwd;
}
