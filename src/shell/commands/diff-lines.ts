/**
 * Which lines of two files differ: the shortest edit script, found from both ends at once in linear space, and then slid to where
 * GNU diff shows it.
 * @source E. Myers, An O(ND) Difference Algorithm and Its Variations (1986), section 4b
 */

/** A run of lines that were taken away from the left or put in from the right. */
export interface Change {
  readonly left: number;
  readonly leftCount: number;
  readonly right: number;
  readonly rightCount: number;
}

/** From so many edits on, a way through the middle is taken that may not be the shortest. */
const COST_MAX = 4096;

/** Lines as small numbers: the same number for lines that count as the same. */
function numbered(lines: readonly string[], numbers: Map<string, number>): Int32Array {
  return Int32Array.from(lines, (line) => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  });
}

/** One file of the two. `changed` has a place more before the first and behind the last line, which never change. */
class Side {
  readonly changed: Uint8Array;
  constructor(readonly ids: Int32Array) {
    this.changed = new Uint8Array(ids.length + 2);
  }
  get length(): number {
    return this.ids.length;
  }
  isChanged(at: number): boolean {
    return this.changed[at + 1] === 1;
  }
  mark(at: number, value: 0 | 1): void {
    this.changed[at + 1] = value;
  }
}

/**
 * The changes between two files. What both begin and end with is set aside, but for `horizon` lines, and no change moves into it.
 * @param keyOf what of a line is compared
 */
export function compareLines(
  left: readonly string[],
  right: readonly string[],
  keyOf: (line: string) => string,
  horizon: number,
): Change[] {
  const shorter = Math.min(left.length, right.length);
  let before = 0;
  while (before < shorter && left[before] === right[before]) before++;
  let after = 0;
  while (after < shorter - before && left[left.length - 1 - after] === right[right.length - 1 - after])
    after++;
  before = Math.max(0, before - horizon);
  after = Math.max(0, after - horizon);
  const numbers = new Map<string, number>();
  const a = new Side(numbered(left.slice(before, left.length - after).map(keyOf), numbers));
  const b = new Side(numbered(right.slice(before, right.length - after).map(keyOf), numbers));
  const inA = new Uint8Array(numbers.size);
  const inB = new Uint8Array(numbers.size);
  for (const id of a.ids) inA[id] = 1;
  for (const id of b.ids) inB[id] = 1;
  // A line that the other file has nowhere is changed in any case, and only what is left is searched.
  const keptA = keep(a, inB);
  const keptB = keep(b, inA);
  new Search(a, b, keptA, keptB).run();
  slide(a, b);
  slide(b, a);
  return changesOf(a, b, before);
}

/** Places of the lines that the other file has, too; the rest is marked. */
function keep(side: Side, inOther: Uint8Array): Int32Array {
  const kept: number[] = [];
  for (let i = 0; i < side.length; i++) {
    if (inOther[side.ids[i]!] === 1) kept.push(i);
    else side.mark(i, 1);
  }
  return Int32Array.from(kept);
}

class Search {
  private readonly xs: Int32Array;
  private readonly ys: Int32Array;
  /** Furthest place on each diagonal, from the begin and from the end. */
  private readonly forward: Int32Array;
  private readonly backward: Int32Array;
  private readonly zero: number;

  constructor(
    private readonly a: Side,
    private readonly b: Side,
    private readonly placesA: Int32Array,
    private readonly placesB: Int32Array,
  ) {
    this.xs = placesA.map((at) => a.ids[at]!);
    this.ys = placesB.map((at) => b.ids[at]!);
    this.zero = placesB.length + 1;
    this.forward = new Int32Array(placesA.length + placesB.length + 3);
    this.backward = new Int32Array(placesA.length + placesB.length + 3);
  }

