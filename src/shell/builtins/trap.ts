/** `trap`. */
import type { Interpreter, TrapName } from "../interpreter.ts";
import { quoteSingle } from "../quote.ts";
import { parseSignal, SIGNAL_NAMES, signalTable } from "../signals.ts";
import type { Builtin } from "./index.ts";
import { complainOfUsage } from "./options.ts";

const PSEUDO = ["EXIT", "DEBUG", "ERR", "RETURN"] as const;
type PseudoName = (typeof PSEUDO)[number];
const ORDER: readonly TrapName[] = ["EXIT", ...SIGNAL_NAMES, "DEBUG", "ERR", "RETURN"];

function parseTrapName(sh: Interpreter, text: string): TrapName | null {
  const upper = text.toUpperCase();
  if (text === "0") return "EXIT";
  const pseudo: PseudoName | undefined = PSEUDO.find((name) => name === upper || `SIG${name}` === upper);
  if (pseudo !== undefined) return sh.isDash && pseudo !== "EXIT" ? null : pseudo;
  return parseSignal(text);
}

/** @param all shows names without a trap, too, as `-p` does in POSIX mode */
function show(sh: Interpreter, names: readonly TrapName[], all = false): number {
  const isPlain = sh.isDash || sh.options.has("posix");
  const lines = names.flatMap((name) => {
    const isIgnored = !sh.isDash && isIgnoredOnEntry(sh, name);
    const action = isIgnored ? "" : (sh.traps.get(name) ?? sh.inheritedTraps?.get(name));
    const shown = isPlain || (PSEUDO as readonly string[]).includes(name) ? name : `SIG${name}`;
    if (action === undefined) return all ? [`trap -- - ${shown}\n`] : [];
    return [`trap -- ${quoteSingle(action)} ${shown}\n`];
  });
  return sh.write("trap", lines.join(""));
}

export const trap: Builtin = (sh, argv) => {
  const args = argv.slice(1);
  let prints = false;
  while (/^-./.test(args[0] ?? "")) {
    const option = args.shift()!;
    if (option === "--") break;
    const bad = [...option.slice(1)].find((letter) => !"lp".includes(letter));
    if (bad !== undefined) {
      sh.complain(`trap: -${bad}: invalid option`);
      return complainOfUsage(sh, "trap");
    }
    if (option.includes("l")) return sh.write("trap", signalTable());
    prints = true;
  }
  if (args.length === 0) return show(sh, ORDER);
  if (prints) return forEachName(sh, args, (name) => show(sh, [name], sh.options.has("posix")));
  // A number first, or one name alone: the traps are taken away.
  const [first, ...rest] = args as [string, ...string[]];
  if (rest.length === 0) {
    if (parseTrapName(sh, first) === null) return complainOfUsage(sh, "trap");
    return forEachName(sh, args, (name) => setTrap(sh, name, null));
  }
  if (/^\d+$/.test(first) && parseTrapName(sh, first) !== null)
    return forEachName(sh, args, (name) => setTrap(sh, name, null));
  return forEachName(sh, rest, (name) => setTrap(sh, name, first === "-" ? null : first));
};

/** The status is 1 if any name is no signal's. */
function forEachName(sh: Interpreter, names: readonly string[], act: (name: TrapName) => number): number {
  let status = 0;
  for (const text of names) {
    const name = parseTrapName(sh, text);
    if (name === null && sh.isDash) sh.process.write(2, `trap: ${text}: bad trap\n`);
    else if (name === null) sh.complain(`trap: ${text}: invalid signal specification`);
    status = Math.max(status, name === null ? 1 : act(name));
  }
  return status;
}

/** @source POSIX.1-2017, trap: signals that were ignored on entry cannot be trapped or reset */
function isIgnoredOnEntry(sh: Interpreter, name: TrapName): boolean {
  return (sh.ignoredOnEntry as ReadonlySet<TrapName>).has(name);
}

function setTrap(sh: Interpreter, name: TrapName, action: string | null): number {
  if (!sh.isDash && isIgnoredOnEntry(sh, name)) return 0;
  sh.inheritedTraps = null;
  if (action === null) sh.traps.delete(name);
  else sh.traps.set(name, action);
  if ((PSEUDO as readonly string[]).includes(name)) return 0;
  const signal = name as Exclude<TrapName, (typeof PSEUDO)[number]>;
  if (sh.ignoredOnEntry.has(signal)) return 0;
  if (action === "") sh.process.ignored.add(signal);
  else sh.process.ignored.delete(signal);
  return 0;
}
