/** Random statements on namespaces and links. */
import type { Device, Draft } from "./draft.ts";
import { setIpv6 } from "./inet6.ts";

/** What the kernel does a moment later, after a change of carrier or the end of a namespace. */
const SETTLE_SEC = 0.1;
const CLEANUP_SEC = 0.3;

/**
 * Makes a device's timers of neighbours longer than any script: a statement that falls on the end of one, before it in one run
 * and behind it in the next, would be told from a mistake by nobody.
 */
function quieten(d: Draft, dev: Device): void {
  const keys = ["retrans_time_ms=60000", "delay_first_probe_time=60"];
  const families = d.hasIpv6 ? ["ipv4", "ipv6"] : ["ipv4"];
  const settings = families.flatMap((family) =>
    keys.map((key) => `net.${family}.neigh.${dev.ifname}.${key}`),
  );
  d.say(d.within(dev.netns, `sysctl -qw ${settings.join(" ")}`));
}

export function netnsAdd(d: Draft): void {
  const free = ["a", "b", "net-1", "x.y"].filter((name) => !d.netnses.includes(name));
  if (free.length === 0 || d.odds(4)) {
    d.say(`ip netns add ${d.pick([...d.netnses, "a/b", ".."])}`.trimEnd());
    return;
  }
  const name = d.pick(free);
  d.netnses.push(name);
  d.say(`ip netns add ${name}`);
  setIpv6(d, name);
  if (d.odds(60)) d.say(`ip -n ${name} link set lo up`);
}

export function netnsDelete(d: Draft): void {
  const name = d.pick([...d.netnses.slice(1), "nosuch"]);
  d.say(`ip netns del ${name}`);
  d.rest(CLEANUP_SEC);
  const at = d.netnses.indexOf(name);
  if (at < 0) return;
  d.netnses.splice(at, 1);
  forget(d, (dev) => dev.netns === name || dev.peer?.netns === name);
}

/**
 * Waits for the link watch, and asks for the ends one by one: that makes it settle what it has put off. Work that is not urgent
 * waits until a second is over since the watch last ran, for whatever namespace of the machine.
 */
function settle(d: Draft, ...devices: readonly (Device | null)[]): void {
  d.rest(SETTLE_SEC);
  for (const dev of devices)
    if (dev !== null && dev.ifname !== "lo")
      d.say(d.ip(dev.netns, `${d.pick(["", "-o ", "-br "])}link show ${dev.ifname}`));
}

function forget(d: Draft, isGone: (dev: Device) => boolean): void {
  const left = d.devices.filter((dev) => !isGone(dev));
  d.devices.splice(0, d.devices.length, ...left);
}

export function linkAdd(d: Draft): void {
  const n = ++d.pairs;
  const [own, other] = d.odds(15) ? [`eth${n}`, `eth${n}`] : [`v${n}`, `p${n}`];
  const netns = d.pick(d.netnses);
  const isSplit = d.netnses.length > 1 && (own === other || d.odds(60));
  const peerNetns = isSplit ? d.pick(d.netnses.filter((one) => one !== netns)) : netns;
  const mac = (end: number) => `02:00:00:00:${n.toString(16).padStart(2, "0")}:0${end}`;
  const options = () =>
    `${d.maybe(6, "mtu 1400", "mtu 9000", "mtu 68")}${d.maybe(4, "txqueuelen 77", "group 3")}${d.maybe(3, "up")}`;
  // Ends with one number hear of a lost carrier up to a second late, when the machine likes: so they have not.
  const index = isSplit ? ` index ${20 + n}` : d.maybe(3, "index 40", "numtxqueues 1");
  const first = `${own} address ${mac(1)}${options()}${index}`;
  const second = `${other} address ${mac(2)}${options()}`;
  const target = (name: string) => ` netns ${name === "" ? "1" : name}`;
  const isMoved = own !== other && d.odds(30);
  const isThere = isSplit && (!isMoved || peerNetns === "") && peerNetns !== "";
  const type = `type veth peer${d.pick([" name", " name", ""])}`;
  d.say(
    d.ip(
      netns,
      `link add${d.pick([" ", " name ", " dev "])}${first} ${type} ${second}${isThere ? target(peerNetns) : ""}`,
    ),
  );
  const from: Device = { ifname: own, netns, peer: null, pair: n, addrs: [], addrs6: [] };
  const to: Device = {
    ifname: other,
    netns: isThere ? peerNetns : netns,
    peer: from,
    pair: n,
    addrs: [],
    addrs6: [],
  };
  d.devices.push(Object.assign(from, { peer: to }), to);
  settle(d, from, to);
  quieten(d, from);
  if (isSplit && !isThere && peerNetns !== "") {
    d.say(d.ip(netns, `link set ${other} netns ${peerNetns}`));
    to.netns = peerNetns;
  }
  quieten(d, to);
}

export function linkAddBad(d: Draft): void {
  const dev = d.device();
  d.say(
    d.ip(
      dev.netns,
      `link add ${d.pick([
        `${dev.ifname} type veth peer name z9`,
        `z9 type veth peer name ${dev.ifname}`,
        "z9 type veth peer name z9",
        "z9 mtu 20 type veth peer name z8",
        "z9 type veth peer name z8 mtu 70000",
        "z9 type nosuch",
        "z9",
        "type veth peer name",
        "z9 index 1 type veth peer name z8",
        "averyveryverylongname type veth peer name z8",
        "z9 type veth peer name averyveryverylongname",
        "z9 type veth peer name z8 netns nosuch",
        "z9 address 01:00:00:00:00:01 type veth peer name z8",
        "z9 address 02:00:00:00:00 type veth peer name z8",
        "all type veth peer name z8",
        "z:9 type veth peer name z8",
        "z9 type veth peer z8 extra",
        "z9 txqueuelen -1 type veth",
      ])}`,
    ),
  );
}

