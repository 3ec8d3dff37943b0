import { ping } from "./ping.ts";
import type { Program } from "./program.ts";

/** The programs of the simulation by name. Each keeps its own state's type to itself. */
export const PROGRAMS: ReadonlyMap<string, Program<unknown>> = new Map([["ping", ping as Program<unknown>]]);
