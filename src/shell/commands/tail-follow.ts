/**
 * `tail -f` and `-F`: what is appended is printed at the instant at which it is written, as with inotify(7); with `--pid` the files
 * and the process are looked at in intervals, too.
 * @source coreutils 9.1, src/tail.c: tail_forever_inotify()
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, textToOctets } from "../../core/octets.ts";
import type { ToolContext } from "../tool.ts";
import { quoteName } from "./quoting.ts";
import type { Headers, TailOptions } from "./tail.ts";

export interface Followed {
  readonly name: string;
  /** Null: it cannot be read at present. */
  fd: number | null;
  /** Octets that were there when it was looked at last. */
  size: number;
  /** Gone for good, as nobody waits for it to come back. */
  isLost?: boolean;
}

const NS_PER_S = 1e9;

/** Gives false when there is nothing to follow. */
export async function follow(
  cx: ToolContext,
  followed: readonly Followed[],
  options: TailOptions,
  headers: Headers,
): Promise<boolean> {
  const { process } = cx;
  if (followed.length === 0) {
    cx.err("tail: no files remaining\n");
    return false;
  }
  let last = followed.at(-1)!;
  for (;;) {
    const isWriterDead = options.pid !== null && !process.userland.processes.has(options.pid);
    for (const file of followed) {
      if (options.follows === "name") lookByName(cx, file, options);
      const text = await news(cx, file);
      if (text === "") continue;
      if (file !== last) headers.show(file.name);
      last = file;
      cx.outOctets(text);
    }
    cx.flush();
    await cx.drain();
    if (isWriterDead) return true;
    if (options.follows === "name" && !options.retries && followed.every(({ fd }) => fd === null)) {
      cx.err("tail: no files remaining\n");
      return false;
    }
    process.userland.files.awaitChange(process.task!);
    if (options.pid === null) await process.wait("a change of a file");
    else await process.nap(cx.host.now + options.interval * NS_PER_S);
  }
}

/** A file that is gone, came or was replaced under its name. */
function lookByName(cx: ToolContext, file: Followed, { retries }: TailOptions): void {
  const { process } = cx;
  const { files } = process.userland;
  const stat = files.stat(process, file.name);
  if (!stat.ok) {
    if (file.fd === null) return;
    cx.err(`tail: ${quoteName(file.name)} has become inaccessible: ${strerror(stat.errno)}\n`);
    process.fds.close(file.fd);
    file.fd = null;
    if (!retries) file.isLost = true;
    return;
  }
  const isSame = file.fd !== null && process.fds.get(file.fd)?.ino === stat.value.ino;
  if (isSame || file.isLost === true) return;
  const opened = files.open(process, file.name, "read");
  if (!opened.ok) return;
  const what = file.fd === null ? "appeared" : "been replaced";
  cx.err(`tail: ${quoteName(file.name)} has ${what};  following new file\n`);
  if (file.fd === null) file.fd = process.fds.free(3);
  file.size = 0;
  process.fds.set(file.fd, opened.value);
}

async function news(cx: ToolContext, file: Followed): Promise<OctetString> {
  const { process } = cx;
  if (file.fd === null) return "";
  const open = process.fds.get(file.fd);
  const stat = process.userland.files.stat(process, `/dev/fd/${file.fd}`);
  if (stat.ok && stat.value.type === "file" && stat.value.size < file.size) {
    cx.err(`tail: ${file.name}: file truncated\n`);
    open?.putBack?.("\0".repeat(file.size));
    file.size = 0;
  }
  const parts: OctetString[] = [];
  for (;;) {
    const taken = await process.take(file.fd, Number.POSITIVE_INFINITY, null);
    if (taken.kind !== "text") break;
    parts.push(textToOctets(taken.text));
  }
  const text = parts.join("");
  file.size += text.length;
  return text;
}
