/**
 * Writes captures as pcapng: one section, an interface for each device, nanoseconds.
 * @source draft-ietf-opsawg-pcapng
 */
import type { CaptureDirection, CapturedFrame } from "./frames.ts";

const BLOCK_SECTION = 0x0a0d0d0a;
const BLOCK_INTERFACE = 1;
const BLOCK_ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
const SNAPLEN = 262_144;
const TSRESOL_NANOSECONDS = 9;

const OPT_END = 0;
const OPT_COMMENT = 1;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_DESCRIPTION = 3;
const IF_TSRESOL = 9;
const EPB_FLAGS = 2;

/** Bits 0 and 1: inbound, outbound. Bits 2 to 4: unicast, multicast, broadcast, promiscuous. */
const FLAGS: Readonly<Record<CaptureDirection, number>> = {
  out: 2,
  in: 1 | (1 << 2),
  "in-mcast": 1 | (2 << 2),
  "in-bcast": 1 | (3 << 2),
  "in-other": 1 | (4 << 2),
};

export interface PcapngOptions {
  /**
   * Which captures go into the file; those of one device, say.
   * @defaultValue all
   */
  readonly isWanted?: (frame: CapturedFrame) => boolean;
  /**
   * Written as the application that made the file.
   * @defaultValue "vethsim"
   */
  readonly application?: string;
}

type Option = readonly [code: number, value: Uint8Array];

const encoder = new TextEncoder();

/** Gives the file's octets to `sink` block by block; a device's interface block stands before its first frame. */
export class PcapngWriter {
  /** Numbers of the interfaces by device, namespace and name: a device that moves or is renamed becomes another one. */
  private readonly interfaces = new Map<string, number>();

  constructor(
    private readonly sink: (chunk: Uint8Array) => void,
    private readonly options: PcapngOptions = {},
  ) {
    this.sink(sectionBlock(options.application ?? "vethsim"));
  }

  write(frame: CapturedFrame): void {
    if (this.options.isWanted !== undefined && !this.options.isWanted(frame)) return;
    const key = `${frame.device} ${frame.netns}/${frame.ifname}`;
    let number = this.interfaces.get(key);
    if (number === undefined) {
      number = this.interfaces.size;
      this.interfaces.set(key, number);
      this.sink(interfaceBlock(frame));
    }
    this.sink(packetBlock(number, frame));
  }
}

/** Writes a whole file. */
export function writePcapng(
  frames: Iterable<CapturedFrame>,
  sink: (chunk: Uint8Array) => void,
  options: PcapngOptions = {},
): void {
  const writer = new PcapngWriter(sink, options);
  for (const frame of frames) writer.write(frame);
}

function sectionBlock(application: string): Uint8Array {
  const options: Option[] = [[SHB_USERAPPL, encoder.encode(application)]];
  return block(BLOCK_SECTION, 16, options, (view, at) => {
    view.setUint32(at, BYTE_ORDER_MAGIC, true);
    view.setUint16(at + 4, 1, true);
    view.setUint16(at + 6, 0, true);
    // Section length: not given.
    view.setUint32(at + 8, 0xffff_ffff, true);
    view.setUint32(at + 12, 0xffff_ffff, true);
  });
}

function interfaceBlock(frame: CapturedFrame): Uint8Array {
  const options: Option[] = [
    [IF_NAME, encoder.encode(`${frame.netns}/${frame.ifname}`)],
    [IF_DESCRIPTION, encoder.encode(`device ${frame.device}: ${frame.ifname} in namespace ${frame.netns}`)],
    [IF_TSRESOL, Uint8Array.of(TSRESOL_NANOSECONDS)],
  ];
  return block(BLOCK_INTERFACE, 8, options, (view, at) => {
    view.setUint16(at, LINKTYPE_ETHERNET, true);
    view.setUint32(at + 4, SNAPLEN, true);
  });
}

function packetBlock(number: number, frame: CapturedFrame): Uint8Array {
  const flags = new Uint8Array(4);
  flags[0] = FLAGS[frame.direction];
  const options: Option[] = [[EPB_FLAGS, flags]];
  if (frame.drop !== null) options.unshift([OPT_COMMENT, encoder.encode(`dropped: ${frame.drop}`)]);
  const captured = Math.min(frame.octets.length, SNAPLEN);
  return block(BLOCK_ENHANCED_PACKET, 20 + padded(captured), options, (view, at) => {
    view.setUint32(at, number, true);
    view.setUint32(at + 4, Math.floor(frame.time / 0x1_0000_0000), true);
    view.setUint32(at + 8, frame.time % 0x1_0000_0000, true);
    view.setUint32(at + 12, captured, true);
    view.setUint32(at + 16, frame.octets.length, true);
    new Uint8Array(view.buffer).set(frame.octets.subarray(0, captured), at + 20);
  });
}

/** Up to the next multiple of 4. */
function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Frames a block: type, length, body, options, length. */
function block(
  type: number,
  bodyOctets: number,
  options: readonly Option[],
  body: (view: DataView, at: number) => void,
): Uint8Array {
  let optionOctets = 4;
  for (const [, value] of options) optionOctets += 4 + padded(value.length);
  const length = 8 + bodyOctets + optionOctets + 4;
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  body(view, 8);
  let at = 8 + bodyOctets;
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    octets.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  view.setUint32(at, OPT_END, true);
  view.setUint32(at + 4, length, true);
  return octets;
}
