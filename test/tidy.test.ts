/** The project's own rules, over every file of it. Each fault names file and line. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  codeFaults,
  cycleFaults,
  layerFaults,
  lengthFaults,
  machineFaults,
  silencingFaults,
  skipFaults,
} from "./tidy/rules.ts";
import { blankNonCode, parseSource, readSource } from "./tidy/source.ts";

/** Everything that is, or is about to be, under version control. */
const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
  maxBuffer: 2 ** 26,
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(path) && statSync(path).isFile())
  .sort();
const sources = files.filter((path) => /^(src|test|bench)\/.*\.ts$/.test(path)).map(readSource);

describe("every source file", () => {
  it("should import only what stands to the left of its layer", () => {
    expect(sources.flatMap(layerFaults)).toEqual([]);
  });
  it("should keep to virtual time, logged chance and portable arithmetic, and know its types", () => {
    expect(sources.flatMap(codeFaults)).toEqual([]);
  });
  it("should not silence the compiler", () => {
    expect(sources.flatMap(silencingFaults)).toEqual([]);
  });
  it("should give a reason for each skipped test", () => {
    expect(sources.flatMap(skipFaults)).toEqual([]);
  });
  it("should be at most 400 lines long or be listed with a reason", () => {
    expect(sources.flatMap(lengthFaults)).toEqual([]);
  });
  it("should not import in a circle", () => {
    expect(cycleFaults(sources)).toEqual([]);
  });
});

describe("every file", () => {
  it("should name no machine's paths and no registry", () => {
    const faults = files.flatMap((path) => {
      const text = readFileSync(path, "utf8");
      return text.includes("\0") ? [] : machineFaults(path, text);
    });
    expect(faults).toEqual([]);
  });
});

describe("the tidy rules", () => {
  const faultsOf = (path: string, text: string) => {
    const source = parseSource(path, text);
    return [layerFaults, codeFaults, silencingFaults, skipFaults].flatMap((rule) => rule(source));
  };

  it("should see code, and neither comments nor literals", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
    const text = 'a("//"); /* b */ c(`d${e(`f`, { g: 1 })}h`); // i\nj = k / l / m; n(/[/"]o/);';
    expect(blankNonCode(text).replace(/ +/g, " ")).toBe("a( ); c( e( , { g: 1 }) ); \nj = k / l / m; n( );");
  });
  it("should find a layer that looks to its right, in types too", () => {
    expect(faultsOf("src/wire/x.ts", '\nimport type { A } from "../devices/a.ts";\n')).toEqual([
      "src/wire/x.ts:2: wire imports devices, which does not stand to its left",
    ]);
  });
  it("should hold commands to the requests that they may make", () => {
    expect(faultsOf("src/shell/commands/ip.ts", 'import {\n  a,\n} from "../../kernel/a.ts";\n')).toEqual([
      "src/shell/commands/ip.ts:1: imports kernel; may import only core, wire, events, shell",
    ]);
  });
  it("should find what Node alone has", () => {
    expect(
      faultsOf("src/capture/x.ts", 'import { open } from "node:fs";\nawait import("node:os");\n'),
    ).toEqual([
      "src/capture/x.ts:1: imports node:fs outside cli and conformance",
      "src/capture/x.ts:2: imports node:os outside cli and conformance",
    ]);
    expect(faultsOf("src/cli/x.ts", 'import { open } from "node:fs";\nsetTimeout(f, Date.now());\n')).toEqual(
      [],
    );
  });
  it.each([
    ["Date.now()", "reads the wall clock"],
    ["Math.random()", "draws chance that no log holds"],
    ["setTimeout(a, 1)", "waits for real time"],
    ["process.env.A", "uses Node's process"],
    ["f(b as any)", "has type any"],
    ["Math.log(2)", "calls a function that engines may round differently"],
  ])("should find %s", (expression, what) => {
    const faults = faultsOf("src/stack/x.ts", `const a = ${expression};\n// ${expression}\n`);
    expect(faults).toEqual([`src/stack/x.ts:1: ${what}: const a = ${expression};`]);
  });
  it("should find tests that run alone or are skipped without a reason", () => {
    const text =
      'it.only("a", f);\nit.skip("b", f);\n// needs a kernel\nit.skipIf(no)("c", f);\ncx.skip("no kernel");\ncx.skip();\n';
    expect(faultsOf("test/x.test.ts", text)).toEqual([
      'test/x.test.ts:1: runs alone: it.only("a", f);',
      "test/x.test.ts:2: is skipped without a reason",
      "test/x.test.ts:6: is skipped without a reason",
    ]);
  });
  it("should find a circle of imports that run, and let types go round", () => {
    const circle = (kind: string) => [
      parseSource("src/core/a.ts", `${kind} { b } from "./b.ts";\n`),
      parseSource("src/core/b.ts", `${kind} { a } from "./a.ts";\n`),
    ];
    expect(cycleFaults(circle("export"))).toEqual([
      "src/core/a.ts:1: import cycle: src/core/a.ts > src/core/b.ts > src/core/a.ts",
    ]);
    expect(cycleFaults(circle("import type"))).toEqual([]);
  });
});
