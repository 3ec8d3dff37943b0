/**
 * Putting fragments together again.
 * @source RFC 791 section 3.2, RFC 5722 (overlaps); net/ipv4/ip_fragment.c, ip_defrag()
 */
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import { OpaquePayload } from "../wire/frame.ts";
import { ICMP_TIME_EXCEEDED } from "../wire/icmp.ts";
import { decodeIpv4Payload, IP_DF, IP_MF, IPV4_HLEN, Ipv4Packet } from "../wire/ipv4.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { icmpSend } from "./icmp-error.ts";
import { count, netStack, updateNetStack } from "./net-stack.ts";

/** Longest packet there can be. */
const PACKET_MAX = 0xffff;
/** Code of a time exceeded message: fragment reassembly time exceeded. */
const ICMP_EXC_FRAGTIME = 1;

/** Fragments of one packet that wait for the rest. @source struct ipq */
export class FragmentQueue {
  constructor(
    readonly netns: number,
    readonly device: number,
    readonly src: Ipv4Address,
    readonly dst: Ipv4Address,
    readonly id: number,
    readonly protocol: number,
    /** By offset, without overlaps. */
    readonly fragments: readonly Ipv4Packet[],
  ) {}

  with(fragments: readonly Ipv4Packet[]): FragmentQueue {
    return new FragmentQueue(this.netns, this.device, this.src, this.dst, this.id, this.protocol, fragments);
  }
}
registerRecord("FragmentQueue", FragmentQueue);

function queueKey(packet: Ipv4Packet): number {
  const addresses = Math.imul(packet.src, 0x9e3779b1) ^ Math.imul(packet.dst, 0x85ebca77);
  return (addresses ^ ((packet.id << 8) | packet.protocol)) >>> 0;
}

function belongs(queue: FragmentQueue, packet: Ipv4Packet): boolean {
  return (
    queue.src === packet.src &&
    queue.dst === packet.dst &&
    queue.id === packet.id &&
    queue.protocol === packet.protocol
  );
}

function from(packet: Ipv4Packet): number {
  return packet.fragmentOffset * 8;
}

function to(packet: Ipv4Packet): number {
  return from(packet) + packet.payload.length;
}

function findOrMake(step: StepContext, dev: NetDevice, packet: Ipv4Packet): Cell<FragmentQueue> {
  const stack = netStack(step, dev.netns);
  const key = queueKey(packet);
  const mates = stack.fragmentQueues.get(key) ?? [];
  const known = mates.find((ref) => belongs(step.cells.get(ref), packet));
  if (known !== undefined) return known;
  const ref: Cell<FragmentQueue> = step.cells.add(
    new FragmentQueue(dev.netns, dev.ref, packet.src, packet.dst, packet.id, packet.protocol, []),
  );
  updateNetStack(step, dev.netns, (s) => {
    s.fragmentQueues = stack.fragmentQueues.set(key, [...mates, ref]);
  });
  step.armTimer(ref, stack.settings.ipfragTime);
  return ref;
}

function forget(step: StepContext, ref: Cell<FragmentQueue>, sample: Ipv4Packet): void {
  const { netns } = step.cells.get(ref);
  const { fragmentQueues } = netStack(step, netns);
  const key = queueKey(sample);
  const mates = (fragmentQueues.get(key) ?? []).filter((other) => other !== ref);
  updateNetStack(step, netns, (s) => {
    s.fragmentQueues = mates.length === 0 ? fragmentQueues.delete(key) : fragmentQueues.set(key, mates);
  });
  step.cancelTimer(ref);
  step.cells.delete(ref);
}

