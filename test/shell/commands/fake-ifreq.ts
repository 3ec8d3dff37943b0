/** The SIOC* requests on IPv4 interfaces as far as ifconfig's recordings need them: no routes, no IPv6. */
import { granted, type Refusal, type Result, refused } from "../../../src/core/result.ts";
import type { IfreqInfo } from "../../../src/events/requests.ts";
import { formatIpv4, parseIpv4, prefixMask } from "../../../src/wire/ipv4-address.ts";
import type { Kernel } from "./fake-context.ts";

interface Address {
  readonly label: string;
  readonly local: number;
  readonly peer: number | null;
  readonly mask: number;
  readonly broadcast: number;
}

export interface Device {
  readonly ifname: string;
  readonly ifindex: number;
  readonly type: number;
  readonly peer: string | null;
  /** From the first up on until down: the loss of carrier was not looked at yet. */
  isCarrierPending: boolean;
  flags: number;
  mtu: number;
  address: string;
  txqueuelen: number;
  inet: Address[];
}

/** Any field that the requests answered here have. */
interface Fields {
  readonly ifname: string;
  readonly address: string;
  readonly netmask: string;
  readonly flags: number;
  readonly mtu: number;
  readonly txqueuelen: number;
}

const SETTABLE = 0x1 | 0x4 | 0x20 | 0x80 | 0x100 | 0x200 | 0x1000 | 0x8000;
const UP = 0x1;
const RUNNING = 0x40;

function classMask(address: number): number {
  if (address >>> 24 < 128) return prefixMask(8);
  return prefixMask(address >>> 24 < 192 ? 16 : 24);
}

export function device(ifname: string, ifindex: number, more: Partial<Device> = {}): Device {
  const base = {
    ifname,
    ifindex,
    type: 1,
    peer: null,
    isCarrierPending: true,
    flags: 0x1002,
    mtu: 1500,
    address: "",
    txqueuelen: 1000,
    inet: [],
  };
  return { ...base, ...more };
}

export class Interfaces {
  constructor(private readonly devices: readonly Device[]) {}

  private shownFlags(dev: Device): number {
    const peer = this.devices.find((other) => other.ifname === dev.peer);
    const hasCarrier = peer === undefined || (peer.flags & UP) !== 0 || dev.isCarrierPending;
    const isRunning = (dev.flags & UP) !== 0 && hasCarrier;
    return (dev.flags & ~RUNNING) | (isRunning ? RUNNING : 0);
  }

  private info(dev: Device): IfreqInfo {
    const inet = dev.inet.map((a) => ({
      label: a.label,
      local: formatIpv4(a.local),
      peer: a.peer === null ? null : formatIpv4(a.peer),
      prefixLen: 32 - Math.log2((~a.mask >>> 0) + 1),
      broadcast: a.broadcast === 0 ? null : formatIpv4(a.broadcast),
    }));
    const stats = {
      rxPackets: 0,
      rxBytes: 0,
      rxErrors: 0,
      rxDropped: 0,
      rxMissed: 0,
      txPackets: 0,
      txBytes: 0,
      txErrors: 0,
      txDropped: 0,
    };
    return {
      ...dev,
      flags: this.shownFlags(dev),
      inet,
      stats: { ...stats, txCarrierErrors: 0, collisions: 0 },
    } as unknown as IfreqInfo;
  }

  private setAddress(dev: Device, label: string, local: number): Result<null> {
    const old = dev.inet.find((a) => a.label === label);
    if (local !== 0 && (local >>> 28 === 0xe || local >>> 24 === 127) && dev.ifname !== "lo")
      return refused("EINVAL");
    if (old?.local === local) return granted(null);
    dev.inet = dev.inet.filter((a) => a !== old);
    if (local === 0) return granted(null);
    const mask = classMask(local);
    const broadcast = dev.ifname === "lo" ? 0 : (local | ~mask) >>> 0;
    dev.inet.push({ label, local, peer: null, mask, broadcast });
    return granted(null);
  }

  private change(dev: Device, label: string, edit: (old: Address) => Address | Refusal): Result<null> {
    const at = dev.inet.findIndex((a) => a.label === label);
    if (at < 0) return refused("EADDRNOTAVAIL");
    const next = edit(dev.inet[at]!);
    if ("ok" in next) return next;
    dev.inet[at] = next;
    return granted(null);
  }

  private setNetmask(dev: Device, label: string, mask: number): Result<null> {
    const inverse = ~mask >>> 0;
    if ((inverse & (inverse + 1)) !== 0) return refused("EINVAL");
    return this.change(dev, label, (old) => {
      const isCalculated = old.broadcast === (old.local | ~old.mask) >>> 0;
      return { ...old, mask, broadcast: isCalculated ? (old.local | ~mask) >>> 0 : old.broadcast };
    });
  }

  private setFlags(dev: Device, label: string, flags: number): Result<null> {
    if (label !== dev.ifname) {
      const at = dev.inet.findIndex((a) => a.label === label);
      if (at < 0) return refused("EADDRNOTAVAIL");
      if ((flags & UP) === 0) dev.inet.splice(at, 1);
      return granted(null);
    }
    if ((flags & UP) === 0) dev.isCarrierPending = false;
    dev.flags = (dev.flags & ~SETTABLE) | (flags & SETTABLE);
    return granted(null);
  }

  readonly kernel: Kernel = (op, body) => {
    const { ifname, address, netmask, flags, mtu, txqueuelen } = body as unknown as Fields;
    if (op === "SIOCGIFCONF") return granted(this.devices.map((dev) => this.info(dev))) as never;
    if (op === "RTM_GETADDR") return granted([]) as never;
    if (op === "RTM_NEWADDR") return refused("EACCES");
    const dev = this.devices.find((other) => other.ifname === `${ifname}`.replace(/:.*/, ""));
    if (dev === undefined) return refused("ENODEV");
    const number = (text: string) => parseIpv4(text)!;
    switch (op) {
      case "SIOCGIFFLAGS":
        return granted(this.shownFlags(dev)) as never;
      case "SIOCSIFFLAGS":
        return this.setFlags(dev, ifname, flags) as never;
      case "SIOCSIFADDR":
        return this.setAddress(dev, ifname, number(address)) as never;
      case "SIOCSIFNETMASK":
        return this.setNetmask(dev, ifname, number(netmask)) as never;
      case "SIOCSIFBRDADDR":
        return this.change(dev, ifname, (old) => ({ ...old, broadcast: number(address) })) as never;
      case "SIOCSIFDSTADDR":
        return this.change(dev, ifname, (old) => ({ ...old, peer: number(address) })) as never;
      case "SIOCSIFMTU":
        if (mtu < 68 || mtu > 65535) return refused("EINVAL");
        dev.mtu = mtu;
        return granted(null) as never;
      case "SIOCSIFTXQLEN":
        dev.txqueuelen = txqueuelen;
        return granted(null) as never;
      case "SIOCSIFHWADDR":
        if ((Number.parseInt(address, 16) & 1) !== 0) return refused("EADDRNOTAVAIL");
        dev.address = address;
        return granted(null) as never;
      default:
        return undefined;
    }
  };
}
