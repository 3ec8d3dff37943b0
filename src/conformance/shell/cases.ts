/** Cases: scripts with what bash answered, one JSON object a line. */
import { readFileSync } from "node:fs";
import { type Answer, answerDiff } from "./answer.ts";
import { askSimulator } from "./simulated-bash.ts";

export interface ShellCase extends Answer {
  readonly name: string;
  readonly script: string;
}

export function readCases(path: string | URL): ShellCase[] {
  const text = readFileSync(path, "utf8").trim();
  if (text === "") return [];
  return text.split("\n").map((line, i) => {
    const one = JSON.parse(line) as Partial<ShellCase>;
    if (typeof one.name !== "string" || typeof one.script !== "string" || typeof one.stdout !== "string")
      throw new Error(`${path}: line ${i + 1}: a case has name, script, stdout, stderr and status`);
    return one as ShellCase;
  });
}

/** Are the file's lines cases? Recordings of other things stand beside them. */
export function holdsCases(path: string | URL): boolean {
  const [first = ""] = readFileSync(path, "utf8").split("\n", 1);
  return first !== "" && typeof (JSON.parse(first) as Partial<ShellCase>).stdout === "string";
}

/** What answered the cases of a file: its name begins with it, where it was not bash. */
export function interpreterOf(path: string): "bash" | "sh" {
  return /(?:^|\/)dash-[^/]*$/.test(path) ? "sh" : "bash";
}

/** Runs a case in the simulator. Empty: it answers as the real shell did. */
export async function judgeCase(one: ShellCase, interpreter: "bash" | "sh" = "bash"): Promise<string[]> {
  return answerDiff(one, await askSimulator(one.script, {}, interpreter));
}
