#!/usr/bin/env node
"use strict";
/**
 * What stands in the package as `dist/cli/vethsim.js`. The command line is one script, and beside it lies what V8 compiled of it
 * when the package was built: to read and compile it anew took longer than to run most scripts. Another V8, or the same with
 * other flags, refuses that and compiles as usual.
 */
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const filename = join(__dirname, "program.js");
const cache = join(__dirname, "program.cache");
const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
// esbuild writes ASCII alone; to find that out again takes a while.
new Script(readFileSync(filename, "latin1"), { filename, cachedData }).runInThisContext()(require, filename);
