/** What the command line needs of the process it runs in; tests hand in their own. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Standard error is a terminal: somebody watches. */
  readonly isErrTerminal: boolean;
  /** All of standard input. */
  readonly readStdin: () => string;
  /** Standard input line by line, without the newlines. */
  readonly readLines: () => AsyncIterable<string>;
  /** The terminal that somebody sits at, for line editing; null: input or output is none. */
  readonly terminal: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream } | null;
  /** Tells of Ctrl-C; gives the function that stops listening. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (status: number) => void;
}

/** Something that the user can put right: printed without a stack, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What a system call said, with the path: `FILE: no such file or directory`. */
export function fileError(path: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EISDIR") return new UsageError(`${path}: is a directory`);
  const said = code === undefined ? null : /^[A-Z]+: (.*?)(?:, \w+(?: .*)?)?$/.exec(message)?.[1];
  return new UsageError(`${path}: ${said ?? message}`);
}
