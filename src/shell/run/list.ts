/** Lists, `&&` and `||`, pipelines and background jobs. */
import type { AndOr, CommandNode, Pipeline, PipelineNode, Statement } from "unbash";
import { ExitJump, ExpansionError } from "../errors.ts";
import { NullFile } from "../fds.ts";
import type { Interpreter, Job } from "../interpreter.ts";
import { printCommand } from "../print.ts";
import type { Process } from "../process.ts";
import { lineOf, runCommand } from "./command.ts";
import { SavedFds } from "./redirect.ts";
import { errexit, invertedly, leniently } from "./status.ts";
import { beginSubshell } from "./subshell.ts";
import { reportTime } from "./time.ts";
import { announce, runPendingTraps } from "./traps.ts";

export async function runStatements(sh: Interpreter, statements: readonly Statement[]): Promise<number> {
  for (const statement of statements) await runStatement(sh, statement);
  if (statements.length === 0) sh.status = 0;
  return sh.status;
}

export async function runStatement(sh: Interpreter, statement: Statement): Promise<number> {
  if (sh.process.isStopped) await sh.process.whileStopped();
  sh.process.checkDeath();
  if (statement.background) await beginBackground(sh, statement);
  else await runNode(sh, statement.command);
  if (sh.pendingTraps.length > 0) await runPendingTraps(sh);
  return sh.status;
}

export async function runNode(sh: Interpreter, node: PipelineNode | AndOr): Promise<number> {
  if (node.type === "AndOr") return runAndOr(sh, node);
  if (node.type === "Pipeline") return runPipeline(sh, node);
  return runCommand(sh, node);
}

async function runAndOr(sh: Interpreter, node: AndOr): Promise<number> {
  const last = node.commands.length - 1;
  for (const [i, command] of node.commands.entries()) {
    const operator = node.operators[i - 1];
    if (operator !== undefined && (operator === "&&") !== (sh.status === 0)) continue;
    // Only the last command of the list can end the shell.
    if (i < last) await leniently(sh, () => runNode(sh, command));
    else await runNode(sh, command);
  }
  return sh.status;
}

async function runPipeline(sh: Interpreter, node: Pipeline): Promise<number> {
  const isNegated = node.prefixes.filter(({ type }) => type === "Negation").length % 2 === 1;
  const time = node.prefixes.find(({ type }) => type === "Time");
  const start = sh.userland.host.now;
  const report = () => {
    if (time?.type === "Time") reportTime(sh, sh.userland.host.now - start, time.posix !== undefined);
  };
  try {
    if (isNegated) await invertedly(sh, node, () => runElements(sh, node));
    else await runElements(sh, node);
  } catch (error) {
    if (error instanceof ExitJump) report();
    throw error;
  }
  report();
  if (isNegated) sh.status = sh.status === 0 ? 1 : 0;
  return sh.status;
}

async function runElements(sh: Interpreter, node: Pick<Pipeline, "commands" | "operators">): Promise<number> {
  const { commands, operators } = node;
  if (commands.length === 0) {
    sh.status = 0;
    return 0;
  }
  if (commands.length === 1) return runCommand(sh, commands[0]!);
  if (sh.shopts.has("lastpipe") && sh.terminal === null) return runWithLast(sh, node);
  const children = await beginElements(sh, commands, operators);
  const statuses: number[] = [];
  for (const child of children) statuses.push((await sh.process.waitFor(child))!);
  sh.setStatuses(statuses);
  sh.status = pipelineStatus(sh, statuses);
  await errexit(sh, node);
  return sh.status;
}

/** `lastpipe`: the last element runs in the shell itself. */
async function runWithLast(sh: Interpreter, node: Pick<Pipeline, "commands" | "operators">): Promise<number> {
  const { commands, operators } = node;
  const { reader, writer } = sh.userland.files.pipe();
  const input = hold(sh, reader);
  const output = hold(sh, writer);
  const children = await beginElements(sh, commands.slice(0, -1), operators, false, { input, output });
  sh.process.fds.close(output);
  const saved = new SavedFds(sh);
  saved.note(0);
  sh.process.fds.set(0, reader);
  sh.process.fds.close(input);
  try {
    // What fails in it is the pipeline's failure.
    await leniently(sh, () => runCommand(sh, commands.at(-1)!));
  } finally {
    saved.restore();
  }
  const last = sh.status;
  const statuses: number[] = [];
  for (const child of children) statuses.push((await sh.process.waitFor(child))!);
  statuses.push(last);
  sh.setStatuses(statuses);
  sh.status = pipelineStatus(sh, statuses);
  await errexit(sh, node);
  return sh.status;
}

