/**
 * tee(1) of GNU coreutils.
 * @source coreutils 9.1, src/tee.c
 */
import { type Errno, strerror } from "../../core/errno.ts";
import type { Tool } from "../tool.ts";
import { parseOptions } from "./options.ts";
import { quoteNameIfNeeded } from "./quoting.ts";
import { wordOf } from "./uniq.ts";

const BLOCK = 8192;

export const tee: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "aip",
    long: { append: "a", "ignore-interrupts": "i", "output-error": "error=?" },
  });
  if (parsed === null) return 1;
  const { process } = cx;
  let onError: string | null = parsed.has("p") ? "warn-nopipe" : null;
  if (parsed.has("error")) {
    onError = wordOf(cx, "output-error", parsed.value("error") || "warn-nopipe", [
      "warn",
      "warn-nopipe",
      "exit",
      "exit-nopipe",
    ]);
    if (onError === null) return 1;
  }
  if (parsed.has("i")) process.ignored.add("INT");
  // Otherwise a pipe without a reader ends it.
  if (onError !== null) process.ignored.add("PIPE");
  let status = 0;
  const outputs = [{ fd: 1, name: "standard output" }];
  for (const name of parsed.operands) {
    const opened = process.userland.files.open(process, name, parsed.has("a") ? "append" : "write");
    if (!opened.ok) {
      cx.err(`tee: ${quoteNameIfNeeded(name)}: ${strerror(opened.errno)}\n`);
      status = 1;
      continue;
    }
    const fd = process.fds.free(3);
    process.fds.set(fd, opened.value);
    outputs.push({ fd, name });
  }
  while (outputs.length > 0) {
    const taken = await process.take(0, BLOCK, null);
    if (taken.kind === "refused") {
      cx.err(`tee: read error: ${strerror(taken.errno)}\n`);
      return 1;
    }
    if (taken.kind !== "text") break;
    for (const output of [...outputs]) {
      const errno: Errno | null = process.write(output.fd, taken.text);
      await process.drain(output.fd);
      if (errno === null) continue;
      outputs.splice(outputs.indexOf(output), 1);
      if (errno === "EPIPE" && (onError === "warn-nopipe" || onError === "exit-nopipe")) continue;
      cx.err(`tee: ${quoteNameIfNeeded(output.name)}: ${strerror(errno)}\n`);
      status = 1;
      if (onError === "exit" || onError === "exit-nopipe") return 1;
    }
  }
  return status;
};
