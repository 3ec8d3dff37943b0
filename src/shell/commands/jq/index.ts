/**
 * jq(1): filters JSON. The language is in the files beside this one, because none of the libraries gives the answers of jq 1.6,
 * reads a pipe as it comes and keeps to virtual time (docs/decisions/0005-jq.md).
 * @source jq 1.6 of Debian 12: manual and behaviour
 * @differs `gsub` with an expression that matches the empty text ends, where jq 1.6 takes all memory
 */
import { strerror } from "../../../core/errno.ts";
import { readFile, type Tool, type ToolContext } from "../../tool.ts";
import { Checker } from "./check.ts";
import { bind, EMPTY_ENV, type Env } from "./env.ts";
import { Inputs } from "./inputs.ts";
import { type Library, Machine, type Native, type Special } from "./machine.ts";
import { loadModules } from "./modules.ts";
import { makeNatives } from "./natives.ts";
import { type JqOptions, readOptions, Usage } from "./options.ts";
import { Parser } from "./parser.ts";
import { isInPrelude, preludeNames } from "./prelude.ts";
import { colorsOf, printJson } from "./print.ts";
import { ReadError } from "./read.ts";
import { specialOf } from "./special.ts";
import type { Term } from "./tree.ts";
import { CompileError, described, dump, JqError, type Json } from "./values.ts";

const STATUS_SYSTEM = 2;
const STATUS_COMPILE = 3;
const STATUS_NO_OUTPUT = 4;
const STATUS_UNKNOWN = 5;

export const jq: Tool = async (cx) => {
  try {
    const options = await readOptions(cx);
    return await new Run(cx, options).run();
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    if (error.isOutput) cx.out(error.message);
    else cx.err(error.message);
    return error.status;
  }
};

class Run implements Library {
  private readonly natives = makeNatives();
  private readonly inputs: Inputs;
  private readonly env: Env;
  private halted: { readonly status: number; readonly value: Json | undefined } | null = null;
  private hasFlag: (name: string) => boolean;

  constructor(
    private readonly cx: ToolContext,
    private readonly options: JqOptions,
  ) {
    const { flags } = options;
    this.hasFlag = (name) => flags.has(name);
    this.inputs = new Inputs(
      cx,
      options.files,
      flags.has("raw-input"),
      flags.has("slurp"),
      flags.has("stream"),
    );
    this.env = this.variables();
    for (const [name, native] of this.ownNatives()) this.natives.set(name, native);
  }

  private variables(): Env {
    const { named, positional } = this.options;
    let env = EMPTY_ENV;
    for (const [name, value] of named) env = bind(env, `$${name}`, value);
    env = bind(env, "$ENV", new Map(this.cx.env));
    return bind(
      env,
      "$ARGS",
      new Map<string, Json>([
        ["positional", positional],
        ["named", named],
      ]),
    );
  }

  native(name: string): Native | undefined {
    return this.natives.get(name);
  }

  special(name: string): Special | undefined {
    return name === "input/0" ? this.input : specialOf(name);
  }

  private readonly input: Special = (machine, { place, k }) => {
    const go = (isFilled: boolean) => {
      const value = this.inputs.ready();
      if (value !== undefined) machine.give(k, value, place);
      else if (isFilled) throw new JqError("break");
      else machine.suspend(() => go(true));
    };
    go(false);
  };

  /** Builtins that know of the world: the clock, the streams. */
  private ownNatives(): [string, Native][] {
    const { cx, inputs } = this;
    return [
      ["now/0", () => cx.process.userland.options.epoch + cx.host.now / 1e9],
      ["input_filename/0", () => inputs.file],
      ["input_line_number/0", () => inputs.line],
      ["$__prog_args/0", () => []],
      [
        "debug/0",
        (value) => {
          cx.err(`${dump(["DEBUG:", value])}\n`);
          return value;
        },
      ],
      [
        "stderr/0",
        (value) => {
          cx.err(dump(value));
          return value;
        },
      ],
      ["halt/0", () => this.halt(0, undefined)],
      [
        "halt_error/1",
        (value, [status]) => {
          if (typeof status !== "number")
            throw new JqError(`${described(value)} halt_error/1: number required`);
          return this.halt(status, value);
        },
      ],
      [
        "builtins/0",
        () =>
          [...new Set([...this.natives.keys(), ...preludeNames()])].filter((name) => /^[a-zA-Z]/.test(name)),
      ],
    ];
  }

