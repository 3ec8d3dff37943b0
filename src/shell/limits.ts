/** Bounds of what a script can take: each ends the run with an error that names the line. Real machines have theirs in memory. */
import { GivenUp } from "./errors.ts";

export interface ShellLimits {
  /** Octets that the run may write to its standard output and error. @defaultValue 64 MiB */
  readonly outputOctets: number;
  /** Octets that all processes may read and write, pipes and files included. @defaultValue 256 MiB */
  readonly movedOctets: number;
  /** Octets in files. @defaultValue 256 MiB */
  readonly fileOctets: number;
  /** Files, directories and links. @defaultValue 262,144 */
  readonly files: number;
  /** Processes at one time. @defaultValue 4,096 */
  readonly processes: number;
  /** What the variables of one shell may take, in UTF-16 units and 64 for each element. @defaultValue 256 Mi */
  readonly variables: number;
}

export const LIMITS: ShellLimits = {
  outputOctets: 64 << 20,
  movedOctets: 256 << 20,
  fileOctets: 256 << 20,
  files: 1 << 18,
  processes: 4096,
  variables: 256 << 20,
};

/** The longest text that an expansion may give, in UTF-16 units; V8's own bound is 2^29. */
export const TEXT_MAX = 32 << 20;
/** Words that one command line may expand to. */
export const WORDS_MAX = 1 << 20;
/** Functions, sourced files and `eval` within each other: each takes a part of the host's stack. */
export const DEPTH_MAX = 5000;
/** Characters of a text that is searched for a pattern of no fixed length at each place: the effort grows with the square. */
export const SEARCH_MAX = 1 << 16;

/** Subshells within each other: each is a copy of all that the one around it has. */
const LEVEL_MAX = 1000;

export function checkLevel(level: number): void {
  if (level >= LEVEL_MAX) throw new GivenUp(`more than ${LEVEL_MAX} nested subshells`);
}

export function checkDepth(depth: number): void {
  if (depth >= DEPTH_MAX) throw new GivenUp(`more than ${DEPTH_MAX} nested calls`);
}

export function checkSearch(length: number): void {
  if (length > SEARCH_MAX)
    throw new GivenUp(`a pattern is searched for in a text of more than ${SEARCH_MAX} characters`);
}

export function checkLength(length: number): void {
  if (length > TEXT_MAX) throw new GivenUp(`a text of more than ${TEXT_MAX} characters`);
}

export function checkWords(count: number): void {
  if (count > WORDS_MAX) throw new GivenUp(`an expansion to more than ${WORDS_MAX} words`);
}

/** What an exception of the host's means to a script; null: it is no bound of the host. */
export function hostLimit(error: unknown): GivenUp | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (!(at instanceof RangeError)) continue;
    return /call stack/.test(at.message)
      ? new GivenUp("commands or expansions are nested too deeply")
      : new GivenUp(`out of memory (${at.message})`);
  }
  return null;
}
