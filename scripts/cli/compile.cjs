"use strict";
/**
 * Runs the built command line once and keeps what V8 compiled meanwhile, for the next starts.
 * `node scripts/cli/compile.cjs FOLDER ARGUMENTS`
 */
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

const [folder, ...args] = process.argv.slice(2);
const filename = join(folder, "program.js");
const script = new Script(readFileSync(filename, "latin1"), { filename });
process.on("exit", () => {
  const cache = join(folder, "program.cache");
  writeFileSync(`${cache}.new`, script.createCachedData());
  renameSync(`${cache}.new`, cache); // Whoever starts meanwhile finds all of it or nothing.
});
process.argv.splice(1, process.argv.length, filename, ...args);
script.runInThisContext()(createRequire(filename), filename);
