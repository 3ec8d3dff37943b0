/**
 * A naive bridge, to judge the real one by: a hub with a table. It knows nothing of frames, timers or counters, and imports nothing
 * from `src/devices` or `src/stack`.
 */

export interface Learned {
  port: string;
  readonly isStatic: boolean;
}

/** One bridge: its ports, newest first, and what it knows. */
class ModelBridge {
  ports: string[] = [];
  readonly table = new Map<string, Learned>();
  constructor(readonly address: string) {}
}

export class BridgeModel {
  readonly bridges = new Map<string, ModelBridge>();
  /** The bridge of a port. */
  private readonly masters = new Map<string, string>();
  private readonly down = new Set<string>();
  /** Address of a port's own device. */
  private readonly addresses = new Map<string, string>();

  addBridge(name: string, address: string): void {
    this.bridges.set(name, new ModelBridge(address));
  }

  addDevice(name: string, address: string): void {
    this.addresses.set(name, address);
  }

  masterOf(port: string): string | undefined {
    return this.masters.get(port);
  }

  join(port: string, bridge: string): void {
    if (this.masters.get(port) === bridge) return;
    this.leave(port);
    this.masters.set(port, bridge);
    this.bridges.get(bridge)!.ports.unshift(port);
    // What the bridge had learned of the port's own address gives way to the port.
    this.bridges.get(bridge)!.table.delete(this.addresses.get(port)!);
  }

  leave(port: string): void {
    const bridge = this.masters.get(port);
    if (bridge === undefined) return;
    const { ports, table } = this.bridges.get(bridge)!;
    ports.splice(ports.indexOf(port), 1);
    for (const [mac, { port: behind }] of table) if (behind === port) table.delete(mac);
    this.masters.delete(port);
  }

  setUp(port: string, isUp: boolean): void {
    if (isUp) {
      this.down.delete(port);
      return;
    }
    this.down.add(port);
    const bridge = this.masters.get(port);
    if (bridge === undefined) return;
    const { table } = this.bridges.get(bridge)!;
    for (const [mac, entry] of table) if (entry.port === port && !entry.isStatic) table.delete(mac);
  }

  /** `bridge fdb replace MAC dev PORT master static`; false: refused. */
  addStatic(mac: string, port: string): boolean {
    const bridge = this.masters.get(port);
    if (bridge === undefined || this.isHosts(bridge, mac)) return false;
    this.bridges.get(bridge)!.table.set(mac, { port, isStatic: true });
    return true;
  }

  /** Everything that was learned is forgotten: it was not heard for longer than the ageing time. */
  age(): void {
    for (const { table } of this.bridges.values())
      for (const [mac, { isStatic }] of table) if (!isStatic) table.delete(mac);
  }

  private isHosts(bridge: string, mac: string): boolean {
    const { address, ports } = this.bridges.get(bridge)!;
    return address === mac || ports.some((port) => this.addresses.get(port) === mac);
  }

  /** A frame comes in at a port: the ports that it goes out of, and whether the bridge's host gets it. */
  send(
    port: string,
    src: string,
    dst: string,
  ): { readonly out: ReadonlySet<string>; readonly isUp: boolean } {
    const nowhere = { out: new Set<string>(), isUp: false };
    const name = this.masters.get(port);
    if (name === undefined || this.down.has(port)) return nowhere;
    const bridge = this.bridges.get(name)!;
    if (!this.isHosts(name, src)) {
      const known = bridge.table.get(src);
      if (known === undefined) bridge.table.set(src, { port, isStatic: false });
      else known.port = port;
    }
    const others = new Set(bridge.ports.filter((other) => other !== port && !this.down.has(other)));
    if (dst === "ff:ff:ff:ff:ff:ff") return { out: others, isUp: true };
    if (this.isHosts(name, dst)) return { out: new Set(), isUp: true };
    const known = bridge.table.get(dst);
    if (known === undefined) return { out: others, isUp: false };
    return { out: new Set(others.has(known.port) ? [known.port] : []), isUp: false };
  }

  /** `bridge fdb show br BRIDGE`, but for the host's own addresses: sorted. */
  fdb(bridge: string): string[] {
    return [...this.bridges.get(bridge)!.table]
      .map(([mac, { port, isStatic }]) => `${mac} dev ${port} master ${bridge}${isStatic ? " static" : ""}`)
      .sort();
  }
}
