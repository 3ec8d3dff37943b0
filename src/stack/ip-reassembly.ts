/**
 * Putting fragments together again.
 * @source RFC 791 section 3.2, RFC 5722 (overlaps); net/ipv4/ip_fragment.c, ip_defrag()
 */
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";
import { HZ } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import { ICMP_TIME_EXCEEDED } from "../wire/icmp.ts";
import { decodeIpv4Payload, IP_DF, IP_MF, Ipv4Packet } from "../wire/ipv4.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { icmpSend } from "./icmp-error.ts";
import { count, netStack, updateNetStack } from "./net-stack.ts";

/** net.ipv4.ipfrag_time. */
const REASSEMBLY_SECONDS = 30;
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
  step.armTimer(ref, REASSEMBLY_SECONDS * HZ);
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

/** The whole packet, once its last part is there; the reason why this fragment was refused; null: the rest is awaited. */
export function reassemble(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
): Ipv4Packet | number | null {
  count(step, dev.netns, "IpReasmReqds");
  const isLast = (packet.flags & IP_MF) === 0;
  if (!isLast && packet.payload.length % 8 !== 0) return DROP.IP_INHDR;
  const ref = findOrMake(step, dev, packet);
  const queue = step.cells.get(ref);
  const { fragments } = queue;
  if (fragments.some((f) => from(f) === from(packet) && to(f) === to(packet))) return DROP.DUP_FRAG;
  if (fragments.some((f) => from(f) < to(packet) && from(packet) < to(f))) {
    // RFC 5722: a packet with overlapping fragments is given up whole.
    count(step, dev.netns, "IpReasmFails");
    for (const waiting of fragments) step.recordDrop(dev.netns, dev.ref, 0, waiting.length, DROP.DUP_FRAG);
    forget(step, ref, packet);
    return DROP.DUP_FRAG;
  }
  const all = [...fragments, packet].sort((a, b) => from(a) - from(b));
  step.cells.set(ref, queue.with(all));
  if (!isWhole(all)) return null;
  forget(step, ref, packet);
  count(step, dev.netns, "IpReasmOKs");
  return join(all);
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
  for (const fragment of fragments)
    step.recordDrop(netns, device, 0, fragment.length, DROP.FRAG_REASM_TIMEOUT);
  const first = fragments[0]!;
  forget(step, ref, first);
  const dev = step.cells.get<NetDevice | undefined>(device);
  if (first.fragmentOffset === 0 && dev !== undefined)
    icmpSend(step, dev, first, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
}
