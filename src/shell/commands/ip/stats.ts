/**
 * `ip stats show`: a device's counters by groups. Of the groups that hardware, bonds, bridges and MPLS fill, only the names are shown.
 * @source iproute2 6.1.0, ip/ipstats.c, ipstats_show(), recorded
 */
import type { LinkInfo } from "../../../events/requests.ts";
import { isPrefixOf } from "./args.ts";
import { putStatistics } from "./link-stats.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";

type Path = readonly [group: string, subgroup?: string, suite?: string];

/** In the order in which they are shown. */
const GROUPS: readonly Path[] = [
  ["afstats", "mpls"],
  ["link"],
  ["offload", "l3_stats"],
  ["offload", "hw_stats_info"],
  ["offload", "cpu_hit"],
  ["xstats_slave", "bond", "802.3ad"],
  ["xstats", "bond", "802.3ad"],
  ["xstats_slave", "bridge", "mcast"],
  ["xstats_slave", "bridge", "stp"],
  ["xstats", "bridge", "mcast"],
  ["xstats", "bridge", "stp"],
];
const LEVELS = ["group", "subgroup", "suite"] as const;

/** No hardware counts for a veth. */
function putUnused(p: Printer): void {
  p.json("request", false);
  p.json("used", false);
}

function putGroup(s: Session, p: Printer, link: LinkInfo, path: Path): void {
  p.object();
  p.put("ifindex", link.ifindex, `${link.ifindex}: `);
  p.put("ifname", link.ifname, `${link.ifname}:`);
  for (const [level, name] of path.entries()) p.put(LEVELS[level]!, name!, ` ${LEVELS[level]} ${name}`);
  const [group, subgroup] = path;
  if (group === "link") {
    p.text("\n");
    putStatistics(s, p, link);
  } else if (subgroup === "l3_stats") {
    p.object("info");
    putUnused(p);
    p.close();
    p.text(" off used off");
  } else if (subgroup === "hw_stats_info") {
    p.object("info");
    p.object("l3_stats");
    putUnused(p);
    p.close();
    p.close();
    p.text("\n    l3_stats off used off");
  } else if (subgroup === "cpu_hit") p.text("\n");
  p.text("\n");
  p.close();
}

function show(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let only: number | null = null;
  const wanted: string[][] = [];
  while (!args.isEmpty) {
    const word = args.take();
    const level = LEVELS.indexOf(word as (typeof LEVELS)[number]);
    if (word === "dev") only = s.needIndex(args.value());
    else if (word === "help") s.fail("ip stats help is not supported by vethsim\n", 1);
    else if (level < 0) s.fail(`What is "${word}"?\n`, 22);
    else {
      const name = args.value();
      const above = level === 0 ? [] : (wanted.pop() ?? []).slice(0, level);
      const isKnown = GROUPS.some((path) => [...above, name].every((part, i) => path[i] === part));
      const place = level === 0 ? "top-level" : above.at(-1);
      if (!isKnown) s.fail(`Error: no ${word} named ${name} found inside ${place}\n`, 22);
      wanted.push([...above, name]);
    }
  }
  const isWanted = (path: Path): boolean =>
    wanted.length === 0 || wanted.some((parts) => parts.every((part, i) => path[i] === part));
  const links = only === null ? s.dumpLinks() : [s.talkLink(only)];
  s.print((p) => {
    for (const link of links) {
      for (const path of GROUPS) if (isWanted(path)) putGroup(s, p, link, path);
      if (only === null) p.text("\n");
    }
  });
}

export function stats(s: Session, words: readonly string[]): void {
  const [word = "show"] = words;
  if (isPrefixOf(word, "show")) show(s, words.slice(1));
  else if (isPrefixOf(word, "set") || isPrefixOf(word, "help"))
    s.fail(`ip stats ${word} is not supported by vethsim\n`, 1);
  else s.fail(`Command "${word}" is unknown, try "ip stats help".\n`, 1);
}
