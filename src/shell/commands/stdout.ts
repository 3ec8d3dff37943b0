/**
 * Standard output as stdio has it: what goes into a pipe or a file is put out in blocks, so that a reader sees it late, and a process
 * that is killed loses the rest. Anything else sees each write at once.
 * @source setvbuf(3); glibc's blocks have the st_blksize of pipes and files
 */
import type { ToolContext } from "../tool.ts";

const BLOCK = 4096;

export class Stdout {
  private held = "";
  private readonly isBlocked: boolean;

  /** @param isAlwaysAtOnce `--line-buffered` and its like */
  constructor(
    private readonly cx: ToolContext,
    isAlwaysAtOnce = false,
  ) {
    const file = cx.process.fds.get(1);
    this.isBlocked = !isAlwaysAtOnce && (file?.label === "a pipe" || file?.isSeekable === true);
  }

  write(text: string): void {
    if (!this.isBlocked) {
      this.cx.out(text);
      return;
    }
    this.held += text;
    if (this.held.length < BLOCK) return;
    const whole = this.held.length - (this.held.length % BLOCK);
    this.cx.out(this.held.slice(0, whole));
    this.held = this.held.slice(whole);
  }

  /** fflush(3). */
  flush(): void {
    const { held } = this;
    this.held = "";
    this.cx.out(held);
  }

  /** Waits until readers of a pipe have made room; to be called in loops. */
  async drain(): Promise<void> {
    if (this.cx.process.fds.get(1)?.isFull === true) await this.cx.drain();
  }
}
