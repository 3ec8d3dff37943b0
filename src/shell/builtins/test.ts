/** `test`, `[` and the operators that `[[` shares with them. */
import { readElement, readScalar, readValue } from "../assign.ts";
import { ExpansionError } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { compareOctets } from "../text.ts";
import { AssocArray } from "../variables.ts";
import type { Builtin } from "./index.ts";

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = /^(?:=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

export function testUnary(sh: Interpreter, operator: string, operand: string): boolean {
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-v":
      return isSet(sh, operand);
    case "-R":
      return sh.variables.find(operand)?.isNameref === true;
    case "-o":
      return sh.options.has(operand);
    case "-t":
      return /^\d+$/.test(operand) && sh.process.fds.get(Number(operand))?.isTerminal === true;
    default:
      return testFile(sh, operator, operand);
  }
}

function isSet(sh: Interpreter, name: string): boolean {
  const element = /^(\w+)\[(.*)\]$/s.exec(name);
  if (element === null) return readScalar(sh, name) !== undefined;
  const value = readValue(sh, element[1]!);
  if (element[2] === "@" || element[2] === "*")
    return value !== undefined && (typeof value === "string" || value.size > 0);
  return value instanceof AssocArray
    ? value.get(element[2]!) !== undefined
    : readElement(sh, element[1]!, element[2]!) !== undefined;
}

/** Below /proc/sys even root needs the bit. @source fs/proc/proc_sysctl.c, sysctl_perm() */
function isBarred(path: string, bits: number): boolean {
  return bits === 0 && path.startsWith("/proc/sys/");
}

function testFile(sh: Interpreter, operator: string, path: string): boolean {
  const { files } = sh.userland;
  const stat = files.stat(sh.process, path, operator !== "-h" && operator !== "-L");
  if (!stat.ok) return false;
  const { type, mode, size, mtime, atime, uid, gid } = stat.value;
  switch (operator) {
    case "-a":
    case "-e":
      return true;
    case "-r":
      return !isBarred(path, mode & 0o444);
    case "-w":
      return !isBarred(path, mode & 0o222);
    case "-O":
      return uid === 0;
    case "-G":
      return gid === 0;
    case "-N":
      return mtime > atime;
    case "-x":
      return type === "dir" || (mode & 0o111) !== 0;
    case "-f":
      return type === "file";
    case "-d":
      return type === "dir";
    case "-c":
      return type === "chardev";
    case "-s":
      return size > 0;
    case "-p":
      return type === "fifo";
    case "-h":
    case "-L":
      return type === "symlink";
    case "-u":
      return (mode & 0o4000) !== 0;
    case "-g":
      return (mode & 0o2000) !== 0;
    case "-k":
      return (mode & 0o1000) !== 0;
    default:
      return false; // No sockets or block devices.
  }
}

/** `-nt`, `-ot`, `-ef`: a file that is missing is older than any that is there. */
function compareFiles(sh: Interpreter, operator: string, left: string, right: string): boolean {
  const { files } = sh.userland;
  const [a, b] = [files.stat(sh.process, left), files.stat(sh.process, right)];
  if (operator === "-ef") return a.ok && b.ok && a.value.ino === b.value.ino;
  const [newer, older] = operator === "-nt" ? [a, b] : [b, a];
  return newer.ok && (!older.ok || newer.value.mtime > older.value.mtime);
}

export function testBinary(sh: Interpreter, operator: string, left: string, right: string): boolean {
  switch (operator) {
    case "=":
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return compareOctets(left, right) < 0;
    case ">":
      return compareOctets(left, right) > 0;
    case "-ef":
    case "-nt":
    case "-ot":
      return compareFiles(sh, operator, left, right);
  }
  const [a, b] = [integer(left), integer(right)];
  return (
    { "-eq": a === b, "-ne": a !== b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b }[operator] ??
    false
  );
}

function integer(text: string): bigint {
  const match = /^\s*([-+]?)(\d+)\s*$/.exec(text);
  if (match === null) throw new ExpansionError(`${text}: integer expression expected`, 2, false);
  return match[1] === "-" ? -BigInt(match[2]!) : BigInt(match[2]!);
}

class Parser {
  private at = 0;
  constructor(
    private readonly sh: Interpreter,
    private readonly args: readonly string[],
  ) {}

  run(): boolean {
    const { args } = this;
    if (args.length === 0) return false;
    const value = this.byCount(0, args.length);
    if (value !== null) return value;
    const result = this.or();
    if (this.at < args.length) throw new ExpansionError("too many arguments", 2, false);
    return result;
  }

  /** POSIX says what up to four arguments mean; null: the grammar decides. */
  private byCount(from: number, to: number): boolean | null {
    const [a = "", b = "", c = ""] = this.args.slice(from, to);
    switch (to - from) {
      case 1:
        return a !== "";
      case 2:
        if (a === "!") return b === "";
        if (UNARY.test(a)) return testUnary(this.sh, a, b);
        throw new ExpansionError(`${a}: unary operator expected`, 2, false);
      case 3:
        if (this.sh.isDash && (b === "==" || !BINARY.test(b)) && !/^-[ao]$/.test(b) && a !== "!" && a !== "(")
          throw new ExpansionError(`${a}: unary operator expected`, 2, false);
        if (BINARY.test(b)) return testBinary(this.sh, b, a, c);
        if (b === "-a") return a !== "" && c !== "";
        if (b === "-o") return a !== "" || c !== "";
        if (a === "!") return !this.byCount(from + 1, to)!;
        if (a === "(" && c === ")") return b !== "";
        throw new ExpansionError(`${b}: binary operator expected`, 2, false);
      case 4: {
        if (a === "!") return !this.byCount(from + 1, to)!;
        if (a === "(" && this.args[to - 1] === ")") return this.byCount(from + 1, to - 1);
        return null;
      }
      default:
        return null;
    }
  }

  private or(): boolean {
    let value = this.and();
    while (this.args[this.at] === "-o") {
      this.at++;
      const right = this.and();
      value ||= right;
    }
    return value;
  }

  private and(): boolean {
    let value = this.term();
    while (this.args[this.at] === "-a") {
      this.at++;
      const right = this.term();
      value &&= right;
    }
    return value;
  }

  private term(): boolean {
    const token = this.args[this.at];
    if (token === undefined) throw new ExpansionError("argument expected", 2, false);
    if (BINARY.test(this.args[this.at + 1] ?? "") && this.args[this.at + 2] !== undefined) {
      const [left, operator, right] = [token, this.args[this.at + 1]!, this.args[this.at + 2]!];
      this.at += 3;
      return testBinary(this.sh, operator, left, right);
    }
    this.at++;
    if (token === "!") return !this.term();
    if (token === "(") {
      const value = this.or();
      if (this.args[this.at++] !== ")") throw new ExpansionError("`)' expected", 2, false);
      return value;
    }
    const operand = this.args[this.at];
    if (UNARY.test(token) && operand !== undefined) {
      this.at++;
      return testUnary(this.sh, token, operand);
    }
    return token !== "";
  }
}

export const testCommand: Builtin = (sh, argv) => {
  const args = argv.slice(1);
  if (argv[0] === "[" && args.pop() !== "]") {
    sh.complain("[: missing `]'");
    return 2;
  }
  return new Parser(sh, args).run() ? 0 : 1;
};
