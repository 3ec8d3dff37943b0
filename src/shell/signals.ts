/**
 * Signals of Linux on x86: their numbers and what they do to a process that takes no care.
 * @source signal(7)
 */
const NUMBERS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

export type SignalName = keyof typeof NUMBERS;

/** Ignored by default; the stop signals too, as nothing here has job control. */
const HARMLESS: ReadonlySet<SignalName> = new Set([
  "CHLD",
  "CONT",
  "URG",
  "WINCH",
  "STOP",
  "TSTP",
  "TTIN",
  "TTOU",
]);

export function isHarmless(signal: SignalName): boolean {
  return HARMLESS.has(signal);
}

export function signalNumber(signal: SignalName): number {
  return NUMBERS[signal];
}

export const SIGNAL_NAMES: readonly SignalName[] = Object.keys(NUMBERS) as SignalName[];

/** Reads `TERM`, `SIGTERM`, `term` or `15`; null: no such signal. Number 0 is not a signal here. */
export function parseSignal(text: string): SignalName | null {
  if (/^\d+$/.test(text)) return SIGNAL_NAMES.find((name) => NUMBERS[name] === Number(text)) ?? null;
  const upper = text.toUpperCase();
  const name = upper.startsWith("SIG") ? upper.slice(3) : upper;
  return Object.hasOwn(NUMBERS, name) ? (name as SignalName) : null;
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
  return TEXTS[signal] ?? `Signal ${NUMBERS[signal]}`;
}
