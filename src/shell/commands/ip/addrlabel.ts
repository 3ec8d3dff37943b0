/** `ip addrlabel list`: the policy table of source addresses. @source ip-addrlabel(8); net/ipv6/addrlabel.c, ip6addrlbl_init_table[] */
import { isPrefixOf } from "./args.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

/** Those that every namespace begins with, in the order of a dump. RFC 6724, section 2.1, and two of Linux's own. */
const LABELS: readonly (readonly [prefix: string, length: number, label: number])[] = [
  ["::1", 128, 0],
  ["::", 96, 3],
  ["::ffff:0.0.0.0", 96, 4],
  ["2001::", 32, 6],
  ["2001:10::", 28, 7],
  ["3ffe::", 16, 12],
  ["2002::", 16, 2],
  ["fec0::", 10, 11],
  ["fc00::", 7, 5],
  ["::", 0, 1],
];

function list(s: Session, words: readonly string[]): void {
  if (words.length > 0) s.fail('"ip addrlabel show" does not take any arguments.\n', 1);
  if (s.options.family !== "unspec" && s.options.family !== "inet6") {
    s.printRefusal({ ok: false, errno: "EOPNOTSUPP", extack: null });
    s.exit("Dump terminated\n");
  }
  s.print((p) => {
    for (const [prefix, length, label] of LABELS) {
      p.object();
      p.text("prefix ");
      p.put("address", prefix, prefix, "inet6");
      p.put("prefixlen", length, `/${length} `);
      p.put("label", label, `label ${label} `);
      p.text("\n");
      p.close();
    }
  });
}

function unsupported(word: string): (s: Session) => void {
  return (s) => s.fail(`ip addrlabel ${word} is not supported by vethsim\n`, 1);
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["list", list],
  ["show", list],
  ["add", unsupported("add")],
  ["delete", unsupported("delete")],
  ["flush", unsupported("flush")],
  ["help", (s) => usage(s, "addrlabel")],
];

export function addrlabel(s: Session, words: readonly string[]): void {
  const command = words.length === 0 ? undefined : COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (words.length === 0) list(s, []);
  else if (command === undefined) s.args(words).unknownCommand("addrlabel", words[0]!);
  else command[1](s, words.slice(1));
}
