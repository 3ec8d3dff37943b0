/**
 * Random statements on IPv6: addresses, routes, neighbours, settings, tables and pings. Nothing is detected or solicited in these
 * scripts (`letIpv6`): both take their time by chance.
 */
import type { Device, Draft } from "./draft.ts";

/** What a namespace is told before it has devices: switches IPv6 off, or keeps it from what comes at random. */
export function setIpv6(d: Draft, netns: string): void {
  const settings = d.hasIpv6
    ? "net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0"
    : "net.ipv6.conf.all.disable_ipv6=1";
  d.say(d.within(netns, `sysctl -qw ${settings}`));
}

function end(dev: Device): number {
  return dev.peer !== null && dev.ifname.startsWith("p") ? 2 : 1;
}

function host(d: Draft, dev: Device): string {
  const pair = Math.max(1, dev.pair);
  return d.weighted([
    [8, `2001:db8:${pair}::${3 - end(dev)}`],
    [3, `2001:db8:${pair}::${end(dev)}`],
    [2, `2001:db8:${pair}::${d.pick([3, 4, 9])}`],
    [3, `fe80::ff:fe00:${pair}0${3 - end(dev)}`],
    [1, d.pick(["::1", "2001:db8:77::1", "2001:db8:ff::5", "fd00::1", "ff02::1", "::"])],
  ]);
}

function newAddress(d: Draft, dev: Device): string {
  const pair = Math.max(1, dev.pair);
  const address = d.weighted([
    [10, `2001:db8:${pair}::${d.odds(60) ? end(dev) : 3 + d.below(4)}`],
    [2, `fd00:0:0:${pair}::${end(dev)}`],
    [2, `fe80::${1 + d.below(3)}`],
    [
      1,
      d.pick(["::1", "ff02::5", "::", "2001:db8::g", "::ffff:10.1.0.1", "2001:db8:1:2:3:4:5:6:7", "fec0::1"]),
    ],
  ]);
  const length = d.weighted([
    [10, "/64"],
    [3, "/128"],
    [2, "/127"],
    [2, "/48"],
    [2, ""],
    [1, d.pick(["/0", "/129", "/10", "/x", "/126"])],
  ]);
  return address + length;
}

export function addr6Add(d: Draft): void {
  const dev = d.device();
  const options = [
    d.maybe(8, "nodad", "noprefixroute", "home", "mngtmpaddr", "optimistic", "nosuch"),
    d.maybe(6, "scope link", "scope host", "scope global", "scope site"),
    d.maybe(8, "metric 50", "metric 1024", "metric 0"),
    d.maybe(8, "valid_lft 1000 preferred_lft 500", "preferred_lft 0", "valid_lft 10 preferred_lft 20"),
    d.maybe(3, "proto 5", "label x", "brd +", "anycast"),
  ].join("");
  const peer = d.odds(8) ? ` peer 2001:db8:99::${1 + d.below(3)}${d.maybe(50, "/128", "/64").trim()}` : "";
  const verb = d.weighted([
    [10, "add"],
    [2, "replace"],
    [2, "change"],
  ]);
  const address = newAddress(d, dev);
  d.say(
    d.ip(
      dev.netns,
      `${d.maybe(20, "-6").trimStart()} addr ${verb} ${address}${peer}${options} dev ${d.nameOf(dev)}`.trimStart(),
    ),
  );
  if (/^2001:db8:\d+::\d/.test(address)) dev.addrs6.push(address);
}

export function addr6Delete(d: Draft): void {
  const dev = d.device();
  const address = dev.addrs6.length === 0 || d.odds(15) ? newAddress(d, dev) : d.pick(dev.addrs6);
  const line = d.weighted([
    [8, `addr del ${address} dev ${d.nameOf(dev)}`],
    [1, `-6 addr flush dev ${dev.ifname}${d.maybe(60, "scope link", "scope global", "to 2001:db8:1::/48")}`],
  ]);
  dev.addrs6 = line.includes("flush") ? [] : dev.addrs6.filter((one) => one !== address);
  d.say(d.ip(dev.netns, line));
}

export function ifconfigInet6(d: Draft): void {
  const dev = d.device();
  const verb = d.pick(["add", "add", "add", "del", ""]);
  const address = dev.addrs6.length > 0 && d.odds(40) ? d.pick(dev.addrs6) : newAddress(d, dev);
  d.say(d.within(dev.netns, `ifconfig ${d.nameOf(dev)} inet6 ${verb} ${address}`.replace("  ", " ")));
}

