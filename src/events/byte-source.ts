/** A file to read from in any order, at once: no promise, for the browser's workers and Node's `readSync` alike. */
export interface ByteSource {
  /** Octets in the file, fixed while it is read. */
  readonly size: number;
  /**
   * The octets from `offset` on, `length` of them, or fewer where the file has ended meanwhile.
   * The caller only reads them, and later calls leave them as they are.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A file that is in memory; what is read is a view. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** The same octets where typed arrays of 8 octets an element can stand: themselves, or a copy. */
export function alignedOctets(octets: Uint8Array): Uint8Array {
  // Not `slice`, which on a Buffer of Node gives a view.
  return octets.byteOffset % 8 === 0
    ? new Uint8Array(octets.buffer, octets.byteOffset, octets.length)
    : new Uint8Array(octets);
}
