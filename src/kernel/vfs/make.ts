/** Makes inodes where names are missing. */
import type { Errno } from "../../core/errno.ts";
import { type Result, refused } from "../../core/result.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { FileType } from "../../events/requests.ts";
import type { StepContext } from "../../events/step-context.ts";
import { processOf } from "../globals.ts";
import type { Who } from "./generated.ts";
import type { Ino, Inode } from "./inode.ts";
import { addInode, linkName } from "./store.ts";
import { type Found, inodeAt } from "./walk.ts";

export type InodeFound = Extract<Found, { kind: "inode" }>;
export type MissingFound = Extract<Found, { kind: "missing" }>;

export function whoOf(step: StepContext, netns: NetnsRef, pid: number | undefined): Who {
  const process = pid === undefined ? null : (processOf(step, pid)?.process ?? null);
  return { netns: process?.netns ?? netns, process };
}

/** The errno for whoever wants to change what stands under a mount that cannot be written to; null: it can. */
export function readOnly(step: StepContext, ino: Ino | null): Errno | null {
  return ino !== null && inodeAt(step, ino).isReadOnly ? "EROFS" : null;
}

/** Makes an inode where a name is missing. */
export function make(
  step: StepContext,
  at: MissingFound,
  type: FileType,
  mode: number,
  text = "",
): Result<Inode> {
  if (at.dir === null) return refused(at.path.startsWith("/sys/") ? "EACCES" : "ENOENT");
  const errno = readOnly(step, at.dir);
  if (errno !== null) return refused(errno);
  const dir = inodeAt(step, at.dir);
  if (dir.nlink === 0) return refused("ENOENT");
  const made = addInode(step, { type, mode, text, parent: dir.ino });
  if (!made.ok) return made;
  linkName(step, dir.ino, at.name, made.value);
  return made;
}
