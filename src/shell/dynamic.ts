/** Variables that are worked out when they are read. */
import { NS_PER_SEC } from "../core/nanos.ts";
import type { Interpreter } from "./interpreter.ts";
import { SET_OPTIONS, SHOPTS } from "./option-names.ts";
import { printCommand } from "./print.ts";
import { type Dynamic, IndexedArray, type Value } from "./variables.ts";

/** bash's own generator. @source bash 5.2 lib/sh/random.c: intrand32(), brand() */
export class BashRandom implements Dynamic {
  private last = 0;
  constructor(private seed: number) {}

  get(): string {
    let value: number;
    do value = this.draw();
    while (value === this.last);
    this.last = value;
    return String(value);
  }

  set(value: string): void {
    this.seed = Number(BigInt.asUintN(32, BigInt(/^\s*-?\d+/.exec(value)?.[0] ?? 0)));
    this.last = 0;
  }

  private draw(): number {
    const seed = this.seed === 0 ? 123_459_876 : this.seed;
    const high = Math.trunc((seed | 0) / 127_773);
    const next = 16_807 * ((seed | 0) - 127_773 * high) - 2_836 * high;
    this.seed = next < 0 ? next + 0x7fff_ffff : next;
    return ((this.seed >>> 16) ^ (this.seed & 65_535)) & 32_767;
  }
}

export class Seconds implements Dynamic {
  constructor(
    private readonly sh: Interpreter,
    private start: number,
    private offset = 0,
  ) {}
  get(): string {
    return String(Math.floor((this.sh.userland.host.now - this.start) / NS_PER_SEC) + this.offset);
  }
  set(value: string): void {
    this.start = this.sh.userland.host.now;
    this.offset = Number.parseInt(value, 10) || 0;
  }
  copyFor(sh: Interpreter): Seconds {
    return new Seconds(sh, this.start, this.offset);
  }
}

/** The command under way, as bash shows it. */
export function currentText({ current }: Interpreter): string {
  if (current === null) return "";
  return typeof current.node === "string" ? current.node : printCommand(current.unit.source, current.node);
}

const micros = (sh: Interpreter) => Math.floor(sh.userland.host.now / 1000);
const second = (sh: Interpreter) => sh.userland.options.epoch + Math.floor(micros(sh) / 1e6);
const calls = (sh: Interpreter) => sh.frames.toReversed();

/** Variables that follow from the shell's state; assignments to them are ignored. */
const READ_ONLY: ReadonlyMap<string, (sh: Interpreter) => Value> = new Map<
  string,
  (sh: Interpreter) => Value
>([
  ["SRANDOM", (sh) => String(sh.userland.options.seedRandom())],
  ["EPOCHSECONDS", (sh) => String(second(sh))],
  ["EPOCHREALTIME", (sh) => `${second(sh)}.${String(micros(sh) % 1e6).padStart(6, "0")}`],
  ["BASH_COMMAND", currentText],
  ["BASH_EXECUTION_STRING", (sh) => sh.commandString],
  ["BASH_ARGV0", (sh) => sh.arg0],
  [
    "SHELLOPTS",
    (sh) => SET_OPTIONS.filter((name) => sh.options.has(name) || name === "interactive-comments").join(":"),
  ],
  ["BASHOPTS", (sh) => SHOPTS.filter((name) => sh.shopts.has(name)).join(":")],
  ["LINENO", (sh) => String(sh.line)],
  ["BASHPID", (sh) => String(sh.process.pid)],
  ["BASH_SUBSHELL", (sh) => String(sh.level)],
  [
    "FUNCNAME",
    (sh) =>
      sh.frames.some(({ kind }) => kind === "function")
        ? IndexedArray.of([...calls(sh).map(({ name }) => name), "main"])
        : new IndexedArray(),
  ],
  [
    "BASH_SOURCE",
    (sh) => {
      const sources = calls(sh).map(({ source }) => source);
      return IndexedArray.of(sh.invocation === "" ? [...sources, sh.arg0] : sources);
    },
  ],
  ["BASH_LINENO", (sh) => IndexedArray.of([...calls(sh).map(({ line }) => String(line)), "0"])],
  ["DIRSTACK", (sh) => IndexedArray.of([sh.process.cwd, ...sh.directories])],
  ["GROUPS", () => IndexedArray.of(["0"])],
]);

/** The variables of one shell process that are worked out when they are read. */
export class DynamicVariables {
  /** Made on its first use: each process of the shell has numbers of its own. @source bash 5.2 variables.c: get_random_number() */
  private random: BashRandom | null = null;
  private readonly seconds: Seconds;
  private readonly forgotten: Set<string>;

  constructor(
    private readonly sh: Interpreter,
    parent: DynamicVariables | null,
  ) {
    this.forgotten = new Set(parent?.forgotten);
    this.seconds = parent?.seconds.copyFor(sh) ?? new Seconds(sh, sh.userland.host.now);
  }

  /** A variable that is unset is an ordinary one from then on. */
  forget(name: string): void {
    this.forgotten.add(name);
  }

  get(name: string): Dynamic | undefined {
    if (this.sh.isDash || this.forgotten.has(name)) return undefined;
    if (name === "SECONDS") return this.seconds;
    if (name === "RANDOM") {
      this.random ??= new BashRandom(this.sh.userland.options.seedRandom());
      return this.random;
    }
    const read = READ_ONLY.get(name);
    return read === undefined ? undefined : { get: () => read(this.sh), set: () => {} };
  }

  names(): string[] {
    return this.sh.isDash ? [] : ["RANDOM", "SECONDS", ...READ_ONLY.keys()];
  }
}