  run(): void {
    const boxes: [number, number, number, number][] = [[0, this.xs.length, 0, this.ys.length]];
    for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
      let [fromX, toX, fromY, toY] = box;
      while (fromX < toX && fromY < toY && this.xs[fromX] === this.ys[fromY]) {
        fromX++;
        fromY++;
      }
      while (fromX < toX && fromY < toY && this.xs[toX - 1] === this.ys[toY - 1]) {
        toX--;
        toY--;
      }
      if (fromX === toX) for (let y = fromY; y < toY; y++) this.b.mark(this.placesB[y]!, 1);
      else if (fromY === toY) for (let x = fromX; x < toX; x++) this.a.mark(this.placesA[x]!, 1);
      else {
        const [x, y] = this.middle(fromX, toX, fromY, toY);
        boxes.push([x, toX, y, toY], [fromX, x, fromY, y]);
      }
    }
  }

  /** A point that a shortest way goes through. */
  private middle(fromX: number, toX: number, fromY: number, toY: number): readonly [number, number] {
    const { xs, ys, forward, backward, zero } = this;
    const [least, most] = [fromX - toY, toX - fromY];
    const [first, last] = [fromX - fromY, toX - toY];
    const isOdd = ((first - last) & 1) !== 0;
    let [fLow, fHigh, bLow, bHigh] = [first, first, last, last];
    forward[zero + first] = fromX;
    backward[zero + last] = toX;
    for (let cost = 1; ; cost++) {
      if (fLow > least) forward[zero + --fLow - 1] = -1;
      else fLow++;
      if (fHigh < most) forward[zero + ++fHigh + 1] = -1;
      else fHigh--;
      for (let d = fHigh; d >= fLow; d -= 2) {
        const [below, above] = [forward[zero + d - 1]!, forward[zero + d + 1]!];
        let x = below < above ? above : below + 1;
        let y = x - d;
        while (x < toX && y < toY && xs[x] === ys[y]) {
          x++;
          y++;
        }
        forward[zero + d] = x;
        if (isOdd && d >= bLow && d <= bHigh && backward[zero + d]! <= x) return [x, y];
      }
      if (bLow > least) backward[zero + --bLow - 1] = 0x7fff_ffff;
      else bLow++;
      if (bHigh < most) backward[zero + ++bHigh + 1] = 0x7fff_ffff;
      else bHigh--;
      for (let d = bHigh; d >= bLow; d -= 2) {
        const [below, above] = [backward[zero + d - 1]!, backward[zero + d + 1]!];
        let x = below < above ? below : above - 1;
        let y = x - d;
        while (x > fromX && y > fromY && xs[x - 1] === ys[y - 1]) {
          x--;
          y--;
        }
        backward[zero + d] = x;
        if (!isOdd && d >= fLow && d <= fHigh && x <= forward[zero + d]!) return [x, y];
      }
      if (cost >= COST_MAX) return this.furthest(fLow, fHigh, toX, toY);
    }
  }

  /** Of the places reached from the begin, the one that is the furthest. */
  private furthest(low: number, high: number, toX: number, toY: number): readonly [number, number] {
    let [best, at] = [-1, 0];
    for (let d = high; d >= low; d -= 2) {
      const x = Math.min(this.forward[this.zero + d]!, toX);
      const y = Math.min(x - d, toY);
      if (x + y <= best) continue;
      best = x + y;
      at = y + d;
    }
    return [at, best - at];
  }
}

/**
 * Where equal lines let a run of changes stand in several places, it is joined with the runs that it meets; else it stands as far
 * down as it can, or beside a run of the other file.
 */
function slide(own: Side, other: Side): void {
  const { ids, length } = own;
  let [start, across] = [0, 0];
  /** Behind the line of the other file that belongs to the unchanged line before. */
  const forward = () => {
    while (other.isChanged(across)) across++;
  };
  forward();
  while (start < length) {
    if (!own.isChanged(start)) {
      start++;
      across++;
      forward();
      continue;
    }
    let end = start;
    while (own.isChanged(end)) end++;
    // `across` stands behind the run of the other file here, if there is one.
    let beside = -1;
    for (let size = -1; size !== end - start; ) {
      size = end - start;
      while (start > 0 && ids[start - 1] === ids[end - 1]) {
        own.mark(--start, 1);
        own.mark(--end, 0);
        while (own.isChanged(start - 1)) start--;
        across = behindRunBefore(other, across);
      }
      beside = other.isChanged(across - 1) ? end : -1;
      while (end < length && ids[start] === ids[end]) {
        own.mark(start++, 0);
        own.mark(end++, 1);
        while (own.isChanged(end)) end++;
        across++;
        if (other.isChanged(across)) {
          forward();
          beside = end;
        }
      }
    }
    while (beside >= 0 && beside < end) {
      own.mark(--start, 1);
      own.mark(--end, 0);
      across = behindRunBefore(other, across);
    }
    start = end;
  }
}

/** One unchanged line back in the other file, and behind the run before it, if that is one. */
function behindRunBefore(other: Side, from: number): number {
  let at = from;
  while (other.isChanged(at - 1)) at--;
  return at - 1;
}

function changesOf(a: Side, b: Side, offset: number): Change[] {
  const changes: Change[] = [];
  let [i, k] = [0, 0];
  while (i < a.length || k < b.length) {
    const [left, right] = [i, k];
    while (a.isChanged(i)) i++;
    while (b.isChanged(k)) k++;
    if (i > left || k > right)
      changes.push({
        left: left + offset,
        leftCount: i - left,
        right: right + offset,
        rightCount: k - right,
      });
    i++;
    k++;
  }
  return changes;
}
