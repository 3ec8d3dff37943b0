/**
 * Putting fragments together again.
 * @source RFC 8200 section 4.5, RFC 5722 (overlaps); net/ipv6/reassembly.c
 */
import type { Cell } from "../../core/cell-table.ts";
import { registerRecord } from "../../core/record-codec.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import { OpaquePayload } from "../../wire/frame.ts";
import {
  ICMPV6_EXC_FRAGTIME,
  ICMPV6_HDR_FIELD,
  ICMPV6_HDR_INCOMP,
  ICMPV6_PARAMPROB,
  ICMPV6_TIME_EXCEED,
} from "../../wire/icmpv6.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../wire/ipv4.ts";
import {
  decodeIpv6,
  type ExtensionHeader,
  encodeIpv6,
  fragmentOf,
  IPPROTO_ICMPV6,
  Ipv6Packet,
  NEXTHDR_FRAGMENT,
} from "../../wire/ipv6.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { count6 } from "./count6.ts";
import type { Input6 } from "./icmp6.ts";
import { icmp6Send } from "./icmp6-error.ts";
import { addressKey } from "./inet6-dev.ts";
import { netStack6, updateNetStack6 } from "./net-stack6.ts";

const IPV6_MAXPLEN = 65535;

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

/** A packet without its fragment header, and what stood behind that. */
function bare(
  packet: Ipv6Packet,
  extensions: readonly ExtensionHeader[],
  payload: Ipv6Packet["payload"],
): Ipv6Packet {
  const { trafficClass, flowLabel, hopLimit, src, dst, protocol } = packet;
  return new Ipv6Packet(trafficClass, flowLabel, hopLimit, src, dst, protocol, payload, extensions);
}

/** A header that cannot be right: its sender is told where. @source ipv6_frag_rcv(), fail_hdr */
function headerProblem(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  code: number,
  at: number,
): number {
  count6(step, dev.netns, dev, "Ip6InHdrErrors");
  icmp6Send(step, dev, dev, packet, { type: ICMPV6_PARAMPROB, code, info: at });
  return DROP.NOT_SPECIFIED;
}

/** A fragment whose header reaches over its end. @param at where the header begins */
export function fragmentCutOff(step: StepContext, dev: NetDevice, packet: Ipv6Packet, at: number): number {
  count6(step, dev.netns, dev, "Ip6ReasmReqds");
  return headerProblem(step, dev, packet, ICMPV6_HDR_FIELD, at);
}

/** Octets of the header that the first fragment must have whole. @source ipv6frag_thdr_truncated() */
function upperHeaderOctets(protocol: number): number {
  if (protocol === IPPROTO_TCP) return 20;
  return protocol === IPPROTO_UDP || protocol === IPPROTO_ICMPV6 ? 8 : 0;
}

/**
 * The whole packet, once its last part is there; the reason why this fragment was refused; null: the rest is awaited.
 * @param at where the fragment header begins, octets from the packet's start. @source ipv6_frag_rcv()
 */
export function reassemble6(
  step: StepContext,
  { dev, owner }: Input6,
  packet: Ipv6Packet,
  at: number,
): Ipv6Packet | number | null {
  const { netns } = owner;
  count6(step, netns, owner, "Ip6ReasmReqds");
  const { offset, hasMore } = fragmentOf(packet)!;
  if (offset === 0 && !hasMore) {
    count6(step, netns, owner, "Ip6ReasmOKs");
    return packet; // An atomic fragment: whole, with a header that says so.
  }
  if (offset === 0 && packet.payload.length < upperHeaderOctets(packet.protocol))
    return headerProblem(step, dev, packet, ICMPV6_HDR_INCOMP, 0);
  const ref = findOrMake(step, owner, dev, packet);
  if (to(packet) > IPV6_MAXPLEN) return headerProblem(step, dev, packet, ICMPV6_HDR_FIELD, at + 2);
  if (hasMore && packet.payload.length % 8 !== 0)
    return headerProblem(step, dev, packet, ICMPV6_HDR_FIELD, 4);
  const queue = step.cells.get(ref);
  const { fragments } = queue;
  const fate = fateAmong(fragments, packet);
  if (fate === "twice") return DROP.DUP_FRAG;
  if (fate === "wrong") {
    // RFC 5722: a packet with overlapping fragments is given up whole.
    count6(step, netns, owner, "Ip6ReasmFails");
    forget(step, ref);
    return DROP.NOT_SPECIFIED;
  }
  const all = [...fragments, packet].sort((a, b) => from(a) - from(b));
  step.cells.set(ref, queue.with(all));
  if (!isWhole(all)) return null;
  forget(step, ref);
  count6(step, netns, owner, "Ip6ReasmOKs");
  return join(all);
}

/** @source ip6_frag_queue(), inet_frag_queue_insert() */
function fateAmong(fragments: readonly Ipv6Packet[], packet: Ipv6Packet): "fits" | "twice" | "wrong" {
  const [begin, end] = [from(packet), to(packet)];
  const reached = fragments.reduce((most, fragment) => Math.max(most, to(fragment)), 0);
  const last = fragments.find((fragment) => !fragmentOf(fragment)!.hasMore);
  const isLast = !fragmentOf(packet)!.hasMore;
  if (isLast ? end < reached || (last !== undefined && end !== reached) : last !== undefined && end > reached)
    return "wrong";
  if (begin === end) return "wrong";
  if (!fragments.some((f) => from(f) < end && begin < to(f))) return "fits";
  return runs(fragments).some((run) => run.from <= begin && end <= run.to) ? "twice" : "wrong";
}

/** Fragments that follow each other without a gap count as one. */
function runs(fragments: readonly Ipv6Packet[]): readonly { readonly from: number; readonly to: number }[] {
  const all: { from: number; to: number }[] = [];
  for (const fragment of fragments) {
    const last = all.at(-1);
    if (last !== undefined && last.to === from(fragment)) last.to = to(fragment);
    else all.push({ from: from(fragment), to: to(fragment) });
  }
  return all;
}

function isWhole(fragments: readonly Ipv6Packet[]): boolean {
  let end = 0;
  for (const fragment of fragments) {
    if (from(fragment) !== end) return false;
    end = to(fragment);
  }
  return !fragmentOf(fragments.at(-1)!)!.hasMore;
}

/** Read anew, for what was cut may begin with extension headers. */
function join(fragments: readonly Ipv6Packet[]): Ipv6Packet {
  const first = fragments[0]!;
  const octets = new Uint8Array(to(fragments.at(-1)!));
  for (const fragment of fragments)
    if (fragment.payload.kind === "opaque") octets.set(fragment.payload.octets, from(fragment));
  const { extensions } = first;
  const front = extensions.slice(
    0,
    extensions.findIndex(({ type }) => type === NEXTHDR_FRAGMENT),
  );
  const whole = bare(first, front, new OpaquePayload(octets));
  const written = new Uint8Array(whole.length);
  encodeIpv6(whole, written, 0);
  const read = decodeIpv6(written, 0);
  // Its payload length may have no room in the header.
  return "reason" in read ? whole : read;
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
