/**
 * What hangs on a device: tells the stack when one comes, goes, rises, falls or changes.
 * @source net/ipv4/devinet.c, inetdev_event(); fib_frontend.c, fib_netdev_event(); arp.c, arp_netdev_event()
 */
import type { Cell } from "../core/cell-table.ts";
import { portOf } from "../devices/bridge/bridge.ts";
import {
  adjustMtu,
  type BridgeHooks,
  bridgeDeletePort,
  portAddressChanged,
  portChanged,
  portDown,
  portUp,
} from "../devices/bridge/bridge-device.ts";
import {
  type DeviceRef,
  hasInet6,
  IFNAME_MAX_OCTETS,
  IPV6_MIN_MTU,
  isUp,
  type NetDevice,
  updateDevice,
} from "../devices/net-device.ts";
import { type NetnsRef, peerNsidAlloc, updateNetns } from "../devices/netns.ts";
import { KIND } from "../events/kinds.ts";
import {
  IFA_F_PERMANENT,
  IFF_LOOPBACK,
  RT_SCOPE_HOST,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { sendGratuitousArp } from "../stack/arp.ts";
import { deleteAllAddrs, insertAddr } from "../stack/devinet.ts";
import { fibAddAddr } from "../stack/fib-addr.ts";
import { followDeviceMtu } from "../stack/fib-exceptions.ts";
import { fibDisable, fibLinkDown, fibSyncUp } from "../stack/fib-semantics.ts";
import { igmpDestroy, igmpDown, igmpUp } from "../stack/igmp.ts";
import { inDevice, inetdevInit, neighTableRef, updateInDevice } from "../stack/in-device.ts";
import { gcRoutes } from "../stack/ipv6/addr-expiry.ts";
import { inet6Dev } from "../stack/ipv6/inet6-dev.ts";
import {
  inet6AddDev,
  inet6CarrierLost,
  inet6Change,
  inet6Grown,
  inet6Ifdown,
  inet6SetMtu,
  inet6Up,
} from "../stack/ipv6/inet6-device.ts";
import { ndiscSendUnsolicited } from "../stack/ipv6/ndisc-send.ts";
import { netStack6 } from "../stack/ipv6/net-stack6.ts";
import { neighIfdown } from "../stack/neigh.ts";
import { neigh6FlushDevice, neighFlushDevice } from "../stack/neigh-table.ts";
import { confMax, netStack } from "../stack/net-stack.ts";
import { packetSocketsDown, packetSocketsForget } from "../stack/packet-socket.ts";
import { INADDR_LOOPBACK } from "../wire/ipv4-address.ts";
import { notifyNetconf } from "./netconf-notify.ts";
import { deviceConf6, deviceNeighParms6 } from "./sysctl/inet6-sysctls.ts";
import { deviceConf, deviceNeighParms, followMtu, forgetDeviceSysctls } from "./sysctl/stack-sysctls.ts";

/** Smallest MTU that IPv4 works on. @source inetdev_valid_mtu() */
const IPV4_MIN_MTU = 68;

/** What a bridge sets off as its ports come, go and change. */
export function bridgeHooks(step: StepContext): BridgeHooks {
  return {
    setMtu: (ref, mtu) => setDeviceMtu(step, ref, mtu),
    addressChanged: (dev) => onAddressChange(step, dev),
    listen: (ref, by) => {
      updateDevice(step, ref, (d) => {
        d.promiscuity += by;
        d.allmulti += by;
      });
    },
    masterChanged: (dev) => notifyLink(step, dev),
  };
}

/** Those who listen are told, then the stack. @source netif_set_mtu_ext() */
export function setDeviceMtu(step: StepContext, ref: DeviceRef, mtu: number): void {
  const dev = step.cells.get(ref);
  if (mtu === dev.mtu) return;
  const changed = updateDevice(step, ref, (d) => {
    d.mtu = mtu;
  });
  step.record(KIND.link_change, dev.netns, ref, JSON.stringify({ mtu }));
  notifyLink(step, changed);
  onMtuChange(step, changed, dev.mtu);
}

/** NETDEV_REGISTER. */
export function onRegister(step: StepContext, dev: NetDevice): void {
  const stack = netStack(step, dev.netns);
  const inet = inetdevInit(
    step,
    dev.ref,
    deviceConf(stack.sysctls, dev.ifindex),
    deviceNeighParms(stack.sysctls, dev.ifindex),
  );
  const made = updateDevice(step, dev.ref, (d) => {
    d.inet = inet;
    d.filter = []; // dev_mc_flush() of a move
  });
  notifyNetconf(step, dev, "inet", false);
  if (hasInet6(dev)) notifyNetconf(step, dev, "inet6", false);
  addInet6(step, made);
}

/** A device that is large enough for IPv6 gets its part. */
function addInet6(step: StepContext, dev: NetDevice): void {
  if (!hasInet6(dev)) return;
  const { sysctls } = netStack(step, dev.netns);
  inet6AddDev(step, dev, deviceConf6(sysctls, dev.ifindex), deviceNeighParms6(sysctls, dev.ifindex));
}

/** NETDEV_UNREGISTER: the device leaves its namespace. */
export function onUnregister(step: StepContext, dev: NetDevice): void {
  if (dev.port >= 0) bridgeDeletePort(step, dev.ref, bridgeHooks(step));
  deleteAllAddrs(step, dev);
  neighIfdown(step, dev, 4);
  igmpDestroy(step, dev);
  inet6Ifdown(step, dev, true);
  packetSocketsForget(step, dev);
  fibDisable(step, dev, true, true);
  step.cells.delete(neighTableRef(dev));
  step.cells.delete(dev.inet as Cell<unknown>);
  notifyNetconf(step, dev, "inet", true);
  if (hasInet6(dev)) notifyNetconf(step, dev, "inet6", true);
  forgetDeviceSysctls(step, dev.netns, dev.ifindex);
}

/** NETDEV_UP. */
export function onUp(step: StepContext, dev: NetDevice): void {
  inetUp(step, dev);
  inet6Up(step, dev);
  notifyByNdisc(step, dev);
  if (dev.port >= 0) portUp(step, dev);
}

function inetUp(step: StepContext, dev: NetDevice): void {
  if (dev.mtu < IPV4_MIN_MTU) return;
  igmpUp(step, dev);
  if ((dev.flags & IFF_LOOPBACK) !== 0) {
    // Refused if it is there already.
    insertAddr(step, dev, {
      local: INADDR_LOOPBACK,
      address: INADDR_LOOPBACK,
      prefixLen: 8,
      broadcast: 0,
      scope: RT_SCOPE_HOST,
      flags: IFA_F_PERMANENT,
      label: dev.ifname,
      validLft: null,
      preferredLft: null,
      stamp: step.jiffies,
      metric: 0,
    });
  }
  if (notifiesByArp(step, dev)) sendGratuitousArp(step, dev);
  for (const ifa of inDevice(step, dev).addrs) fibAddAddr(step, dev, ifa);
  fibSyncUp(step, dev, RTNH_F_DEAD);
}

/** @source ndisc_netdev_event() */
function notifyByNdisc(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null || !isUp(dev)) return;
  if (in6.conf.ndiscNotify !== 0 || netStack6(step, dev.netns).confAll.ndiscNotify !== 0)
    ndiscSendUnsolicited(step, dev);
}

