/** rawarp IFACE ETHDST OP SHA SPA THA TPA: one hand-made ARP frame, whose Ethernet source is SHA. */
import { writeU32 } from "../../core/bytes.ts";
import type { ProgramContext } from "../program.ts";
import {
  DONE,
  fromHexText,
  inetAtonOf,
  intError,
  isRaised,
  type Next,
  osError,
  type Place,
  PYTHON_STATE,
  type PythonState,
  print,
  pythonInt,
  pythonProgram,
  type Raised,
  raise,
} from "./python.ts";
import { unpackError } from "./rawsend.ts";

const SOURCE = {
  4: "i, d, op, sha, spa, tha, tpa = sys.argv[1:8]",
  5: 'm = lambda x: bytes.fromhex(x.replace(":", ""))',
  6: 'f = m(d) + m(sha) + b"\\x08\\x06" + bytes([0, 1, 8, 0, 6, 4, 0, int(op)]) + m(sha) + socket.inet_aton(spa) + m(tha) + socket.inet_aton(tpa)',
  7: 'q = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); q.bind((i, 0)); print("sent", q.send(f))',
} as const;

interface State extends PythonState {
  readonly ifindex: number;
  readonly frame: Uint8Array;
}

function mac(text: string, name: string): Uint8Array | Raised {
  const inner: Place = { line: 5, span: 'bytes.fromhex(x.replace(":", ""))', context: "<lambda>" };
  const octets = fromHexText(text.replaceAll(":", ""), inner);
  return isRaised(octets) ? raise(octets.raised, { line: 6, span: `m(${name})` }, inner) : octets;
}

function address(text: string, name: string): Uint8Array | Raised {
  const value = inetAtonOf(text, { line: 6, span: `socket.inet_aton(${name})` });
  if (isRaised(value)) return value;
  const octets = new Uint8Array(4);
  writeU32(value, octets, 0);
  return octets;
}

function head(operation: string): Uint8Array | Raised {
  const op = pythonInt(operation);
  if (op === null) return intError(operation, { line: 6, span: "int(op)" });
  const span = "bytes([0, 1, 8, 0, 6, 4, 0, int(op)])";
  if (op < 0 || op > 255) return raise("ValueError: bytes must be in range(0, 256)", { line: 6, span });
  return Uint8Array.of(0, 1, 8, 0, 6, 4, 0, op);
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  if (argv.length < 8) return unpackError(4, "i, d, op, sha, spa, tha, tpa", 7, argv.length - 1);
  const [, ifname, dst, op, sha, spa, tha, tpa] = argv as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const parts: Uint8Array[] = [];
  for (const make of [
    () => mac(dst, "d"),
    () => mac(sha, "sha"),
    () => Uint8Array.of(8, 6),
    () => head(op),
    () => mac(sha, "sha"),
    () => address(spa, "spa"),
    () => mac(tha, "tha"),
    () => address(tpa, "tpa"),
  ]) {
    const part = make();
    if (isRaised(part)) return part;
    parts.push(part);
  }
  const device = cx.inet.device(ifname);
  if (!device.ok) return osError(device.errno, { line: 7, span: "q.bind((i, 0))" });
  return {
    ...PYTHON_STATE,
    ifindex: device.value,
    frame: Uint8Array.from(parts.flatMap((part) => [...part])),
  };
}

function advance(cx: ProgramContext, s: State): Next {
  const errno = cx.inet.sendFrame(s.ifindex, s.frame);
  if (errno !== null) return osError(errno, { line: 7, span: "q.send(f)" });
  print(cx, s, `sent ${s.frame.length}\n`);
  return DONE;
}

export const rawarp = pythonProgram<State>({ name: "rawarp", source: SOURCE, begin, advance });
