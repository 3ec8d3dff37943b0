/** What ls, stat and find show of a file. */
import type { FileStat, FileType } from "../../../events/requests.ts";

const BLOCK_OCTETS = 4096;

/** Blocks of 512 octets that a file takes. */
export function blocksOf({ type, size, isGenerated }: FileStat): number {
  if (isGenerated === true || (type !== "file" && type !== "dir")) return 0;
  return Math.ceil(size / BLOCK_OCTETS) * 8;
}

/** As `ls -h` shows a size: rounded up. @source gnulib, human.c */
export function humanSize(octets: number): string {
  if (octets < 1024) return String(octets);
  let size = octets;
  let unit = -1;
  while (size >= 1024 && unit < 5) {
    size /= 1024;
    unit++;
  }
  const tenths = Math.ceil(size * 10);
  if (tenths < 100) return `${Math.floor(tenths / 10)}.${tenths % 10}${"KMGTPE"[unit]}`;
  const whole = Math.ceil(size);
  return whole === 1024 && unit < 5 ? `1.0${"KMGTPE"[unit + 1]}` : `${whole}${"KMGTPE"[unit]}`;
}

/** The name of a user or a group: the run has root and nobody. */
export function ownerName(id: number, isNumeric = false): string {
  return id === 0 && !isNumeric ? "root" : String(id);
}

const KINDS: Readonly<Record<FileType, string>> = {
  file: "regular file",
  dir: "directory",
  symlink: "symbolic link",
  fifo: "fifo",
  chardev: "character special file",
};

export function kindName({ type, size }: FileStat): string {
  return type === "file" && size === 0 ? "regular empty file" : KINDS[type];
}

/** The letter of `find -type`. */
export const TYPE_LETTERS: Readonly<Record<FileType, string>> = {
  file: "f",
  dir: "d",
  symlink: "l",
  fifo: "p",
  chardev: "c",
};