function notifiesByArp(step: StepContext, dev: NetDevice): boolean {
  return confMax(netStack(step, dev.netns), inDevice(step, dev).conf, "arp_notify") !== 0;
}

/** NETDEV_DOWN. */
export function onDown(step: StepContext, dev: NetDevice): void {
  packetSocketsDown(step, dev);
  igmpDown(step, dev);
  fibDisable(step, dev, false);
  neighIfdown(step, dev, 4);
  inet6Ifdown(step, dev, false);
  collectRoutes6(step, dev);
  if (dev.port >= 0) portDown(step, dev);
}

/** Routes that are out of date go when a device goes down or gets another address. @source ndisc_netdev_event() */
function collectRoutes6(step: StepContext, dev: NetDevice): void {
  if (netStack(step, dev.netns).inet6 >= 0) gcRoutes(step, dev.netns);
}

/** NETDEV_CHANGE and a notification: the carrier was settled, or something else changed. @source netdev_state_change() */
export function onCarrierSettled(step: StepContext, dev: NetDevice): void {
  if (!isUp(dev)) return;
  onChange(step, dev);
  notifyLink(step, dev);
}

/** NETDEV_CHANGE of a device that is up. */
export function onChange(step: StepContext, dev: NetDevice): void {
  if (dev.hasCarrier) fibSyncUp(step, dev, RTNH_F_LINKDOWN);
  else {
    fibLinkDown(step, dev);
    if (confOrEvict(step, dev)) neighIfdown(step, dev, 4, true);
    inet6CarrierLost(step, dev);
  }
  inet6Change(step, dev);
  if (dev.port >= 0) portChanged(step, dev);
}

