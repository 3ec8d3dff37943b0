/** The file system's system calls: by path for whoever asks, by number for what is open. */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import { type OctetString, octetsToText, textToOctets } from "../core/octets.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { BodyOf, Executable, FileStat, OfPath, OpenedFile, OpenFlags } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  generatedRead,
  generatedReaddir,
  generatedWrite,
  NETNS_RUN,
  netnsFileNames,
  type Who,
} from "./vfs/generated.ts";
import { type Ino, Inode } from "./vfs/inode.ts";
import { type MissingFound, make, readOnly, whoOf } from "./vfs/make.ts";
import { dropInode, ownInode, resize, setInode } from "./vfs/store.ts";
import { fileSystem, inodeAt, walk, walkTo } from "./vfs/walk.ts";

/** As a directory of few names has it on most file systems. */
const DIR_SIZE = 4096;
const DEFAULT_FILE_MODE = 0o644;
/** Major and minor numbers. @source Documentation/admin-guide/devices.txt */
const DEVICES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["null", [1, 3]],
  ["zero", [1, 5]],
  ["full", [1, 7]],
  ["random", [1, 8]],
  ["urandom", [1, 9]],
  ["tty", [5, 0]],
  ["console", [5, 1]],
  ["ptmx", [5, 2]],
]);

// ---------------------------------------------------------------------------------------------- content

export function fileRead(step: StepContext, netns: NetnsRef, { path, pid }: OfPath): Result<string> {
  const who = whoOf(step, netns, pid);
  const found = walkTo(step, who, path);
  if (!found.ok) return found;
  if (found.value.kind === "generated") return generatedRead(step, who, found.value.path);
  const inode = inodeAt(step, found.value.ino);
  if (inode.type === "dir") return refused("EISDIR");
  if (inode.fault !== null) return refused(inode.fault);
  return granted(inode.type === "file" ? octetsToText(inode.text) : "");
}

export function fileWrite(
  step: StepContext,
  netns: NetnsRef,
  { path, pid, data, append }: BodyOf<"FILE_WRITE">,
): Result<null> {
  const who = whoOf(step, netns, pid);
  const opened = open(step, who, path, { write: true, create: true, trunc: !append });
  if (!opened.ok) return opened;
  const { ino, type } = opened.value;
  if (ino === null) return generatedWrite(step, who, opened.value.path, data);
  return type === "file" ? writeInode(step, ino, null, textToOctets(data)) : DONE;
}

export function fileOpen(step: StepContext, netns: NetnsRef, body: BodyOf<"FILE_OPEN">): Result<OpenedFile> {
  const opened = open(step, whoOf(step, netns, body.pid), body.path, body);
  if (opened.ok && opened.value.ino !== null && opened.value.ino >= 0) {
    const inode = inodeAt(step, opened.value.ino);
    setInode(step, inode.with({ opens: inode.opens + 1 }));
  }
  return opened;
}

function open(step: StepContext, who: Who, path: string, flags: OpenFlags): Result<OpenedFile> {
  const found = walk(step, who, path, !(flags.excl === true && flags.create === true));
  if (!found.ok) return found;
  const at = found.value;
  if (at.kind === "missing") return flags.create === true ? create(step, at, flags) : refused("ENOENT");
  if (flags.create === true && flags.excl === true) return refused("EEXIST");
  if (at.kind === "generated") {
    const { type } = at.node;
    if (type === "dir" && flags.write === true) return refused("EISDIR");
    if (isBarred(at.path, at.node.mode, flags)) return refused("EACCES");
    return granted({ type, ino: null, path: at.path });
  }
  const inode = inodeAt(step, at.ino);
  if (inode.fault !== null) return refused(inode.fault);
  if (flags.write !== true) return granted(opened(inode, at.path));
  if (inode.type === "dir") return refused("EISDIR");
  const errno = inode.type === "file" ? readOnly(step, at.ino) : null;
  if (errno !== null) return refused(errno);
  const own = inode.type === "file" ? ownInode(step, at) : inode;
  if (flags.trunc === true && inode.type === "file") resize(step, own, "");
  return granted(opened(inodeAt(step, own.ino), at.path));
}

/**
 * sysfs asks for the bit of writing even of root, and sysctls for that of reading, too.
 * @source fs/kernfs/file.c, kernfs_fop_open(); fs/proc/proc_sysctl.c, proc_sys_permission()
 */
function isBarred(path: string, mode: number, flags: OpenFlags): boolean {
  const isSysctl = path.startsWith("/proc/sys/");
  if (!isSysctl && !path.startsWith("/sys/")) return false;
  return flags.write === true ? (mode & 0o200) === 0 : isSysctl && (mode & 0o400) === 0;
}

function opened(inode: Inode, path: string): OpenedFile {
  const { type, ino, text } = inode;
  return type === "chardev" ? { type, ino, path, device: text } : { type, ino, path };
}

