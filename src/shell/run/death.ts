/** What a shell says of a child that died of a signal. */
import type { Interpreter } from "../interpreter.ts";
import type { Process } from "../process.ts";
import { describeSignal, type SignalName } from "../signals.ts";

/** @source bash 5.2 jobs.c: notify_of_job_status(), as Debian builds it */
const SILENT: ReadonlySet<SignalName> = new Set(["INT", "PIPE", "TERM"]);

export function reportDeath(
  sh: Interpreter,
  process: Process,
  text: () => string,
  isForeground: boolean,
): void {
  const signal = process.diedOf;
  if (signal === null) return;
  if (sh.isDash) {
    if (signal !== "INT" && signal !== "PIPE") sh.process.write(2, `${describeSignal(signal)}\n`);
    return;
  }
  if (!SILENT.has(signal) && !sh.traps.has(signal))
    sh.complain(`${String(process.pid).padStart(5)} ${describeSignal(signal).padEnd(24)}${text()}`.trimEnd());
  else if (isForeground && signal !== "INT" && signal !== "PIPE")
    sh.process.write(2, `${describeSignal(signal)}\n`);
}
