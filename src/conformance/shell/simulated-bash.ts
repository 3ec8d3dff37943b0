/** The simulator's shell, asked what bash is asked. */
import { NS_PER_SEC } from "../../core/nanos.ts";
import { ScriptError } from "../../shell/errors.ts";
import { RunHost } from "../../shell/run-host.ts";
import { Shell } from "../../shell/shell.ts";
import { seededShell } from "../shell-seed.ts";
import { type Answer, SCRIPT_NAME } from "./answer.ts";

/** A file of the script's own directory; a path that ends in `/` is a directory. */
export type Files = Readonly<Record<string, string>>;

const UNTIL = 3600 * NS_PER_SEC;
const COMMANDS_MAX = 200_000;
/** What an answer's status is when the run was given up; the reason is on standard error. */
export const GIVEN_UP = -1;

/** Wall time after which a run is given up that neither ends nor reaches a limit. */
const LIMIT_MS = 20_000;

async function inTime<T>(run: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ScriptError("it does not end")), LIMIT_MS);
  });
  try {
    return await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a script in a new machine; it begins in `/tmp`, beside `files`. */
export async function askSimulator(
  script: string,
  files: Files = {},
  interpreter: "bash" | "sh" = "bash",
): Promise<Answer> {
  const host = new RunHost({ seed: "1" });
  for (const [path, data] of Object.entries({ ...files, [SCRIPT_NAME]: script })) {
    if (path.endsWith("/")) host.request(0, "FILE_MKDIR", { path: `/tmp/${path.slice(0, -1)}` });
    else host.request(0, "FILE_WRITE", { path: `/tmp/${path}`, data, append: false });
  }
  let stdout = "";
  let stderr = "";
  const shell = new Shell(host, {
    name: SCRIPT_NAME,
    cwd: "/tmp",
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    until: UNTIL,
    maxCommands: COMMANDS_MAX,
    seedRandom: seededShell("1"),
    yieldToHost: () => new Promise((resolve) => setImmediate(resolve)),
  });
  try {
    const status = await inTime(shell.run(interpreter === "sh" ? `exec sh ${SCRIPT_NAME}` : script));
    return { stdout, stderr, status };
  } catch (error) {
    const why = error instanceof ScriptError ? error.message : ((error as Error).stack ?? String(error));
    return { stdout, stderr: `${stderr}given up: ${why}\n`, status: GIVEN_UP };
  } finally {
    host.run.close();
  }
}
