/** Types what a page shows behind its prompts, and gives what the terminal shows then. */
import { runColonLine } from "../../src/cli/colon.ts";
import type { Io } from "../../src/cli/io.ts";
import { WallPace } from "../../src/cli/pace.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { Session } from "../../src/shell/session.ts";

const PROMPTED = /^(?:vethsim \S+ \S+# |> )(.*)$/;
const SLICE = 10_000_000;

interface Typed {
  readonly text: string;
  /** Lines that are shown before Ctrl-C is pressed; null: it is not. */
  readonly interrupt: number | null;
}

export interface Beginning {
  readonly setup: { readonly name: string; readonly text: string } | null;
  /** Of the session or run to go on from, and the virtual time. */
  readonly log: Uint8Array | null;
  readonly at: number | null;
}

export async function transcriptOf(shown: string, { setup, log, at }: Beginning): Promise<string> {
  let text = "";
  let since = 0;
  let interrupt: number | null = null;
  const write = (more: string) => {
    text += more;
  };
  const pause = async () => {
    if (interrupt === null || text.slice(since).split("\n").length <= interrupt) return;
    interrupt = null;
    write("^C\n");
    await session.interrupt();
  };
  const options = { stdout: write, stderr: write, isTerminal: true, pace: { slice: SLICE, pause } };
  const session: Session =
    log === null
      ? await Session.open({ ...options, ...(setup === null ? {} : { setup }) })
      : (await Session.resume(options, new LogReader(log), at))!;
  text = "";
  for (const typed of linesOf(shown)) {
    write(`${session.prompt}${typed.text}\n`);
    since = text.length;
    interrupt = typed.interrupt;
    if (session.asked?.kind !== "command" || !typed.text.startsWith(":")) await session.type(typed.text);
    else {
      const io = { stdout: write, stderr: write } as Io;
      await runColonLine(typed.text.slice(1), { session, pace: new WallPace(1), io });
    }
  }
  session.close();
  return text;
}

function linesOf(shown: string): Typed[] {
  const typed: { text: string; interrupt: number | null }[] = [];
  let count = 0;
  for (const line of shown.split("\n")) {
    const prompted = PROMPTED.exec(line)?.[1];
    if (prompted !== undefined) {
      typed.push({ text: prompted, interrupt: null });
      count = 0;
    } else if (line === "^C") typed.at(-1)!.interrupt = count;
    else count++;
  }
  return typed;
}
