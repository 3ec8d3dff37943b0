/**
 * Message digests, in octets that are characters: MD5, SHA-1, SHA-2, CRC of POSIX, the sums of BSD and System V.
 * @source RFC 1321; FIPS 180-4; POSIX.1-2017 cksum; coreutils 9.1 src/sum.c
 */
import type { OctetString } from "../../core/octets.ts";

/** Takes octets block by block. */
export interface Digest {
  add(octets: OctetString): void;
  /** In hex digits. */
  end(): string;
}

/** What the digests of one family share: blocks, padding, the length at the end. */
abstract class BlockDigest implements Digest {
  protected readonly view: DataView;
  private readonly buffer: Uint8Array;
  private held = 0;
  private length = 0;

  constructor(
    private readonly block: number,
    private readonly isLittle: boolean,
  ) {
    this.buffer = new Uint8Array(block);
    this.view = new DataView(this.buffer.buffer);
  }

  protected abstract compress(): void;
  protected abstract words(): string;

  add(octets: OctetString): void {
    const { buffer, block } = this;
    this.length += octets.length;
    for (let i = 0; i < octets.length; i++) {
      buffer[this.held++] = octets.charCodeAt(i);
      if (this.held < block) continue;
      this.compress();
      this.held = 0;
    }
  }

  end(): string {
    const { buffer, block, view, isLittle } = this;
    const bits = this.length * 8;
    const room = block / 8;
    buffer[this.held++] = 0x80;
    if (this.held > block - room) {
      buffer.fill(0, this.held);
      this.compress();
      this.held = 0;
    }
    buffer.fill(0, this.held);
    view.setUint32(isLittle ? block - 8 : block - 4, bits >>> 0, isLittle);
    view.setUint32(isLittle ? block - 4 : block - 8, Math.floor(bits / 2 ** 32), isLittle);
    this.compress();
    return this.words();
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** floor(2^32 * |sin(i + 1)|) */
const MD5_SINES = Uint32Array.of(
  0xd76aa478,
  0xe8c7b756,
  0x242070db,
  0xc1bdceee,
  0xf57c0faf,
  0x4787c62a,
  0xa8304613,
  0xfd469501,
  0x698098d8,
  0x8b44f7af,
  0xffff5bb1,
  0x895cd7be,
  0x6b901122,
  0xfd987193,
  0xa679438e,
  0x49b40821,
  0xf61e2562,
  0xc040b340,
  0x265e5a51,
  0xe9b6c7aa,
  0xd62f105d,
  0x02441453,
  0xd8a1e681,
  0xe7d3fbc8,
  0x21e1cde6,
  0xc33707d6,
  0xf4d50d87,
  0x455a14ed,
  0xa9e3e905,
  0xfcefa3f8,
  0x676f02d9,
  0x8d2a4c8a,
  0xfffa3942,
  0x8771f681,
  0x6d9d6122,
  0xfde5380c,
  0xa4beea44,
  0x4bdecfa9,
  0xf6bb4b60,
  0xbebfbc70,
  0x289b7ec6,
  0xeaa127fa,
  0xd4ef3085,
  0x04881d05,
  0xd9d4d039,
  0xe6db99e5,
  0x1fa27cf8,
  0xc4ac5665,
  0xf4292244,
  0x432aff97,
  0xab9423a7,
  0xfc93a039,
  0x655b59c3,
  0x8f0ccc92,
  0xffeff47d,
  0x85845dd1,
  0x6fa87e4f,
  0xfe2ce6e0,
  0xa3014314,
  0x4e0811a1,
  0xf7537e82,
  0xbd3af235,
  0x2ad7d2bb,
  0xeb86d391,
);
const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

class Md5 extends BlockDigest {
  private state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  constructor() {
    super(64, true);
  }
  protected compress(): void {
    let [a, b, c, d] = this.state as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let mix: number;
      let word: number;
      if (round === 0) [mix, word] = [(b & c) | (~b & d), i];
      else if (round === 1) [mix, word] = [(d & b) | (~d & c), (5 * i + 1) & 15];
      else if (round === 2) [mix, word] = [b ^ c ^ d, (3 * i + 5) & 15];
      else [mix, word] = [c ^ (b | ~d), (7 * i) & 15];
      const sum = (a + mix + MD5_SINES[i]! + this.view.getUint32(4 * word, true)) | 0;
      [a, d, c] = [d, c, b];
      b = (b + rotateLeft(sum, MD5_SHIFTS[4 * round + (i & 3)]!)) | 0;
    }
    for (const [i, value] of [a, b, c, d].entries()) this.state[i]! += value;
  }
  protected words(): string {
    const view = new DataView(new ArrayBuffer(4));
    return [...this.state]
      .map((word) => {
        view.setInt32(0, word, true);
        return hex(view.getUint32(0));
      })
      .join("");
  }
}

class Sha1 extends BlockDigest {
  private state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  private readonly schedule = new Int32Array(80);
  constructor() {
    super(64, false);
  }
  protected compress(): void {
    const w = this.schedule;
    for (let i = 0; i < 16; i++) w[i] = this.view.getInt32(4 * i);
    for (let i = 16; i < 80; i++) w[i] = rotateLeft(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1);
    let [a, b, c, d, e] = this.state as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      let mix: number;
      if (i < 20) mix = ((b & c) | (~b & d)) + 0x5a827999;
      else if (i < 40) mix = (b ^ c ^ d) + 0x6ed9eba1;
      else if (i < 60) mix = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else mix = (b ^ c ^ d) + 0xca62c1d6;
      const next = (rotateLeft(a, 5) + mix + e + w[i]!) | 0;
      [e, d, c, b, a] = [d, c, rotateLeft(b, 30), a, next];
    }
    for (const [i, value] of [a, b, c, d, e].entries()) this.state[i]! += value;
  }
  protected words(): string {
    return [...this.state].map(hex).join("");
  }
}

