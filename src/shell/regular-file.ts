/** Open files that hold text: plain ones by their inode, those of the kernel's making by their path. */
import type { Errno } from "../core/errno.ts";
import { type OctetString, octetLength, octetsToText, textToOctets } from "../core/octets.ts";
import { endOfTake, type OpenFile, type Taken } from "./fds.ts";
import type { Files, FileUser, OpenMode } from "./files.ts";
import type { Host } from "./host.ts";

const REFUSED: Taken = { kind: "refused", errno: "EBADF" };

/** The octets of one read. */
function part(octets: OctetString, at: number, max: number, stop: string | null): OctetString {
  return octets.slice(at, endOfTake(octets, at, max, stop));
}

interface Content {
  readonly octets: OctetString;
  readonly from: number;
  readonly version: number;
}

export class RegularFile implements OpenFile {
  refs = 0;
  readonly isSeekable = true;
  /** Octets before the position. */
  private at = 0;
  /** What was read, from where on, and what had been written to the file by then. */
  private content: Content | null = null;

  constructor(
    private readonly files: Files,
    readonly ino: number,
    readonly label: string,
    private readonly mode: OpenMode,
  ) {}

  write(text: string): Errno | null {
    if (this.mode === "read") return "EBADF";
    if (text === "") return null;
    const at = this.mode === "append" ? null : this.at;
    const reply = this.files.host.request(0, "FILE_PWRITE", { ino: this.ino, at, data: text });
    if (!reply.ok) return reply.errno;
    this.files.noteWrite(this.ino);
    this.at += octetLength(text);
    return null;
  }

  take(max: number, stop: string | null): Taken {
    if (this.mode === "write" || this.mode === "append") return REFUSED;
    const content = this.load();
    if ("errno" in content) return { kind: "refused", errno: content.errno };
    const octets = part(content.octets, this.at - content.from, max, stop);
    this.at += octets.length;
    return octets === "" ? { kind: "end" } : { kind: "text", text: octetsToText(octets) };
  }

  putBack(text: string): void {
    this.at -= octetLength(text);
  }

  seekTo(at: number): void {
    this.at = at;
  }

  closed(): void {
    this.files.close(this.ino);
  }

  /** A file is read again when anything was written to it since. */
  private load(): Content | { readonly errno: Errno } {
    const { files, ino, at, content } = this;
    const version = files.version(ino);
    if (content !== null && content.version === version && content.from <= at) return content;
    const reply = files.host.request(0, "FILE_PREAD", { ino, at });
    if (!reply.ok) return reply;
    this.content = { octets: textToOctets(reply.value), from: at, version };
    return this.content;
  }
}

/** A file that the kernel makes up: it is read once, and each write is a setting of its own. */
export class KernelFile implements OpenFile {
  refs = 0;
  readonly isSeekable = true;
  private at = 0;

  constructor(
    private readonly host: Host,
    private readonly user: FileUser,
    readonly label: string,
    private readonly mode: OpenMode,
    private octets: OctetString | null = null,
  ) {}

  write(text: string): Errno | null {
    if (this.mode === "read") return "EBADF";
    if (text === "") return null;
    const { netns, pid } = this.user;
    const reply = this.host.request(netns, "FILE_WRITE", {
      path: this.label,
      pid,
      data: text,
      append: false,
    });
    return reply.ok ? null : reply.errno;
  }

  take(max: number, stop: string | null): Taken {
    if (this.mode === "write" || this.mode === "append") return REFUSED;
    if (this.octets === null) {
      const { netns, pid } = this.user;
      const reply = this.host.request(netns, "FILE_READ", { path: this.label, pid });
      if (!reply.ok) return { kind: "refused", errno: reply.errno };
      this.octets = textToOctets(reply.value);
    }
    const octets = part(this.octets, this.at, max, stop);
    this.at += octets.length;
    return octets === "" ? { kind: "end" } : { kind: "text", text: octetsToText(octets) };
  }

  putBack(text: string): void {
    this.at -= octetLength(text);
  }
}
