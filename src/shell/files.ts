/** Paths and open files of the simulation's file system, through the FILE_* requests, and the devices that only user space needs. */
import type { Errno } from "../core/errno.ts";
import { type OctetString, octetLength, octetsToText, textToOctets } from "../core/octets.ts";
import { granted, type Result, refused } from "../core/result.ts";
import type { FileStat, NetnsId } from "../events/requests.ts";
import { deviceFile } from "./device-files.ts";
import { endOfTake, type FdTable, type OpenFile, type Taken } from "./fds.ts";
import type { Host } from "./host.ts";
import { FifoReader, Pipe, PipeReader, PipeWriter } from "./pipe.ts";
import type { Task } from "./tasks.ts";

export type OpenMode = "read" | "write" | "append" | "read-write";

/** What the file system needs to know of the process that asks. */
export interface FileUser {
  readonly netns: NetnsId;
  readonly cwd: string;
  readonly fds: FdTable;
}

/** Makes a path absolute and plain, without looking at links: there are none. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith("/") ? "" : `${cwd}/`}${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Files that the kernel makes up: they are not created, and each write is a setting of its own. */
function isKernelFile(path: string): boolean {
  return path.startsWith("/sys/") || path.startsWith("/proc/");
}

class RegularFile implements OpenFile {
  refs = 0;
  readonly isSeekable = true;
  /** Octets before the position. */
  private at = 0;
  /** What was read, and the state of the file system at that time. */
  private content: { readonly octets: OctetString; readonly version: number } | null = null;

  constructor(
    private readonly files: Files,
    private readonly netns: NetnsId,
    readonly label: string,
    private readonly mode: OpenMode,
  ) {}

  write(text: string): Errno | null {
    if (this.mode === "read") return "EBADF";
    if (isKernelFile(this.label)) return text === "" ? null : this.send(text, false);
    if (text === "") return null;
    if (this.mode === "append") return this.send(text, true);
    const before = this.load();
    if (typeof before !== "string") return before.errno;
    const octets = textToOctets(text);
    const isAtEnd = this.at === before.length;
    const after = isAtEnd
      ? before + octets
      : before.slice(0, this.at).padEnd(this.at, "\0") + octets + before.slice(this.at + octets.length);
    const errno = isAtEnd ? this.send(text, true) : this.send(octetsToText(after), false);
    if (errno !== null) return errno;
    this.at += octets.length;
    this.content = { octets: after, version: this.files.version };
    return null;
  }

  take(max: number, stop: string | null): Taken {
    if (this.mode === "write" || this.mode === "append") return { kind: "refused", errno: "EBADF" };
    const octets = this.load();
    if (typeof octets !== "string") return { kind: "refused", errno: octets.errno };
    if (this.at >= octets.length) return { kind: "end" };
    const from = this.at;
    this.at = endOfTake(octets, from, max, stop);
    return { kind: "text", text: octetsToText(octets.slice(from, this.at)) };
  }

  putBack(text: string): void {
    this.at -= octetLength(text);
  }

  private send(data: string, append: boolean): Errno | null {
    const reply = this.files.host.request(this.netns, "FILE_WRITE", { path: this.label, data, append });
    if (!reply.ok) return reply.errno;
    this.files.version++;
    return null;
  }

  /** A file that the kernel makes up is read once; another is read again when anything was written since. */
  private load(): OctetString | { readonly errno: Errno } {
    if (this.content !== null && (isKernelFile(this.label) || this.content.version === this.files.version))
      return this.content.octets;
    const reply = this.files.host.request(this.netns, "FILE_READ", { path: this.label });
    if (!reply.ok) return { errno: reply.errno };
    this.content = { octets: textToOctets(reply.value), version: this.files.version };
    return this.content.octets;
  }
}

export class Files {
  /** Grows with each write that went through here. */
  version = 0;
  private readonly fifos = new Map<string, Pipe>();

  constructor(
    readonly host: Host,
    private readonly wake: (task: Task) => void,
    /** Whole numbers below 2^31: what `/dev/urandom` gives. */
    private readonly random: () => number,
  ) {}

