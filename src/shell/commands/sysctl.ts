/**
 * sysctl(8) of procps: reads and writes the files under /proc/sys.
 * @source sysctl(8), sysctl.conf(5) of procps-ng 4.0.2, observed
 */
import { type Errno, strerror } from "../../core/errno.ts";
import type { Command, CommandContext } from "../host.ts";
import { getopt } from "./getopt.ts";

const USAGE = `
Usage:
 sysctl [options] [variable[=value] ...]

Options:
  -a, --all            display all variables
  -A                   alias of -a
  -X                   alias of -a
      --deprecated     include deprecated parameters to listing
      --dry-run        Print the key and values but do not write
  -b, --binary         print value without new line
  -e, --ignore         ignore unknown variables errors
  -N, --names          print variable names without values
  -n, --values         print only values of the given variable(s)
  -p, --load[=<file>]  read values from file
  -f                   alias of -p
      --system         read values from all system directories
  -r, --pattern <expression>
                       select setting that match expression
  -q, --quiet          do not echo variable set
  -w, --write          enable writing a value to variable
  -o                   does nothing
  -x                   does nothing
  -d                   alias of -h

 -h, --help     display this help and exit
 -V, --version  output version information and exit

For more details see sysctl(8).
`;

const OPTIONS = {
  short: "bneNwfp::qoxaAXr:Vdh",
  long: {
    all: { name: "a" },
    deprecated: { name: "deprecated" },
    "dry-run": { name: "dry-run" },
    binary: { name: "b" },
    ignore: { name: "e" },
    names: { name: "N" },
    values: { name: "n" },
    load: { name: "p", value: "optional" },
    system: { name: "system" },
    pattern: { name: "r", value: "required" },
    quiet: { name: "q" },
    write: { name: "w" },
    help: { name: "h" },
    version: { name: "V" },
  },
} as const;

const ROOT = "/proc/sys/";
/** Files that `-a` and directories leave out: older views of a neighbour's times. */
const DEPRECATED = new Set(["base_reachable_time", "retrans_time"]);
const FILES_OF_SYSTEM = [
  "/run/sysctl.d",
  "/etc/sysctl.d",
  "/usr/local/lib/sysctl.d",
  "/usr/lib/sysctl.d",
  "/lib/sysctl.d",
];

/** The other separator's way of writing a key, judged by which of the two comes first. */
function swapped(key: string): string {
  return key.replace(/[./]/g, (c) => (c === "." ? "/" : "."));
}

function pathOf(key: string): string {
  const first = /[./]/.exec(key)?.[0];
  return first === "." ? swapped(key) : key;
}

/** A setting of the command line or of a file. */
interface Setting {
  readonly key: string;
  /** null: `-key`, which takes it out of what a pattern gives. */
  readonly value: string | null;
  readonly isPattern: boolean;
}

class Sysctl {
  private readonly has: (name: string) => boolean;
  private readonly pattern: RegExp | null;

  constructor(
    private readonly cx: CommandContext,
    options: readonly (readonly [string, string])[],
  ) {
    this.has = (name) => options.some(([option]) => option === name);
    const pattern = options.findLast(([option]) => option === "r")?.[1];
    try {
      this.pattern = pattern === undefined ? null : new RegExp(pattern);
    } catch {
      this.pattern = /(?!)/; // an expression that cannot be compiled matches nothing
    }
  }

  private error(text: string): void {
    this.cx.err(`sysctl: ${text}\n`);
  }

  private matches(key: string): boolean {
    return this.pattern === null || this.pattern.test(key);
  }

  /** Reads one file and prints it. False: it cannot be read. */
  private print(path: string): boolean {
    const key = swapped(path);
    if (!this.matches(key)) return true;
    if (this.has("N")) {
      this.cx.out(`${key}\n`);
      return true;
    }
    const read = this.cx.request("FILE_READ", { path: ROOT + path });
    if (!read.ok) {
      if (read.errno === "EACCES") return true; // a file that can only be written
      if (read.errno !== "EIO") this.error(`reading key "${key}": ${strerror(read.errno)}`);
      return false;
    }
    const text = read.value;
    if (this.has("b")) this.cx.out(text.replace(/\n$/, ""));
    else if (this.has("n")) this.cx.out(text === "" ? "\n" : text);
    else {
      for (const line of text.replace(/\n$/, "").split("\n")) this.cx.out(`${key} = ${line}\n`);
    }
    return true;
  }

