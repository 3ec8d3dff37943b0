/** mjoin GROUP ADDR SECONDS: a member of an IPv4 group, on the device that has ADDR, for a while. */
import type { Nanos } from "../../core/nanos.ts";
import type { ProgramContext } from "../program.ts";
import {
  DONE,
  floatError,
  inetAtonOf,
  isRaised,
  missingArgument,
  type Next,
  osError,
  type Place,
  PYTHON_STATE,
  type PythonState,
  pythonFloat,
  pythonProgram,
  type Raised,
  raise,
  secondsOf,
} from "./python.ts";

const SOURCE = {
  5: 's.setsockopt(0, 35, struct.pack("4s4s", socket.inet_aton(sys.argv[1]), socket.inet_aton(sys.argv[2])))',
  6: "time.sleep(float(sys.argv[3]))",
} as const;

const SLEEP: Place = { line: 6 };

interface State extends PythonState {
  readonly until: Nanos;
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  const addresses: number[] = [];
  for (const index of [1, 2]) {
    const text = argv[index];
    if (text === undefined) return missingArgument(5, index);
    const address = inetAtonOf(text, { line: 5, span: `socket.inet_aton(sys.argv[${index}])` });
    if (isRaised(address)) return address;
    addresses.push(address);
  }
  const socket = cx.inet.socket();
  const errno = cx.inet.join(socket, addresses[0]!, addresses[1]!);
  if (errno !== null) return osError(errno, { line: 5 });
  if (argv[3] === undefined) return missingArgument(6, 3);
  const seconds = pythonFloat(argv[3]);
  if (seconds === null) return floatError(argv[3], { line: 6, span: "float(sys.argv[3])" });
  if (Number.isNaN(seconds)) return raise("ValueError: Invalid value NaN (not a number)", SLEEP);
  if (seconds < 0) return raise("ValueError: sleep length must be non-negative", SLEEP);
  return { ...PYTHON_STATE, until: cx.now + secondsOf(seconds) };
}

function advance(cx: ProgramContext, s: State): Next {
  return cx.now >= s.until ? DONE : { kind: "wait", until: s.until, at: SLEEP };
}

export const mjoin = pythonProgram<State>({ name: "mjoin", source: SOURCE, begin, advance });
