import { ping } from "./ping.ts";
import type { Program } from "./program.ts";
import { tcpdump } from "./tcpdump/tcpdump.ts";

/** The programs of the simulation by name. Each keeps its own state's type to itself. */
export const PROGRAMS: ReadonlyMap<string, Program<unknown>> = new Map([
  ["ping", ping as Program<unknown>],
  ["tcpdump", tcpdump as Program<unknown>],
]);
