/**
 * strings(1) of GNU binutils, for plain octets.
 * @source binutils 2.40, binutils/strings.c
 */
import type { OctetString } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, openInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";

export const strings: Tool = async (cx) => {
  const argv = cx.argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-n${word.slice(1)}` : word));
  const parsed = parseOptions(
    cx,
    {
      flags: "adfowv",
      values: "nteTUs",
      long: {
        all: "a",
        data: "d",
        "print-file-name": "f",
        bytes: "n",
        radix: "t",
        "include-all-whitespace": "w",
        encoding: "e",
        "output-separator": "s",
      },
    },
    argv,
  );
  if (parsed === null) return 1;
  const text = parsed.value("n") ?? "4";
  if (!/^\d+$/.test(text)) {
    cx.err(`strings: invalid integer argument ${text}\n`);
    return 1;
  }
  if (Number(text) < 1) {
    cx.err(`strings: invalid minimum string length ${text}\n`);
    return 1;
  }
  const radix = parsed.has("o") && !parsed.has("t") ? "o" : (parsed.value("t") ?? null);
  const end = parsed.value("s") ?? "\n";
  let status = 0;
  for (const name of parsed.operands.length === 0 ? ["-"] : parsed.operands) {
    const opened = openInput(cx, name);
    if (!opened.ok) {
      cx.err(`strings: '${name}': No such file\n`);
      status = 1;
      continue;
    }
    const prefix = parsed.has("f") ? `${name === "-" ? "{standard input}" : name}: ` : "";
    const print = (found: OctetString, offset: number) => {
      const base = { o: 8, d: 10, x: 16 }[radix ?? ""];
      const address = base === undefined ? "" : `${offset.toString(base).padStart(7)} `;
      cx.outOctets(`${prefix}${address}${found}${end}`);
    };
    const isText = parsed.has("w") ? /[\t\n\v\f\r -~]+/g : /[\t -~]+/g;
    await scan(cx, await opened.value.rest(), isText, Number(text), print);
    closeInput(cx, opened.value);
  }
  return status;
};

async function scan(
  cx: ToolContext,
  octets: OctetString,
  isText: RegExp,
  least: number,
  print: (found: OctetString, offset: number) => void,
): Promise<void> {
  for (const match of octets.matchAll(isText)) if (match[0].length >= least) print(match[0], match.index);
  await cx.drain();
}
