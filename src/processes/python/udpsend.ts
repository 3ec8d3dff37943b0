/** udpsend HOST PORT COUNT [SIZE] [SRC] [DEV]: datagrams from one unconnected socket; each begins with its number. */
import { errnoNumber, strerror } from "../../core/errno.ts";
import type { SendOutcome } from "../../stack/udp-send.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import type { ProgramContext } from "../program.ts";
import {
  CALL,
  DONE,
  gaiRaised,
  host6Address,
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
  pythonInt,
  pythonProgram,
  type Raised,
  raise,
} from "./python.ts";

const SOURCE = {
  4: "h, p, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])",
  5: "size = int(sys.argv[4]) if len(sys.argv) > 4 else 10",
  7: "if len(sys.argv) > 6: s.setsockopt(socket.SOL_SOCKET, 25, sys.argv[6].encode())",
  8: 'if len(sys.argv) > 5 and sys.argv[5] != "-": s.bind((sys.argv[5], 0))',
  12: 'try: s.sendto(i.to_bytes(2, "big") + b"x" * (size - 2), (h, p)); ok += 1',
} as const;

const SENDTO: Place = { line: 12, span: 's.sendto(i.to_bytes(2, "big") + b"x" * (size - 2), (h, p))' };

interface State extends PythonState {
  readonly host: string;
  readonly port: number;
  readonly count: number;
  readonly size: number;
  readonly socket: number;
  readonly isIpv6: boolean;
  /** Address of IPv6 that it is bound to; 0: none. */
  readonly source6: Ipv6Address;
  sent: number;
  at: number;
}

/** An integer among the arguments. */
function integer(argv: readonly string[], index: number, line: number): number | Raised {
  const text = argv[index];
  if (text === undefined) return missingArgument(line, index);
  return pythonInt(text) ?? intError(text, { line, span: `int(sys.argv[${index}])` });
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  const host = argv[1];
  if (host === undefined) return missingArgument(4, 1);
  const port = integer(argv, 2, 4);
  if (isRaised(port)) return port;
  const count = integer(argv, 3, 4);
  if (isRaised(count)) return count;
  const size = argv.length > 4 ? integer(argv, 4, 5) : 10;
  if (isRaised(size)) return size;
  const socket = cx.inet.socket();
  if (argv.length > 6) {
    const errno = cx.inet.bindToDevice(socket, argv[6]!.slice(0, 15));
    const span = "s.setsockopt(socket.SOL_SOCKET, 25, sys.argv[6].encode())";
    if (errno !== null) return osError(errno, { line: 7, span });
  }
  const isIpv6 = host.includes(":");
  let source6 = 0n;
  const source = argv[5];
  if (source !== undefined && source !== "-") {
    const place: Place = { line: 8, span: "s.bind((sys.argv[5], 0))" };
    if (isIpv6) {
      const address = host6Address(cx, source);
      if (typeof address !== "bigint") return gaiRaised(address, place);
      const errno = cx.inet.bind6(socket, address);
      if (errno !== null) return osError(errno, place);
      source6 = address;
    } else {
      const address = hostAddress(cx, source);
      if (isGaiError(address)) return gaiRaised(address, place);
      const errno = cx.inet.bind(socket, address, 0);
      if (errno !== null) return osError(errno, place);
    }
  }
  cx.inet.set(socket, { allowsBroadcast: true });
  return { ...PYTHON_STATE, host, port, count, size, socket, isIpv6, source6, sent: 0, at: 0 };
}

function advance(cx: ProgramContext, s: State): Next {
  if (s.at >= s.count) {
    print(cx, s, `${s.sent} sent\n`);
    return DONE;
  }
  if (s.at > 0xffff)
    return raise("OverflowError: int too big to convert", { line: 12, span: 'i.to_bytes(2, "big")' });
  const address = s.isIpv6 ? host6Address(cx, s.host) : hostAddress(cx, s.host);
  if (typeof address === "object") {
    print(cx, s, `datagram ${s.at++}: errno ${address.code} ${address.text}\n`);
    return CALL;
  }
  if (!isPort(s.port)) return portError("sendto", SENDTO);
  const data = new Uint8Array(Math.max(s.size, 2)).fill(0x78);
  data[0] = s.at >>> 8;
  data[1] = s.at;
  const errno = send(cx, s, address, data);
  if (errno === "wait") return { kind: "wait", until: null, at: SENDTO };
  if (errno === null) s.sent++;
  else print(cx, s, `datagram ${s.at}: errno ${errnoNumber(errno)} ${strerror(errno)}\n`);
  s.at++;
  return CALL;
}

/** An address of IPv4 in one of IPv6's leads to IPv4. */
function send(cx: ProgramContext, s: State, address: number | Ipv6Address, data: Uint8Array): SendOutcome {
  if (typeof address === "number") return cx.inet.send(s.socket, { address, port: s.port }, data);
  if (address >> 32n === 0xffffn)
    return cx.inet.send(s.socket, { address: Number(address & 0xffff_ffffn), port: s.port }, data);
  return cx.inet.send6(s.socket, { address, port: s.port }, s.source6, data);
}

export const udpsend = pythonProgram<State>({ name: "udpsend", source: SOURCE, begin, advance });
