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

// Bundled packages of CommonJS form call `require` for Node's own modules, which an ES module does not have.
const REQUIRE = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

/** The command line is one bundle with its packages: resolving them one by one at each start would cost more than running. */
function buildCli(entry) {
  const hasShebang = readFileSync(join(root, entry), "utf8").startsWith("#!");
  return build({
    ...SHARED,
    entryPoints: { vethsim: entry },
    outdir: "dist/cli",
    platform: "node",
    splitting: true,
    // Beside the entry: whatever chunk a module ends up in, `../` is `dist/`, which mirrors `src/` for files read at run time.
    chunkNames: "[name]-[hash]",
    plugins: [sourceUrls(root, (path) => path.replace(/^src\//, "../"))],
    banner: { js: hasShebang ? REQUIRE : `#!/usr/bin/env node\n${REQUIRE}` },
  });
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
chmodSync(join(dist, "cli/vethsim.js"), 0o755);
writeFileSync(join(dist, "cli/LICENSES.txt"), bundledLicences(cli.metafile).join("\n"));
const library = await buildLibrary("src/index.ts");
removeStale(join(dist, "chunks"), Object.keys(library.metafile.outputs));
if (!jsOnly) {
  declarations();
  outputs.push("dist/types");
}
copyAssets();
writeFileSync(stamp, `${begun.toISOString()}\n`);
console.error(`build: ${outputs.join(", ")} in ${Math.round(performance.now() - started)} ms`);
