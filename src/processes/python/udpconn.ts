/** udpconn HOST PORT SIZE[,SIZE...] [INTERVAL] [--recverr]: a connected socket that sends one datagram of each size. */
import { errnoNumber, strerror } from "../../core/errno.ts";
import type { Nanos } from "../../core/nanos.ts";
import type { ProgramContext } from "../program.ts";
import {
  CALL,
  DONE,
  floatError,
  flush,
  gaiRaised,
  hostAddress,
  intError,
  isGaiError,
  isPort,
  missingArgument,
  type Next,
  osError,
  type Place,
  PYTHON_STATE,
  type PythonState,
  portError,
  print,
  pythonFloat,
  pythonInt,
  pythonProgram,
  type Raised,
  raise,
  secondsOf,
} from "./python.ts";

const SOURCE = {
  8: "s.connect((a[0], int(a[1])))",
  9: "dt = float(a[3]) if len(a) > 3 else 0.1",
  10: 'for k, n in enumerate(int(x) for x in a[2].split(",")):',
  11: "if k: time.sleep(dt)",
  12: 'try: s.send(b"y" * n); print(n, "sent", flush=True)',
} as const;

const SLEEP: Place = { line: 11, span: "time.sleep(dt)" };
const SEND: Place = { line: 12, span: 's.send(b"y" * n)' };

interface State extends PythonState {
  readonly sizes: readonly string[];
  /** Seconds between two datagrams. */
  readonly interval: number;
  readonly socket: number;
  at: number;
  /** When to go on sending; null: now. */
  wakeAt: Nanos | null;
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  const a = argv.slice(1).filter((word) => !word.startsWith("--"));
  if (a[0] === undefined) return missingArgument(8, 0, "a");
  if (a[1] === undefined) return missingArgument(8, 1, "a");
  const port = pythonInt(a[1]);
  if (port === null) return intError(a[1], { line: 8, span: "int(a[1])" });
  const address = hostAddress(cx, a[0]);
  if (isGaiError(address)) return gaiRaised(address, { line: 8 });
  if (!isPort(port)) return portError("connect", { line: 8 });
  const socket = cx.inet.socket();
  if (argv.includes("--recverr")) cx.inet.set(socket, { receivesErrors: true });
  const errno = cx.inet.connect(socket, address, port);
  if (errno !== null) return osError(errno, { line: 8 });
  const interval = a[3] === undefined ? 0.1 : pythonFloat(a[3]);
  if (interval === null) return floatError(a[3]!, { line: 9, span: "float(a[3])" });
  if (a[2] === undefined) return missingArgument(10, 2, "a");
  return { ...PYTHON_STATE, sizes: a[2].split(","), interval, socket, at: 0, wakeAt: null };
}

function advance(cx: ProgramContext, s: State): Next {
  if (s.wakeAt !== null) {
    if (cx.now < s.wakeAt) return { kind: "wait", until: s.wakeAt, at: SLEEP };
    s.wakeAt = null;
  }
  const text = s.sizes[s.at];
  if (text === undefined) return DONE;
  const size = pythonInt(text);
  if (size === null) {
    const inner: Place = { line: 10, span: "int(x)", context: "<genexpr>" };
    return raise(`ValueError: invalid literal for int() with base 10: '${text}'`, { line: 10 }, inner);
  }
  const errno = cx.inet.send(s.socket, null, new Uint8Array(Math.max(size, 0)).fill(0x79));
  if (errno === "wait") return { kind: "wait", until: null, at: SEND };
  print(cx, s, errno === null ? `${size} sent\n` : `${size} ${errnoNumber(errno)} ${strerror(errno)}\n`);
  flush(cx, s);
  s.at++;
  if (s.at === s.sizes.length || pythonInt(s.sizes[s.at]!) === null) return CALL;
  if (!(s.interval >= 0)) return raise("ValueError: sleep length must be non-negative", SLEEP);
  s.wakeAt = cx.now + secondsOf(s.interval);
  return CALL;
}

export const udpconn = pythonProgram<State>({ name: "udpconn", source: SOURCE, begin, advance });
