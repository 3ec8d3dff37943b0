/** Shows the main job on the built command line: runs a scenario, keeps its log, replays it, and says whether both agree. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const SCENARIO = "scenarios/two-namespaces.sh";
const LOG = "out/demo.log";

function vethsim(...args) {
  console.log(`$ vethsim ${args.join(" ")}`);
  const { status } = spawnSync(process.execPath, ["dist/cli/vethsim.js", ...args], {
    cwd: root,
    stdio: "inherit",
  });
  console.log();
  if (status !== 0) {
    console.error(`demo: that ended with status ${status}`);
    process.exit(1);
  }
}

mkdirSync(join(root, "out"), { recursive: true });
console.log(`$ cat ${SCENARIO}\n${readFileSync(join(root, SCENARIO), "utf8")}`);
vethsim("run", SCENARIO, "--seed", "1", "--log", LOG, "--summary");
vethsim("replay", LOG);
