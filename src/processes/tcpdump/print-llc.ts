/** @source IEEE 802.2, 802.1D clause 9; output of tcpdump 4.99.3 as recorded */
import { etherTypeText } from "./names.ts";
import { bitNames, hex, type PacketText } from "./packet-text.ts";

const SAPS: ReadonlyMap<number, string> = new Map([
  [0x00, "Null"],
  [0x02, "802.1B I"],
  [0x03, "802.1B G"],
  [0x04, "SNA"],
  [0x06, "IP"],
  [0x0e, "ProWay NM"],
  [0x42, "STP"],
  [0x4e, "RS511"],
  [0x7e, "ISO8208"],
  [0x8e, "ProWay"],
  [0xaa, "SNAP"],
  [0xe0, "IPX"],
  [0xf0, "NetBeui"],
  [0xfe, "OSI"],
  [0xff, "Global"],
]);

const UNNUMBERED: ReadonlyMap<number, string> = new Map([
  [0x03, "ui"],
  [0x63, "ua"],
  [0x43, "disc"],
  [0x0f, "dm"],
  [0x6f, "sabme"],
  [0xe3, "test"],
  [0xaf, "xid"],
  [0x87, "frmr"],
]);
const SUPERVISORY: readonly string[] = ["Receiver Ready", "Receiver not Ready", "Reject", "?"];

/** A response that was asked for is final. */
function flagName(ssap: number, isPoll: boolean): string {
  if ((ssap & 1) === 0) return isPoll ? "Poll" : "Command";
  return isPoll ? "Final" : "Response";
}

const sapName = (sap: number) => `${SAPS.get(sap) ?? "Unknown"} (0x${hex(sap, 2)})`;

/** Gives the octets of its header. */
export function printLlc(p: PacketText, at: number, length: number, macs: () => string): number {
  p.protocol = "llc";
  const captured = Math.max(0, p.end - at);
  if (captured < 3 || length < 3) {
    p.truncated();
    p.dump(at, captured, true);
    return captured;
  }
  const dsap = p.u8(at);
  const ssap = p.u8(at + 1);
  const control = p.u8(at + 2);
  if ((control & 3) !== 3 && captured < 4) {
    p.truncated();
    p.dump(at, captured, true);
    return captured;
  }
  const isUnnumbered = (control & 3) === 3;
  if (p.options.showLink) {
    p.put(
      `LLC, dsap ${sapName(dsap & 0xfe)} ${(dsap & 1) !== 0 ? "Group" : "Individual"}, ` +
        `ssap ${sapName(ssap & 0xfe)} ${(ssap & 1) !== 0 ? "Response" : "Command"}, ` +
        `ctrl 0x${isUnnumbered ? hex(control, 2) : hex(control | (p.u8(at + 3) << 8), 4)}: `,
    );
  }
  if (dsap === 0xaa && ssap === 0xaa && control === 3) return printSnap(p, at + 3, length - 3) + 3;
  if (dsap === 0x42 && ssap === 0x42 && control === 3) {
    printStp(p, at + 3, length - 3);
    return 3;
  }
  if (!p.options.showLink) {
    const [src, dst] = macs().split(" > ");
    const from = SAPS.get(ssap & 0xfe) ?? `Unknown SSAP 0x${hex(ssap & 0xfe, 2)}`;
    // Where both ends are the same, it is named once.
    p.put((ssap & 0xfe) === (dsap & 0xfe) ? `${src} > ` : `${src} ${from} > `);
    p.put(`${dst} ${SAPS.get(dsap & 0xfe) ?? `Unknown DSAP 0x${hex(dsap & 0xfe, 2)}`} `);
  }
  if (isUnnumbered) {
    const flags = flagName(ssap, (control & 0x10) !== 0);
    p.put(
      `Unnumbered, ${UNNUMBERED.get(control & 0xef) ?? hex(control & 0xef, 2)}, Flags [${flags}], length ${length}`,
    );
  } else {
    const next = p.u8(at + 3);
    const flags = flagName(ssap, (next & 1) !== 0);
    const kind =
      (control & 3) === 1
        ? `Supervisory, ${SUPERVISORY[(control >> 2) & 3]}`
        : `Information, send seq ${control >> 1}`;
    p.put(`${kind}, rcv seq ${next >> 1}, Flags [${flags}], length ${length}`);
  }
  p.dump(at, captured);
  return isUnnumbered ? 3 : 4;
}

function printSnap(p: PacketText, at: number, length: number): number {
  p.protocol = "snap";
  p.need(at, 5);
  const oui = p.u32(at) >>> 8;
  const type = p.u16(at + 3);
  if (p.options.showLink)
    p.put(
      `oui ${oui === 0 ? "Ethernet" : "Unknown"} (0x${hex(oui, 6)}), ethertype ${etherTypeText(type)}, length ${length - 5}: `,
    );
  if (oui === 0 && p.inner.etherType(p, type, at + 5, length - 5, p.end - at - 5)) return 5;
  p.dump(at + 5, p.end - at - 5);
  return 5;
}

const CONFIG = 0x00;
const RST = 0x02;
const TCN = 0x80;

/** Spanning tree. */
function printStp(p: PacketText, at: number, length: number): void {
  p.protocol = "stp";
  p.need(at, 4);
  if (p.u16(at) !== 0) {
    p.put(`STP unknown protocol ID (0x${hex(p.u16(at), 4)})`);
    return;
  }
  const version = p.u8(at + 2);
  const type = p.u8(at + 3);
  const name = version === 0 ? "802.1d" : version === 2 ? "802.1w" : version === 3 ? "802.1s" : "unknown";
  p.put(`STP ${name}`);
  if (type === TCN) {
    p.put(`, Topology Change`);
    return;
  }
  p.put(`, ${type === CONFIG ? "Config" : type === RST ? "Rapid STP" : "unknown"}`);
  const flags = p.u8(at + 4);
  const bits = [
    [0x01, "Topology change"],
    [0x02, "Proposal"],
    [0x10, "Learn"],
    [0x20, "Forward"],
    [0x40, "Agreement"],
    [0x80, "Topology change ACK"],
  ] as const;
  p.put(`, Flags [${bitNames(bits, flags, ", ")}]`);
  const id = (from: number) =>
    `${hex(p.u16(from), 4)}.${[...p.slice(from + 2, 6)].map((octet) => hex(octet, 2)).join(":")}`;
  p.put(`, bridge-id ${id(at + 17)}.${hex(p.u16(at + 25), 4)}, length ${length}`);
  if (p.options.verbose === 0) return;
  const seconds = (from: number) => `${(p.u16(from) / 256).toFixed(2)}s`;
  p.put(
    `\n\tmessage-age ${seconds(at + 27)}, max-age ${seconds(at + 29)}, hello-time ${seconds(at + 31)}, forwarding-delay ${seconds(at + 33)}`,
  );
  p.put(`\n\troot-id ${id(at + 5)}, root-pathcost ${p.u32(at + 13)}`);
  if (type === RST) {
    const roles = ["Unknown", "Alternate", "Root", "Designated"];
    p.put(`, port-role ${roles[(flags >> 2) & 3]}`);
  }
}
