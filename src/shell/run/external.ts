/** External commands: the process that runs one, and what it is handed. */
import type { Redirection } from "unbash";
import { type Errno, strerror } from "../../core/errno.ts";
import type { Nanos } from "../../core/nanos.ts";
import { type OctetString, octetsToText, textToOctets } from "../../core/octets.ts";
import type { BodyOf, Executable, Operation } from "../../events/requests.ts";
import { programOf } from "../../kernel/vfs/inode.ts";
import { ScriptError, SignalDeath } from "../errors.ts";
import { absolutePath } from "../files.ts";
import type { ExecChange } from "../host.ts";
import type { Interpreter } from "../interpreter.ts";
import { OctetReader } from "../octet-reader.ts";
import { printFunction } from "../print.ts";
import type { Process } from "../process.ts";
import { Stdout } from "../stdio.ts";
import type { ToolContext } from "../tool.ts";
import { SHELLS } from "../userland.ts";
import { reportDeath } from "./death.ts";
import { explaining } from "./list.ts";
import { runProgram } from "./program.ts";
import { redirect } from "./redirect.ts";
import { runShellCommand } from "./shell-command.ts";
import { beginSubshell } from "./subshell.ts";

/** What execvp(3) takes where there is no PATH. @source confstr(3), _CS_PATH */
const PATH_USUAL = "/bin:/usr/bin";

/** What a name or path stands for. */
export type Found =
  | {
      readonly kind: "command" | "program" | "shell";
      readonly name: string;
      readonly path: string;
      readonly exe: string;
    }
  | {
      readonly kind: "script";
      readonly path: string;
      readonly exe: string;
      readonly interpreter: readonly string[];
    }
  | { readonly kind: "missing"; readonly status: number; readonly why: string; readonly errno: Errno };

function missing(errno: Errno, why = strerror(errno)): Found {
  const isAbsent = errno === "ENOENT" || errno === "ELOOP" || errno === "ENAMETOOLONG";
  return { kind: "missing", status: isAbsent ? 127 : 126, why, errno };
}

/** @param path the PATH to search; undefined: there is none */
export function findExternal(process: Process, name: string, path: string | undefined): Found {
  if (name === "") return missing("ENOENT", "command not found");
  const { files } = process.userland;
  if (name.includes("/")) {
    const found = files.find(process, [name]);
    return found.ok ? explained(process, { ...found.value, path: name }) : missing(found.errno);
  }
  if (path === undefined || path === "") {
    const found = files.find(process, [name]);
    return found.ok ? explained(process, { ...found.value, path: name }) : missing("ENOENT");
  }
  const paths = path.split(":").map((dir) => `${dir === "" ? "." : dir}/${name}`);
  const found = files.find(process, paths);
  if (found.ok) {
    const at = paths.map((one) => absolutePath(process.cwd, one)).indexOf(found.value.path);
    return explained(process, { ...found.value, path: paths[at] ?? found.value.path });
  }
  // Of files that may not be run the first one is told of.
  if (found.errno !== "EACCES") return missing("ENOENT", "command not found");
  const refused = paths.find((one) => files.stat(process, one).ok) ?? name;
  return missing("EACCES", `\0${refused}: ${strerror("EACCES")}`);
}

/** What a file is that can be executed, by what it begins with. */
function explained(process: Process, { path, canonical, head }: Executable): Found {
  const { userland } = process;
  const program = programOf(head);
  if (program !== null) {
    const known = { name: program, path, exe: canonical };
    if (SHELLS.has(program)) return { kind: "shell", ...known };
    if (userland.options.commands.has(program)) return { kind: "command", ...known };
    if (userland.host.programs.includes(program)) return { kind: "program", ...known };
    return missing("ENOENT");
  }
  const line = /^#![ \t]*([^\n]*)/.exec(head)?.[1]?.trim() ?? "/bin/bash";
  const split = /^(\S+)(?:\s+(.*))?$/.exec(line);
  const interpreter =
    split === null ? ["/bin/bash"] : [split[1]!, ...(split[2] === undefined ? [] : [split[2]])];
  const of = userland.files.find(process, [interpreter[0]!]);
  if (!of.ok) return missing("ENOENT", "cannot execute: required file not found");
  return { kind: "script", path, exe: of.value.canonical, interpreter };
}

