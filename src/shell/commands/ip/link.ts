/** `ip link`. */
import { isPrefixOf } from "./args.ts";
import { linkAdd } from "./link-add.ts";
import { linkDelete, linkProperty, linkSet } from "./link-set.ts";
import { linkShow } from "./link-show.ts";
import type { Session } from "./session.ts";
import { usage, VETH_USAGE } from "./usage.ts";

function linkHelp(s: Session, words: readonly string[]): void {
  if (words[0] === "veth") s.out(VETH_USAGE);
  else usage(s, "link");
}

/** `ip link show` and nothing else goes by these words; the first that fits is meant. */
const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["add", linkAdd],
  ["set", linkSet],
  ["change", linkSet],
  ["replace", (s) => s.fail("ip link replace is not supported by vethsim\n", 1)],
  ["delete", linkDelete],
  ["show", linkShow],
  ["lst", linkShow],
  ["list", linkShow],
  ["xstats", (s) => s.fail("ip link xstats is not supported by vethsim\n", 1)],
  ["afstats", (s) => s.fail("ip link afstats is not supported by vethsim\n", 1)],
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
