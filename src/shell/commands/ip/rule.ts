/** `ip rule`. */
import { isPrefixOf } from "./args.ts";
import { ruleFlush, ruleShow } from "./rule-show.ts";
import { parseRule } from "./rule-words.ts";
import { dumpOctets, restore, writeSaved } from "./save.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

function save(s: Session, words: readonly string[]): void {
  if (words.length > 0) s.fail("ip rule save with a filter is not supported by vethsim\n", 1);
  writeSaved(s, "rule", dumpOctets(s, "rule", s.options.family === "inet6" ? "inet6" : "inet"));
}

function add(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail('"ip rule add" requires arguments.\n', 1);
  s.talk("RTM_NEWRULE", parseRule(s, words, true));
}

function del(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail('"ip rule del" requires arguments.\n', 1);
  s.talk("RTM_DELRULE", parseRule(s, words, false));
}

type Run = (s: Session, words: readonly string[]) => void | Promise<void>;

const COMMANDS: readonly (readonly [word: string, run: Run])[] = [
  ["list", ruleShow],
  ["lst", ruleShow],
  ["show", ruleShow],
  ["save", save],
  ["restore", restore("rule")],
  ["add", add],
  ["delete", del],
  ["flush", ruleFlush],
  ["help", (s) => usage(s, "rule")],
];

export function rule(s: Session, words: readonly string[]): void | Promise<void> {
  if (words.length === 0) return ruleShow(s, []);
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) return s.args(words).unknownCommand("rule", words[0]!);
  return command[1](s, words.slice(1));
}
