/** `vethsim shell`: a session with somebody at a terminal, or with the lines of a pipe. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Nanos } from "../core/nanos.ts";
import { decode } from "../core/octets.ts";
import { VERSION } from "../core/version.ts";
import { ScriptError } from "../shell/errors.ts";
import { Session, SessionDivergence, type SessionOptions } from "../shell/session.ts";
import { colonNames, runColonLine } from "./colon.ts";
import { fileError, type Io, UsageError } from "./io.ts";
import { FileSink, withLog } from "./log-file.ts";
import { WallPace } from "./pace.ts";
import { PipeTypist, TerminalTypist, type Typed, type Typist } from "./typist.ts";

export interface ShellFlags {
  readonly seed: string;
  readonly setup?: string;
  readonly log?: string;
  /** Log to go on from, and the instant. */
  readonly resume?: string;
  readonly at?: Nanos;
  readonly commandCost: Nanos;
  readonly maxCommands: number;
  readonly pace?: number;
  readonly history?: string;
  readonly freeze?: true;
}

const STATUS_INTERRUPTED = 128 + 2;

/** @returns the shell's exit status */
export async function shell(flags: ShellFlags, io: Io): Promise<number> {
  const { terminal } = io;
  const pace = new WallPace(flags.pace ?? (terminal === null ? Number.POSITIVE_INFINITY : 1));
  const log = new LogPlace(flags.log);
  let session: Session | null = null;
  let typist: Typist;
  let stdout = io.stdout;
  let stderr = io.stderr;
  if (terminal === null) typist = new PipeTypist(io);
  else {
    const editor = new TerminalTypist({
      terminal,
      history: readHistory(flags.history),
      complete: (line) => completions(session, line),
      onInterrupt: () => {
        void session?.interrupt();
        pace.wake();
      },
    });
    typist = editor;
    stdout = (text) => editor.write(text);
    stderr = stdout;
    stdout(`vethsim ${VERSION}: a shell on a simulated host, seed ${flags.seed}; :help tells of more\n`);
  }
  const finish = () => {
    session?.close();
    log.close();
  };
  // Whatever ends the process, a terminal that is gone, say: the log is whole.
  process.once("exit", finish);
  const stop = io.onInterrupt(() => {
    finish();
    io.exit(STATUS_INTERRUPTED);
  });
  try {
    session = await openSession(flags, { stdout, stderr, isTerminal: terminal !== null, pace, log });
    await converse(session, typist, pace, { ...io, stdout, stderr }, log);
    return session.status ?? 0;
  } finally {
    stop();
    typist.close();
    if (typist instanceof TerminalTypist) writeHistory(flags.history, typist.history);
    finish();
    process.off("exit", finish);
  }
}

interface Surroundings {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isTerminal: boolean;
  readonly pace: WallPace;
  readonly log: LogPlace;
}

async function openSession(flags: ShellFlags, around: Surroundings): Promise<Session> {
  const { log, ...rest } = around;
  const { setup } = flags;
  const options = {
    ...rest,
    commandCost: flags.commandCost,
    maxCommands: flags.maxCommands,
    freeze: flags.freeze === true || process.env.VETHSIM_FREEZE === "1",
    ...(flags.log === undefined ? {} : { log: () => log.open() }),
  };
  try {
    if (flags.resume !== undefined) return await resumeSession(flags.resume, flags, options);
    if (flags.at !== undefined) throw new UsageError("--at needs --resume, the log to go on from");
    return await Session.open({
      ...options,
      seed: flags.seed,
      ...(setup === undefined ? {} : { setup: { name: basename(setup), text: readText(setup) } }),
    });
  } catch (error) {
    if (error instanceof ScriptError) throw new UsageError(error.message);
    throw error;
  }
}

async function resumeSession(path: string, flags: ShellFlags, options: SessionOptions): Promise<Session> {
  if (flags.setup !== undefined) throw new UsageError("--setup: the log has the setup script already");
  return withLog(path, async ({ reader }) => {
    try {
      const session = await Session.resume(options, reader, flags.at ?? null);
      if (session === null) throw new UsageError(`${path}: no script was run in this log`);
      return session;
    } catch (error) {
      if (error instanceof SessionDivergence || error instanceof RangeError)
        throw new UsageError(`${path}: ${error.message}`);
      throw error;
    }
  });
}

/** Question and answer, until the shell has ended. */
async function converse(
  session: Session,
  typist: Typist,
  pace: WallPace,
  io: Io,
  log: LogPlace,
): Promise<void> {
  for (let { asked } = session; asked !== null; { asked } = session) {
    const typed = await typist.next(session.prompt);
    if (typed.kind === "line" && asked.kind === "command" && /^\s*:[a-z]/.test(typed.text)) {
      const goesOn = await runColonLine(typed.text.trim().slice(1), { session, pace, io });
      if (!goesOn) return;
    } else {
      pace.hold(session.now);
      await answer(session, typed);
      pace.release();
    }
    log.flush();
  }
}

function answer(session: Session, typed: Typed): Promise<void> {
  if (typed.kind === "line") return session.type(typed.text);
  return typed.kind === "end" ? session.end() : session.interrupt();
}

function completions(session: Session | null, line: string): readonly [readonly string[], string] {
  if (session?.asked == null) return [[], line];
  if (/^:[a-z]*$/.test(line)) return [colonNames(line), line];
  const { matches, word } = session.complete(line);
  const [only] = matches;
  return [matches.length === 1 && !only!.endsWith("/") ? [`${only} `] : matches, word];
}

/** The file of the log: after a rewind it begins anew. */
class LogPlace {
  private sink: FileSink | null = null;

  constructor(private readonly path: string | undefined) {}

  open(): FileSink {
    this.close();
    this.sink = new FileSink(this.path!);
    return this.sink;
  }

  flush(): void {
    this.sink?.flush();
  }

  close(): void {
    this.sink?.close();
    this.sink = null;
  }
}

function readText(path: string): string {
  try {
    return decode(readFileSync(path));
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The newest first; a file that is not there yet is empty. */
function readHistory(path: string | undefined): string[] {
  if (path === undefined) return [];
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .reverse();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw fileError(path, error);
  }
}

function writeHistory(path: string | undefined, lines: readonly string[]): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, `${[...lines].reverse().join("\n")}\n`);
  } catch (error) {
    throw fileError(path, error);
  }
}
