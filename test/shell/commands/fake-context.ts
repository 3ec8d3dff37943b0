/** Runs a command against a kernel that a test supplies, and keeps what it wrote and asked. */
import { readFileSync } from "node:fs";
import { granted, type Result, refused } from "../../../src/core/result.ts";
import type { BodyOf, Operation, ReplyOf } from "../../../src/events/requests.ts";
import type { Command, CommandContext } from "../../../src/shell/host.ts";

export type Kernel = <Op extends Operation>(op: Op, body: BodyOf<Op>) => Result<ReplyOf<Op>> | undefined;

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly rc: number;
}

/** The words of a recorded command line: quotes, backslashes, nothing else. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [, word] of line.matchAll(/\s*((?:'[^']*'|"[^"]*"|[^\s'"])+)/g)) {
    words.push(
      word!.replace(
        /'([^']*)'|"([^"]*)"/g,
        (_, a: string | undefined, b: string | undefined) => a ?? b ?? "",
      ),
    );
  }
  return words;
}

/** Requests that `kernel` does not answer are refused with EOPNOTSUPP. */
export async function run(
  command: Command,
  line: string,
  kernel: Kernel,
  env: ReadonlyMap<string, string> = new Map(),
): Promise<Ran> {
  let out = "";
  let err = "";
  const cx = {
    argv: splitWords(line),
    env,
    cwd: "/",
    pid: 1,
    netns: 0,
    request: <Op extends Operation>(op: Op, body: BodyOf<Op>) => kernel(op, body) ?? refused("EOPNOTSUPP"),
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    drain: async () => {},
    readAll: async () => "",
    readLine: async () => null,
  } as unknown as CommandContext;
  const rc = await command(cx);
  return { out, err, rc };
}

/** Files by path; directories are not needed. */
export function files(contents: Map<string, string>): Kernel {
  return (op, body) => {
    const { path, data } = body as { path: string; data: string };
    if (op === "FILE_READ") {
      const text = contents.get(path);
      return (text === undefined ? refused("ENOENT") : granted(text)) as never;
    }
    if (op === "FILE_WRITE") {
      contents.set(path, data);
      return granted(null) as never;
    }
    return undefined;
  };
}

export interface Step extends Ran {
  readonly cmd: string;
}

/** Commands recorded with the real tools, in order. */
export function recorded(url: URL): readonly Step[] {
  return JSON.parse(readFileSync(url, "utf8")) as Step[];
}
