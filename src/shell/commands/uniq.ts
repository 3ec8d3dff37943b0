/**
 * uniq(1) of GNU coreutils.
 * @source coreutils 9.1, src/uniq.c
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, octetsToText } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, openInput, usageError } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quote, quoteName, quoteNameIfNeeded } from "./quoting.ts";

/** The full word for what may be shortened; null: it was refused. */
export function wordOf(
  cx: ToolContext,
  option: string,
  given: string,
  words: readonly string[],
): string | null {
  const found = words.includes(given) ? [given] : words.filter((word) => word.startsWith(given));
  if (found.length === 1) return found[0]!;
  cx.err(
    `${cx.argv[0]}: ${found.length > 1 ? "ambiguous" : "invalid"} argument ${quote(cx, given)} for ${quote(cx, `--${option}`)}\nValid arguments are:\n${words.map((word) => `  - ${quote(cx, word)}\n`).join("")}Try '${cx.argv[0]} --help' for more information.\n`,
  );
  return null;
}

interface Settings {
  readonly skipsFields: number;
  readonly skipsOctets: number;
  readonly compares: number;
  readonly ignoresCase: boolean;
  readonly counts: boolean;
  readonly showsUnique: boolean;
  readonly showsRepeated: boolean;
  /** `-D`: all lines of a group. */
  readonly allRepeated: string | null;
  readonly group: string | null;
}

export const uniq: Tool = async (cx) => {
  const argv = cx.argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-f${word.slice(1)}` : word));
  const parsed = parseOptions(
    cx,
    {
      flags: "cdDuiz",
      values: "fsw",
      long: {
        count: "c",
        repeated: "d",
        "all-repeated": "all=?",
        unique: "u",
        group: "group=?",
        "ignore-case": "i",
        "skip-fields": "f",
        "skip-chars": "s",
        "check-chars": "w",
        "zero-terminated": "z",
      },
    },
    argv,
  );
  if (parsed === null) return 1;
  const settings = settingsOf(cx, parsed);
  if (typeof settings === "number") return settings;
  if (parsed.operands.length > 2) return usageError(cx, `extra operand ${quote(cx, parsed.operands[2]!)}`);
  const [from = "-", to = "-"] = parsed.operands;
  const opened = openInput(cx, from);
  if (!opened.ok) {
    cx.err(`uniq: ${quoteNameIfNeeded(from)}: ${strerror(opened.errno)}\n`);
    return 1;
  }
  let put = cx.outOctets.bind(cx);
  if (to !== "-") {
    const output = cx.process.userland.files.open(cx.process, to, "write");
    if (!output.ok) {
      cx.err(`uniq: ${quoteNameIfNeeded(to)}: ${strerror(output.errno)}\n`);
      return 1;
    }
    put = (octets) => void output.value.write(octetsToText(octets));
  }
  const end = parsed.has("z") ? "\0" : "\n";
  const groups = new Groups(settings, (text) => put(text + end), end);
  await opened.value.eachLine(
    (line) => groups.add(line),
    () => cx.drain(),
    end,
  );
  groups.finish();
  closeInput(cx, opened.value);
  if (opened.value.errno === null) return 0;
  cx.err(`uniq: error reading ${quoteName(from)}\n`);
  return 1;
};

function settingsOf(cx: ToolContext, parsed: Options): Settings | number {
  const { has, value } = parsed;
  const numbers = { f: 0, s: 0, w: Number.POSITIVE_INFINITY };
  const texts = {
    f: "number of fields to skip",
    s: "number of bytes to skip",
    w: "number of bytes to compare",
  };
  for (const letter of ["f", "s", "w"] as const) {
    const text = value(letter);
    if (text === undefined) continue;
    if (!/^\d+$/.test(text)) {
      cx.err(`uniq: ${text}: invalid ${texts[letter]}\n`);
      return 1;
    }
    numbers[letter] = Number(text);
  }
  let all: string | null = has("D") ? "none" : null;
  if (has("all")) all = wordOf(cx, "all-repeated", value("all") || "none", ["none", "prepend", "separate"]);
  if (has("all") && all === null) return 1;
  let group: string | null = null;
  if (has("group"))
    group = wordOf(cx, "group", value("group") || "separate", ["prepend", "append", "separate", "both"]);
  if (has("group") && group === null) return 1;
  if (group !== null && (has("c") || has("d") || has("u") || all !== null))
    return usageError(cx, "--group is mutually exclusive with -c/-d/-D/-u");
  if (all !== null && has("c"))
    return usageError(cx, "printing all duplicated lines and repeat counts is meaningless");
  return {
    skipsFields: numbers.f,
    skipsOctets: numbers.s,
    compares: numbers.w,
    ignoresCase: has("i"),
    counts: has("c"),
    showsUnique: !(has("d") || all !== null),
    showsRepeated: !has("u"),
    allRepeated: all,
    group,
  };
}

class Groups {
  private first: OctetString | null = null;
  private key = "";
  private count = 0;
  private groups = 0;

  constructor(
    private readonly settings: Settings,
    private readonly print: (line: OctetString) => void,
    private readonly end: string,
  ) {}

  private keyOf(line: OctetString): OctetString {
    const { skipsFields, skipsOctets, compares, ignoresCase } = this.settings;
    let at = 0;
    for (let i = 0; i < skipsFields && at < line.length; i++) {
      while (
        at < line.length &&
        (line[at] === " " || line[at] === "\t" || (line[at] === "\n" && this.end === "\0"))
      )
        at++;
      while (at < line.length && line[at] !== " " && line[at] !== "\t" && line[at] !== "\n") at++;
    }
    at = Math.min(line.length, at + skipsOctets);
    const key = at === 0 && compares >= line.length ? line : line.slice(at, at + compares);
    return ignoresCase ? key.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : key;
  }

  add(line: OctetString): void {
    const key = this.keyOf(line);
    const isSame = this.first !== null && key === this.key;
    const { group, allRepeated } = this.settings;
    if (group !== null) {
      if (!isSame && (this.groups > 0 || group === "prepend" || group === "both")) this.print("");
      this.print(line);
      if (!isSame) this.groups++;
    } else if (allRepeated !== null && isSame) {
      if (this.count === 1) {
        if (allRepeated === "prepend" || (allRepeated === "separate" && this.groups > 0)) this.print("");
        this.groups++;
        if (this.settings.showsRepeated) this.print(this.first!);
      }
      if (this.settings.showsRepeated) this.print(line);
    }
    if (isSame) {
      this.count++;
      return;
    }
    this.endGroup();
    [this.first, this.key, this.count] = [line, key, 1];
  }

  private endGroup(): void {
    const { showsUnique, showsRepeated, counts, allRepeated, group } = this.settings;
    if (this.first === null || group !== null || allRepeated !== null) return;
    if (this.count === 1 ? !showsUnique : !showsRepeated) return;
    this.print(counts ? `${String(this.count).padStart(7)} ${this.first}` : this.first);
  }

  finish(): void {
    this.endGroup();
    if (this.groups > 0 && (this.settings.group === "append" || this.settings.group === "both"))
      this.print("");
  }
}
