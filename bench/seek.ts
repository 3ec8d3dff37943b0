/**
 * How long it takes to open a log and to stand at any instant of it: a log of 1,000,000 rows of W1 in a file, instants over its
 * whole length, each with a fresh reader; the worst instant also in processes of its own, in which nothing is compiled yet. `node scripts/bundle.mjs bench/seek.ts [ROWS [SEEKS]]`
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileSource } from "../src/cli/log-file.ts";
import { LogReader } from "../src/events/log-reader.ts";
import { stateAt } from "../src/simulation/replay.ts";
import { openRun } from "./engine.ts";
import { median } from "./statistics.ts";
import { w1 } from "./workloads/w1.ts";

/** Rows that W1 writes for a request and its answer. */
const ROWS_PER_MESSAGE = 6;

async function writeLog(path: string, rows: number): Promise<void> {
  const run = openRun({ seed: 1, logPath: path });
  w1.prepare(run, { hosts: 2, messages: Math.ceil(rows / ROWS_PER_MESSAGE) }).run();
  await run.close();
}

interface Seek {
  readonly openMillis: number;
  readonly seekMillis: number;
  readonly steps: number;
}

/** The last row in front of the second snapshot: as far as an instant can be from the one before it. */
function farthest(log: LogReader): number {
  const second = log.batches.filter((batch) => batch.hasSnapshot)[1];
  return second === undefined ? 1 : (second.firstSeq - 1) / log.rowCount;
}

function seek(path: string, share: number): Seek {
  const begun = performance.now();
  const file = new FileSource(path);
  const log = new LogReader(file);
  const opened = performance.now();
  const replay = stateAt(log, { seq: Math.max(1, Math.round(share * log.rowCount)) });
  const done = performance.now();
  file.close();
  return { openMillis: opened - begun, seekMillis: done - opened, steps: replay.steps };
}

/** The same in a process of its own. */
function coldSeek(path: string, share: number): Seek {
  const { stdout } = spawnSync(process.execPath, [process.argv[1]!, "--seek", path, String(share)], {
    encoding: "utf8",
  });
  return JSON.parse(stdout) as Seek;
}

function summary(name: string, seeks: readonly Seek[]): string {
  const totals = seeks.map(({ openMillis, seekMillis }) => openMillis + seekMillis);
  const steps = Math.max(...seeks.map((one) => one.steps));
  return `${name}: least ${Math.min(...totals).toFixed(1)}, median ${median(totals).toFixed(1)}, most ${Math.max(...totals).toFixed(1)} ms; steps from the snapshot at most ${steps}`;
}

async function main(rows: number, seeks: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "vethsim-seek-"));
  const path = join(directory, "w1.log.arrow");
  try {
    await writeLog(path, rows);
    const file = new FileSource(path);
    const log = new LogReader(file);
    const snapshots = log.batches.filter((batch) => batch.hasSnapshot).length;
    console.log(
      `${log.rowCount} rows, ${statSync(path).size} octets, ${log.batches.length} batches, ${snapshots} snapshots`,
    );
    const worst = farthest(log);
    file.close();
    const cold = Array.from({ length: 5 }, () => coldSeek(path, worst));
    console.log(summary("open and seek, worst instant, cold", cold));
    // Spread by the golden ratio: neither regular nor random.
    const warm = Array.from({ length: seeks }, (_, i) => seek(path, (0.381966 * (i + 1)) % 1));
    console.log(summary("open and seek, any instant, warm", warm));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const [mode, path, share] = process.argv.slice(2);
if (mode === "--seek") console.log(JSON.stringify(seek(path!, Number(share))));
else await main(Number(mode ?? 1_000_000), Number(path ?? 40));
