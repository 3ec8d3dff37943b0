/**
 * Tools that work on lines and columns: uniq(1), cut(1), tr(1), paste(1), column(1), tee(1), seq(1).
 * @source coreutils 9.1; util-linux 2.38
 */
import { strerror } from "../../core/errno.ts";
import { decodeAnsi } from "../expand/ansi.ts";
import { isClassMember } from "../expand/patterns.ts";
import { countCharacters } from "../text.ts";
import type { Tool } from "../tool.ts";
import { linesOf, readInputs, usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";

export const uniq: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "cdui",
    values: "fsw",
    long: {
      count: "c",
      repeated: "d",
      unique: "u",
      "ignore-case": "i",
      "skip-fields": "f",
      "skip-chars": "s",
    },
  });
  if (parsed === null) return 1;
  const { inputs, status } = await readInputs(cx, parsed.operands.slice(0, 1));
  const key = (line: string) => {
    let text = line;
    for (let i = 0; i < Number(parsed.value("f") ?? 0); i++) text = text.replace(/^[ \t]*[^ \t]*/, "");
    text = text.slice(
      Number(parsed.value("s") ?? 0),
      parsed.has("w") ? Number(parsed.value("s") ?? 0) + Number(parsed.value("w")) : undefined,
    );
    return parsed.has("i") ? text.toLowerCase() : text;
  };
  const groups: { line: string; count: number }[] = [];
  for (const line of inputs.flatMap(({ text }) => linesOf(text))) {
    const last = groups.at(-1);
    if (last !== undefined && key(last.line) === key(line)) last.count++;
    else groups.push({ line, count: 1 });
  }
  for (const { line, count } of groups) {
    if ((parsed.has("d") && count === 1) || (parsed.has("u") && count > 1)) continue;
    cx.out(`${parsed.has("c") ? `${String(count).padStart(7)} ` : ""}${line}\n`);
  }
  return status;
};

/** `1,3-5,7-`; null: not a list. */
function parseList(text: string): ((position: number) => boolean) | null {
  const ranges: (readonly [number, number])[] = [];
  for (const item of text.split(",")) {
    const match = /^(\d*)(-?)(\d*)$/.exec(item);
    if (match === null || item === "" || item === "-") return null;
    const from = Number(match[1] || 1);
    ranges.push([
      from,
      match[2] === "" ? from : match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3]),
    ]);
  }
  return (position) => ranges.some(([from, to]) => position >= from && position <= to);
}

export const cut: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "sn",
    values: "dfcb\u0001",
    long: {
      delimiter: "d",
      fields: "f",
      characters: "c",
      bytes: "b",
      "only-delimited": "s",
      "output-delimiter": "\u0001",
    },
  });
  if (parsed === null) return 1;
  const kind = ["f", "c", "b"].find(parsed.has);
  if (kind === undefined) return usageError(cx, "you must specify a list of bytes, characters, or fields");
  const delimiter = parsed.value("d") ?? "\t";
  if ([...delimiter].length > 1) return usageError(cx, "the delimiter must be a single character");
  if (parsed.has("d") && kind !== "f")
    return usageError(cx, "an input delimiter may be specified only when operating on fields");
  const isWanted = parseList(parsed.value(kind)!);
  if (isWanted === null)
    return usageError(cx, kind === "f" ? "invalid field range" : "invalid byte or character range");
  const { inputs, status } = await readInputs(cx, parsed.operands);
  const glue = parsed.value("\u0001") ?? delimiter;
  for (const { text } of inputs)
    for (const line of linesOf(text)) {
      if (kind !== "f") cx.out(`${[...line].filter((_, i) => isWanted(i + 1)).join("")}\n`);
      else if (line.includes(delimiter))
        cx.out(
          `${line
            .split(delimiter)
            .filter((_, i) => isWanted(i + 1))
            .join(glue)}\n`,
        );
      else if (!parsed.has("s")) cx.out(`${line}\n`);
    }
  return status;
};

