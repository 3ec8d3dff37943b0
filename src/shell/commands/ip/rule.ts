/** `ip rule`. */
import { isPrefixOf } from "./args.ts";
import { ruleFlush, ruleShow } from "./rule-show.ts";
import { parseRule } from "./rule-words.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

function unsupported(word: string): (s: Session) => void {
  return (s) => s.fail(`ip rule ${word} is not supported by vethsim\n`, 1);
}

function add(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail('"ip rule add" requires arguments.\n', 1);
  s.talk("RTM_NEWRULE", parseRule(s, words, true));
}

function del(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail('"ip rule del" requires arguments.\n', 1);
  s.talk("RTM_DELRULE", parseRule(s, words, false));
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["list", ruleShow],
  ["lst", ruleShow],
  ["show", ruleShow],
  ["save", unsupported("save")],
  ["restore", unsupported("restore")],
  ["add", add],
  ["delete", del],
  ["flush", ruleFlush],
  ["help", (s) => usage(s, "rule")],
];

export function rule(s: Session, words: readonly string[]): void {
  if (words.length === 0) {
    ruleShow(s, []);
    return;
  }
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) s.args(words).unknownCommand("rule", words[0]!);
  else command[1](s, words.slice(1));
}
