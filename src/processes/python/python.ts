/**
 * What the test programs have in common that are written in Python: arguments, the ends that errors put to them, and the way
 * they run: one system call after the other, each of which may wait.
 * @source CPython 3.11: Lib/traceback.py; Modules/socketmodule.c, setipaddr(); Objects/longobject.c
 */
import { SYSCALL_COST_NS } from "../../core/costs.ts";
import { type Errno, errnoNumber, strerror } from "../../core/errno.ts";
import { NAME_SERVER, RESOLVER_ATTEMPTS } from "../../core/name-server.ts";
import { type Nanos, NS_PER_SEC } from "../../core/nanos.ts";
import { SIGNAL_NUMBERS, type SignalName } from "../../core/signals.ts";
import {
  INADDR_BROADCAST,
  INADDR_LOOPBACK,
  type Ipv4Address,
  inetAton,
  parseIpv4,
} from "../../wire/ipv4-address.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { parseScoped } from "../ping6-host.ts";
import type { Program, ProgramContext, Wake } from "../program.ts";
import { flush, print, type Stdout } from "../stdout.ts";

/** A place in a program's text: where a traceback points to. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** The part of the line that was run; absent: all of it, which is not marked. */
  readonly span?: string;
  /** Which of several such parts, from 0. */
  readonly nth?: number;
  /** What stands below the part; absent: carets. */
  readonly mark?: string;
  readonly context?: "<module>" | "<genexpr>" | "<lambda>";
}

/** An exception that nobody catches. */
export interface Raised {
  readonly raised: string;
  readonly places: readonly Place[];
}

export function raise(raised: string, ...places: readonly Place[]): Raised {
  return { raised, places };
}

export function isRaised(value: unknown): value is Raised {
  return typeof value === "object" && value !== null && "raised" in value;
}

/** What a program does next. */
export type Advance =
  /** It made a system call: it goes on when that is over. */
  | { readonly kind: "call" }
  /** It waits: for a socket, or until a time. `at`: where an interrupt finds it. */
  | { readonly kind: "wait"; readonly until: Nanos | null; readonly at: Place }
  | { readonly kind: "exit"; readonly status: number }
  | Raised;

export const CALL: Advance = Object.freeze({ kind: "call" });
export const DONE: Advance = Object.freeze({ kind: "exit", status: 0 });

export function exit(status: number): Advance {
  return { kind: "exit", status };
}

/** Goes on without a system call in between. */
export type Next = Advance | null;

/** What every state has. */
export interface PythonState extends Stdout {
  isEnded: boolean;
  /** Signals that it found ignored, and leaves so. */
  ignored: readonly string[];
  /** Where it waits. */
  place: Place | null;
}

export const PYTHON_STATE: Readonly<PythonState> = Object.freeze({
  held: "",
  buffering: "block" as const,
  isEnded: false,
  ignored: [],
  place: null,
});

export interface PythonTool<S extends PythonState> {
  readonly name: string;
  /** Its text by lines, as far as tracebacks show them. */
  readonly source: Readonly<Record<number, string>>;
  /** Where it prints and flushes, which is where it learns that nobody reads any more; absent: it is not told. */
  readonly printing?: Place;
  begin(cx: ProgramContext, argv: readonly string[]): S | Raised;
  /** Goes on from where it stands; null: and on. */
  advance(cx: ProgramContext, s: S, wake: Wake["kind"]): Next;
}

/** Makes a program of the simulation out of a tool. */
export function pythonProgram<S extends PythonState>(tool: PythonTool<S>): Program<S> {
  return {
    name: tool.name,
    start(cx, argv, { isTerminal, ignored = [] }) {
      const begun = tool.begin(cx, argv);
      if (isRaised(begun)) {
        const ended = { ...PYTHON_STATE } as S;
        fail(cx, tool, ended, begun);
        return ended;
      }
      begun.ignored = ignored;
      if (isTerminal === true) begun.buffering = "line";
      run(cx, tool, begun, "timer");
      return begun;
    },
    copy: (s) => ({ ...s }),
    wake(cx, s, wake) {
      if (s.isEnded) return s;
      if (wake.kind === "signal") onSignal(cx, tool, s, wake.signal.replace(/^SIG/, ""));
      else run(cx, tool, s, wake.kind);
      return s;
    },
  };
}

function run<S extends PythonState>(cx: ProgramContext, tool: PythonTool<S>, s: S, wake: Wake["kind"]): void {
  let next: Next = null;
  while (next === null) next = tool.advance(cx, s, wake);
  if (isRaised(next)) fail(cx, tool, s, next);
  else if (next.kind === "exit") end(cx, s, next.status);
  else if (next.kind === "call") {
    s.place = null;
    cx.setTimer(cx.now + SYSCALL_COST_NS);
  } else {
    s.place = next.at;
    const { until } = next;
    cx.setTimer(until === null ? null : Math.max(until, cx.now + SYSCALL_COST_NS));
  }
}

