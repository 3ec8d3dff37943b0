/** Every example in the documentation is run, and every link leads somewhere. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, PageFolder, typeErrors } from "./run-sample.ts";
import { agrees, type Sample, samplesOf, scriptsCalled } from "./samples.ts";

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => posix.join("docs", name.replaceAll("\\", "/")))
    .sort(),
].map((page) => ({ page, markdown: readFileSync(page, "utf8") }));

const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync("package.json", "utf8")).scripts;

function judge(sample: Sample, { status, stdout, stderr }: Outcome): void {
  expect(`status ${status}\n${status === 0 ? "" : stderr}`, sample.place).toBe("status 0\n");
  if (sample.expected === null || agrees(sample.expected, stdout)) return;
  expect(stdout, `output of ${sample.place}`).toBe(sample.expected);
}

for (const { page, markdown } of pages) {
  describe(page, () => {
    const samples = samplesOf(page, markdown);
    let folder: PageFolder;
    beforeAll(() => {
      folder = new PageFolder();
    });
    afterAll(() => folder.remove());

    it("should link to files that exist", () => {
      const targets = [...markdown.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1]!);
      expect(targets.filter((target) => !existsSync(posix.join(posix.dirname(page), target)))).toEqual([]);
    });

    for (const sample of samples) {
      if (sample.kind === "picture" || sample.kind === "not run") continue;
      it(`should hold what ${sample.place} shows`, async () => {
        if (sample.kind === "commands") {
          expect(scriptsCalled(sample.text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
          judge(sample, folder.runCommands(sample));
        } else if (sample.kind === "scenario") judge(sample, folder.runScenario(sample));
        else if (sample.kind === "session")
          judge({ ...sample, expected: sample.text }, await folder.runSession(sample));
        else judge(sample, await folder.runTypeScript(sample));
      });
    }
  });
}

describe("the TypeScript samples of all pages", () => {
  const samples = pages
    .flatMap(({ page, markdown }) => samplesOf(page, markdown))
    .filter(({ kind }) => kind === "typescript");
  it("should pass the compiler", () => {
    mkdirSync("out", { recursive: true });
    expect(typeErrors(samples)).toEqual([]);
  });
});

describe("samplesOf", () => {
  const fenced = (info: string, text: string) => `\`\`\`${info}\n${text}\n\`\`\`\n`;

  it("should join output to the block before it", () => {
    const markdown = `# A\n\n${fenced("sh", "vethsim run a.sh")}\n${fenced("text output", "b")}${fenced("text", "c")}`;
    expect(samplesOf("a.md", markdown)).toEqual([
      { place: "a.md:3", kind: "commands", text: "vethsim run a.sh\n", words: new Map(), expected: "b\n" },
      { place: "a.md:10", kind: "picture", text: "c\n", words: new Map(), expected: null },
    ]);
  });
  it.each([
    ["python", "a = 1", 'a.md:1: a block of the form "python" would not be tested'],
    ["", "a", 'a.md:1: a block of the form "" would not be tested'],
    ['python no-run=""', "a = 1", "a.md:1: no-run needs a reason"],
    ["sh", "npm ci && rm -r a", 'a.md:1: "rm -r a" is not a command that samples may run'],
    ["text output", "a", "a.md:1: output of nothing"],
  ])("should refuse %j", (info, text, message) => {
    expect(() => samplesOf("a.md", fenced(info, text))).toThrow(message);
  });
  it("should leave out what is not run for a reason", () => {
    expect(samplesOf("a.md", fenced('python no-run="needs pandas"', "a = 1"))[0]!.kind).toBe("not run");
  });
});

describe("agrees", () => {
  it.each([
    ["a\nb\n", "a\nb\n", true],
    ["a\nb\n", "a  \nb", true],
    ["a\nb\n", "a\nb\nc\n", false],
    ["a\n...\nd\n", "a\nb\nc\nd\n", true],
    ["a\n...\n", "a\nb\n", true],
    ["a\n...\n", "a\n", true],
    ["a.c\n", "abc\n", false],
  ])("should compare %j with %j: %s", (expected, actual, result) => {
    expect(agrees(expected, actual)).toBe(result);
  });
});
