/**
 * arp(8) of net-tools 2.10: shows /proc/net/arp, sets and deletes entries with SIOCSARP and SIOCDARP.
 * @source arp(8); texts and statuses as observed
 */
import { strerror } from "../../core/errno.ts";
import {
  ATF_COM,
  ATF_DONTPUB,
  ATF_NETMASK,
  ATF_PERM,
  ATF_PUBL,
  ATF_USETRAILERS,
} from "../../events/netlink.ts";
import { formatIpv4, inetAton } from "../../wire/ipv4-address.ts";
import type { Command, CommandContext } from "../host.ts";
import { getopt } from "./getopt.ts";
import { askNameServers, hostName, parseEther, resolveHost } from "./net-tools-names.ts";
import { ARP_HARDWARE, ARP_USAGE, ARP_VERSION } from "./net-tools-texts.ts";

/** exit(-1) */
const FAILED = 255;
const E_USAGE = 3;

const HOST_MASK = "255.255.255.255";

const OPTIONS = {
  short: "A:H:adfp:nsei:t:vh?DNV",
  long: {
    all: { name: "a" },
    delete: { name: "d" },
    file: { name: "f" },
    "use-device": { name: "D" },
    set: { name: "s" },
    protocol: { name: "A", value: "required" },
    "hw-type": { name: "H", value: "required" },
    device: { name: "i", value: "required" },
    numeric: { name: "n" },
    verbose: { name: "v" },
    version: { name: "V" },
    help: { name: "h" },
  },
} as const;

/** The parts of a request that setting and deleting share. */
function requestOf(flags: number, netmask: string, dev: string | null) {
  const mask = netmask === HOST_MASK ? {} : { netmask };
  return {
    flags: flags | (netmask === HOST_MASK ? 0 : ATF_NETMASK),
    ...mask,
    ...(dev === null ? {} : { dev }),
  };
}

class Arp {
  private readonly has: (name: string) => boolean;
  private readonly device: string | null;

  constructor(
    private readonly cx: CommandContext,
    options: readonly (readonly [string, string])[],
  ) {
    this.has = (name) => options.some(([option]) => option === name);
    this.device = options.findLast(([option]) => option === "i")?.[1] ?? null;
  }

  usage(): number {
    this.cx.err(ARP_USAGE + ARP_HARDWARE);
    return E_USAGE;
  }

  private fail(text: string): number {
    this.cx.err(`arp: ${text}\n`);
    return FAILED;
  }

  /** The address of a host; null: the error was reported. */
  private resolve(word: string): string | null {
    const address = resolveHost(word);
    if (typeof address === "number") return formatIpv4(address);
    this.cx.err(`${word}: ${address}\n`);
    return null;
  }

  // -------------------------------------------------------------------------------------------- show