function end(cx: ProgramContext, s: PythonState, status: number): void {
  flush(cx, s);
  kill(cx, s, status);
}

function kill(cx: ProgramContext, s: PythonState, status: number): void {
  cx.setTimer(null);
  cx.exit(status);
  s.isEnded = true;
}

function fail<S extends PythonState>(
  cx: ProgramContext,
  tool: PythonTool<S>,
  s: S,
  error: Raised,
  status = 1,
): void {
  cx.write(2, tracebackText(tool, error));
  end(cx, s, status);
}

const IGNORED = new Set(["CHLD", "CONT", "WINCH", "URG"]);

/** Exit status of an interpreter that could not flush its standard output. @source Py_RunMain() */
const FLUSH_FAILED = 120;

function onSignal<S extends PythonState>(cx: ProgramContext, tool: PythonTool<S>, s: S, name: string): void {
  if (IGNORED.has(name) || s.ignored.includes(name)) return;
  if (name === "PIPE") {
    if (tool.printing !== undefined) brokenPipe(cx, tool, s, tool.printing);
    return;
  }
  const status = 128 + (SIGNAL_NUMBERS[name as SignalName] ?? SIGNAL_NUMBERS.TERM);
  if (name === "INT" && s.place !== null) fail(cx, tool, s, raise("KeyboardInterrupt", s.place), status);
  else kill(cx, s, status);
}

/** Nobody reads what it prints: that is an exception, and once more when the rest is flushed at the end. */
function brokenPipe<S extends PythonState>(
  cx: ProgramContext,
  tool: PythonTool<S>,
  s: S,
  place: Place,
): void {
  const error = "BrokenPipeError: [Errno 32] Broken pipe";
  const stream = "<_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>";
  const ignored = `Exception ignored in: ${stream}\n${error}\n`;
  cx.write(2, `${tracebackText(tool, raise(error, place))}${ignored}`);
  kill(cx, s, FLUSH_FAILED);
}

/** Lib/traceback.py: each place with its line, and marks below the part of it that was run. */
function tracebackText<S extends PythonState>(tool: PythonTool<S>, error: Raised): string {
  const shown = error.places.map((place) => {
    const source = tool.source[place.line] ?? "";
    const head = `  File "/usr/bin/${tool.name}", line ${place.line}, in ${place.context ?? "<module>"}\n    ${source}\n`;
    if (place.span === undefined || place.span === source) return head;
    let at = source.indexOf(place.span);
    for (let n = 0; n < (place.nth ?? 0); n++) at = source.indexOf(place.span, at + 1);
    return `${head}    ${" ".repeat(at)}${place.mark ?? "^".repeat(place.span.length)}\n`;
  });
  return `Traceback (most recent call last):\n${shown.join("")}${error.raised}\n`;
}

// -------------------------------------------------------------------------------------------- values

/** `sys.argv[N]` that is not there. */
export function missingArgument(line: number, index: number, list = "sys.argv"): Raised {
  const span = `${list}[${index}]`;
  const mark = "~".repeat(list.length) + "^".repeat(span.length - list.length);
  return raise("IndexError: list index out of range", { line, span, mark });
}

/** int(TEXT); null: it is none. Signs, blanks around it and single underscores are allowed. */
export function pythonInt(text: string): number | null {
  const trimmed = text.trim();
  return /^[+-]?\d+(_\d+)*$/.test(trimmed) ? Number(trimmed.replaceAll("_", "")) : null;
}

/** int(TEXT, 0): with prefixes, and no zeros in front of a decimal number. */
export function pythonIntBase0(text: string): number | null {
  const match = /^([+-]?)(0[xX]_?[0-9a-fA-F]+|0[oO]_?[0-7]+|0[bB]_?[01]+|0+|[1-9][0-9]*)$/.exec(
    text.trim().replace(/(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])/g, ""),
  );
  if (match === null) return null;
  const value = Number(match[2]!.toLowerCase().replace(/^(0[xob])_/, "$1"));
  return match[1] === "-" ? -value : value;
}

export function intError(text: string, place: Place, base = 10): Raised {
  return raise(`ValueError: invalid literal for int() with base ${base}: ${repr(text)}`, place);
}

/** float(TEXT); null: it is none. */
export function pythonFloat(text: string): number | null {
  const trimmed = text.trim().replace(/(?<=\d)_(?=\d)/g, "");
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed);
  if (/^[+-]?inf(inity)?$/i.test(trimmed))
    return trimmed.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?nan$/i.test(trimmed) ? Number.NaN : null;
}

