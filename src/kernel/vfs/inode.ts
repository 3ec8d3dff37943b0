/**
 * Inodes of the run's file system: what a file is, apart from its names. Each is a cell of its own, so that a write costs the same
 * however many files there are.
 */
import type { Cell } from "../../core/cell-table.ts";
import type { Errno } from "../../core/errno.ts";
import type { Nanos } from "../../core/nanos.ts";
import { registerRecord } from "../../core/record-codec.ts";
import type { FileType } from "../../events/requests.ts";
import { NameMap } from "./name-map.ts";

/** Number of an inode: its cell; a program of the distribution has a negative one (`FileSystem.programs`). */
export type Ino = Cell<Inode>;

export interface InodeFields {
  readonly ino: Ino;
  readonly type: FileType;
  /** Permission bits, set-user-id, set-group-id and sticky bit. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly atime: Nanos;
  readonly mtime: Nanos;
  readonly ctime: Nanos;
  /** Octets of a file, or of a symbolic link's target. */
  readonly size: number;
  /** What a file holds, in octets; where a symbolic link leads, or the name of a device, as text. */
  readonly text: string;
  /** A directory's names. */
  readonly entries: NameMap;
  /** A directory's parent. */
  readonly parent: Ino;
  /** Open descriptions: they keep a file that has no name any more. */
  readonly opens: number;
  /** Part of a mount that nobody may write to. */
  readonly isReadOnly: boolean;
  /** What whoever opens it is told: a mounted file that could not be had. */
  readonly fault: Errno | null;
}

export class Inode implements InodeFields {
  readonly ino: Ino = -1;
  readonly type: FileType = "file";
  readonly mode: number = 0;
  readonly uid: number = 0;
  readonly gid: number = 0;
  readonly nlink: number = 1;
  readonly atime: Nanos = 0;
  readonly mtime: Nanos = 0;
  readonly ctime: Nanos = 0;
  readonly size: number = 0;
  readonly text: string = "";
  readonly entries: NameMap = NameMap.empty();
  readonly parent: Ino = -1;
  readonly opens: number = 0;
  readonly isReadOnly: boolean = false;
  readonly fault: Errno | null = null;

  constructor(fields: Partial<InodeFields> & Pick<InodeFields, "ino" | "type" | "mode">) {
    Object.assign(this, fields);
  }

  with(change: Partial<InodeFields>): Inode {
    return new Inode({ ...this, ...change });
  }
}
registerRecord("Inode", Inode);

/** The file system as a whole: its root, its size and the programs of the distribution. */
export class FileSystem {
  readonly root: Ino = -1;
  /** Octets in files, and their number. */
  readonly octets: number = 0;
  readonly inodes: number = 0;
  readonly octetsMax: number = 0;
  readonly inodesMax: number = 0;
  /** Names of programs: number `-1 - i` stands for the file of the i-th one, until it is changed. */
  readonly programs: readonly string[] = [];

  constructor(fields: Partial<FileSystem>) {
    Object.assign(this, fields);
  }

  with(change: Partial<FileSystem>): FileSystem {
    return new FileSystem({ ...this, ...change });
  }
}
registerRecord("FileSystem", FileSystem);

const PROGRAM_MAGIC = "\x7fELF\x02\x01\x01";

/** What the file of a program holds. */
export function programText(name: string): string {
  return `${PROGRAM_MAGIC}\0${name}\n`;
}

/** The program that a file's text is of; null: it is none. */
export function programOf(text: string): string | null {
  return text.startsWith(PROGRAM_MAGIC) ? text.slice(PROGRAM_MAGIC.length + 1, -1) : null;
}
