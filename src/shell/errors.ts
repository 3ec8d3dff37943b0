/** How control leaves a script's normal course: thrown inside a task, caught by the construct it is meant for. */
import type { SignalName } from "./signals.ts";

/** `break N`, `continue N`. */
export class LoopJump {
  constructor(
    readonly kind: "break" | "continue",
    readonly levels: number,
    /** Of the loop. */
    readonly status = 0,
  ) {}
}

/** `return N`. */
export class ReturnJump {
  constructor(readonly status: number) {}
}

/** `exit N`, `set -e`, an error that ends a non-interactive shell. */
export class ExitJump {
  constructor(
    readonly status: number,
    /** Redirections of the commands around it hold for the EXIT trap: `exit` itself, and `set -e` up to the function called. */
    readonly cause: "exit" | "errexit" | "error" = "error",
  ) {}
}

/** An error that would end a script brings an interactive shell back to its prompt. */
export class AbandonJump {
  constructor(readonly status: number) {}
}

/** The process dies of a signal that it neither ignores nor traps. */
export class SignalDeath {
  constructor(readonly signal: SignalName) {}
}

/** An expansion or an assignment failed: bash prints `NAME: line N: TEXT` and a non-interactive shell exits. */
export class ExpansionError extends Error {
  override readonly name = "ExpansionError";
  constructor(
    message: string,
    readonly status = 1,
    /** The shell goes on with the next command line, as after an arithmetic error. */
    readonly isFatal = true,
  ) {
    super(message);
  }
}

/** An expression that is none, or that divides by 0. */
export class ArithmeticError extends ExpansionError {
  constructor(message: string) {
    super(message, 1, false);
  }
}

/**
 * An error that bash reports as one of the script: it abandons the command line, and under `set -e` ends the shell at once, even in
 * a condition.
 * @source bash 5.2 error.c: report_error()
 */
export class ReportedError extends ExpansionError {
  constructor(message: string) {
    super(message, 1, false);
  }
}

/** An assignment to a variable that is `readonly`: told without a builtin's name before it. */
export class ReadonlyError extends ReportedError {
  constructor(variable: string) {
    super(`${variable}: readonly variable`);
  }
}

/** A builtin's arguments are so wrong that the rest of the command line is abandoned. */
export class AbandonedLine extends ExpansionError {
  constructor(message: string, status: number) {
    super(message, status, false);
  }
}

/** The whole run ends: a limit was reached, all tasks wait for each other, or the script needs what is not supported. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
}

/** The run ends at a limit or in a deadlock: what no command is to blame for, but the one under way is named. */
export class GivenUp extends ScriptError {
  constructor(
    private readonly reason: string,
    /** Who waits for what; empty: nobody waits. */
    private readonly waiting = "",
  ) {
    super(waiting === "" ? reason : `${reason}; ${waiting}`);
  }

  during(command: string): string {
    return [this.reason + (command === "" ? "" : ` during: ${command}`), this.waiting]
      .filter(Boolean)
      .join("; ");
  }
}
