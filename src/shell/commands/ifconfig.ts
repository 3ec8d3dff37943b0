/**
 * ifconfig(8) of net-tools 2.10: shows interfaces and sets them, word by word, through the SIOC* requests.
 * @source ifconfig(8); requests and texts as observed
 */

import { strerror } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import {
  IFF_AUTOMEDIA,
  IFF_BROADCAST,
  IFF_POINTOPOINT,
  IFF_RUNNING,
  IFF_UP,
  NLM_F_CREATE,
  NLM_F_EXCL,
} from "../../events/netlink.ts";
import { formatIpv4 } from "../../wire/ipv4-address.ts";
import { formatIpv6, IN6ADDR_ANY } from "../../wire/ipv6-address.ts";
import type { Command, CommandContext } from "../host.ts";
import { IFCONFIG_SHORT_HEADER, interfaces, longEntry, shortEntry } from "./ifconfig-show.ts";
import { FLAG_WORDS, MEDIA, STILL, UNSUPPORTED } from "./ifconfig-words.ts";
import { atoi, maskOfLength, parseEther, resolveHost } from "./net-tools-names.ts";
import { IFCONFIG_FAMILIES, IFCONFIG_HARDWARE, IFCONFIG_SYNTAX } from "./net-tools-texts.ts";
import { resolveInet6 } from "./route-inet6.ts";

const IFNAMSIZ = 16;
const TRY_HELP = "ifconfig: `--help' gives usage information.\n";
const HARDWARE_TITLE = "  <HW>=Hardware Type.\n  List of possible hardware types:\n";
const FAMILIES_TITLE = "  <AF>=Address family. Default: inet\n  List of possible address families:\n";
/** Status of a request that failed before it could be made: exit(-1). */
const FAILED = 255;

/** Ends the command at once. */
class Exit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

class Setter {
  status = 0;
  /** Of `ADDRESS/LENGTH`: set when all words were done. */
  private netmask: string | null = null;
  private isInet6 = false;
  private words: string[];

  constructor(
    private readonly cx: CommandContext,
    private ifname: string,
    words: readonly string[],
  ) {
    this.words = [...words];
  }

  private usage(): never {
    this.cx.err(
      `${IFCONFIG_SYNTAX}${HARDWARE_TITLE}${IFCONFIG_HARDWARE}${FAMILIES_TITLE}${IFCONFIG_FAMILIES}`,
    );
    throw new Exit(3);
  }

  /** The value behind a word; without one the usage ends it all. */
  private value(): string {
    return this.words.shift() ?? this.usage();
  }

  private attempt(request: string, result: Result<unknown>): boolean {
    if (result.ok) return true;
    this.cx.err(`${request}: ${strerror(result.errno)}\n`);
    this.status |= 1;
    return false;
  }

  private flags(set: number, clear: number, ifname = this.ifname): void {
    const now = this.cx.request("SIOCGIFFLAGS", { ifname });
    if (!now.ok) {
      this.cx.err(`${ifname}: ERROR while getting interface flags: ${strerror("ENODEV")}\n`);
      this.status = FAILED;
      return;
    }
    const flags = ((now.value & 0xffff) | set) & ~clear;
    const done = this.cx.request("SIOCSIFFLAGS", { ifname, flags });
    if (done.ok) return;
    this.cx.err(`SIOCSIFFLAGS: ${strerror(done.errno)}\n`);
    this.status = FAILED;
  }

  private flagWord(word: string): void {
    const [set, clear] = FLAG_WORDS[word]!;
    this.flags(set, clear);
    const still = STILL[word];
    if (still === undefined) return;
    const now = this.cx.request("SIOCGIFFLAGS", { ifname: this.ifname });
    if (!now.ok) this.cx.err(`${this.ifname}: ERROR while testing interface flags: ${strerror("ENODEV")}\n`);
    else if ((now.value & clear) !== 0)
      this.cx.err(`Warning: Interface ${this.ifname} still in ${still} mode.\n`);
  }

  /** The address of a word; null: the error was reported. */
  private resolve(word: string): string | null {
    const address = resolveHost(word);
    if (typeof address === "number") return formatIpv4(address);
    this.cx.err(`${word}: ${address}\n`);
    this.status |= 1;
    return null;
  }

  /** With `inet6` an address alone sets nothing. Null: the error was reported. */
  private resolveInet6(word: string): null {
    const address = resolveInet6(this.cx, word);
    if (typeof address !== "object") {
      this.cx.err("Don't know how to set addresses for family 10.\n");
      throw new Exit(1);
    }
    this.cx.err(`getaddrinfo: ${word}: ${address.code}\n${word}: ${address.error}\n`);
    return null;
  }

