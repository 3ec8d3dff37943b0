/**
 * A script in the making: its lines, and a rough idea of what they have built, so that most statements hit something. The idea
 * may be wrong; that is no harm, for the simulator and the kernel run the same lines.
 */
import { SeededChance } from "../../scheduler/chance.ts";

export interface Device {
  ifname: string;
  /** "": the main namespace. */
  netns: string;
  readonly peer: Device | null;
  /** Number of the pair: its subnets follow from it. */
  readonly pair: number;
  /** `ADDRESS/LENGTH`. */
  addrs: string[];
  /** Of IPv6. */
  addrs6: string[];
}

/** Scripts with IPv6. */
const IPV6_PERCENT = 40;

export class Draft {
  readonly lines: string[] = [];
  readonly netnses: string[] = [""];
  readonly devices: Device[] = [];
  /** Pairs made so far. */
  pairs = 0;
  /** Seconds slept and waited on purpose. */
  pauseSec = 0;
  /** Is IPv6 left on? */
  readonly hasIpv6: boolean;
  private readonly chance: SeededChance;

  constructor(seed: string) {
    this.chance = new SeededChance(seed);
    this.hasIpv6 = this.odds(IPV6_PERCENT);
  }

  below(bound: number): number {
    return this.chance.draw("scenario", bound);
  }

  /** True `percent` times in a hundred. */
  odds(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** One of `list`, or nothing. */
  maybe(percent: number, ...list: readonly string[]): string {
    return this.odds(percent) ? ` ${this.pick(list)}` : "";
  }

  /** One of several by weight. */
  weighted<T>(list: readonly (readonly [weight: number, item: T])[]): T {
    let at = this.below(list.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of list) {
      at -= weight;
      if (at < 0) return item;
    }
    return list[0]![1];
  }

  /** Adds a statement. @param sec that it may take beside its start */
  say(line: string, sec = 0): void {
    this.lines.push(line);
    this.pauseSec += sec;
  }

  /** Lets time pass. */
  rest(sec: number): void {
    this.say(`sleep ${sec}`, sec);
  }

  // -------------------------------------------------------------------------------------------- names

  /** A namespace; mostly one that exists. */
  netns(): string {
    return this.odds(2) ? "nosuch" : this.pick(this.netnses);
  }

  device(): Device {
    const lo: Device = {
      ifname: "lo",
      netns: this.pick(this.netnses),
      peer: null,
      pair: 0,
      addrs: [],
      addrs6: [],
    };
    return this.devices.length === 0 || this.odds(6) ? lo : this.pick(this.devices);
  }

  /** Of the loopback device no MTU is changed: below 68 octets it would lose its IPv4 side. */
  ethernet(): Device {
    const none: Device = { ifname: "v1", netns: "", peer: null, pair: 1, addrs: [], addrs6: [] };
    return this.devices.length === 0 ? none : this.pick(this.devices);
  }

  /** A device's name as a command in that namespace would say it; now and then a wrong one. */
  nameOf(dev: Device): string {
    return this.odds(2) ? this.pick(["nosuch", "lo", "v%d", "v9"]) : dev.ifname;
  }

  /** `ip` in a namespace, in one of its spellings. */
  ip(netns: string, rest: string): string {
    if (netns === "") return `ip ${rest}`;
    const flags = /^(-\S+ )*/.exec(rest)![0];
    return this.odds(80)
      ? `ip -n ${netns} ${rest}`
      : this.odds(50)
        ? `ip netns exec ${netns} ip ${rest}`
        : `ip ${flags}-netns ${netns} ${rest.slice(flags.length)}`;
  }

  /** Any other program in a namespace. */
  within(netns: string, command: string): string {
    return netns === "" ? command : `ip netns exec ${netns} ${command}`;
  }

  // -------------------------------------------------------------------------------------------- addresses

  /** A host of a pair's subnet: 1 and 2 are the ends, 9 is nobody. */
  host(pair: number): string {
    return `10.${pair}.0.${this.pick([1, 2, 1, 2, 3, 4, 9])}`;
  }

  anyHost(): string {
    const pair = this.pairs === 0 ? 1 : 1 + this.below(this.pairs);
    return this.weighted([
      [12, this.host(pair)],
      [2, `172.16.${pair}.${1 + this.below(3)}`],
      [1, this.pick(["127.0.0.1", "10.77.0.1", "192.0.2.7", "203.0.113.5"])],
    ]);
  }

  /** The other end's first address, if it has one. */
  peerAddress(dev: Device): string {
    return dev.peer?.addrs[0]?.split("/")[0] ?? this.host(Math.max(1, dev.pair));
  }

  mac(): string {
    const octet = () => this.below(256).toString(16).padStart(2, "0");
    return `02:00:00:${octet()}:${octet()}:${octet()}`;
  }

  network(): string {
    return this.weighted([
      [3, `10.${50 + this.below(3)}.0.0/16`],
      [2, `10.60.${this.below(2)}.0/24`],
      [2, `10.60.0.${1 + this.below(2)}`],
      [2, "default"],
      [1, `10.61.0.0/${8 + this.below(25)}`],
      [1, this.pick(["10.50.0.1/16", "0.0.0.0/0", "10.0.0.0/33", "10.1", "10.50.0.0/255.255.0.0", "any"])],
    ]);
  }
}
