/** What must hold of every complete log. Each checker gives the faults it finds, as sentences; none: it holds. */
import { isStepKind, KIND } from "../events/kinds.ts";
import type { LogReader } from "../events/log-reader.ts";
import { decodeFrame } from "../wire/ethernet.ts";
import { formatIpv4 } from "../wire/ipv4-address.ts";
import { formatMac } from "../wire/mac.ts";
import { livingDevices, type Machine } from "./invariants.ts";

/** A row, read once. */
interface Row {
  readonly time: number;
  readonly seq: number;
  readonly cause: number;
  readonly kind: number;
  readonly netns: number;
  readonly device: number;
  readonly frame: number;
  readonly length: number;
  readonly octets: Uint8Array;
  readonly data: string;
}

/** All rows of a log, for the checkers. */
export function logRows(log: LogReader): readonly Row[] {
  return [...log.rows()].map((row) => ({
    time: row.time,
    seq: row.seq,
    cause: row.cause,
    kind: row.kind,
    netns: row.netns,
    device: row.device,
    frame: row.frame,
    length: row.length,
    octets: row.octets,
    data: row.kind === KIND.snapshot ? "" : row.data,
  }));
}

/** `(time, seq)` strictly grows, and seq leaves none out. */
export function orderFaults(rows: readonly Row[]): string[] {
  return rows.flatMap((row, i) => {
    const before = rows[i - 1];
    if (before === undefined || (row.seq === before.seq + 1 && row.time >= before.time)) return [];
    return [`row ${row.seq} at ${row.time} ns follows row ${before.seq} at ${before.time} ns`];
  });
}

/** A record's cause is the step that it stands behind; a step's cause, if it has one, is an earlier row. */
export function causeFaults(rows: readonly Row[]): string[] {
  const faults: string[] = [];
  let step = 0;
  for (const row of rows) {
    if (row.kind >= KIND.script) {
      if (row.cause !== 0) faults.push(`row ${row.seq} of the log itself has cause ${row.cause}`);
    } else if (isStepKind(row.kind)) {
      if (row.cause >= row.seq) faults.push(`step ${row.seq} has cause ${row.cause}, which comes later`);
      step = row.seq;
    } else if (row.cause !== step) faults.push(`record ${row.seq} in step ${step} has cause ${row.cause}`);
  }
  return faults;
}

/** How each device's frames went by the log. */
interface Tally {
  txPackets: number;
  rxPackets: number;
  txDropped: number;
}

/**
 * No frame from nothing, none lost without a reason: a frame is first seen with its octets where it is sent or dropped; what is sent
 * is received exactly once or dropped on the spot by its sender; what is received was sent at that instant.
 */
export function frameFaults(rows: readonly Row[], tallies = new Map<number, Tally>()): string[] {
  const faults: string[] = [];
  const known = new Set<number>();
  /** Frames on their way, by the row of their sending. */
  const sent = new Map<number, Row>();
  const tally = (device: number): Tally => {
    const one = tallies.get(device) ?? { txPackets: 0, rxPackets: 0, txDropped: 0 };
    tallies.set(device, one);
    return one;
  };
  rows.forEach((row, i) => {
    if (row.frame === 0) return;
    const isFirst = !known.has(row.frame);
    known.add(row.frame);
    if (isFirst !== row.octets.length > 0 || (isFirst && row.octets.length !== row.length))
      faults.push(
        `row ${row.seq}: frame ${row.frame} is ${isFirst ? "new" : "known"} and has ${row.octets.length} octets`,
      );
    if (row.kind === KIND.xmit) {
      sent.set(row.seq, row);
      tally(row.device).txPackets++;
    } else if (row.kind === KIND.netif_rx && row.data === "looped") {
      // What a host sent to a group or to all comes back to it, past devices and their counters.
      if (!isFirst) faults.push(`row ${row.seq}: frame ${row.frame} is looped back and was seen before`);
    } else if (row.kind === KIND.netif_rx) {
      const from = sent.get(row.cause);
      const isSame = from?.frame === row.frame && from.length === row.length;
      if (from?.time !== row.time || !(isSame || row.data === "untagged"))
        faults.push(
          `row ${row.seq}: frame ${row.frame} is received and was not sent, or not so (row ${row.cause})`,
        );
      sent.delete(row.cause);
      tally(row.device).rxPackets++;
    } else if (row.kind === KIND.pass_up) {
      if (isFirst) faults.push(`row ${row.seq}: frame ${row.frame} is passed up and was not received`);
      tally(row.device).rxPackets++;
    } else if (row.kind === KIND.drop) {
      const before = rows[i - 1]!;
      const isAtSender =
        before.kind === KIND.xmit && before.frame === row.frame && before.device === row.device;
      if (isAtSender && sent.delete(before.seq)) tally(row.device).txPackets--;
      if (isAtSender || isFirst) tally(row.device).txDropped++;
    } else faults.push(`row ${row.seq} of kind ${row.kind} has a frame`);
  });
  for (const row of sent.values()) faults.push(`row ${row.seq}: frame ${row.frame} is sent and gets nowhere`);
  return faults;
}

