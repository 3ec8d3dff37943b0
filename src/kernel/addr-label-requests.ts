/** The policy table of source addresses by rtnetlink. @source net/ipv6/addrlabel.c, ip6addrlbl_newdel() */
import { DONE, type Result, refused } from "../core/result.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import { NLM_F_REPLACE } from "../events/netlink.ts";
import type { AddrLabelSpec } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { type AddrLabel, addLabel, deleteLabel } from "../stack/ipv6/addr-label.ts";
import { networkOf } from "../stack/ipv6/fib6.ts";
import { netStack6, updateNetStack6 } from "../stack/ipv6/net-stack6.ts";
import { netStack } from "../stack/net-stack.ts";
import { formatIpv6, parseIpv6 } from "../wire/ipv6-address.ts";

/** ::ffff:0:0/96 */
const MAPPED = 0xffffn;
const MAPPED_PREFIX_LEN = 96;

function entryOf({ prefix, prefixLen, ifindex, label }: AddrLabelSpec): AddrLabel {
  return { prefix: networkOf(parseIpv6(prefix) ?? 0n, prefixLen), prefixLen, ifindex, label };
}

export function labelAdd(
  step: StepContext,
  netns: NetnsRef,
  spec: AddrLabelSpec & { readonly nlmFlags: number },
): Result<null> {
  if (netStack(step, netns).inet6 < 0) return refused("EOPNOTSUPP");
  if (spec.prefixLen > 128) return refused("EINVAL");
  if (spec.ifindex !== 0 && deviceByIndex(step, netns, spec.ifindex) === null) return refused("EINVAL");
  const entry = entryOf(spec);
  if (entry.prefix >> 32n === MAPPED && entry.prefixLen > MAPPED_PREFIX_LEN) return refused("EINVAL");
  const labels = addLabel(netStack6(step, netns).labels, entry, (spec.nlmFlags & NLM_F_REPLACE) !== 0);
  if (labels === null) return refused("EEXIST");
  updateNetStack6(step, netns, (stack) => {
    stack.labels = labels;
  });
  return DONE;
}

export function labelDel(step: StepContext, netns: NetnsRef, spec: AddrLabelSpec): Result<null> {
  if (netStack(step, netns).inet6 < 0) return refused("EOPNOTSUPP");
  const labels = deleteLabel(netStack6(step, netns).labels, entryOf(spec));
  if (labels === null) return refused("ESRCH");
  updateNetStack6(step, netns, (stack) => {
    stack.labels = labels;
  });
  return DONE;
}

export function labelDump(step: StepContext, netns: NetnsRef): AddrLabelSpec[] {
  if (netStack(step, netns).inet6 < 0) return [];
  return netStack6(step, netns).labels.map(({ prefix, ...rest }) => ({
    prefix: formatIpv6(prefix),
    ...rest,
  }));
}
