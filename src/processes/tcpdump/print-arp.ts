/** @source RFC 826, 903, 2390; output of tcpdump 4.99.3 as recorded */

import { formatHosts } from "./names.ts";
import { ETHERTYPE_NAMES } from "./numbers.ts";
import { hex, type PacketText } from "./packet-text.ts";

const ETHERTYPE_IP = 0x0800;
const ETHERTYPE_TRAIL = 0x1000;
const ARPHRD_ETHER = 1;

const HARDWARE: ReadonlyMap<number, string> = new Map([
  [1, "Ethernet"],
  [6, "TokenRing"],
  [7, "ArcNet"],
  [15, "FrameRelay"],
  [23, "Strip"],
  [24, "IEEE 1394"],
  [32, "InfiniBand"],
]);

const OPERATIONS: ReadonlyMap<number, string> = new Map([
  [1, "Request"],
  [2, "Reply"],
  [3, "Reverse Request"],
  [4, "Reverse Reply"],
  [8, "Inverse Request"],
  [9, "Inverse Reply"],
  [10, "NACK Reply"],
]);

export function printArp(p: PacketText, at: number, length: number, caplen: number): void {
  p.protocol = "arp";
  if (!p.has(at, 8)) {
    p.truncated();
    p.linkLength = 0;
    return;
  }
  const hardware = p.u16(at);
  const protocol = p.u16(at + 2);
  const hardwareLength = p.u8(at + 4);
  const protocolLength = p.u8(at + 5);
  const operation = p.u16(at + 6);
  const sha = at + 8;
  const spa = sha + hardwareLength;
  const tha = spa + protocolLength;
  const tpa = tha + hardwareLength;
  if (!p.has(tpa, protocolLength)) {
    p.truncated();
    p.linkLength = 0;
    return;
  }
  const { verbose } = p.options;
  if (!p.options.showLink) p.put("ARP, ");
  const isPlain =
    (protocol === ETHERTYPE_IP || protocol === ETHERTYPE_TRAIL) &&
    protocolLength === 4 &&
    hardwareLength !== 0;
  if (!isPlain || verbose > 0) {
    p.put(
      `${HARDWARE.get(hardware) ?? `Unknown Hardware (${hardware})`} (len ${hardwareLength}), ` +
        `${ETHERTYPE_NAMES.get(protocol) ?? `Unknown Protocol (0x${hex(protocol, 4)})`} (len ${protocolLength})`,
    );
    if (verbose === 0) {
      p.put(`, length ${length}`);
      return;
    }
    p.put(", ");
  }
  const lladdr = (from: number): string => {
    if (hardwareLength === 0) return "<empty>";
    const octets = p.slice(from, hardwareLength);
    return hardware === ARPHRD_ETHER && hardwareLength === 6 ? p.names.mac(octets) : formatHosts(octets);
  };
  const address = (from: number): string => {
    if (protocol !== ETHERTYPE_IP && protocol !== ETHERTYPE_TRAIL) return "<wrong proto type>";
    return protocolLength === 4 ? p.names.ip(p.u32(from)) : "<wrong len>";
  };
  p.put(`${OPERATIONS.get(operation) ?? `Unknown (${operation})`} `);
  switch (operation) {
    case 1: {
      const isKnown = hardwareLength > 0 && p.slice(tha, hardwareLength).some((octet) => octet !== 0);
      p.put(`who-has ${address(tpa)}${isKnown ? ` (${lladdr(tha)})` : ""} tell ${address(spa)}`);
      break;
    }
    case 2:
      p.put(`${address(spa)} is-at ${lladdr(sha)}`);
      break;
    case 3:
    case 8:
      p.put(`who-is ${lladdr(tha)} tell ${lladdr(sha)}`);
      break;
    case 4:
      p.put(`${lladdr(tha)} at ${address(tpa)}`);
      break;
    case 9:
      p.put(`${lladdr(sha)} at ${address(spa)}`);
      break;
    default:
      p.dump(at, caplen, true);
      return;
  }
  p.put(`, length ${length}`);
}