  private setAddress(word: string): void {
    const slash = word.indexOf("/");
    const text = slash < 0 ? word : word.slice(0, slash);
    if (slash >= 0) {
      if (!/^\d*$/.test(word.slice(slash + 1))) this.usage();
      this.netmask = formatIpv4(maskOfLength(atoi(word.slice(slash + 1))));
    }
    const address = this.isInet6 ? this.resolveInet6(word) : this.resolve(text);
    if (address === null) {
      this.cx.err(TRY_HELP);
      throw new Exit(1);
    }
    const { ifname } = this;
    this.attempt("SIOCSIFADDR", this.cx.request("SIOCSIFADDR", { ifname, address }));
    if (!(ifname.includes(":") && (address === "0.0.0.0" || ifname.endsWith("-"))))
      this.flags(IFF_UP | IFF_RUNNING, 0);
  }

  private setNetmask(netmask: string): void {
    this.attempt("SIOCSIFNETMASK", this.cx.request("SIOCSIFNETMASK", { ifname: this.ifname, netmask }));
  }

  private broadcast(): void {
    const word = this.words.shift();
    if (word !== undefined) {
      const address = this.resolve(word);
      if (address === null) return;
      this.attempt("SIOCSIFBRDADDR", this.cx.request("SIOCSIFBRDADDR", { ifname: this.ifname, address }));
    }
    this.flags(IFF_BROADCAST, 0);
  }

  private destination(word: string): void {
    const address = this.resolve(word);
    if (address === null) return;
    this.attempt("SIOCSIFDSTADDR", this.cx.request("SIOCSIFDSTADDR", { ifname: this.ifname, address }));
  }

  private hardware(): void {
    const type = this.value();
    const text = this.value();
    if (type !== "ether" && type !== "loop") this.usage();
    const address = parseEther(text);
    if (address === null) {
      this.cx.err(`${text}: invalid ether address.\n`);
      this.status |= 1;
      return;
    }
    this.attempt("SIOCSIFHWADDR", this.cx.request("SIOCSIFHWADDR", { ifname: this.ifname, address }));
  }

  /** `add` makes the next free alias; `del` takes down the alias with that address and, as observed, adds it if there is none. */
  private alias(isDelete: boolean): void {
    const text = this.value();
    if (this.isInet6 || text.includes(":")) {
      this.inet6Address(text, isDelete);
      return;
    }
    const address = this.resolve(text);
    if (address === null) return;
    const all = interfaces(this.cx);
    const parent = all.find((entry) => entry.name === this.ifname);
    if (parent === undefined) {
      const missing = `${this.ifname}: error fetching interface information: Device not found\n`;
      this.cx.err(missing + missing);
      return;
    }
    const aliases = all.filter((entry) => entry.name.startsWith(`${this.ifname}:`));
    const existing = aliases.find((entry) => entry.inet?.local === address);
    if (existing !== undefined) {
      if (isDelete) this.flags(0, IFF_UP, existing.name);
      return;
    }
    let n = 0;
    while (aliases.some((entry) => entry.name === `${this.ifname}:${n}`)) n++;
    this.makeAlias(`${this.ifname}:${n}`, address, parent.netmask, parent.inet?.broadcast ?? "0.0.0.0");
  }

  /** `add ADDRESS/LENGTH` and `del` of IPv6. @source net/ipv6/addrconf.c, addrconf_add_ifaddr() */
  private inet6Address(word: string, isDelete: boolean): void {
    const [text, lengthText] = word.split(/\/(.*)/s, 2) as [string, string | undefined];
    const prefixLen = lengthText === undefined ? 128 : atoi(lengthText);
    if (prefixLen < 0 || prefixLen > 128) this.usage();
    const address = text === "default" ? IN6ADDR_ANY : resolveInet6(this.cx, text);
    if (typeof address === "object") {
      this.cx.err(`${word}: ${address.code === -3 ? address.error : "Unknown host"}\n`);
      this.status |= 1;
      return;
    }
    const found = interfaces(this.cx, this.ifname)[0];
    if (found === undefined) {
      this.attempt("SIOGIFINDEX", { ok: false, errno: "ENODEV", extack: null });
      return;
    }
    const body = { ifindex: found.link.ifindex, local: formatIpv6(address), prefixLen };
    if (isDelete) this.attempt("SIOCDIFADDR", this.cx.request("RTM_DELADDR", body));
    else {
      const nlmFlags = NLM_F_CREATE | NLM_F_EXCL;
      this.attempt("SIOCSIFADDR", this.cx.request("RTM_NEWADDR", { ...body, nlmFlags }));
    }
  }

  private makeAlias(ifname: string, address: string, netmask: string, broadcast: string): void {
    if (!this.attempt("SIOCSIFADDR", this.cx.request("SIOCSIFADDR", { ifname, address }))) return;
    this.attempt("SIOCSIFNETMASK", this.cx.request("SIOCSIFNETMASK", { ifname, netmask }));
    this.attempt("SIOCSIFBRDADDR", this.cx.request("SIOCSIFBRDADDR", { ifname, address: broadcast }));
    this.flags(IFF_BROADCAST, 0, ifname);
  }

