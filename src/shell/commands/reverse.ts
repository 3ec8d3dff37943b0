/**
 * tac(1) of GNU coreutils, rev(1) of util-linux.
 * @source coreutils 9.1, src/tac.c; util-linux 2.38, text-utils/rev.c
 */
import { strerror } from "../../core/errno.ts";
import { octetsToText, textToOctets } from "../../core/octets.ts";
import type { Tool } from "../tool.ts";
import { eachInput, readOctets } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quoteName, quoteNameIfNeeded } from "./quoting.ts";

export const tac: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "br",
    values: "s",
    long: { before: "b", regex: "r", separator: "s" },
  });
  if (parsed === null) return 1;
  const separator = textToOctets(parsed.value("s") ?? "\n");
  if (separator === "" && parsed.has("r")) {
    cx.err("tac: separator cannot be empty\n");
    return 1;
  }
  const pattern = parsed.has("r")
    ? new RegExp(separator, "g")
    : new RegExp((separator || "\0").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "g");
  let status = 0;
  for (const name of parsed.operands.length === 0 ? ["-"] : parsed.operands) {
    const read = await readOctets(cx, name);
    if (!read.ok) {
      cx.err(
        read.errno === "EISDIR"
          ? `tac: ${quoteNameIfNeeded(name)}: read error: ${strerror(read.errno)}\n`
          : `tac: failed to open ${quoteName(name)} for reading: ${strerror(read.errno)}\n`,
      );
      status = 1;
      continue;
    }
    const text = read.value;
    const cuts = [0];
    for (const match of text.matchAll(pattern))
      cuts.push(parsed.has("b") ? match.index : match.index + match[0].length);
    cuts.push(text.length);
    for (let i = cuts.length - 1; i > 0; i--) {
      cx.outOctets(text.slice(cuts[i - 1], cuts[i]));
      if (i % 4096 === 0) await cx.drain();
    }
    await cx.drain();
  }
  return status;
};

export const rev: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "0", long: { zero: "0" } });
  if (parsed === null) return 1;
  return eachInput(
    cx,
    parsed.operands,
    (reader) =>
      reader.eachLine(
        (line, hasEnd) => {
          const end = hasEnd ? "\n" : "";
          if (/[^\0-\x7f]/.test(line)) cx.out([...octetsToText(line)].reverse().join("") + end);
          else cx.outOctets(line.split("").reverse().join("") + end);
        },
        () => cx.drain(),
      ),
    { explain: (path, why) => `cannot open ${path}: ${why}`, explainRead: (path, why) => `${path}: ${why}` },
  );
};
