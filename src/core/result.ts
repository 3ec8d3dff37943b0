import type { Errno } from "./errno.ts";

/** The kernel's refusal of a request: an errno and, where rtnetlink gives one, the text of the extended ack. */
export interface Refusal {
  readonly ok: false;
  readonly errno: Errno;
  readonly extack: string | null;
}

export interface Granted<T> {
  readonly ok: true;
  readonly value: T;
}

/** What a caller can cause to go wrong is a value, never an exception. */
export type Result<T> = Granted<T> | Refusal;

export function granted<T>(value: T): Granted<T> {
  return { ok: true, value };
}

export const DONE: Granted<null> = Object.freeze({ ok: true, value: null });

export function refused(errno: Errno, extack: string | null = null): Refusal {
  return { ok: false, errno, extack };
}