function confOrEvict(step: StepContext, dev: NetDevice): boolean {
  const stack = netStack(step, dev.netns);
  const { conf } = inDevice(step, dev);
  return (stack.confAll.arp_evict_nocarrier ?? 0) !== 0 && (conf.arp_evict_nocarrier ?? 0) !== 0;
}

/** NETDEV_CHANGEADDR. */
export function onAddressChange(step: StepContext, dev: NetDevice): void {
  neighFlushDevice(step, dev, false);
  neigh6FlushDevice(step, dev, false);
  collectRoutes6(step, dev);
  if (notifiesByArp(step, dev)) sendGratuitousArp(step, dev);
  notifyByNdisc(step, dev);
  if (dev.port >= 0) portAddressChanged(step, dev, bridgeHooks(step));
}

/** NETDEV_CHANGEMTU. A device too small for IPv4 loses it. */
export function onMtuChange(step: StepContext, dev: NetDevice, old: number): void {
  followDeviceMtu(step, dev, old);
  followMtu(step, dev.netns, dev.ifindex);
  inet6MtuChange(step, dev);
  const port = portOf(step, dev);
  if (port !== null) adjustMtu(step, port.bridge, bridgeHooks(step));
  if (dev.mtu >= IPV4_MIN_MTU) return;
  deleteAllAddrs(step, dev);
}

/** Too small a device loses IPv6, but for the loopback one; a larger one gets it. @source addrconf_notify() */
function inet6MtuChange(step: StepContext, dev: NetDevice): void {
  if (dev.mtu < IPV6_MIN_MTU) inet6Ifdown(step, dev, dev.kind !== "loopback");
  else if (dev.inet6 >= 0) inet6SetMtu(step, dev);
  else {
    addInet6(step, dev);
    inet6Grown(step, step.cells.get(dev.ref));
  }
}

/** NETDEV_CHANGENAME: labels follow, aliases (`eth0:1`) keep their ending. @source inetdev_changename() */
export function onRename(step: StepContext, dev: NetDevice): void {
  updateInDevice(step, dev, (d) => {
    d.addrs = d.addrs.map((ifa, i) => {
      if (i === 0) return { ...ifa, label: dev.ifname };
      const colon = ifa.label.indexOf(":");
      const tail = colon < 0 ? `:${i + 1}` : ifa.label.slice(colon);
      return { ...ifa, label: dev.ifname.slice(0, IFNAME_MAX_OCTETS - tail.length) + tail };
    });
  });
  for (const ifa of inDevice(step, dev).addrs)
    step.rtnlNotify(dev.netns, { object: "addr", subject: { dev, ifa } });
  // The directories of settings are taken away and made anew.
  for (const family of hasInet6(dev) ? (["inet", "inet6"] as const) : (["inet"] as const)) {
    notifyNetconf(step, dev, family, true);
    notifyNetconf(step, dev, family, false);
  }
}

/**
 * A link notification goes out (rtmsg_ifinfo). Nobody needs to listen for its one lasting effect: the namespace gives an id to
 * that of the device's peer.
 */
export function notifyLink(step: StepContext, dev: NetDevice): void {
  if (dev.peer >= 0) {
    const peerNetns = step.cells.get(dev.peer).netns;
    if (peerNetns !== dev.netns) peerNsidAlloc(step, dev.netns, peerNetns);
  }
  step.rtnlNotify(dev.netns, { object: "link", subject: dev });
}

/** Ids that other namespaces gave to one that is gone. */
export function forgetNsid(step: StepContext, netns: NetnsRef, gone: NetnsRef): void {
  const known = step.cells.get(netns).nsids.find((entry) => entry.netns === gone);
  if (known === undefined) return;
  step.rtnlNotify(netns, { object: "nsid", subject: known, isDeleted: true });
  updateNetns(step, netns, (ns) => {
    ns.nsids = ns.nsids.filter((entry) => entry.netns !== gone);
  });
}
