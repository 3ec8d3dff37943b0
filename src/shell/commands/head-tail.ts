/**
 * head(1) and tail(1) of GNU coreutils, without following.
 * @source coreutils 9.1, src/head.c, src/tail.c
 */
import { strerror } from "../../core/errno.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { linesOf, usageError } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";

const SPEC = {
  flags: "qvzf",
  values: "nc",
  long: { lines: "n", bytes: "c", quiet: "q", silent: "q", verbose: "v", follow: "f" },
  digits: "n",
};

interface Count {
  readonly unit: "lines" | "bytes";
  readonly sign: "" | "+" | "-";
  readonly value: number;
}

function countOf(cx: ToolContext, options: Options): Count | null {
  const unit = options.has("c") ? "bytes" : "lines";
  const text = options.value(unit === "bytes" ? "c" : "n") ?? "10";
  const match = /^([-+]?)(\d+)([kKM]?)$/.exec(text);
  if (match === null) {
    cx.err(`${cx.argv[0]}: invalid number of ${unit}: '${text}'\n`);
    return null;
  }
  const scale = { "": 1, k: 1024, K: 1024, M: 1_048_576 }[match[3]!]!;
  return { unit, sign: match[1] as Count["sign"], value: Number(match[2]) * scale };
}

async function run(
  cx: ToolContext,
  part: (text: string, count: Count) => string,
  stream: ((cx: ToolContext, count: Count) => Promise<boolean>) | null,
): Promise<number> {
  const parsed = parseOptions(cx, SPEC);
  if (parsed === null) return 1;
  if (parsed.has("f")) return usageError(cx, "option -f is not supported");
  const count = countOf(cx, parsed);
  if (count === null) return 1;
  const operands = parsed.operands.length > 0 ? parsed.operands : ["-"];
  const showsNames = (operands.length > 1 && !parsed.has("q")) || parsed.has("v");
  let status = 0;
  for (const [i, path] of operands.entries()) {
    if (path === "-" && !showsNames && stream !== null && (await stream(cx, count))) continue;
    const read = await readFile(cx, path);
    if (!read.ok) {
      const what = read.errno === "EISDIR" ? `error reading '${path}'` : `cannot open '${path}' for reading`;
      cx.err(`${cx.argv[0]}: ${what}: ${strerror(read.errno)}\n`);
      status = 1;
      continue;
    }
    if (showsNames) cx.out(`${i > 0 ? "\n" : ""}==> ${path === "-" ? "standard input" : path} <==\n`);
    cx.out(part(read.value, count));
    await cx.drain();
  }
  return status;
}

function joined(text: string, lines: readonly string[], isWholeEnd: boolean): string {
  return lines.length === 0 ? "" : lines.join("\n") + (isWholeEnd && !text.endsWith("\n") ? "" : "\n");
}

export const head: Tool = (cx) =>
  run(
    cx,
    (text, { unit, sign, value }) => {
      if (unit === "bytes")
        return sign === "-" ? text.slice(0, Math.max(0, text.length - value)) : text.slice(0, value);
      const lines = linesOf(text);
      const kept = sign === "-" ? lines.slice(0, Math.max(0, lines.length - value)) : lines.slice(0, value);
      return joined(text, kept, kept.length === lines.length);
    },
    async (own, { unit, sign, value }) => {
      if (unit === "bytes" || sign === "-") return false;
      // Ends as soon as it has its lines, so that the writer of the pipe gets SIGPIPE.
      for (let i = 0; i < value; i++) {
        const line = await own.readLine();
        if (line === null) break;
        own.out(line);
        await own.drain();
      }
      return true;
    },
  );

export const tail: Tool = (cx) =>
  run(
    cx,
    (text, { unit, sign, value }) => {
      if (unit === "bytes")
        return sign === "+" ? text.slice(Math.max(0, value - 1)) : value === 0 ? "" : text.slice(-value);
      const lines = linesOf(text);
      const kept =
        sign === "+" ? lines.slice(Math.max(0, value - 1)) : value === 0 ? [] : lines.slice(-value);
      return joined(text, kept, true);
    },
    null,
  );
