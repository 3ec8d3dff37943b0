/** `ip token`: identifiers of the addresses that devices make from routers' prefixes. @source ip-token(8); iproute2 6.1.0, ip/iptoken.c as observed */
import { IFF_LOOPBACK, IFF_NOARP } from "../../../events/netlink.ts";
import { isPrefixOf } from "./args.ts";
import { needPrefix } from "./inet.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

function indexOf(s: Session, name: string): number {
  return s.findIndex(name) ?? s.args([]).invalid("dev is invalid\n", name);
}

/** Words other than `dev` say nothing. */
function list(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let ifindex: number | null = null;
  while (!args.isEmpty && ifindex === null) if (args.take() === "dev") ifindex = indexOf(s, args.value());
  const links = s
    .dumpLinks()
    .filter((link) => link.hasInet6 && (link.flags & (IFF_LOOPBACK | IFF_NOARP)) === 0)
    .filter((link) => ifindex === null || link.ifindex === ifindex);
  s.print((p) => {
    for (const { ifname, inet6Token = "::" } of links) {
      p.object();
      p.text("token ");
      p.put("token", inet6Token, inet6Token, "inet6");
      p.text(" dev ");
      p.put("ifname", ifname, ifname, "ifname");
      p.text("\n");
      p.close();
    }
  });
}

function set(isDelete: boolean): (s: Session, words: readonly string[]) => void {
  return (s, words) => {
    const args = s.args(words);
    let dev: string | null = null;
    let ifindex = 0;
    let token = isDelete ? "::" : null;
    while (!args.isEmpty) {
      const word = args.take();
      if (word === "dev") {
        const name = args.value();
        ifindex = dev === null ? indexOf(s, name) : ifindex;
        dev = name;
        continue;
      }
      if (isPrefixOf(word, "help")) usage(s, "token");
      if (token === null) token = needPrefix(args, word, "inet6").address;
    }
    if (token === null) return s.fail("Not enough information: token is required.\n", 1);
    if (dev === null) return s.fail('Not enough information: "dev" argument is required.\n', 1);
    if (token === "") s.refuse({ ok: false, errno: "ERANGE", extack: "Attribute failed policy validation" });
    s.talk("RTM_NEWLINK_SET", { ifindex, inet6Token: token });
  };
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["list", list],
  ["lst", list],
  ["show", list],
  ["set", set(false)],
  ["add", set(false)],
  ["delete", set(true)],
  ["get", list],
  ["help", (s) => usage(s, "token")],
];

export function token(s: Session, words: readonly string[]): void {
  const command = words.length === 0 ? undefined : COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (words.length === 0) list(s, []);
  else if (command === undefined) s.args(words).unknownCommand("token", words[0]!);
  else command[1](s, words.slice(1));
}
