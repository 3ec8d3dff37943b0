/**
 * RTM_GETNETCONF: settings of devices, of all of them (-1) and of those to come (-2).
 * @source net/ipv4/devinet.c, inet_netconf_dump_devconf(), inet_netconf_get_devconf(); net/ipv6/addrconf.c
 */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { hasInet6, type NetDevice } from "../../devices/net-device.ts";
import { deviceByIndex, devicesOf } from "../../devices/netns.ts";
import { netStack } from "../../stack/net-stack.ts";
import { align4, type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import type { NamedAttr } from "../../wire/netlink/named.ts";
import { RTGENMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import { SLOT_ALL, SLOT_DEFAULT, sysctlKey, sysctlSlot } from "../sysctl/sysctl-keys.ts";
import { sysctlNumber } from "../sysctl/sysctls.ts";
import { AF_INET, AF_INET6, type Asking, type DumpAnswer, dumped, NLM_F_MULTI, reply } from "./asking.ts";
import { type Attrs, attrOf, bad, type Policies, parseRequest } from "./parse.ts";

const IPV4_MIN_MTU = 68;
const NETCONFA_IFINDEX_ALL = -1;
const NETCONFA_IFINDEX_DEFAULT = -2;
const NETCONFA_MAX = 9;
const POLICY: Policies = new Map(
  ["IFINDEX", "FORWARDING", "RP_FILTER", "PROXY_NEIGH", "IGNORE_ROUTES_WITH_LINKDOWN"].map((name) => [
    attrType(`NETCONFA_${name}`),
    { type: "octets" as const, len: 4 },
  ]),
);

/** What is shown of a family, in order, and the setting that each shows. */
const SHOWN: ReadonlyMap<number, readonly (readonly [attr: string, key: string])[]> = new Map([
  [
    AF_INET,
    [
      ["NETCONFA_FORWARDING", "net/ipv4/conf/*/forwarding"],
      ["NETCONFA_RP_FILTER", "net/ipv4/conf/*/rp_filter"],
      ["NETCONFA_MC_FORWARDING", "net/ipv4/conf/*/mc_forwarding"],
      ["NETCONFA_BC_FORWARDING", "net/ipv4/conf/*/bc_forwarding"],
      ["NETCONFA_PROXY_NEIGH", "net/ipv4/conf/*/proxy_arp"],
      ["NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN", "net/ipv4/conf/*/ignore_routes_with_linkdown"],
    ],
  ],
  [
    AF_INET6,
    [
      ["NETCONFA_FORWARDING", "net/ipv6/conf/*/forwarding"],
      ["NETCONFA_MC_FORWARDING", "net/ipv6/conf/*/mc_forwarding"],
      ["NETCONFA_PROXY_NEIGH", "net/ipv6/conf/*/proxy_ndp"],
      ["NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN", "net/ipv6/conf/*/ignore_routes_with_linkdown"],
    ],
  ],
]);

function slotOf(ifindex: number): number {
  if (ifindex === NETCONFA_IFINDEX_ALL) return SLOT_ALL;
  return ifindex === NETCONFA_IFINDEX_DEFAULT ? SLOT_DEFAULT : sysctlSlot(ifindex);
}

function fill(ask: Asking, family: number, ifindex: number, flags: number): NetlinkMessage {
  const { sysctls } = netStack(ask.step, ask.netns);
  const values = SHOWN.get(family)!.map(
    ([attr, key]): NamedAttr => [attr, sysctlNumber(sysctls, sysctlKey(key).id, slotOf(ifindex))],
  );
  return reply(ask, "RTM_NEWNETCONF", flags, { family }, [["NETCONFA_IFINDEX", ifindex], ...values]);
}

function parse(ask: Asking): Attrs | Refusal {
  const strict = ask.socket.isStrict ? { maxtype: NETCONFA_MAX, isStrict: true } : null;
  const parsed = parseRequest(ask.request, RTGENMSG, POLICY, strict, ask.extack);
  return "ok" in parsed ? parsed : parsed.attrs;
}

export function netconfGet(ask: Asking): Result<readonly NetlinkMessage[]> {
  const at = ask.request.octets[NLMSG_HDRLEN] === AF_INET6 ? "ipv6" : "ipv4";
  const attrs = parse(ask);
  if ("ok" in attrs) return attrs;
  const wanted = attrOf(attrs, "NETCONFA_IFINDEX");
  if (ask.socket.isStrict && [...attrs.values()].some((attr) => attr !== wanted))
    return bad("EINVAL", `${at}: Unsupported attribute in netconf get request`, null, ask.extack);
  if (wanted === undefined) return refused("EINVAL");
  const ifindex = wanted.s32;
  const isDevice = ifindex !== NETCONFA_IFINDEX_ALL && ifindex !== NETCONFA_IFINDEX_DEFAULT;
  if (isDevice && deviceByIndex(ask.step, ask.netns, ifindex) === null) return refused("ENODEV");
  return granted([fill(ask, ask.request.octets[NLMSG_HDRLEN]!, ifindex, 0)]);
}

export function netconfDump(ask: Asking): DumpAnswer | Refusal {
  const family = ask.request.octets[NLMSG_HDRLEN]!;
  const at = family === AF_INET6 ? "ipv6" : "ipv4";
  const { length } = ask.request.octets;
  if (ask.socket.isStrict && length < NLMSG_HDRLEN + structOctets(RTGENMSG))
    return bad("EINVAL", `${at}: Invalid header for netconf dump request`, null, ask.extack);
  if (ask.socket.isStrict && length > NLMSG_HDRLEN + align4(structOctets(RTGENMSG)))
    return bad("EINVAL", `${at}: Invalid data after header in netconf dump request`, null, ask.extack);
  // A device whose MTU is too small for a protocol has no settings of it.
  const has = (dev: NetDevice, wanted: number) =>
    wanted === AF_INET ? dev.mtu >= IPV4_MIN_MTU : hasInet6(dev);
  const indexes = (wanted: number) =>
    devicesOf(ask.step, ask.netns)
      .filter((dev) => has(dev, wanted))
      .map(({ ifindex }) => ifindex);
  const messages = [AF_INET, AF_INET6]
    .filter((wanted) => !SHOWN.has(family) || family === wanted)
    .flatMap((wanted) =>
      [...indexes(wanted), NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX_DEFAULT].map((ifindex) =>
        fill(ask, wanted, ifindex, NLM_F_MULTI),
      ),
    );
  return dumped(messages, { splitsDone: !SHOWN.has(family) });
}
