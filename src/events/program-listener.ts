/** Is told what a program of the simulation writes, and when it ends: at that instant, behind the step. It may make requests. */
export interface ProgramListener {
  /** The program wrote text to its file descriptor 1 or 2. */
  output(fd: number, text: string): void;
  /** The program ended. A signal gives 128 + its number. */
  exit(status: number): void;
}
