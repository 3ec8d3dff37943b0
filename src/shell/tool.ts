/**
 * What the tools of this folder are handed beyond a `CommandContext`: their process, for files of all kinds (process
 * substitutions, `/dev/stdin`) and for children. The interpreter hands every command such a context.
 */

import type { Errno } from "../core/errno.ts";
import type { OctetString } from "../core/octets.ts";
import type { Result } from "../core/result.ts";
import type { Command, CommandContext } from "./host.ts";
import { RegexLimit } from "./posix-regex-program.ts";
import type { Process } from "./process.ts";

export interface ToolContext extends CommandContext {
  readonly process: Process;
  /** As `out`, of octets. */
  outOctets(octets: OctetString): void;
  /** As write(2) past the buffer of stdio, at once. Null: written. */
  writeOctets(octets: OctetString): Errno | null;
  /** Begins another command in a child process. */
  fork(argv: readonly string[], env?: ReadonlyMap<string, string>): Process;
}

export type Tool = (cx: ToolContext) => number | Promise<number>;

/** A tool that is loaded on its first call. One that meets an expression which takes too long says so, and fails. */
export function tool(load: () => Promise<Tool>): Command {
  return async (cx) => {
    const run = await load();
    try {
      return await run(cx as ToolContext);
    } catch (error) {
      if (!(error instanceof RegexLimit)) throw error;
      cx.err(`${cx.argv[0]}: ${error.message}\n`);
      return 2;
    }
  };
}

/** All of a file; `-` is standard input. */
export async function readFile(cx: ToolContext, path: string): Promise<Result<string>> {
  const { process } = cx;
  if (path === "-") return process.takeAll(0);
  const opened = process.userland.files.open(process, path, "read");
  if (!opened.ok) return opened;
  const fd = process.fds.free(3);
  process.fds.set(fd, opened.value);
  try {
    return await process.takeAll(fd);
  } finally {
    process.fds.close(fd);
  }
}

/** Steps of a loop in a tool's own language that count as one command. */
export const STEPS_PER_COMMAND = 64;

/** Counts so many steps: a loop that never ends meets the limit of commands, and does not keep Ctrl-C from being heard. */
export function countSteps({ process }: ToolContext): Promise<void> {
  return process.userland.countCommand(process);
}
