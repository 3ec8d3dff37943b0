/** `npm run conformance [-- NAMES]`: judges the simulator of this working tree. */
import { conformanceMain } from "./command-line.ts";
import { commandRunner, simulatorCommand } from "./runner.ts";

const simulator = simulatorCommand();
if (simulator === null) {
  process.stderr.write(
    "conformance: there is no simulator to judge: neither src/cli/main.ts nor dist/cli/vethsim.js exists\n",
  );
  process.exitCode = 2;
} else {
  process.exitCode = await conformanceMain(process.argv.slice(2), commandRunner(simulator));
}
