/** What the parts of find(1) share: the search, a file that is looked at, the words of the expression. */
import type { FileStat } from "../../../events/requests.ts";
import type { ToolContext } from "../../tool.ts";

/** A file that is looked at. */
export interface Visit {
  readonly path: string;
  /** The operand that it was found below. */
  readonly start: string;
  readonly depth: number;
  readonly stat: FileStat;
  isPruned: boolean;
}

/** `-quit` */
export class Quit {}

export interface Search {
  readonly cx: ToolContext;
  /** `-L`, `-H` or neither. */
  readonly follows: "L" | "H" | "P";
  status: number;
  /** What waits for the end: `-exec ... +`. */
  readonly endings: (() => Promise<void>)[];
}

export class FindError extends Error {}

export type Test = (visit: Visit) => boolean | Promise<boolean>;

export interface FindOptions {
  depthMin: number;
  depthMax: number;
  isDepthFirst: boolean;
}

/** Words of an expression, taken one by one. */
export class Words {
  private at = 0;
  /** Has an action been met that makes the usual `-print` needless? */
  hasAction = false;

  constructor(
    readonly search: Search,
    private readonly words: readonly string[],
    readonly options: FindOptions,
  ) {}

  peek(): string | undefined {
    return this.words[this.at];
  }

  take(): string | undefined {
    return this.words[this.at++];
  }

  value(name: string): string {
    const word = this.take();
    if (word === undefined) throw new FindError(`missing argument to \`${name}'`);
    return word;
  }
}
