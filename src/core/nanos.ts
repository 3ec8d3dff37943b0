/** A point in, or a span of, virtual time: whole nanoseconds (safe for 104 days). */
export type Nanos = number & { readonly __unit?: "ns" };

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_SEC = 1_000_000_000;

/**
 * Shows V8 that a field holds times, that is numbers beyond 31 bits. Else it finds out 2.1 seconds into a run, and throws all code
 * away that it had compiled for the path of a frame.
 */
export function asTime<K extends string>(record: Record<K, Nanos>, field: K): void {
  const time = record[field];
  record[field] = 0.5;
  record[field] = time;
}
