import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const CLI = "dist/cli/vethsim.js";
const LIBRARY = "dist/index.js";

describe("the built command line", () => {
  it("should start by itself", () => {
    accessSync(CLI, constants.X_OK);
    expect(readFileSync(CLI, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
  });
  it("should need no compiling", () => {
    const program = `
      const { readFileSync } = require("node:fs");
      const { Script } = require("node:vm");
      const cachedData = readFileSync("dist/cli/program.cache");
      console.log(new Script(readFileSync("dist/cli/program.js", "latin1"), { cachedData }).cachedDataRejected);`;
    expect(spawnSync(process.execPath, ["-e", program], { encoding: "utf8" }).stdout).toBe("false\n");
  });
  it("should find the scripts that drive a real kernel where their module looks for them", () => {
    const beside = (folder: string) => readdirSync(folder).filter((name) => /\.(sh|py)$/.test(name));
    expect(beside("dist/conformance/live")).toEqual(beside("src/conformance/live"));
  });
});

describe("the built library", () => {
  it("should need nothing that only Node has", () => {
    const chunks = existsSync("dist/chunks")
      ? readdirSync("dist/chunks").map((name) => join("dist/chunks", name))
      : [];
    const offenders = [LIBRARY, ...chunks.filter((path) => path.endsWith(".js"))].filter((path) =>
      /\b(from|import)\s*\(?\s*"node:/.test(readFileSync(path, "utf8")),
    );
    expect(offenders).toEqual([]);
  });
});
