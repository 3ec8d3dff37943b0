/** One round of SHA-1 over a block of 64 octets, without padding. @source FIPS 180-4 section 6.1.2; lib/crypto/sha1.c */
import { readU32 } from "./bytes.ts";

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** The five words that the initial digest becomes. */
export function sha1Transform(block: Uint8Array): number[] {
  const w = new Array<number>(80).fill(0);
  for (let i = 0; i < 16; i++) w[i] = readU32(block, i * 4);
  for (let i = 16; i < 80; i++) w[i] = rotate(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1);
  const first = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  let [a, b, c, d, e] = first as [number, number, number, number, number];
  for (let i = 0; i < 80; i++) {
    const [f, k] =
      i < 20
        ? [(b & c) | (~b & d), 0x5a827999]
        : i < 40
          ? [b ^ c ^ d, 0x6ed9eba1]
          : i < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
            : [b ^ c ^ d, 0xca62c1d6];
    const next = (rotate(a, 5) + f + e + k + w[i]!) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  return [a, b, c, d, e].map((word, i) => (word + first[i]!) >>> 0);
}
