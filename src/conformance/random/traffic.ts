/** Random statements that send: datagrams, hand-made frames, ARP requests; and the rules and settings that they meet. */
import type { Device, Draft } from "./draft.ts";

/** Where nobody has to be waited for, mostly: addresses of this host and of the other end. */
function target(d: Draft, dev: Device): string {
  return d.weighted([
    [8, d.peerAddress(dev)],
    [2, dev.addrs[0]?.split("/")[0] ?? "127.0.0.1"],
    [1, "127.0.0.1"],
    [1, d.pick(["203.0.113.5", "255.255.255.255", "224.0.0.9", `10.${Math.max(1, dev.pair)}.0.255`])],
  ]);
}

const SIZES = [2, 10, 100, 1472, 1473, 3000];

export function udpSend(d: Draft): void {
  const dev = d.device();
  const own = dev.addrs[0]?.split("/")[0] ?? "127.0.0.1";
  const from = d.maybe(25, own, `- ${dev.ifname}`, `${own} ${dev.ifname}`, "10.88.0.1", "- nosuch");
  const count = d.pick([1, 1, 2, 3]);
  const line = d.odds(70)
    ? `udpsend ${target(d, dev)} ${d.pick([9, 4000, 5000])} ${count} ${d.pick(SIZES)}${from}`
    : `udpconn ${target(d, dev)} 9 ${d.pick(SIZES)},${d.pick(SIZES)} 0.1${d.maybe(30, "--recverr")}`;
  d.say(d.within(dev.netns, line), 0.2);
}

const FRAMES = [
  "",
  "ttl=1",
  "ttl=0",
  "type=13 len=12",
  "type=0",
  "type=3 code=1 len=28",
  "type=5 code=1 len=28",
  "type=17",
  "type=99",
  "len=1000",
  "len=32 mf=1 ipid=7",
  "len=8 frag=40 ipid=7",
  "proto=udp dport=9 len=10",
  "proto=udp dport=9 len=10 df=1",
  "proto=tcp flags=S dport=80",
  "proto=tcp flags=R dport=80",
  "proto=tcp flags=A dport=80 len=4",
];

function macOf(dev: Device | null): string {
  if (dev === null) return "02:00:00:00:00:99";
  return `02:00:00:00:0${dev.pair}:0${dev.ifname.startsWith("p") ? 2 : 1}`;
}

/** One hand-made packet. The other end may have another address by now: then it is for nobody. */
export function rawIp(d: Draft): void {
  const dev = d.ethernet();
  const to = d.odds(85) ? macOf(dev.peer) : d.pick(["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", d.mac()]);
  const src = d.weighted([
    [8, dev.addrs[0]?.split("/")[0] ?? "10.1.0.1"],
    [3, d.anyHost()],
    [1, d.pick(["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"])],
  ]);
  const dst = d.odds(80) ? d.peerAddress(dev) : d.anyHost();
  d.say(
    d.within(dev.netns, `rawip ${dev.ifname} ${to} ${macOf(dev)} ${src} ${dst} ${d.pick(FRAMES)}`.trimEnd()),
    0.1,
  );
}

export function rawArp(d: Draft): void {
  const dev = d.ethernet();
  const to = d.odds(60) ? "ff:ff:ff:ff:ff:ff" : macOf(dev.peer);
  const sender = d.odds(70) ? (dev.addrs[0]?.split("/")[0] ?? "10.1.0.1") : d.anyHost();
  const wanted = d.odds(70) ? d.peerAddress(dev) : d.pick([sender, d.anyHost()]);
  const sha = d.odds(60) ? macOf(dev) : d.mac();
  const tha = d.pick(["00:00:00:00:00:00", macOf(dev.peer), "ff:ff:ff:ff:ff:ff"]);
  d.say(
    d.within(dev.netns, `rawarp ${dev.ifname} ${to} ${d.pick([1, 1, 2])} ${sha} ${sender} ${tha} ${wanted}`),
    0.1,
  );
}

