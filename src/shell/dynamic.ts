/** Variables that are worked out when they are read. */
import { NS_PER_SEC } from "../core/nanos.ts";
import type { Interpreter } from "./interpreter.ts";
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

  copy(): BashRandom {
    const copy = new BashRandom(this.seed);
    copy.last = this.last;
    return copy;
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

export function dynamicVariables(
  sh: Interpreter,
  parent: ReadonlyMap<string, Dynamic> | null,
): ReadonlyMap<string, Dynamic> {
  const { options } = sh.userland;
  const readOnly = (get: () => Value): Dynamic => ({ get, set: () => {} });
  const random = parent?.get("RANDOM");
  const seconds = parent?.get("SECONDS");
  const micros = () => Math.floor(sh.userland.host.now / 1000);
  const second = () => options.epoch + Math.floor(micros() / 1e6);
  const calls = () => sh.frames.toReversed();
  return new Map<string, Dynamic>([
    ["RANDOM", random instanceof BashRandom ? random.copy() : new BashRandom(options.seedRandom())],
    ["SRANDOM", readOnly(() => String(options.seedRandom()))],
    ["SECONDS", seconds instanceof Seconds ? seconds.copyFor(sh) : new Seconds(sh, sh.userland.host.now)],
    ["EPOCHSECONDS", readOnly(() => String(second()))],
    ["EPOCHREALTIME", readOnly(() => `${second()}.${String(micros() % 1e6).padStart(6, "0")}`)],
    ["BASH_COMMAND", readOnly(() => sh.current?.unit.source.slice(sh.current.pos, sh.current.end) ?? "")],
    ["LINENO", readOnly(() => String(sh.line))],
    ["BASHPID", readOnly(() => String(sh.process.pid))],
    ["BASH_SUBSHELL", readOnly(() => String(sh.level))],
    [
      "FUNCNAME",
      readOnly(() => {
        if (!sh.frames.some(({ kind }) => kind === "function")) return new IndexedArray();
        return IndexedArray.of([...calls().map(({ name }) => name), "main"]);
      }),
    ],
    ["BASH_SOURCE", readOnly(() => IndexedArray.of([...calls().map(({ source }) => source), sh.arg0]))],
    ["BASH_LINENO", readOnly(() => IndexedArray.of([...calls().map(({ line }) => String(line)), "0"]))],
    ["DIRSTACK", readOnly(() => IndexedArray.of([sh.process.cwd, ...sh.directories]))],
    ["GROUPS", readOnly(() => IndexedArray.of(["0"]))],
  ]);
}
