/**
 * Signals of Linux on x86: their numbers and what they do to a process that takes no care.
 * @source signal(7)
 */
import { SIGNAL_NUMBERS, type SignalName } from "../core/signals.ts";

export type { SignalName };

/** Ignored by default. */
const HARMLESS: ReadonlySet<SignalName> = new Set(["CHLD", "CONT", "URG", "WINCH"]);
/** Stop a process by default. */
const STOPPING: ReadonlySet<SignalName> = new Set(["STOP", "TSTP", "TTIN", "TTOU"]);

export function isHarmless(signal: SignalName): boolean {
  return HARMLESS.has(signal);
}

export function isStop(signal: SignalName): boolean {
  return STOPPING.has(signal);
}

export function signalNumber(signal: SignalName): number {
  return SIGNAL_NUMBERS[signal];
}

export const SIGNAL_NAMES: readonly SignalName[] = Object.keys(SIGNAL_NUMBERS) as SignalName[];

/** Reads `TERM`, `SIGTERM`, `term` or `15`; null: no such signal. Number 0 is not a signal here. */
export function parseSignal(text: string): SignalName | null {
  if (/^\d+$/.test(text)) return SIGNAL_NAMES.find((name) => SIGNAL_NUMBERS[name] === Number(text)) ?? null;
  const upper = text.toUpperCase();
  const name = upper.startsWith("SIG") ? upper.slice(3) : upper;
  return Object.hasOwn(SIGNAL_NUMBERS, name) ? (name as SignalName) : null;
}

/** What `kill -l` and `trap -l` list. */
export function signalTable(): string {
  const realTime = (number: number) =>
    number < 50
      ? `RTMIN${number > 34 ? `+${number - 34}` : ""}`
      : `RTMAX${number < 64 ? `-${64 - number}` : ""}`;
  const cells = SIGNAL_NAMES.map((name) => [signalNumber(name), name] as const);
  const all = [...cells, ...Array.from({ length: 31 }, (_, i) => [i + 34, realTime(i + 34)] as const)];
  let text = "";
  for (const [i, [number, name]] of all.entries()) {
    text += `${String(number).padStart(2)}) SIG${name}`;
    text += i % 5 === 4 ? "\n" : "\t";
  }
  return `${text}\n`;
}

/** @source strsignal(3) of glibc */
const TEXTS: Partial<Readonly<Record<SignalName, string>>> = {
  HUP: "Hangup",
  QUIT: "Quit",
  ILL: "Illegal instruction",
  TRAP: "Trace/breakpoint trap",
  ABRT: "Aborted",
  BUS: "Bus error",
  FPE: "Floating point exception",
  KILL: "Killed",
  USR1: "User defined signal 1",
  SEGV: "Segmentation fault",
  USR2: "User defined signal 2",
  ALRM: "Alarm clock",
  TERM: "Terminated",
};

export function describeSignal(signal: SignalName): string {
  return TEXTS[signal] ?? `Signal ${SIGNAL_NUMBERS[signal]}`;
}
