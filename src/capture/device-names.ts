/** Names, addresses and namespaces of devices, learned from a log's rows as they pass. */
import { KIND } from "../events/kinds.ts";
import { MAC_ZERO, type Mac, parseMac } from "../wire/mac.ts";

export interface KnownDevice {
  readonly ifname: string;
  readonly address: Mac;
  readonly netns: number;
  readonly kind: string;
}

interface DeviceChange {
  readonly ifname?: string;
  readonly kind?: string;
  readonly address?: string;
  readonly netns?: number;
}

/** Records of a snapshot, as `core/record-codec.ts` writes them. */
type StateRecord =
  | { readonly $: "Netns"; readonly names: readonly string[] }
  | {
      readonly $: "NetDevice";
      readonly ifname: string;
      readonly address: Mac;
      readonly netns: number;
      readonly kind: string;
    };

export class DeviceNames {
  private readonly devices = new Map<number, KnownDevice>();
  /** Names of each namespace, newest first. */
  private readonly names = new Map<number, readonly string[]>();

  /** @param main the namespace that a run starts in, called `main` */
  constructor(private readonly main: number) {}

  /** Takes in a row; rows of other kinds teach nothing. */
  learn(kind: number, netns: number, device: number, data: string): void {
    switch (kind) {
      case KIND.link_new:
      case KIND.link_change:
        this.change(netns, device, JSON.parse(data) as DeviceChange);
        break;
      case KIND.link_del:
        this.devices.delete(device);
        break;
      case KIND.netns_new:
        this.addName(netns, (JSON.parse(data) as { readonly name: string | null }).name);
        break;
      case KIND.netns_del:
        this.removeName(netns, (JSON.parse(data) as { readonly name: string | null }).name);
        break;
      case KIND.snapshot:
        // A log that goes on from another's instant begins with its state instead of the events that led there.
        if (this.devices.size === 0)
          this.learnState(JSON.parse(data) as { readonly cells: readonly unknown[] });
        break;
    }
  }

  private learnState({ cells }: { readonly cells: readonly unknown[] }): void {
    for (const [ref, cell] of cells.entries()) {
      const record = cell as StateRecord | null;
      if (record?.$ === "Netns") this.names.set(ref, record.names);
      if (record?.$ !== "NetDevice") continue;
      const { ifname, address, netns, kind } = record;
      this.devices.set(ref, { ifname, address, netns, kind });
    }
  }

  /** null: no such device is known (any more). */
  device(ref: number): KnownDevice | null {
    return this.devices.get(ref) ?? null;
  }

  /** The name of a namespace; null: it has none now. */
  netns(netns: number): string | null {
    return netns === this.main ? "main" : (this.names.get(netns)?.[0] ?? null);
  }

  private change(netns: number, device: number, data: DeviceChange): void {
    const old = this.devices.get(device);
    const address = data.address === undefined ? null : parseMac(data.address);
    this.devices.set(device, {
      ifname: data.ifname ?? old?.ifname ?? `device:${device}`,
      address: address ?? old?.address ?? MAC_ZERO,
      netns: data.netns ?? old?.netns ?? netns,
      kind: data.kind ?? old?.kind ?? "",
    });
  }

  private addName(netns: number, name: string | null): void {
    if (name !== null) this.names.set(netns, [name, ...(this.names.get(netns) ?? [])]);
  }

  /** @param name null: the namespace itself is gone */
  private removeName(netns: number, name: string | null): void {
    if (name === null) this.names.delete(netns);
    else
      this.names.set(
        netns,
        (this.names.get(netns) ?? []).filter((other) => other !== name),
      );
  }
}
