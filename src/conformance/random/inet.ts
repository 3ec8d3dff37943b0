/** Random statements on addresses, routes, neighbours and kernel settings. */
import type { Device, Draft } from "./draft.ts";

// ---------------------------------------------------------------------------------------------- addresses

const LENGTHS: readonly (readonly [number, number])[] = [
  [10, 24],
  [3, 16],
  [3, 25],
  [3, 30],
  [3, 31],
  [4, 32],
  [2, 8],
  [1, 0],
  [1, 33],
  [1, 12],
];

function newAddress(d: Draft, dev: Device): string {
  const pair = Math.max(1, dev.pair);
  const end = dev.peer !== null && dev.ifname.startsWith("p") ? 2 : 1;
  const host = d.weighted([
    [10, `10.${pair}.0.${dev.addrs.length === 0 ? end : 3 + d.below(4)}`],
    [2, `172.16.${pair}.${end}`],
    [
      1,
      d.pick(["127.0.0.5", "224.0.0.5", "255.255.255.255", "0.0.0.0", "10.0.0", "10.0.0.256", "192.168.5.1"]),
    ],
  ]);
  const length = d.weighted(LENGTHS);
  return d.odds(4) ? host : `${host}/${length}`;
}

export function addrAdd(d: Draft): void {
  const dev = d.device();
  const address = newAddress(d, dev);
  const name = d.nameOf(dev);
  const options = [
    d.maybe(15, "brd +", "broadcast +", "brd -", "brd 10.1.0.77", "brd 10.1.0"),
    d.maybe(12, "scope link", "scope host", "scope global", "scope 200", "scope nosuch"),
    d.maybe(8, `label ${name}:x`, `label ${name}:web`, "label nosuch", `label ${name}`),
    d.maybe(5, "metric 50", "noprefixroute", "metric x"),
    d.maybe(
      4,
      "valid_lft 100 preferred_lft 50",
      "valid_lft forever",
      "valid_lft 10 preferred_lft 20",
      "preferred_lft 0",
    ),
  ].join("");
  const peer = d.odds(8) ? ` peer 10.99.0.${1 + d.below(3)}${d.maybe(50, "/32", "/24").trim()}` : "";
  const verb = d.weighted([
    [12, "add"],
    [1, "replace"],
    [1, "change"],
    [1, "a"],
  ]);
  const dev_ = d.odds(3) ? "" : ` dev ${name}`;
  d.say(d.ip(dev.netns, `addr ${verb} ${address}${peer}${options}${dev_}`));
  if (/^\d+\.\d+\.\d+\.\d+/.test(address)) dev.addrs.push(address);
}

export function addrDelete(d: Draft): void {
  const dev = d.device();
  const address = dev.addrs.length === 0 || d.odds(8) ? newAddress(d, dev) : d.pick(dev.addrs);
  dev.addrs = dev.addrs.filter((one) => one !== address);
  const line = d.weighted([
    [8, `addr ${d.pick(["del", "delete"])} ${address} dev ${d.nameOf(dev)}`],
    [
      1,
      `addr flush dev ${dev.ifname}${d.maybe(40, "scope link", "label nosuch", "to 10.1.0.0/16", "secondary", "primary")}`,
    ],
    [1, `addr flush ${d.pick(["label v1:x", "scope link dev nosuch"])}`],
    [1, `addr del ${address.split("/")[0]} dev ${dev.ifname}`],
  ]);
  d.say(d.ip(dev.netns, line));
}

export function ifconfigAddress(d: Draft): void {
  const dev = d.device();
  const pair = Math.max(1, dev.pair);
  const label = d.odds(25) ? `${dev.ifname}:${d.below(2)}` : d.nameOf(dev);
  const address = d.pick([
    `10.${pair}.0.${1 + d.below(6)}`,
    `172.16.${pair}.1`,
    `192.168.${pair}.1`,
    "0.0.0.0",
    "224.0.0.1",
  ]);
  const rest = d.pick([
    "",
    " up",
    " netmask 255.255.255.0",
    " netmask 255.255.255.0 broadcast 10.1.0.255",
    "/24",
    "/30 up",
    " netmask 255.0.255.0",
    " broadcast 10.1.0.99",
    " pointopoint 10.99.0.1",
  ]);
  const line = d.odds(85)
    ? `ifconfig ${label} ${address}${rest}`
    : `ifconfig ${label} ${d.pick(["down", "up", "netmask 255.255.0.0", "broadcast 10.1.0.88"])}`;
  d.say(d.within(dev.netns, line));
  d.rest(0.1);
  if (/^\d/.test(address) && line.includes(address)) dev.addrs.push(`${address}/24`);
}

