/** udpask BINDPORT HOST PORT COUNT [SIZE] [TIMEOUT]: sends a datagram and waits for its answer, COUNT times. */
import { errnoNumber, strerror } from "../../core/errno.ts";
import type { Nanos } from "../../core/nanos.ts";
import { formatIpv4 } from "../../wire/ipv4-address.ts";
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
  isRaised,
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
  4: "bp, h, p, c = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])",
  5: "n = int(sys.argv[5]) if len(sys.argv) > 5 else 2",
  6: "t = float(sys.argv[6]) if len(sys.argv) > 6 else 1",
  7: 's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", bp)); s.settimeout(t)',
  9: 's.sendto(b"a" * n, (h, p))',
  10: 'try: d, ad = s.recvfrom(70000); print(f"answer len={len(d)} from={ad[0]}:{ad[1]}", flush=True)',
} as const;

const SENDTO: Place = { line: 9 };
const RECVFROM: Place = { line: 10, span: "s.recvfrom(70000)" };

interface State extends PythonState {
  readonly host: string;
  readonly port: number;
  readonly count: number;
  readonly size: number;
  /** Seconds; 0: it waits for nothing. */
  readonly timeout: number;
  readonly socket: number;
  at: number;
  /** Until when it waits for the answer; null: it is to send. */
  answerBy: Nanos | null;
}

function integer(argv: readonly string[], index: number, line: number): number | Raised {
  const text = argv[index];
  if (text === undefined) return missingArgument(line, index);
  return pythonInt(text) ?? intError(text, { line, span: `int(sys.argv[${index}])` });
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  const bindPort = integer(argv, 1, 4);
  if (isRaised(bindPort)) return bindPort;
  const host = argv[2];
  if (host === undefined) return missingArgument(4, 2);
  const port = integer(argv, 3, 4);
  if (isRaised(port)) return port;
  const count = integer(argv, 4, 4);
  if (isRaised(count)) return count;
  const size = argv.length > 5 ? integer(argv, 5, 5) : 2;
  if (isRaised(size)) return size;
  const timeout = argv[6] === undefined ? 1 : pythonFloat(argv[6]);
  if (timeout === null) return floatError(argv[6]!, { line: 6, span: "float(sys.argv[6])" });
  const bind: Place = { line: 7, span: 's.bind(("", bp))' };
  if (!isPort(bindPort)) return portError("bind", bind);
  const socket = cx.inet.socket();
  const errno = cx.inet.bind(socket, 0, bindPort);
  if (errno !== null) return osError(errno, bind);
  const settimeout: Place = { line: 7, span: "s.settimeout(t)" };
  if (Number.isNaN(timeout)) return raise("ValueError: Invalid value NaN (not a number)", settimeout);
  if (timeout < 0) return raise("ValueError: Timeout value out of range", settimeout);
  return { ...PYTHON_STATE, host, port, count, size, timeout, socket, at: 0, answerBy: null };
}

function say(cx: ProgramContext, s: State, text: string): Next {
  print(cx, s, text);
  flush(cx, s);
  s.at++;
  s.answerBy = null;
  return null;
}

function advance(cx: ProgramContext, s: State): Next {
  if (s.answerBy === null) return s.at >= s.count ? DONE : ask(cx, s);
  const received = cx.inet.receive(s.socket);
  if (received === null) {
    if (s.timeout === 0) return say(cx, s, "error: 11 Resource temporarily unavailable\n");
    return cx.now >= s.answerBy ? say(cx, s, "timeout\n") : { kind: "wait", until: s.answerBy, at: RECVFROM };
  }
  if (typeof received === "string")
    return say(cx, s, `error: ${errnoNumber(received)} ${strerror(received)}\n`);
  const { data, src, sport } = received;
  return say(cx, s, `answer len=${data.length} from=${formatIpv4(src)}:${sport}\n`);
}

function ask(cx: ProgramContext, s: State): Next {
  const address = hostAddress(cx, s.host);
  if (isGaiError(address)) return gaiRaised(address, SENDTO);
  if (!isPort(s.port)) return portError("sendto", SENDTO);
  const data = new Uint8Array(Math.max(s.size, 0)).fill(0x61);
  const errno = cx.inet.send(s.socket, { address, port: s.port }, data);
  if (errno === "wait") return { kind: "wait", until: null, at: SENDTO };
  if (errno !== null) return osError(errno, SENDTO);
  s.answerBy = cx.now + secondsOf(s.timeout);
  return CALL;
}

export const udpask = pythonProgram<State>({ name: "udpask", source: SOURCE, begin, advance });