function create(step: StepContext, at: MissingFound, flags: OpenFlags): Result<OpenedFile> {
  if (at.isDirWanted) return refused("EISDIR");
  const made = make(step, at, "file", flags.mode ?? DEFAULT_FILE_MODE);
  return made.ok ? granted({ ...opened(made.value, at.path), isNew: true }) : made;
}

export function fileClose(step: StepContext, ino: Ino): Result<null> {
  const inode = ino < 0 ? undefined : step.cells.get<unknown>(ino);
  if (!(inode instanceof Inode)) return DONE;
  setInode(step, inode.with({ opens: Math.max(0, inode.opens - 1) }));
  dropInode(step, ino);
  return DONE;
}

/** A file that is open; null: there is none of that number. */
function openInode(step: StepContext, ino: Ino): Inode | null {
  if (ino < 0) return -1 - ino < fileSystem(step).programs.length ? inodeAt(step, ino) : null;
  const inode = step.cells.get<unknown>(ino);
  return inode instanceof Inode ? inode : null;
}

export function filePread(step: StepContext, { ino, at }: BodyOf<"FILE_PREAD">): Result<string> {
  const inode = openInode(step, ino);
  if (inode === null) return refused("EBADF");
  return inode.type === "dir" ? refused("EISDIR") : granted(octetsToText(inode.text.slice(at)));
}

export function filePwrite(step: StepContext, { ino, at, data }: BodyOf<"FILE_PWRITE">): Result<null> {
  return openInode(step, ino) === null ? refused("EBADF") : writeInode(step, ino, at, textToOctets(data));
}

function writeInode(step: StepContext, ino: Ino, at: number | null, data: OctetString): Result<null> {
  if (data === "") return DONE;
  const inode = inodeAt(step, ino);
  const { text } = inode;
  if (at === null || at === text.length) return resize(step, inode, text + data);
  if (at > text.length) {
    if (at + data.length > fileSystem(step).octetsMax) return refused("ENOSPC");
    return resize(step, inode, text + "\0".repeat(at - text.length) + data);
  }
  return resize(step, inode, text.slice(0, at) + data + text.slice(at + data.length));
}

export function fileTruncate(
  step: StepContext,
  netns: NetnsRef,
  { path, pid, size }: BodyOf<"FILE_TRUNCATE">,
): Result<null> {
  const opened = open(step, whoOf(step, netns, pid), path, { write: true });
  if (!opened.ok || opened.value.ino === null || opened.value.type !== "file")
    return opened.ok ? refused("EINVAL") : opened;
  const inode = inodeAt(step, opened.value.ino);
  if (size > fileSystem(step).octetsMax) return refused("EFBIG");
  return resize(step, inode, inode.text.slice(0, size).padEnd(size, "\0"));
}

// ---------------------------------------------------------------------------------------------- what there is

function statInode(inode: Inode): FileStat {
  const { type, size, mode, nlink, uid, gid, atime, mtime, ctime, text } = inode;
  const ino = inode.ino < 0 ? 1_000_000 - inode.ino : inode.ino;
  const stat = {
    type,
    size: type === "dir" ? DIR_SIZE : size,
    mode,
    ino,
    nlink,
    uid,
    gid,
    atime,
    mtime,
    ctime,
  };
  if (type === "symlink") return { ...stat, target: text };
  return type === "chardev" ? { ...stat, rdev: DEVICES.get(text) ?? [0, 0] } : stat;
}

export function fileStat(
  step: StepContext,
  netns: NetnsRef,
  { path, pid, nofollow }: BodyOf<"FILE_STAT">,
): Result<FileStat> {
  const found = walkTo(step, whoOf(step, netns, pid), path, nofollow !== true);
  if (!found.ok) return found;
  if (found.value.kind === "inode") return granted(statInode(inodeAt(step, found.value.ino)));
  const { type, mode, ino, target } = found.value.node;
  const times = { atime: 0, mtime: 0, ctime: 0 };
  const owner = { nlink: 1, uid: 0, gid: 0 };
  const size = type === "file" && found.value.path.startsWith("/sys/") ? 4096 : 0;
  const stat: FileStat = { type, size, mode, ino, ...owner, ...times, isGenerated: true };
  return granted(target === undefined ? stat : { ...stat, target });
}

export function fileFstat(step: StepContext, ino: Ino): Result<FileStat> {
  const inode = openInode(step, ino);
  return inode === null ? refused("EBADF") : granted(statInode(inode));
}

