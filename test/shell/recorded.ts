/** Scripts with what a real shell answered to them, a line of JSON each. */
import { readFileSync } from "node:fs";

export interface Case {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export function recorded(file: URL): Case[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}