  /** Prints all files under a directory of /proc/sys (without a slash at its end; "" is all of it). */
  async printTree(dir: string): Promise<void> {
    const names = this.cx.request("FILE_READDIR", { path: ROOT + dir });
    if (!names.ok) return;
    for (const name of names.value) {
      const path = dir === "" ? name : `${dir}/${name}`;
      const stat = this.cx.request("FILE_STAT", { path: ROOT + path });
      if (!stat.ok) continue;
      if (stat.value.type === "dir") await this.printTree(path);
      else if (!DEPRECATED.has(name) || this.has("deprecated")) {
        this.warnOfRepeats(path, ".");
        this.warnOfRepeats(path, ".");
        this.print(path);
      }
      await this.cx.drain();
    }
  }

  /** A word in one of the two notations is turned into the other one, unless its first separator is of that already. */
  private warnOfRepeats(key: string, into: "." | "/"): void {
    const first = /[./]/.exec(key)?.[0];
    if (first === undefined || first === into) return;
    const at = key.search(/[./][./]/);
    if (at >= 0) this.error(`separators should not be repeated: ${key.slice(at)}`);
  }

  private cannotStat(path: string, errno: Errno): void {
    this.error(`cannot stat ${ROOT}${path}: ${strerror(errno)}`);
  }

  async read(key: string): Promise<number> {
    if (key === "") {
      this.error(`"" is an unknown key`);
      return -1;
    }
    const path = pathOf(key);
    // A key with slashes is turned twice, one with dots once.
    this.warnOfRepeats(key, path === key ? "." : "/");
    if (path === key) this.warnOfRepeats(key, ".");
    const stat = this.cx.request("FILE_STAT", { path: ROOT + path });
    if (!stat.ok || (path.endsWith("/") && stat.value.type !== "dir")) {
      if (this.has("e")) return 0;
      this.cannotStat(path, stat.ok ? "ENOTDIR" : stat.errno);
      return 1;
    }
    if (stat.value.type === "dir") {
      if (/[^/]/.test(path)) await this.printTree(path);
      else this.error(`Path is not under ${ROOT}: ${ROOT}${path}`);
      return 0;
    }
    return this.print(path) ? 0 : 1;
  }

  /** Writes a value and prints it. */
  private write(path: string, value: string): number {
    const key = swapped(path);
    const stat = this.cx.request("FILE_STAT", { path: ROOT + path });
    if (!stat.ok) {
      if (this.has("e")) return 0;
      this.cannotStat(path, stat.errno);
      return 1;
    }
    if (stat.value.type === "dir" || (stat.value.mode & 0o200) === 0) {
      this.error(`setting key "${key}": ${strerror("EINVAL")}`);
      return 0;
    }
    if (!this.has("dry-run")) {
      const written = this.cx.request("FILE_WRITE", { path: ROOT + path, data: `${value}\n`, append: false });
      if (!written.ok) {
        this.error(`setting key "${key}": ${strerror(written.errno)}`);
        return 1;
      }
    }
    if (this.has("q")) return 0;
    if (this.has("n") || this.has("N")) this.cx.out(`${value}\n`);
    else this.cx.out(this.has("b") ? value : `${key} = ${value}\n`);
    return 0;
  }

