/** Which device, in which namespace, a message on links is about. */
import { granted, type Refusal, type Result } from "../../core/result.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { deviceByName, type NetnsRef } from "../../devices/netns.ts";
import type { Asking } from "./asking.ts";
import { netnsById } from "./netns-attr.ts";
import { type Attrs, attrOf, bad } from "./parse.ts";

/** By IFLA_IFNAME or IFLA_ALT_IFNAME. @source rtnl_dev_get() */
export function linkByName(ask: Asking, netns: NetnsRef, attrs: Attrs): NetDevice | null {
  const name = attrOf(attrs, "IFLA_IFNAME") ?? attrOf(attrs, "IFLA_ALT_IFNAME");
  return name === undefined ? null : deviceByName(ask.step, netns, name.text);
}

export function hasName(attrs: Attrs): boolean {
  return attrOf(attrs, "IFLA_IFNAME") !== undefined || attrOf(attrs, "IFLA_ALT_IFNAME") !== undefined;
}

/** Several words for one namespace are refused. @source rtnl_ensure_unique_netns() */
export function ensureUniqueNetns(ask: Asking, attrs: Attrs, onlyId: boolean): Refusal | null {
  const pid = attrOf(attrs, "IFLA_NET_NS_PID");
  const fd = attrOf(attrs, "IFLA_NET_NS_FD");
  const id = attrOf(attrs, "IFLA_TARGET_NETNSID");
  if (onlyId) {
    const other = pid ?? fd;
    return other === undefined
      ? null
      : bad("EOPNOTSUPP", "specified netns attribute not supported", null, ask.extack);
  }
  const count = [pid, fd, id].filter((attr) => attr !== undefined).length;
  return count > 1
    ? bad("EINVAL", "multiple netns identifying attributes specified", null, ask.extack)
    : null;
}

/** The namespace that a request is about. */
export function targetNetns(
  ask: Asking,
  attrs: Attrs,
  text: string | null,
): Result<{ netns: NetnsRef; nsid: number | null }> {
  const target = attrOf(attrs, "IFLA_TARGET_NETNSID");
  if (target === undefined) return granted({ netns: ask.netns, nsid: null });
  const netns = netnsById(ask, target.s32);
  if (netns === null) return bad("EINVAL", text, null, ask.extack);
  return granted({ netns, nsid: target.s32 });
}