function pipelineStatus(sh: Interpreter, statuses: readonly number[]): number {
  const last = statuses.at(-1)!;
  return sh.options.has("pipefail") ? (statuses.findLast((status) => status !== 0) ?? 0) : last;
}

async function beginElements(
  sh: Interpreter,
  commands: readonly CommandNode[],
  operators: Pipeline["operators"],
  isBackground = false,
  /** Descriptors of a pipe behind the last of them, of which it gets the writer. */
  tail: { readonly input: number; readonly output: number } | null = null,
): Promise<Process[]> {
  const children: Process[] = [];
  const { files } = sh.userland;
  /** Where the next element reads; held by the shell meanwhile. */
  let input: number | null = null;
  for (const [i, command] of commands.entries()) {
    if (command.type === "Command") {
      sh.line = lineOf(sh, command);
      await announce(sh, command);
    } else if (command.type === "Subshell" && sh.trapsUnderWay.size === 0)
      sh.current = { unit: sh.unit, node: command };
    const pipe = i < commands.length - 1 ? files.pipe() : null;
    const from = input === null ? undefined : sh.process.fds.get(input);
    const readerFd = pipe === null ? null : hold(sh, pipe.reader);
    children.push(
      beginSubshell(sh, {
        comm: sh.process.comm,
        setUp: (inner) => {
          const { fds } = inner.process;
          if (command.type === "Command") borrowExitTrap(inner, sh);
          if (from !== undefined) fds.set(0, from);
          else if (isBackground) fds.set(0, new NullFile());
          if (pipe !== null) fds.set(1, pipe.writer);
          else if (tail !== null) fds.set(1, fds.get(tail.output)!);
          if (tail !== null) for (const fd of [tail.input, tail.output]) fds.close(fd);
          if (operators[i] === "|&") fds.set(2, fds.get(1)!);
          if (input !== null) fds.close(input);
          if (readerFd !== null) fds.close(readerFd);
        },
        body: (inner) => {
          if (isBackground) ignoreInterrupts(inner);
          return runCommand(inner, command, true);
        },
      }),
    );
    if (input !== null) sh.process.fds.close(input);
    input = readerFd;
  }
  return children;
}

function hold(sh: Interpreter, file: Parameters<Process["fds"]["set"]>[1]): number {
  const fd = sh.process.fds.free(100);
  sh.process.fds.set(fd, file);
  return fd;
}

/** `&` */
async function beginBackground(sh: Interpreter, { command }: Statement): Promise<void> {
  const isPipe = command.type === "Pipeline" && command.prefixes.length === 0 && command.commands.length > 1;
  if (command.type === "Command") await announce(sh, command);
  const processes = isPipe
    ? await beginElements(sh, command.commands, command.operators, true)
    : [
        beginSubshell(sh, {
          comm: sh.process.comm,
          setUp: (inner) => {
            inner.process.fds.set(0, new NullFile());
            inner.loops = 0;
          },
          body: (inner) => {
            ignoreInterrupts(inner);
            return command.type === "AndOr" || command.type === "Pipeline"
              ? runNode(inner, command)
              : runCommand(inner, command, true);
          },
        }),
      ];
  const number = Math.max(0, ...sh.jobs.map((job) => job.number)) + 1;
  const text = printCommand(sh.unit.source, command);
  const job: Job = { number, text, processes };
  sh.jobs.push(job);
  sh.lastBackground = processes.at(-1)!;
  sh.lastBackgroundPid = sh.lastBackground.pid;
  if (sh.terminal?.isShown) sh.process.write(2, `[${number}] ${sh.lastBackgroundPid}\n`);
  sh.status = 0;
}

/** An element of a pipeline that fails before it has become a command of its own still runs the trap. */
function borrowExitTrap(inner: Interpreter, sh: Interpreter): void {
  const action = sh.traps.get("EXIT");
  if (action === undefined || sh.isDash) return;
  inner.traps.set("EXIT", action);
  inner.borrowsExitTrap = true;
}

export function giveBackExitTrap(inner: Interpreter): void {
  if (!inner.borrowsExitTrap) return;
  inner.borrowsExitTrap = false;
  inner.traps.delete("EXIT");
}

/** Without job control, nobody at the keyboard shall end what runs in the background. @source bash(1), SIGNALS */
function ignoreInterrupts({ process, options }: Interpreter): void {
  if (options.has("monitor")) process.pgid = process.pid;
  else for (const signal of ["INT", "QUIT"] as const) process.ignored.add(signal);
}

/** Runs what may fail in an expansion; the failure is told, and ends the shell or the command line. */
export async function explaining<T>(sh: Interpreter, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof ExpansionError) return sh.explain(error);
    throw error;
  }
}
