/** udprecv PORT SECONDS [--echo] [BINDADDR]: prints the datagrams that come, and sends them back if asked to. */
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
  4: "p, t = int(sys.argv[1]), float(sys.argv[2])",
  7: 's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((a[0] if a else "", p))',
  12: "s.settimeout(r)",
  13: "try: d, ad = s.recvfrom(70000)",
  15: "print(f\"got index={int.from_bytes(d[:2],'big')} len={len(d)} from={ad[0]}\", flush=True)",
  16: "if echo: s.sendto(d, ad)",
} as const;

const RECVFROM: Place = { line: 13, span: "s.recvfrom(70000)" };
const ECHO: Place = { line: 16, span: "s.sendto(d, ad)" };

interface State extends PythonState {
  readonly isEcho: boolean;
  readonly socket: number;
  /** NaN: no time at all. */
  readonly endAt: Nanos;
  /** A datagram to be sent back. */
  echo: { readonly address: number; readonly port: number; readonly data: Uint8Array } | null;
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  if (argv[1] === undefined) return missingArgument(4, 1);
  const port = pythonInt(argv[1]);
  if (port === null) return intError(argv[1], { line: 4, span: "int(sys.argv[1])" });
  if (argv[2] === undefined) return missingArgument(4, 2);
  const seconds = pythonFloat(argv[2]);
  if (seconds === null) return floatError(argv[2], { line: 4, span: "float(sys.argv[2])" });
  const rest = argv.slice(3).filter((word) => !word.startsWith("--"));
  const place: Place = { line: 7, span: 's.bind((a[0] if a else "", p))' };
  const address = hostAddress(cx, rest[0] ?? "");
  if (isGaiError(address)) return gaiRaised(address, place);
  if (!isPort(port)) return portError("bind", place);
  const socket = cx.inet.socket();
  const errno = cx.inet.bind(socket, address, port);
  if (errno !== null) return osError(errno, place);
  const endAt = Number.isNaN(seconds) ? Number.NaN : cx.now + secondsOf(seconds);
  return { ...PYTHON_STATE, isEcho: argv.includes("--echo"), socket, endAt, echo: null };
}

function advance(cx: ProgramContext, s: State): Next {
  if (s.echo !== null) {
    const errno = cx.inet.send(s.socket, s.echo, s.echo.data);
    if (errno === "wait") return { kind: "wait", until: null, at: ECHO };
    s.echo = null;
    return errno === null ? CALL : osError(errno, ECHO);
  }
  if (Number.isNaN(s.endAt)) return raise("ValueError: Invalid value NaN (not a number)", { line: 12 });
  const received = cx.inet.receive(s.socket);
  if (received === null) return cx.now >= s.endAt ? DONE : { kind: "wait", until: s.endAt, at: RECVFROM };
  if (cx.now >= s.endAt) return DONE;
  if (typeof received === "string") return osError(received, RECVFROM);
  const { data, src, sport } = received;
  const index = data.length > 1 ? (data[0]! << 8) | data[1]! : (data[0] ?? 0);
  print(cx, s, `got index=${index} len=${data.length} from=${formatIpv4(src)}\n`);
  flush(cx, s);
  if (s.isEcho) s.echo = { address: src, port: sport, data };
  return s.isEcho ? CALL : null;
}

export const udprecv = pythonProgram<State>({
  name: "udprecv",
  source: SOURCE,
  printing: { line: 15 },
  begin,
  advance,
});
