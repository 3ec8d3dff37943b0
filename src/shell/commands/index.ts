/**
 * The external commands by name. Each is loaded when it is first called, so that a script pays for none but those it uses;
 * waiting for the loader keeps the baton.
 */
import type { Command } from "../host.ts";
import { tool } from "../tool.ts";

/** A command that is loaded on its first call. */
export function lazy(load: () => Promise<Command>): Command {
  return async (cx) => (await load())(cx);
}

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["true", () => 0],
  ["false", () => 1],
  ["cat", tool(async () => (await import("./cat.ts")).cat)],
  ["sleep", lazy(async () => (await import("./sleep.ts")).sleep)],
]);
