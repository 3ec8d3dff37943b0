/**
 * Runs a TypeScript program as the package is shipped: bundled by esbuild, so that what a benchmark measures is what users get.
 * `node scripts/bundle.mjs FILE.ts [ARGUMENTS]`
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sourceUrls } from "./source-urls.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [entry, ...args] = process.argv.slice(2);
if (entry === undefined || !existsSync(join(root, entry))) {
  console.error(`bundle: ${entry ?? "no file given"}: no such program`);
  process.exit(2);
}
const outfile = join(root, "out", `${dirname(entry).replaceAll("/", "-")}-${basename(entry, ".ts")}.mjs`);
await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: "linked",
  plugins: [sourceUrls(root, (path) => `../${path}`)],
  logLevel: "warning",
});
const child = spawn(process.execPath, ["--enable-source-maps", outfile, ...args], { stdio: "inherit" });
child.on("exit", (status, signal) => process.exit(status ?? (signal === "SIGINT" ? 130 : 1)));
