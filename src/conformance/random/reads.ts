/** Random statements that look: tables in all forms, files, and pings. */
import type { Draft } from "./draft.ts";

const FORMS = [
  "",
  "",
  "",
  "-o ",
  "-br ",
  "-j ",
  "-d ",
  "-s ",
  "-4 ",
  "-j -p ",
  "-s -s ",
  "-o -d ",
  "-j -d ",
  "-o -s ",
  "-0 ",
  "-c ",
];

export function show(d: Draft): void {
  const dev = d.device();
  const name = d.nameOf(dev);
  const form = d.pick(FORMS);
  const plain = form.includes("j") || form.includes("-0") ? "" : form;
  const line = d.weighted([
    [
      5,
      `${form}link${d.pick(["", " show", ` show ${name}`, ` show dev ${name}`, " show up", " show type veth", " show group 7", " show group default", " ls", " show nosuch", " show type nosuch"])}`,
    ],
    [
      5,
      `${form}addr${d.pick(["", " show", ` show ${name}`, ` show dev ${name}`, " show up", " show to 10.1.0.0/16", " show scope link", ` show label ${name}*`, " show primary", " show secondary", " show permanent", " show dynamic", " show dev nosuch", " show deprecated"])}`,
    ],
    [
      6,
      `${plain}route${d.pick(["", "", " show", " show table local", " show table all", ` show dev ${name}`, " show default", " show 10.50.0.0/16", " show root 10.0.0.0/8", " show match 10.50.0.1", " show exact 10.50.0.0/16", " show proto kernel", " show proto static", " show scope link", " show type local table all", " show type unreachable", ` show via ${d.anyHost()}`, ` show src ${d.anyHost()}`, " show table 100", " show table nosuch"])}`,
    ],
    [3, `${d.pick(["", "-j ", "-o ", "-d "])}route show table local`],
    [
      4,
      `${d.pick(["", "", "-o ", "-j ", "-d "])}route get ${d.anyHost()}${d.maybe(30, `oif ${name}`, `from ${d.anyHost()}`, `from ${d.anyHost()} iif ${name}`, `to ${d.anyHost()}`, "tos 0x10")}`,
    ],
    [
      4,
      `${d.pick(["", "", "-s ", "-o "])}neigh${d.pick(["", " show", ` show dev ${name}`, " show nud all", " show nud permanent", " show nud stale", " show proxy", ` show ${d.anyHost()}`, ` show to 10.1.0.0/16`, " show unused", " show nud nosuch", " ls"])}`,
    ],
    [1, `neigh get ${d.anyHost()} dev ${name}`],
    [1, `${d.pick(["", "-j "])}rule`],
    [
      1,
      d.pick([
        "netns list-id",
        "netns",
        "netns list",
        "netns identify",
        "netns nosuch",
        "ntable show dev lo",
        "nosuch",
        "-V",
        "-nosuch link",
        "link nosuch",
        "addr nosuch",
        "route nosuch",
        "neigh nosuch",
      ]),
    ],
  ]);
  d.say(d.ip(dev.netns, line));
}

const STATISTICS = ["rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_dropped", "tx_dropped"];
const ATTRIBUTES = [
  "address",
  "broadcast",
  "mtu",
  "flags",
  "carrier",
  "operstate",
  "ifindex",
  "iflink",
  "tx_queue_len",
  "carrier_changes",
  "type",
  "addr_assign_type",
  "name_assign_type",
  "netdev_group",
  "ifalias",
  "speed",
  "duplex",
  "dormant",
  "nosuch",
];

