/** The longest common subsequence of two lists, as pairs of indexes in ascending order. */
export interface Alignment {
  readonly pairs: readonly (readonly [number, number])[];
  /** Length of the common beginning. */
  readonly prefix: number;
}

/** Above this many cells of the table only the common beginning and end are aligned. */
const CELLS_MAX = 16_000_000;

export function align(a: readonly string[], b: readonly string[]): Alignment {
  let prefix = 0;
  while (prefix < a.length && prefix < b.length && a[prefix] === b[prefix]) prefix++;
  let suffix = 0;
  while (
    suffix < a.length - prefix &&
    suffix < b.length - prefix &&
    a[a.length - 1 - suffix] === b[b.length - 1 - suffix]
  )
    suffix++;
  const pairs: [number, number][] = [];
  for (let i = 0; i < prefix; i++) pairs.push([i, i]);
  const middle = alignMiddle(a.slice(prefix, a.length - suffix), b.slice(prefix, b.length - suffix));
  for (const [i, j] of middle) pairs.push([prefix + i, prefix + j]);
  for (let i = suffix; i > 0; i--) pairs.push([a.length - i, b.length - i]);
  return { pairs, prefix };
}

function alignMiddle(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  if (a.length === 0 || b.length === 0 || (a.length + 1) * width > CELLS_MAX) return [];
  // best[i * width + j] is the length of what the tails from i and j have in common.
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const here = i * width + j;
      best[here] =
        a[i] === b[j] ? best[here + width + 1]! + 1 : Math.max(best[here + width]!, best[here + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}

/** Both texts line by line: `  ` common, `- ` only in the first, `+ ` only in the second. Long common parts are left out. */
export function lineDiff(
  expected: string,
  actual: string,
  show: (line: string) => string,
  context = 3,
): string[] {
  const a = splitLines(expected);
  const b = splitLines(actual);
  const lines: { mark: string; text: string }[] = [];
  let i = 0;
  let j = 0;
  for (const [x, y] of [...align(a, b).pairs, [a.length, b.length] as const]) {
    while (i < x) lines.push({ mark: "-", text: a[i++]! });
    while (j < y) lines.push({ mark: "+", text: b[j++]! });
    if (x < a.length && y < b.length) lines.push({ mark: " ", text: a[x]! });
    i = x + 1;
    j = y + 1;
  }
  const shown: string[] = [];
  for (let k = 0; k < lines.length; k++) {
    const isNear = lines.slice(Math.max(0, k - context), k + context + 1).some((line) => line.mark !== " ");
    if (isNear) shown.push(`${lines[k]!.mark} ${show(lines[k]!.text)}`);
    else if (shown.at(-1) !== "  ...") shown.push("  ...");
  }
  return shown;
}

/** A last line without newline is told from one with it by a mark. */
function splitLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const last = lines.pop()!;
  return last === "" ? lines : [...lines, `${last}(no newline)`];
}
