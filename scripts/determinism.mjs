/**
 * The same seed gives the same log, whatever Node runs it: runs scenarios on several versions of Node, twice on each, and
 * compares logs and output octet by octet; another seed must give another log.
 *
 * `node scripts/determinism.mjs [--cache DIR] [SCENARIO ...]`; without scenarios, all of `scenarios/`.
 * Status 1: a log differs. Status 3: a version of Node could not be had, so nothing was shown.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// The npm package `node` carries the binary of that version.
const VERSIONS = ["20.20.2", "22.23.3", "24.21.0"];
const CLI = join(dirname(fileURLToPath(import.meta.url)), "../dist/cli/vethsim.js");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cache: { type: "string", default: join(homedir(), ".cache", "vethsim-node") } },
});
const cache = resolve(values.cache);

function fail(status, message) {
  console.error(`determinism: ${message}`);
  process.exit(status);
}

/** The binary of a version of Node, fetched if need be. Renamed into place when whole, as another process may do the same. */
function nodeOf(version) {
  const folder = join(cache, version);
  const binary = join(folder, "node_modules/node/bin/node");
  if (!existsSync(binary)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(join(cache, "fetch-"));
    const args = ["install", "--prefix", fresh, "--no-save", "--no-audit", "--no-fund", `node@${version}`];
    const fetched = spawnSync("npm", args, { encoding: "utf8", cwd: fresh, timeout: 300_000 });
    if (fetched.status !== 0) {
      rmSync(fresh, { recursive: true, force: true });
      fail(3, `node@${version} could not be fetched\n${fetched.stderr ?? fetched.error}`);
    }
    try {
      renameSync(fresh, folder);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(binary)) throw error;
    }
  }
  const { stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  if (stdout?.trim() !== `v${version}`) fail(3, `${binary} is ${stdout?.trim()}, not v${version}`);
  return binary;
}

/** Runs a scenario in a process of its own. A scenario's own failing is part of what must repeat. */
function runOnce(folder, node, scenario, seed, name) {
  const log = join(folder, name);
  const args = [CLI, "run", scenario, "--seed", String(seed), "--log", log];
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "buffer", maxBuffer: 2 ** 28 });
  if (!existsSync(log)) fail(1, `${scenario}: no log was written; status ${status}\n${stderr}`);
  const octets = readFileSync(log);
  if (octets.length === 0) fail(1, `${scenario}: the log is empty; status ${status}\n${stderr}`);
  return { name, log, octets, status, stdout, stderr };
}

/** Where two runs part, or null. */
function difference(one, other) {
  for (const key of ["octets", "stdout", "stderr"]) {
    if (one[key].equals(other[key])) continue;
    const at = one[key].findIndex((octet, n) => octet !== other[key][n]);
    return `${key === "octets" ? "logs" : key} differ from octet ${at < 0 ? one[key].length : at} on`;
  }
  return one.status === other.status ? null : `statuses are ${one.status} and ${other.status}`;
}

function checkScenario(folder, nodes, scenario) {
  const runs = nodes.flatMap(({ version, binary }) =>
    [1, 2].map((process) => runOnce(folder, binary, scenario, 1, `node-${version}-process-${process}`)),
  );
  for (const run of runs.slice(1)) {
    const found = difference(runs[0], run);
    if (found === null) continue;
    const { stdout } = spawnSync(nodes[0].binary, [CLI, "diff", runs[0].log, run.log], { encoding: "utf8" });
    fail(1, `${scenario}, seed 1: ${runs[0].name} and ${run.name}: ${found}; both are kept\n${stdout}`);
  }
  const other = runOnce(folder, nodes[0].binary, scenario, 2, "seed-2");
  if (other.octets.equals(runs[0].octets)) fail(1, `${scenario}: seeds 1 and 2 give the same log`);
  console.log(
    `${basename(scenario)}: ${runs.length} equal logs of ${runs[0].octets.length} octets, another with another seed`,
  );
}

if (!existsSync(CLI)) fail(2, "the command line is not built: npm run build");
const scenarios =
  positionals.length > 0
    ? positionals
    : readdirSync("scenarios")
        .filter((name) => name.endsWith(".sh"))
        .sort()
        .map((name) => join("scenarios", name));
if (scenarios.length === 0) fail(2, "no scenario to run");
const nodes = VERSIONS.map((version) => ({ version, binary: nodeOf(version) }));
const folder = mkdtempSync(join(tmpdir(), "vethsim-determinism-"));
try {
  for (const scenario of scenarios) checkScenario(folder, nodes, scenario);
  console.log(`Node ${VERSIONS.join(", ")}: ${scenarios.length} scenarios agree`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
