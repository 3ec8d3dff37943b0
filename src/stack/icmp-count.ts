import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import { MIB, type MibName } from "./mib.ts";
import { ownMib } from "./net-stack.ts";

/** Names of the per-type counters, the direction left out. @source net/ipv4/proc.c, icmpmibmap */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: "EchoReps",
  3: "DestUnreachs",
  4: "SrcQuenchs",
  5: "Redirects",
  8: "Echos",
  11: "TimeExcds",
  12: "ParmProbs",
  13: "Timestamps",
  14: "TimestampReps",
  17: "AddrMasks",
  18: "AddrMaskReps",
};

function indexes(direction: "In" | "Out"): readonly number[] {
  const table = new Array<number>(256).fill(-1);
  for (const [type, name] of Object.entries(TYPE_NAMES))
    table[Number(type)] = MIB[`Icmp${direction}${name}` as MibName];
  return table;
}

const IN_TYPE = indexes("In");
const OUT_TYPE = indexes("Out");

/** A message is handed to IP. @source icmp_out_count() */
export function countIcmpOut(step: StepContext, netns: NetnsRef, type: number): void {
  const mib = ownMib(step, netns);
  mib.add(MIB.IcmpOutMsgs, 1);
  const at = OUT_TYPE[type]!;
  if (at >= 0) mib.add(at, 1);
  mib.countIcmpType(true, type);
}

/** A message with a good checksum came in. */
export function countIcmpIn(step: StepContext, netns: NetnsRef, type: number): void {
  const mib = ownMib(step, netns);
  const at = IN_TYPE[type]!;
  if (at >= 0) mib.add(at, 1);
  mib.countIcmpType(false, type);
}
