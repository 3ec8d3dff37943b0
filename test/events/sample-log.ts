import { KIND } from "../../src/events/kinds.ts";
import { MemorySink } from "../../src/events/log-sink.ts";
import { LogWriter, type LogWriterOptions } from "../../src/events/log-writer.ts";
import { ArpPacket } from "../../src/wire/arp.ts";
import { ETH_P_ARP, ETH_P_IP, Frame } from "../../src/wire/frame.ts";
import { icmpEcho } from "../../src/wire/icmp.ts";
import { Ipv4Packet } from "../../src/wire/ipv4.ts";
import { MAC_BROADCAST } from "../../src/wire/mac.ts";

export const arpRequest = (id: number) =>
  new Frame(
    id,
    MAC_BROADCAST,
    0x0200_0000_0001,
    ETH_P_ARP,
    new ArpPacket(1, 0x0200_0000_0001, 0x0a00_0001, 0, 0x0a00_0002),
    42,
    null,
  );

export const echoRequest = (id: number) => {
  const echo = icmpEcho(8, 7, id, Uint8Array.of(1, 2, 3, 4));
  const packet = new Ipv4Packet(0, id, 2, 0, 64, 1, 0x0a00_0001, 0x0a00_0002, echo);
  return new Frame(id, 0x0200_0000_0002, 0x0200_0000_0001, ETH_P_IP, packet, 14 + packet.length, null);
};

/** Hands a writer to `rows` and gives all that it wrote. */
export function logOf(
  rows: (writer: LogWriter) => void,
  options: Partial<LogWriterOptions> = {},
): Uint8Array<ArrayBuffer> {
  const sink = new MemorySink();
  rows(new LogWriter(sink, { seed: "42", version: "0.1.0", ...options }));
  return new Uint8Array(sink.bytes());
}

/** A run of 13 rows: a request, an ARP request on its way, a dropped ping, a snapshot, a checkpoint, the end. */
export function sampleRows(writer: LogWriter): void {
  writer.time = 1_000_000;
  writer.row(KIND.request, 0, 0, -1, 0, 0, 0, '{"op":"RTM_NEWLINK"}', null);
  writer.row(KIND.link_new, 1, 0, 2, 0, 0, 0, '{"ifname":"veth0"}', null);
  writer.row(KIND.reply, 1, 0, -1, 0, 0, 0, "{}", null);
  writer.time = 2_000_000;
  writer.row(KIND.timer, 0, 0, 2, 0, 0, 0, "arp_timeout", null);
  const arp = arpRequest(1);
  writer.row(KIND.xmit, 4, 0, 2, 1, arp.length, 0, "", arp);
  writer.row(KIND.netif_rx, 5, 1, 2, 1, arp.length, 0, "", null);
  writer.snapshot('{"cells":["größer 😀"]}');
  writer.time = 8_000_000_000;
  const echo = echoRequest(2);
  writer.row(KIND.xmit, 6, 0, 2, 2, echo.length, 0, "", echo);
  writer.row(KIND.drop, 8, 1, 2, 2, echo.length, 1, "", null);
  writer.checkpoint("00ff00ff");
  writer.row(KIND.output, 0, 0, -1, 0, 0, 0, '{"pid":1,"fd":1,"text":"done\\n"}', null);
  writer.row(KIND.exit, 0, 0, -1, 0, 0, 0, '{"pid":1,"status":0}', null);
}

/** The sample run as a complete log of four batches; the second begins with the snapshot. */
export function sampleLog(options: Partial<LogWriterOptions> = {}): Uint8Array<ArrayBuffer> {
  return logOf(
    (writer) => {
      sampleRows(writer);
      writer.end('{"events":13}');
    },
    { batchRows: 6, ...options },
  );
}