  /**
   * The settings of a text; what is not one is reported, which gives status 1 on the command line alone.
   * A minus before a key is taken off, and changes nothing when the key has a value.
   */
  parse(lines: readonly string[], from: string, isFile: boolean, into: Setting[]): number {
    let status = 0;
    lines.forEach((line, n) => {
      const text = line.trim();
      if (text.length < 2 || text.startsWith("#") || text.startsWith(";")) {
        if (!isFile) status = 1;
        return;
      }
      if (isFile && !this.matches(text)) return;
      const hasMinus = text.startsWith("-");
      const bare = hasMinus ? text.slice(1) : text;
      const equals = bare.indexOf("=");
      if (equals < 0 && !(hasMinus && isFile)) {
        this.error(`${from}(${isFile ? n + 1 : 0}): invalid syntax, continuing...`);
        if (!isFile) status = 1;
        return;
      }
      const word = (equals < 0 ? bare : bare.slice(0, equals)).trim();
      const key = pathOf(word);
      this.warnOfRepeats(word, "/");
      this.warnOfRepeats(key, ".");
      const value = equals < 0 ? null : bare.slice(equals + 1).trim();
      into.push({ key, value, isPattern: isFile && /[*?[]/.test(key) });
    });
    return status;
  }

  /** Files of a shell pattern under /proc/sys. */
  private glob(pattern: string): string[] {
    let paths = [""];
    for (const part of pattern.split("/")) {
      const wanted = new RegExp(
        `^${part
          .replace(/[.+^${}()|\\]/g, "\\$&")
          .replace(/\*/g, ".*")
          .replace(/\?/g, ".")}$`,
      );
      paths = paths.flatMap((dir) => {
        if (!/[*?[]/.test(part)) return [dir === "" ? part : `${dir}/${part}`];
        const names = this.cx.request("FILE_READDIR", { path: ROOT + dir });
        return names.ok
          ? names.value.filter((name) => wanted.test(name)).map((name) => `${dir}/${name}`)
          : [];
      });
    }
    return paths.filter((path) => this.cx.request("FILE_STAT", { path: ROOT + path }).ok);
  }

  /** Writes settings. A key that stands by itself is not set through a pattern. */
  apply(settings: readonly Setting[]): number {
    let status = 0;
    for (const setting of settings) {
      if (setting.value === null) continue;
      if (setting.key === "") {
        this.error(`Path is not under /proc/sys/: ${ROOT}`);
        status = 1;
        continue;
      }
      const paths = setting.isPattern
        ? this.glob(setting.key).filter((path) => !settings.some((other) => other.key === path))
        : [setting.key];
      for (const path of paths) {
        if (!this.matches(swapped(path))) continue;
        status |= this.write(path, setting.value);
      }
    }
    return status;
  }

  async load(path: string, settings: Setting[]): Promise<number> {
    if (path === "-") return this.parse((await this.cx.readAll()).split("\n"), path, true, settings);
    const absolute = path.startsWith("/") ? path : `${this.cx.cwd.replace(/\/$/, "")}/${path}`;
    const read = this.cx.request("FILE_READ", { path: absolute });
    if (read.ok) return this.parse(read.value.split("\n"), path, true, settings);
    if (read.errno === "EISDIR") return 0;
    this.error(`cannot open "${path}": ${strerror(read.errno)}`);
    return 1;
  }

  async loadSystem(): Promise<number> {
    const files = new Map<string, string>();
    for (const dir of FILES_OF_SYSTEM) {
      const names = this.cx.request("FILE_READDIR", { path: dir });
      if (!names.ok) continue;
      for (const name of names.value) {
        if (name.endsWith(".conf") && !files.has(name)) files.set(name, `${dir}/${name}`);
      }
    }
    const paths = [...files.keys()].sort().map((name) => files.get(name)!);
    if (this.cx.request("FILE_STAT", { path: "/etc/sysctl.conf" }).ok) paths.push("/etc/sysctl.conf");
    const settings: Setting[] = [];
    let status = 0;
    for (const path of paths) {
      if (!this.has("q")) this.cx.out(`* Applying ${path} ...\n`);
      status |= await this.load(path, settings);
    }
    return status | this.apply(settings);
  }

  /** Variables of the command line: those with a value are written. */
  async variables(words: readonly string[]): Promise<number> {
    let status = 0;
    for (const word of words) {
      if (!this.has("w") && !word.includes("=")) {
        status += await this.read(word);
        continue;
      }
      const settings: Setting[] = [];
      status |= this.parse([word], "command line", false, settings);
      status |= this.apply(settings);
    }
    return status;
  }
}

export const sysctl: Command = async (cx) => {
  const { options, operands, error } = getopt("sysctl", cx.argv.slice(1), OPTIONS);
  const has = (...names: readonly string[]) => options.some(([name]) => names.includes(name));
  if (error !== null) {
    cx.err(error);
    cx.out(USAGE);
    return 0;
  }
  if (cx.argv.length < 2) {
    cx.err(USAGE);
    return 1;
  }
  if (has("d", "h")) {
    cx.out(USAGE);
    return 0;
  }
  if (has("V")) {
    cx.out("sysctl from procps-ng 4.0.2\n");
    return 0;
  }
  const tool = new Sysctl(cx, options);
  if (has("a", "A", "X")) {
    await tool.printTree("");
    return 0;
  }
  if (has("system")) return tool.loadSystem();
  if (has("p", "f")) {
    const joined = options.filter(([name, value]) => name === "p" && value !== "").map(([, value]) => value);
    const files = [...joined, ...operands];
    const settings: Setting[] = [];
    let status = 0;
    for (const file of files.length === 0 ? ["/etc/sysctl.conf"] : files)
      status |= await tool.load(file, settings);
    return status | tool.apply(settings);
  }
  if (operands.length === 0) {
    cx.err("sysctl: no variables specified\nTry `sysctl --help' for more information.\n");
    return 1;
  }
  return (await tool.variables(operands)) & 0xff;
};
