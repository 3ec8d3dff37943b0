/** `trap`. */
import type { Interpreter, TrapName } from "../interpreter.ts";
import { quoteSingle } from "../quote.ts";
import { parseSignal, SIGNAL_NAMES, signalNumber } from "../signals.ts";
import type { Builtin } from "./index.ts";

const PSEUDO = ["EXIT", "DEBUG", "ERR", "RETURN"] as const;

function parseTrapName(text: string): TrapName | null {
  const upper = text.toUpperCase();
  if (text === "0") return "EXIT";
  return PSEUDO.find((name) => name === upper || `SIG${name}` === upper) ?? parseSignal(text);
}

function show(sh: Interpreter, names: readonly TrapName[]): number {
  const lines = names.flatMap((name) => {
    const action = sh.traps.get(name);
    const shown = (PSEUDO as readonly string[]).includes(name) ? name : `SIG${name}`;
    return action === undefined ? [] : [`trap -- ${quoteSingle(action)} ${shown}\n`];
  });
  return sh.write("trap", lines.join(""));
}

const ORDER: readonly TrapName[] = ["EXIT", ...SIGNAL_NAMES, "DEBUG", "ERR", "RETURN"];

export const trap: Builtin = (sh, argv) => {
  const args = argv.slice(1);
  if (args[0] === "-l") {
    const cells = SIGNAL_NAMES.map((name) => `${String(signalNumber(name)).padStart(2)}) SIG${name}`);
    return sh.write("trap", `${cells.join("\n")}\n`);
  }
  if (args.length === 0 || (args[0] === "-p" && args.length === 1)) return show(sh, ORDER);
  if (args[0] === "-p")
    return show(
      sh,
      args.slice(1).flatMap((name) => parseTrapName(name) ?? []),
    );
  if (args[0] === "--") args.shift();
  // One argument alone, or a number first: the traps are taken away.
  const resets = args.length === 1 || args[0] === "-" || /^\d+$/.test(args[0]!);
  const names = args.length === 1 || (resets && args[0] !== "-") ? args : args.slice(1);
  let status = 0;
  for (const text of names) {
    const name = parseTrapName(text);
    if (name === null) {
      sh.complain(`trap: ${text}: invalid signal specification`);
      status = 1;
    } else setTrap(sh, name, resets ? null : args[0]!);
  }
  return status;
};

function setTrap(sh: Interpreter, name: TrapName, action: string | null): void {
  if (action === null) sh.traps.delete(name);
  else sh.traps.set(name, action);
  if ((PSEUDO as readonly string[]).includes(name)) return;
  const signal = name as Exclude<TrapName, (typeof PSEUDO)[number]>;
  if (action === "") sh.process.ignored.add(signal);
  else sh.process.ignored.delete(signal);
}
