/** `npm run shell-cases`: runs recorded cases in the simulator's shell, or records new ones from this machine's bash. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { Command } from "commander";
import { holdsCases, interpreterOf, judgeCase, readCases } from "./cases.ts";
import { askBashInTmp, whyNoBash } from "./real-bash.ts";

const CASES_DIR = "test/shell";

const program = new Command("shell-cases")
  .description(
    "Compare the simulator's shell with what bash answered: stdout, status, and stderr without `FILE: line N:`.",
  )
  .argument(
    "[files...]",
    `cases, one JSON object a line (default: ${CASES_DIR}/*.jsonl); with --record, scripts`,
  )
  .option("--record", "run scripts in this machine's bash 5.2, as root, and print them as cases")
  .option("--again", "with --record: the files are cases, to be recorded anew")
  .option("--only <text>", "only cases whose name contains the text")
  .parse();
const { record, again, only } = program.opts<{ record?: true; again?: true; only?: string }>();

if (record) recordAll(program.args);
else await compareAll(program.args);

async function compareAll(given: readonly string[]): Promise<void> {
  const files = given.length > 0 ? given : defaultFiles();
  let count = 0;
  let missed = 0;
  for (const file of files) {
    for (const one of readCases(file).filter(({ name }) => only === undefined || name.includes(only))) {
      count++;
      const diff = await judgeCase(one, interpreterOf(file));
      if (diff.length === 0) continue;
      missed++;
      const script = one.script.trimEnd().replaceAll("\n", "\n    ");
      process.stdout.write(
        `${file}: ${one.name}\n    ${script}\n${diff.map((line) => `  ${line}\n`).join("")}\n`,
      );
    }
  }
  process.stdout.write(`${count} cases: ${count - missed} agree, ${missed} differ\n`);
  process.exitCode = missed > 0 || count === 0 ? 1 : 0;
}

function defaultFiles(): string[] {
  return readdirSync(CASES_DIR)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .map((name) => `${CASES_DIR}/${name}`)
    .filter(holdsCases);
}

function recordAll(files: readonly string[]): void {
  const cannot = whyNoBash();
  if (cannot !== null || files.length === 0) {
    process.stderr.write(`shell-cases: ${cannot ?? "no script was given"}\n`);
    process.exitCode = 2;
    return;
  }
  const scripts = files.flatMap((file) =>
    again ? readCases(file) : [{ name: basename(file, ".sh"), script: readFileSync(file, "utf8") }],
  );
  for (const { name, script } of scripts)
    process.stdout.write(`${JSON.stringify({ name, script, ...askBashInTmp(script) })}\n`);
}
