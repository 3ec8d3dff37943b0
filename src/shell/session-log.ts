/** What came from outside during a session, and how it stands in the log, as rows `script` of {"name", "text"}. */
import type { Nanos } from "../core/nanos.ts";
import { KIND } from "../events/kinds.ts";
import type { LogReader } from "../events/log-reader.ts";
import type { Run } from "../simulation/run.ts";

export type Input =
  /** The shell begins, with the setup script. */
  | { readonly kind: "start" }
  /** A line that was typed, with its newline. */
  | { readonly kind: "text"; readonly text: string }
  /** Ctrl-D. */
  | { readonly kind: "end" }
  /** Ctrl-C at the prompt. */
  | { readonly kind: "cancel" }
  /** Time goes on at the prompt. */
  | { readonly kind: "pass"; readonly until: Nanos };

/** Ctrl-C while something ran: the place is found again whatever the pace is. */
export interface Interrupt {
  readonly time: Nanos;
  /** Which of the turns at that instant. */
  readonly turn: number;
  /** Nothing of the line may go on. */
  readonly isForced: boolean;
}

export interface Setup {
  readonly name: string;
  readonly text: string;
}

/** Names of rows; the first row is the setup script, whatever its name. */
const TERMINAL = "terminal";
const PASS = ":until";
const INTERRUPT = "interrupt";

export function noteInput(run: Run, input: Exclude<Input, { kind: "pass" }>, setup: Setup | undefined): void {
  if (input.kind === "start") run.noteScript(setup?.name ?? "", setup?.text ?? "");
  else if (input.kind === "text") run.noteScript(TERMINAL, input.text);
  else run.noteScript(TERMINAL, input.kind === "end" ? "\x04" : "\x03");
}

/** At the end of time that was let pass. */
export function notePass(run: Run, until: Nanos): void {
  run.noteScript(PASS, `${until} ns`);
}

export function noteInterrupt(run: Run, { turn, isForced }: Omit<Interrupt, "time">): void {
  run.noteScript(INTERRUPT, `turn ${turn}${isForced ? ", forced" : ""}`);
}

/** An input as a log has it. */
export interface LoggedInput {
  readonly input: Input;
  /** Virtual time at which it came, and the row in front of it; -1: the log does not say. */
  readonly time: Nanos;
  readonly seq: number;
  readonly interrupts: readonly Interrupt[];
}

export interface LoggedSession {
  readonly setup: Setup;
  /** The start first. */
  readonly inputs: readonly LoggedInput[];
}

/** The inputs of a session, or of a run of one script; null: the log has none. */
export function readSession(log: LogReader): LoggedSession | null {
  let setup: Setup | null = null;
  const inputs: { input: Input; time: Nanos; seq: number; interrupts: Interrupt[] }[] = [];
  const add = (input: Input, time: Nanos, seq: number) => inputs.push({ input, time, seq, interrupts: [] });
  for (const { kind, data, time, seq } of log.rows()) {
    if (kind !== KIND.script) continue;
    const row = JSON.parse(data) as Setup;
    if (setup === null) {
      setup = row;
      add({ kind: "start" }, -1, -1);
    } else if (row.name === PASS) add({ kind: "pass", until: time }, -1, -1);
    else if (row.name === TERMINAL) add(typedInput(row.text), time, seq - 1);
    else if (row.name === INTERRUPT) {
      const turn = Number(/^turn (\d+)/.exec(row.text)?.[1]);
      inputs.at(-1)!.interrupts.push({ time, turn, isForced: row.text.endsWith("forced") });
    }
  }
  return setup === null ? null : { setup, inputs };
}

function typedInput(text: string): Input {
  if (text === "\x04") return { kind: "end" };
  return text === "\x03" ? { kind: "cancel" } : { kind: "text", text };
}
