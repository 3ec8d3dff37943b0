/** `ip netconf show`: some settings of each device. @source ip-netconf(8); iproute2 6.1.0, recorded; net/ipv4/devinet.c, inet_netconf_fill_devconf() */
import { isPrefixOf } from "./args.ts";
import { needShownIndex } from "./link-filter.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

/** What is told, and the sysctl that it is of each family; null: the family does not have it. */
const SETTINGS: readonly (readonly [key: string, inet: string, inet6: string | null])[] = [
  ["forwarding", "forwarding", "forwarding"],
  ["rp_filter", "rp_filter", null],
  ["mc_forwarding", "mc_forwarding", "mc_forwarding"],
  ["proxy_neigh", "proxy_arp", "proxy_ndp"],
  ["ignore_routes_with_linkdown", "ignore_routes_with_linkdown", "ignore_routes_with_linkdown"],
];

const RP_FILTERS = ["off", "strict", "loose"];

function putSettings(s: Session, p: Printer, family: "inet" | "inet6", name: string): void {
  const directory = family === "inet" ? "ipv4" : "ipv6";
  p.object();
  p.put("family", family, `${family} `);
  p.put("interface", name, `${name} `);
  for (const [key, inet, inet6] of SETTINGS) {
    const setting = family === "inet" ? inet : inet6;
    if (setting === null) continue;
    const read = s.request("FILE_READ", { path: `/proc/sys/net/${directory}/conf/${name}/${setting}` });
    if (!read.ok) continue;
    const value = Number(read.value);
    if (key === "rp_filter") {
      const word = RP_FILTERS[value] ?? "unknown";
      p.put(key, word, `${key} ${word} `);
    } else p.put(key, value !== 0, `${key} ${value === 0 ? "off" : "on"} `);
  }
  p.text("\n");
  p.close();
}

function show(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let dev: string | null = null;
  while (!args.isEmpty) if (args.take() === "dev") dev = args.value();
  const links = s.dumpLinks().map(({ ifname }) => ifname);
  if (dev !== null) needShownIndex(s, dev);
  const names = dev === null ? [...links, "all", "default"] : [dev];
  const { family } = s.options;
  const families = (["inet", "inet6"] as const).filter((one) => family === "unspec" || family === one);
  s.print((p) => {
    for (const one of families) for (const name of names) putSettings(s, p, one, name);
  });
}

export function netconf(s: Session, words: readonly string[]): void {
  const [word] = words;
  if (word === undefined) show(s, []);
  else if (["show", "lst", "list"].some((name) => isPrefixOf(word, name))) show(s, words.slice(1));
  else if (isPrefixOf(word, "help")) usage(s, "netconf");
  else s.args(words).unknownCommand("netconf", word);
}