// ---------------------------------------------------------------------------------------------- routes

export function routeChange(d: Draft): void {
  const dev = d.device();
  const verb = d.weighted([
    [10, "add"],
    [3, "replace"],
    [3, "del"],
    [2, "change"],
    [2, "append"],
    [1, "prepend"],
    [1, "delete"],
  ]);
  const type = d.maybe(10, "unicast", "unreachable", "blackhole", "prohibit", "throw", "local", "broadcast");
  const via = d.odds(45)
    ? ` via ${d.weighted([
        [6, d.peerAddress(dev)],
        [2, d.anyHost()],
        [1, d.pick(["10.1", "nosuch"])],
      ])}`
    : "";
  const out = via === "" ? d.maybe(85, `dev ${d.nameOf(dev)}`) : d.maybe(30, `dev ${d.nameOf(dev)}`);
  const options = [
    d.maybe(15, "metric 10", "metric 20", "priority 10"),
    d.maybe(10, `src ${dev.addrs[0]?.split("/")[0] ?? "10.1.0.1"}`, "src 10.88.0.1"),
    d.maybe(8, "scope link", "scope host", "scope global", "scope 100", "scope nosuch"),
    d.maybe(6, "proto static", "proto kernel", "proto 77", "proto nosuch"),
    d.maybe(4, "table main", "table local", "table 100", "table nosuch"),
    d.maybe(3, "tos 0x10", "dsfield 8"),
    d.maybe(3, "onlink"),
    d.maybe(3, "mtu 1200"),
  ].join("");
  d.say(d.ip(dev.netns, `route ${verb}${type} ${d.network()}${via}${out}${options}`));
}

export function routeFlush(d: Draft): void {
  d.say(
    d.ip(
      d.pick(d.netnses),
      `route flush ${d.pick([d.network(), "cache", "table 100", "proto static", "dev v1", "scope link", ""])}`.trimEnd(),
    ),
  );
}

export function routeNetTools(d: Draft): void {
  const dev = d.device();
  const gw = d.odds(80) ? d.peerAddress(dev) : d.anyHost();
  const target = d.pick([
    "-net 10.50.0.0 netmask 255.255.0.0",
    "-net 10.51.0.0/16",
    "-host 10.60.0.1",
    "default",
    "10.60.0.2",
    "-net 10.50.0.1 netmask 255.255.0.0",
    "-net 10.52.0.0",
  ]);
  const way = d.pick([
    `gw ${gw}`,
    `gw ${gw}`,
    `dev ${d.nameOf(dev)}`,
    `gw ${gw} metric 5`,
    `gw ${gw} dev ${dev.ifname}`,
    "reject",
    "",
    "gw 0.0.0.0",
    "gw nosuch.invalid.x y",
  ]);
  const verb = d.weighted([
    [3, "add"],
    [1, "del"],
  ]);
  if (way.includes("nosuch")) return;
  d.say(d.within(dev.netns, `route ${verb} ${target} ${way}`.trimEnd()));
}

// ---------------------------------------------------------------------------------------------- neighbours

