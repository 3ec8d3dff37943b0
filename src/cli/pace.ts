/** Holds virtual time to the wall clock, and gives the event loop its turns. What happens does not depend on it. */
import type { Nanos } from "../core/nanos.ts";
import type { Pace } from "../shell/session.ts";

/** Wall time after which the event loop gets a turn, so that Ctrl-C is noticed. */
const TURN_MS = 5;
/** Wall time between two looks at the world while time goes by. */
const SLICE_MS = 10;

export class WallPace implements Pace {
  private lastTurn = performance.now();
  private begunWall = 0;
  private begunVirtual: Nanos = 0;
  private isHeld = false;
  private goOn: (() => void) | null = null;

  /** @param rate seconds of virtual time in a second of wall time; Infinity: as fast as it goes */
  constructor(public rate: number) {}

  get slice(): Nanos | null {
    return this.isHeld ? Math.max(1, Math.round(SLICE_MS * 1e6 * this.rate)) : null;
  }

  /** Virtual time is held to the wall clock from this instant on. */
  hold(now: Nanos): void {
    this.isHeld = this.rate !== Number.POSITIVE_INFINITY;
    this.begunWall = performance.now();
    this.begunVirtual = now;
  }

  release(): void {
    this.isHeld = false;
  }

  /** Ends a pause. */
  wake(): void {
    this.goOn?.();
  }

  async pause(now: Nanos, isLive: boolean): Promise<void> {
    const wall = performance.now();
    const early = (now - this.begunVirtual) / 1e6 / this.rate - (wall - this.begunWall);
    if (this.isHeld && isLive && early >= 1) await this.wait(early);
    else if (wall - this.lastTurn < TURN_MS) return;
    else await new Promise((resolve) => setImmediate(resolve));
    this.lastTurn = performance.now();
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
