/**
 * Putting fragments together again.
 * @source RFC 8200 section 4.5, RFC 5722 (overlaps); net/ipv6/reassembly.c
 */
import type { Cell } from "../../core/cell-table.ts";
import { registerRecord } from "../../core/record-codec.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import {
  ICMPV6_EXC_FRAGTIME,
  ICMPV6_HDR_FIELD,
  ICMPV6_PARAMPROB,
  ICMPV6_TIME_EXCEED,
} from "../../wire/icmpv6.ts";
import { decodeIpv6Payload, fragmentOf, Ipv6Packet, NEXTHDR_FRAGMENT } from "../../wire/ipv6.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { count6 } from "./count6.ts";
import type { Input6 } from "./icmp6.ts";
import { icmp6Send } from "./icmp6-error.ts";
import { addressKey } from "./inet6-dev.ts";
import { netStack6, updateNetStack6 } from "./net-stack6.ts";

/** Fragments of one packet that wait for the rest. @source struct frag_queue */
export class FragmentQueue6 {
  constructor(
    readonly netns: number,
    readonly device: number,
    readonly src: Ipv6Address,
    readonly dst: Ipv6Address,
    readonly id: number,
    /** By offset, without overlaps. */
    readonly fragments: readonly Ipv6Packet[],
  ) {}

  with(fragments: readonly Ipv6Packet[]): FragmentQueue6 {
    return new FragmentQueue6(this.netns, this.device, this.src, this.dst, this.id, fragments);
  }
}
registerRecord("FragmentQueue6", FragmentQueue6);

function from(packet: Ipv6Packet): number {
  return fragmentOf(packet)!.offset;
}

function to(packet: Ipv6Packet): number {
  return from(packet) + packet.payload.length;
}

function queueKey(queue: {
  readonly src: Ipv6Address;
  readonly dst: Ipv6Address;
  readonly id: number;
}): number {
  return (
    (Math.imul(addressKey(queue.src), 0x9e3779b1) ^ Math.imul(addressKey(queue.dst), 31) ^ queue.id) >>> 0
  );
}

function findOrMake(
  step: StepContext,
  owner: NetDevice,
  dev: NetDevice,
  packet: Ipv6Packet,
): Cell<FragmentQueue6> {
  const { netns } = owner;
  const { id } = fragmentOf(packet)!;
  const { src, dst } = packet;
  const key = queueKey({ src, dst, id });
  const stack = netStack6(step, netns);
  const mates = stack.fragmentQueues.get(key) ?? [];
  const known = mates.find((ref) => {
    const queue = step.cells.get<FragmentQueue6>(ref);
    return queue.src === src && queue.dst === dst && queue.id === id;
  });
  if (known !== undefined) return known;
  const ref: Cell<FragmentQueue6> = step.cells.add(new FragmentQueue6(netns, dev.ref, src, dst, id, []));
  updateNetStack6(step, netns, (s) => {
    s.fragmentQueues = stack.fragmentQueues.set(key, [...mates, ref]);
  });
  step.armTimer(ref, stack.settings.fragTime);
  return ref;
}

function forget(step: StepContext, ref: Cell<FragmentQueue6>): void {
  const queue = step.cells.get(ref);
  const { fragmentQueues } = netStack6(step, queue.netns);
  const key = queueKey(queue);
  const mates = (fragmentQueues.get(key) ?? []).filter((other) => other !== ref);
  updateNetStack6(step, queue.netns, (s) => {
    s.fragmentQueues = mates.length === 0 ? fragmentQueues.delete(key) : fragmentQueues.set(key, mates);
  });
  step.cancelTimer(ref);
  step.cells.delete(ref);
}

/** A packet without its fragment header. */
function bare(packet: Ipv6Packet, payload: Ipv6Packet["payload"]): Ipv6Packet {
  return new Ipv6Packet(
    packet.trafficClass,
    packet.flowLabel,
    packet.hopLimit,
    packet.src,
    packet.dst,
    packet.protocol,
    payload,
    packet.extensions.filter(({ type }) => type !== NEXTHDR_FRAGMENT),
  );
}

/** The whole packet, once its last part is there; the reason why this fragment was refused; null: the rest is awaited. */
export function reassemble6(
  step: StepContext,
  { dev, owner }: Input6,
  packet: Ipv6Packet,
): Ipv6Packet | number | null {
  const { netns } = owner;
  count6(step, netns, owner, "Ip6ReasmReqds");
  const { offset, hasMore } = fragmentOf(packet)!;
  if (offset === 0 && !hasMore) {
    count6(step, netns, owner, "Ip6ReasmOKs");
    return packet; // An atomic fragment: whole, with a header that says so.
  }
  if (hasMore && packet.payload.length % 8 !== 0) {
    count6(step, netns, owner, "Ip6InHdrErrors");
    icmp6Send(step, dev, dev, packet, { type: ICMPV6_PARAMPROB, code: ICMPV6_HDR_FIELD, info: 4 });
    return DROP.IP_INHDR;
  }
  const ref = findOrMake(step, owner, dev, packet);
  const queue = step.cells.get(ref);
  const { fragments } = queue;
  if (fragments.some((f) => from(f) === from(packet) && to(f) === to(packet))) return DROP.DUP_FRAG;
  if (fragments.some((f) => from(f) < to(packet) && from(packet) < to(f))) {
    // RFC 5722: a packet with overlapping fragments is given up whole.
    count6(step, netns, owner, "Ip6ReasmFails");
    for (const waiting of fragments) step.recordPacketDrop(netns, dev.ref, waiting, DROP.DUP_FRAG);
    forget(step, ref);
    return DROP.DUP_FRAG;
  }
  const all = [...fragments, packet].sort((a, b) => from(a) - from(b));
  step.cells.set(ref, queue.with(all));
  if (!isWhole(all)) return null;
  forget(step, ref);
  count6(step, netns, owner, "Ip6ReasmOKs");
  return join(all);
}

function isWhole(fragments: readonly Ipv6Packet[]): boolean {
  let end = 0;
  for (const fragment of fragments) {
    if (from(fragment) !== end) return false;
    end = to(fragment);
  }
  return !fragmentOf(fragments.at(-1)!)!.hasMore;
}

function join(fragments: readonly Ipv6Packet[]): Ipv6Packet {
  const first = fragments[0]!;
  const octets = new Uint8Array(to(fragments.at(-1)!));
  for (const fragment of fragments)
    if (fragment.payload.kind === "opaque") octets.set(fragment.payload.octets, from(fragment));
  const { protocol, src, dst } = first;
  return bare(first, decodeIpv6Payload(octets, 0, octets.length, protocol, src, dst));
}

/** The rest never came: the sender is told if the first fragment did. @source ip6frag_expire_frag_queue() */
export function reassembly6Timer(step: StepContext, ref: Cell<FragmentQueue6>): void {
  const { netns, device, fragments } = step.cells.get(ref);
  const dev = step.cells.get<NetDevice | undefined>(device) ?? null;
  count6(step, netns, dev, "Ip6ReasmFails");
  count6(step, netns, dev, "Ip6ReasmTimeout");
  for (const fragment of fragments) step.recordPacketDrop(netns, device, fragment, DROP.FRAG_REASM_TIMEOUT);
  forget(step, ref);
  const first = fragments[0];
  if (first === undefined || from(first) !== 0 || dev === null) return;
  icmp6Send(step, dev, dev, first, { type: ICMPV6_TIME_EXCEED, code: ICMPV6_EXC_FRAGTIME, info: 0 });
}
