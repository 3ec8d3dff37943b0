/** System calls that make, take away and change names. */
import type { Errno } from "../core/errno.ts";
import { octetLength } from "../core/octets.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { BodyOf, OfPath } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { isGenerated, NETNS_RUN, type Who } from "./vfs/generated.ts";
import type { Ino } from "./vfs/inode.ts";
import { type InodeFound, type MissingFound, make, readOnly, whoOf } from "./vfs/make.ts";
import { linkName, ownInode, setInode, unlinkName } from "./vfs/store.ts";
import { inodeAt, walk, walkTo } from "./vfs/walk.ts";

const DEFAULT_FILE_MODE = 0o644;
const DEFAULT_DIR_MODE = 0o755;

/** What is missing at a path, to be made there. */
function missingAt(step: StepContext, who: Who, path: string): Result<MissingFound> {
  const found = walk(step, who, path, false);
  if (!found.ok) return found;
  return found.value.kind === "missing" ? granted(found.value) : refused("EEXIST");
}

export function fileMkdir(
  step: StepContext,
  netns: NetnsRef,
  { path, pid, mode }: BodyOf<"FILE_MKDIR">,
): Result<null> {
  const at = missingAt(step, whoOf(step, netns, pid), path);
  if (!at.ok) return at;
  if (at.value.dir === null) return refused(at.value.path.startsWith("/sys/") ? "EPERM" : "ENOENT");
  const made = make(step, at.value, "dir", mode ?? DEFAULT_DIR_MODE);
  return made.ok ? DONE : made;
}

export function fileSymlink(
  step: StepContext,
  netns: NetnsRef,
  { path, pid, target }: BodyOf<"FILE_SYMLINK">,
): Result<null> {
  if (target === "") return refused("ENOENT");
  if (octetLength(target) > 4095) return refused("ENAMETOOLONG");
  const at = missingAt(step, whoOf(step, netns, pid), path);
  if (!at.ok) return at;
  if (at.value.isDirWanted) return refused("ENOENT");
  const made = make(step, at.value, "symlink", 0o777, target);
  return made.ok ? DONE : made;
}

export function fileMkfifo(
  step: StepContext,
  netns: NetnsRef,
  { path, pid, mode }: BodyOf<"FILE_MKFIFO">,
): Result<null> {
  const at = missingAt(step, whoOf(step, netns, pid), path);
  if (!at.ok) return at;
  if (at.value.isDirWanted) return refused("ENOENT");
  const made = make(step, at.value, "fifo", mode ?? DEFAULT_FILE_MODE);
  return made.ok ? DONE : made;
}

export function fileLink(
  step: StepContext,
  netns: NetnsRef,
  { from, to, pid }: BodyOf<"FILE_LINK">,
): Result<null> {
  const who = whoOf(step, netns, pid);
  const source = walkTo(step, who, from, false);
  if (!source.ok) return source;
  const at = missingAt(step, who, to);
  if (!at.ok) return at;
  if (source.value.kind !== "inode" || at.value.dir === null) return refused("EXDEV");
  const inode = inodeAt(step, source.value.ino);
  if (inode.type === "dir") return refused("EPERM");
  const errno = readOnly(step, at.value.dir) ?? (inode.isReadOnly ? "EXDEV" : null);
  if (errno !== null) return refused(errno);
  const own = ownInode(step, source.value);
  setInode(step, own.with({ nlink: own.nlink + 1, ctime: step.now }));
  linkName(step, at.value.dir, at.value.name, own);
  return DONE;
}

/** What a path names, to be taken away or renamed. */
function removable(step: StepContext, who: Who, path: string): Result<InodeFound & { readonly dir: Ino }> {
  const found = walkTo(step, who, path, false);
  if (!found.ok) return found;
  const at = found.value;
  if (at.kind === "generated") return refused(isGenerated(at.path) ? generatedErrno(at.path) : "EBUSY");
  if (at.dir === null || at.isBound || isMountPoint(at.path)) return refused("EBUSY");
  const errno = readOnly(step, at.dir);
  return errno === null ? granted({ ...at, dir: at.dir }) : refused(errno);
}

function generatedErrno(path: string): Errno {
  if (isMountPoint(path)) return "EBUSY";
  return path.startsWith("/proc/sys/") ? "EACCES" : "EPERM";
}

function isMountPoint(path: string): boolean {
  return path === "/proc" || path === "/sys" || path === "/dev" || path === NETNS_RUN;
}

export function fileRemove(
  step: StepContext,
  netns: NetnsRef,
  { path, pid }: OfPath,
  isDir: boolean,
): Result<null> {
  if (isDir && /(^|\/)\.$/.test(path)) return refused("EINVAL");
  if (isDir && /(^|\/)\.\.$/.test(path)) return refused("ENOTEMPTY");
  const at = removable(step, whoOf(step, netns, pid), path);
  if (!at.ok) return at;
  const inode = inodeAt(step, at.value.ino);
  if (isDir !== (inode.type === "dir")) return refused(isDir ? "ENOTDIR" : "EISDIR");
  if (isDir && inode.entries.size > 0) return refused("ENOTEMPTY");
  unlinkName(step, at.value.dir, at.value.name, at.value.ino);
  return DONE;
}

export function fileRename(
  step: StepContext,
  netns: NetnsRef,
  { from, to, pid }: BodyOf<"FILE_RENAME">,
): Result<null> {
  const who = whoOf(step, netns, pid);
  const source = removable(step, who, from);
  if (!source.ok) return source;
  const target = walk(step, who, to, false);
  if (!target.ok) return target;
  const inode = inodeAt(step, source.value.ino);
  const isDir = inode.type === "dir";
  if (target.value.kind === "generated") return refused(isGenerated(target.value.path) ? "EXDEV" : "EBUSY");
  if (target.value.dir === null) return refused(target.value.kind === "missing" ? "EXDEV" : "EBUSY");
  if (isDir && `${target.value.path}/`.startsWith(`${source.value.path}/`))
    return target.value.path === source.value.path ? DONE : refused("EINVAL");
  const errno = readOnly(step, target.value.dir);
  if (errno !== null) return refused(errno);
  if (target.value.kind === "missing") {
    if (target.value.isDirWanted && !isDir) return refused("ENOTDIR");
  } else {
    if (target.value.ino === source.value.ino) return DONE;
    const old = inodeAt(step, target.value.ino);
    if (target.value.isBound || isMountPoint(target.value.path)) return refused("EBUSY");
    if (old.type === "dir" && !isDir) return refused("EISDIR");
    if (old.type !== "dir" && isDir) return refused("ENOTDIR");
    if (old.entries.size > 0) return refused("ENOTEMPTY");
    unlinkName(step, target.value.dir, target.value.name, target.value.ino);
  }
  const { ino, dir, name } = source.value;
  unlinkName(step, dir, name, ino, true);
  linkName(step, target.value.dir, target.value.name, inodeAt(step, ino), true);
  return DONE;
}
