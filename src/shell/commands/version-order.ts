/**
 * The order of versions: `sort -V`, `ls -v`.
 * @source gnulib filevercmp.c
 */

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Order of a character: the end of a text, digits, letters, others; `~` before the end. */
function orderAt(text: string, at: number): number {
  if (at >= text.length) return -1;
  const code = text.charCodeAt(at);
  if (isDigit(code)) return 0;
  if (isLetter(code)) return code;
  return code === 0x7e ? -2 : code + 256;
}

function compareParts(a: string, b: string): number {
  let [i, k] = [0, 0];
  while (i < a.length || k < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (k < b.length && !isDigit(b.charCodeAt(k)))) {
      const order = orderAt(a, i) - orderAt(b, k);
      if (order !== 0) return order;
      i++;
      k++;
    }
    while (a[i] === "0") i++;
    while (b[k] === "0") k++;
    let first = 0;
    while (isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(k))) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(k);
      i++;
      k++;
    }
    if (isDigit(a.charCodeAt(i))) return 1;
    if (isDigit(b.charCodeAt(k))) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

function withoutSuffix(text: string): string {
  return text.replace(/(?:\.[A-Za-z~][A-Za-z0-9~]*)+$/, "");
}

export function compareVersions(a: string, b: string): number {
  if (a === "" || b === "") return a.length - b.length;
  const hidden = Number(b.startsWith(".")) - Number(a.startsWith("."));
  if (hidden !== 0) return hidden;
  if (a.startsWith("."))
    for (const dots of [".", ".."]) {
      const first = Number(b === dots) - Number(a === dots);
      if (first !== 0) return first;
      if (a === dots) return 0;
    }
  return compareParts(withoutSuffix(a), withoutSuffix(b)) || compareParts(a, b);
}
