/**
 * Interactive sessions as a real bash had them: `bash --norc --noprofile -i` of bash 5.2 on a pseudo-terminal, with `PS1='P$ '`. A
 * step types a line, perhaps with Ctrl-C so many seconds later, or presses Ctrl-C or Ctrl-D. Pids stand as `PID`.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Session } from "../../src/shell/session.ts";

interface Step {
  readonly type?: string;
  readonly interrupt?: number;
  readonly cancel?: true;
  readonly end?: true;
}

interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly transcript: string;
}

const CASES = readFileSync(new URL("interactive.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

/** What stands on the terminal in the end. */
async function transcriptOf(steps: readonly Step[]): Promise<string> {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  /** Virtual time of the next Ctrl-C. */
  let interruptAt = Number.POSITIVE_INFINITY;
  const session: Session = await Session.open({
    stdout: write,
    stderr: write,
    isTerminal: true,
    setup: { name: "setup", text: "PS1='P$ '" },
    pace: {
      slice: 10_000_000,
      pause: async (now, isLive) => {
        turns = now === lastTurn ? turns + 1 : 0;
        lastTurn = now;
        // A loop that never waits does not reach the time.
        if (!isLive || (now < interruptAt && turns < 100)) return;
        if (interruptAt === Number.POSITIVE_INFINITY) return;
        interruptAt = Number.POSITIVE_INFINITY;
        write("^C\n");
        await session.interrupt();
      },
    },
  });
  let lastTurn = -1;
  let turns = 0;
  for (const { type, interrupt, cancel, end } of steps) {
    if (session.asked === null) break;
    write(session.prompt);
    if (type !== undefined) {
      write(`${type}\n`);
      if (interrupt !== undefined) interruptAt = session.now + interrupt * 1e9;
      await session.type(type);
    } else if (end) await session.end();
    else if (cancel) {
      write("^C\n");
      await session.interrupt();
    }
  }
  session.close();
  return text;
}

/** Where lines break around `^C` is the terminal's business. */
function plain(transcript: string): string {
  return transcript.replace(/\^C\n?/g, "").replace(/^((?:P\$ )?\[\d+\]) \d+$/gm, "$1 PID");
}

describe("an interactive session", () => {
  it.each(CASES)("should go as with bash: $name", async ({ steps, transcript }) => {
    expect(plain(await transcriptOf(steps))).toBe(plain(transcript));
  });
});
