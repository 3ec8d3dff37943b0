/** What may stand at the end of a line: commands, files, variables, and the words of ip(8). Only looks; the world is a copy. */
import { devicesOf } from "../devices/netns.ts";
import type { NetnsId } from "../events/requests.ts";
import { globals } from "../kernel/globals.ts";
import type { Snapshot } from "../simulation/snapshot.ts";
import { BUILTINS } from "./builtins/index.ts";
import { ipWords } from "./complete-ip.ts";
import { resolvePath } from "./files.ts";
import type { Interpreter } from "./interpreter.ts";
import { RunHost } from "./run-host.ts";

export interface Completion {
  /** In order of the alphabet, each in place of `word`; folders end with a slash. */
  readonly matches: readonly string[];
  /** The end of the line that they complete. */
  readonly word: string;
}

/** What completion may look at. */
export interface CompletionWorld {
  /** Names of namespaces. */
  readonly netnsNames: readonly string[];
  /** Names of interfaces of a namespace, by its name; null: the shell's own. */
  ifnames(netns: string | null): readonly string[];
}

const KEYWORDS = [
  "case",
  "do",
  "done",
  "elif",
  "else",
  "esac",
  "fi",
  "for",
  "function",
  "if",
  "in",
  "select",
];
const MORE_KEYWORDS = ["then", "time", "until", "while", "{", "}", "!", "[["];
/** Words behind which another command begins. */
const OPENERS: ReadonlySet<string> = new Set([
  "!",
  "{",
  "do",
  "elif",
  "else",
  "if",
  "then",
  "until",
  "while",
]);
const WRAPPERS: ReadonlySet<string> = new Set(["builtin", "command", "env", "exec", "nohup", "sudo", "time"]);
/** Commands whose first argument is an interface. */
const ON_INTERFACE: ReadonlySet<string> = new Set(["ethtool", "ifconfig"]);

export function complete(sh: Interpreter, snapshot: Snapshot, line: string): Completion {
  const { words, word, isTarget } = lastCommand(line);
  const variable = /\$(\{?)(\w*)$/.exec(word);
  if (variable !== null) {
    const names = [...new Set([...sh.variables.names(), ...sh.dynamic.names()])];
    return among(
      names,
      variable[2]!,
      (name) => `$${variable[1]}${name}${variable[1] === "" ? "" : "}"}`,
      variable[0],
    );
  }
  const host = new RunHost({ from: snapshot });
  const world = worldOf(host, sh.process.netns);
  const command = isTarget ? null : innermost(words, null);
  if (command !== null && command.words.length === 0 && !word.includes("/"))
    return among(commandNames(sh), word);
  const special = command === null ? null : argumentsOf(command.words, command.netns, world);
  if (special !== null) {
    const found = among(special, word);
    if (found.matches.length > 0) return found;
  }
  return paths(sh, host, word, command?.words[0] === "cd");
}

function among(
  names: readonly string[],
  start: string,
  show: (name: string) => string = (name) => name,
  word = start,
): Completion {
  const matches = [...new Set(names)].filter((name) => name.startsWith(start)).sort();
  return { matches: matches.map(show), word };
}

interface LastCommand {
  /** Whole words of the command under way. */
  readonly words: readonly string[];
  readonly word: string;
  /** It stands behind `<` or `>`. */
  readonly isTarget: boolean;
}

/** Splits roughly as a shell does: quotes hide blanks and separators, and are kept out of whole words. */
function lastCommand(line: string): LastCommand {
  let words: string[] = [];
  let word = "";
  let isTarget = false;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quote !== "") {
      if (char === quote) quote = "";
      else word += char;
    } else if (char === "'" || char === '"') quote = char;
    else if (char === "\\") word += line[++i] ?? "";
    else if (/\s/.test(char)) {
      if (word !== "" && !isTarget) words.push(word);
      if (word !== "") isTarget = false;
      word = "";
    } else if (/[;|&()`]/.test(char)) {
      words = [];
      word = "";
      isTarget = false;
    } else if (char === "<" || char === ">") {
      isTarget = true;
      word = "";
    } else word += char;
  }
  return { words, word, isTarget };
}

/** The command that is completed, behind assignments, keywords and commands that run another; in a namespace by name. */
function innermost(
  words: readonly string[],
  netns: string | null,
): { readonly words: readonly string[]; readonly netns: string | null } {
  const [first, ...rest] = words;
  if (first === undefined) return { words, netns };
  if (/^\w+=/.test(first) || OPENERS.has(first) || WRAPPERS.has(first)) return innermost(rest, netns);
  if (first === "timeout" && words.length > 1) return innermost(words.slice(2), netns);
  const isNetnsExec =
    first === "ip" && "netns".startsWith(rest[0] ?? "-") && "exec".startsWith(rest[1] ?? "-");
  if (isNetnsExec && rest.length > 2) return innermost(rest.slice(3), rest[2]!);
  return { words, netns };
}

/** Null: nothing is known of them but that they may be files. */
function argumentsOf(
  words: readonly string[],
  netns: string | null,
  world: CompletionWorld,
): readonly string[] | null {
  const [command] = words;
  if (command === "ip") return ipWords(words.slice(1), netns, world);
  if (ON_INTERFACE.has(command!) && words.length === 1) return world.ifnames(netns);
  if (command === "ping" && words.at(-1) === "-I") return world.ifnames(netns);
  return null;
}

function commandNames(sh: Interpreter): string[] {
  return [
    ...KEYWORDS,
    ...MORE_KEYWORDS,
    ...BUILTINS.keys(),
    ...sh.functions.keys(),
    ...sh.aliases.keys(),
    ...sh.userland.options.commands.keys(),
    ...sh.userland.host.programs,
    "bash",
    "sh",
  ];
}

function worldOf({ run: { kernel } }: RunHost, own: NetnsId): CompletionWorld {
  const named = new Map(globals(kernel).netnsNames.map(({ name, netns }) => [name, netns]));
  return {
    netnsNames: [...named.keys()],
    ifnames: (netns) => {
      const id = netns === null ? own : named.get(netns);
      return id === undefined ? [] : devicesOf(kernel, id).map(({ ifname }) => ifname);
    },
  };
}

function paths(sh: Interpreter, host: RunHost, word: string, isDirectoryWanted: boolean): Completion {
  const { netns, cwd } = sh.process;
  const slash = word.lastIndexOf("/") + 1;
  const folder = resolvePath(cwd, word.slice(0, slash) || ".");
  const names = host.request(netns, "FILE_READDIR", { path: folder });
  if (!names.ok) return { matches: [], word };
  const start = word.slice(slash);
  const matches: string[] = [];
  for (const name of [...names.value].sort()) {
    if (!name.startsWith(start) || (name.startsWith(".") && start === "")) continue;
    const stat = host.request(netns, "FILE_STAT", { path: resolvePath(folder, name) });
    const isDirectory = stat.ok && stat.value.type === "dir";
    if (isDirectory || !isDirectoryWanted)
      matches.push(`${word.slice(0, slash)}${name}${isDirectory ? "/" : ""}`);
  }
  return { matches, word };
}
