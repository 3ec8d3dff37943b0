/** Inodes and names as they are made, changed and dropped, with the account of what they take. */
import { type OctetString, octetLength } from "../../core/octets.ts";
import { DONE, granted, type Result, refused } from "../../core/result.ts";
import type { StepContext } from "../../events/step-context.ts";
import { globals } from "../globals.ts";
import { type FileSystem, type Ino, Inode, type InodeFields, programText } from "./inode.ts";
import type { Found } from "./walk.ts";

function account(step: StepContext, octets: number, inodes: number): void {
  if (octets === 0 && inodes === 0) return;
  const ref = globals(step).fs;
  const fs = step.cells.get(ref);
  step.cells.set(ref, fs.with({ octets: fs.octets + octets, inodes: fs.inodes + inodes }));
}

export function setInode(step: StepContext, inode: Inode): void {
  step.cells.set(inode.ino, inode);
}

/** Makes an inode that has no name yet. ENOSPC. */
export function addInode(
  step: StepContext,
  fields: Partial<InodeFields> & Pick<InodeFields, "type" | "mode">,
): Result<Inode> {
  const fs: FileSystem = step.cells.get(globals(step).fs);
  const text = fields.text ?? "";
  const size = fields.type === "symlink" ? octetLength(text) : text.length;
  if (fs.inodes >= fs.inodesMax || fs.octets + size > fs.octetsMax) return refused("ENOSPC");
  const times = { atime: step.now, mtime: step.now, ctime: step.now };
  const made = { ...times, ...fields, text, size: fields.type === "chardev" ? 0 : size };
  const nlink = fields.type === "dir" ? 2 : 0;
  const ino: Ino = step.cells.add(new Inode({ ...made, ino: 0, nlink }));
  const inode = new Inode({ ...made, ino, nlink });
  setInode(step, inode);
  account(step, made.size, 1);
  return granted(inode);
}

/** Gives a file another content. ENOSPC. */
export function resize(step: StepContext, inode: Inode, text: OctetString): Result<null> {
  const size = text.length;
  const fs = step.cells.get(globals(step).fs);
  if (fs.octets + size - inode.size > fs.octetsMax) return refused("ENOSPC");
  account(step, size - inode.size, 0);
  setInode(step, inode.with({ text, size, mtime: step.now, ctime: step.now }));
  return DONE;
}

/** An inode that may be changed: the file of a program gets a cell of its own now. */
export function ownInode(step: StepContext, at: Extract<Found, { kind: "inode" }>): Inode {
  if (at.ino >= 0) return step.cells.get(at.ino);
  const ref = globals(step).fs;
  const fs = step.cells.get(ref);
  const name = fs.programs[-1 - at.ino]!;
  const made = addInode(step, { type: "file", mode: 0o755, text: programText(name), nlink: 1 });
  if (!made.ok) throw new Error("no room for the copy of a program");
  const inode = made.value.with({ nlink: 1 });
  setInode(step, inode);
  const dir = step.cells.get(at.dir!);
  setInode(step, dir.with({ entries: dir.entries.set(at.name, inode.ino) }));
  return inode;
}

/** Enters a name for an inode. `isMove`: the inode had one before. */
export function linkName(step: StepContext, dirIno: Ino, name: string, inode: Inode, isMove = false): void {
  const dir = step.cells.get(dirIno);
  const isDir = inode.type === "dir";
  const times = { mtime: step.now, ctime: step.now };
  const nlink = dir.nlink + (isDir ? 1 : 0);
  setInode(step, dir.with({ entries: dir.entries.set(name, inode.ino), nlink, ...times }));
  if (inode.ino < 0) return;
  const fresh = step.cells.get(inode.ino);
  if (isDir) setInode(step, fresh.with({ parent: dirIno, ctime: step.now }));
  else if (!isMove && fresh.nlink === 0) setInode(step, fresh.with({ nlink: 1 }));
}

/** Takes a name away, and the inode with its last one. `isMove`: it gets another one at once. */
export function unlinkName(step: StepContext, dirIno: Ino, name: string, ino: Ino, isMove = false): void {
  const dir = step.cells.get(dirIno);
  const inode = ino < 0 ? null : step.cells.get(ino);
  const nlink = dir.nlink - (inode?.type === "dir" ? 1 : 0);
  const times = { mtime: step.now, ctime: step.now };
  setInode(step, dir.with({ entries: dir.entries.delete(name), nlink, ...times }));
  if (inode === null || isMove) return;
  const left = inode.type === "dir" ? 0 : inode.nlink - 1;
  setInode(step, inode.with({ nlink: left, ctime: step.now }));
  dropInode(step, ino);
}

/** Forgets an inode that has neither a name nor an opener. */
export function dropInode(step: StepContext, ino: Ino): void {
  const inode = step.cells.get(ino);
  if (inode.nlink > 0 || inode.opens > 0) return;
  step.cells.delete(ino);
  account(step, -inode.size, -1);
}