function network(d: Draft): string {
  return d.weighted([
    [5, `2001:db8:${50 + d.below(3)}::/48`],
    [2, `2001:db8:60:${d.below(2)}::/64`],
    [2, `2001:db8:60::${1 + d.below(2)}`],
    [2, "default"],
    [
      1,
      d.pick([
        "2001:db8:50::1/48",
        "::/0",
        "2001:db8::/129",
        "fe80::/64",
        "ff00::/8",
        "2001:db8:1::/64",
        "x",
      ]),
    ],
  ]);
}

export function route6Change(d: Draft): void {
  const dev = d.device();
  const verb = d.weighted([
    [10, "add"],
    [3, "replace"],
    [3, "del"],
    [2, "change"],
    [2, "append"],
    [1, "prepend"],
  ]);
  const type = d.maybe(
    10,
    "unicast",
    "unreachable",
    "blackhole",
    "prohibit",
    "throw",
    "local",
    "anycast",
    "multicast",
  );
  const via = d.odds(50) ? ` via ${host(d, dev)}` : "";
  const out = via === "" ? d.maybe(85, `dev ${d.nameOf(dev)}`) : d.maybe(60, `dev ${d.nameOf(dev)}`);
  const options = [
    d.maybe(20, "metric 10", "metric 20", "metric 256", "metric 0"),
    d.maybe(8, `src ${dev.addrs6[0]?.split("/")[0] ?? "2001:db8:1::1"}`, "src 2001:db8:88::1"),
    d.maybe(6, "proto static", "proto kernel", "proto 77", "proto ra"),
    d.maybe(4, "table main", "table local", "table 100"),
    d.maybe(4, "pref high", "pref low", "pref nosuch"),
    d.maybe(4, "mtu 1300", "hoplimit 7", "advmss 1000"),
    d.maybe(3, "onlink"),
    d.maybe(3, "expires 100"),
    d.maybe(2, "from 2001:db8:1::/64"),
  ].join("");
  d.say(d.ip(dev.netns, `-6 route ${verb}${type} ${network(d)}${via}${out}${options}`));
}

export function route6NetTools(d: Draft): void {
  const dev = d.device();
  const way = d.pick([
    `gw ${host(d, dev)}`,
    `gw ${host(d, dev)} dev ${dev.ifname}`,
    `dev ${d.nameOf(dev)}`,
    "metric 5",
  ]);
  d.say(d.within(dev.netns, `route -A inet6 ${d.pick(["add", "add", "del"])} ${network(d)} ${way}`));
}

export function neigh6Change(d: Draft): void {
  const dev = d.device();
  const verb = d.weighted([
    [6, "add"],
    [4, "replace"],
    [3, "change"],
    [3, "del"],
  ]);
  const lladdr = d.odds(85) ? ` lladdr ${d.mac()}` : "";
  const state = d.maybe(
    60,
    "nud permanent",
    "nud reachable",
    "nud stale",
    "nud noarp",
    "nud none",
    "router",
    "extern_learn",
  );
  const line = d.odds(85)
    ? `neigh ${verb} ${host(d, dev)}${verb === "del" ? "" : lladdr + state} dev ${d.nameOf(dev)}`
    : d.pick([
        `-6 neigh flush dev ${dev.ifname}`,
        `neigh add proxy ${host(d, dev)} dev ${dev.ifname}`,
        "-6 neigh flush all",
      ]);
  d.say(d.ip(dev.netns, line));
}

const CONF_KEYS = [
  "forwarding",
  "hop_limit",
  "mtu",
  "accept_ra",
  "disable_ipv6",
  "keep_addr_on_down",
  "addr_gen_mode",
  "use_tempaddr",
  "proxy_ndp",
  "ignore_routes_with_linkdown",
  "accept_redirects",
  "autoconf",
  "max_addresses",
  "ndisc_notify",
  "accept_untracked_na",
  "force_mld_version",
];

