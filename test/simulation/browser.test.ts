import { build } from "esbuild";
import { expect, it } from "vitest";

it("should bundle for a browser, with nothing of Node's", { timeout: 60_000 }, async () => {
  const { outputFiles, errors } = await build({
    stdin: {
      contents:
        'import { Simulation, runScript } from "./src/index.ts"; globalThis.made = [Simulation, runScript];',
      resolveDir: ".",
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "silent",
  });
  expect(errors).toEqual([]);
  expect(outputFiles[0]!.text).not.toMatch(/\bfrom ?"node:|require\("node:/);
});
