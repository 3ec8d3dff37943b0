/**
 * The shortest list found that still shows something: leaves out items, in ever smaller runs from the end on.
 * @param budget how often `stillShows` may be asked
 */
export async function shrinkList<T>(
  list: readonly T[],
  budget: number,
  stillShows: (candidate: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let best = list;
  let left = budget;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size >> 1) {
    for (let end = best.length; end > 0; end -= size) {
      const candidate = [...best.slice(0, Math.max(0, end - size)), ...best.slice(end)];
      if (candidate.length === 0 || candidate.length === best.length) continue;
      if (left-- <= 0) return best;
      if (await stillShows(candidate)) best = candidate;
    }
  }
  return best;
}
