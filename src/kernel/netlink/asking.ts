/** What the code behind each message sees of a request, and what it answers. */
import type { Refusal, Result } from "../../core/result.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { BodyOf, Operation, ReplyOf } from "../../events/requests.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { NetlinkMessage } from "../../wire/netlink/message.ts";
import { type Fields, makeMessage, type NamedAttr } from "../../wire/netlink/named.ts";
import type { Extack, Request } from "./parse.ts";

export const NLM_F_REQUEST = 0x1;
export const NLM_F_MULTI = 0x2;
export const NLM_F_ACK = 0x4;
export const NLM_F_ECHO = 0x8;
export const NLM_F_DUMP_FILTERED = 0x20;
/** NLM_F_ROOT | NLM_F_MATCH */
export const NLM_F_DUMP = 0x300;

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;

/** Carries out a request of another form, in the same step. */
export type Perform = <Op extends Operation>(
  step: StepContext,
  netns: NetnsRef,
  op: Op,
  body: BodyOf<Op>,
) => Result<ReplyOf<Op>>;

/** What the program has set on its socket, and what it has open. */
export interface SocketOptions {
  readonly portId: number;
  /** NETLINK_GET_STRICT_CHK */
  readonly isStrict: boolean;
  /** NETLINK_EXT_ACK */
  readonly hasExtAck: boolean;
  /** NETLINK_CAP_ACK */
  readonly hasCapAck: boolean;
  /** Namespaces that the program has open, by number of the file descriptor. */
  readonly fds: ReadonlyMap<number, NetnsRef>;
}

export interface Asking {
  readonly step: StepContext;
  readonly netns: NetnsRef;
  readonly request: Request;
  readonly socket: SocketOptions;
  readonly extack: Extack;
  readonly perform: Perform;
}

/** Gives what is sent back before the acknowledgement. */
export type DoIt = (ask: Asking) => Result<readonly NetlinkMessage[]>;

export interface DumpAnswer {
  readonly messages: readonly NetlinkMessage[];
  /** What ended it, after those messages. */
  readonly refusal: Refusal | null;
  /** NLM_F_DUMP_FILTERED of the last message. */
  readonly isFiltered: boolean;
  /** Does the last message come in a datagram of its own? @source RTNL_FLAG_DUMP_SPLIT_NLM_DONE */
  readonly splitsDone: boolean;
}
export type DumpIt = (ask: Asking) => DumpAnswer | Refusal;

/** A reply to this request. The kernel's attributes that hold others lack NLA_F_NESTED, with few exceptions. */
export function reply(
  ask: Asking,
  type: string,
  flags: number,
  header: Fields,
  attrs: readonly NamedAttr[],
): NetlinkMessage {
  return makeMessage({ type, flags, seq: ask.request.seq, pid: ask.socket.portId, header, attrs }, 0);
}

/** A dump's answer without anything out of the ordinary. */
export function dumped(
  messages: readonly NetlinkMessage[],
  options: Partial<Omit<DumpAnswer, "messages">> = {},
): DumpAnswer {
  return { messages, refusal: null, isFiltered: false, splitsDone: false, ...options };
}

/** Address family by the form of an address. */
export function familyOf(address: string): number {
  return address.includes(":") ? AF_INET6 : AF_INET;
}

export const FAMILY = { inet: AF_INET, inet6: AF_INET6 } as const;

/** Stands in the header for tables whose number has no room there. */
export const RT_TABLE_COMPAT = 252;