/** By octets, as `LC_ALL=C` sorts. */
function sortedNames(names: Iterable<string>): string[] {
  return [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

export function fileReaddir(
  step: StepContext,
  netns: NetnsRef,
  { path, pid }: OfPath,
): Result<readonly string[]> {
  const who = whoOf(step, netns, pid);
  const found = walkTo(step, who, path);
  if (!found.ok) return found;
  if (found.value.kind === "generated") {
    if (found.value.node.type !== "dir") return refused("ENOTDIR");
    const names = generatedReaddir(step, who, found.value.path);
    return names.ok ? granted(sortedNames(new Set(names.value))) : names;
  }
  const inode = inodeAt(step, found.value.ino);
  if (inode.type !== "dir") return refused("ENOTDIR");
  const names = inode.entries.sorted().map(([name]) => name);
  return granted(
    found.value.path === NETNS_RUN ? sortedNames(new Set([...names, ...netnsFileNames(step)])) : names,
  );
}

export function fileRealpath(
  step: StepContext,
  netns: NetnsRef,
  { path, pid, missing }: BodyOf<"FILE_REALPATH">,
): Result<string> {
  const who = whoOf(step, netns, pid);
  const found = walk(step, who, path, true);
  if (found.ok && (found.value.kind !== "missing" || missing !== "none")) return granted(found.value.path);
  if (missing !== "all") return found.ok ? refused("ENOENT") : found;
  if (!found.ok && found.errno === "ELOOP") return found;
  // The part that there is, and the rest by its words.
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  for (let length = parts.length - 1; length >= 0; length--) {
    const head = walk(step, who, `/${parts.slice(0, length).join("/")}`, true);
    if (!head.ok || head.value.kind === "missing") continue;
    const names = head.value.path.split("/").filter((part) => part !== "");
    for (const part of parts.slice(length)) {
      if (part === "..") names.pop();
      else names.push(part);
    }
    return granted(`/${names.join("/")}`);
  }
  return granted("/");
}

const HEAD_LENGTH = 256;

export function fileFind(
  step: StepContext,
  netns: NetnsRef,
  { paths, pid }: BodyOf<"FILE_FIND">,
): Result<Executable> {
  const who = whoOf(step, netns, pid);
  let failure: Errno = "ENOENT";
  for (const path of paths) {
    const found = walkTo(step, who, path);
    if (!found.ok || found.value.kind !== "inode") {
      if (!found.ok && found.errno !== "ENOENT" && paths.length === 1) failure = found.errno;
      else if (found.ok) failure = found.value.kind === "generated" ? "EACCES" : failure;
      continue;
    }
    const { type, mode, text } = inodeAt(step, found.value.ino);
    if (type === "dir") {
      if (paths.length === 1) failure = "EISDIR";
    } else if (type !== "file" || (mode & 0o111) === 0) failure = "EACCES";
    else
      return granted({ path, canonical: found.value.path, head: octetsToText(text.slice(0, HEAD_LENGTH)) });
  }
  return refused(failure);
}

// ---------------------------------------------------------------------------------------------- what a file is

/** Changes what stands in an inode beside its content. */
function change(
  step: StepContext,
  netns: NetnsRef,
  { path, pid }: OfPath,
  follows: boolean,
  recipe: (inode: Inode) => Inode,
): Result<null> {
  const found = walkTo(step, whoOf(step, netns, pid), path, follows);
  if (!found.ok) return found;
  if (found.value.kind === "generated") return refused("EPERM");
  const errno = readOnly(step, found.value.ino);
  if (errno !== null) return refused(errno);
  setInode(step, recipe(ownInode(step, found.value)));
  return DONE;
}

export function fileChmod(step: StepContext, netns: NetnsRef, body: BodyOf<"FILE_CHMOD">): Result<null> {
  return change(step, netns, body, true, (inode) => inode.with({ mode: body.mode, ctime: step.now }));
}

export function fileChown(step: StepContext, netns: NetnsRef, body: BodyOf<"FILE_CHOWN">): Result<null> {
  const { uid, gid, nofollow } = body;
  return change(step, netns, body, nofollow !== true, (inode) =>
    inode.with({ uid: uid ?? inode.uid, gid: gid ?? inode.gid, ctime: step.now }),
  );
}

export function fileUtimes(step: StepContext, netns: NetnsRef, body: BodyOf<"FILE_UTIMES">): Result<null> {
  const { nofollow } = body;
  const times = (inode: Inode): { atime: Nanos; mtime: Nanos } => ({
    atime: body.atime ?? inode.atime,
    mtime: body.mtime ?? inode.mtime,
  });
  return change(step, netns, body, nofollow !== true, (inode) =>
    inode.with({ ...times(inode), ctime: step.now }),
  );
}

/** The namespace that a file stands for. */
export function netnsOfFile(
  step: StepContext,
  netns: NetnsRef,
  { path, pid }: OfPath,
): Result<{ readonly netns: NetnsRef; readonly ino: number }> {
  const found = walkTo(step, whoOf(step, netns, pid), path);
  if (!found.ok) return found;
  if (found.value.kind !== "generated" || found.value.node.ns === undefined) return refused("EINVAL");
  return granted({ netns: found.value.node.ns, ino: found.value.node.ino });
}
