/**
 * Lets recordings run side by side, or one alone: a few things in the kernel serve all namespaces of a machine (the link watch,
 * at most once a second; the ARP table; CPUs), so a recording that must be beyond doubt runs with no other beside it.
 */
export class Gate {
  private running = 0;
  private isExclusive = false;
  private readonly waiting: { readonly exclusive: boolean; readonly start: () => void }[] = [];

  /** @param width how many may run side by side */
  constructor(private readonly width: number) {}

  async run<T>(exclusive: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.waiting.push({ exclusive, start });
      this.admit();
    });
    try {
      return await work();
    } finally {
      this.running--;
      this.isExclusive = false;
      this.admit();
    }
  }

  /** First come, first served. */
  private admit(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const isRoom = next.exclusive ? this.running === 0 : !this.isExclusive && this.running < this.width;
      if (!isRoom) return;
      this.waiting.shift();
      this.running++;
      this.isExclusive = next.exclusive;
      next.start();
    }
  }
}
