/** vethsim, a deterministic simulator of Linux virtual networking: the library. Runs in Node and in browsers. */
export type { Errno } from "./core/errno.ts";
export { type Nanos, NS_PER_MS, NS_PER_SEC, NS_PER_US } from "./core/nanos.ts";
export type { Granted, Refusal, Result } from "./core/result.ts";
export { VERSION } from "./core/version.ts";
export type { ByteSource } from "./events/byte-source.ts";
export type { LogRow } from "./events/log-batch.ts";
export { type LogPosition, LogReader } from "./events/log-reader.ts";
export { type LogSink, MemorySink } from "./events/log-sink.ts";
export * as netlink from "./events/netlink.ts";
export type {
  AddrInfo,
  BodyOf,
  LinkInfo,
  LinkStats,
  NeighInfo,
  NetnsId,
  Operation,
  Operations,
  ReplyOf,
  RouteGetInfo,
  RouteInfo,
} from "./events/requests.ts";
export { EndlessRunError, type Limits } from "./scheduler/scheduler.ts";
export { runScript, type ScriptOptions, type ScriptResult } from "./shell/run-script.ts";
export {
  type Pace,
  type Rewound,
  Session,
  SessionDivergence,
  type SessionEntry,
  type SessionOptions,
} from "./shell/session.ts";
export type { AddrOptions, NeighOptions, RouteOptions, Scope } from "./simulation/inet-api.ts";
export type { LinkChange, LinkRef, NetnsTarget, NewLink, NewLinkAttrs } from "./simulation/link-api.ts";
export { Divergence } from "./simulation/log-follower.ts";
export { type NetlinkOptions, type NetlinkSendOptions, NetlinkSocket } from "./simulation/netlink-api.ts";
export { NetlinkError } from "./simulation/netlink-error.ts";
export { NetnsHandle } from "./simulation/netns-handle.ts";
export type { PingRequest, PingResult } from "./simulation/ping-api.ts";
export { type Instant, type Verification, verifyLog } from "./simulation/replay.ts";
export { type ForkOptions, Simulation, type SimulationOptions } from "./simulation/simulation.ts";
export type { Snapshot } from "./simulation/snapshot.ts";
export type {
  LinkView,
  NetnsView,
  PeerView,
  ProcessView,
  StateView,
} from "./simulation/state-view.ts";
export {
  type AttrBlock,
  decodeDatagram,
  encodeDatagram,
  encodeMessage,
  type NetlinkAttr,
  type NetlinkDatagram,
  type NetlinkMessage,
} from "./wire/netlink/message.ts";
export { makeMessage, type NamedAttr, type NamedMessage, nameMessage } from "./wire/netlink/named.ts";