export function sysctl6(d: Draft): void {
  const dev = d.device();
  const where = d.weighted([
    [2, "all"],
    [2, "default"],
    [6, dev.ifname],
  ]);
  const key = d.odds(88)
    ? `net.ipv6.conf.${where}.${d.pick(CONF_KEYS)}`
    : `net.ipv6.${d.pick(["bindv6only", "ip_nonlocal_bind", "flowlabel_consistency", "icmp.ratelimit", "icmp.echo_ignore_all", "nosuch"])}`;
  const value = d.pick(["0", "1", "1", "2", "-1", "64", "1280", "x"]);
  d.say(
    d.within(
      dev.netns,
      d.odds(35) ? `sysctl ${key}` : d.pick([`sysctl -w ${key}=${value}`, `sysctl -qw ${key}=${value}`]),
    ),
  );
  d.rest(0.05);
}

const FORMS = ["", "", "", "-o ", "-br ", "-j ", "-d ", "-o -d ", "-j -d ", "-j -p "];

export function show6(d: Draft): void {
  const dev = d.device();
  const name = d.nameOf(dev);
  const form = d.pick(FORMS);
  const plain = form === "-br " ? "" : form;
  const line = d.weighted([
    [
      6,
      `${form}-6 addr${d.pick(["", " show", ` show dev ${name}`, " show up", " show scope link", " show scope global", " show to 2001:db8:1::/48", " show permanent", " show dynamic", " show tentative", " show -deprecated", " show primary"])}`,
    ],
    [
      6,
      `${plain}-6 route${d.pick(["", "", " show table all", " show table local", ` show dev ${name}`, " show default", " show root 2001:db8::/32", " show match 2001:db8:50::1", " show exact 2001:db8:50::/48", " show proto kernel", " show proto static", " show type unreachable", ` show via ${host(d, dev)}`, " show table 100", " show cache"])}`,
    ],
    [
      5,
      `${plain}route get ${host(d, dev)}${d.maybe(40, `oif ${name}`, `from ${host(d, dev)}`, `dev ${name} fibmatch`)}`,
    ],
    [
      3,
      `${plain}-6 neigh${d.pick(["", " show", ` show dev ${name}`, " show nud all", " show nud permanent", " show proxy", ` show ${host(d, dev)}`, " show router"])}`,
    ],
    [2, `${plain}-6 maddr show dev ${name}`],
    [
      1,
      d.pick([
        "-6 rule",
        "-6 -j rule",
        "-6 link show lo",
        "-6 netconf",
        `-6 netconf show dev ${name}`,
        "-6 ntable show name ndisc_cache dev lo",
      ]),
    ],
  ]);
  d.say(d.ip(dev.netns, line));
}

export function readFile6(d: Draft): void {
  const dev = d.device();
  d.say(
    d.within(
      dev.netns,
      d.pick([
        "cat /proc/net/if_inet6",
        "cat /proc/net/ipv6_route",
        "cat /proc/net/igmp6",
        "cat /proc/net/anycast6",
        "cat /proc/net/dev_mcast",
        "route -A inet6 -n",
        "netstat -gn",
        `ifconfig ${d.nameOf(dev)}`,
        "ifconfig -a",
      ]),
    ),
  );
}

/** To an address that answers at once, or for which no route is. */
export function ping6(d: Draft): void {
  const dev = d.device();
  const own = dev.addrs6[0]?.split("/")[0] ?? "::1";
  const other = dev.peer?.addrs6[0]?.split("/")[0];
  const pair = Math.max(1, dev.pair);
  const target = d.weighted([
    [other === undefined ? 0 : 8, other ?? ""],
    [2, own],
    [4, `fe80::ff:fe00:${pair}0${3 - end(dev)}%${dev.ifname}`],
    [1, `ff02::1%${dev.ifname}`],
    [1, d.pick(["::1", "::", "2001:db8:77::1", "fe80::1", "2001:db8:1::x"])],
  ]);
  const source = d.maybe(12, `-I ${dev.ifname}`, `-I ${own}`);
  const options = d.pick([
    "",
    "",
    "",
    " -q",
    " -n",
    " -t 1",
    " -s 0",
    " -s 100",
    " -s 1453",
    " -s 2000",
    " -M do",
    " -Q 0x10",
    " -p ff",
  ]);
  const count = d.pick([" -c 1", " -c 1", " -c 2 -i 0.2"]);
  d.say(d.within(dev.netns, `ping${d.maybe(30, "-6")}${count} -W 0.5${source}${options} ${target}`), 0.5);
}