/** Drop accounting: the devices that live at the end counted what the log tells, frame by frame. */
export function tallyFaults(rows: readonly Row[], machine: Machine): string[] {
  const tallies = new Map<number, Tally>();
  frameFaults(rows, tallies);
  return livingDevices(machine).flatMap((dev) => {
    const { txPackets, rxPackets, txDropped } = machine.kernel.cells.get(dev.stats);
    const counted = JSON.stringify({ txPackets, rxPackets, txDropped });
    const logged = JSON.stringify(tallies.get(dev.ref) ?? { txPackets: 0, rxPackets: 0, txDropped: 0 });
    return counted === logged ? [] : [`device ${dev.ref} counted ${counted}, the log has ${logged}`];
  });
}

/** Pairs of address and link-layer address that an administrator's request names. */
function givenPairs(data: string): string[] {
  const [op, body] = JSON.parse(data) as [string, { readonly dst?: string; readonly lladdr?: string }];
  if (op !== "RTM_NEWNEIGH" || body.lladdr === undefined) return [];
  // A loopback device has a single entry, for no address in particular.
  return [`${body.dst} ${body.lladdr}`, `0.0.0.0 ${body.lladdr}`];
}

/** States that need no proof: set by hand, or by what the address or device is. */
const UNLEARNED = new Set(["PERMANENT", "NOARP"]);

/**
 * ARP tables only learn what was on the wire: an entry's link-layer address was the sender's, with that IPv4 address, in an ARP
 * packet that its device received before, or an administrator gave it.
 */
export function arpFaults(rows: readonly Row[]): string[] {
  const faults: string[] = [];
  const octetsOf = new Map<number, Uint8Array>();
  const seen = new Set<string>();
  for (const row of rows) {
    if (row.octets.length > 0) octetsOf.set(row.frame, row.octets);
    if (row.kind === KIND.request) {
      for (const pair of givenPairs(row.data)) seen.add(pair);
    } else if (row.kind === KIND.netif_rx) {
      const frame = decodeFrame(row.frame, octetsOf.get(row.frame) ?? new Uint8Array(0));
      if (!("reason" in frame) && frame.payload.kind === "arp")
        seen.add(`${row.device} ${formatIpv4(frame.payload.senderIp)} ${formatMac(frame.payload.senderMac)}`);
    } else if (row.kind === KIND.neigh) {
      const { dst, state, lladdr } = JSON.parse(row.data) as { dst: string; state: string; lladdr?: string };
      if (lladdr === undefined || UNLEARNED.has(state)) continue;
      if (!seen.has(`${row.device} ${dst} ${lladdr}`) && !seen.has(`${dst} ${lladdr}`))
        faults.push(`row ${row.seq}: device ${row.device} holds ${lladdr} for ${dst}, which nobody told it`);
    }
  }
  return faults;
}

/** All of the above. */
export function logFaults(log: LogReader, machine: Machine): string[] {
  const rows = logRows(log);
  return [
    ...orderFaults(rows),
    ...causeFaults(rows),
    ...frameFaults(rows),
    ...tallyFaults(rows, machine),
    ...arpFaults(rows),
  ];
}
