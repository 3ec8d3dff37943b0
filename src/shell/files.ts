/** Paths and open files of the simulation's file system, through the FILE_* requests, and the devices that only user space needs. */
import type { Errno } from "../core/errno.ts";
import { textToOctets } from "../core/octets.ts";
import { granted, type Result, refused } from "../core/result.ts";
import type {
  BodyOf,
  Executable,
  FileStat,
  NetnsId,
  OfPath,
  Operation,
  ReplyOf,
} from "../events/requests.ts";
import { deviceFile } from "./device-files.ts";
import type { FdTable, OpenFile } from "./fds.ts";
import type { Host } from "./host.ts";
import { FifoReader, Pipe, PipeReader, PipeWriter } from "./pipe.ts";
import { KernelFile, RegularFile } from "./regular-file.ts";
import type { Task } from "./tasks.ts";

export type OpenMode = "read" | "write" | "append" | "read-write";

/** What the file system needs to know of the process that asks. */
export interface FileUser {
  readonly pid: number;
  readonly netns: NetnsId;
  readonly cwd: string;
  readonly fds: FdTable;
  /** Permission bits that new files do not get. @defaultValue 022 */
  readonly umask?: number;
  readonly environment?: ReadonlyMap<string, string>;
}

const UMASK = 0o022;