/** The characters of a set such as `a-z[:digit:]\n`. */
function parseSet(text: string): string[] {
  const source = [...decodeAnsi(text.replace(/\\([0-7]{1,3})/g, "\\$1"), false).text];
  const characters: string[] = [];
  for (let i = 0; i < source.length; i++) {
    const named = /^\[:(\w+):\]/.exec(source.slice(i, i + 12).join(""));
    if (named !== null) {
      for (let code = 0; code < 128; code++)
        if (isClassMember(named[1]!, String.fromCharCode(code))) characters.push(String.fromCharCode(code));
      i += named[0].length - 1;
    } else if (source[i + 1] === "-" && source[i + 2] !== undefined) {
      for (let code = source[i]!.codePointAt(0)!; code <= source[i + 2]!.codePointAt(0)!; code++)
        characters.push(String.fromCodePoint(code));
      i += 2;
    } else characters.push(source[i]!);
  }
  return characters;
}

export const tr: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "dscCt",
    long: { delete: "d", "squeeze-repeats": "s", complement: "c", "truncate-set1": "t" },
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  const [first, second] = parsed.operands;
  if (first === undefined) return usageError(cx, "missing operand");
  if (second === undefined && !parsed.has("d") && !parsed.has("s"))
    return usageError(cx, `missing operand after '${first}'\nTwo strings must be given when translating.`);
  const from = parseSet(first);
  const to = second === undefined ? [] : parseSet(second);
  const known = new Set(from);
  const isIn = (character: string) => known.has(character) !== (parsed.has("c") || parsed.has("C"));
  const map = new Map(from.map((character, i) => [character, to[i] ?? to.at(-1) ?? character]));
  const squeezed = new Set(parsed.has("s") ? (second === undefined ? null : to) : []);
  const isSqueezed = (character: string) =>
    parsed.has("s") && (second === undefined ? isIn(character) : squeezed.has(character));
  let out = "";
  let last = "";
  for (const character of await cx.readAll()) {
    if (parsed.has("d") && isIn(character)) continue;
    const next =
      parsed.has("d") || second === undefined || !isIn(character)
        ? character
        : parsed.has("c") || parsed.has("C")
          ? (to.at(-1) ?? character)
          : map.get(character)!;
    if (next === last && isSqueezed(next)) continue;
    last = next;
    out += next;
  }
  cx.out(out);
  return 0;
};

export const paste: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "s", values: "d", long: { serial: "s", delimiters: "d" } });
  if (parsed === null) return 1;
  const delimiters = [...decodeAnsi(parsed.value("d") ?? "\t", false).text];
  const { inputs, status } = await readInputs(cx, parsed.operands);
  const glue = (items: readonly string[]) =>
    items
      .map((item, i) =>
        i === 0 ? item : (delimiters.length === 0 ? "" : delimiters[(i - 1) % delimiters.length]!) + item,
      )
      .join("");
  // Standard input that is named several times is shared, line by line.
  const shares = Math.max(1, parsed.operands.filter((name) => name === "-").length);
  const shared = linesOf(
    inputs
      .filter(({ name }) => name === "-")
      .map(({ text }) => text)
      .join(""),
  );
  let share = 0;
  const columns = inputs.map(({ name, text }) => {
    if (name !== "-" || parsed.has("s")) return linesOf(text);
    const mine = share++;
    return shared.filter((_, i) => i % shares === mine);
  });
  if (parsed.has("s")) for (const lines of columns) cx.out(`${glue(lines)}\n`);
  else
    for (let i = 0; i < Math.max(0, ...columns.map((lines) => lines.length)); i++)
      cx.out(`${glue(columns.map((lines) => lines[i] ?? ""))}\n`);
  return status;
};

export const column: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "t",
    values: "so",
    long: { table: "t", separator: "s", "output-separator": "o" },
  });
  if (parsed === null) return 1;
  if (!parsed.has("t")) return usageError(cx, "only -t is supported");
  const { inputs, status } = await readInputs(cx, parsed.operands);
  const separators = parsed.value("s");
  const rows = inputs
    .flatMap(({ text }) => linesOf(text))
    .filter((line) => line.trim() !== "")
    .map((line) =>
      separators === undefined
        ? line.trim().split(/[ \t]+/)
        : line.split(new RegExp(`[${separators.replace(/[\\\]^-]/g, "\\$&")}]`)),
    );
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, countCharacters(cell));
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      i === row.length - 1 ? cell : cell + " ".repeat(widths[i]! - countCharacters(cell)),
    );
    cx.out(`${cells.join(parsed.value("o") ?? "  ")}\n`);
  }
  return status;
};