export function neighChange(d: Draft): void {
  const dev = d.device();
  const host = d.odds(70) ? d.peerAddress(dev) : d.anyHost();
  const lladdr = d.odds(85)
    ? ` lladdr ${d.pick([d.mac(), `02:00:00:00:0${Math.max(1, dev.pair)}:0${1 + d.below(2)}`])}`
    : "";
  const state = d.maybe(
    60,
    "nud permanent",
    "nud permanent",
    "nud reachable",
    "nud stale",
    "nud noarp",
    "nud none",
    "nud failed",
    "nud 0x80",
    "nud nosuch",
    "permanent",
    "stale",
  );
  const verb = d.weighted([
    [6, "add"],
    [4, "replace"],
    [3, "change"],
    [3, "del"],
    [1, "append"],
  ]);
  const name = d.odds(4) ? "" : ` dev ${d.nameOf(dev)}`;
  d.say(d.ip(dev.netns, `neigh ${verb} ${host}${verb === "del" ? "" : lladdr + state}${name}`));
}

export function neighFlush(d: Draft): void {
  const dev = d.device();
  d.say(
    d.ip(
      dev.netns,
      `neigh flush ${d.pick([`dev ${dev.ifname}`, "all", "nud stale", "nud permanent", `to ${d.peerAddress(dev)}`, ""])}`.trimEnd(),
    ),
  );
}

export function neighProxy(d: Draft): void {
  const dev = d.device();
  d.say(d.ip(dev.netns, `neigh ${d.pick(["add", "add", "del"])} proxy ${d.anyHost()} dev ${dev.ifname}`));
}

export function arpNetTools(d: Draft): void {
  const dev = d.device();
  const host = d.odds(75) ? d.peerAddress(dev) : d.anyHost();
  const name = d.maybe(40, `-i ${dev.ifname}`);
  d.say(
    d.within(
      dev.netns,
      d.pick([
        `arp${name} -s ${host} ${d.mac()}`,
        `arp${name} -s ${host} ${d.mac()} temp`,
        `arp${name} -d ${host}`,
        `arp -s ${host}`,
        `arp -s ${host} zz`,
      ]),
    ),
  );
}

// ---------------------------------------------------------------------------------------------- settings

const GLOBAL_KEYS = [
  "ip_default_ttl",
  "icmp_echo_ignore_all",
  "icmp_echo_ignore_broadcasts",
  "ip_no_pmtu_disc",
  "ping_group_range",
];
const CONF_KEYS = [
  "promote_secondaries",
  "rp_filter",
  "accept_local",
  "ignore_routes_with_linkdown",
  "arp_evict_nocarrier",
  "arp_notify",
  "arp_accept",
  "log_martians",
  "accept_source_route",
];
const NEIGH_KEYS = [
  "mcast_solicit",
  "ucast_solicit",
  "gc_stale_time",
  "base_reachable_time_ms",
  "retrans_time_ms",
  "locktime",
  "unres_qlen",
  "unres_qlen_bytes",
  "delay_first_probe_time",
  "app_solicit",
];

export function sysctlAny(d: Draft): void {
  const dev = d.device();
  const where = d.weighted([
    [2, "all"],
    [2, "default"],
    [5, dev.ifname],
  ]);
  const key = d.weighted([
    [2, `net.ipv4.${d.pick(GLOBAL_KEYS)}`],
    [5, `net.ipv4.conf.${where}.${d.pick(CONF_KEYS)}`],
    [2, `net.ipv4.neigh.${where}.${d.pick(NEIGH_KEYS)}`],
    [1, d.pick(["net.ipv4.nosuch", "net.ipv4.conf.nosuch.rp_filter", "net/ipv4/ip_default_ttl"])],
  ]);
  const file = `/proc/sys/${key.replaceAll(".", "/")}`;
  // Counts and times of probing stay as they are: the pauses of this script are made for them.
  const isRead = NEIGH_KEYS.some((one) => key.endsWith(one)) || d.odds(35);
  const value = d.pick(["0", "1", "1", "2", "-1", "300", "x", "1000"]);
  d.say(
    d.within(
      dev.netns,
      isRead
        ? d.pick([`sysctl ${key}`, `sysctl -n ${key}`, `cat ${file}`, `sysctl -e ${key}`])
        : d.pick([
            `sysctl -w ${key}=${value}`,
            `sysctl -qw ${key}=${value}`,
            `sysctl ${key}=${value}`,
            `bash -c 'echo ${value} > ${file}'`,
          ]),
    ),
  );
}
