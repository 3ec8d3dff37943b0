/** The whole of a run at an instant: enough to go on from there. */
import type { Nanos } from "../core/nanos.ts";
import { registerRecord } from "../core/record-codec.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ChanceState, SeededChance } from "../scheduler/chance.ts";
import type { Agenda, Scheduler } from "../scheduler/scheduler.ts";
import { ArpPacket } from "../wire/arp.ts";
import { Frame, OpaquePayload } from "../wire/frame.ts";
import { IcmpMessage } from "../wire/icmp.ts";
import { Icmp6Message } from "../wire/icmpv6.ts";
import { Ipv4Packet } from "../wire/ipv4.ts";
import { Ipv6Packet } from "../wire/ipv6.ts";
import { UdpDatagram } from "../wire/udp.ts";

for (const [name, recordClass] of Object.entries({
  ArpPacket,
  Frame,
  Icmp6Message,
  IcmpMessage,
  Ipv4Packet,
  Ipv6Packet,
  OpaquePayload,
  UdpDatagram,
}))
  registerRecord(name, recordClass);

export interface Snapshot {
  readonly seed: string;
  /** Row after which it was taken. */
  readonly seq: number;
  /** Records of the cells by number; null: a deleted cell. */
  readonly cells: readonly unknown[];
  readonly agenda: Agenda<Frame>;
  readonly chance: ChanceState;
  readonly frameLast: number;
  /** Phase of the kernel's ticks. */
  readonly phase: Nanos;
}

export function takeSnapshot(
  kernel: Kernel,
  scheduler: Scheduler<Frame>,
  chance: SeededChance,
  seed: string,
  seq: number,
): Snapshot {
  return {
    seed,
    seq,
    cells: kernel.cells.snapshot().map((record) => record ?? null),
    agenda: scheduler.agenda(),
    chance: chance.state(),
    frameLast: kernel.frameLast,
    phase: kernel.phase,
  };
}

export function restoreSnapshot(from: Snapshot, kernel: Kernel, scheduler: Scheduler<Frame>): void {
  kernel.cells.restore(from.cells.map((record) => record ?? undefined));
  kernel.frameLast = from.frameLast;
  kernel.setPhase(from.phase);
  scheduler.restore(from.agenda);
}
