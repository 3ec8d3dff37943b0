/** A point in, or a span of, virtual time: whole nanoseconds (safe for 104 days). */
export type Nanos = number & { readonly __unit?: "ns" };

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_SEC = 1_000_000_000;
