/** Where the lines of an interactive session come from: a pipe, or somebody at a terminal. */
import { createInterface, type Interface } from "node:readline";
import { encode } from "../core/octets.ts";
import type { Io } from "./io.ts";

export type Typed =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-D, or the end of the pipe. */
  | { readonly kind: "end" }
  /** Ctrl-C. */
  | { readonly kind: "cancel" };

export interface Typist {
  next(prompt: string): Promise<Typed>;
  close(): void;
}

/** Lines of a pipe. */
export class PipeTypist implements Typist {
  private readonly lines: AsyncIterator<string>;

  constructor(io: Io) {
    this.lines = io.readLines()[Symbol.asyncIterator]();
  }

  async next(): Promise<Typed> {
    const { done, value } = await this.lines.next();
    return done === true ? { kind: "end" } : { kind: "line", text: value };
  }

  close(): void {
    void this.lines.return?.();
  }
}

export interface TerminalTypistOptions {
  readonly terminal: NonNullable<Io["terminal"]>;
  /** Lines of earlier sessions, the newest first. */
  readonly history: readonly string[];
  /** Gives what may stand at the end of a line, and that end. */
  readonly complete: (line: string) => readonly [readonly string[], string];
  /** Ctrl-C while nothing is asked. */
  readonly onInterrupt: () => void;
}

const HISTORY_LINES = 1000;
/** Of a terminal that does not tell. */
const COLUMNS = 80;
/** So much of a line without an end is remembered, in UTF-16 units. */
const PARTIAL_MAX = 1 << 12;

/** Somebody at a terminal. What is typed while something runs is taken when it is asked for. */
export class TerminalTypist implements Typist {
  history: readonly string[];
  private editor: Interface;
  private isClosed = false;
  private readonly ahead: string[] = [];
  private answer: ((typed: Typed) => void) | null = null;
  /** What stands on the line that the cursor is on. */
  private partial = "";

  constructor(private readonly options: TerminalTypistOptions) {
    this.history = options.history;
    this.editor = this.open();
  }

  /** Shows what a command writes. */
  write(text: string): void {
    if (text === "") return;
    this.options.terminal.output.write(encode(text));
    this.partial = (this.partial + text).slice(-PARTIAL_MAX).replace(/^.*\n/s, "");
  }

  next(prompt: string): Promise<Typed> {
    const { editor } = this;
    const { terminal } = this.options;
    // The editor draws the line anew from its first column on, and knows of no line that is longer than the screen.
    const { partial } = this;
    const isTooLong = partial.length + prompt.length >= (terminal.output.columns || COLUMNS);
    if (partial.endsWith("^C") || (partial !== "" && isTooLong)) this.write("\n");
    editor.setPrompt(this.partial + prompt);
    editor.prompt(true);
    const text = this.ahead.shift();
    if (text !== undefined) {
      this.options.terminal.output.write(`${text}\n`);
      return Promise.resolve({ kind: "line", text });
    }
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  close(): void {
    this.isClosed = true;
    this.editor.close();
  }

  private tell(typed: Typed): void {
    const { answer } = this;
    this.answer = null;
    this.partial = "";
    this.editor.setPrompt("");
    answer?.(typed);
  }

  private open(): Interface {
    const { terminal, complete, onInterrupt } = this.options;
    const editor = createInterface({
      ...terminal,
      terminal: true,
      history: [...this.history],
      historySize: HISTORY_LINES,
      completer: (line: string) => [[...complete(line)[0]], complete(line)[1]],
    });
    editor.on("history", (history: string[]) => {
      this.history = [...history];
    });
    editor.on("line", (text) => {
      if (this.answer === null) this.ahead.push(text);
      else this.tell({ kind: "line", text });
    });
    editor.on("SIGINT", () => {
      this.write("^C");
      this.ahead.length = 0;
      if (this.answer === null) {
        onInterrupt();
        return;
      }
      editor.write(null, { ctrl: true, name: "e" });
      this.write("\n");
      Object.assign(editor, { line: "", cursor: 0 });
      this.tell({ kind: "cancel" });
    });
    // Ctrl-D closes the editor; the next one is there at once, so that Ctrl-C is heard while something runs.
    editor.on("close", () => {
      if (!this.isClosed) this.open();
      this.tell({ kind: "end" });
    });
    this.editor = editor;
    return editor;
  }
}