/** The first 64 bits behind the point of the square (2) or cubic (3) root of a prime. */
function rootBits(prime: number, degree: 2 | 3): bigint {
  const wanted = BigInt(prime) << BigInt(64 * degree);
  let [low, high] = [0n, 1n << 70n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** BigInt(degree) <= wanted) low = middle;
    else high = middle - 1n;
  }
  return low & 0xffff_ffff_ffff_ffffn;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

const low32 = (bits: bigint): number => Number(bits & 0xffff_ffffn) | 0;
const high32 = (bits: bigint): number => Number(bits >> 32n) | 0;

class Sha256 extends BlockDigest {
  private readonly state: Int32Array;
  private readonly schedule = new Int32Array(64);
  private readonly constants = Int32Array.from(primes(64), (prime) => high32(rootBits(prime, 3)));
  constructor(private readonly size: 224 | 256) {
    super(64, false);
    // SHA-224 begins with the second halves of the roots that SHA-384 begins with.
    this.state =
      size === 256
        ? Int32Array.from(primes(8), (prime) => high32(rootBits(prime, 2)))
        : Int32Array.from(primes(16).slice(8), (prime) => low32(rootBits(prime, 2)));
  }
  protected compress(): void {
    const w = this.schedule;
    const right = (word: number, by: number) => (word >>> by) | (word << (32 - by));
    for (let i = 0; i < 16; i++) w[i] = this.view.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15]!, w[i - 2]!];
      const s0 = right(x, 7) ^ right(x, 18) ^ (x >>> 3);
      const s1 = right(y, 17) ^ right(y, 19) ^ (y >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.state;
    for (let i = 0; i < 64; i++) {
      const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + this.constants[i]! + w[i]!) | 0;
      const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) this.state[i]! += value;
  }
  protected words(): string {
    return [...this.state]
      .map(hex)
      .join("")
      .slice(0, this.size / 4);
  }
}

const MASK = 0xffff_ffff_ffff_ffffn;

class Sha512 extends BlockDigest {
  private state: bigint[];
  private readonly schedule = new BigUint64Array(80);
  private readonly constants = BigUint64Array.from(primes(80), (prime) => rootBits(prime, 3));
  constructor(private readonly size: 384 | 512) {
    super(128, false);
    this.state = primes(16)
      .slice(size === 512 ? 0 : 8)
      .slice(0, 8)
      .map((prime) => rootBits(prime, 2));
  }
  protected compress(): void {
    const w = this.schedule;
    const right = (word: bigint, by: bigint) => ((word >> by) | (word << (64n - by))) & MASK;
    for (let i = 0; i < 16; i++) w[i] = this.view.getBigUint64(8 * i);
    for (let i = 16; i < 80; i++) {
      const [x, y] = [w[i - 15]!, w[i - 2]!];
      const s0 = right(x, 1n) ^ right(x, 8n) ^ (x >> 7n);
      const s1 = right(y, 19n) ^ right(y, 61n) ^ (y >> 6n);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = this.state;
    for (let i = 0; i < 80; i++) {
      const s1 = right(e, 14n) ^ right(e, 18n) ^ right(e, 41n);
      const t1 = (h + s1 + ((e & f) ^ (~e & MASK & g)) + this.constants[i]! + w[i]!) & MASK;
      const s0 = right(a, 28n) ^ right(a, 34n) ^ right(a, 39n);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
    }
    this.state = [a, b, c, d, e, f, g, h].map((value, i) => (value + this.state[i]!) & MASK);
  }
  protected words(): string {
    return this.state
      .map((word) => word.toString(16).padStart(16, "0"))
      .join("")
      .slice(0, this.size / 4);
  }
}

const DIGESTS: ReadonlyMap<string, () => Digest> = new Map<string, () => Digest>([
  ["md5", () => new Md5()],
  ["sha1", () => new Sha1()],
  ["sha224", () => new Sha256(224)],
  ["sha256", () => new Sha256(256)],
  ["sha384", () => new Sha512(384)],
  ["sha512", () => new Sha512(512)],
]);

/** A digest by its name; undefined: there is none such. */
export function makeDigest(name: string): Digest | undefined {
  return DIGESTS.get(name)?.();
}

/** Polynomial 0x04C11DB7, highest bit first. */
function crcTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, octet) => {
    let crc = octet << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
    return crc;
  });
}

/** The CRC of POSIX: over the octets, and then over their number. */
export function posixCrc(octets: OctetString): number {
  const table = crcTable();
  let crc = 0;
  const step = (octet: number) => {
    crc = (crc << 8) ^ table[((crc >>> 24) ^ octet) & 0xff]!;
  };
  for (let i = 0; i < octets.length; i++) step(octets.charCodeAt(i));
  for (let rest = octets.length; rest > 0; rest = Math.floor(rest / 256)) step(rest & 0xff);
  return ~crc >>> 0;
}

export function bsdSum(octets: OctetString): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i++) {
    sum = (sum >> 1) + ((sum & 1) << 15);
    sum = (sum + octets.charCodeAt(i)) & 0xffff;
  }
  return sum;
}

export function systemVSum(octets: OctetString): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i++) sum = (sum + octets.charCodeAt(i)) >>> 0;
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}
