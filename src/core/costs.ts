import type { Nanos } from "./nanos.ts";

/**
 * Virtual time that one system call of a program takes. The network itself is instant, so this is what keeps a flood of
 * requests and answers from going on forever at one instant.
 */
export const SYSCALL_COST_NS: Nanos = 10_000;
