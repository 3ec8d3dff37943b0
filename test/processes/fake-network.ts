/** A network for programs under test: answers to each echo request as scripted, with times, losses and errors. */

import type { Errno } from "../../src/core/errno.ts";
import type { Nanos } from "../../src/core/nanos.ts";
import { granted, refused } from "../../src/core/result.ts";
import type { Inet6Calls } from "../../src/processes/inet6-calls.ts";
import type { Program, ProgramContext, Wake } from "../../src/processes/program.ts";
import type { QueuedError, QueuedPacket, RawSendOptions } from "../../src/stack/raw-socket.ts";
import { ICMP_ECHOREPLY, IcmpMessage } from "../../src/wire/icmp.ts";
import { IP_DF, IPPROTO_ICMP, Ipv4Packet } from "../../src/wire/ipv4.ts";
import { type Ipv4Address, isLoopbackIpv4, parseIpv4 } from "../../src/wire/ipv4-address.ts";
import { deepFreeze } from "./freeze.ts";

export const ADDRESS = parseIpv4("10.0.0.1")!;
export const PID = 77;

/** A host without IPv6. */
const NO_INET6: Inet6Calls = {
  rawIcmpSocket: () => 3,
  bindToDevice: () => null,
  bind: () => "EADDRNOTAVAIL",
  probeSource: () => refused("EADDRNOTAVAIL"),
  hasAddress: () => false,
  interfaceIndex: () => null,
  send: () => "EADDRNOTAVAIL",
  receive: () => null,
  receiveError: () => null,
};

/** What comes of one request, after `delay`. */
export type Answer =
  | {
      readonly kind: "reply";
      readonly delay: Nanos;
      readonly from?: string;
      readonly ttl?: number;
      readonly sequenceBy?: number;
      readonly identifierBy?: number;
      /** Octets of the data to overwrite. */
      readonly set?: Readonly<Record<number, number>>;
      readonly cut?: number;
      readonly append?: number;
      readonly options?: Uint8Array;
    }
  | {
      readonly kind: "error";
      readonly delay: Nanos;
      readonly from?: string;
      readonly type: number;
      readonly code: number;
      readonly info?: number;
    }
  | {
      readonly kind: "message";
      readonly delay: Nanos;
      readonly from?: string;
      readonly message: (request: IcmpMessage) => IcmpMessage;
    };

export interface Script {
  /** Answers to a request, by its number as sent. */
  readonly answers: (sequence: number, attempt: number) => readonly Answer[];
  /** sendto(2) refuses. */
  readonly refuse?: (
    sequence: number,
    attempt: number,
  ) => { readonly errno: Errno; readonly local?: number } | null;
  readonly probe?: (dst: Ipv4Address, ifname: string | null, broadcast: boolean) => Errno | Ipv4Address;
  readonly signals?: readonly { readonly at: Nanos; readonly signal: string }[];
  /** Wakes without anything to read. */
  readonly spurious?: readonly Nanos[];
  /** Stops the run. */
  readonly until?: Nanos;
}

export interface Sent {
  readonly at: Nanos;
  readonly dst: Ipv4Address;
  readonly message: IcmpMessage;
  readonly options: RawSendOptions;
}

export interface Outcome {
  readonly out: string;
  readonly err: string;
  /** null: it did not end. */
  readonly status: number | null;
  readonly at: Nanos;
  readonly sent: readonly Sent[];
  readonly writes: number;
  readonly arrivals: number;
  readonly state: unknown;
}

interface Arrival {
  readonly at: Nanos;
  readonly order: number;
  readonly packet: QueuedPacket | null;
  readonly error: QueuedError | null;
}

const STEP_LIMIT = 200_000;
/** After so many steps only every so-manieth state is frozen and sent through JSON. */
const CHECKED_STEPS = 500;

class World {
  now: Nanos = 0;
  out = "";
  err = "";
  writes = 0;
  status: number | null = null;
  timer: Nanos | null = null;
  arrivals = 0;
  order = 0;
  readonly sent: Sent[] = [];
  readonly due: Arrival[] = [];
  readonly packets: QueuedPacket[] = [];
  readonly errors: QueuedError[] = [];
  constructor(readonly script: Script) {}

  /** Puts what has arrived by now into the socket's queues. */
  deliver(): boolean {
    let some = false;
    this.due.sort((a, b) => a.at - b.at || a.order - b.order);
    while (this.due.length > 0 && this.due[0]!.at <= this.now) {
      const arrival = this.due.shift()!;
      if (arrival.packet !== null) this.packets.push(arrival.packet);
      if (arrival.error !== null) this.errors.push(arrival.error);
      this.arrivals++;
      some = true;
    }
    return some;
  }

  send(dst: Ipv4Address, message: IcmpMessage, options: RawSendOptions): Errno | null {
    const attempt = this.sent.length + 1;
    this.sent.push({ at: this.now, dst, message, options });
    const refusal = this.script.refuse?.(message.sequence, attempt) ?? null;
    if (refusal !== null) {
      if (refusal.local !== undefined) {
        this.errors.push({
          origin: 1,
          errno: refusal.errno,
          type: 0,
          code: 0,
          info: refusal.local,
          offender: ADDRESS,
          dst,
          message,
        });
      }
      return refusal.errno;
    }
    for (const answer of this.script.answers(message.sequence, attempt)) this.answer(answer, dst, message);
    this.deliver();
    return null;
  }

