/**
 * wc(1) of GNU coreutils.
 * @source coreutils 9.1, src/wc.c: compute_number_width()
 */
import { octetLength } from "../../core/octets.ts";
import { countCharacters } from "../text.ts";
import type { Tool } from "../tool.ts";
import { readInputs } from "./inputs.ts";
import { parseOptions } from "./options.ts";

export const wc: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "lwcmL",
    long: { lines: "l", words: "w", bytes: "c", chars: "m", "max-line-length": "L" },
  });
  if (parsed === null) return 1;
  const { operands, has } = parsed;
  const { inputs, status } = await readInputs(cx, operands);
  const letters = ["l", "w", "m", "c", "L"].filter((letter) =>
    ["l", "w", "c", "m", "L"].some(has) ? has(letter) : "lwc".includes(letter),
  );
  const rows = inputs.map(({ name, text }) => ({
    name,
    counts: letters.map((letter) => count(letter, text)),
  }));
  if (operands.length > 1) {
    const total = letters.map((letter, i) =>
      rows.reduce((sum, { counts }) => (letter === "L" ? Math.max(sum, counts[i]!) : sum + counts[i]!), 0),
    );
    rows.push({ name: "total", counts: total });
  }
  // One number of one input stands alone; standard input has an unknown size.
  const octets = inputs.reduce((sum, { text }) => sum + octetLength(text), 0);
  const width =
    letters.length === 1 && operands.length <= 1
      ? 1
      : operands.length === 0 || operands.includes("-")
        ? 7
        : String(octets).length;
  for (const { name, counts } of rows) {
    const shown = operands.length === 0 ? "" : ` ${name}`;
    cx.out(`${counts.map((value) => String(value).padStart(width)).join(" ")}${shown}\n`);
  }
  return status;
};

function count(letter: string, text: string): number {
  switch (letter) {
    case "l":
      return text.split("\n").length - 1;
    case "w":
      return text.split(/\s+/).filter((word) => word !== "").length;
    case "c":
      return octetLength(text);
    case "m":
      return countCharacters(text);
    default:
      return Math.max(0, ...text.split("\n").map(countCharacters));
  }
}
