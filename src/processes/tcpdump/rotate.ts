/** Files in turn: a new one after some seconds (-G) or millions of octets (-C), and how many of them (-W). */
import type { TcpdumpOptions } from "./options.ts";

/** Which file is being written. */
export interface Rotation {
  readonly path: string;
  /** Octets in it. */
  readonly size: number;
  /** Second of the clock in which -G's span began. */
  readonly since: number;
  /** How often -G and -C have begun a new file. */
  readonly spans: number;
  readonly parts: number;
}

/** Numbers are as wide as the highest that -W allows. */
function numbered(path: string, part: number, files: number): string {
  if (files === 0) return part === 0 ? path : `${path}${part}`;
  return path + String(part).padStart(String(files - 1).length, "0");
}

/** @source strftime(3); the conversions that make sense in the name of a file */
function dated(path: string, second: number): string {
  const date = new Date(second * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [year, month, day] = [
    String(date.getUTCFullYear()),
    two(date.getUTCMonth() + 1),
    two(date.getUTCDate()),
  ];
  const [hours, minutes, seconds] = [
    two(date.getUTCHours()),
    two(date.getUTCMinutes()),
    two(date.getUTCSeconds()),
  ];
  const values: ReadonlyMap<string, string> = new Map([
    ["Y", year],
    ["y", year.slice(-2)],
    ["m", month],
    ["d", day],
    ["H", hours],
    ["M", minutes],
    ["S", seconds],
    ["s", String(second)],
    ["F", `${year}-${month}-${day}`],
    ["T", `${hours}:${minutes}:${seconds}`],
    ["%", "%"],
  ]);
  return path.replace(/%(.)/g, (whole, letter: string) => values.get(letter) ?? whole);
}

function nameOf(options: TcpdumpOptions, second: number, part: number): string {
  const path = options.spanSeconds > 0 ? dated(options.write!, second) : options.write!;
  return options.fileOctets > 0 ? numbered(path, part, options.fileCount) : path;
}

/** @param second of the clock */
export function firstFile(options: TcpdumpOptions, second: number): Rotation {
  return { path: nameOf(options, second, 0), size: 0, since: second, spans: 0, parts: 0 };
}

/** The file that the next packet belongs in: the same, another, or (null) there may be no more. */
export function nextFile(options: TcpdumpOptions, second: number, now: Rotation): Rotation | null {
  let next = now;
  if (options.spanSeconds > 0 && second - now.since >= options.spanSeconds) {
    const spans = now.spans + 1;
    if (options.fileOctets === 0 && options.fileCount > 0 && spans >= options.fileCount) return null;
    next = { path: nameOf(options, second, 0), size: 0, since: second, spans, parts: 0 };
  }
  if (options.fileOctets > 0 && next.size > options.fileOctets) {
    const parts = options.fileCount > 0 && next.parts + 1 >= options.fileCount ? 0 : next.parts + 1;
    next = { ...next, path: nameOf(options, next.since, parts), size: 0, parts };
  }
  return next;
}
