/**
 * How long it takes to open a log and to stand at any instant of it: a log of 1,000,000 rows of W1 in a file, instants over its
 * whole length, each with a fresh reader. `node scripts/bundle.mjs bench/seek.ts [ROWS [SEEKS]]`
 */
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
const ROWS_PER_MESSAGE = 7.5;

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
    file.close();
    // Instants spread by the golden ratio: neither regular nor random. The first is the one of a cold start.
    const results = Array.from({ length: seeks }, (_, i) => seek(path, (0.381966 * (i + 1)) % 1));
    const totals = results.map(({ openMillis, seekMillis }) => openMillis + seekMillis);
    const line = (name: string, values: readonly number[]) =>
      `${name}: first ${values[0]!.toFixed(1)}, median ${median(values).toFixed(1)}, most ${Math.max(...values).toFixed(1)} ms`;
    console.log(
      line(
        "open",
        results.map(({ openMillis }) => openMillis),
      ),
    );
    console.log(
      line(
        "seek",
        results.map(({ seekMillis }) => seekMillis),
      ),
    );
    console.log(line("open and seek", totals));
    console.log(`steps from the snapshot: most ${Math.max(...results.map(({ steps }) => steps))}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

await main(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 40));
