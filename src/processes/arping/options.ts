/** What arping(8) is told to do. @source arping(8) of iputils 20221126; texts as observed */
export interface ArpingOptions {
  readonly target: string;
  /** -I; null: the one that the route to the target leaves by. */
  readonly device: string | null;
  /** -s */
  readonly source: string | null;
  /** -c; 0: no limit. */
  readonly count: number;
  /** -w, in seconds; 0: none. */
  readonly timeout: number;
  /** -i, in seconds; 0: there is no second packet. */
  readonly interval: number;
  /** -A: replies instead of requests. */
  readonly isAdvert: boolean;
  /** -U or -A: no answer is expected. */
  readonly isUnsolicited: boolean;
  /** -D: duplicate address detection. */
  readonly isDad: boolean;
  /** -b */
  readonly isBroadcastOnly: boolean;
  /** -f or -D */
  readonly quitsOnReply: boolean;
  readonly isQuiet: boolean;
}

/** The command ends here, with what it says. */
export interface ArpingStop {
  readonly kind: "stop";
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export function stop(err: string, status = 2, out = ""): ArpingStop {
  return { kind: "stop", out, err, status };
}

const USAGE = `
Usage:
  arping [options] <destination>

Options:
  -f            quit on first reply
  -q            be quiet
  -b            keep on broadcasting, do not unicast
  -D            duplicate address detection mode
  -U            unsolicited ARP mode, update your neighbours
  -A            ARP answer mode, update your neighbours
  -V            print version and exit
  -c <count>    how many packets to send
  -w <timeout>  how long to wait for a reply
  -i <interval> set interval between packets (default: 1 second)
  -I <device>   which ethernet device to use
  -s <source>   source ip address
  <destination> dns name or ip address

For more details see arping(8).
`;

const VERSION = `arping from iputils 20221126
libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes
`;

const INT_MAX = 2_147_483_647;
/** Beyond it strtol(3) says ERANGE. */
const LONG_MAX = 9_223_372_036_854_775_807n;

/** @source iputils_common.c, strtol_or_err() */
function number(text: string, min: number): number | ArpingStop {
  const bad = (why: string) => stop(`arping: invalid argument: '${text}'${why}\n`, 1);
  const match = /^[ \t\n\v\f\r]*([+-]?[0-9]+)$/.exec(text);
  if (match === null) return bad("");
  const value = BigInt(match[1]!.replace("+", ""));
  if (value > LONG_MAX || value < -LONG_MAX - 1n) return bad(": Numerical result out of range");
  if (value < BigInt(min) || value > BigInt(INT_MAX))
    return bad(`: out of range: ${min} <= value <= ${INT_MAX}`);
  return Number(value);
}

const LETTERS = "h?bfDUAqc:w:i:s:I:V";

type Draft = { -readonly [K in keyof ArpingOptions]: ArpingOptions[K] };

/** Takes one option; the command may end at it. */
function take(d: Draft, letter: string, value: string): ArpingStop | null {
  switch (letter) {
    case "b":
      d.isBroadcastOnly = true;
      return null;
    case "f":
      d.quitsOnReply = true;
      return null;
    case "D":
      d.isDad = true;
      d.quitsOnReply = true;
      return null;
    case "U":
      d.isUnsolicited = true;
      return null;
    case "A":
      d.isAdvert = true;
      d.isUnsolicited = true;
      return null;
    case "q":
      d.isQuiet = true;
      return null;
    case "s":
      d.source = value;
      return null;
    case "I":
      d.device = value === "" ? null : value;
      return null;
    case "V":
      return stop("", 0, VERSION);
    case "c":
    case "w":
    case "i": {
      const n = number(value, letter === "c" ? 1 : 0);
      if (typeof n !== "number") return n;
      if (letter === "c") d.count = n;
      else if (letter === "w") d.timeout = n;
      else d.interval = n;
      return null;
    }
    default:
      return stop(USAGE);
  }
}

/** Options, operands among them or not, as getopt(3) finds them. Gives what ended it early, or the operands. */
function eachOption(argv: readonly string[], on: (letter: string, value: string) => ArpingStop | null) {
  const operands: string[] = [];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return [...operands, ...argv.slice(i + 1)];
    if (word.length < 2 || !word.startsWith("-")) {
      operands.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!;
      const known = letter === ":" ? -1 : LETTERS.indexOf(letter);
      if (known < 0) return stop(`arping: invalid option -- '${letter}'\n${USAGE}`);
      const takesValue = LETTERS[known + 1] === ":";
      const value = !takesValue ? "" : at + 1 < word.length ? word.slice(at + 1) : argv[++i];
      if (value === undefined) return stop(`arping: option requires an argument -- '${letter}'\n${USAGE}`);
      const stopped = on(letter, value);
      if (stopped !== null) return stopped;
      if (takesValue) break;
    }
  }
  return operands;
}

export function parseArping(argv: readonly string[]): ArpingOptions | ArpingStop {
  const d: Draft = {
    target: "",
    device: null,
    source: null,
    count: 0,
    timeout: 0,
    interval: 1,
    isAdvert: false,
    isUnsolicited: false,
    isDad: false,
    isBroadcastOnly: false,
    quitsOnReply: false,
    isQuiet: false,
  };
  const operands = eachOption(argv, (letter, value) => take(d, letter, value));
  if ("kind" in operands) return operands;
  return operands.length === 1 ? { ...d, target: operands[0]! } : stop(USAGE);
}