/** The whole packet, once its last part is there; the reason why this fragment was refused; null: the rest is awaited. @source ip_frag_queue() */
export function reassemble(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
): Ipv4Packet | number | null {
  count(step, dev.netns, "IpReasmReqds");
  const ref = findOrMake(step, dev, packet);
  const queue = step.cells.get(ref);
  const { fragments } = queue;
  const fragment = rounded(packet);
  if (contradicts(fragments, fragment) || fragment.payload.length === 0)
    return giveUp(step, dev, ref, packet);
  if (isContained(fragments, fragment)) return DROP.DUP_FRAG;
  if (fragments.some((f) => from(f) < to(fragment) && from(fragment) < to(f))) {
    // RFC 5722: a packet with overlapping fragments is given up whole.
    count(step, dev.netns, "IpExtReasmOverlaps");
    return giveUp(step, dev, ref, packet);
  }
  const all = [...fragments, fragment].sort((x, y) => from(x) - from(y));
  step.cells.set(ref, queue.with(all));
  if (!isWhole(all)) return null;
  forget(step, ref, packet);
  if (to(all.at(-1)!) + IPV4_HLEN > PACKET_MAX) {
    count(step, dev.netns, "IpReasmFails");
    return DROP.NOT_SPECIFIED;
  }
  count(step, dev.netns, "IpReasmOKs");
  return join(all);
}

/** All but the last fragment end at a multiple of 8 octets: what stands over is cut off. */
function rounded(packet: Ipv4Packet): Ipv4Packet {
  const { payload } = packet;
  if ((packet.flags & IP_MF) === 0 || payload.length % 8 === 0 || payload.kind !== "opaque") return packet;
  const octets = payload.octets.slice(0, payload.length & ~7);
  const { tos, id, flags, fragmentOffset, ttl, protocol, src, dst, options } = packet;
  const cut = new OpaquePayload(octets);
  return new Ipv4Packet(tos, id, flags, fragmentOffset, ttl, protocol, src, dst, cut, options);
}

/** Does it say otherwise than the others where the packet ends? */
function contradicts(fragments: readonly Ipv4Packet[], packet: Ipv4Packet): boolean {
  const end = Math.max(0, ...fragments.map(to));
  const isEndKnown = fragments.some((f) => (f.flags & IP_MF) === 0);
  if ((packet.flags & IP_MF) === 0) return to(packet) < end || (isEndKnown && to(packet) !== end);
  return isEndKnown && to(packet) > end;
}

/** Is all of it there already, in fragments that lie side by side? @source inet_frag_queue_insert() */
function isContained(fragments: readonly Ipv4Packet[], packet: Ipv4Packet): boolean {
  let start = -1;
  let end = -1;
  for (const fragment of fragments) {
    if (from(fragment) !== end) start = from(fragment);
    end = to(fragment);
    if (from(packet) >= start && to(packet) <= end) return true;
  }
  return false;
}

function giveUp(step: StepContext, dev: NetDevice, ref: Cell<FragmentQueue>, packet: Ipv4Packet): number {
  count(step, dev.netns, "IpReasmFails");
  forget(step, ref, packet);
  return DROP.NOT_SPECIFIED;
}

function isWhole(fragments: readonly Ipv4Packet[]): boolean {
  let end = 0;
  for (const fragment of fragments) {
    if (from(fragment) !== end) return false;
    end = to(fragment);
  }
  return (fragments.at(-1)!.flags & IP_MF) === 0;
}

function join(fragments: readonly Ipv4Packet[]): Ipv4Packet {
  const first = fragments[0]!;
  const octets = new Uint8Array(to(fragments.at(-1)!));
  for (const fragment of fragments)
    if (fragment.payload.kind === "opaque") octets.set(fragment.payload.octets, from(fragment));
  const payload = decodeIpv4Payload(octets, 0, octets.length, first.protocol, false);
  const whole = new Ipv4Packet(
    first.tos,
    first.id,
    first.flags & ~IP_MF & ~IP_DF,
    0,
    first.ttl,
    first.protocol,
    first.src,
    first.dst,
    payload,
    first.options,
  );
  return first.marks === null ? whole : whole.withOptions(first.options, first.marks);
}

/** The rest never came: the sender is told if the first fragment did. @source ip_expire() */
export function reassemblyTimer(step: StepContext, ref: Cell<FragmentQueue>): void {
  const { netns, device, fragments } = step.cells.get(ref);
  count(step, netns, "IpReasmTimeout");
  count(step, netns, "IpReasmFails");
  for (const fragment of fragments) step.recordPacketDrop(netns, device, fragment, DROP.FRAG_REASM_TIMEOUT);
  const first = fragments[0]!;
  forget(step, ref, first);
  const dev = step.cells.get<NetDevice | undefined>(device);
  if (first.fragmentOffset === 0 && dev !== undefined)
    icmpSend(step, dev, first, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
}
