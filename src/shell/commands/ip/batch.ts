/** Lines of a batch file, cut into words as ip(8) does: quotes, `#` comments, a backslash that joins lines. */

/** The words of one line. Quotes keep blanks; there is no escaping inside them. */
function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/"([^"]*)"?|'([^']*)'?|[^\s"']\S*/g))
    words.push(match[1] ?? match[2] ?? match[0]);
  return words;
}

export interface BatchLine {
  /** Number of the (last) line. */
  readonly number: number;
  readonly words: readonly string[];
}

export function splitBatch(text: string): BatchLine[] {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  const batch: BatchLine[] = [];
  let pending = "";
  for (const [i, raw] of lines.entries()) {
    const line = raw.replace(/#.*$/, "");
    if (line.endsWith("\\")) {
      pending += line.slice(0, -1);
      continue;
    }
    const words = splitWords(pending + line);
    pending = "";
    if (words.length > 0) batch.push({ number: i + 1, words });
  }
  return batch;
}
