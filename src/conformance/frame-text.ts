/**
 * A frame as one line of text without what is random in it, so that equal lines mean equal frames. What is left out is still
 * checked where a rule for it exists: a wrong checksum or a fragment that does not share its packet's IP id is named.
 *
 * The decoder is the judge's own: it shares no codec with the simulator that it judges.
 */
import { fromHex } from "../core/bytes.ts";
import { ipv4Text } from "./frame-text-ipv4.ts";
import { ipv6Text } from "./frame-text-ipv6.ts";
import { RANDOM_MAC } from "./normalize.ts";
import { hex, ipv4Address, macAddress, type Octets, paddingText, u16, u32 } from "./octets.ts";
import { type FrameRecord, interfaceKey } from "./recording.ts";

/** What earlier frames of the same interface and direction tell about later ones. */
export interface FrameContext {
  /** IP id of the newest first fragment, by source, destination and protocol. */
  readonly fragmentIds: Map<string, number>;
}

export function newFrameContext(): FrameContext {
  return { fragmentIds: new Map() };
}

/** The text of a frame. Without a context, fragments are not checked against each other. */
export function frameText(octets: Octets, context: FrameContext = newFrameContext()): string {
  return rawFrameText(octets, context).replace(RANDOM_MAC, "MAC");
}

/** The texts of all frames of a recording, in its order. */
export function frameTexts(frames: readonly FrameRecord[]): string[] {
  const contexts = new Map<string, FrameContext>();
  return frames.map((frame) => {
    const key = `${interfaceKey(frame)} ${frame.dir === "out"}`;
    let context = contexts.get(key);
    if (context === undefined) {
      context = newFrameContext();
      contexts.set(key, context);
    }
    return frameText(fromHex(frame.hex) ?? new Uint8Array(0), context);
  });
}

export function rawFrameText(octets: Octets, context: FrameContext): string {
  if (octets.length < 14) return `short frame ${hex(octets)}`;
  const etherType = u16(octets, 12);
  const head = `${macAddress(octets, 6)} > ${macAddress(octets, 0)}`;
  const payload = octets.subarray(14);
  if (etherType === 0x0806 && payload.length >= 28) return `${head} ${arpText(payload)}`;
  if (etherType === 0x0800) return `${head} IP ${ipv4Text(payload, context, nestedFrame(context))}`;
  if (etherType === 0x86dd) return `${head} IP6 ${ipv6Text(payload)}`;
  if (etherType < 0x600) return `${head} ${llcText(payload, etherType)}`;
  return `${head} type 0x${etherType.toString(16).padStart(4, "0")}, ${payload.length} octets ${hex(payload.subarray(0, 16))}`;
}

function nestedFrame(context: FrameContext): (octets: Octets) => string {
  return (octets) => rawFrameText(octets, context);
}

/** Hardware type, protocol type and the lengths of both kinds of address. */
const ETHERNET_AND_IPV4 = "000108000604";

/** @source RFC 826 */
function arpText(arp: Octets): string {
  const operation = u16(arp, 6);
  const name = operation === 1 ? "request" : operation === 2 ? "reply" : `operation ${operation}`;
  const sender = `${ipv4Address(arp, 14)} at ${macAddress(arp, 8)}`;
  const target = `${ipv4Address(arp, 24)} at ${macAddress(arp, 18)}`;
  const types = hex(arp.subarray(0, 6));
  const kind = types === ETHERNET_AND_IPV4 ? "ARP" : `ARP of types ${types}`;
  return `${kind} ${name} from ${sender} for ${target}, ${arp.length} octets${paddingText(arp.subarray(28))}`;
}

/** A frame with a length instead of a type. @source IEEE 802.1D-1998 clause 9.3 for BPDUs */
function llcText(payload: Octets, length: number): string {
  const isBpdu = payload.length >= 7 && payload[0] === 0x42 && payload[1] === 0x42 && payload[2] === 3;
  if (isBpdu && payload[6] === 0x80) return "STP topology change notification";
  if (isBpdu && payload[6] === 0 && payload.length >= 38) return configBpduText(payload.subarray(3));
  return `length ${length}, ${hex(payload.subarray(0, 24))}`;
}

/** The message age runs in steps of 1/256 s: left out. */
function configBpduText(bpdu: Octets): string {
  const seconds = (at: number) => u16(bpdu, at) / 256;
  return [
    `STP config flags ${hex(bpdu.subarray(4, 5))} root ${hex(bpdu.subarray(5, 13))} cost ${u32(bpdu, 13)}`,
    `bridge ${hex(bpdu.subarray(17, 25))} port ${hex(bpdu.subarray(25, 27))}`,
    `max ${seconds(29)} hello ${seconds(31)} forward ${seconds(33)}`,
  ].join(" ");
}
