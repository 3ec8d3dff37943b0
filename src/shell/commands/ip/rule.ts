/** `ip rule`: shows the rules that every namespace has. */
import { RT_TABLE_DEFAULT } from "../../../events/netlink.ts";
import { type Args, isPrefixOf } from "./args.ts";
import { needPrefix } from "./inet.ts";
import { TABLES } from "./names.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

/** `from all` fits every rule; another prefix is not supported. */
function takeFrom(s: Session, args: Args, word: string): void {
  const text = word === "from" || word === "to" ? args.value() : word;
  const prefix = needPrefix(args, text, s.options.family === "inet6" ? "inet6" : "inet");
  if (prefix.length > 0) s.fail(`ip rule show: "${text}" is not supported by vethsim\n`, 1);
}

function show(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let table: number | null = null;
  let priority: number | null = null;
  while (!args.isEmpty) {
    const word = args.take();
    if (isPrefixOf(word, "table") || isPrefixOf(word, "lookup")) {
      const name = args.value();
      table = TABLES.parse(name) ?? args.invalid("table id value is invalid\n", name);
    } else if (isPrefixOf(word, "preference") || isPrefixOf(word, "order") || isPrefixOf(word, "priority"))
      priority = args.unsigned(args.value(), "preference value is invalid\n");
    else takeFrom(s, args, word);
  }
  const isInet6 = s.options.family === "inet6";
  const rules = s
    .dump("RTM_GETRULE", {})
    // IPv6 has no rule for the table "default".
    .filter((r) => !(isInet6 && r.table === RT_TABLE_DEFAULT))
    .filter((r) => (table === null || r.table === table) && (priority === null || r.priority === priority));
  s.print((p) => {
    for (const rule of rules) {
      const name = TABLES.name(rule.table, s.options.isNumeric);
      p.object();
      p.put("priority", rule.priority, `${rule.priority}:\t`);
      p.put("src", "all", "from all ");
      p.put("table", name, `lookup ${name}`);
      if (s.options.details > 0) {
        const proto = s.options.isNumeric ? "2" : "kernel";
        p.put("protocol", proto, ` proto ${proto}`);
      }
      p.text("\n");
      p.close();
    }
  });
}

function unsupported(word: string): (s: Session) => void {
  return (s) => s.fail(`ip rule ${word} is not supported by vethsim\n`, 1);
}

function add(s: Session, words: readonly string[]): void {
  if (words.length === 0) s.fail('"ip rule add" requires arguments.\n', 1);
  unsupported("add")(s);
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["list", show],
  ["lst", show],
  ["show", show],
  ["save", unsupported("save")],
  ["restore", unsupported("restore")],
  ["add", add],
  ["delete", unsupported("delete")],
  ["flush", unsupported("flush")],
  ["help", (s) => usage(s, "rule")],
];

export function rule(s: Session, words: readonly string[]): void {
  if (words.length === 0) {
    show(s, []);
    return;
  }
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) s.args(words).unknownCommand("rule", words[0]!);
  else command[1](s, words.slice(1));
}
