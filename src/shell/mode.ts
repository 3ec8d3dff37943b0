/** File modes as chmod(1), mkdir(1) and umask read them, and as ls(1) and stat(1) show them. */
import { nameTable } from "../core/name-table.ts";
import type { FileType } from "../events/requests.ts";

const WHO: Readonly<Record<string, number>> = nameTable({ u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 });

export interface ModeContext {
  readonly isDir: boolean;
  /** Bits that a change without `ugoa` leaves alone. */
  readonly umask: number;
}

/**
 * The mode that a text makes of another one; null: it is no mode.
 * @source POSIX, chmod; gnulib, modechange.c
 */
export function parseMode(text: string, before: number, { isDir, umask }: ModeContext): number | null {
  // Of a directory, set-user-id and set-group-id stay unless they are named in five digits.
  if (/^[0-7]{1,5}$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    if (mode > 0o7777) return null;
    return isDir && text.length < 5 ? mode | (before & 0o6000) : mode;
  }
  let mode = before;
  for (const clause of text.split(",")) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (match === null) return null;
    const who = [...match[1]!].reduce((mask, letter) => mask | WHO[letter]!, 0);
    for (const [, operator, letters] of match[2]!.matchAll(/([-+=])([^-+=]*)/g))
      mode = changed(mode, who, operator!, letters!, isDir, umask);
  }
  return mode;
}

function changed(
  mode: number,
  who: number,
  operator: string,
  letters: string,
  isDir: boolean,
  umask: number,
): number {
  const affected = who === 0 ? 0o7777 & ~umask : who;
  const bits = bitsOf(mode, letters, isDir) & affected & (who === 0 ? 0o7777 : who | 0o1000);
  if (operator === "+") return mode | bits;
  if (operator === "-") return mode & ~bits;
  const kept = who === 0 ? umask : ~who & 0o777;
  const special = isDir ? 0o6000 : 0;
  return (mode & (kept | special | (who === 0 || (who & 0o1000) !== 0 ? 0 : 0o1000))) | bits;
}

function bitsOf(mode: number, letters: string, isDir: boolean): number {
  if (/^[ugo]$/.test(letters)) {
    const from = (mode >> ({ u: 6, g: 3, o: 0 }[letters] ?? 0)) & 7;
    return from * 0o111;
  }
  let bits = 0;
  for (const letter of letters) {
    if (letter === "r") bits |= 0o444;
    else if (letter === "w") bits |= 0o222;
    else if (letter === "x" || (letter === "X" && (isDir || (mode & 0o111) !== 0))) bits |= 0o111;
    else if (letter === "s") bits |= 0o6000;
    else if (letter === "t") bits |= 0o1000;
  }
  return bits;
}

const TYPE_LETTERS: Readonly<Record<FileType, string>> = {
  file: "-",
  dir: "d",
  symlink: "l",
  fifo: "p",
  chardev: "c",
};

/** `drwxr-xr-x` */
export function modeText(type: FileType, mode: number): string {
  const part = (shift: number, special: number, letter: string) => {
    const isSpecial = (mode & special) !== 0;
    const isX = ((mode >> shift) & 1) !== 0;
    const last = isSpecial ? (isX ? letter : letter.toUpperCase()) : isX ? "x" : "-";
    return `${(mode >> shift) & 4 ? "r" : "-"}${(mode >> shift) & 2 ? "w" : "-"}${last}`;
  };
  return TYPE_LETTERS[type] + part(6, 0o4000, "s") + part(3, 0o2000, "s") + part(0, 0o1000, "t");
}

const TYPE_BITS: Readonly<Record<FileType, number>> = {
  file: 0o100000,
  dir: 0o040000,
  symlink: 0o120000,
  fifo: 0o010000,
  chardev: 0o020000,
};

/** st_mode, with the type's bits. */
export function rawMode(type: FileType, mode: number): number {
  return TYPE_BITS[type] | mode;
}
