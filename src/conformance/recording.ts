/**
 * A recording: what a script did on a kernel, real or simulated, as a directory of small text files.
 *
 * | file | content |
 * |---|---|
 * | `scenario.sh` | the script |
 * | `steps.jsonl` | one complete statement of the script a line |
 * | `frames.jsonl` | every frame on every interface, in time order |
 * | `final/NS/FILE` | the tables of a namespace at the end (`final-dumps.ts` says which) |
 * | `drops.json` | how many packets were dropped, by the kernel's name of the reason |
 * | `unstable.json` | steps and interfaces on which two runs of one kernel differ: not to be judged |
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

export interface Step {
  /** From 1; comments count. */
  readonly n: number;
  /** Seconds from the start of the recording; null: never began. */
  readonly t: number | null;
  /** Null: never ended. */
  readonly t_end: number | null;
  readonly rc: number | null;
  /** Ends in `&`: `stdout` and `stderr` are then what the job printed until the end of the recording. */
  readonly bg: boolean;
  readonly cmd: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Text from a run without capture sockets, because they would change it. */
  readonly without_capture?: boolean;
}

export type FrameDirection = "out" | "in" | "in-bcast" | "in-mcast" | "in-other";

export interface FrameRecord {
  /** Seconds from the start of the recording. */
  readonly t: number;
  /** `main`, or the namespace's name. */
  readonly ns: string;
  readonly if: string;
  readonly dir: FrameDirection;
  /** Octets without FCS. */
  readonly len: number;
  /** The transport checksum is only begun: offloaded to a device that never fills it. */
  readonly csum_pending: boolean;
  readonly hex: string;
}

export interface Unstable {
  /** Step numbers. */
  readonly steps: readonly number[];
  /** `NS/INTERFACE`. */
  readonly interfaces: readonly string[];
  /** `NS/FILE` of the final tables. Absent: none. */
  readonly tables?: readonly string[];
  /** Reasons of drops. Absent: none. */
  readonly drops?: readonly string[];
}

/** How many packets were dropped, by the kernel's name of the reason. */
export type DropCounts = Readonly<Record<string, number>>;

/** Tables at the end: file name to text. */
export type FinalTables = ReadonlyMap<string, string>;

/** When things began: seconds from the start of the recording. */
export interface Pace {
  /** Null: never. */
  readonly steps: readonly (number | null)[];
  /** Reading a table at the end, `NS/FILE`. */
  readonly dumps: ReadonlyMap<string, number>;
}

export interface Recording {
  readonly name: string;
  readonly scenario: string;
  readonly steps: readonly Step[];
  readonly frames: readonly FrameRecord[];
  /** By namespace. */
  readonly final: ReadonlyMap<string, FinalTables>;
  /** Of each run that it was made of. Absent: nobody looked. */
  readonly paces?: readonly Pace[];
  /** Null: nobody looked. */
  readonly drops: DropCounts | null;
  readonly unstable: Unstable;
}

export const NOTHING_UNSTABLE: Unstable = Object.freeze({ steps: [], interfaces: [] });

export function joinUnstable(...parts: readonly Partial<Unstable>[]): Unstable {
  return {
    steps: parts.flatMap((part) => part.steps ?? []),
    interfaces: parts.flatMap((part) => part.interfaces ?? []),
    tables: parts.flatMap((part) => part.tables ?? []),
    drops: parts.flatMap((part) => part.drops ?? []),
  };
}

/** What is wrong with a recording, with file and line. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

export function isComment(step: Step): boolean {
  return step.cmd.trimStart().startsWith("#");
}

/** `NS/INTERFACE`, the key by which frames are grouped. */
export function interfaceKey(frame: FrameRecord): string {
  return `${frame.ns}/${frame.if}`;
}

