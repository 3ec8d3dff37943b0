/** rawip IFACE DSTMAC SRCMAC SRCIP DSTIP [KEY=VALUE ...]: hand-made IPv4 frames with right checksums, padded to 60 octets. */
import { writeU32 } from "../../core/bytes.ts";
import { errnoNumber, strerror } from "../../core/errno.ts";
import type { Nanos } from "../../core/nanos.ts";
import { internetChecksum } from "../../wire/checksum.ts";
import type { ProgramContext } from "../program.ts";
import {
  CALL,
  DONE,
  exit,
  floatError,
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
  pythonFloat,
  pythonIntBase0,
  pythonProgram,
  type Raised,
  raise,
  repr,
  secondsOf,
} from "./python.ts";
import { padded, unpackError } from "./rawsend.ts";

const SOURCE = {
  5: "i, d, s, a, b = sys.argv[1:6]",
  8: 'k.update(x.split("=", 1) for x in sys.argv[6:])',
  9: "n = lambda x: int(k[x], 0)",
  15: "sa, da = socket.inet_aton(a), socket.inet_aton(b)",
  16: 'pl = b"x" * n("len")',
  17: 'pr = {"icmp": 1, "udp": 17, "tcp": 6}[k["proto"]]',
  19: 'h = struct.pack("!BBHHH", n("type"), n("code"), 0, n("id"), n("seq")) + pl',
  22: 'h = struct.pack("!HHHH", n("sport"), n("dport"), 8 + len(pl), 0) + pl',
  26: 'fl = sum({"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}[c] for c in k["flags"])',
  27: 'h = struct.pack("!HHIIBBHHH", n("sport"), n("dport"), 1000, 2000 if fl & 16 else 0, 0x50, fl, 8192, 0, 0) + pl',
  30: 'ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(h), n("ipid"), (n("df") << 14) | (n("mf") << 13) | (n("frag") >> 3), n("ttl"), pr, 0, sa, da)',
  32: 'f = bytes.fromhex(d.replace(":", "") + s.replace(":", "")) + b"\\x08\\0" + ip + h',
  34: "q = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); q.bind((i, 0))",
  35: 'for _ in range(n("count")):',
  38: 'if float(k["interval"]): time.sleep(float(k["interval"]))',
} as const;

const DEFAULTS: readonly (readonly [string, string])[] = [
  ["proto", "icmp"],
  ["ttl", "64"],
  ["type", "8"],
  ["code", "0"],
  ["id", "1"],
  ["seq", "1"],
  ["len", "0"],
  ["frag", "0"],
  ["mf", "0"],
  ["df", "0"],
  ["ipid", "1"],
  ["sport", "1000"],
  ["dport", "9"],
  ["flags", "A"],
  ["count", "1"],
  ["interval", "0"],
];

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["udp", 17],
  ["tcp", 6],
]);
const FLAGS: ReadonlyMap<string, number> = new Map([
  ["F", 1],
  ["S", 2],
  ["R", 4],
  ["P", 8],
  ["A", 16],
]);

const SLEEP: Place = { line: 38, span: 'time.sleep(float(k["interval"]))' };

interface State extends PythonState {
  readonly ifindex: number;
  readonly frame: Uint8Array;
  readonly count: number;
  readonly interval: string;
  at: number;
  wakeAt: Nanos | null;
}

/** What stops the making of a frame, from deep inside. */
class Stop {
  constructor(readonly raised: Raised) {}
}

function stop(raised: Raised): never {
  throw new Stop(raised);
}

/** The keys with their values, as the script reads them. */
class Keys {
  private readonly values = new Map(DEFAULTS);

  constructor(words: readonly string[]) {
    words.forEach((word, i) => {
      const at = word.indexOf("=");
      if (at < 0) {
        const what = `dictionary update sequence element #${i} has length 1; 2 is required`;
        stop(raise(`ValueError: ${what}`, { line: 8 }));
      }
      this.values.set(word.slice(0, at), word.slice(at + 1));
    });
  }

  text(key: string): string {
    return this.values.get(key)!;
  }

  number(key: string, line: number): number {
    const text = this.text(key);
    const value = pythonIntBase0(text);
    if (value !== null) return value;
    const inner: Place = { line: 9, span: "int(k[x], 0)", context: "<lambda>" };
    return stop(raise(intError(text, inner, 0).raised, { line, span: `n("${key}")` }, inner));
  }
}