  private entries(): string[][] {
    const table = this.cx.request("FILE_READ", { path: "/proc/net/arp" });
    if (!table.ok) return [];
    const lines = table.value.split("\n").slice(1);
    return lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields.length === 6);
  }

  private longLine([ip, , hex, lladdr, , ifname]: string[]): string {
    const flags = Number(hex);
    const isComplete = (flags & ATF_COM) !== 0;
    const isPublished = (flags & ATF_PUBL) !== 0;
    const type = isComplete ? "ether" : isPublished ? "*" : "";
    const address = isComplete ? lladdr! : isPublished ? "<from_interface>" : "(incomplete)";
    const letters = `${isComplete ? "C" : ""}${(flags & ATF_PERM) !== 0 ? "M" : ""}${isPublished ? "P" : ""}`;
    const name = this.nameOf(ip!) ?? ip!;
    return `${name.padEnd(23)}  ${type.padEnd(8)}${address.padEnd(20)}${letters.padEnd(6)}${"".padEnd(15)} ${ifname}\n`;
  }

  private shortLine([ip, , hex, lladdr, , ifname]: string[]): string {
    const flags = Number(hex);
    const isPublished = (flags & ATF_PUBL) !== 0;
    const unknown = isPublished ? "<from_interface> " : "<incomplete> ";
    let text = `${this.nameOf(ip!) ?? "?"} (${ip}) at `;
    text += (flags & ATF_COM) !== 0 ? `${lladdr} [ether] ` : unknown;
    if ((flags & ATF_PERM) !== 0) text += "PERM ";
    if (isPublished) text += "PUB ";
    return `${text}on ${ifname}\n`;
  }

  private nameOf(ip: string): string | null {
    if (this.has("n")) return null;
    return hostName(inetAton(ip) ?? 0) ?? askNameServers(this.cx);
  }

  show(operands: readonly string[]): number {
    const { cx } = this;
    const host = operands[0] ?? null;
    const address = host === null ? null : this.resolve(host);
    if (host !== null && address === null) return FAILED;
    const entries = this.entries();
    const shown = entries.filter(
      ([ip, , , , , ifname]) =>
        (address === null || ip === address) && (this.device === null || ifname === this.device),
    );
    const isShort = this.has("a");
    if (shown.length > 0 && !isShort) {
      cx.out("Address                  HWtype  HWaddress           Flags Mask            Iface\n");
    }
    for (const entry of shown) cx.out(isShort ? this.shortLine(entry) : this.longLine(entry));
    if (this.has("v")) {
      cx.out(
        `Entries: ${entries.length}\tSkipped: ${entries.length - shown.length}\tFound: ${shown.length}\n`,
      );
    }
    if (shown.length === 0) {
      if (host !== null && !isShort) cx.out(`${host} (${address}) -- no entry\n`);
      else if (host !== null || this.device !== null)
        cx.out(`arp: in ${entries.length} entries no match found.\n`);
    }
    return 0;
  }

  // -------------------------------------------------------------------------------------------- set

  /** `-D`: the address of a device. */
  private addressOfDevice(ifname: string): string | null {
    const link = this.cx.request("RTM_GETLINK", { ifname });
    if (link.ok) return link.value.address;
    this.fail(`cant get HW-Address for \`${ifname}': ${strerror(link.errno)}.`);
    return null;
  }

  /** `netmask NM`; null: it was told what is wrong. One of a host is not worth a word to the kernel. */
  private netmask(words: string[]): string | null {
    const mask = words.shift()!;
    return mask === HOST_MASK ? HOST_MASK : this.resolve(mask);
  }

  set(operands: readonly string[]): number {
    const [host, hardware, ...words] = operands;
    if (host === undefined) return this.fail("need host name");
    const address = this.resolve(host);
    if (address === null) return FAILED;
    if (hardware === undefined) return this.fail("need hardware address");
    const lladdr = this.has("D") ? this.addressOfDevice(hardware) : parseEther(hardware);
    if (lladdr === null) return this.has("D") ? FAILED : this.fail("invalid hardware address");
    let flags = ATF_PERM | ATF_COM;
    let netmask = HOST_MASK;
    let dev = this.device ?? (this.has("D") ? hardware : null);
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      if (word === "temp") flags &= ~ATF_PERM;
      else if (word === "pub") flags |= ATF_PUBL;
      else if (word === "priv") flags &= ~ATF_PUBL;
      else if (word === "trail") flags |= ATF_USETRAILERS;
      else if (word === "dontpub") flags |= ATF_DONTPUB;
      else if (word === "dev" && words.length > 0) dev = words.shift()!;
      else if (word === "netmask" && words.length > 0) {
        const mask = this.netmask(words);
        if (mask === null) return FAILED;
        netmask = mask;
      } else if (word !== "auto") return this.usage();
    }
    if (this.has("v")) this.cx.err("arp: SIOCSARP()\n");
    const done = this.cx.request("SIOCSARP", {
      address,
      lladdr,
      ...requestOf(flags, netmask, dev),
    });
    return done.ok ? 0 : this.refuse("SIOCSARP", done.errno);
  }

  private refuse(request: string, errno: Parameters<typeof strerror>[0]): number {
    this.cx.err(`${request}: ${strerror(errno)}\n`);
    return FAILED;
  }

  /** Without `pub` or `priv` first the entry, then, if there is none, the proxy entry of that address. */
  delete(operands: readonly string[]): number {
    const [host, ...words] = operands;
    if (host === undefined) return this.fail("need host name");
    const address = this.resolve(host);
    if (address === null) return FAILED;
    let isPublic = false;
    let isPrivate = false;
    let netmask = HOST_MASK;
    let dev = this.device;
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      if (this.has("v")) this.cx.err(`args=${word}\n`);
      if (word === "pub") isPublic = true;
      else if (word === "priv") isPrivate = true;
      else if (word === "dev" && words.length > 0) dev = words.shift()!;
      else if (word === "netmask" && words.length > 0) {
        const mask = this.netmask(words);
        if (mask === null) return FAILED;
        netmask = mask;
      } else if (!["temp", "trail", "dontpub", "auto"].includes(word)) return this.usage();
    }
    const isEither = isPublic === isPrivate;
    const ways = [
      { name: "SIOCDARP(dontpub)", flags: ATF_PERM, isWanted: isPrivate || isEither },
      { name: "SIOCDARP(pub)", flags: ATF_PERM | ATF_PUBL, isWanted: isPublic || isEither },
    ];
    for (const { name, flags, isWanted } of ways) {
      if (!isWanted) continue;
      if (this.has("v")) this.cx.err(`arp: ${name}\n`);
      const done = this.cx.request("SIOCDARP", { address, ...requestOf(flags, netmask, dev) });
      if (done.ok) return 0;
      if (done.errno !== "ENXIO" && done.errno !== "ENOENT") return this.refuse(name, done.errno);
    }
    this.cx.out(`No ARP entry for ${host}\n`);
    return FAILED;
  }

  /** Entries of a file like /etc/ethers: an address, a hardware address, further words. */
  load(path: string): number {
    const absolute = path.startsWith("/") ? path : `${this.cx.cwd.replace(/\/$/, "")}/${path}`;
    const file = this.cx.request("FILE_READ", { path: absolute });
    if (!file.ok) return this.fail(`cannot open etherfile ${path} !`);
    const lines = file.value.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const [n, line] of lines.entries()) {
      if (this.has("v")) this.cx.err(`>> ${line}\n`);
      const [first = "", second, ...rest] = line.trim().split(/\s+/);
      if (first === "" || first.startsWith("#")) continue;
      if (second === undefined) {
        this.fail(`format error on line ${n + 1} of etherfile ${path} !`);
        continue;
      }
      // The order of /etc/ethers, or that of the command line.
      const status = this.set(first.includes(":") ? [second, first, ...rest] : [first, second, ...rest]);
      if (status === E_USAGE) return status;
      if (status !== 0) this.fail(`cannot set entry on line ${n + 1} of etherfile ${path} !`);
    }
    return 0;
  }
}