export function floatError(text: string, place: Place): Raised {
  return raise(`ValueError: could not convert string to float: ${repr(text)}`, place);
}

/** repr() of a str. */
export function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("\r", "\\r");
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** bytes.fromhex(): octets, or the exception. Blanks may stand between octets. */
export function fromHexText(text: string, place: Place): Uint8Array | Raised {
  const octets: number[] = [];
  for (let at = 0; at < text.length; at += 2) {
    while (at < text.length && /[ \t\n\r\f\v]/.test(text[at]!)) at++;
    if (at >= text.length) break;
    const bad = [at, at + 1].find((i) => !/[0-9a-fA-F]/.test(text[i] ?? ""));
    if (bad !== undefined)
      return raise(`ValueError: non-hexadecimal number found in fromhex() arg at position ${bad}`, place);
    octets.push(Number.parseInt(text.slice(at, at + 2), 16));
  }
  return Uint8Array.from(octets);
}

/** socket.inet_aton(). */
export function inetAtonOf(text: string, place: Place): Ipv4Address | Raised {
  return inetAton(text) ?? raise("OSError: illegal IP address string passed to inet_aton", place);
}

/** Seconds as a span of time; very long ones are for ever. */
export function secondsOf(seconds: number): Nanos {
  return Math.min(Math.round(seconds * NS_PER_SEC), Number.MAX_SAFE_INTEGER / 2);
}

// ------------------------------------------------------------------------------------------- sockets

/** The class of an exception by its errno. @source PEP 3151 */
const CLASSES: Partial<Record<Errno, string>> = {
  EPERM: "PermissionError",
  EACCES: "PermissionError",
  EAGAIN: "BlockingIOError",
  ECONNREFUSED: "ConnectionRefusedError",
  ECONNRESET: "ConnectionResetError",
  EPIPE: "BrokenPipeError",
  ENOENT: "FileNotFoundError",
  ETIMEDOUT: "TimeoutError",
};

export function osError(errno: Errno, place: Place): Raised {
  return raise(`${CLASSES[errno] ?? "OSError"}: [Errno ${errnoNumber(errno)}] ${strerror(errno)}`, place);
}

/** Why a name has no address: socket.gaierror. */
export interface GaiError {
  readonly code: number;
  readonly text: string;
}

export function gaiRaised(error: GaiError, place: Place): Raised {
  return raise(`socket.gaierror: [Errno ${error.code}] ${error.text}`, place);
}

/** The address of a host as socket calls take it: nothing is any address. @source setipaddr() */
export function hostAddress(cx: ProgramContext, host: string): Ipv4Address | GaiError {
  if (host === "") return 0;
  if (host === "255.255.255.255" || host === "<broadcast>") return INADDR_BROADCAST;
  const known = parseIpv4(host) ?? inetAton(host) ?? (host === "localhost" ? INADDR_LOOPBACK : null);
  if (known !== null) return known;
  if (/[^\x21-\x7e]/.test(host) || host.includes(":"))
    return host.includes(":") && !/\s/.test(host)
      ? { code: -9, text: "Address family for hostname not supported" }
      : { code: -2, text: "Name or service not known" };
  return noSuchName(cx, host);
}

/** A name that no file knows. */
function noSuchName(cx: ProgramContext, host: string): GaiError {
  const labels = host.replace(/\.$/, "").split(".");
  if (host.length > 253 || labels.some((label) => label.length < 1 || label.length > 63))
    return { code: -2, text: "Name or service not known" };
  const server = parseIpv4(NAME_SERVER)!;
  for (let attempt = 0; attempt < RESOLVER_ATTEMPTS; attempt++) cx.probeSource(server, 0, null, 0, false);
  return { code: -3, text: "Temporary failure in name resolution" };
}

/** The same in IPv6. A device behind `%` must be there, and is then forgotten: the tuple has no scope. */
export function host6Address(cx: ProgramContext, host: string): Ipv6Address | GaiError {
  if (host === "") return 0n;
  const scoped = parseScoped(cx, host);
  if (scoped !== null) return scoped.address;
  if (parseIpv4(host) !== null) return { code: -9, text: "Address family for hostname not supported" };
  return host.includes(":") ? { code: -2, text: "Name or service not known" } : noSuchName(cx, host);
}

export function isGaiError(value: Ipv4Address | GaiError): value is GaiError {
  return typeof value === "object";
}

export function isPort(port: number): boolean {
  return port >= 0 && port <= 0xffff;
}

/** `call`: the method's name. */
export function portError(call: string, place: Place): Raised {
  return raise(`OverflowError: ${call}(): port must be 0-65535.`, place);
}

export { flush, print };
