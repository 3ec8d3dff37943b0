/** `select`: a menu on standard error, and answers from standard input. */
import type { Select } from "unbash";
import { assignScalar, readScalar } from "../assign.ts";
import { read } from "../builtins/read.ts";
import { expandText, expandWords } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";
import { printCommand } from "../print.ts";
import { countCharacters } from "../text.ts";
import { inLoop, runBody, setLoopVariable } from "./compound.ts";
import { explaining } from "./list.ts";
import { trace } from "./trace.ts";

const COLUMNS = 80;
const TAB = 8;

/** The menu in columns, as wide as the terminal. @source learnt by experiment from bash 5.2 */
function menu(items: readonly string[], width: number): string {
  const digits = String(items.length).length;
  const longest = Math.max(...items.map(countCharacters)) + digits + 4;
  const wanted = Math.max(1, Math.floor(width / longest));
  const filled = Math.ceil(items.length / wanted);
  const isOneRow = filled === 1;
  const rows = isOneRow ? items.length : filled;
  let text = "";
  for (let row = 0; row < rows; row++) {
    let at = 0;
    for (let i = row; i < items.length; i += rows) {
      // Only the first column has its own, narrower numbers.
      const numberWidth = i < rows ? String(rows).length : digits;
      const cell = `${String(i + 1).padStart(numberWidth)}) ${items[i]}`;
      text += cell;
      const end = at + countCharacters(cell);
      at += longest;
      if (i + rows < items.length) text += gap(end, at);
    }
    text += "\n";
  }
  return text;
}

/** From one column to another, by tabs as far as they reach. */
function gap(from: number, to: number): string {
  let text = "";
  let at = from;
  while (at < to) {
    if (Math.floor(to / TAB) > Math.floor(at / TAB)) {
      text += "\t";
      at += TAB - (at % TAB);
    } else {
      text += " ";
      at++;
    }
  }
  return text;
}

export function runSelect(sh: Interpreter, node: Select): Promise<void> {
  return inLoop(sh, async () => {
    const { wordlist } = node;
    const name = node.name.value;
    if (sh.options.has("xtrace")) await trace(sh, printCommand(sh.unit.source, node).split(";\n")[0]!);
    const items =
      wordlist === undefined ? sh.positional : await explaining(sh, () => expandWords(sh, wordlist));
    sh.status = 0;
    if (items.length === 0) return;
    let showsMenu = true;
    for (;;) {
      await sh.userland.countCommand(sh.process);
      const choice = await ask(sh, items, showsMenu);
      if (choice === null) {
        sh.process.write(1, "\n");
        sh.status = 1;
        return;
      }
      if (!setLoopVariable(sh, name, choice)) return;
      if (!(await runBody(sh, node.body))) return;
      showsMenu = (readScalar(sh, "REPLY") ?? "") === "";
    }
  });
}

/** The item that was chosen; empty: none of them; null: the end of the input. */
async function ask(sh: Interpreter, items: readonly string[], showsMenu: boolean): Promise<string | null> {
  for (let shows = showsMenu; ; shows = true) {
    const width = Number(readScalar(sh, "COLUMNS") ?? COLUMNS) || COLUMNS;
    if (shows) sh.process.write(2, menu(items, width));
    sh.process.write(2, await expandText(sh, readScalar(sh, "PS3") ?? "#? "));
    assignScalar(sh, "REPLY", "", false);
    if ((await read(sh, ["read"], [])) !== 0) return null;
    const answer = readScalar(sh, "REPLY") ?? "";
    if (answer === "") continue;
    return (/^\s*\+?\d+\s*$/.test(answer) && items[Number(answer) - 1]) || "";
  }
}
