/** `ip maddress`: the groups that devices are in, read from files, and the addresses that their filters let in. @source ip-maddress(8); iproute2 6.1.0, recorded */

import { strerror } from "../../../core/errno.ts";
import { formatIpv4 } from "../../../wire/ipv4-address.ts";
import { formatIpv6 } from "../../../wire/ipv6-address.ts";
import { isPrefixOf } from "./args.ts";
import { parseLladdr } from "./inet.ts";

import { isValidIfname, type Session } from "./session.ts";
import { usage } from "./usage.ts";

interface Group {
  readonly ifindex: number;
  readonly ifname: string;
  readonly family: "link" | "inet" | "inet6";
  readonly address: string;
  readonly users: number;
  readonly isStatic: boolean;
}

function linesOf(s: Session, path: string): string[] {
  const read = s.request("FILE_READ", { path });
  return read.ok ? read.value.split("\n").filter((line) => line !== "") : [];
}

/** Hardware addresses: index, name, users, how often a user asked for it, the address. */
function linkGroups(s: Session): Group[] {
  return linesOf(s, "/proc/net/dev_mcast").map((line) => {
    const [ifindex, ifname, users, global, hex] = line.split(/\s+/) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const address = hex.replace(/..(?=.)/g, "$&:");
    return {
      ifindex: Number(ifindex),
      ifname,
      family: "link",
      address,
      users: Number(users),
      isStatic: Number(global) > 0,
    };
  });
}

/** A line for each device, then one for each of its groups, whose octets stand in the machine's order. */
function inetGroups(s: Session): Group[] {
  const groups: Group[] = [];
  let device = { ifindex: 0, ifname: "" };
  for (const line of linesOf(s, "/proc/net/igmp").slice(1)) {
    const words = line.trim().split(/[\s:]+/);
    if (!/^\s/.test(line)) {
      device = { ifindex: Number(words[0]), ifname: words[1]! };
      continue;
    }
    const octets = words[0]!
      .match(/../g)!
      .reverse()
      .map((octet) => Number.parseInt(octet, 16));
    const address = formatIpv4(octets.reduce((sum, octet) => sum * 256 + octet, 0));
    groups.push({ ...device, family: "inet", address, users: Number(words[1]), isStatic: false });
  }
  return groups;
}

function inet6Groups(s: Session): Group[] {
  return linesOf(s, "/proc/net/igmp6").map((line) => {
    const [ifindex, ifname, hex, users] = line.split(/\s+/) as [string, string, string, string];
    const address = formatIpv6(BigInt(`0x${hex}`));
    return {
      ifindex: Number(ifindex),
      ifname,
      family: "inet6",
      address,
      users: Number(users),
      isStatic: false,
    };
  });
}

function show(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let dev: string | null = null;
  while (!args.isEmpty) {
    const word = args.take();
    if (isPrefixOf(word, "help") && word !== "dev") usage(s, "maddr");
    const name = word === "dev" ? args.value() : word;
    if (dev !== null) args.garbage("dev", name);
    dev = name;
  }
  const { family } = s.options;
  const wanted = (name: string): boolean => family === "unspec" || family === name;
  const groups = [
    ...(wanted("link") ? linkGroups(s) : []),
    ...(wanted("inet") ? inetGroups(s) : []),
    ...(wanted("inet6") ? inet6Groups(s) : []),
  ].filter((group) => dev === null || group.ifname === dev);
  putGroups(s, groups);
}

/** By device, and of a device in the order of the files. */
function putGroups(s: Session, groups: readonly Group[]): void {
  const devices = [...new Set(groups.map(({ ifindex }) => ifindex))].sort((a, b) => a - b);
  s.print((p) => {
    for (const ifindex of devices) {
      const own = groups.filter((group) => group.ifindex === ifindex);
      const head = `${ifindex}:\t${own[0]!.ifname}`;
      p.object();
      p.json("ifindex", ifindex);
      p.json("ifname", own[0]!.ifname);
      if (!s.options.isOneline) p.text(`${head}\n`);
      p.array("maddr");
      for (const group of own) {
        p.object();
        p.text(s.options.isOneline ? `${head}\\\t` : "\t");
        if (group.family === "link") p.put("link", group.address, `link  ${group.address}`);
        else {
          p.put("family", group.family, `${group.family.padEnd(5)} `);
          p.put("address", group.address, group.address, group.family);
        }
        if (group.users !== 1) p.put("users", group.users, ` users ${group.users}`);
        if (group.isStatic) p.put("features", "static", " static");
        p.text("\n");
        p.close();
      }
      p.close();
      p.close();
    }
  });
}

/** Octets of an Ethernet address. */
const MAC_OCTETS = 6;

/** A link-layer address of the device's filter, which an administrator adds or takes away. @source multiaddr_modify() */
function modify(request: "SIOCADDMULTI" | "SIOCDELMULTI"): (s: Session, words: readonly string[]) => void {
  return (s, words) => {
    const args = s.args(words);
    let dev: string | null = null;
    let address: string | null = null;
    while (!args.isEmpty) {
      let word = args.take();
      if (word === "dev") {
        const name = args.value();
        if (dev !== null) args.duplicate("dev", name);
        dev = isValidIfname(name) ? name : args.invalid('"dev" not a valid ifname', name);
        continue;
      }
      if (isPrefixOf(word, "address")) word = args.value();
      if (isPrefixOf(word, "help")) usage(s, "maddr");
      if (address !== null) args.duplicate("address", word);
      address = takeAddress(s, word);
    }
    if (dev === null) return args.exit('Not enough information: "dev" is required.\n');
    const done = s.request(request, { ifname: dev, address: address ?? "00:00:00:00:00:00" });
    if (!done.ok) s.fail(`ioctl: ${strerror(done.errno)}\n`, 1);
  };
}

function takeAddress(s: Session, text: string): string {
  const parsed = parseLladdr(text);
  if ("wrong" in parsed) return s.fail(`"${parsed.wrong}" is invalid lladdr.\n`, 1);
  const { octets } = parsed;
  if (octets.length !== MAC_OCTETS)
    return s.fail(`Error: Invalid address length ${octets.length} - must be ${MAC_OCTETS} bytes\n`, 1);
  return octets.map((octet) => octet.toString(16).padStart(2, "0")).join(":");
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["add", modify("SIOCADDMULTI")],
  ["delete", modify("SIOCDELMULTI")],
  ["show", show],
  ["list", show],
  ["lst", show],
  ["help", (s) => usage(s, "maddr")],
];

export function maddress(s: Session, words: readonly string[]): void {
  const command = words.length === 0 ? undefined : COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (words.length === 0) show(s, []);
  else if (command === undefined) s.args(words).unknownCommand("maddr", words[0]!);
  else command[1](s, words.slice(1));
}
