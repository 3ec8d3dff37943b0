/**
 * Reads FlatBuffers tables out of octets that may be garbage: whatever does not fit is absent.
 * @source https://flatbuffers.dev/internals/ : tables, vtables, vectors and strings
 */
export class FlatTable {
  private constructor(
    private readonly view: DataView,
    private readonly at: number,
    private readonly vtable: number,
    private readonly vtableLength: number,
  ) {}

  /** The root table of a buffer that begins at `from`; null if it does not fit. */
  static root(octets: Uint8Array, from: number): FlatTable | null {
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    return FlatTable.follow(view, from);
  }

  private static follow(view: DataView, from: number): FlatTable | null {
    if (from < 0 || from + 4 > view.byteLength) return null;
    const at = from + view.getUint32(from, true);
    if (at + 4 > view.byteLength) return null;
    const vtable = at - view.getInt32(at, true);
    if (vtable < 0 || vtable + 4 > view.byteLength) return null;
    const vtableLength = view.getUint16(vtable, true);
    return vtable + vtableLength > view.byteLength ? null : new FlatTable(view, at, vtable, vtableLength);
  }

  /** Where field `id` stands, with room for `octets` octets; 0 if it is absent. */
  position(id: number, octets: number): number {
    const slot = 4 + 2 * id;
    if (slot + 2 > this.vtableLength) return 0;
    const offset = this.view.getUint16(this.vtable + slot, true);
    return offset === 0 || this.at + offset + octets > this.view.byteLength ? 0 : this.at + offset;
  }

  u8(id: number): number {
    const at = this.position(id, 1);
    return at === 0 ? 0 : this.view.getUint8(at);
  }

  /** A whole number of 64 bits, or -1 where it is negative or not safe. */
  i64(id: number): number {
    const at = this.position(id, 8);
    return at === 0 ? 0 : readSafeInt64(this.view, at);
  }

  table(id: number): FlatTable | null {
    const at = this.position(id, 4);
    return at === 0 ? null : FlatTable.follow(this.view, at);
  }

  /** Position of a vector's first element and the number of elements, all of which lie inside of the buffer. */
  vector(id: number, elementOctets: number): { readonly at: number; readonly length: number } | null {
    const field = this.position(id, 4);
    if (field === 0) return null;
    const at = field + this.view.getUint32(field, true);
    if (at + 4 > this.view.byteLength) return null;
    const length = this.view.getUint32(at, true);
    return at + 4 + length * elementOctets > this.view.byteLength ? null : { at: at + 4, length };
  }

  /** The first tables of a vector of tables, `most` of them; those that do not fit are left out. */
  tables(id: number, most: number): FlatTable[] {
    const vector = this.vector(id, 4);
    const tables: FlatTable[] = [];
    for (let i = 0; vector !== null && i < Math.min(vector.length, most); i++) {
      const table = FlatTable.follow(this.view, vector.at + 4 * i);
      if (table !== null) tables.push(table);
    }
    return tables;
  }

  text(id: number): string | null {
    const vector = this.vector(id, 1);
    if (vector === null) return null;
    return new TextDecoder().decode(
      new Uint8Array(this.view.buffer, this.view.byteOffset + vector.at, vector.length),
    );
  }
}

/** A little-endian int64 as a number, or -1 where it is negative or beyond 2^53. */
export function readSafeInt64(view: DataView, at: number): number {
  const high = view.getInt32(at + 4, true);
  return high < 0 || high >= 0x20_0000 ? -1 : high * 0x1_0000_0000 + view.getUint32(at, true);
}

export function writeSafeInt64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}