/** struct.pack() of big-endian fields, whose sizes are 1, 2 and 4. */
function pack(place: Place, fields: readonly (readonly [size: number, value: number])[]): Uint8Array {
  const octets: number[] = [];
  for (const [size, value] of fields) {
    const max = 2 ** (8 * size) - 1;
    const format = size === 1 ? "ubyte" : `'${size === 2 ? "H" : "I"}'`;
    if (value < 0 || value > max)
      stop(raise(`struct.error: ${format} format requires 0 <= number <= ${max}`, place));
    for (let shift = size - 1; shift >= 0; shift--) octets.push(Math.floor(value / 2 ** (8 * shift)) & 255);
  }
  return Uint8Array.from(octets);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function setSum(octets: Uint8Array, at: number, sum: number): Uint8Array {
  octets[at] = sum >>> 8;
  octets[at + 1] = sum;
  return octets;
}

function segment(
  keys: Keys,
  protocol: number,
  payload: Uint8Array,
  src: Uint8Array,
  dst: Uint8Array,
): Uint8Array {
  const n = (line: number) => (key: string) => keys.number(key, line);
  const pseudo = (h: Uint8Array) => joined(src, dst, Uint8Array.of(0, protocol, h.length >>> 8, h.length), h);
  if (protocol === 1) {
    const get = n(19);
    const span = 'struct.pack("!BBHHH", n("type"), n("code"), 0, n("id"), n("seq"))';
    const fields = [
      [1, get("type")],
      [1, get("code")],
      [2, 0],
      [2, get("id")],
      [2, get("seq")],
    ] as const;
    const h = joined(pack({ line: 19, span }, fields), payload);
    return setSum(h, 2, internetChecksum(h, 0, h.length));
  }
  if (protocol === 17) {
    const get = n(22);
    const span = 'struct.pack("!HHHH", n("sport"), n("dport"), 8 + len(pl), 0)';
    const fields = [
      [2, get("sport")],
      [2, get("dport")],
      [2, 8 + payload.length],
      [2, 0],
    ] as const;
    const h = joined(pack({ line: 22, span }, fields), payload);
    const whole = pseudo(h);
    return setSum(h, 6, internetChecksum(whole, 0, whole.length) || 0xffff);
  }
  const flags = flagSum(keys.text("flags"));
  const get = n(27);
  const span = SOURCE[27].slice("h = ".length, -" + pl".length);
  const fields = [
    [2, get("sport")],
    [2, get("dport")],
    [4, 1000],
    [4, (flags & 16) !== 0 ? 2000 : 0],
    [1, 0x50],
    [1, flags],
    [2, 8192],
    [2, 0],
    [2, 0],
  ] as const;
  const h = joined(pack({ line: 27, span }, fields), payload);
  const whole = pseudo(h);
  return setSum(h, 16, internetChecksum(whole, 0, whole.length));
}

function flagSum(text: string): number {
  let sum = 0;
  for (const letter of text) {
    const flag = FLAGS.get(letter);
    if (flag === undefined) {
      const dict = '{"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}';
      const outer: Place = { line: 26, span: SOURCE[26].slice("fl = ".length) };
      const mark = `${"~".repeat(dict.length)}^^^`;
      stop(
        raise(`KeyError: ${repr(letter)}`, outer, {
          line: 26,
          span: `${dict}[c]`,
          mark,
          context: "<genexpr>",
        }),
      );
    }
    sum += flag;
  }
  return sum;
}

function protocolOf(name: string): number {
  const protocol = PROTOCOLS.get(name);
  if (protocol !== undefined) return protocol;
  const dict = '{"icmp": 1, "udp": 17, "tcp": 6}';
  const mark = `${"~".repeat(dict.length)}${"^".repeat('[k["proto"]]'.length)}`;
  return stop(raise(`KeyError: ${repr(name)}`, { line: 17, span: `${dict}[k["proto"]]`, mark }));
}

function addressOctets(text: string, name: string): Uint8Array {
  const value = inetAtonOf(text, { line: 15, span: `socket.inet_aton(${name})` });
  if (isRaised(value)) return stop(value);
  const octets = new Uint8Array(4);
  writeU32(value, octets, 0);
  return octets;
}

function frameOf(argv: readonly string[], keys: Keys): Uint8Array {
  const src = addressOctets(argv[4]!, "a");
  const dst = addressOctets(argv[5]!, "b");
  const payload = new Uint8Array(Math.max(keys.number("len", 16), 0)).fill(0x78);
  const protocol = protocolOf(keys.text("proto"));
  const h = segment(keys, protocol, payload, src, dst);
  const n = (key: string) => keys.number(key, 30);
  const place: Place = { line: 30, span: SOURCE[30].slice("ip = ".length) };
  const id = n("ipid");
  // Numbers may be larger than the bitwise operators of this language take.
  const fragment = n("df") * 0x4000 + n("mf") * 0x2000 + Math.floor(n("frag") / 8);
  const start = [
    [1, 0x45],
    [1, 0],
    [2, 20 + h.length],
    [2, id],
    [2, fragment],
  ] as const;
  const ip = joined(pack(place, [...start, [1, n("ttl")], [1, protocol], [2, 0]]), src, dst);
  setSum(ip, 10, internetChecksum(ip, 0, ip.length));
  const macs = fromHexText(argv[2]!.replaceAll(":", "") + argv[3]!.replaceAll(":", ""), {
    line: 32,
    span: 'bytes.fromhex(d.replace(":", "") + s.replace(":", ""))',
  });
  return isRaised(macs) ? stop(macs) : padded(macs, Uint8Array.of(8, 0), ip, h);
}

function begin(cx: ProgramContext, argv: readonly string[]): State | Raised {
  if (argv.length < 6) return unpackError(5, "i, d, s, a, b", 5, argv.length - 1);
  try {
    const keys = new Keys(argv.slice(6));
    const frame = frameOf(argv, keys);
    const device = cx.inet.device(argv[1]!);
    if (!device.ok) return osError(device.errno, { line: 34, span: "q.bind((i, 0))" });
    const count = keys.number("count", 35);
    const interval = keys.text("interval");
    return { ...PYTHON_STATE, ifindex: device.value, frame, count, interval, at: 0, wakeAt: null };
  } catch (error) {
    if (error instanceof Stop) return error.raised;
    throw error;
  }
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
  const seconds = pythonFloat(s.interval);
  if (seconds === null) return floatError(s.interval, { line: 38, span: 'float(k["interval"])' });
  if (seconds === 0) return CALL;
  if (!(seconds > 0)) return raise("ValueError: sleep length must be non-negative", SLEEP);
  s.wakeAt = cx.now + secondsOf(seconds);
  return CALL;
}

export const rawip = pythonProgram<State>({ name: "rawip", source: SOURCE, begin, advance });
