/**
 * A datagram sent to the kernel's netlink socket, and all that comes back.
 * @source net/netlink/af_netlink.c, netlink_rcv_skb(), netlink_ack(), netlink_dump()
 */
import { fromHex, toHex } from "../../core/bytes.ts";
import { errnoNumber } from "../../core/errno.ts";
import { encode } from "../../core/octets.ts";
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { BodyOf, NetlinkReply } from "../../events/requests.ts";
import type { StepContext } from "../../events/step-context.ts";
import {
  align4,
  concat,
  encodeMessage,
  type NetlinkAttr,
  type NetlinkMessage,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  viewOf,
} from "../../wire/netlink/message.ts";
import { makeAttrs, type NamedAttr } from "../../wire/netlink/named.ts";
import { spaceOf } from "../../wire/netlink/schema.ts";
import {
  type Asking,
  type DumpAnswer,
  NLM_F_ACK,
  NLM_F_DUMP_FILTERED,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  type Perform,
  type SocketOptions,
} from "./asking.ts";
import { deaf, type Extack, type Policy, type Request } from "./parse.ts";
import { rtnetlinkReceive } from "./rtnetlink.ts";
import { genetlinkReceive, NETLINK_GENERIC } from "./veth-2007.ts";

const NETLINK_ROUTE = 0;

/** Least type of a message that a protocol defines. */
const NLMSG_MIN_TYPE = 0x10;
/** Room of a buffer of one page. @source include/linux/netlink.h, NLMSG_GOODSIZE */
const NLMSG_GOODSIZE = 4096 - 320;
/** Most that the kernel makes ready for one read. @source netlink_recvmsg() */
const DUMP_ROOM_MAX = 32768 - 320;

export function netlinkSend(
  step: StepContext,
  netns: NetnsRef,
  body: BodyOf<"NETLINK_SEND">,
  perform: Perform,
): Result<NetlinkReply> {
  if (body.protocol !== NETLINK_ROUTE && body.protocol !== NETLINK_GENERIC) return refused("EPROTONOSUPPORT");
  const octets = fromHex(body.hex) ?? new Uint8Array(0);
  const socket: SocketOptions = { ...body, fds: new Map(body.fds) };
  const queue = new ReceiveQueue(body.room);
  for (const request of requestsOf(octets)) {
    const extack = deaf();
    const ask: Asking = { step, netns, request, socket, extack, perform };
    const isForKernel = (request.flags & NLM_F_REQUEST) !== 0 && request.type >= NLMSG_MIN_TYPE;
    const answer = isForKernel ? receive(ask, body.protocol, queue.isDumping) : granted([]);
    if (answer.ok && "messages" in answer.value) {
      queue.startDump(answer.value, doneMessage(ask, answer.value));
      continue;
    }
    if (answer.ok)
      for (const message of answer.value as readonly NetlinkMessage[]) queue.put(encodeMessage(message));
    if (!answer.ok || (request.flags & NLM_F_ACK) !== 0) queue.put(ack(ask, answer.ok ? null : answer));
  }
  return granted({ datagrams: queue.readAll(body.reads).map(toHex), room: queue.room });
}

function receive(ask: Asking, protocol: number, isDumping: boolean): ReturnType<typeof rtnetlinkReceive> {
  return protocol === NETLINK_GENERIC ? genetlinkReceive(ask) : rtnetlinkReceive(ask, isDumping);
}

/** Messages as far as their lengths make sense; what is behind is not looked at. */
function requestsOf(octets: Uint8Array): Request[] {
  const view = viewOf(octets);
  const requests: Request[] = [];
  let at = 0;
  while (octets.length - at >= NLMSG_HDRLEN) {
    const length = view.getUint32(at, true);
    if (length < NLMSG_HDRLEN || length > octets.length - at) break;
    requests.push({
      octets: octets.subarray(at, at + length),
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      seq: view.getUint32(at + 8, true),
    });
    at = Math.min(at + align4(length), octets.length);
  }
  return requests;
}

// ---------------------------------------------------------------------------------------------- acknowledgements

/** Numbers of kinds in a policy's description; 0: it is not described. @source include/uapi/linux/netlink.h, enum netlink_attribute_type */
const POLICY_TYPES: Readonly<Record<Policy["type"], number>> = {
  reject: 0,
  u8: 2,
  u16: 3,
  u32: 4,
  u64: 5,
  s32: 8,
  octets: 0,
  binary: 10,
  string: 11,
  nulString: 12,
  nested: 13,
};
const POLICY_MAX: Readonly<Record<string, bigint>> = {
  u8: 0xffn,
  u16: 0xffffn,
  u32: 0xffff_ffffn,
  u64: 0xffff_ffff_ffff_ffffn,
};

/** @source net/netlink/policy.c, __netlink_policy_dump_write_attr() */
function policyAttrs(policy: Policy): NamedAttr[] {
  const { type, len, min, max } = policy;
  const attrs: NamedAttr[] = [];
  if (Object.hasOwn(POLICY_MAX, type))
    attrs.push(
      ["NL_POLICY_TYPE_ATTR_MIN_VALUE_U", BigInt(min ?? 0)],
      ["NL_POLICY_TYPE_ATTR_MAX_VALUE_U", max === undefined ? POLICY_MAX[type]! : BigInt(max)],
    );
  if (type === "s32")
    attrs.push(
      ["NL_POLICY_TYPE_ATTR_MIN_VALUE_S", int64(min ?? -0x8000_0000)],
      ["NL_POLICY_TYPE_ATTR_MAX_VALUE_S", int64(max ?? 0x7fff_ffff)],
    );
  if (len !== undefined) attrs.push(["NL_POLICY_TYPE_ATTR_MAX_LENGTH", len]);
  return [...attrs, ["NL_POLICY_TYPE_ATTR_TYPE", POLICY_TYPES[type]]];
}

