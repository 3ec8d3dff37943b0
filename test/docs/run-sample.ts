/** Runs samples of the documentation as a reader would, in a folder of the page's own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { build } from "esbuild";
import type { Sample } from "./samples.ts";
import { transcriptOf } from "./session-sample.ts";

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CLI = resolve("dist/cli/vethsim.js");
const LIBRARY = resolve("src/index.ts");
const TIME_MAX_MS = 60_000;

const SHIMS: Readonly<Record<string, string>> = {
  vethsim: `exec "${process.execPath}" "${CLI}" "$@"`,
  npx: `[ "$1" = vethsim ] || { echo "npx $1: not a sample's business" >&2; exit 97; }\nshift\nexec vethsim "$@"`,
  // That its scripts exist is another test's business.
  npm: "exit 0",
};

/** A page's folder: its samples see the project's scenarios and the files that samples before them have made. */
export class PageFolder {
  private readonly top = mkdtempSync(join(tmpdir(), "vethsim-docs-"));
  private readonly folder = join(this.top, "page");

  constructor() {
    mkdirSync(this.folder);
    mkdirSync(join(this.top, "bin"));
    for (const [name, body] of Object.entries(SHIMS)) {
      writeFileSync(join(this.top, "bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    }
    symlinkSync(resolve("scenarios"), join(this.folder, "scenarios"));
  }

  remove(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  private spawn(command: string, args: readonly string[]): Outcome {
    const PATH = `${join(this.top, "bin")}${delimiter}${process.env.PATH ?? ""}`;
    const options = {
      cwd: this.folder,
      env: { ...process.env, PATH },
      encoding: "utf8",
      timeout: TIME_MAX_MS,
    } as const;
    const { status, stdout, stderr, error } = spawnSync(command, args, options);
    return {
      status,
      stdout: stdout ?? "",
      stderr: error === undefined ? stderr : `${stderr ?? ""}${error.message}`,
    };
  }

  runCommands(sample: Sample): Outcome {
    return this.spawn("bash", ["-euo", "pipefail", "-c", sample.text]);
  }

  runScenario(sample: Sample): Outcome {
    const file = sample.words.get("file") ?? "sample.sh";
    writeFileSync(join(this.folder, file), sample.text);
    return this.spawn(process.execPath, [CLI, "run", file]);
  }

  async runSession({ text, words }: Sample): Promise<Outcome> {
    const fileOf = (word: string) => {
      const name = words.get(word);
      return name === undefined ? null : { name, octets: readFileSync(join(this.folder, name)) };
    };
    const [setup, log] = [fileOf("setup"), fileOf("resume")];
    const stdout = await transcriptOf(text, {
      setup: setup === null ? null : { name: setup.name, text: setup.octets.toString() },
      log: log?.octets ?? null,
      at: words.has("at") ? Number(words.get("at")) * 1e9 : null,
    });
    return { status: 0, stdout, stderr: "" };
  }

  async runTypeScript(sample: Sample): Promise<Outcome> {
    const outfile = join(this.top, "sample.mjs");
    await build({
      stdin: { contents: sample.text, loader: "ts", resolveDir: resolve("."), sourcefile: sample.place },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      alias: { vethsim: LIBRARY },
      logLevel: "silent",
      banner: {
        js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`,
      },
    });
    return this.spawn(process.execPath, [outfile]);
  }
}

/** Type-checks samples under the project's own strict settings and gives the compiler's complaints, with the page's lines. */
export function typeErrors(samples: readonly Sample[]): string[] {
  const folder = mkdtempSync(join(resolve("out"), "docs-types-"));
  try {
    samples.forEach((sample, n) => {
      // A sample is a module of its own even if it imports nothing.
      writeFileSync(join(folder, `sample-${n}.ts`), `${sample.text}\nexport {};\n`);
    });
    const compilerOptions = {
      noEmit: true,
      rootDir: resolve("."),
      rewriteRelativeImportExtensions: false,
      noUnusedLocals: false,
      typeRoots: [resolve("node_modules/@types")],
      paths: { vethsim: [LIBRARY] },
    };
    const config = { extends: resolve("tsconfig.json"), compilerOptions, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = spawnSync(
      process.execPath,
      [resolve("node_modules/typescript/bin/tsc"), "-p", folder, "--pretty", "false"],
      {
        encoding: "utf8",
      },
    );
    return stdout
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => {
        const found = /sample-(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(line);
        if (found === null) return line;
        const [page, first] = samples[Number(found[1])]!.place.split(":") as [string, string];
        return `${page}:${Number(first) + Number(found[2])}: ${found[3]}`;
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
