/** From a path to what it names: links are followed, `..` is the directory above, what is mounted over a file stands in its place. */
import { octetLength } from "../../core/octets.ts";
import { granted, type Result, refused } from "../../core/result.ts";
import type { StepContext } from "../../events/step-context.ts";
import { globals } from "../globals.ts";
import {
  type GeneratedNode,
  generatedNode,
  isGenerated,
  mountedNetns,
  nsFile,
  type Who,
} from "./generated.ts";
import { type FileSystem, type Ino, Inode, programText } from "./inode.ts";

/** @source include/uapi/linux/limits.h; include/linux/namei.h */
export const NAME_MAX = 255;
const PATH_MAX = 4096;
const MAXSYMLINKS = 40;

export type Found =
  | {
      readonly kind: "inode";
      readonly ino: Ino;
      /** The directory, and the name in it; null: the root, or where one came by `..`. */
      readonly dir: Ino | null;
      readonly name: string;
      readonly path: string;
      /** Is it mounted over what the directory has there? */
      readonly isBound: boolean;
    }
  | { readonly kind: "generated"; readonly node: GeneratedNode; readonly path: string }
  /** Only the last part is missing. `dir` null: in a directory that the kernel makes up. */
  | {
      readonly kind: "missing";
      readonly dir: Ino | null;
      readonly name: string;
      readonly path: string;
      readonly isDirWanted: boolean;
    };

export function fileSystem(step: StepContext): FileSystem {
  return step.cells.get(globals(step).fs);
}

export function inodeAt(step: StepContext, ino: Ino): Inode {
  return ino < 0 ? programInode(fileSystem(step), ino) : step.cells.get(ino);
}

/** The file of a program, which has no cell of its own until somebody changes it. */
function programInode(fs: FileSystem, ino: Ino): Inode {
  const text = programText(fs.programs[-1 - ino]!);
  return new Inode({ ino, type: "file", mode: 0o755, text, size: text.length });
}

interface Place {
  readonly name: string;
  readonly path: string;
  /** Null: of the kernel's making. */
  readonly ino: Ino | null;
  readonly isBound: boolean;
}

class Walk {
  private readonly pending: string[];
  /** The way from the root, without links. */
  private places: Place[] = [];
  private links = 0;
  private readonly isDirWanted: boolean;

  constructor(
    private readonly step: StepContext,
    private readonly who: Who,
    path: string,
    private readonly follows: boolean,
  ) {
    this.pending = split(path);
    this.isDirWanted = /(^|\/)\.{0,2}$/.test(path);
  }

  run(): Result<Found> {
    for (;;) {
      const name = this.pending.pop();
      if (name === undefined) return this.end();
      if (!this.isDir()) return refused("ENOTDIR");
      if (name === "..") this.places.pop();
      else {
        const missing = this.enter(name);
        if (missing !== null) return missing;
      }
    }
  }

  private get ino(): Ino | null {
    const last = this.places.at(-1);
    return last === undefined ? fileSystem(this.step).root : last.ino;
  }

  private get path(): string {
    return this.places.at(-1)?.path ?? "/";
  }

  private isDir(): boolean {
    const { ino } = this;
    if (ino !== null) return inodeAt(this.step, ino).type === "dir";
    return generatedNode(this.step, this.who, this.path)?.type === "dir";
  }

  private end(): Result<Found> {
    const { path } = this;
    if (this.isDirWanted && !this.isDir()) return refused("ENOTDIR");
    const last = this.places.at(-1);
    if (last?.ino === null)
      return granted({ kind: "generated", node: generatedNode(this.step, this.who, path)!, path });
    const above = this.places.at(-2);
    const dir = last === undefined ? null : above === undefined ? fileSystem(this.step).root : above.ino;
    const { name = "", isBound = false } = last ?? {};
    return granted({ kind: "inode", ino: this.ino!, dir, name, path, isBound });
  }

  /** Goes on to a name; what it gives ends the walk. */
  private enter(name: string): Result<Found> | null {
    if (name.length > NAME_MAX / 4 && octetLength(name) > NAME_MAX) return refused("ENAMETOOLONG");
    const { path, ino } = this;
    const next = `${path === "/" ? "" : path}/${name}`;
    if (isGenerated(next) || mountedNetns(this.step, next) !== null) return this.enterGenerated(name, next);
    const entry = ino === null ? undefined : inodeAt(this.step, ino).entries.get(name);
    if (entry === undefined) return this.missing(name, next);
    const bound = this.who.process?.about.binds.find((bind) => bind.path === next)?.ino;
    const inode = inodeAt(this.step, bound ?? entry);
    if (inode.type === "symlink" && this.isFollowed()) return this.followTo(inode.text);
    this.places.push({ name, path: next, ino: bound ?? entry, isBound: bound !== undefined });
    return null;
  }

  private enterGenerated(name: string, next: string): Result<Found> | null {
    const node = generatedNode(this.step, this.who, next);
    if (node === null) return this.missing(name, next);
    if (node.type === "symlink" && this.isFollowed()) {
      // What stands for a namespace leads nowhere by its text.
      if (node.ns !== undefined)
        return this.pending.length > 0
          ? refused("ENOTDIR")
          : granted({ kind: "generated", node: nsFile(node.ns), path: next });
      return this.followTo(node.target!);
    }
    this.places.push({ name, path: next, ino: null, isBound: false });
    return null;
  }

  private isFollowed(): boolean {
    return this.pending.length > 0 || this.follows || this.isDirWanted;
  }

  private followTo(target: string): Result<Found> | null {
    if (++this.links > MAXSYMLINKS) return refused("ELOOP");
    if (target.startsWith("/")) this.places = [];
    this.pending.push(...split(target));
    return null;
  }

  private missing(name: string, path: string): Result<Found> {
    if (this.pending.length > 0) return refused("ENOENT");
    const dir = isGenerated(path) ? null : this.ino;
    return granted({ kind: "missing", dir, name, path, isDirWanted: this.isDirWanted });
  }
}

/** The parts of a path, last one first. */
function split(path: string): string[] {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .reverse();
}

/** @param path absolute; @param follows a link in its last part */
export function walk(step: StepContext, who: Who, path: string, follows: boolean): Result<Found> {
  if (path === "") return refused("ENOENT");
  if (path.length >= PATH_MAX / 4 && octetLength(path) >= PATH_MAX) return refused("ENAMETOOLONG");
  return new Walk(step, who, path, follows).run();
}

/** What a path names; ENOENT if nothing. */
export function walkTo(
  step: StepContext,
  who: Who,
  path: string,
  follows = true,
): Result<Exclude<Found, { kind: "missing" }>> {
  const found = walk(step, who, path, follows);
  if (!found.ok) return found;
  return found.value.kind === "missing" ? refused("ENOENT") : granted(found.value);
}
