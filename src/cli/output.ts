/** Gathers lines, as a write for each of a million would take long. */
const CHARS_MAX = 1 << 16;

export class Output {
  private readonly lines: string[] = [];
  private chars = 0;

  constructor(private readonly write: (text: string) => void) {}

  line(text: string): void {
    this.lines.push(text, "\n");
    this.chars += text.length;
    if (this.chars >= CHARS_MAX) this.flush();
  }

  flush(): void {
    if (this.lines.length > 0) this.write(this.lines.join(""));
    this.lines.length = 0;
    this.chars = 0;
  }
}
