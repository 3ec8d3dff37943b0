/** This machine's bash. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { decode } from "../../core/octets.ts";
import { type Answer, SCRIPT_NAME } from "./answer.ts";
import type { Files } from "./simulated-bash.ts";

/** The environment that the simulator's shell begins with. */
const ENVIRONMENT =
  "HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin USER=root";
/** Wall time after which a script is killed. */
const LIMIT_MS = 4000;

/** Null: there is a bash to compare with. Else why not, in words. */
export function whyNoBash(): string | null {
  const found = spawnSync("bash", ["--version"], { encoding: "utf8" });
  if (found.error !== undefined) return "there is no bash on this machine";
  const version = /version (\d+\.\d+)/.exec(found.stdout)?.[1];
  return version === "5.2" ? null : `this machine has bash ${version ?? "of an unknown version"}, not 5.2`;
}

/**
 * Reads names of directories, runs the script in each, and says its process and its status. It starts bash much faster than Node
 * can, and `set -m` gives each script a process group, by which it can be ended as a whole.
 */
const DRIVER = `
set -m
while IFS= read -r dir; do
  cd "$dir/home" || exit
  env -i ${ENVIRONMENT} bash ${SCRIPT_NAME} >"$dir/stdout" 2>"$dir/stderr" </dev/null &
  echo "pid $!"
  wait $!
  echo "status $?"
done
`;

/** One bash after another, in a directory of its own. */
class Driver {
  private readonly dir = mkdtempSync(join(tmpdir(), "vethsim-bash-"));
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: Interface;

  constructor() {
    this.child = spawn("bash", ["-c", DRIVER], { stdio: ["pipe", "pipe", "ignore"] });
    this.lines = createInterface(this.child.stdout);
  }

  /** Null: the script did not end in time. */
  ask(script: string, files: Files): Promise<Answer | null> {
    const { dir } = this;
    const home = join(dir, "home");
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    for (const [path, data] of Object.entries({ ...files, [SCRIPT_NAME]: script })) {
      if (path.endsWith("/")) mkdirSync(join(home, path));
      else writeFileSync(join(home, path), data);
    }
    return new Promise((resolve) => {
      let pid = 0;
      let isLate = false;
      const timer = setTimeout(() => {
        if (pid === 0) return;
        isLate = true;
        try {
          process.kill(-pid, "SIGKILL");
        } catch {
          // It has ended, and the line that says so waits to be read.
          isLate = false;
        }
      }, LIMIT_MS);
      const onLine = (line: string) => {
        const [key, number] = line.split(" ");
        if (key === "pid") pid = Number(number);
        if (key !== "status") return;
        clearTimeout(timer);
        this.lines.off("line", onLine);
        const status = Number(number);
        resolve(isLate ? null : { stdout: this.read("stdout"), stderr: this.read("stderr"), status });
      };
      this.lines.on("line", onLine);
      this.child.stdin.write(`${dir}\n`);
    });
  }

  private read(name: string): string {
    const octets = readFileSync(join(this.dir, name));
    const decoded = octets.toString("utf8");
    const text = decoded.includes("\ufffd") ? decode(octets) : decoded;
    // Its own directory is the simulator's /tmp.
    return text.replaceAll(join(this.dir, "home"), "/tmp");
  }

  close(): void {
    this.child.stdin.end();
    this.child.kill();
    this.lines.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Several drivers; each script is asked by the next one that is free. */
export class RealBash {
  private readonly drivers: Driver[];
  private readonly free: Driver[];
  private readonly waiting: ((driver: Driver) => void)[] = [];

  constructor(jobs: number) {
    this.drivers = Array.from({ length: jobs }, () => new Driver());
    this.free = [...this.drivers];
  }

  async ask(script: string, files: Files = {}): Promise<Answer | null> {
    const driver = this.free.pop() ?? (await new Promise<Driver>((resolve) => this.waiting.push(resolve)));
    try {
      return await driver.ask(script, files);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free.push(driver);
      else next(driver);
    }
  }

  close(): void {
    for (const driver of this.drivers) driver.close();
  }
}

/** Asks bash with `/tmp` as the script's own directory, in a mount namespace, so that paths are those of the simulator. Root only. */
export function askBashInTmp(script: string): Answer {
  const inside = `mount -t tmpfs none /tmp && cd /tmp && cat >${SCRIPT_NAME} && exec env -i ${ENVIRONMENT} bash ${SCRIPT_NAME} </dev/null`;
  const asked = spawnSync("unshare", ["-m", "sh", "-c", inside], { input: script, timeout: 60_000 });
  if (asked.error !== undefined) throw asked.error;
  return {
    stdout: decode(asked.stdout),
    stderr: decode(asked.stderr),
    status: asked.status ?? 128,
  };
}
