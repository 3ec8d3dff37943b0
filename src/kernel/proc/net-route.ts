/** /proc/net/route: the IPv4 routes of table main in its order. Addresses are the octets read as a little-endian number. */
import {
  RTAX_ADVMSS,
  RTAX_RTT,
  RTAX_WINDOW,
  RTN_BROADCAST,
  RTN_MULTICAST,
  RTN_PROHIBIT,
  RTN_UNREACHABLE,
} from "../../events/netlink.ts";
import type { RouteInfo } from "../../events/requests.ts";
import { parseIpv4, prefixMask } from "../../wire/ipv4-address.ts";

const HEADER = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
const LINE_WIDTH = 127;
const RTF_UP = 0x0001;
const RTF_GATEWAY = 0x0002;
const RTF_HOST = 0x0004;
const RTF_REJECT = 0x0200;

function littleEndianHex(address: number): string {
  const octets = [address & 255, (address >>> 8) & 255, (address >>> 16) & 255, address >>> 24];
  return octets.map((octet) => octet.toString(16).toUpperCase().padStart(2, "0")).join("");
}

function flagsOf(route: RouteInfo): number {
  let flags = RTF_UP;
  if (route.gateway !== null) flags |= RTF_GATEWAY;
  if (route.dstLen === 32) flags |= RTF_HOST;
  if (route.type === RTN_UNREACHABLE || route.type === RTN_PROHIBIT) flags |= RTF_REJECT;
  return flags;
}

/** @source net/ipv4/fib_trie.c, fib_route_seq_show() */
function line(given: RouteInfo, ifname: (ifindex: number) => string | null): string {
  // Of several next hops the first one is shown.
  const first = given.hops?.[0];
  const route = first === undefined ? given : { ...given, gateway: first.gateway, oif: first.oif };
  const device = (route.oif === null ? null : ifname(route.oif)) ?? "*";
  const metric = (rtax: number) => route.metrics?.values.find(([number]) => number === rtax)?.[1] ?? 0;
  const advmss = metric(RTAX_ADVMSS);
  const address = (text: string | null) => littleEndianHex(text === null ? 0 : (parseIpv4(text) ?? 0));
  const fields = [
    device,
    address(route.dst),
    address(route.gateway),
    flagsOf(route).toString(16).toUpperCase().padStart(4, "0"),
    0,
    0,
    route.priority,
    littleEndianHex(prefixMask(route.dstLen)),
    advmss === 0 ? 0 : advmss + 40,
    metric(RTAX_WINDOW),
    metric(RTAX_RTT) >>> 3,
  ];
  return fields.join("\t");
}

/** @param ifname the name of a device; null: there is none */
export function procNetRoute(
  routes: readonly RouteInfo[],
  ifname: (ifindex: number) => string | null,
): string {
  const shown = routes.filter(
    (r) => r.family === "inet" && r.type !== RTN_BROADCAST && r.type !== RTN_MULTICAST,
  );
  return [HEADER, ...shown.map((route) => line(route, ifname))]
    .map((text) => `${text.padEnd(LINE_WIDTH)}\n`)
    .join("");
}
