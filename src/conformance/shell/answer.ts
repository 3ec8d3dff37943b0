/** What a shell answers to a script, and how two answers are compared. */
import { lineDiff } from "../align.ts";
import { visible } from "../difference.ts";

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** What a script is called, in messages. */
export const SCRIPT_NAME = "case.sh";

/** Where an error is said to be is no part of a comparison: `FILE: line N:`. */
export function withoutPrefixes(text: string): string {
  return text.replace(/^\S+: line \d+: /gm, "").replaceAll(PLACES, "$1");
}

/** Of messages that a script sent elsewhere, or that name what was read. */
const PLACES = new RegExp(`^${SCRIPT_NAME}: (eval: )?line \\d+: `, "gm");

/** Lines that tell how two answers differ; none: they agree. Lines with `-` are expected, with `+` are what came instead. */
export function answerDiff(expected: Answer, actual: Answer): string[] {
  const lines: string[] = [];
  if (expected.status !== actual.status) lines.push("status:", `- ${expected.status}`, `+ ${actual.status}`);
  const compare = (name: string, a: string, b: string) => {
    if (a !== b) lines.push(`${name}:`, ...lineDiff(a, b, visible));
  };
  compare("stdout", expected.stdout.replace(PLACES, "$1"), actual.stdout.replace(PLACES, "$1"));
  compare("stderr", withoutPrefixes(expected.stderr), withoutPrefixes(actual.stderr));
  return lines;
}
