/**
 * Message digests by their names, and the sums that only cksum(1) and sum(1) know.
 * @source POSIX.1-2017 cksum; sum(1)
 */
import { blake2b } from "@noble/hashes/blake2";
import { md5, sha1 } from "@noble/hashes/legacy";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2";
import { bytesToHex } from "@noble/hashes/utils";
import { type OctetString, octetsOf } from "../../core/octets.ts";

/** Takes octets block by block. */
export interface Digest {
  add(octets: OctetString): void;
  /** In hex digits. */
  end(): string;
}

const HASHES = new Map([
  ["md5", md5],
  ["sha1", sha1],
  ["sha224", sha224],
  ["sha256", sha256],
  ["sha384", sha384],
  ["sha512", sha512],
  ["blake2b", blake2b],
]);

/** A digest by its name; undefined: there is none such. */
export function makeDigest(name: string): Digest | undefined {
  const hash = HASHES.get(name)?.create();
  return (
    hash && { add: (octets) => void hash.update(octetsOf(octets)), end: () => bytesToHex(hash.digest()) }
  );
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
