/**
 * What goes to listeners of rtnetlink: each object as it is shown at that instant.
 * @source net/core/rtnetlink.c, rtmsg_ifinfo(); net/ipv4/devinet.c, rtmsg_ifa(), inet_netconf_notify_devconf(); net/ipv4/fib_semantics.c,
 * rtmsg_fib(); net/core/neighbour.c, __neigh_notify(); net/core/net_namespace.c, rtnl_net_notifyid()
 */
import type { BridgeCell, FdbEntry } from "../devices/bridge/bridge.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { NetconfInfo, RtnlFamily, RtnlMessage } from "../events/rtnl.ts";
import type { RtnlChange, StepContext } from "../events/step-context.ts";
import type { Route } from "../stack/fib.ts";
import type { InAddr } from "../stack/in-device.ts";
import type { Route6 } from "../stack/ipv6/fib6.ts";
import type { Inet6Addr } from "../stack/ipv6/inet6-dev.ts";
import type { Neigh } from "../stack/neigh-table.ts";
import type { Mac } from "../wire/mac.ts";
import { fdbInfo, filterInfo } from "./fdb-infos.ts";
import { globals } from "./globals.ts";
import { addr6Info, route6Info } from "./inet6-requests.ts";
import { addrInfo, linkInfo, neighInfo, routeInfo } from "./infos.ts";
import { broadcast, hasListeners } from "./netlink-socket.ts";
import { type RuleSubject, ruleInfo } from "./rule-requests.ts";

/** An entry of a bridge, or an address that a device lets in. */
type FdbSubject =
  | { readonly bridge: BridgeCell; readonly entry: FdbEntry }
  | { readonly filter: NetDevice; readonly address: Mac; readonly state: number };

type Unsent = RtnlMessage extends infer M ? (M extends RtnlMessage ? Omit<M, "isDeleted"> : never) : never;

/** What each change is about; the stack hands over its own records. */
function toMessage(step: StepContext, netns: NetnsRef, change: RtnlChange): Unsent {
  switch (change.object) {
    case "link":
      return { object: "link", family: null, body: linkInfo(step, change.subject as NetDevice) };
    case "addr": {
      const { dev, ifa } = change.subject as { dev: NetDevice; ifa: InAddr };
      return { object: "addr", family: "inet", body: addrInfo(step, dev, ifa) };
    }
    case "addr6": {
      const { dev, addr } = change.subject as { dev: NetDevice; addr: Inet6Addr };
      return { object: "addr", family: "inet6", body: addr6Info(step, dev, addr) };
    }
    case "route6": {
      const { expires, ...body } = route6Info(step, netns, change.subject as Route6);
      // One that goes has left the list of those that end.
      const isTimed = expires !== undefined && change.isDeleted !== true;
      return { object: "route", family: "inet6", body: isTimed ? { ...body, expires } : body };
    }
    case "route": {
      const body = routeInfo(step, netns, change.subject as Route);
      return { object: "route", family: body.family, body };
    }
    case "neigh": {
      const body = neighInfo(step, change.subject as Neigh);
      return { object: "neigh", family: body.family, body };
    }
    case "netconf": {
      const { family, ...body } = change.subject as { family: RtnlFamily } & NetconfInfo;
      return { object: "netconf", family, body };
    }
    case "fdb": {
      const subject = change.subject as FdbSubject;
      const body =
        "entry" in subject
          ? fdbInfo(step, step.cells.get(subject.bridge), subject.entry)
          : filterInfo(subject.filter, subject.address, subject.state);
      return { object: "fdb", family: null, body };
    }
    case "bridgePort":
      return { object: "bridgePort", family: null, body: linkInfo(step, change.subject as NetDevice) };
    case "rule": {
      const subject = change.subject as RuleSubject;
      return { object: "rule", family: subject.family, body: ruleInfo(step, netns, subject) };
    }
    case "nsid": {
      const { nsid, netns: named } = change.subject as { nsid: number; netns: NetnsRef };
      const names = globals(step)
        .netnsNames.filter((entry) => entry.netns === named)
        .map((entry) => entry.name);
      return { object: "nsid", family: null, body: { nsid, names } };
    }
  }
}

export function rtnlNotify(step: StepContext, netns: NetnsRef, change: RtnlChange): void {
  if (!hasListeners(step, netns)) return;
  const { isDeleted = false, movesTo } = change;
  const told = toMessage(step, netns, change);
  const message = {
    ...told,
    isDeleted,
    ...(movesTo === undefined ? {} : { movesTo }),
  };
  broadcast(step, netns, message as RtnlMessage);
}