  private rename(ifname: string): void {
    const link = this.cx.request("RTM_GETLINK", { ifname: this.ifname });
    const done = link.ok ? this.cx.request("RTM_NEWLINK_SET", { ifindex: link.value.ifindex, ifname }) : link;
    if (this.attempt("SIOCSIFNAME", done)) this.ifname = ifname;
  }

  private word(word: string): void {
    const { cx, ifname } = this;
    if (Object.hasOwn(FLAG_WORDS, word)) {
      this.flagWord(word);
      return;
    }
    if (Object.hasOwn(UNSUPPORTED, word)) {
      this.value();
      this.attempt(UNSUPPORTED[word]!, { ok: false, errno: "EOPNOTSUPP", extack: null });
      return;
    }
    switch (word) {
      case "mtu":
        this.attempt("SIOCSIFMTU", cx.request("SIOCSIFMTU", { ifname, mtu: atoi(this.value()) }));
        break;
      case "txqueuelen": {
        const txqueuelen = atoi(this.value());
        this.attempt("SIOCSIFTXQLEN", cx.request("SIOCSIFTXQLEN", { ifname, txqueuelen }));
        break;
      }
      case "netmask": {
        const netmask = this.resolve(this.value());
        if (netmask !== null) this.setNetmask(netmask);
        break;
      }
      case "broadcast":
        this.broadcast();
        break;
      case "dstaddr":
        this.destination(this.value());
        break;
      case "pointopoint":
        if (this.words.length > 0) this.destination(this.value());
        this.flags(IFF_POINTOPOINT, 0);
        break;
      case "hw":
        this.hardware();
        break;
      case "add":
      case "del":
        this.alias(word === "del");
        break;
      case "name":
        this.rename(this.value());
        break;
      case "media":
        this.media();
        break;
      case "tunnel":
        this.value();
        this.attempt("SIOCSIFDSTADDR", { ok: false, errno: "ENODEV", extack: null });
        break;
      default:
        this.setAddress(word);
        break;
    }
  }

  /** A device has one medium here. `auto` is read twice: as the medium, and as the address that may stand there. */
  private media(): void {
    const [medium] = this.words;
    if (medium === undefined) {
      this.usage();
      return;
    }
    if (medium.toLowerCase() === "auto") {
      this.flags(IFF_AUTOMEDIA, 0);
      return;
    }
    this.words.shift();
    if (MEDIA.includes(medium.toLowerCase()) || /^\d/.test(medium)) {
      this.cx.err(`port: SIOCSIFMAP: ${strerror("EOPNOTSUPP")}\n`);
    } else this.cx.err("Unknown media type.\n");
    this.status = 1;
  }

  run(): number {
    try {
      if (this.words[0] === "inet" || this.words[0] === "inet6")
        this.isInet6 = this.words.shift() === "inet6";
      for (let word = this.words.shift(); word !== undefined; word = this.words.shift()) this.word(word);
      if (this.netmask !== null) this.setNetmask(this.netmask);
      return this.status;
    } catch (error) {
      if (error instanceof Exit) return error.status;
      throw error;
    }
  }
}

function help(cx: CommandContext): number {
  cx.out(IFCONFIG_SYNTAX);
  cx.out(HARDWARE_TITLE);
  cx.err(IFCONFIG_HARDWARE);
  cx.out(FAMILIES_TITLE);
  cx.err(IFCONFIG_FAMILIES);
  return 0;
}

function show(cx: CommandContext, name: string | null, isAll: boolean, isShort: boolean): number {
  const all = interfaces(cx, name);
  if (isShort) cx.out(IFCONFIG_SHORT_HEADER);
  const shown = name === null ? all.filter((entry) => isAll || (entry.link.flags & IFF_UP) !== 0) : all;
  if (name !== null && shown.length === 0) {
    cx.err(`${name}: error fetching interface information: Device not found\n`);
    return 1;
  }
  for (const entry of shown) cx.out(isShort ? shortEntry(entry) : longEntry(entry));
  return 0;
}

export const ifconfig: Command = (cx) => {
  const args = cx.argv.slice(1);
  let isAll = false;
  let isShort = false;
  while (args[0]?.startsWith("-")) {
    const option = args.shift()!;
    if (option === "-a") isAll = true;
    else if (option === "-s") isShort = true;
    else if (option === "-V" || option === "--version") {
      cx.out("net-tools 2.10\n");
      return 0;
    } else if (option === "-h" || option === "-?" || option === "--help") return help(cx);
    else if (option !== "-v") {
      cx.err(`ifconfig: option \`${option}' not recognised.\n${TRY_HELP}`);
      return 1;
    }
  }
  const name = args.shift()?.slice(0, IFNAMSIZ - 1);
  if (name === undefined) return show(cx, null, isAll, isShort);
  return args.length === 0 ? show(cx, name, isAll, isShort) : new Setter(cx, name, args).run();
};
