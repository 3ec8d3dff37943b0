/**
 * The terminal of an interactive session: what is typed waits here until a shell asks for a line, or a command reads. While it is
 * waited for, virtual time stands still.
 */
import type { Errno } from "../core/errno.ts";
import type { OpenFile, Taken } from "./fds.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Task } from "./tasks.ts";

/** What is wanted of the person at the terminal. */
export interface Ask {
  /** `command`: a new line; `more`: the rest of one; `text`: a command reads. */
  readonly kind: "command" | "more" | "text";
  /** The value that `PS1` or `PS2` gives; null: `PS1` is not set. */
  readonly prompt: string | null;
}

export type Answer =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "end" }
  /** Ctrl-C at the prompt. */
  | { readonly kind: "cancel" }
  /** Time has passed at the prompt. */
  | { readonly kind: "again" };

export class Terminal implements OpenFile {
  refs = 0;
  readonly label = "the terminal";
  /** What the session waits for; null: something runs. */
  asked: Ask | null = null;
  /** Interactive shells, the innermost last. */
  readonly shells: Interpreter[] = [];
  private text = "";
  private hasEnd = false;
  private special: "cancel" | "again" | null = null;
  private reader: Task | null = null;

  /**
   * @param isShown somebody watches: notices of jobs are printed
   * @param onAsk called when `asked` was set
   */
  constructor(
    readonly isShown: boolean,
    private readonly output: (text: string) => void,
    private readonly wake: (task: Task) => void,
    private readonly onAsk: () => void,
  ) {}

  // ------------------------------------------------------------------------------------------ the person's side

  /** Types text; null: Ctrl-D. */
  supply(text: string | null): void {
    if (text === null) this.hasEnd = true;
    else this.text += text;
    this.wakeReader();
  }

  /** Lets a shell that waits at its prompt begin anew. */
  restart(kind: "cancel" | "again"): void {
    this.special = kind;
    this.wakeReader();
  }

  private wakeReader(): void {
    this.asked = null;
    if (this.reader !== null) this.wake(this.reader);
    this.reader = null;
  }

  // ------------------------------------------------------------------------------------------ a shell's side

  /** Waits for a line, without its newline. */
  async ask(sh: Interpreter, ask: Ask): Promise<Answer> {
    let line = "";
    for (;;) {
      const { special } = this;
      this.special = null;
      if (special !== null) return { kind: special };
      const taken = this.take(Number.POSITIVE_INFINITY, "\n");
      if (taken.kind === "text") {
        line += taken.text;
        if (line.endsWith("\n")) return { kind: "line", text: line.slice(0, -1) };
      } else if (taken.kind === "end") return line === "" ? { kind: "end" } : { kind: "line", text: line };
      else {
        this.reader = sh.process.task;
        this.want(ask);
        await sh.process.wait(this.label);
      }
    }
  }

  private want(ask: Ask): void {
    this.asked = ask;
    this.onAsk();
  }

  // ------------------------------------------------------------------------------------------ a command's side

  /** For isatty(3). */
  get isTerminal(): boolean {
    return this.isShown;
  }

  write(text: string): Errno | null {
    this.output(text);
    return null;
  }

  take(max: number, stop: string | null): Taken {
    if (this.text === "") {
      if (!this.hasEnd) return { kind: "wait" };
      this.hasEnd = false;
      return { kind: "end" };
    }
    const found = stop === null ? -1 : this.text.indexOf(stop);
    const end = Math.min(this.text.length, max, found < 0 ? Number.POSITIVE_INFINITY : found + 1);
    const text = this.text.slice(0, end);
    this.text = this.text.slice(end);
    return { kind: "text", text };
  }

  awaitText(task: Task): void {
    this.reader = task;
    this.want({ kind: "text", prompt: null });
  }
}