/** Where an external command is found, as `command -v` and `type` show it; null: nowhere. */
export function pathOf(process: Process, name: string, path: string | undefined): string | null {
  const found = findExternal(process, name, path);
  return found.kind === "missing" ? null : found.path;
}

/** Runs an external command for a shell: in a child, or in the shell's own process when nothing comes after. */
export async function runExternal(
  sh: Interpreter,
  redirections: readonly Redirection[],
  argv: readonly string[],
  isLast: boolean,
  text: () => string,
  /** Null: nothing has to be done in the child before. */
  prepare: ((inner: Interpreter) => Promise<void>) | null,
): Promise<void> {
  const isPlain = prepare === null && redirections.length === 0;
  const body = async (inner: Interpreter): Promise<number> => {
    if (isPlain) return becomeExternal(inner, argv);
    if (prepare !== null) await explaining(inner, () => prepare(inner));
    const saved = await explaining(inner, () => redirect(inner, redirections));
    if (saved === null) return inner.isDash ? 2 : 1;
    saved.forget();
    return becomeExternal(inner, argv);
  };
  noteHash(sh, argv[0]!);
  if (isLast && sh.traps.size === 0) {
    sh.status = await body(sh);
    return;
  }
  const child = isPlain
    ? beginPlain(sh, argv)
    : beginSubshell(sh, {
        comm: sh.process.comm,
        setUp: (inner) => {
          // What its redirections run may still be traced.
          for (const name of [...inner.traps.keys()])
            if (name !== "DEBUG" && name !== "ERR" && name !== "RETURN") inner.traps.delete(name);
          inner.level = sh.level;
        },
        body,
      });
  sh.status = (await sh.process.waitFor(child))!;
  reportDeath(sh, child, text, true);
}

/** Where it is is looked up when somebody asks. */
function noteHash(sh: Interpreter, name: string): void {
  if (name.includes("/") || !(sh.isDash || sh.options.has("hashall"))) return;
  const known = sh.hashed.get(name);
  sh.hashed.set(name, { path: known?.path ?? null, hits: (known?.hits ?? 0) + 1 });
}

/** A child that needs no shell of its own before it is another command: most commands of most scripts. */
function beginPlain(sh: Interpreter, argv: readonly string[]): Process {
  const child = sh.userland.fork(sh.process, sh.process.comm, sh.process.netns);
  child.begin(async () => becomeExternal(sh, argv, child));
  return child;
}

/** execve(2) from a shell's process; a name that is not found is told in the shell's words. */
export async function becomeExternal(
  sh: Interpreter,
  argv: readonly string[],
  process = sh.process,
  /** What it finds as its own name. */
  zero = argv[0]!,
): Promise<number> {
  const name = argv[0]!;
  const found = findExternal(process, name, sh.variables.find("PATH")?.scalar);
  if (found.kind === "missing") {
    sh.complain(found.why.startsWith("\0") ? found.why.slice(1) : `${name}: ${found.why}`);
    return found.status;
  }
  process.caught = null;
  return run(process, found, argv, environmentOf(sh), zero);
}

