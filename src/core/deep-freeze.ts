import { hashRecord } from "./record-codec.ts";

/** Octets that are remembered; the oldest make room. */
const OCTETS_KEPT = 4096;

/** Objects frozen through and through, with the hash of octets, which freezing cannot protect. */
export class DeepFreezer {
  private readonly frozen = new WeakSet<object>();
  private readonly octets = new Map<Uint8Array, number>();

  /** Freezes a value and all it reaches. Octets are remembered instead. */
  freeze(value: unknown): void {
    if (typeof value !== "object" || value === null || this.frozen.has(value)) return;
    this.frozen.add(value);
    if (value instanceof Uint8Array) {
      this.octets.set(value, hashRecord(value));
      return;
    }
    Object.freeze(value);
    for (const key of Object.keys(value)) this.freeze((value as Record<string, unknown>)[key]);
  }

  /** Checks that no octets seen of late have been written to since. @throws Error if so */
  check(): void {
    for (const [octets, hash] of this.octets)
      if (hashRecord(octets) !== hash)
        throw new Error(`octets in a state were changed in place (${octets.length} octets)`);
    for (const octets of this.octets.keys()) {
      if (this.octets.size <= OCTETS_KEPT) break;
      this.octets.delete(octets);
    }
  }
}
