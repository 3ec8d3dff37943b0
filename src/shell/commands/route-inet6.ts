/**
 * route(8) of net-tools 2.10 with -6: shows /proc/net/ipv6_route, adds and deletes routes.
 * @source route(8); texts and statuses as observed; net/ipv6/route.c, ipv6_route_ioctl()
 */

import { strerror } from "../../core/errno.ts";
import { NLM_F_CREATE, NLM_F_EXCL, RTN_UNICAST, RTNH_F_ONLINK, RTPROT_BOOT } from "../../events/netlink.ts";
import { formatIpv6, IN6ADDR_ANY, type Ipv6Address, parseIpv6 } from "../../wire/ipv6-address.ts";
import type { CommandContext } from "../host.ts";
import { askNameServers, atoi } from "./net-tools-names.ts";
import { INET6_ROUTE_USAGE } from "./net-tools-texts.ts";

const E_USAGE = 3;
const E_LOOKUP = 6;
const E_SOCK = 7;

const RTF_GATEWAY = 0x0002;
const RTF_REJECT = 0x0200;
const RTF_CACHE = 0x01000000;

const FLAG_LETTERS: readonly (readonly [bit: number, letter: string])[] = [
  [RTF_GATEWAY, "G"],
  [0x0004, "H"],
  [0x00010000, "D"],
  [0x00040000, "A"],
  [RTF_CACHE, "C"],
  [0x00020000, "a"],
  [0x00400000, "e"],
  [0x0020, "m"],
  [0x00200000, "n"],
  [0x02000000, "f"],
];

function flagText(flags: number): string {
  const first = (flags & RTF_REJECT) !== 0 ? "!" : "U";
  return first + FLAG_LETTERS.map(([bit, letter]) => ((flags & bit) !== 0 ? letter : "")).join("");
}

function fromHex(text: string): Ipv6Address {
  return BigInt(`0x${text}`);
}

/** One line of the table for one of the file. Addresses have no names, but for each the name servers are asked. */
function rowText(cx: CommandContext, line: string, isNumeric: boolean): string {
  const [dst, length, , , gateway, metric, refs, use, , ifname] = line.trim().split(/\s+/) as string[];
  const flags = Number.parseInt(line.trim().split(/\s+/)[8]!, 16);
  const address = (hex: string): string => {
    const parsed = fromHex(hex);
    if (isNumeric) return formatIpv6(parsed);
    if (parsed === IN6ADDR_ANY) return "[::]";
    askNameServers(cx);
    return formatIpv6(parsed);
  };
  const number = (hex: string): string => String(Number.parseInt(hex, 16) | 0);
  const target = `${address(dst!)}/${Number.parseInt(length!, 16)}`;
  const counts = `${number(metric!).padEnd(3)} ${number(refs!)}${number(use!).padStart(7)}`;
  return `${target.padEnd(30)} ${address(gateway!).padEnd(26)} ${flagText(flags).padEnd(4)} ${counts} ${ifname}\n`;
}

export function showInet6(cx: CommandContext, isNumeric: boolean, isCache: boolean): number {
  const table = cx.request("FILE_READ", { path: "/proc/net/ipv6_route" });
  if (!table.ok) {
    cx.err(`/proc/net/ipv6_route: ${strerror(table.errno)}\nINET6 (IPv6) not configured in this system.\n`);
    return 1;
  }
  cx.out(`Kernel IPv6 routing ${isCache ? "cache" : "table"}\n`);
  cx.out("Destination                    Next Hop                   Flag Met Ref  Use If\n");
  for (const line of table.value.split("\n")) {
    if (line === "") continue;
    const flags = Number.parseInt(line.trim().split(/\s+/)[8]!, 16);
    if (((flags & RTF_CACHE) !== 0) === isCache) cx.out(rowText(cx, line, isNumeric));
  }
  return 0;
}