/** What a command finds in its environment: exported variables, and functions as text. */
function environmentOf(sh: Interpreter): Map<string, string> {
  const env = sh.variables.environment();
  for (const { name, body, unit, isExported } of sh.functions.values())
    if (isExported)
      env.set(
        `BASH_FUNC_${name}%%`,
        printFunction(unit.source, "", body)
          .replace(/^ \(\) \n\{ \n +/, "() {  ")
          .trimEnd(),
      );
  return env;
}

/** What a process does after execvp(3); a name that stands for nothing gives 126 or 127. */
export async function execute(
  process: Process,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): Promise<number> {
  const found = findExternal(process, argv[0]!, env.get("PATH") ?? PATH_USUAL);
  return found.kind === "missing" ? found.status : run(process, found, argv, env);
}

async function run(
  process: Process,
  found: Exclude<Found, { kind: "missing" }>,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  zero = argv[0]!,
): Promise<number> {
  const { userland } = process;
  const { path, exe } = found;
  process.comm = path.slice(path.lastIndexOf("/") + 1).slice(0, 15);
  process.environment = env;
  const words = found.kind === "script" ? [...found.interpreter, path, ...argv.slice(1)] : argv;
  const { pid, comm } = process;
  userland.host.request(process.netns, "EXEC", { pid, comm, argv: words, exe });
  await process.sleepUntil(userland.host.now + userland.options.commandCost);
  if (found.kind === "script") return execute(process, words, env);
  const own = [zero, ...argv.slice(1)];
  if (found.kind === "shell") return runShellCommand(process, own, env, found.name);
  if (found.kind === "program") return runProgram(process, [found.name, ...argv.slice(1)]);
  return runTool(process, found.name, own, env);
}

async function runTool(
  process: Process,
  name: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): Promise<number> {
  const context = new ProcessContext(process, argv, env);
  try {
    const status = await process.userland.options.commands.get(name)!(context);
    return await context.finish(status);
  } catch (error) {
    if (error instanceof SignalDeath || error instanceof ScriptError || !(error instanceof Error))
      throw error;
    throw new Error(`${argv.join(" ")}: ${error.message}`, { cause: error });
  }
}

/** Standard input is taken in blocks, as stdio does. */
const BLOCK = 8192;

class ProcessContext implements ToolContext {
  private readonly stdin: OctetReader;
  private readonly stdout: Stdout;

  constructor(
    readonly process: Process,
    readonly argv: readonly string[],
    readonly env: ReadonlyMap<string, string>,
  ) {
    this.stdin = new OctetReader(process, 0, BLOCK);
    this.stdout = new Stdout(process, env.get("_STDBUF_O"));
  }

  get cwd() {
    return this.process.cwd;
  }
  get pid() {
    return this.process.pid;
  }
  get netns() {
    return this.process.netns;
  }
  get host() {
    return this.process.userland.host;
  }

  request<Op extends Operation>(op: Op, body: BodyOf<Op>) {
    return this.host.request(this.process.netns, op, body);
  }

  out(text: string): void {
    this.stdout.put(textToOctets(text));
  }

  outOctets(octets: OctetString): void {
    this.stdout.put(octets);
  }

  flush(): void {
    this.stdout.flush();
  }

  writeOctets(octets: OctetString): Errno | null {
    this.stdout.flush();
    return this.stdout.write(octets);
  }

  err(text: string): void {
    this.process.write(2, text);
  }

  drain(): Promise<void> {
    return this.process.drain(1);
  }

  async readLine(): Promise<string | null> {
    const line = await this.stdin.line();
    return line === null ? null : octetsToText(line);
  }

  async readAll(): Promise<string> {
    return octetsToText(await this.stdin.rest());
  }

  sleep(delay: Nanos): Promise<void> {
    return this.process.sleepUntil(this.host.now + delay);
  }

  async exec(argv: readonly string[], change: ExecChange = {}): Promise<number> {
    const { process } = this;
    this.stdout.flush();
    const { netns, netnsName, cwd } = change;
    if (netns !== undefined && (netns !== process.netns || netnsName !== undefined)) {
      const view = netnsName === undefined ? {} : { name: netnsName };
      const reply = this.host.request(process.netns, "SETNS", { pid: process.pid, netns, ...view });
      process.netns = netns;
      for (const file of (reply.ok ? reply.value : null) ?? [])
        this.err(`Bind /etc/netns/${netnsName}/${file} -> /etc/${file} failed: ${strerror("ENOENT")}\n`);
    }
    if (cwd !== undefined) process.chdir(cwd);
    if (argv.length === 0) return 127;
    await process.userland.countCommand(process);
    return execute(process, argv, change.env ?? this.env);
  }

  hasCommand(name: string, env = this.env): boolean {
    return this.missing(name, env) === null;
  }

  missing(name: string, env = this.env): Errno | null {
    const found = findExternal(this.process, name, env.get("PATH") ?? PATH_USUAL);
    return found.kind === "missing" ? found.errno : null;
  }

  fork(argv: readonly string[], env: ReadonlyMap<string, string> = this.env): Process {
    const { process } = this;
    this.stdout.flush();
    const child = process.userland.fork(process, process.comm, process.netns);
    child.begin(() => execute(child, argv, env));
    return child;
  }

  /** What exit(3) does: writes what is buffered, gives back what was read too far, and tells of a failed write. */
  async finish(status: number): Promise<number> {
    this.stdout.flush();
    await this.process.drain(1);
    this.stdin.giveBack();
    const { errno } = this.stdout;
    if (errno === null) return status;
    this.err(`${this.argv[0]}: write error: ${strerror(errno)}\n`);
    return status === 0 ? 1 : status;
  }
}
