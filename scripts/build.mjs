/**
 * Builds the package: `src/cli/main.ts` to `dist/cli/vethsim.js`, `src/index.ts` to `dist/index.js`, declarations to `dist/types`.
 * `--js-only` leaves the declarations out; `--if-stale` does nothing when no source is newer than the last build.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sourceUrls } from "./source-urls.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const stamp = join(dist, ".built");
const jsOnly = process.argv.includes("--js-only");

/** Files below a folder, as paths. */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

const SHARED = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "node20",
  sourcemap: "linked",
  metafile: true,
  logLevel: "warning",
};

const URL_OF_PROGRAM = `const __url = require("node:url").pathToFileURL(__filename).href;`;

/**
 * The command line is one script with its packages: to find, read and link many files at each start would cost more than running.
 * Modules behind an `import()` are carried out when that is reached. `scripts/cli/start.cjs` calls the script with what it needs.
 */
function buildCli(entry) {
  return build({
    ...SHARED,
    entryPoints: { program: entry },
    outdir: "dist/cli",
    format: "cjs",
    platform: "node",
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "__url" },
    plugins: [sourceUrls(root, (path) => path.replace(/^src\//, "../"))],
    banner: { js: `(function (require, __filename) {\n"use strict";\n${URL_OF_PROGRAM}` },
    footer: { js: "})" },
  });
}

/** What is a script among the package's modules, and what starts it. */
function addStart() {
  const folder = join(dist, "cli");
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  cpSync(join(root, "scripts/cli/start.cjs"), join(folder, "vethsim.js"));
  chmodSync(join(folder, "vethsim.js"), 0o755);
  const compile = join(root, "scripts/cli/compile.cjs");
  const usual = join(root, "scripts/cli/usual.sh");
  const argv = [compile, folder, "run", usual];
  const { status } = spawnSync(process.execPath, argv, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`node ${argv.join(" ")} ended with status ${status}`);
}

/** The library leaves its packages to whoever bundles or runs it, and needs nothing of Node's. */
function buildLibrary(entry) {
  return build({
    ...SHARED,
    entryPoints: { index: entry },
    outdir: "dist",
    platform: "neutral",
    packages: "external",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
  });
}

/** The licences of the packages that the command line carries inside. */
function bundledLicences(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  return [...packages].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
}

/** Output of earlier builds whose names hold another hash would pile up. */
function removeStale(folder, outputs) {
  const current = new Set(outputs.map((path) => join(root, path)));
  for (const path of filesBelow(folder)) if (!current.has(path)) rmSync(path);
}

function declarations() {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** What is read at run time besides modules: the scripts that drive a real kernel. */
function copyAssets() {
  const from = join(root, "src/conformance/live");
  for (const path of filesBelow(from)) {
    if (path.endsWith(".ts") || path.includes("__pycache__")) continue;
    const to = join(dist, "conformance/live", relative(from, path));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, to);
    chmodSync(to, statSync(path).mode);
  }
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  const sources = [
    ...filesBelow(join(root, "src")),
    ...filesBelow(join(root, "scripts/cli")),
    join(root, "package.json"),
    fileURLToPath(import.meta.url),
  ];
  return sources.every((path) => statSync(path).mtimeMs <= built);
}

if (process.argv.includes("--if-stale") && isFresh()) process.exit(0);

const started = performance.now();
const begun = new Date();
const outputs = ["dist/cli/vethsim.js", "dist/index.js"];
const cli = await buildCli("src/cli/main.ts");
removeStale(join(dist, "cli"), Object.keys(cli.metafile.outputs));
writeFileSync(join(dist, "cli/LICENSES.txt"), bundledLicences(cli.metafile).join("\n"));
addStart();
const library = await buildLibrary("src/index.ts");
removeStale(join(dist, "chunks"), Object.keys(library.metafile.outputs));
if (!jsOnly) {
  declarations();
  outputs.push("dist/types");
}
copyAssets();
writeFileSync(stamp, `${begun.toISOString()}\n`);
console.error(`build: ${outputs.join(", ")} in ${Math.round(performance.now() - started)} ms`);
