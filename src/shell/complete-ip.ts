/** The words of ip(8) that completion knows: options, objects, what is done to them, and names that the world has. */
import { nameTable } from "../core/name-table.ts";
import type { CompletionWorld } from "./complete.ts";

const OPTIONS = [
  "-4",
  "-br",
  "-c",
  "-d",
  "-details",
  "-j",
  "-json",
  "-n",
  "-netns",
  "-o",
  "-oneline",
  "-p",
  "-s",
];

/** What can be done to each object. */
const VERBS: Readonly<Record<string, readonly string[]>> = nameTable({
  address: ["add", "change", "delete", "flush", "help", "replace", "show"],
  link: ["add", "delete", "help", "set", "show"],
  neighbour: ["add", "change", "delete", "flush", "get", "help", "replace", "show"],
  netns: ["add", "attach", "delete", "exec", "help", "identify", "list", "pids", "set"],
  ntable: ["change", "help", "show"],
  route: ["add", "append", "change", "delete", "flush", "get", "help", "replace", "show"],
  rule: ["add", "delete", "help", "show"],
});

/** Options of a verb, as `object verb`. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = nameTable({
  "address add": ["broadcast", "dev", "label", "peer", "scope"],
  "address delete": ["dev"],
  "address show": ["dev", "scope", "to", "up"],
  "link add": ["address", "mtu", "name", "netns", "numrxqueues", "numtxqueues", "peer", "type"],
  "link set": ["address", "alias", "arp", "dev", "down", "group", "mtu", "name", "netns", "txqueuelen", "up"],
  "link show": ["dev", "type", "up"],
  "neighbour add": ["dev", "lladdr", "nud"],
  "neighbour delete": ["dev"],
  "neighbour show": ["dev", "nud", "to"],
  "route add": ["blackhole", "default", "dev", "metric", "mtu", "scope", "src", "table", "via"],
  "route delete": ["default", "dev", "via"],
  "route get": ["from", "oif"],
  "route show": ["dev", "scope", "table"],
});

const SHORT: ReadonlyMap<string, string> = new Map([
  ["del", "delete"],
  ["ls", "show"],
  ["list", "show"],
  ["lst", "show"],
]);

/** @param words between `ip` and the word under way. Null: it may be anything. */
export function ipWords(
  words: readonly string[],
  outerNetns: string | null,
  world: CompletionWorld,
): readonly string[] | null {
  let netns = outerNetns;
  let at = 0;
  for (; words[at]?.startsWith("-"); at++) {
    if (!/^-n(etns)?$/.test(words[at]!)) continue;
    if (at + 1 === words.length) return world.netnsNames;
    netns = words[++at]!;
  }
  const [objectWord, verbWord, ...rest] = words.slice(at);
  if (objectWord === undefined) return [...Object.keys(VERBS), "addr", "neigh", ...OPTIONS];
  const object = Object.keys(VERBS).find((name) => name.startsWith(objectWord));
  if (object === undefined) return null;
  if (verbWord === undefined) return VERBS[object]!;
  const full = SHORT.get(verbWord) ?? VERBS[object]!.find((name) => name.startsWith(verbWord)) ?? "";
  const last = rest.at(-1) ?? verbWord;
  if (last === "dev" || last === "oif") return world.ifnames(netns);
  if (last === "type") return ["veth"];
  if (object === "netns")
    return /^(exec|delete|pids|set)$/.test(full) && rest.length === 0 ? world.netnsNames : null;
  if (object === "link" && last === "netns") return world.netnsNames;
  const attributes = ATTRIBUTES[`${object} ${full}`] ?? [];
  const takesName = object === "link" && /^(delete|set|show)$/.test(full) && rest.length === 0;
  return takesName ? [...world.ifnames(netns), ...attributes] : attributes;
}
