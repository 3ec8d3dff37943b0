/** popen(3): a shell command whose output is read, or whose input is written. */
import { joinedText } from "../../core/octets.ts";
import type { Process } from "../process.ts";
import type { ToolContext } from "../tool.ts";

export interface CommandPipe {
  /** The end of the pipe that this process has. */
  readonly fd: number;
  readonly child: Process;
}

export function openCommand(cx: ToolContext, command: string, mode: "read" | "write"): CommandPipe {
  const { process } = cx;
  const { reader, writer } = process.userland.files.pipe();
  const [own, theirs] = mode === "read" ? [reader, writer] : [writer, reader];
  const fd = process.fds.free(3);
  process.fds.set(fd, own);
  const given = mode === "read" ? 1 : 0;
  // The child is a copy of this process: for a moment it has what the child shall have.
  const kept = process.fds.get(given);
  if (kept !== undefined) kept.refs++;
  cx.flush();
  process.fds.set(given, theirs);
  const child = cx.fork(["sh", "-c", command]);
  child.fds.close(fd);
  if (kept === undefined) process.fds.close(given);
  else {
    process.fds.set(given, kept);
    kept.refs--;
  }
  return { fd, child };
}

/** All that a shell command prints. */
export async function outputOf(cx: ToolContext, command: string): Promise<string> {
  const { fd, child } = openCommand(cx, command, "read");
  const parts: string[] = [];
  for (;;) {
    const taken = await cx.process.take(fd, 65_536, null);
    if (taken.kind !== "text") break;
    parts.push(taken.text);
  }
  cx.process.fds.close(fd);
  await cx.process.waitFor(child);
  return joinedText(parts.join(""));
}
