/**
 * tr(1) of GNU coreutils: works on octets, whatever the locale.
 * @source coreutils 9.1, src/tr.c
 */
import { type OctetString, textToOctets } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";
import { type CharSet, expandSet, parseSet, SetError } from "./tr-set.ts";

/** tr reads by as much as BUFSIZ is. */
const BLOCK = 8192;

export const tr: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "cCdst",
    long: { complement: "c", delete: "d", "squeeze-repeats": "s", "truncate-set1": "t" },
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  const { has, operands } = parsed;
  const [deletes, squeezes] = [has("d"), has("s")];
  const needed = deletes === squeezes ? 2 : 1;
  const allowed = 1 + (deletes && !squeezes ? 0 : 1);
  if (operands.length === 0) return usageError(cx, "missing operand");
  if (operands.length < needed) {
    const why = squeezes
      ? "Two strings must be given when both deleting and squeezing repeats."
      : "Two strings must be given when translating.";
    return usageError(cx, `missing operand after ${quote(cx, operands[0]!)}\n${why}`);
  }
  if (operands.length > allowed) {
    const why =
      operands.length === 2 ? "\nOnly one string may be given when deleting without squeezing repeats." : "";
    return usageError(cx, `extra operand ${quote(cx, operands[allowed]!)}${why}`);
  }
  let work: (block: OctetString) => OctetString;
  try {
    work = worker(cx, operands, has);
  } catch (error) {
    if (!(error instanceof SetError)) throw error;
    cx.err(`tr: ${error.message}\n`);
    return 1;
  }
  for (;;) {
    const taken = await cx.process.take(0, BLOCK, null);
    if (taken.kind === "refused") {
      cx.err("tr: read error: Bad file descriptor\n");
      return 1;
    }
    if (taken.kind !== "text") return 0;
    cx.outOctets(work(textToOctets(taken.text)));
    await cx.drain();
  }
};

function worker(
  cx: ToolContext,
  operands: readonly string[],
  has: (letter: string) => boolean,
): (block: OctetString) => OctetString {
  const isComplement = has("c") || has("C");
  const first = parseSet(cx, operands[0]!);
  const second = operands[1] === undefined ? null : parseSet(cx, operands[1]);
  const translates = !has("d") && second !== null;
  const sets = expandSet(first, second, { isComplement, translates, truncates: has("t") });
  const steps: ((block: OctetString) => OctetString)[] = [];
  if (has("d")) steps.push(deleter(sets.first));
  if (translates) steps.push(translator(sets.first, sets.second!));
  if (has("s")) steps.push(squeezer(second === null ? sets.first : sets.second!));
  return (block) => steps.reduce((text, step) => step(text), block);
}

function deleter(set: CharSet): (block: OctetString) => OctetString {
  const pattern = classOf(set);
  return (block) => block.replace(pattern, "");
}

function translator(from: CharSet, to: CharSet): (block: OctetString) => OctetString {
  const map = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
  for (const [i, code] of from.entries()) if (i < to.length) map[code] = String.fromCharCode(to[i]!);
  const changed = from.filter((code) => map[code] !== String.fromCharCode(code));
  if (changed.length === 0) return (block) => block;
  const pattern = classOf(changed);
  return (block) => block.replace(pattern, (octet) => map[octet.charCodeAt(0)]!);
}

/** Runs may go on from one block to the next. */
function squeezer(set: CharSet): (block: OctetString) => OctetString {
  const members = new Set(set);
  let last = -1;
  return (block) => {
    const kept: string[] = [];
    let from = 0;
    for (let i = 0; i < block.length; i++) {
      const code = block.charCodeAt(i);
      if (code === last && members.has(code)) {
        kept.push(block.slice(from, i));
        from = i + 1;
      }
      last = code;
    }
    kept.push(block.slice(from));
    return kept.join("");
  };
}

function classOf(set: CharSet): RegExp {
  if (set.length === 0) return /(?!)/g;
  return new RegExp(`[${set.map((code) => `\\x${code.toString(16).padStart(2, "0")}`).join("")}]`, "g");
}
