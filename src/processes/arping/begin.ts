/** How arping(8) finds its device and its source address. */
import { assert } from "../../core/assert.ts";
import { strerror } from "../../core/errno.ts";
import { NAME_SERVER, RESOLVER_ATTEMPTS } from "../../core/name-server.ts";
import { NS_PER_SEC } from "../../core/nanos.ts";
import { IFF_LOOPBACK, IFF_NOARP, IFF_UP } from "../../events/netlink.ts";
import type { Filter } from "../../stack/socket-filter.ts";
import { ETH_P_ARP } from "../../wire/frame.ts";
import { formatIpv4, type Ipv4Address, inetAton, parseIpv4 } from "../../wire/ipv4-address.ts";
import { HOSTS_FILE, parseHosts } from "../hosts.ts";
import { resolveHost } from "../ping-host.ts";
import type { DeviceFacts, ProgramContext } from "../program.ts";
import { flush, print, type Stdout } from "../stdout.ts";
import { type ArpingOptions, type ArpingStop, parseArping, stop } from "./options.ts";
import type { ArpingState } from "./state.ts";

/** A packet socket that was bound to ETH_P_ARP sees what comes in. */
const ARP_IN: Filter = {
  k: "and",
  a: { k: "outbound", isOut: false },
  b: { k: "type", value: ETH_P_ARP, shift: 0 },
};
/** Octets of a packet that it reads. */
const SNAPLEN = 4096;

/** Opens what it needs; what hinders it is told, and the state that comes back has ended. */
export function begin(cx: ProgramContext, argv: readonly string[], isTerminal: boolean): ArpingState {
  const stdout: Stdout = { held: "", buffering: isTerminal ? "line" : "block" };
  const options = parseArping(argv);
  if ("kind" in options) return refuse(cx, stdout, options);
  const opened = open(cx, options, stdout);
  return "kind" in opened ? refuse(cx, stdout, opened) : opened;
}

function refuse(cx: ProgramContext, stdout: Stdout, { out, err, status }: ArpingStop): ArpingState {
  print(cx, stdout, out);
  flush(cx, stdout);
  if (err !== "") cx.write(2, err);
  cx.exit(status);
  return { ...NOTHING, ...stdout };
}

const NOTHING: ArpingState = {
  held: "",
  buffering: "block",
  options: {
    target: "",
    device: null,
    source: null,
    count: 0,
    timeout: 0,
    interval: 0,
    isAdvert: false,
    isUnsolicited: false,
    isDad: false,
    isBroadcastOnly: false,
    quitsOnReply: false,
    isQuiet: false,
  },
  socket: -1,
  ifindex: 0,
  address: 0,
  target: 0,
  source: 0,
  peer: 0,
  isUnicasting: false,
  tickAt: null,
  ticks: 0,
  timeoutAt: null,
  lastAt: null,
  sent: 0,
  broadcasts: 0,
  received: 0,
  receivedBroadcasts: 0,
  receivedRequests: 0,
  fault: 0,
  isEnded: true,
};

/** The target's address. Numbers with dots that are no address are no name either. */
function resolve(cx: ProgramContext, name: string): Ipv4Address | ArpingStop {
  const numeric = inetAton(name);
  if (numeric !== null) return numeric;
  if (/^[0-9.]+$/.test(name)) return stop(`arping: ${name}: Name or service not known\n`);
  const file = cx.readFile(HOSTS_FILE);
  const host = resolveHost(name, 4, file.ok ? parseHosts(file.value) : []);
  if ("address" in host) return host.address;
  assert("err" in host, "no address of IPv6 was asked for");
  if (host.err.includes("Temporary failure")) askNameServer(cx);
  return stop(host.err.replace("ping:", "arping:"));
}

/** The name is looked up in the net: the name server cannot be reached. */
function askNameServer(cx: ProgramContext): void {
  const server = parseIpv4(NAME_SERVER)!;
  for (let attempt = 0; attempt < RESOLVER_ATTEMPTS; attempt++) cx.probeSource(server, 0, null, 0, false);
}

/** The device that was named, or the one that the route to the target leaves by. */
function findDevice(cx: ProgramContext, named: string | null, target: Ipv4Address): DeviceFacts | ArpingStop {
  const ifname = named ?? cx.links.routeDevice(target);
  if (ifname === null) return stop("arping: NETLINK_ROUTE unexpected iov element\n", 1);
  const dev = cx.links.device(ifname);
  if (dev === null) return stop(`arping: Device ${ifname} not available.\n`);
  if ((dev.flags & IFF_UP) === 0) return stop("", 2, `Interface "${ifname}" is down\n`);
  if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0)
    return stop("", 2, `Interface "${ifname}" is not ARPable\n`);
  return dev;
}

/** The sender address of requests: as given, the target's own, or the one that packets to the target would have. */
function findSource(
  cx: ProgramContext,
  options: ArpingOptions,
  ifname: string,
  target: Ipv4Address,
): Ipv4Address | ArpingStop {
  const given = options.source === null ? null : inetAton(options.source);
  if (options.source !== null && given === null) return stop(`arping: invalid source ${options.source}\n`);
  if (options.isDad && given === null) return 0;
  const own = given ?? (options.isUnsolicited ? target : 0);
  if (own === 0 && given === null) {
    const found = cx.links.sourceOnLink(ifname, target);
    return found.ok ? found.value : stop(`arping: connect: ${strerror(found.errno)}\n`);
  }
  const errno = cx.inet.bind(cx.inet.socket(), own, 0);
  return errno === null ? own : stop(`arping: bind: ${strerror(errno)}\n`);
}

function open(cx: ProgramContext, options: ArpingOptions, stdout: Stdout): ArpingState | ArpingStop {
  const target = resolve(cx, options.target);
  if (typeof target !== "number") return target;
  const dev = findDevice(cx, options.device, target);
  if ("kind" in dev) return dev;
  const source = findSource(cx, options, dev.ifname, target);
  if (typeof source !== "number") return source;
  const begun = `ARPING ${formatIpv4(target)} from ${formatIpv4(source)} ${dev.ifname}\n`;
  const isNamed = options.isDad || options.source !== null;
  if (source === 0 && !isNamed) return stop("arping: no source address in not-DAD mode\n", 2, begun);
  if (!options.isQuiet) print(cx, stdout, begun);
  const { interval, timeout } = options;
  return {
    ...NOTHING,
    ...stdout,
    options,
    socket: cx.packetSocket({
      ifindex: dev.ifindex,
      isPromiscuous: false,
      blockTimeout: null,
      etherType: 0x0806,
      snaplen: SNAPLEN,
      filter: ARP_IN,
      keepsUnread: true,
    }),
    ifindex: dev.ifindex,
    address: dev.address,
    target,
    source,
    peer: dev.broadcast,
    tickAt: interval === 0 ? null : cx.now + interval * NS_PER_SEC,
    timeoutAt: timeout === 0 ? null : cx.now + timeout * NS_PER_SEC,
    isEnded: false,
  };
}