export const tee: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "aip", long: { append: "a" } });
  if (parsed === null) return 1;
  const { process } = cx;
  let status = 0;
  const fds: { readonly fd: number; readonly path: string }[] = [];
  for (const path of parsed.operands) {
    const opened = process.userland.files.open(process, path, parsed.has("a") ? "append" : "write");
    if (opened.ok) {
      const fd = process.fds.free(3);
      process.fds.set(fd, opened.value);
      fds.push({ fd, path });
    } else {
      cx.err(`tee: ${path}: ${strerror(opened.errno)}\n`);
      status = 1;
    }
  }
  for (;;) {
    const taken = await process.take(0, 65_536, null);
    if (taken.kind !== "text") return status;
    cx.out(taken.text);
    for (const { fd, path } of fds) {
      const errno = process.write(fd, taken.text);
      if (errno === null) continue;
      cx.err(`tee: ${path}: ${strerror(errno)}\n`);
      status = 1;
    }
    await cx.drain();
  }
};

export const seq: Tool = async (cx) => {
  const argv = cx.argv.map((word, i) => (i > 0 && /^-\.?\d/.test(word) ? `\u0001${word}` : word));
  const parsed = parseOptions(Object.assign(Object.create(cx), { argv }), {
    flags: "w",
    values: "sf",
    long: { separator: "s", "equal-width": "w", format: "f" },
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  if (parsed.has("f")) return usageError(cx, "option -f is not supported");
  const operands = parsed.operands.map((word) => word.replace("\u0001", ""));
  if (operands.length === 0) return usageError(cx, "missing operand");
  if (operands.length > 3) return usageError(cx, `extra operand '${operands[3]}'`);
  const bad = operands.find((word) => !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word));
  if (bad !== undefined) return usageError(cx, `invalid floating point argument: '${bad}'`);
  const places = Math.max(
    ...operands.slice(0, 2).map((word) => /\.(\d*)/.exec(word)?.[1]?.length ?? 0),
    operands.length === 1 ? 0 : 0,
  );
  const scale = 10 ** places;
  const [first, step, last] =
    operands.length === 1
      ? [1, 1, Number(operands[0])]
      : operands.length === 2
        ? [Number(operands[0]), 1, Number(operands[1])]
        : operands.map(Number);
  if (step === 0) return usageError(cx, `invalid Zero increment value: '${operands[1]}'`);
  const items: string[] = [];
  for (let i = 0; ; i++) {
    const value = Math.round((first! + i * step!) * scale) / scale;
    if (step! > 0 ? value > last! : value < last!) break;
    items.push(value.toFixed(places));
  }
  const width = parsed.has("w") ? Math.max(...items.map((item) => item.length)) : 0;
  const padded = items.map((item) =>
    item.startsWith("-") ? `-${item.slice(1).padStart(width - 1, "0")}` : item.padStart(width, "0"),
  );
  if (items.length > 0) cx.out(`${padded.join(parsed.value("s") ?? "\n")}\n`);
  return 0;
};

export const yes: Tool = async (cx) => {
  const line = `${cx.argv.length > 1 ? cx.argv.slice(1).join(" ") : "y"}\n`;
  // As much at a time as stdio writes, until the reader is gone.
  const block = line.repeat(Math.ceil(8192 / line.length));
  for (;;) {
    cx.out(block);
    await cx.drain();
    await cx.sleep(cx.process.userland.options.commandCost);
  }
};

export const tac: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "" });
  if (parsed === null) return 1;
  const { inputs, status } = await readInputs(
    cx,
    parsed.operands,
    (path, why) => `failed to open '${path}' for reading: ${why}`,
  );
  for (const { text } of inputs) cx.out((text.match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join(""));
  return status;
};

export const rev: Tool = async (cx) => {
  const { inputs, status } = await readInputs(
    cx,
    cx.argv.slice(1),
    (path, why) => `cannot open ${path}: ${why}`,
  );
  for (const { text } of inputs)
    cx.out(
      text
        .split("\n")
        .map((line) => [...line].reverse().join(""))
        .join("\n"),
    );
  return status;
};