  pipe(): { readonly reader: PipeReader; readonly writer: PipeWriter } {
    const pipe = new Pipe(this.wake);
    return { reader: new PipeReader(pipe), writer: new PipeWriter(pipe) };
  }

  /** A FIFO is opened as a whole, without waiting for the other side: see `fifoAt`. */
  open(user: FileUser, path: string, mode: OpenMode): Result<OpenFile> {
    if (path === "") return refused("ENOENT");
    const full = resolvePath(user.cwd, path);
    const device = this.openDevice(user, full);
    if (device !== null) return device;
    const fifo = this.fifos.get(full);
    if (fifo !== undefined) return granted(mode === "read" ? new FifoReader(fifo) : new PipeWriter(fifo));
    const errno = this.prepare(user, full, mode, path.endsWith("/"));
    return errno === null ? granted(new RegularFile(this, user.netns, full, mode)) : refused(errno);
  }

  stat(user: FileUser, path: string): Result<FileStat> {
    if (path === "") return refused("ENOENT");
    const full = resolvePath(user.cwd, path);
    if (this.fifos.has(full)) return granted({ type: "file", size: 0, mode: 0o644 });
    if (/^\/dev\/(null|zero|full|u?random|tty|std(in|out|err)|fd\/\d+)$/.test(full))
      return granted({ type: "chardev", size: 0, mode: 0o666 });
    const reply = this.host.request(user.netns, "FILE_STAT", { path: full });
    if (reply.ok && path.endsWith("/") && reply.value.type !== "dir") return refused("ENOTDIR");
    return reply;
  }

  list(user: FileUser, path: string): Result<readonly string[]> {
    return this.host.request(user.netns, "FILE_READDIR", { path: resolvePath(user.cwd, path) });
  }

  fifoAt(user: FileUser, path: string): Pipe | undefined {
    return this.fifos.get(resolvePath(user.cwd, path));
  }

  makeFifo(user: FileUser, path: string): Errno | null {
    if (this.stat(user, path).ok) return "EEXIST";
    this.fifos.set(resolvePath(user.cwd, path), new Pipe(this.wake));
    return null;
  }

  /** Takes a FIFO's name away; false: there is none of that name. */
  removeFifo(user: FileUser, path: string): boolean {
    return this.fifos.delete(resolvePath(user.cwd, path));
  }

  private openDevice(user: FileUser, full: string): Result<OpenFile> | null {
    const device = deviceFile(full, this.random);
    if (device !== null) return granted(device);
    if (full === "/dev/tty") return refused("ENXIO");
    const standard = { "/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2 }[full];
    const numbered = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(full);
    const fd = standard ?? (numbered === null ? null : Number(numbered[1]));
    if (fd === null) return null;
    const file = user.fds.get(fd);
    return file === undefined ? refused("ENOENT") : granted(file);
  }

  /** Checks a path, and makes or empties the file. */
  private prepare(user: FileUser, full: string, mode: OpenMode, isDirWanted: boolean): Errno | null {
    const { host } = this;
    if (mode === "read" || isKernelFile(full)) {
      const stat = host.request(user.netns, "FILE_STAT", { path: full });
      if (!stat.ok) {
        // In a directory of sysfs that there is, nobody may make files.
        const isRefused = mode !== "read" && full.startsWith("/sys/") && stat.errno === "ENOENT";
        const parent = full.slice(0, full.lastIndexOf("/"));
        return isRefused && host.request(user.netns, "FILE_STAT", { path: parent }).ok
          ? "EACCES"
          : stat.errno;
      }
      if (isDirWanted && stat.value.type !== "dir") return "ENOTDIR";
      return mode !== "read" && stat.value.type === "dir" ? "EISDIR" : null;
    }
    if (isDirWanted) return "EISDIR";
    this.version++;
    const reply = host.request(user.netns, "FILE_WRITE", { path: full, data: "", append: mode !== "write" });
    return reply.ok ? null : reply.errno;
  }
}
