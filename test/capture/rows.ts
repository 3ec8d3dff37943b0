/** A log written by hand: rows as a run would make them. */
import type { CaptureRow } from "../../src/capture/frames.ts";
import type { Nanos } from "../../src/core/nanos.ts";
import { DROP, type DropReason, KIND } from "../../src/events/kinds.ts";
import { decodeFrame, frameOctets } from "../../src/wire/ethernet.ts";
import { ETH_P_IP, Frame } from "../../src/wire/frame.ts";
import { ICMP_ECHO, icmpEcho } from "../../src/wire/icmp.ts";
import { IP_DF, IPPROTO_ICMP, Ipv4Packet } from "../../src/wire/ipv4.ts";
import { formatMac, type Mac } from "../../src/wire/mac.ts";

export const MAC_A: Mac = 0x02_00_00_00_00_0a;
export const MAC_B: Mac = 0x02_00_00_00_00_0b;

/** An echo request between two MAC addresses. */
export function echo(id: number, src: Mac, dst: Mac): Frame {
  const message = icmpEcho(ICMP_ECHO, 77, id, new Uint8Array(56));
  const packet = new Ipv4Packet(0, id, IP_DF, 0, 64, IPPROTO_ICMP, 0x0a00_0001, 0x0a00_0002, message);
  return new Frame(id, dst, src, ETH_P_IP, packet, 14 + packet.length, null);
}

export class Rows {
  readonly rows: CaptureRow[] = [];
  time: Nanos = 0;
  private cause = 0;
  private readonly seen = new Set<number>();

  private add(kind: number, netns: number, device: number, more: Partial<CaptureRow> = {}): number {
    const seq = this.rows.length + 1;
    this.rows.push({
      time: this.time,
      seq,
      cause: this.cause,
      kind,
      netns,
      device,
      frame: 0,
      reason: 0,
      data: "",
      octets: null,
      ...more,
    });
    return seq;
  }

  private octetsOf(frame: Frame): Uint8Array | null {
    if (this.seen.has(frame.id)) return null;
    this.seen.add(frame.id);
    return frameOctets(frame);
  }

  step(): this {
    this.cause = 0;
    this.cause = this.add(KIND.request, 0, -1);
    return this;
  }
  netns(netns: number, name: string | null): this {
    this.add(KIND.netns_new, netns, -1, { data: JSON.stringify({ name }) });
    return this;
  }
  unname(netns: number, name: string | null): this {
    this.add(KIND.netns_del, netns, -1, { data: JSON.stringify({ name }) });
    return this;
  }
  link(netns: number, device: number, ifname: string, mac: Mac, kind = "veth"): this {
    this.add(KIND.link_new, netns, device, {
      data: JSON.stringify({ ifname, kind, ifindex: 2, address: formatMac(mac) }),
    });
    return this;
  }
  change(netns: number, device: number, data: object): this {
    this.add(KIND.link_change, netns, device, { data: JSON.stringify(data) });
    return this;
  }
  xmit(netns: number, device: number, frame: Frame): number {
    return this.add(KIND.xmit, netns, device, { frame: frame.id, octets: this.octetsOf(frame) });
  }
  /** A step: the frame of that xmit is received. */
  rx(netns: number, device: number, frame: Frame, xmit: number): this {
    this.cause = xmit;
    this.cause = this.add(KIND.netif_rx, netns, device, { frame: frame.id });
    return this;
  }
  drop(netns: number, device: number, frame: Frame | null, reason: DropReason): this {
    const octets = frame === null ? null : this.octetsOf(frame);
    this.add(KIND.drop, netns, device, { frame: frame?.id ?? 0, octets, reason: DROP[reason] });
    return this;
  }
}

/** Two namespaces, a pair between them; devices 11 (in `a`) and 12 (in `b`). */
export function twoHosts(): Rows {
  return new Rows().step().netns(1, "a").netns(2, "b").link(1, 11, "eth0", MAC_A).link(2, 12, "eth0", MAC_B);
}

export function isWhole(octets: Uint8Array): boolean {
  return !("reason" in decodeFrame(1, octets));
}