/** Never waits long: it ends with the first answer, or after less than a second. */
export function arping(d: Draft): void {
  const dev = d.ethernet();
  const how = d.pick(["-f -w 0.6", "-c 1 -w 0.6", "-D -f -w 0.6", "-U -c 1", "-A -c 1", "-q -f -w 0.6"]);
  const isOwn = how.startsWith("-U") || how.startsWith("-A");
  const wanted = isOwn ? (dev.addrs[0]?.split("/")[0] ?? "10.1.0.1") : d.peerAddress(dev);
  d.say(d.within(dev.netns, `arping ${how} -I ${dev.ifname} ${wanted}`), 0.6);
}

export function ruleChange(d: Draft): void {
  const dev = d.device();
  const verb = d.weighted([
    [5, "add"],
    [2, "del"],
  ]);
  const what = d.pick([
    `from ${d.anyHost()}`,
    `to ${d.anyHost()}`,
    "from 10.0.0.0/8",
    `iif ${dev.ifname}`,
    `oif ${dev.ifname}`,
    "fwmark 5",
    "tos 0x10",
    "ipproto udp",
    "ipproto icmp",
    "dport 9",
    "not from 10.1.0.0/16",
    "",
  ]);
  const action = d.pick([
    "table 100",
    "lookup 100",
    "table main",
    "unreachable",
    "prohibit",
    "blackhole",
    "",
  ]);
  const pref = d.maybe(70, "pref 50", "pref 60", "priority 70");
  d.say(d.ip(dev.netns, `rule ${verb} ${what} ${action}${pref}`.replace(/ +/g, " ").trimEnd()));
}

/** A route for the rules' table, and one that passes packets on. */
export function routeMore(d: Draft): void {
  const dev = d.device();
  d.say(
    d.ip(
      dev.netns,
      `route ${d.pick(["add", "replace", "append", "del"])} ${d.pick(["default", "10.50.0.0/16", "10.60.0.1", d.peerAddress(dev)])} ${d.pick([`via ${d.peerAddress(dev)}`, `dev ${dev.ifname}`, `via ${d.peerAddress(dev)} mtu 1000`, `via ${d.peerAddress(dev)} mtu lock 1000`])} table ${d.pick(["100", "100", "main"])}`,
    ),
  );
}

const ARP_KEYS = [
  "arp_ignore",
  "arp_announce",
  "arp_filter",
  "arp_accept",
  "proxy_arp",
  "proxy_arp_pvlan",
  "drop_gratuitous_arp",
  "route_localnet",
  "accept_redirects",
  "send_redirects",
  "forwarding",
  "bc_forwarding",
  "rp_filter",
];

export function arpSetting(d: Draft): void {
  const dev = d.device();
  const where = d.pick(["all", "default", dev.ifname, dev.ifname, dev.ifname]);
  const key = d.odds(20) ? "net.ipv4.ip_forward" : `net.ipv4.conf.${where}.${d.pick(ARP_KEYS)}`;
  d.say(d.within(dev.netns, `sysctl -w ${key}=${d.pick([0, 1, 1, 2])}`));
  // An answer for others is not to be late by chance.
  if (key.includes("proxy_arp"))
    d.say(d.within(dev.netns, "sysctl -qw net.ipv4.neigh.default.proxy_delay=0"));
}

export function look(d: Draft): void {
  const dev = d.device();
  d.say(
    d.pick([
      d.ip(dev.netns, "route show cache"),
      d.ip(dev.netns, "rule"),
      d.ip(dev.netns, "route show table 100"),
      d.ip(
        dev.netns,
        `route get ${d.peerAddress(dev)} ${d.pick(["mark 5", "ipproto udp", "tos 0x10", ""])}`.trimEnd(),
      ),
      d.ip(dev.netns, "neigh show nud all"),
      d.within(dev.netns, "cat /proc/net/arp"),
      d.within(dev.netns, "cat /proc/net/snmp"),
      d.within(dev.netns, "nstat -asz"),
      d.within(dev.netns, "ss -uan"),
    ]),
  );
}
