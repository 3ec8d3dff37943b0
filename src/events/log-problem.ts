/**
 * What can be wrong with a log:
 * - `truncated`: the file ends inside of a batch, the head or the end marker
 * - `unclosed`: the file ends behind a whole batch, but has no closing row
 * - `corrupted`: bytes are not what was written, or stand where nothing should
 * - `not-a-log`: the file is something else
 * - `version`: a log of a format that this reader does not know
 */
export type LogProblemKind = "truncated" | "corrupted" | "not-a-log" | "unclosed" | "version";

/** One thing that is wrong with a log, for people and for programs. */
export class LogProblem {
  constructor(
    readonly kind: LogProblemKind,
    /** Number of the batch, from 0; -1 where it is none. */
    readonly batch: number,
    /** Where in the file: the first octet of what is damaged, or the end of a file that is cut off. */
    readonly offset: number,
    /** A sentence or two that name the place and what is lost. */
    readonly message: string,
  ) {}
}
