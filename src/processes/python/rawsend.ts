/** rawsend IFACE DSTMAC SRCMAC ETHERTYPE [PAYLOADHEX] [COUNT] [INTERVAL]: frames of any kind, padded to 60 octets. */
import { errnoNumber, strerror } from "../../core/errno.ts";
import type { Nanos } from "../../core/nanos.ts";
import type { ProgramContext } from "../program.ts";
import {
  CALL,
  DONE,
  exit,
  floatError,
  fromHexText,
  intError,
  isRaised,
  type Next,
  osError,
  type Place,
  PYTHON_STATE,
  type PythonState,
  print,
  pythonFloat,
  pythonInt,
  pythonProgram,
  type Raised,
  raise,
  secondsOf,
} from "./python.ts";

const SOURCE = {
  4: "i, d, s, et = sys.argv[1:5]",
  5: 'pl = bytes.fromhex(sys.argv[5]) if len(sys.argv) > 5 else b""',
  6: "n = int(sys.argv[6]) if len(sys.argv) > 6 else 1",
  7: "dt = float(sys.argv[7]) if len(sys.argv) > 7 else 0",
  8: 'f = bytes.fromhex(d.replace(":", "") + s.replace(":", "") + et) + pl',
  10: "k = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); k.bind((i, 0))",
  14: "if dt: time.sleep(dt)",
} as const;

const SLEEP: Place = { line: 14, span: "time.sleep(dt)" };
/** Shortest frame of Ethernet, without FCS. */
const FRAME_MIN = 60;

interface State extends PythonState {
  readonly ifindex: number;
  readonly frame: Uint8Array;
  readonly count: number;
  /** Seconds. */
  readonly interval: number;
  at: number;
  wakeAt: Nanos | null;
}

/** Names that are to take as many values as there are. */
export function unpackError(line: number, span: string, expected: number, got: number): Raised {
  return raise(`ValueError: not enough values to unpack (expected ${expected}, got ${got})`, { line, span });
}

/** Filled up to the shortest frame. */
export function padded(...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const frame = new Uint8Array(Math.max(length, FRAME_MIN));
  let at = 0;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  const [, ifname, dst, src, etherType] = argv;
  if (ifname === undefined || dst === undefined || src === undefined || etherType === undefined)
    return unpackError(4, "i, d, s, et", 4, argv.length - 1);
  const payload = fromHexText(argv[5] ?? "", { line: 5, span: "bytes.fromhex(sys.argv[5])" });
  if (isRaised(payload)) return payload;
  const count = argv[6] === undefined ? 1 : pythonInt(argv[6]);
  if (count === null) return intError(argv[6]!, { line: 6, span: "int(sys.argv[6])" });
  const interval = argv[7] === undefined ? 0 : pythonFloat(argv[7]);
  if (interval === null) return floatError(argv[7]!, { line: 7, span: "float(sys.argv[7])" });
  const head = fromHexText(dst.replaceAll(":", "") + src.replaceAll(":", "") + etherType, {
    line: 8,
    span: 'bytes.fromhex(d.replace(":", "") + s.replace(":", "") + et)',
  });
  if (isRaised(head)) return head;
  const device = cx.inet.device(ifname);
  if (!device.ok) return osError(device.errno, { line: 10, span: "k.bind((i, 0))" });
  const frame = padded(head, payload);
  return { ...PYTHON_STATE, ifindex: device.value, frame, count, interval, at: 0, wakeAt: null };
}

function advance(cx: ProgramContext, s: State): Next {
  if (s.wakeAt !== null && cx.now < s.wakeAt) return { kind: "wait", until: s.wakeAt, at: SLEEP };
  s.wakeAt = null;
  if (s.at >= s.count) return DONE;
  const errno = cx.inet.sendFrame(s.ifindex, s.frame);
  if (errno !== null) {
    print(cx, s, `error ${errnoNumber(errno)} ${strerror(errno)}\n`);
    return exit(1);
  }
  print(cx, s, `sent ${s.frame.length}\n`);
  s.at++;
  if (s.interval === 0) return CALL;
  if (!(s.interval > 0)) return raise("ValueError: sleep length must be non-negative", SLEEP);
  s.wakeAt = cx.now + secondsOf(s.interval);
  return CALL;
}

export const rawsend = pythonProgram<State>({ name: "rawsend", source: SOURCE, begin, advance });