export const arp: Command = (cx) => {
  const { options, operands, error } = getopt("arp", cx.argv.slice(1), OPTIONS);
  const tool = new Arp(cx, options);
  const value = (...names: readonly string[]) => options.findLast(([name]) => names.includes(name))?.[1];
  if (error !== null) {
    cx.err(error);
    return tool.usage();
  }
  if (value("h", "?") !== undefined) {
    cx.out(ARP_USAGE);
    cx.err(ARP_HARDWARE);
    return 0;
  }
  if (value("V") !== undefined) {
    cx.out(ARP_VERSION);
    return 0;
  }
  const family = value("A", "p") ?? "inet";
  if (family !== "inet") {
    cx.err(
      `arp: ${family}: ${family === "inet6" ? "kernel only supports 'inet'" : "unknown address family"}.\n`,
    );
    return FAILED;
  }
  const hardware = value("H", "t") ?? "ether";
  if (hardware !== "ether") {
    cx.err(`arp: ${hardware}: unknown hardware type.\n`);
    return FAILED;
  }
  if (value("d") !== undefined) return tool.delete(operands);
  if (value("s") !== undefined) return tool.set(operands);
  if (value("f") !== undefined) return tool.load(operands[0] ?? "/etc/ethers");
  return tool.show(operands);
};
