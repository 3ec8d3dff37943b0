/** Programs of the simulation in processes of the shell: what they read and write, and their ends. */
import { strerror } from "../../core/errno.ts";
import { joinedText } from "../../core/octets.ts";
import type { ProgramListener } from "../../events/program-listener.ts";
import type { ProgramStreams } from "../../events/requests.ts";
import { PROGRAMS } from "../../processes/programs.ts";
import type { OpenFile } from "../fds.ts";
import type { Process } from "../process.ts";
import { signalNumber } from "../signals.ts";

export async function runProgram(process: Process, argv: readonly string[]): Promise<number> {
  let status: number | null = null;
  /** A pipe that has no room for more. */
  let full: OpenFile | null = null;
  const { baton, host } = process.userland;
  const { netns, pid } = process;
  const streams: ProgramStreams = {
    ...(PROGRAMS.get(argv[0]!)?.readsInput?.(argv) === true ? { input: await readAll(process) } : {}),
    ...(process.fds.get(1)?.isTerminal === true ? { isTerminal: true } : {}),
    ...(process.ignored.size > 0 ? { ignored: [...process.ignored] } : {}),
  };
  const listener: ProgramListener = {
    output: (fd, text) => {
      const file = process.fds.get(fd);
      if (file?.write(text) === "EPIPE") host.request(netns, "KILL", { pid, signal: "SIGPIPE" });
      else if (full === null && file?.isFull === true) {
        full = file;
        host.request(netns, "PIPE_FULL", { pid, isFull: true });
        if (process.task !== null) baton.wake(process.task);
      }
    },
    exit: (code) => {
      status = code;
      if (process.task !== null) baton.wake(process.task);
    },
  };
  const started = host.spawn(netns, pid, argv, listener, streams);
  if (!started.ok) {
    process.write(2, `${argv[0]}: ${strerror(started.errno)}\n`);
    return 126;
  }
  process.isProgram = true;
  try {
    while (status === null) {
      const pipe = full as OpenFile | null;
      if (pipe?.isFull === false) {
        full = null;
        host.request(netns, "PIPE_FULL", { pid, isFull: false });
        continue;
      }
      pipe?.awaitRoom?.(process.task!);
      await process.wait(pipe === null ? `the end of ${argv[0]}` : `room in ${pipe.label}`);
    }
  } finally {
    process.isProgram = false;
  }
  // A program may take care of the signal, and end in its own way.
  if (process.diedOf !== null && status !== 128 + signalNumber(process.diedOf)) process.diedOf = null;
  return status;
}

/** All of standard input, up to its end. */
async function readAll(process: Process): Promise<string> {
  const parts: string[] = [];
  for (;;) {
    const taken = await process.take(0, Number.POSITIVE_INFINITY, null);
    if (taken.kind !== "text") return joinedText(parts.join(""));
    parts.push(taken.text);
  }
}
