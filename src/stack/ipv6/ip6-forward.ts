/**
 * Packets for others.
 * @source net/ipv6/ip6_output.c, ip6_forward()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_EXC_HOPLIMIT,
  ICMPV6_NOT_NEIGHBOUR,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
} from "../../wire/icmpv6.ts";
import type { Ipv6Packet } from "../../wire/ipv6.ts";
import { IN6ADDR_LOOPBACK, isLinkLocalIpv6, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { count6 } from "./count6.ts";
import type { Route6 } from "./fib6.ts";
import { icmp6Send, peerAllows6 } from "./icmp6-error.ts";
import { inet6Dev } from "./inet6-dev.ts";
import { ip6FinishOutput } from "./ip6-output.ts";
import { sendRedirect } from "./ndisc-redirect.ts";
import { netStack6 } from "./net-stack6.ts";
import { exceptionFor, outputRouteOf } from "./route6.ts";

const IPV6_MIN_MTU = 1280;

export function ip6Forward(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  route: Route6,
  isForHost: boolean,
): number | null {
  const { netns } = dev;
  const stack = netStack6(step, netns);
  const refuse = (): number => {
    count6(step, netns, dev, "Ip6InAddrErrors");
    return DROP.IP_INADDRERRORS;
  };
  if (stack.confAll.forwarding === 0 && inet6Dev(step, dev)?.conf.forceForwarding !== 1) return refuse();
  if (!isForHost) return DROP.NOT_SPECIFIED;
  if (packet.hopLimit <= 1) {
    icmp6Send(step, dev, dev, packet, { type: ICMPV6_TIME_EXCEED, code: ICMPV6_EXC_HOPLIMIT, info: 0 });
    count6(step, netns, dev, "Ip6InHdrErrors");
    return DROP.IP_INHDR;
  }
  const exception = exceptionFor(step, stack, packet.dst);
  const gateway = exception !== null && exception.gateway !== 0n ? exception.gateway : route.gateway;
  const nexthop = gateway !== 0n ? gateway : packet.dst;
  const out = step.cells.get<NetDevice>(route.oif);
  if (out.ref === dev.ref) {
    if (peerAllows6(step, netns, packet.dst, 250)) redirectTo(step, dev, packet, nexthop);
  } else if (packet.src === 0n || isMulticastIpv6(packet.src) || packet.src === IN6ADDR_LOOPBACK)
    return refuse();
  else if (isLinkLocalIpv6(packet.src)) {
    icmp6Send(step, dev, dev, packet, { type: ICMPV6_DEST_UNREACH, code: ICMPV6_NOT_NEIGHBOUR, info: 0 });
    return refuse();
  }
  const own = route.mtu !== 0 ? route.mtu : (inet6Dev(step, out)?.mtu ?? out.mtu);
  const mtu = Math.max(
    exception !== null && exception.mtu !== 0 ? Math.min(exception.mtu, own) : own,
    IPV6_MIN_MTU,
  );
  if (packet.length > mtu) {
    icmp6Send(step, out, dev, packet, { type: ICMPV6_PKT_TOOBIG, code: 0, info: mtu });
    count6(step, netns, dev, "Ip6InTooBigErrors");
    count6(step, netns, out, "Ip6FragFails");
    return DROP.PKT_TOO_BIG;
  }
  count6(step, netns, out, "Ip6OutForwDatagrams");
  ip6FinishOutput(step, out, nexthop, packet.withHopLimit(packet.hopLimit - 1), { loops: true });
  return null;
}

/** Only a neighbour is told, and not too often. */
function redirectTo(step: StepContext, dev: NetDevice, packet: Ipv6Packet, nexthop: bigint): void {
  const back = outputRouteOf(step, dev.netns, packet.src, dev.ref);
  if ("errno" in back || back.gateway !== 0n) return;
  if (peerAllows6(step, dev.netns, packet.src, 250)) sendRedirect(step, dev, packet, nexthop);
}
