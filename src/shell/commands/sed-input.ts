/** The lines of sed's input files, one after another, with a look ahead where the script asks for the last line. */
import { strerror } from "../../core/errno.ts";
import { octetsToText } from "../../core/octets.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { ToolContext } from "../tool.ts";
import { closeInput, openInput } from "./inputs.ts";

export interface SedLine {
  readonly text: string;
  readonly hasEnd: boolean;
}

export class SedInput {
  private reader: OctetReader | null = null;
  private ahead: SedLine | null = null;
  private index = 0;
  private aheadFile = "-";
  /** Ends and beginnings of files that a look ahead met: told when its line is taken. */
  private untold: (() => void)[] = [];
  /** Name of the file that the last line came from. */
  file = "-";
  line = 0;
  hasFailed = false;

  /** @param begins told of each file before its first line; `ends` when it is over (for `-i`) */
  constructor(
    private readonly cx: ToolContext,
    private readonly paths: readonly string[],
    private readonly end: string,
    private readonly isSeparate: boolean,
    private readonly events: {
      readonly isUnbuffered: boolean;
      readonly begins: (path: string) => void;
      readonly ends: () => void;
    },
  ) {}

  /** The next line; null: there are no more. */
  async next(): Promise<SedLine | null> {
    const line = this.ahead ?? (await this.fetch(true));
    this.ahead = null;
    this.tell();
    if (line === null) return null;
    this.file = this.aheadFile;
    this.line++;
    return line;
  }

  /** Is the line that was read last the last one, of all files or of its own? */
  async isLast(): Promise<boolean> {
    if (this.ahead !== null) return false;
    this.ahead = await this.fetch(!this.isSeparate);
    return this.ahead === null;
  }

  /** Are there no lines at all any more? */
  async isOver(): Promise<boolean> {
    if (this.ahead !== null) return false;
    this.ahead = await this.fetch(true);
    return this.ahead === null;
  }

  private tell(): void {
    for (const event of this.untold.splice(0)) event();
  }

  private async fetch(crossesFiles: boolean): Promise<SedLine | null> {
    for (;;) {
      if (this.reader === null && (!crossesFiles || !this.open())) {
        if (!crossesFiles || this.index >= this.paths.length) return null;
        continue;
      }
      const octets = await this.reader!.line(this.end);
      if (octets !== null) {
        const hasEnd = octets.endsWith(this.end);
        return { text: octetsToText(hasEnd ? octets.slice(0, -1) : octets), hasEnd };
      }
      this.close();
      if (!crossesFiles) return null;
    }
  }

  private open(): boolean {
    const path = this.paths[this.index];
    if (path === undefined) return false;
    this.index++;
    const { cx } = this;
    const isDir = path !== "-" && this.isDirectory(path);
    // Unbuffered, it takes no more than it uses.
    const opened = this.events.isUnbuffered ? openInput(cx, path, 1) : openInput(cx, path);
    if (!opened.ok || isDir) {
      const why = isDir
        ? this.isSeparate
          ? `couldn't edit ${path}: not a regular file`
          : `couldn't read ${path}: Is a directory`
        : `can't read ${path}: ${strerror(opened.ok ? "EISDIR" : opened.errno)}`;
      cx.err(`sed: ${isDir && !this.isSeparate ? `read error on ${path}: Is a directory` : why}\n`);
      if (opened.ok) closeInput(cx, opened.value);
      this.hasFailed = true;
      return false;
    }
    this.reader = opened.value;
    this.aheadFile = path;
    this.untold.push(() => {
      if (this.isSeparate) this.line = 0;
      this.events.begins(path);
    });
    return true;
  }

  private isDirectory(path: string): boolean {
    const stat = this.cx.process.userland.files.stat(this.cx.process, path);
    return stat.ok && stat.value.type === "dir";
  }

  private close(): void {
    if (this.reader === null) return;
    closeInput(this.cx, this.reader);
    this.reader = null;
    this.untold.push(this.events.ends);
  }

  /** Leaves what was not read to others. */
  stop(): void {
    if (this.reader !== null && this.ahead !== null && this.reader.fd === 0)
      this.reader.untake(textOf(this.ahead, this.end));
    this.close();
    this.tell();
  }
}

function textOf({ text, hasEnd }: SedLine, end: string): string {
  return text + (hasEnd ? end : "");
}