/** Ends the parsing of a route. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
  ) {
    super(text);
  }
}

function usage(): never {
  throw new Refusal(E_USAGE, INET6_ROUTE_USAGE);
}

/** An address or the resolver's complaints: there are no names of IPv6 hosts. */
export function resolveInet6(
  cx: CommandContext,
  text: string,
): Ipv6Address | { readonly code: number; readonly error: string } {
  const address = parseIpv6(text);
  if (address !== null) return address;
  if (/^[0-9.]+$/.test(text)) return { code: -9, error: "Resolver Error 0 (no error)" };
  const isName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text);
  if (!isName) return { code: -2, error: "Unknown host" };
  askNameServers(cx);
  return { code: -3, error: "Host name lookup failure" };
}

interface Wanted {
  readonly dst: Ipv6Address;
  readonly dstLen: number;
  readonly gateway: Ipv6Address | null;
  readonly metric: number;
  readonly dev: string | null;
}

function target(cx: CommandContext, word: string): { dst: Ipv6Address; dstLen: number } {
  if (word === "default") return { dst: IN6ADDR_ANY, dstLen: 0 };
  const [text, length] = word.split(/\/(.*)/s, 2) as [string, string | undefined];
  const dstLen = length === undefined ? 128 : atoi(length);
  if (dstLen < 0 || dstLen > 128) usage();
  const dst = resolveInet6(cx, text);
  if (typeof dst === "object")
    throw new Refusal(1, `getaddrinfo: ${text}: ${dst.code}\n${text}: ${dst.error}\n`);
  return { dst, dstLen };
}

function parse(cx: CommandContext, args: readonly string[]): Wanted {
  const words = [...args];
  const { dst, dstLen } = target(cx, words.shift() ?? usage());
  let gateway: Ipv6Address | null = null;
  let metric = 1;
  let dev: string | null = null;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "metric") {
      const text = words.shift();
      if (text === undefined || !/^\d/.test(text)) usage();
      metric = atoi(text!);
    } else if (word === "gw" || word === "gateway") {
      const text = words.shift();
      if (text === undefined || gateway !== null) usage();
      // Of a gateway the tool takes numbers only.
      const address = parseIpv6(text!);
      if (address === null) throw new Refusal(E_LOOKUP, `${text}: Resolver Error 0 (no error)\n`);
      gateway = address;
    } else if (word === "device" || word === "dev") {
      const name = words.shift();
      if (dev !== null || name === undefined) usage();
      dev = name!;
    } else if (word !== "mod" && word !== "dyn") {
      if (dev !== null || words.length > 0) usage();
      dev = word;
    }
  }
  return { dst, dstLen, gateway, metric, dev };
}

function ifindexOf(cx: CommandContext, name: string): number {
  const link = cx.request("RTM_GETLINK", { ifname: name });
  if (link.ok) return link.value.ifindex;
  throw new Refusal(E_SOCK, `SIOGIFINDEX: ${strerror("ENODEV")}\n`);
}

/** @differs the words `mod` and `dyn` leave no flag at the route */
export function changeInet6(cx: CommandContext, action: "add" | "del", args: readonly string[]): number {
  try {
    const { dst, dstLen, gateway, metric, dev } = parse(cx, args);
    const spec = {
      dst: formatIpv6(dst),
      dstLen,
      priority: metric,
      ...(gateway === null ? {} : { gateway: formatIpv6(gateway) }),
      ...(dev === null ? {} : { oif: ifindexOf(cx, dev) }),
    };
    // The flag of a host route is, by chance, that of a gateway which needs no route.
    const flags = dstLen === 128 ? { flags: RTNH_F_ONLINK } : {};
    const done =
      action === "del"
        ? cx.request("RTM_DELROUTE", spec)
        : cx.request("RTM_NEWROUTE", {
            ...spec,
            ...flags,
            protocol: RTPROT_BOOT,
            type: RTN_UNICAST,
            nlmFlags: NLM_F_CREATE | NLM_F_EXCL,
          });
    if (done.ok) return 0;
    cx.err(`${action === "add" ? "SIOCADDRT" : "SIOCDELRT"}: ${strerror(done.errno)}\n`);
    return E_SOCK;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    cx.err(error.text);
    return error.status;
  }
}
