/** `npm run conformance [-- NAMES]`: judges the simulator of this working tree. */
import { conformanceMain } from "./command-line.ts";
import { simulateScenario } from "./simulate.ts";

process.exitCode = await conformanceMain(process.argv.slice(2), async (scriptPath, outDir, settings) => {
  await simulateScenario(scriptPath, outDir, settings);
});