function int64(value: number): Uint8Array {
  const octets = new Uint8Array(8);
  viewOf(octets).setBigInt64(0, BigInt(value), true);
  return octets;
}

/** @source netlink_ack_tlv_fill() */
function extackAttrs(extack: Extack, text: string | null, hasFailed: boolean): NetlinkAttr[] {
  const named: NamedAttr[] = [];
  if (text !== null) named.push(["NLMSGERR_ATTR_MSG", encode(`${text}\0`)]);
  if (hasFailed && extack.offset !== null) named.push(["NLMSGERR_ATTR_OFFS", extack.offset]);
  const attrs = makeAttrs(spaceOf("NLMSGERR_ATTR"), named, 0);
  if (hasFailed && extack.policy !== null && POLICY_TYPES[extack.policy.type] !== 0)
    attrs.push(
      ...makeAttrs(spaceOf("NLMSGERR_ATTR"), [
        ["NLMSGERR_ATTR_POLICY", { attrs: policyAttrs(extack.policy) }],
      ]),
    );
  const missed: NamedAttr[] = [];
  if (hasFailed && extack.missType !== null) missed.push(["NLMSGERR_ATTR_MISS_TYPE", extack.missType]);
  if (hasFailed && extack.missNest !== null) missed.push(["NLMSGERR_ATTR_MISS_NEST", extack.missNest]);
  return [...attrs, ...makeAttrs(spaceOf("NLMSGERR_ATTR"), missed, 0)];
}

function errorOctets(refusal: Refusal | null): Uint8Array {
  const octets = new Uint8Array(4);
  viewOf(octets).setInt32(0, refusal === null ? 0 : -errnoNumber(refusal.errno), true);
  return octets;
}

function ack(ask: Asking, refusal: Refusal | null): Uint8Array {
  const { request, socket, extack } = ask;
  const isCapped = refusal === null || socket.hasCapAck;
  const text = refusal?.extack ?? extack.text;
  const attrs = socket.hasExtAck ? extackAttrs(extack, text, refusal !== null) : [];
  const asked = new Uint8Array(isCapped ? NLMSG_HDRLEN : align4(request.octets.length));
  asked.set(request.octets.subarray(0, asked.length));
  return encodeMessage({
    type: NLMSG_ERROR,
    flags: (isCapped ? NLM_F_CAPPED : 0) | (attrs.length > 0 ? NLM_F_ACK_TLVS : 0),
    seq: request.seq,
    pid: socket.portId,
    header: concat([errorOctets(refusal), asked]),
    attrs,
  });
}

// ---------------------------------------------------------------------------------------------- dumps

function doneMessage(ask: Asking, { refusal, isFiltered }: DumpAnswer): Uint8Array {
  const attrs = ask.socket.hasExtAck
    ? extackAttrs(ask.extack, refusal?.extack ?? ask.extack.text, refusal !== null)
    : [];
  return encodeMessage({
    type: NLMSG_DONE,
    flags: NLM_F_MULTI | (isFiltered ? NLM_F_DUMP_FILTERED : 0) | (attrs.length > 0 ? NLM_F_ACK_TLVS : 0),
    seq: ask.request.seq,
    pid: ask.socket.portId,
    header: errorOctets(refusal),
    attrs,
  });
}

/**
 * What waits in a socket to be read. A dump puts in one datagram at once, and another behind each call that reads: with the room of
 * the largest call so far.
 */
class ReceiveQueue {
  private readonly datagrams: Uint8Array[] = [];
  private dump: { rest: Uint8Array[]; splitsDone: boolean; done: Uint8Array } | null = null;

  constructor(public room: number) {}

  get isDumping(): boolean {
    return this.dump !== null;
  }

  put(datagram: Uint8Array): void {
    this.datagrams.push(datagram);
  }

  /** @source __netlink_dump_start() */
  startDump(answer: DumpAnswer, done: Uint8Array): void {
    this.dump = { rest: answer.messages.map(encodeMessage), splitsDone: answer.splitsDone, done };
    this.fill();
  }

  /** One more datagram of the dump. @source netlink_dump() */
  private fill(): void {
    if (this.dump === null) return;
    const { rest, splitsDone, done } = this.dump;
    const parts: Uint8Array[] = [];
    let left = Math.max(this.room, NLMSG_GOODSIZE);
    while (rest.length > 0 && (rest[0]!.length <= left || parts.length === 0)) {
      left -= rest[0]!.length;
      parts.push(rest.shift()!);
    }
    const hasMore = rest.length > 0 || (splitsDone && parts.length > 0);
    if (!hasMore && left >= NLMSG_HDRLEN + 4) {
      parts.push(done);
      this.dump = null;
    }
    this.put(concat(parts));
  }

  /** Everything, each datagram by calls of these sizes; 0 only looks how long it is. @source netlink_recvmsg() */
  readAll(sizes: readonly number[]): readonly Uint8Array[] {
    for (let read = 0; read < this.datagrams.length; read++)
      for (const size of sizes) {
        this.room = Math.min(Math.max(this.room, size), DUMP_ROOM_MAX);
        this.fill();
      }
    return this.datagrams;
  }
}
