/**
 * Octets as text. Text is a JavaScript string; an octet that is not part of well-formed UTF-8 stands in it as a lone surrogate from
 * U+DC80 to U+DCFF, so any octets can be text and come back unharmed. Where octets are counted and cut, they are a string with one
 * character from U+0000 to U+00FF for each: `OctetString`. For ASCII all forms are the same string.
 * @source PEP 383 (Python's surrogateescape)
 */

/** One character from U+0000 to U+00FF for each octet. */
export type OctetString = string;

const NOT_ASCII = /[^\0-\x7f]/;
const SURROGATE = /[\ud800-\udfff]/;
const ESCAPED = /[\udc80-\udcff]/u;
const ESCAPED_ALL = /[\udc80-\udcff]+/gu;
/** So many arguments go into one call of String.fromCharCode. */
const CHUNK = 8192;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The octets that a text stands for. */
export function encode(text: string): Uint8Array {
  return SURROGATE.test(text) && ESCAPED.test(text) ? octetsOf(textToOctets(text)) : encoder.encode(text);
}

/** The text of any octets. */
export function decode(octets: Uint8Array): string {
  try {
    return decoder.decode(octets);
  } catch {
    return octetsToText(octetStringOf(octets));
  }
}

/** Number of octets that a text stands for. */
export function octetLength(text: string): number {
  if (!NOT_ASCII.test(text)) return text.length;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) count++;
    else if (code < 0x800) count += 2;
    else if (code < 0xd800 || code > 0xdfff) count += 3;
    else if (code < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      count += 4;
      i++;
    } else count += code >= 0xdc80 && code <= 0xdcff ? 1 : 3;
  }
  return count;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** A text with a character for each of its octets. */
export function textToOctets(text: string): OctetString {
  if (!NOT_ASCII.test(text)) return text;
  if (!SURROGATE.test(text) || !ESCAPED.test(text)) return octetStringOf(encoder.encode(text));
  let out = "";
  let at = 0;
  for (const { 0: run, index } of text.matchAll(ESCAPED_ALL)) {
    out += octetStringOf(encoder.encode(text.slice(at, index)));
    for (let i = 0; i < run.length; i++) out += String.fromCharCode(run.charCodeAt(i) - 0xdc00);
    at = index + run.length;
  }
  return out + octetStringOf(encoder.encode(text.slice(at)));
}

/** The text of octets that stand as one character each. */
export function octetsToText(octets: OctetString): string {
  if (!NOT_ASCII.test(octets)) return octets;
  try {
    return decoder.decode(octetsOf(octets));
  } catch {
    return decodeLoosely(octets);
  }
}

/** Makes characters whole again whose octets met when texts were joined: a fresh decoding of the same octets. */
export function joinedText(text: string): string {
  return SURROGATE.test(text) && ESCAPED.test(text) ? octetsToText(textToOctets(text)) : text;
}

export function octetStringOf(octets: Uint8Array): OctetString {
  if (octets.length <= CHUNK) return String.fromCharCode.apply(null, octets as unknown as number[]);
  const parts: string[] = [];
  for (let at = 0; at < octets.length; at += CHUNK)
    parts.push(String.fromCharCode.apply(null, octets.subarray(at, at + CHUNK) as unknown as number[]));
  return parts.join("");
}

export function octetsOf(octets: OctetString): Uint8Array {
  const bytes = new Uint8Array(octets.length);
  for (let i = 0; i < octets.length; i++) bytes[i] = octets.charCodeAt(i);
  return bytes;
}

/** Well-formed runs as they are, every other octet escaped. */
function decodeLoosely(octets: OctetString): string {
  const parts: string[] = [];
  let at = 0;
  let from = 0;
  const flush = () => {
    if (at > from) parts.push(decoder.decode(octetsOf(octets.slice(from, at))));
  };
  while (at < octets.length) {
    const length = sequenceLength(octets, at);
    if (length > 0) {
      at += length;
      continue;
    }
    flush();
    parts.push(String.fromCharCode(0xdc00 + octets.charCodeAt(at++)));
    from = at;
  }
  flush();
  return parts.join("");
}

/**
 * Length of the well-formed UTF-8 sequence that begins here; 0: none.
 * @source The Unicode Standard, table 3-7
 */
export function sequenceLength(octets: OctetString, at: number): number {
  const lead = octets.charCodeAt(at);
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
  for (let k = 1; k < length; k++) if ((octets.charCodeAt(at + k) & 0xc0) !== 0x80) return 0;
  const second = octets.charCodeAt(at + 1);
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return length;
}