export function linkUpDown(d: Draft): void {
  const dev = d.device();
  const word = d.weighted([
    [5, "up"],
    [3, "down"],
  ]);
  const line = d.weighted([
    [8, d.ip(dev.netns, `link set${d.maybe(20, "dev")} ${d.nameOf(dev)} ${word}`)],
    [2, d.within(dev.netns, `ifconfig ${d.nameOf(dev)} ${word}`)],
  ]);
  d.say(line);
  settle(d, dev, dev.peer);
}

export function linkDelete(d: Draft): void {
  const dev = d.device();
  d.say(
    d.ip(dev.netns, `link ${d.pick(["del", "delete", "del dev"])} ${dev.ifname}${d.maybe(10, "type veth")}`),
  );
  d.rest(SETTLE_SEC);
  if (dev.ifname !== "lo") forget(d, (one) => one === dev || one.peer === dev);
}

export function linkMove(d: Draft): void {
  const dev = d.device();
  const target = d.netns();
  const name = d.odds(15) ? `m${d.below(10)}` : "";
  d.say(
    d.ip(
      dev.netns,
      `link set ${dev.ifname} netns ${target === "" ? "1" : target}${name === "" ? "" : ` name ${name}`}`,
    ),
  );
  d.rest(SETTLE_SEC);
  if (dev.ifname === "lo" || target === "nosuch") return;
  const isTaken = d.devices.some(
    (one) => one !== dev && one.netns === target && one.ifname === (name || dev.ifname),
  );
  if (isTaken || target === dev.netns) return;
  dev.netns = target;
  dev.addrs = [];
  if (name !== "") dev.ifname = name;
  settle(d, dev, dev.peer);
  quieten(d, dev);
}

export function linkRename(d: Draft): void {
  const dev = d.device();
  const to = d.pick([
    `r${d.below(6)}`,
    `r${d.below(6)}`,
    d.device().ifname,
    "r%d",
    "x/y",
    "default",
    "waytoolongforaname",
  ]);
  d.say(d.ip(dev.netns, `link set ${dev.ifname} name ${to}`));
  const isFree = !d.devices.some((one) => one.netns === dev.netns && one.ifname === to);
  if (/^r\d$/.test(to) && isFree && dev.ifname !== "lo") dev.ifname = to;
}

export function linkChange(d: Draft): void {
  const dev = d.ethernet();
  const change = d.pick([
    `mtu ${d.pick([68, 67, 576, 1280, 1400, 1500, 9000, 65535, 65536, 0, -1])}`,
    `mtu ${d.pick([1000, 1400, 1500])}`,
    `txqueuelen ${d.pick(["0", "5", "1000", "-1", "x"])}`,
    `txqlen ${d.below(9)}`,
    `alias ${d.pick(["x", '""', '"two words"'])}`,
    `group ${d.pick(["0", "7", "default", "nosuch"])}`,
    `address ${d.pick([d.mac(), "01:00:00:00:00:01", "00:00:00:00:00:00", "02:00:00", "zz"])}`,
    `address ${d.mac()}`,
    `broadcast ${d.pick(["ff:ff:ff:ff:ff:ff", "02:00:00:00:00:99"])}`,
    `arp ${d.pick(["on", "off", "on", "maybe"])}`,
    `multicast ${d.pick(["on", "off"])}`,
    `allmulticast ${d.pick(["on", "off"])}`,
    `promisc ${d.pick(["on", "off"])}`,
    `dynamic ${d.pick(["on", "off"])}`,
    "nosuch 1",
    "carrier off",
    "mode default",
    "mtu",
    "",
  ]);
  d.say(d.ip(dev.netns, `link set ${d.nameOf(dev)} ${change}`.trimEnd()));
}

export function linkAltname(d: Draft): void {
  const dev = d.device();
  const name = d.pick(["alt0", "alt1", "a-name-longer-than-fifteen", dev.ifname]);
  const verb = d.weighted([
    [3, "add"],
    [1, "del"],
    [1, "delete"],
  ]);
  d.say(
    d.ip(
      dev.netns,
      `link property ${verb} dev ${d.nameOf(dev)} altname ${name}${d.maybe(10, "altname alt2")}`,
    ),
  );
  if (d.odds(40)) d.say(d.ip(dev.netns, `link show ${name}`));
}

export function linkGroup(d: Draft): void {
  const netns = d.pick(d.netnses);
  d.say(
    d.ip(
      netns,
      `link set group ${d.pick(["3", "7", "default", "nosuch"])} ${d.pick(["mtu 1300", "up", "down", "group 3"])}`,
    ),
  );
  d.rest(SETTLE_SEC);
}

/** ifconfig(8) on what is not an address. */
export function ifconfigLink(d: Draft): void {
  const dev = d.ethernet();
  const change = d.pick([
    "mtu 1234",
    "mtu 10",
    "txqueuelen 33",
    `hw ether ${d.mac()}`,
    "hw ether zz",
    "promisc",
    "-promisc",
    "allmulti",
    "-allmulti",
    "-arp",
    "arp",
    "multicast",
    "-multicast",
  ]);
  d.say(d.within(dev.netns, `ifconfig ${d.nameOf(dev)} ${change}`));
}
