/** Names of a directory and the numbers of what they name: a persistent table, keyed by hash, so that no name is special. */
import { IntMap } from "../../core/int-map.ts";
import { registerRecord } from "../../core/record-codec.ts";
import { nameKey } from "../../devices/netns.ts";

interface Entry {
  readonly name: string;
  readonly ino: number;
}

export class NameMap {
  private constructor(
    private readonly byHash: IntMap<readonly Entry[]>,
    readonly size: number,
  ) {}

  static empty(): NameMap {
    return EMPTY;
  }

  get(name: string): number | undefined {
    return this.byHash.get(nameKey(name))?.find((entry) => entry.name === name)?.ino;
  }

  set(name: string, ino: number): NameMap {
    const key = nameKey(name);
    const same = this.byHash.get(key) ?? [];
    const others = same.filter((entry) => entry.name !== name);
    const grown = others.length === same.length ? this.size + 1 : this.size;
    return new NameMap(this.byHash.set(key, [...others, { name, ino }]), grown);
  }

  delete(name: string): NameMap {
    const key = nameKey(name);
    const same = this.byHash.get(key);
    const others = same?.filter((entry) => entry.name !== name) ?? [];
    if (same === undefined || others.length === same.length) return this;
    const byHash = others.length === 0 ? this.byHash.delete(key) : this.byHash.set(key, others);
    return new NameMap(byHash, this.size - 1);
  }

  /** By octets of the name, as `LC_ALL=C` sorts ASCII. */
  sorted(): readonly (readonly [name: string, ino: number])[] {
    const all = [...this.byHash.entries()].flatMap(([, entries]) => entries);
    all.sort((a, b) => (a.name < b.name ? -1 : 1));
    return all.map(({ name, ino }) => [name, ino] as const);
  }
}
registerRecord("NameMap", NameMap);

const EMPTY = new (NameMap as unknown as new (byHash: IntMap<readonly Entry[]>, size: number) => NameMap)(
  IntMap.empty(),
  0,
);
