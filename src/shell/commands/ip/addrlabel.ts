/** `ip addrlabel`: the policy table of source addresses. @source ip-addrlabel(8); iproute2 6.1.0, ip/ipaddrlabel.c as observed */
import { NLM_F_CREATE, NLM_F_EXCL } from "../../../events/netlink.ts";
import type { AddrLabelSpec } from "../../../events/requests.ts";
import { isPrefixOf, parseUnsigned } from "./args.ts";
import { needPrefix, type Prefix } from "./inet.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

function list(s: Session, words: readonly string[]): void {
  if (words.length > 0) s.fail('"ip addrlabel show" does not take any arguments.\n', 1);
  if (s.options.family !== "unspec" && s.options.family !== "inet6") {
    s.printRefusal({ ok: false, errno: "EOPNOTSUPP", extack: null });
    s.exit("Dump terminated\n");
  }
  const labels = s.dump("RTM_GETADDRLABEL", {});
  s.print((p) => {
    for (const { prefix, prefixLen, ifindex, label } of labels) {
      p.object();
      p.text("prefix ");
      p.put("address", prefix, prefix, "inet6");
      p.put("prefixlen", prefixLen, `/${prefixLen} `);
      if (ifindex !== 0) {
        p.text("dev ");
        p.put("ifname", s.nameOf(ifindex), `${s.nameOf(ifindex)} `, "ifname");
      }
      p.put("label", label, `label ${label} `);
      p.text("\n");
      p.close();
    }
  });
}

/** The value that stands for no label. */
const LABEL_NONE = 0xffff_ffff;

/** Words that are none of these are passed over. */
function parseWords(s: Session, words: readonly string[]): AddrLabelSpec {
  const args = s.args(words);
  let prefix: Prefix | null = null;
  let label: number | null = null;
  let ifindex = 0;
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "prefix") prefix = needPrefix(args, args.value(), s.options.family);
    else if (word === "dev") {
      const name = args.value();
      ifindex = s.findIndex(name) ?? args.invalid("dev is invalid\n", name);
    } else if (word === "label") {
      const text = args.value();
      label = parseUnsigned(text);
      if (label === null || label === LABEL_NONE) args.invalid("label is invalid\n", text);
    }
  }
  if (prefix === null) return s.fail('Not enough information: "prefix" argument is required.\n', 1);
  if (label === null) return s.fail('Not enough information: "label" argument is required.\n', 1);
  // The kernel takes addresses of IPv6 only.
  if (prefix.family !== "inet6")
    s.refuse({ ok: false, errno: "ERANGE", extack: "Attribute failed policy validation" });
  return { prefix: prefix.address, prefixLen: prefix.length, ifindex, label };
}

function add(s: Session, words: readonly string[]): void {
  s.talk("RTM_NEWADDRLABEL", { ...parseWords(s, words), nlmFlags: NLM_F_CREATE | NLM_F_EXCL });
}

function del(s: Session, words: readonly string[]): void {
  s.talk("RTM_DELADDRLABEL", parseWords(s, words));
}

function flush(s: Session, words: readonly string[]): void {
  if (words.length > 0) s.fail('"ip addrlabel flush" does not allow extra arguments.\n', 1);
  for (const label of s.dump("RTM_GETADDRLABEL", {})) s.request("RTM_DELADDRLABEL", label);
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["list", list],
  ["show", list],
  ["add", add],
  ["delete", del],
  ["flush", flush],
  ["help", (s) => usage(s, "addrlabel")],
];

export function addrlabel(s: Session, words: readonly string[]): void {
  const command = words.length === 0 ? undefined : COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (words.length === 0) list(s, []);
  else if (command === undefined) s.args(words).unknownCommand("addrlabel", words[0]!);
  else command[1](s, words.slice(1));
}
