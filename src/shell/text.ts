/** Text in the shell: strings in which an octet that is not UTF-8 stands as a lone surrogate from U+DC80 to U+DCFF. */

/** Order of strings by their octets, as in the C locale. */
export function compareOctets(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] === b[i]) continue;
    const [left, right] = [a.codePointAt(i)!, b.codePointAt(i)!];
    if (left !== right) return left - right;
  }
  return a.length - b.length;
}

/** Characters as bash counts them: code points. */
export function characters(text: string): string[] {
  return isPlain(text) ? text.split("") : [...text];
}

export function countCharacters(text: string): number {
  return isPlain(text) ? text.length : [...text].length;
}

/** Part of a text by characters. */
export function sliceCharacters(text: string, from: number, to: number): string {
  return isPlain(text) ? text.slice(from, to) : [...text].slice(from, to).join("");
}

function isPlain(text: string): boolean {
  return !/[\ud800-\udbff]/.test(text);
}

/** Number of octets that a text stands for. */
export function countOctets(text: string): number {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80 || (code >= 0xdc80 && code <= 0xdcff)) count += 1;
    else count += code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return count;
}

/** The text of some octets: what is not UTF-8 becomes lone surrogates. */
export function fromOctets(octets: readonly number[]): string {
  let text = "";
  for (let i = 0; i < octets.length; ) {
    const length = sequenceLength(octets, i);
    if (length === 0) {
      const octet = octets[i++]!;
      text += String.fromCharCode(octet < 0x80 ? octet : 0xdc00 + octet);
      continue;
    }
    let code = octets[i]! & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) code = (code << 6) | (octets[i + k]! & 0x3f);
    text += String.fromCodePoint(code);
    i += length;
  }
  return text;
}

/** Length of the UTF-8 sequence of more than one octet that begins here; 0: none. */
function sequenceLength(octets: readonly number[], at: number): number {
  const lead = octets[at]!;
  const length =
    lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
  for (let k = 1; k < length; k++) if (((octets[at + k] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = octets[at + 1] ?? 0;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return length;
}
