/**
 * Listeners on rtnetlink are told of settings of net.ipv4.conf and net.ipv6.conf: all of a device that comes, goes or is renamed,
 * and each that is written.
 * @source net/ipv4/devinet.c, inet_netconf_notify_devconf(), devinet_conf_proc(), inet_forward_change(); net/ipv6/addrconf.c
 */
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf, type NetnsRef } from "../devices/netns.ts";
import type { NetconfInfo, RtnlFamily } from "../events/rtnl.ts";
import type { StepContext } from "../events/step-context.ts";
import { netStack } from "../stack/net-stack.ts";
import { hasListeners } from "./netlink-socket.ts";
import { SLOT_ALL, SLOT_DEFAULT, type SysctlSlot, sysctlKey, sysctlSlot } from "./sysctl/sysctl-keys.ts";
import { type SysctlChange, sysctlNumber } from "./sysctl/sysctls.ts";

type Field = Exclude<keyof NetconfInfo, "ifindex">;

/** Names of the settings that are told of. */
const FIELDS: Readonly<Record<RtnlFamily, readonly (readonly [field: Field, name: string])[]>> = {
  inet: [
    ["forwarding", "forwarding"],
    ["rpFilter", "rp_filter"],
    ["mcForwarding", "mc_forwarding"],
    ["proxyNeigh", "proxy_arp"],
    ["ignoreRoutesWithLinkdown", "ignore_routes_with_linkdown"],
  ],
  inet6: [
    ["forwarding", "forwarding"],
    ["mcForwarding", "mc_forwarding"],
    ["proxyNeigh", "proxy_ndp"],
    ["ignoreRoutesWithLinkdown", "ignore_routes_with_linkdown"],
  ],
};

const DIRECTORIES: Readonly<Record<RtnlFamily, string>> = { inet: "net/ipv4/conf", inet6: "net/ipv6/conf" };

/** The values of some settings in a slot. */
function values(
  step: StepContext,
  netns: NetnsRef,
  family: RtnlFamily,
  slot: SysctlSlot,
  wanted: readonly Field[] | null,
): Partial<Record<Field, number>> {
  const { sysctls } = netStack(step, netns);
  const told: Partial<Record<Field, number>> = {};
  for (const [field, name] of FIELDS[family])
    if (wanted === null || wanted.includes(field))
      told[field] = sysctlNumber(sysctls, sysctlKey(`${DIRECTORIES[family]}/*/${name}`).id, slot);
  return told;
}

/** A device got the settings of a protocol, or loses them. */
export function notifyNetconf(
  step: StepContext,
  dev: NetDevice,
  family: RtnlFamily,
  isDeleted: boolean,
): void {
  const { netns, ifindex } = dev;
  if (!hasListeners(step, netns)) return;
  const told = isDeleted ? {} : values(step, netns, family, sysctlSlot(ifindex), null);
  step.rtnlNotify(netns, { object: "netconf", subject: { family, ifindex, ...told }, isDeleted });
}

function notifySlot(
  step: StepContext,
  netns: NetnsRef,
  family: RtnlFamily,
  slot: SysctlSlot,
  field: Field,
): void {
  const dev = devicesOf(step, netns).find((d) => sysctlSlot(d.ifindex) === slot);
  const ifindex = slot === SLOT_ALL ? "all" : slot === SLOT_DEFAULT ? "default" : dev?.ifindex;
  if (ifindex === undefined) return;
  const told = values(step, netns, family, slot, [field]);
  step.rtnlNotify(netns, { object: "netconf", subject: { family, ifindex, ...told } });
}

/** A write to a file changed stored values. Forwarding for all reaches every device, whatever it had. */
export function notifyConfChanges(
  step: StepContext,
  netns: NetnsRef,
  changes: readonly SysctlChange[],
): void {
  if (!hasListeners(step, netns)) return;
  for (const family of ["inet", "inet6"] as const) {
    const dir = DIRECTORIES[family];
    const own = changes.filter(({ key }) => key.dir === dir);
    const forwards = own.filter(({ key }) => key.name === "forwarding");
    if (forwards.some(({ slot }) => slot === SLOT_ALL)) {
      const devices = devicesOf(step, netns).map((dev) => sysctlSlot(dev.ifindex));
      for (const slot of [SLOT_ALL, SLOT_DEFAULT, ...devices])
        notifySlot(step, netns, family, slot, "forwarding");
    } else for (const { slot } of forwards) notifySlot(step, netns, family, slot, "forwarding");
    for (const { key, slot } of own) {
      const field = FIELDS[family].find(([, name]) => name === key.name)?.[0];
      if (field !== undefined && field !== "forwarding") notifySlot(step, netns, family, slot, field);
    }
  }
}