/** Reads a recording. `frames.jsonl`, `drops.json`, `final` and `unstable.json` may be missing; `steps.jsonl` may not. */
export async function readRecording(dir: string): Promise<Recording> {
  const [scenario, steps, frames, drops, unstable, final] = await Promise.all([
    readOptional(join(dir, "scenario.sh")),
    readFile(join(dir, "steps.jsonl"), "utf8"),
    readOptional(join(dir, "frames.jsonl")),
    readOptional(join(dir, "drops.json")),
    readOptional(join(dir, "unstable.json")),
    readFinal(join(dir, "final")),
  ]);
  return {
    name: basename(dir),
    scenario: scenario ?? "",
    steps: parseLines(join(dir, "steps.jsonl"), steps, checkStep),
    frames: parseLines(join(dir, "frames.jsonl"), frames ?? "", checkFrame),
    final,
    drops: drops === null ? null : (JSON.parse(drops) as DropCounts),
    unstable: unstable === null ? NOTHING_UNSTABLE : (JSON.parse(unstable) as Unstable),
  };
}

/** Writes a recording. Files that are there already are replaced; an empty `unstable` leaves no file. */
export async function writeRecording(dir: string, recording: Recording): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "scenario.sh"), recording.scenario);
  await writeFile(
    join(dir, "steps.jsonl"),
    recording.steps.map((step) => `${JSON.stringify(step)}\n`).join(""),
  );
  await writeFile(
    join(dir, "frames.jsonl"),
    recording.frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""),
  );
  for (const [ns, tables] of recording.final) {
    const into = join(dir, "final", ns);
    await mkdir(into, { recursive: true });
    for (const [file, text] of tables) await writeFile(join(into, file), text);
  }
  if (recording.drops !== null)
    await writeFile(join(dir, "drops.json"), `${JSON.stringify(recording.drops)}\n`);
  const { steps, interfaces, tables, drops } = recording.unstable;
  const unstable = join(dir, "unstable.json");
  if (steps.length + interfaces.length + (tables?.length ?? 0) + (drops?.length ?? 0) === 0)
    await rm(unstable, { force: true });
  else await writeFile(unstable, `${JSON.stringify(recording.unstable)}\n`);
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function readFinal(dir: string): Promise<Map<string, FinalTables>> {
  const final = new Map<string, FinalTables>();
  let namespaces: string[];
  try {
    namespaces = (await readdir(dir)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return final;
    throw error;
  }
  for (const ns of namespaces) {
    const tables = new Map<string, string>();
    for (const file of (await readdir(join(dir, ns))).sort()) {
      tables.set(file, await readFile(join(dir, ns, file), "utf8"));
    }
    final.set(ns, tables);
  }
  return final;
}

function parseLines<T>(
  path: string,
  text: string,
  check: (value: Record<string, unknown>) => string | null,
): T[] {
  const values: T[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line === "") continue;
    let value: Record<string, unknown>;
    try {
      value = JSON.parse(line) as Record<string, unknown>;
    } catch (error) {
      throw new RecordingError(`${path}:${i + 1}: ${(error as Error).message}`);
    }
    const fault = check(value);
    if (fault !== null) throw new RecordingError(`${path}:${i + 1}: ${fault}`);
    values.push(value as T);
  }
  return values;
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === "number";
}

function checkStep(value: Record<string, unknown>): string | null {
  if (typeof value.n !== "number") return "n is not a number";
  if (!isNumberOrNull(value.t) || !isNumberOrNull(value.t_end)) return "t and t_end must be numbers";
  if (!isNumberOrNull(value.rc)) return "rc is not a number";
  if (typeof value.bg !== "boolean") return "bg is neither true nor false";
  for (const key of ["cmd", "stdout", "stderr"])
    if (typeof value[key] !== "string") return `${key} is not text`;
  return null;
}

function checkFrame(value: Record<string, unknown>): string | null {
  if (typeof value.t !== "number" || typeof value.len !== "number") return "t and len must be numbers";
  if (typeof value.ns !== "string" || typeof value.if !== "string") return "ns and if must be text";
  if (typeof value.dir !== "string" || !/^(out|in|in-bcast|in-mcast|in-other)$/.test(value.dir))
    return "dir is unknown";
  if (typeof value.hex !== "string" || !/^([0-9a-f]{2})*$/.test(value.hex))
    return "hex is not pairs of hex digits";
  return null;
}
