/**
 * The hash that guards a log: 128 bits, synchronous, the same in every engine, faster than a disk.
 *
 * It finds damage; it is no cryptographic hash and does not stop a forger.
 *
 * Four lanes of 32 bits take the four words of a block of 16 octets. Each word is mixed into its lane by a step that is a
 * bijection of the lane for a fixed word and of the word for a fixed lane (xor, multiplication by an odd number, rotation);
 * then the lanes are mixed among themselves by bijections of all 128 bits. So two inputs of one length that differ only
 * within one aligned block always have different hashes, whatever follows; any other difference is missed once in 2^128.
 */
import { assert } from "../core/assert.ts";

/** Octets that the hash takes at a time. */
export const HASH_BLOCK = 16;
/** Hex digits of a hash. */
export const HASH_DIGITS = 32;

const PRIME_A = 0x9e3779b1;
const PRIME_B = 0x85ebca77;
const PRIME_C = 0xc2b2ae3d;
const PRIME_D = 0x27d4eb2f;

/** Words are read as the machine holds them: a big-endian machine would give other hashes, and unreadable columns. */
export function assertLittleEndian(): void {
  assert(new Uint8Array(Uint32Array.of(1).buffer)[0] === 1, "this machine is not little-endian");
}

export class ChainHash {
  private a = PRIME_A;
  private b = PRIME_B;
  private c = PRIME_C;
  private d = PRIME_D;
  private blocks = 0;

  /** Takes whole blocks; `octets` begin at a multiple of 4 in their buffer. */
  update(octets: Uint8Array): this {
    assert(
      octets.length % HASH_BLOCK === 0 && octets.byteOffset % 4 === 0,
      "a hash takes aligned, whole blocks",
    );
    const words = new Uint32Array(octets.buffer, octets.byteOffset, octets.length >>> 2);
    let a = this.a | 0;
    let b = this.b | 0;
    let c = this.c | 0;
    let d = this.d | 0;
    for (let i = 0; i < words.length; i += 4) {
      a = Math.imul(a ^ words[i]!, PRIME_A);
      b = Math.imul(b ^ words[i + 1]!, PRIME_B);
      c = Math.imul(c ^ words[i + 2]!, PRIME_C);
      d = Math.imul(d ^ words[i + 3]!, PRIME_D);
      a = (((a << 13) | (a >>> 19)) + d) | 0;
      b = (((b << 15) | (b >>> 17)) + a) | 0;
      c = (((c << 17) | (c >>> 15)) + b) | 0;
      d = (((d << 19) | (d >>> 13)) + c) | 0;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
    this.blocks += words.length >>> 2;
    return this;
  }

  /** The hash as 32 lower-case hex digits. */
  digest(): string {
    let a = this.a ^ this.blocks;
    let b = this.b ^ Math.floor(this.blocks / 0x1_0000_0000);
    let c = this.c | 0;
    let d = this.d | 0;
    for (let round = 0; round < 4; round++) {
      a = (avalanche(a) + b) | 0;
      b = (avalanche(b) + c) | 0;
      c = (avalanche(c) + d) | 0;
      d = (avalanche(d) + a) | 0;
    }
    return hex32(a) + hex32(b) + hex32(c) + hex32(d);
  }
}

/** A bijection of 32 bits in which each bit reaches each other one (MurmurHash3's finalizer). */
function avalanche(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