  private halt(status: number, value: Json | undefined): never {
    this.halted = { status, value };
    throw new Halt();
  }

  async run(): Promise<number> {
    const program = await this.compile();
    if (program === null) return STATUS_COMPILE;
    const machine = new Machine(this, this.env);
    let status = 0;
    if (this.hasFlag("null-input")) status = await this.process(machine, program, null);
    else
      try {
        for (;;) {
          const value = await this.inputs.take();
          if (value === undefined) break;
          status = await this.process(machine, program, value);
          if (this.halted !== null) break;
        }
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        this.cx.err(`parse error: ${error.message}\n`);
        status = STATUS_NO_OUTPUT;
      }
    if (this.inputs.failures > 0) status = STATUS_SYSTEM;
    return status & 255;
  }

  private async compile(): Promise<Term | null> {
    const { cx, options } = this;
    let source = options.program ?? ".";
    if (this.hasFlag("from-file")) {
      const read = await readFile(cx, source);
      if (!read.ok) throw new Usage(`jq: Could not open ${source}: ${strerror(read.errno)}\n`);
      source = read.value;
    }
    try {
      const loaded = await loadModules(cx, source, options.libraries);
      const term = loaded.wrap(new Parser(loaded.source).program());
      const checker = new Checker(loaded.source, (key) => this.isBuiltin(key));
      const names = new Set<string>();
      for (let env: Env | null = this.env; env !== null; env = env.next) names.add(env.name);
      checker.check(term, names);
      if (checker.faults.length > 0) throw new CompileError(checker.faults);
      return term;
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      for (const fault of error.faults) cx.err(`jq: error: ${fault}\n`);
      const { length } = error.faults;
      cx.err(`jq: ${length} compile error${length === 1 ? "" : "s"}\n`);
      return null;
    }
  }

  private isBuiltin(key: string): boolean {
    return this.natives.has(key) || this.special(key) !== undefined || isInPrelude(key);
  }

  /** One input. Gives the status, which counts only with `-e` unless it is an error's. */
  private async process(machine: Machine, program: Term, input: Json): Promise<number> {
    let status = STATUS_NO_OUTPUT;
    const counts = this.hasFlag("exit-status");
    machine.start(program, input);
    try {
      for (;;) {
        const value = machine.next();
        if (value === undefined) {
          if (!machine.isWaiting) break;
          await this.waitForInput();
          continue;
        }
        status = value === null || value === false ? 1 : 0;
        this.print(value);
        if (this.hasFlag("unbuffered")) this.cx.flush();
        await this.cx.drain();
      }
    } catch (error) {
      if (error instanceof Halt) return this.afterHalt();
      if (!(error instanceof JqError)) throw error;
      this.explain(error);
      return STATUS_UNKNOWN;
    }
    return counts ? status : 0;
  }

  private async waitForInput(): Promise<void> {
    await this.inputs.fill();
  }

  private afterHalt(): number {
    const { status, value } = this.halted!;
    if (typeof value === "string") this.cx.err(value);
    else if (value !== undefined) this.cx.err(`${dump(value)}\n`);
    return status;
  }

  private explain({ value }: JqError): void {
    const { file, line } = this.inputs;
    const place = file === null ? "<unknown>" : `${file}:${line}`;
    if (typeof value === "string") this.cx.err(`jq: error (at ${place}): ${value}\n`);
    else this.cx.err(`jq: error (at ${place}) (not a string): ${dump(value)}\n`);
  }

  private print(value: Json): void {
    const { options, hasFlag } = this;
    const isAscii = hasFlag("ascii-output");
    const isJoined = hasFlag("join-output");
    const end = isJoined ? "" : "\n";
    if (typeof value === "string" && (isJoined || hasFlag("raw-output")) && !isAscii) {
      this.cx.out(value + end);
      return;
    }
    const colors =
      hasFlag("color-output") && !hasFlag("monochrome-output")
        ? colorsOf(this.cx.env.get("JQ_COLORS"))
        : null;
    const text = printJson(value, {
      indent: options.indent,
      sortsKeys: hasFlag("sort-keys"),
      isAscii,
      colors,
    });
    this.cx.out(`${hasFlag("seq") ? "\u001e" : ""}${text}${end}`);
  }
}

/** `halt`: no `try` holds it up. */
class Halt {}