  private answer(answer: Answer, dst: Ipv4Address, request: IcmpMessage): void {
    const at = this.now + answer.delay;
    const from = answer.from === undefined ? dst : parseIpv4(answer.from)!;
    const order = ++this.order;
    if (answer.kind === "error") {
      const error: QueuedError = {
        origin: 2,
        errno: "EHOSTUNREACH",
        type: answer.type,
        code: answer.code,
        info: answer.info ?? 0,
        offender: answer.from === undefined ? parseIpv4("10.0.0.254")! : from,
        dst,
        message: request,
      };
      this.due.push({ at, order, packet: null, error });
      return;
    }
    const message = answer.kind === "message" ? answer.message(request) : replyTo(request, answer);
    const options = answer.kind === "reply" ? (answer.options ?? null) : null;
    const ttl = answer.kind === "reply" ? (answer.ttl ?? 64) : 64;
    const packet = new Ipv4Packet(0, 1, IP_DF, 0, ttl, IPPROTO_ICMP, from, ADDRESS, message, options);
    this.due.push({ at, order, packet: { packet, time: at, ifindex: 2 }, error: null });
  }

  context(): ProgramContext {
    const world = this;
    return {
      get now() {
        return world.now;
      },
      pid: PID,
      netns: 0,
      write(fd, text) {
        world.writes++;
        if (fd === 1) world.out += text;
        else world.err += text;
      },
      exit(status) {
        world.status = status;
      },
      receiveTimeout: (ms) => world.now + ms * 1_000_000,
      setTimer(at) {
        if (at !== null && at <= world.now) throw new Error(`timer at ${at}, but it is ${world.now} already`);
        world.timer = at;
      },
      rawIcmpSocket: () => 1,
      inet: null as never,
      links: null as never,
      bindToDevice: (_, ifname) => (ifname === "eth0" || ifname === "lo" ? null : "ENODEV"),
      bind: (_, address) => (address === ADDRESS || address >>> 24 === 127 ? null : "EADDRNOTAVAIL"),
      setBroadcast() {},
      setSendBuffer() {},
      probeSource(dst, _src, ifname, _tos, broadcast) {
        const src =
          world.script.probe?.(dst, ifname, broadcast) ?? (dst >>> 24 === 127 ? 0x7f00_0001 : ADDRESS);
        return typeof src === "number" ? granted({ src, isBroadcast: broadcast }) : refused(src);
      },
      netlinkSocket: () => 2,
      receiveMessages: () => [],
      inet6: NO_INET6,
      interfaces: () => [],
      interfaceName: () => null,
      isLoopback: () => false,
      packetSocket: () => 2,
      receivePackets: () => ({ packets: [], isGone: false, errno: null }),
      packetStatistics: () => 0,
      readFile: (path) => (path === "/etc/hosts" ? granted("127.0.0.1 localhost\n") : refused("ENOENT")),
      writeFile: () => "EACCES",
      hasInterface: (ifname) => ifname === "eth0" || ifname === "lo",
      hasAddress: (ifname, address) => (ifname === "lo") === isLoopbackIpv4(address) && ifname !== "",
      sendIcmp: (_, dst, message, options) => world.send(dst, message, options),
      receive: () => world.packets.shift() ?? null,
      receiveError: () => world.errors.shift() ?? null,
    };
  }
}

function replyTo(request: IcmpMessage, answer: Extract<Answer, { kind: "reply" }>): IcmpMessage {
  let data = request.data.slice(0, answer.cut ?? request.data.length);
  if (answer.append !== undefined)
    data = new Uint8Array([...data, ...new Array<number>(answer.append).fill(120)]);
  for (const [at, value] of Object.entries(answer.set ?? {})) data[Number(at)] = value;
  const identifier = (request.identifier + (answer.identifierBy ?? 0)) & 0xffff;
  const sequence = (request.sequence + (answer.sequenceBy ?? 0)) & 0xffff;
  return new IcmpMessage(ICMP_ECHOREPLY, 0, identifier * 0x1_0000 + sequence, data);
}

/** Runs a program to its end, or to `until`. Every state must survive JSON and freezing. */
export function run<S>(program: Program<S>, argv: readonly string[], script: Script): Outcome {
  const world = new World(script);
  const cx = world.context();
  let steps = 0;
  const keep = (state: S): S => {
    const isChecked = steps < CHECKED_STEPS || steps % CHECKED_STEPS === 0;
    return isChecked ? deepFreeze(JSON.parse(JSON.stringify(state)) as S) : state;
  };
  let state = keep(program.start(cx, argv, {}));
  const signals = [...(script.signals ?? [])];
  const spurious = [...(script.spurious ?? [])];
  const until = script.until ?? 1e15;
  for (; world.status === null; steps++) {
    if (steps > STEP_LIMIT) throw new Error("the program does not end");
    const times = [
      world.timer ?? Infinity,
      world.due[0]?.at ?? Infinity,
      signals[0]?.at ?? Infinity,
      spurious[0] ?? Infinity,
    ];
    const next = Math.min(...times);
    if (next > until) break;
    world.now = next;
    const wake: Wake | null =
      signals[0]?.at === next
        ? { kind: "signal", signal: signals.shift()!.signal }
        : world.deliver() || (spurious[0] === next && spurious.shift() !== undefined)
          ? { kind: "readable" }
          : world.timer === next
            ? { kind: "timer" }
            : null;
    if (wake === null) throw new Error("nothing to do");
    if (wake.kind === "timer") world.timer = null;
    state = keep(program.wake(cx, program.copy(state), wake));
  }
  return {
    out: world.out,
    err: world.err,
    status: world.status,
    at: world.now,
    sent: world.sent,
    writes: world.writes,
    arrivals: world.arrivals,
    state,
  };
}
