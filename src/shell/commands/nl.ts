/**
 * nl(1) of GNU coreutils.
 * @source coreutils 9.1, src/nl.c
 */
import { octetsToText, textToOctets } from "../../core/octets.ts";
import { PosixRegex } from "../posix-regex.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { eachInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteNameIfNeeded } from "./quoting.ts";

type Wants = (line: string) => boolean;
const STYLES: ReadonlyMap<string, Wants | null> = new Map<string, Wants | null>([
  ["a", () => true],
  // Of blank lines, only some may count: see -l.
  ["t", (line) => line !== ""],
  ["n", () => false],
]);

function styleOf(cx: ToolContext, section: string, text: string): Wants | null {
  if (text.startsWith("p")) {
    const pattern = PosixRegex.compile(text.slice(1), false);
    if (pattern !== null) return (line) => pattern.test(octetsToText(line));
  }
  const style = STYLES.get(text);
  if (style != null) return style;
  cx.err(
    `nl: invalid ${section} numbering style: ${quote(cx, text)}\nTry 'nl --help' for more information.\n`,
  );
  return null;
}

/** Null: it was refused. */
function numberOf(cx: ToolContext, what: string, text: string, least: number): number | null {
  const isNumber = /^\s*[-+]?\d+$/.test(text);
  if (isNumber && Number(text) >= least && Number(text) <= 2 ** 63) return Number(text);
  cx.err(`nl: invalid ${what}: ${quote(cx, text)}${isNumber ? ": Numerical result out of range" : ""}\n`);
  return null;
}

export const nl: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "p",
    values: "bdfhilnsvw",
    long: {
      "body-numbering": "b",
      "section-delimiter": "d",
      "footer-numbering": "f",
      "header-numbering": "h",
      "line-increment": "i",
      "join-blank-lines": "l",
      "number-format": "n",
      "no-renumber": "p",
      "number-separator": "s",
      "starting-line-number": "v",
      "number-width": "w",
    },
  });
  if (parsed === null) return 1;
  const styles = {
    body: styleOf(cx, "body", parsed.value("b") ?? "t"),
    header: styleOf(cx, "header", parsed.value("h") ?? "n"),
    footer: styleOf(cx, "footer", parsed.value("f") ?? "n"),
  };
  const increment = numberOf(cx, "line number increment", parsed.value("i") ?? "1", -Infinity);
  const start = numberOf(cx, "starting line number", parsed.value("v") ?? "1", -Infinity);
  const blanks = numberOf(cx, "line number of blank lines", parsed.value("l") ?? "1", 1);
  const width = numberOf(cx, "line number field width", parsed.value("w") ?? "6", 1);
  const format = parsed.value("n") ?? "rn";
  if (!["ln", "rn", "rz"].includes(format)) {
    cx.err(
      `nl: invalid line numbering format: ${quote(cx, format)}\nTry 'nl --help' for more information.\n`,
    );
    return 1;
  }
  if (styles.body === null || styles.header === null || styles.footer === null) return 1;
  if (increment === null || start === null || blanks === null || width === null) return 1;
  const separator = textToOctets(parsed.value("s") ?? "\t");
  const given = textToOctets(parsed.value("d") ?? "\\:");
  const delimiter = given.length === 1 ? `${given}:` : given;
  const sections = new Map<string, keyof typeof styles>();
  if (delimiter !== "") {
    sections.set(delimiter.repeat(3), "header");
    sections.set(delimiter.repeat(2), "body");
    sections.set(delimiter, "footer");
  }
  let section: keyof typeof styles = "body";
  let next = start;
  let blank = 0;
  const shown = (value: number) => {
    if (format === "ln") return String(value).padEnd(width);
    if (format === "rn") return String(value).padStart(width);
    return value < 0 ? `-${String(-value).padStart(width - 1, "0")}` : String(value).padStart(width, "0");
  };
  const number = (line: string) => {
    let isNumbered = styles[section]!(line);
    if (isNumbered && line === "" && blanks > 1) isNumbered = ++blank === blanks;
    if (isNumbered && (line !== "" || blank === blanks)) blank = 0;
    if (!isNumbered) return `${" ".repeat(width + separator.length)}${line}\n`;
    const text = `${shown(next)}${separator}${line}\n`;
    next += increment;
    return text;
  };
  return eachInput(
    cx,
    parsed.operands,
    (reader) =>
      reader.eachLine(
        (line) => {
          const begun = sections.get(line);
          if (begun === undefined) {
            cx.outOctets(number(line));
            return;
          }
          section = begun;
          if (!parsed.has("p")) next = start;
          cx.outOctets("\n");
        },
        () => cx.drain(),
      ),
    { explain: (path, why) => `${quoteNameIfNeeded(path)}: ${why}` },
  );
};
