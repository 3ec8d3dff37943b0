/** `ip link`. */
import { isPrefixOf } from "./args.ts";
import { linkAdd } from "./link-add.ts";
import { BRIDGE_SLAVE_USAGE, BRIDGE_USAGE } from "./link-bridge-usage.ts";
import { linkDelete, linkProperty, linkReplace, linkSet } from "./link-set.ts";
import { linkShow } from "./link-show.ts";
import type { Session } from "./session.ts";
import { usage, VETH_USAGE } from "./usage.ts";

function linkHelp(s: Session, words: readonly string[]): void {
  if (words[0] === "veth") s.out(VETH_USAGE);
  else if (words[0] === "bridge") s.out(BRIDGE_USAGE);
  else if (words[0] === "bridge_slave") s.out(BRIDGE_SLAVE_USAGE);
  else usage(s, "link");
}

/** Statistics that kinds of devices keep beside the common ones; those here keep none. */
function xstats(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail("xstats: missing argument\n", 1);
  const args = s.args(words);
  while (!args.isEmpty) {
    const word = args.take();
    if (word !== "type" && word !== "dev") args.invalid("unknown argument", word);
    const value = args.value();
    if (word === "type" && !["bridge", "bridge_slave", "bond", "bond_slave"].includes(value))
      args.invalid("invalid type", value);
  }
}

/** `ip link show` and nothing else goes by these words; the first that fits is meant. */
const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["add", linkAdd],
  ["set", linkSet],
  ["change", linkSet],
  ["replace", linkReplace],
  ["delete", linkDelete],
  ["show", linkShow],
  ["lst", linkShow],
  ["list", linkShow],
  ["xstats", xstats],
  ["afstats", () => {}], // of MPLS alone, which no device here speaks
  ["property", linkProperty],
  ["help", linkHelp],
];

export function link(s: Session, words: readonly string[]): void {
  if (words.length === 0) {
    linkShow(s, []);
    return;
  }
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) s.args(words).unknownCommand("link", words[0]!);
  else command[1](s, words.slice(1));
}
