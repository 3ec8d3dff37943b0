/** Redirections. */

import type { Redirect, Redirection } from "unbash";
import { type Errno, strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import { octetLength } from "../../core/octets.ts";
import { assignScalar, readScalar } from "../assign.ts";
import { dashOpenFailure } from "../dash/messages.ts";
import { AbandonedLine, ExpansionError, ReportedError } from "../errors.ts";
import { expandHereDoc, expandJoined } from "../expand/words.ts";
import { type OpenFile, release, TextSource } from "../fds.ts";
import type { OpenMode } from "../files.ts";
import type { Interpreter } from "../interpreter.ts";
import { PIPE_CAPACITY } from "../pipe.ts";

/** Descriptors as they were, to be put back. */
export class SavedFds {
  private readonly saved = new Map<number, OpenFile | null>();

  constructor(private readonly sh: Interpreter) {}

  /** Remembers a descriptor before its first change. */
  note(fd: number): void {
    if (this.saved.has(fd)) return;
    const file = this.sh.process.fds.get(fd) ?? null;
    if (file !== null) file.refs++;
    this.saved.set(fd, file);
  }

  restore(): void {
    const { fds } = this.sh.process;
    for (const [fd, file] of this.saved) {
      if (file === null) fds.close(fd);
      else {
        fds.set(fd, file);
        release(file);
      }
    }
    this.saved.clear();
  }

  /** Lets the changes stand. */
  forget(): void {
    for (const file of this.saved.values()) if (file !== null) release(file);
    this.saved.clear();
  }
}

export function explainOpenFailure(sh: Interpreter, path: string, errno: Errno, creates = false): void {
  if (sh.isDash) {
    sh.complain(dashOpenFailure(path, errno, creates, strerror(errno)));
    return;
  }
  sh.complain(`${path}: ${strerror(errno)}`);
}

/** Redirects in order. Null: one failed, its error was told, and what was changed is as before. */
export async function redirect(
  sh: Interpreter,
  redirections: readonly Redirection[],
): Promise<SavedFds | null> {
  const saved = new SavedFds(sh);
  try {
    for (const redirection of redirections) {
      if (await redirectOne(sh, redirection, saved)) continue;
      saved.restore();
      return null;
    }
  } catch (error) {
    // It is told where the redirections before it lead.
    const isTold = error instanceof ExpansionError && error.message !== "";
    if (isTold) sh.complain(error.message);
    saved.restore();
    if (!isTold) throw error;
    if (error.isFatal) throw new ExpansionError("", error.status);
    throw error instanceof ReportedError ? new ReportedError("") : new AbandonedLine("", error.status);
  }
  return saved;
}

/**
 * A here-document stands in a pipe if it leaves room in one, else in a file: what `head -1` has read of it is gone for the next.
 * @source bash 5.2 redir.c, here_document_to_fd()
 */
function documentFile(sh: Interpreter, text: string): OpenFile {
  if (octetLength(text) > PIPE_CAPACITY) return new TextSource(text);
  const { reader, writer } = sh.userland.files.pipe();
  writer.write(text);
  writer.closed?.();
  return reader;
}

async function redirectOne(sh: Interpreter, redirection: Redirection, saved: SavedFds): Promise<boolean> {
  if (redirection.type === "HereDoc") {
    const text = await expandHereDoc(sh, redirection);
    return place(sh, redirection.descriptor, 0, documentFile(sh, text), saved);
  }
  if (redirection.target === undefined) sh.notSupported("a redirection without a target");
  if (redirection.type === "HereString") {
    const text = await expandJoined(sh, redirection.target);
    return place(sh, redirection.descriptor, 0, documentFile(sh, `${text}\n`), saved);
  }
  const target = await expandJoined(sh, redirection.target);
  const { operator } = redirection;
  if (operator === ">&" && redirection.descriptor === undefined && !/^(\d+-?|-)$/.test(target))
    return openBoth(sh, target, "write", saved);
  if (operator === "&>" || operator === "&>>")
    return openBoth(sh, target, operator === "&>" ? "write" : "append", saved);
  if (operator === ">&" || operator === "<&") return duplicate(sh, redirection, target, saved);
  return openFile(sh, redirection, target, saved);
}

const MODES: Readonly<Record<string, OpenMode>> = nameTable({
  "<": "read",
  ">": "write",
  ">|": "write",
  ">>": "append",
  "<>": "read-write",
});

async function open(sh: Interpreter, path: string, mode: OpenMode): Promise<OpenFile | null> {
  const { files } = sh.userland;
  const opened = files.open(sh.process, path, mode);
  if (!opened.ok) {
    explainOpenFailure(sh, path, opened.errno, mode !== "read");
    return null;
  }
  const file = opened.value;
  const { fifo } = file;
  if (fifo === undefined || mode === "read-write") return file;
  // Who opens a FIFO waits for the other side.
  file.refs++;
  while (!fifo.isMet) {
    fifo.awaitPeer(sh.process.task!);
    await sh.process.wait(`${mode === "read" ? "a writer" : "a reader"} of ${path}`);
  }
  file.refs--;
  return file;
}

async function openFile(
  sh: Interpreter,
  redirection: Redirect,
  path: string,
  saved: SavedFds,
): Promise<boolean> {
  const { operator } = redirection;
  if (operator === ">" && sh.options.has("noclobber")) {
    const stat = sh.userland.files.stat(sh.process, path);
    if (stat.ok && stat.value.type === "file") {
      sh.complain(`${path}: cannot overwrite existing file`);
      return false;
    }
  }
  const file = await open(sh, path, MODES[operator]!);
  return file !== null && place(sh, redirection.descriptor, operator.startsWith("<") ? 0 : 1, file, saved);
}

async function openBoth(sh: Interpreter, path: string, mode: OpenMode, saved: SavedFds): Promise<boolean> {
  const file = await open(sh, path, mode);
  if (file === null) return false;
  for (const fd of [1, 2]) {
    saved.note(fd);
    sh.process.fds.set(fd, file);
  }
  return true;
}

/** `n>&m`, `n>&m-`, `n>&-` */
function duplicate(sh: Interpreter, redirection: Redirect, target: string, saved: SavedFds): boolean {
  const { fds } = sh.process;
  const { descriptor } = redirection;
  const usual = redirection.operator === ">&" ? 1 : 0;
  if (target === "-") {
    const fd =
      descriptor?.type === "FileDescriptorVariable"
        ? Number(readScalar(sh, descriptor.name))
        : (descriptor?.value ?? usual);
    if (!Number.isInteger(fd)) return false;
    saved.note(fd);
    fds.close(fd);
    return true;
  }
  const match = /^(\d+)(-?)$/.exec(target);
  if (match === null) {
    sh.complain(`${target}: ambiguous redirect`);
    return false;
  }
  const from = Number(match[1]);
  const file = fds.get(from);
  if (file === undefined) {
    sh.complain(`${from}: ${strerror("EBADF")}`);
    return false;
  }
  if (!place(sh, descriptor, usual, file, saved)) return false;
  if (match[2] === "-") {
    saved.note(from);
    fds.close(from);
  }
  return true;
}

function place(
  sh: Interpreter,
  descriptor: Redirect["descriptor"],
  usual: number,
  file: OpenFile,
  saved: SavedFds,
): boolean {
  const { fds } = sh.process;
  if (descriptor?.type === "FileDescriptorVariable") {
    // `{name}>file` stays open.
    const fd = fds.free(10);
    fds.set(fd, file);
    assignScalar(sh, descriptor.name, String(fd), false);
    return true;
  }
  const fd = descriptor?.value ?? usual;
  if (fds.get(fd) === file) return true;
  saved.note(fd);
  fds.set(fd, file);
  return true;
}
