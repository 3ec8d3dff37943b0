/**
 * A persistent map from whole numbers (ifindex, IPv4 address, 48-bit MAC, ...) to values.
 * Changing it gives a new map that shares all but the path to the change, so keeping old states costs nothing.
 * Iteration goes by the key's hash: the same for equal contents, however they came about.
 *
 * A hash array mapped trie, 32 ways. A node is `[bitmap, child, child, ...]`; a child is a node (array) or a `Leaf`.
 */
class Leaf<V> {
  constructor(
    readonly key: number,
    readonly value: V,
  ) {}
}

type Child<V> = Node<V> | Leaf<V>;
/** Index 0 holds the bitmap; the rest are children in slot order. */
type Node<V> = readonly [number, ...Child<V>[]];

const EMPTY_NODE: Node<never> = [0];

/**
 * The slot of a key at a level of the trie. Levels 0 to 6 spend a 32-bit mix of the key, a bijection for keys that share
 * their high part; keys that collide in it differ in their high part, which levels 7 to 13 spend.
 */
function levelHash(key: number, level: number): number {
  const low = key | 0;
  // Most keys are below 2^31: for them the division is spared.
  const high = key === low && low >= 0 ? 0 : Math.floor(key / 0x1_0000_0000) | 0;
  const part = level < 7 ? Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) : high;
  const spread = level < 7 ? part ^ (part >>> 15) : part;
  return (spread >>> ((level % 7) * 5)) & 31;
}

function popcount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function isLeaf<V>(child: Child<V>): child is Leaf<V> {
  return child instanceof Leaf;
}

function withChild<V>(node: Node<V>, at: number, child: Child<V>): Node<V> {
  const copy = node.slice() as [number, ...Child<V>[]];
  copy[at] = child;
  return copy;
}

function insert<V>(node: Node<V>, level: number, leaf: Leaf<V>): Node<V> {
  const slot = levelHash(leaf.key, level);
  const bit = 1 << slot;
  const at = 1 + popcount(node[0] & (bit - 1));
  if ((node[0] & bit) === 0) {
    const copy = node.slice() as [number, ...Child<V>[]];
    copy.splice(at, 0, leaf);
    copy[0] |= bit;
    return copy;
  }
  const child = node[at] as Child<V>;
  if (!isLeaf(child)) return withChild(node, at, insert(child, level + 1, leaf));
  if (child.key === leaf.key) return withChild(node, at, leaf);
  return withChild(node, at, insert(insert(EMPTY_NODE as Node<V>, level + 1, child), level + 1, leaf));
}

function remove<V>(node: Node<V>, level: number, key: number): Node<V> {
  const bit = 1 << levelHash(key, level);
  if ((node[0] & bit) === 0) return node;
  const at = 1 + popcount(node[0] & (bit - 1));
  const child = node[at] as Child<V>;
  if (isLeaf(child)) {
    if (child.key !== key) return node;
    const copy = node.slice() as [number, ...Child<V>[]];
    copy.splice(at, 1);
    copy[0] &= ~bit;
    return copy;
  }
  const next = remove(child, level + 1, key);
  if (next === child) return node;
  // A node left with a single leaf is folded into its parent, so that equal contents have equal shape.
  const only = next.length === 2 ? (next[1] as Child<V>) : null;
  return withChild(node, at, only !== null && isLeaf(only) ? only : next);
}

export class IntMap<V> {
  private constructor(
    private readonly root: Node<V>,
    readonly size: number,
  ) {}

  static empty<V>(): IntMap<V> {
    return EMPTY as IntMap<V>;
  }

  static from<V>(entries: Iterable<readonly [number, V]>): IntMap<V> {
    let map = IntMap.empty<V>();
    for (const [key, value] of entries) map = map.set(key, value);
    return map;
  }

  get(key: number): V | undefined {
    let node: Node<V> = this.root;
    for (let level = 0; ; level++) {
      const bit = 1 << levelHash(key, level);
      if ((node[0] & bit) === 0) return undefined;
      const child = node[1 + popcount(node[0] & (bit - 1))] as Child<V>;
      if (isLeaf(child)) return child.key === key ? child.value : undefined;
      node = child;
    }
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  /** @param value anything but `undefined` */
  set(key: number, value: V): IntMap<V> {
    const old = this.get(key);
    if (old === value) return this;
    return new IntMap(
      insert(this.root, 0, new Leaf(key, value)),
      old === undefined ? this.size + 1 : this.size,
    );
  }

  delete(key: number): IntMap<V> {
    const root = remove(this.root, 0, key);
    return root === this.root ? this : new IntMap(root, this.size - 1);
  }

  /** Entries by key hash: the order depends on the keys alone. */
  *entries(): IterableIterator<[number, V]> {
    const walk = function* (node: Node<V>): IterableIterator<[number, V]> {
      for (let i = 1; i < node.length; i++) {
        const child = node[i] as Child<V>;
        if (isLeaf(child)) yield [child.key, child.value];
        else yield* walk(child);
      }
    };
    yield* walk(this.root);
  }

  /** Entries by ascending key. */
  sorted(): [number, V][] {
    return [...this.entries()].sort((a, b) => a[0] - b[0]);
  }
}

const EMPTY = new (IntMap as unknown as new (root: Node<never>, size: number) => IntMap<never>)(
  EMPTY_NODE,
  0,
);