/** Makes a path absolute and plain by its words alone, as `cd` does. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith("/") ? "" : `${cwd}/`}${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Makes a path absolute; the rest is the kernel's business. */
export function absolutePath(cwd: string, path: string): string {
  return path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`;
}

/** Requests that name a path. */
type PathOperation = {
  [Op in Operation]: BodyOf<Op> extends OfPath ? Op : never;
}[Operation];

export class Files {
  private readonly fifos = new Map<number, Pipe>();
  /** Tasks that are to be woken when a file or a name changes. */
  private readonly watchers = new Set<Task>();
  private pipes = 0;
  /** What was written to each inode through here, counted: who has read it reads it again. */
  private readonly versions = new Map<number, number>();
  /** What names were found to stand for; forgotten when any name changes. */
  private readonly found = new Map<string, Result<Executable>>();

  constructor(
    readonly host: Host,
    private readonly wake: (task: Task) => void,
    /** Whole numbers below 2^31: what `/dev/urandom` gives. */
    private readonly random: () => number,
    private readonly userOf: (pid: number) => FileUser | undefined = () => undefined,
  ) {}

  // ------------------------------------------------------------------------------------------ requests

  /** A request about a path, as the user's process makes it. */
  ask<Op extends PathOperation>(
    user: FileUser,
    op: Op,
    path: string,
    more: Omit<BodyOf<Op>, "path" | "pid">,
  ): Result<ReplyOf<Op>> {
    if (path === "") return refused("ENOENT");
    const body = { path: absolutePath(user.cwd, path), pid: user.pid, ...more };
    return this.host.request(user.netns, op, body as unknown as BodyOf<Op>);
  }

  /** The same for one that changes names or modes. */
  change<Op extends PathOperation>(
    user: FileUser,
    op: Op,
    path: string,
    more: Omit<BodyOf<Op>, "path" | "pid">,
  ): Errno | null {
    this.found.clear();
    const reply = this.ask(user, op, path, more);
    this.wakeWatchers();
    return reply.ok ? null : reply.errno;
  }

  mkdir(user: FileUser, path: string, mode = 0o777 & ~this.umaskOf(user)): Errno | null {
    return this.change(user, "FILE_MKDIR", path, { mode });
  }

  /** Makes a file if there is none; `isExclusive`: there must be none. */
  create(
    user: FileUser,
    path: string,
    { mode = 0o666 & ~this.umaskOf(user), isExclusive = false } = {},
  ): Errno | null {
    this.found.clear();
    const excl = isExclusive ? { excl: true } : {};
    const reply = this.ask(user, "FILE_OPEN", path, { write: true, create: true, mode, ...excl });
    if (!reply.ok) return reply.errno;
    if (reply.value.ino !== null) this.close(reply.value.ino);
    return null;
  }

  rename(user: FileUser, from: string, to: string): Errno | null {
    return this.changeTwo(user, "FILE_RENAME", from, to);
  }

  link(user: FileUser, from: string, to: string): Errno | null {
    return this.changeTwo(user, "FILE_LINK", from, to);
  }

  private changeTwo(user: FileUser, op: "FILE_RENAME" | "FILE_LINK", from: string, to: string): Errno | null {
    if (from === "" || to === "") return "ENOENT";
    this.found.clear();
    const { cwd, pid, netns } = user;
    const body = { from: absolutePath(cwd, from), to: absolutePath(cwd, to), pid };
    const reply = this.host.request(netns, op, body);
    this.wakeWatchers();
    return reply.ok ? null : reply.errno;
  }

  makeFifo(user: FileUser, path: string, mode = 0o666 & ~this.umaskOf(user)): Errno | null {
    return this.change(user, "FILE_MKFIFO", path, { mode });
  }

  umaskOf(user: FileUser): number {
    return user.umask ?? UMASK;
  }

  /** The first of some paths that can be executed. */
  find(user: FileUser, paths: readonly string[]): Result<Executable> {
    const absolute = paths.map((path) => absolutePath(user.cwd, path));
    const key = absolute.join("\0");
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const reply = this.host.request(user.netns, "FILE_FIND", { paths: absolute, pid: user.pid });
    this.found.set(key, reply);
    return reply;
  }

  // ------------------------------------------------------------------------------------------ open files

  pipe(): { readonly reader: PipeReader; readonly writer: PipeWriter } {
    const pipe = new Pipe(this.wake, ++this.pipes);
    return { reader: new PipeReader(pipe), writer: new PipeWriter(pipe) };
  }

  /** A FIFO is opened without waiting for the other side: that is up to the caller (`OpenFile.fifo`). */
  open(user: FileUser, path: string, mode: OpenMode, isExclusive = false): Result<OpenFile> {
    if (path === "") return refused("ENOENT");
    const special = this.openSpecial(user, absolutePath(user.cwd, path));
    if (special !== null) return special;
    const isWrite = mode !== "read";
    const reply = this.ask(user, "FILE_OPEN", path, {
      ...(isWrite ? { write: true, create: true, mode: 0o666 & ~this.umaskOf(user) } : {}),
      ...(mode === "write" ? { trunc: true } : {}),
      ...(isExclusive ? { excl: true } : {}),
    });
    if (!reply.ok) return reply;
    const { ino, type, device, path: full, isNew } = reply.value;
    if (isNew === true) {
      this.found.clear();
      this.wakeWatchers();
    }
    if (device !== undefined) {
      this.close(ino!);
      return this.openDevice(device);
    }
    if (ino === null) return granted(new KernelFile(this.host, user, full, mode));
    if (mode === "write") this.noteWrite(ino);
    if (type === "fifo") return granted(this.openFifo(ino, mode));
    return granted(new RegularFile(this, ino, full, mode));
  }

  close(ino: number): void {
    this.host.request(0, "FILE_CLOSE", { ino });
  }

  version(ino: number): number {
    return this.versions.get(ino) ?? 0;
  }

  noteWrite(ino: number): void {
    this.versions.set(ino, this.version(ino) + 1);
    this.wakeWatchers();
  }

  /** The task is to be woken when a file is written to, made, emptied, renamed or removed. */
  awaitChange(task: Task): void {
    this.watchers.add(task);
  }

  private wakeWatchers(): void {
    for (const task of this.watchers) this.wake(task);
    this.watchers.clear();
  }

  private openFifo(ino: number, mode: OpenMode): OpenFile {
    const pipe = this.fifos.get(ino) ?? new Pipe(this.wake, ++this.pipes);
    this.fifos.set(ino, pipe);
    const closed = () => {
      if (pipe.readers === 0 && pipe.writers === 0) this.fifos.delete(ino);
      this.close(ino);
    };
    if (mode === "read") return new FifoReader(pipe, closed);
    return new PipeWriter(pipe, closed, mode === "read-write");
  }

  /** What is opened by its name alone: the most common devices, and the descriptors of a process. */
  private openSpecial(user: FileUser, path: string): Result<OpenFile> | null {
    if (path === "/dev/null") return this.openDevice("null");
    const fd = this.fdAt(user, path);
    if (fd === null) return this.environAt(user, path);
    const file = fd.user.fds.get(fd.number);
    return file === undefined ? refused("ENOENT") : granted(file);
  }

  private openDevice(name: string): Result<OpenFile> {
    const device = deviceFile(`/dev/${name}`, this.random);
    return device === null ? refused("ENXIO") : granted(device);
  }

  /** The descriptor that /dev/stdin, /dev/fd/N or /proc/PID/fd/N stands for. */
  private fdAt(user: FileUser, path: string): { readonly user: FileUser; readonly number: number } | null {
    const standard = STANDARD.get(path);
    if (standard !== undefined) return { user, number: standard };
    const match = /^\/+(?:dev\/+fd|proc\/+(self|\d+)\/+fd)\/+(\d+)$/.exec(path);
    if (match === null) return null;
    const owner = match[1] === undefined || match[1] === "self" ? user : this.userOf(Number(match[1]));
    return owner === undefined ? null : { user: owner, number: Number(match[2]) };
  }

  private fdsAt(user: FileUser, path: string): FdTable | null {
    const match = /^\/+(?:dev\/+fd|proc\/+(self|\d+)\/+fd)\/*$/.exec(path);
    if (match === null) return null;
    const pid = match[1];
    return pid === undefined || pid === "self" ? user.fds : (this.userOf(Number(pid))?.fds ?? null);
  }

  private environAt(user: FileUser, path: string): Result<OpenFile> | null {
    const pid = /^\/proc\/(self|\d+)\/environ$/.exec(path)?.[1];
    if (pid === undefined) return null;
    const env = (pid === "self" ? user : this.userOf(Number(pid)))?.environment;
    if (env === undefined) return null;
    const text = [...env].map(([name, value]) => `${name}=${value}\0`).join("");
    return granted(new KernelFile(this.host, user, path, "read", textToOctets(text)));
  }

  // ------------------------------------------------------------------------------------------ what there is

  /** @param follows a link at the end of the path */
  stat(user: FileUser, path: string, follows = true): Result<FileStat> {
    if (path === "") return refused("ENOENT");
    const full = absolutePath(user.cwd, path);
    const fd = follows || !STANDARD.has(full) ? this.fdAt(user, full) : null;
    if (fd !== null) return this.statFd(fd.user, fd.number, follows);
    return this.ask(user, "FILE_STAT", path, follows ? {} : { nofollow: true });
  }

  private statFd(user: FileUser, number: number, follows: boolean): Result<FileStat> {
    const file = user.fds.get(number);
    if (file === undefined) return refused("ENOENT");
    if (!follows) return granted({ ...FD_STAT, type: "symlink", mode: 0o700, target: fdTarget(file) });
    if (file.ino !== undefined) return this.host.request(user.netns, "FILE_FSTAT", { ino: file.ino });
    if (file instanceof PipeReader || file instanceof PipeWriter)
      return granted({ ...FD_STAT, type: "fifo", mode: 0o600 });
    const size = file.size?.();
    if (size !== undefined) return granted({ ...FD_STAT, type: "file", mode: 0o600, size });
    return granted({ ...FD_STAT, type: "chardev", mode: 0o620 });
  }

  list(user: FileUser, path: string): Result<readonly string[]> {
    if (path === "") return refused("ENOENT");
    const fds = this.fdsAt(user, absolutePath(user.cwd, path));
    if (fds !== null) return granted(fds.numbers().map(String).sort());
    return this.ask(user, "FILE_READDIR", path, {});
  }

  /** Where a symbolic link leads. EINVAL: it is none. */
  readlink(user: FileUser, path: string): Result<string> {
    const stat = this.stat(user, path, false);
    if (!stat.ok) return stat;
    return stat.value.target === undefined ? refused("EINVAL") : granted(stat.value.target);
  }

  realpath(user: FileUser, path: string, missing: "none" | "last" | "all" = "last"): Result<string> {
    return this.ask(user, "FILE_REALPATH", path, { missing });
  }
}

const STANDARD: ReadonlyMap<string, number> = new Map([
  ["/dev/stdin", 0],
  ["/dev/stdout", 1],
  ["/dev/stderr", 2],
]);
const FD_STAT = { size: 0, ino: 0, nlink: 1, uid: 0, gid: 0, atime: 0, mtime: 0, ctime: 0 } as const;

/** Where the link of a descriptor under /proc/PID/fd leads. */
function fdTarget(file: OpenFile): string {
  if (file.label.startsWith("/")) return file.label;
  return file instanceof PipeReader || file instanceof PipeWriter
    ? `pipe:[${file.pipe.number}]`
    : "/dev/pts/0";
}