export function readFile(d: Draft): void {
  const dev = d.device();
  const sys = `/sys/class/net/${d.nameOf(dev)}`;
  const line = d.weighted([
    [3, `cat /proc/net/${d.pick(["dev", "route", "arp", "snmp", "netstat"])}`],
    [4, `cat ${sys}/${d.odds(70) ? d.pick(ATTRIBUTES) : `statistics/${d.pick(STATISTICS)}`}`],
    [1, `ls ${d.pick(["/sys/class/net", `${sys}/statistics`])}`],
    [
      1,
      `bash -c 'echo ${d.pick(["1400", "7", "x"])} > ${sys}/${d.pick(["tx_queue_len", "netdev_group", "ifalias"])}'`,
    ],
    [3, `ifconfig${d.pick(["", " -a", " -s", ` ${d.nameOf(dev)}`, ` -s ${dev.ifname}`, " -v", " nosuch"])}`],
    [2, `route${d.pick([" -n", " -n", " -en", " -een"])}`],
    [2, `arp${d.pick([" -n", " -an", " -en", ` -n ${d.anyHost()}`, ` -i ${dev.ifname} -n`, " -n -v"])}`],
    [
      1,
      d.pick([
        "hostname -I",
        "nstat -az IpInReceives",
        "ip -o link | wc -l",
        "ip -o addr | grep -c inet",
        "ip route | sort | head -n 2",
      ]),
    ],
  ]);
  if (line.includes("|")) d.say(line);
  else d.say(d.within(dev.netns, line));
}

const SIZES = ["", "", "", " -s 0", " -s 8", " -s 16", " -s 100", " -s 1472", " -s 1473 -M do", " -s 2000"];
const OPTIONS = [
  "",
  "",
  "",
  " -q",
  " -n",
  " -t 1",
  " -t 5",
  " -M do",
  " -M dont",
  " -p ff",
  " -p 0a1b",
  " -v",
  " -O",
  " -Q 0x10",
  " -e 77",
  " -4",
  " -r",
  " -U",
  " -l 2",
  " -b",
  " -L",
  " -a",
  " -B",
  " -H",
  " -S 5000",
];
const MISTAKES = [
  "-c 0 10.1.0.1",
  "-c x 10.1.0.1",
  "-c 1 -W 0.5 -s -1 10.1.0.1",
  "-c 1 -W 0.5 -s 70000 10.1.0.1",
  "-c 1 -W 0.5 -t 300 10.1.0.1",
  "-c 1 -W 0.5 -W -1 10.1.0.1",
  "-i 0 -f",
  "",
  "-c 1 -W 0.5 -nosuch 10.1.0.1",
  "-I nosuch -c 1 -W 0.5 10.1.0.1",
  "-p xyz -c 1 10.1.0.1",
  "-M bad -c 1 10.1.0.1",

  "-6 -c 1 10.1.0.1",
];

/** To an address that answers at once, or for which no route is; what else may be waited for is `pingWait`. */
export function ping(d: Draft): void {
  const dev = d.device();
  if (d.odds(6)) {
    d.say(d.within(dev.netns, `ping ${d.pick(MISTAKES)}`.trimEnd()));
    return;
  }
  const own = dev.addrs[0]?.split("/")[0] ?? "127.0.0.1";
  const target = d.weighted([
    [10, d.peerAddress(dev)],
    [2, own],
    [1, "127.0.0.1"],
    [1, d.pick(["203.0.113.5", "0.0.0.0", "10.50.0.1"])],
  ]);
  const source = dev.addrs.length === 0 ? "" : d.maybe(12, `-I ${dev.ifname}`, `-I ${own}`);
  const count = d.weighted([
    [5, " -c 1"],
    [2, " -c 2 -i 0.2"],
    [1, " -c 3 -i 0.2"],
    [1, " -c 3 -f"],
  ]);
  d.say(d.within(dev.netns, `ping${count} -W 0.5${source}${d.pick(SIZES)}${d.pick(OPTIONS)} ${target}`), 0.5);
}

/** To an address that nobody has: until ARP gives up, after one request. */
export function pingWait(d: Draft): void {
  const dev = d.ethernet();
  const parms = `net.ipv4.neigh.${dev.ifname}`;
  d.say(d.within(dev.netns, `sysctl -qw ${parms}.mcast_solicit=1 ${parms}.retrans_time_ms=1000`));
  const target = `10.${Math.max(1, dev.pair)}.0.9`;
  d.say(d.within(dev.netns, `ping -c ${1 + d.below(3)} -i 0.2 -W 1.5 ${target}`), 1.5);
}
