/** How long the installed command takes from process start to exit on a five-line script, beside Node's own start. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, spread } from "./statistics.ts";

const CLI = "dist/cli/vethsim.js";

const FIVE_LINES = `ip netns add blue
ip link add v0 type veth peer name v1 netns blue
ip addr add 10.0.0.1/24 dev v0 && ip link set v0 up
ip -n blue addr add 10.0.0.2/24 dev v1 && ip -n blue link set v1 up
ping -c 1 10.0.0.2
`;

export interface StartupTimes {
  readonly name: string;
  readonly millisMedian: number;
  readonly spread: number;
}

function millisOf(argv: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  const millis = performance.now() - begun;
  if (status !== 0) throw new Error(`node ${argv.join(" ")} ended with status ${status}\n${stderr}`);
  return millis;
}

/** Alternates Node alone and the command, `rounds` times each. */
export function measureStartup(rounds: number): readonly StartupTimes[] {
  if (!existsSync(CLI)) throw new Error(`${CLI} does not exist: npm run build`);
  const folder = mkdtempSync(join(tmpdir(), "vethsim-startup-"));
  try {
    const script = join(folder, "five-lines.sh");
    writeFileSync(script, FIVE_LINES);
    const field = [
      { name: "node -e 0", argv: ["-e", "0"], millis: [] as number[] },
      { name: "vethsim run five-lines.sh", argv: [CLI, "run", script], millis: [] as number[] },
    ];
    for (const { argv } of field) millisOf(argv); // the first start reads the disk
    for (let round = 0; round < rounds; round++)
      for (const { argv, millis } of field) millis.push(millisOf(argv));
    return field.map(({ name, millis }) => ({ name, millisMedian: median(millis), spread: spread(millis) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
