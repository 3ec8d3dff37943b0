/** stdio's buffer of a program's standard output: what stands in it when a signal kills the program is lost. @source setbuf(3) */
import type { ProgramContext } from "./program.ts";

export type Buffering = "none" | "line" | "block";

/** The part of a program's state that it needs. */
export interface Stdout {
  /** Text that is not written yet. */
  held: string;
  buffering: Buffering;
}

/** Of a pipe or a file. */
const BUFFER_OCTETS = 4096;

/** printf(3). */
export function print(cx: ProgramContext, stdout: Stdout, text: string): void {
  stdout.held += text;
  const { held, buffering } = stdout;
  if (buffering === "none") flush(cx, stdout);
  else if (buffering === "line") flushUpTo(cx, stdout, held.lastIndexOf("\n") + 1);
  else if (held.length >= BUFFER_OCTETS) flushUpTo(cx, stdout, held.length - (held.length % BUFFER_OCTETS));
}

/** fflush(3). */
export function flush(cx: ProgramContext, stdout: Stdout): void {
  flushUpTo(cx, stdout, stdout.held.length);
}

function flushUpTo(cx: ProgramContext, stdout: Stdout, end: number): void {
  if (end === 0) return;
  cx.write(1, stdout.held.slice(0, end));
  stdout.held = stdout.held.slice(end);
}

/** error(3): what standard output still holds is written first. */
export function complain(cx: ProgramContext, stdout: Stdout, text: string): void {
  flush(cx, stdout);
  cx.write(2, text);
}
