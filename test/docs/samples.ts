/**
 * Finds the fenced blocks of the documentation and says what each is:
 *
 * | info string | what happens |
 * |---|---|
 * | `sh` | the commands (`vethsim`, `npx vethsim`, `cat`, ...) run in the page's folder; `npm` commands must exist |
 * | `bash scenario` | saved as `file="NAME"` in the page's folder, if it has that word, and run by `vethsim run` |
 * | `ts` | type-checked and run, with `vethsim` being `src/index.ts` |
 * | `text session` | a session of `vethsim shell` (words `setup`, or `resume` and `at`): what is typed at its prompts shows all the rest |
 * | `text output` | what the block before it prints on standard output; a line `...` stands for any lines |
 * | `text` | a picture |
 * | any, and `no-run="REASON"` | nothing, for that reason |
 */
export type SampleKind =
  | "commands"
  | "scenario"
  | "typescript"
  | "session"
  | "output"
  | "picture"
  | "not run";

export interface Sample {
  /** `README.md:12` */
  readonly place: string;
  readonly kind: SampleKind;
  readonly text: string;
  /** Words of the info string of the form `name="value"`. */
  readonly words: ReadonlyMap<string, string>;
  /** The `text output` block directly behind it. */
  readonly expected: string | null;
}

/** Commands that a `sh` block may begin a line with. */
const COMMANDS = /^(vethsim|npx vethsim|npm (ci|test|install|run [\w:-]+)|cat|head|diff|ls)\b/;

const KINDS: readonly (readonly [RegExp, SampleKind])[] = [
  [/^sh$/, "commands"],
  [/^bash scenario$/, "scenario"],
  [/^ts$/, "typescript"],
  [/^text session$/, "session"],
  [/^text output$/, "output"],
  [/^text$/, "picture"],
];

/** Thrown for a block in no known form; the message begins with its place. */
export class SampleError extends Error {}

function kindOf(place: string, info: string, words: ReadonlyMap<string, string>): SampleKind {
  if (words.has("no-run")) {
    if (words.get("no-run")!.trim() === "") throw new SampleError(`${place}: no-run needs a reason`);
    return "not run";
  }
  const form = info.replace(/\s*[\w-]+="[^"]*"/g, "").trim();
  const found = KINDS.find(([pattern]) => pattern.test(form));
  if (found === undefined)
    throw new SampleError(`${place}: a block of the form "${info}" would not be tested`);
  return found[1];
}

/** Commands of a `sh` block, a line each; continued lines are joined, comments left out. */
export function commandLines(text: string): string[] {
  return text
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

function checkCommands(place: string, text: string): void {
  for (const line of commandLines(text)) {
    for (const part of line.split(/\s*(?:&&|\|\||\||;)\s*/)) {
      if (!COMMANDS.test(part))
        throw new SampleError(`${place}: "${part}" is not a command that samples may run`);
    }
  }
}

/** Names of the package's scripts that a `sh` block calls. */
export function scriptsCalled(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run )?([\w:-]+)/g)]
    .map((match) => match[1]!)
    .filter((name) => !/^(ci|install)$/.test(name));
}

/** All blocks of a page, in order; each `text output` joined to the block it belongs to. */
export function samplesOf(page: string, markdown: string): Sample[] {
  const samples: Sample[] = [];
  const lines = markdown.split("\n");
  for (let n = 0; n < lines.length; n++) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(lines[n]!);
    if (fence === null) continue;
    const [, indent, marks, info] = fence as unknown as [string, string, string, string];
    const end = lines.findIndex((line, m) => m > n && line.trim() === marks);
    const place = `${page}:${n + 1}`;
    if (end < 0) throw new SampleError(`${place}: the block has no end`);
    const text = lines
      .slice(n + 1, end)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
      .join("\n")
      .concat("\n");
    const words = new Map([...info.matchAll(/([\w-]+)="([^"]*)"/g)].map((match) => [match[1]!, match[2]!]));
    const kind = kindOf(place, info, words);
    if (kind === "commands") checkCommands(place, text);
    if (kind === "output") {
      const before = samples.at(-1);
      if (before === undefined || before.kind === "picture" || before.expected !== null) {
        throw new SampleError(`${place}: output of nothing`);
      }
      samples[samples.length - 1] = { ...before, expected: text };
    } else samples.push({ place, kind, text, words, expected: null });
    n = end;
  }
  return samples;
}

/** Is `actual` what a page expects? Blanks at line ends do not count; a line `...` stands for any lines. */
export function agrees(expected: string, actual: string): boolean {
  const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const tidy = (text: string) => text.replace(/[ \t]+$/gm, "").trimEnd();
  const pattern = tidy(expected)
    .split("\n")
    .map((line) => (line.trim() === "..." ? "(?:[^\n]*\n)*?" : `${quoted(line)}(?:\n|$)`))
    .join("");
  return new RegExp(`^${pattern}$`).test(
    expected.trimEnd().endsWith("...") ? `${tidy(actual)}\n` : tidy(actual),
  );
}
