/** Random statements on what a machine keeps beside its links: files that name namespaces, saved tables, rarer objects of `ip`, sockets. */
import type { Draft } from "./draft.ts";

const NAMES = ["f1", "f2", "plain"];

/** Files under /run/netns that are made without `ip netns`, and namespaces mounted on files. */
export function netnsFile(d: Draft): void {
  const name = d.pick(NAMES);
  const known = d.pick(d.netnses) || "nosuch";
  d.say(
    d.weighted([
      [3, `ln -s /run/netns/${known} /run/netns/${name}`],
      [2, `touch /run/netns/${name}`],
      [2, `mount --bind /proc/self/ns/net /run/netns/${name}`],
      [2, `umount /run/netns/${name}`],
      [2, `ip netns del ${name}`],
      [1, `ip netns attach ${name} $$`],
      [2, `ip -n ${name} -br link show lo`],
      [1, `ip netns exec ${name} true`],
      [1, `nsenter --net=/run/netns/${name} ip -br link show lo`],
      [1, `ip netns set ${name} ${d.below(4)}`],
    ]),
  );
  if (d.odds(50)) d.say(d.pick(["ip netns list", "ip netns list-id", "ls /run/netns", "ip netns identify"]));
}

/** Tables go to a file and come back, perhaps in another state of the links. */
export function saveOrRestore(d: Draft): void {
  const [object, file] = d.pick([
    ["route", "routes"],
    ["addr", "addrs"],
    ["rule", "rules"],
  ] as const);
  const netns = d.pick(d.netnses);
  if (d.odds(50)) {
    d.say(`${d.ip(netns, `${object} save`)} > /tmp/${file}`);
    d.say(`wc -c < /tmp/${file}`);
  } else d.say(`[ -f /tmp/${file} ] && ${d.ip(netns, `${object} restore`)} < /tmp/${file}`);
}

export function lookElsewhere(d: Draft): void {
  const netns = d.pick(d.netnses);
  const ip = d.pick([
    "stats show group link",
    "tunnel",
    "nexthop",
    "tcp_metrics",
    "xfrm state",
    "vrf",
    "mrule",
    "-j tuntap",
    "route show realm 0",
    "maddr",
    "netconf",
  ]);
  const other = d.pick([
    "ss -tan",
    "ss -tn state established '( sport = :22 or dport = :5 )'",
    "netstat -4 -tun",
    "cat /proc/net/dev_mcast",
    "cat /proc/net/psched",
    "ls /proc/self/ns",
  ]);
  d.say(d.odds(70) ? d.ip(netns, ip) : d.within(netns, other));
}
