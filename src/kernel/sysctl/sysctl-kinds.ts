/**
 * The kinds of sysctl files: how text becomes the number (or text) that the kernel stores, and back.
 *
 * kind        stored as                          text
 * i[min:max]  the number                         32-bit integer unless a range is given
 * flag        0 or 1                             any integer; not 0 becomes 1
 * s, ms, clk  jiffies (4 ms)                     seconds, milliseconds (rounded up), 1/100 s; `ms1`: at least 1
 * qlen        octets                             packets of 2090 octets
 * vec3        text "a\tb\tc", each at least 1    one to three integers; those not given stay
 * ports, gids text "low\thigh"                   a range
 * low, high   the number                         the one may not pass the other
 * bitmapN     text "1,3-5"                       a list of numbers up to N
 * others      text                               one of a few words
 *
 * @source kernel/sysctl.c: proc_dointvec(), proc_dointvec_jiffies(), proc_do_large_bitmap(), ...; each kind was seen on a real kernel
 * @differs a write of several numbers that fails at the second one changes nothing; Linux keeps the first
 */

import type { Errno } from "../../core/errno.ts";
import { parseIpv6 } from "../../wire/ipv6-address.ts";

export type SysctlValue = number | string;

/** Milliseconds of a jiffy: HZ = 250. */
export const JIFFY_MS = 4;
const HZ = 250;
/** What one queued packet of the largest Ethernet size counts against unres_qlen_bytes. */
const PACKET_OCTETS = 2090;
const INT_MAX = 2147483647;

export interface Refused {
  readonly errno: Errno;
}
const EINVAL: Refused = { errno: "EINVAL" };

export function isRefused(value: SysctlValue | Refused): value is Refused {
  return typeof value === "object";
}

/** Values of the same directory that limit this one. */
export interface Limits {
  /** What is stored now. */
  readonly current: SysctlValue;
  /** For `low` and `high`: the other one. For `mtu`: the device's MTU. For `ports`: ip_unprivileged_port_start. */
  readonly other: number;
}

/** The numbers of a text as the kernel reads them: C notation, separated by blanks. Null: not a number. */
function integers(text: string, limit: number): bigint[] | null {
  const fields = text
    .replace(/^[ \t\n\v\f\r]+/, "")
    .split(/[ \t\n]+/, limit)
    .filter((field) => field !== "");
  if (fields.length === 0) return null;
  const numbers: bigint[] = [];
  for (const field of fields) {
    const match = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(field);
    if (match === null) return null;
    const digits = match[2]!;
    const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
    numbers.push(match[1] === "-" ? -value : value);
  }
  return numbers;
}

/** A whole number, as text where JavaScript's numbers are too short for it. */
function stored(value: bigint): SysctlValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function milliseconds(value: bigint, least: number): SysctlValue | Refused {
  if (value > 18446744073709551615n || value < -18446744073709551615n) return EINVAL;
  const ms = Number(BigInt.asUintN(32, value));
  if (ms > INT_MAX || ms < least) return EINVAL;
  return Math.ceil(ms / JIFFY_MS);
}

/** 1/100 s: cut to 32 bits without a check. */
function clockTicks(value: bigint): SysctlValue | Refused {
  if (value > 3689348814741910300n || value < -3689348814741910300n) return EINVAL;
  return Number(BigInt.asIntN(32, (value * BigInt(HZ)) / 100n));
}

function seconds(value: bigint): SysctlValue | Refused {
  const limit = BigInt(Math.floor(INT_MAX / HZ));
  return value < -limit || value > limit ? EINVAL : Number(value) * HZ;
}

function vector(text: string, current: SysctlValue): SysctlValue | Refused {
  const numbers = integers(text, 3);
  if (numbers === null || numbers.some((n) => n < 1n || n > BigInt(INT_MAX))) return EINVAL;
  const old = String(current).split("\t");
  return old.map((was, i) => (numbers[i] === undefined ? was : numbers[i].toString())).join("\t");
}

function pair(text: string, current: SysctlValue, max: number): [number, number] | null {
  const numbers = integers(text, 2);
  if (numbers === null || numbers.some((n) => n < 0n || n > BigInt(max))) return null;
  const old = String(current).split("\t").map(Number);
  return [Number(numbers[0] ?? old[0]), Number(numbers[1] ?? old[1])];
}

function ports(text: string, limits: Limits): SysctlValue | Refused {
  const range = pair(text, limits.current, 65535);
  if (range === null || range[0] < 1 || range[1] < range[0] || range[0] < limits.other) return EINVAL;
  return range.join("\t");
}

/** A range the wrong way round means "nobody". */
function groups(text: string, limits: Limits): SysctlValue | Refused {
  const range = pair(text, limits.current, 4294967294);
  if (range === null) return EINVAL;
  return range[0] > range[1] ? "1\t0" : range.join("\t");
}

/** A list of numbers and ranges, shown sorted and joined. Numbers may be parted by commas or line ends. */
function bitmap(text: string, max: number): SysctlValue | Refused {
  const bits = new Set<number>();
  for (const part of text.replace(/\n$/, "").split(/[,\n]/)) {
    if (part === "" && text.replace(/\n/g, "") === "") continue;
    const match = /^(0x[0-9a-fA-F]+|[0-9]+)(?:-(0x[0-9a-fA-F]+|[0-9]+))?$/.exec(part);
    if (match === null) return EINVAL;
    const [from, to] = [match[1]!, match[2] ?? match[1]!].map((n) =>
      Number(/^0[0-7]+$/.test(n) ? `0o${n.slice(1)}` : n),
    );
    if (!(from! <= to! && to! <= max)) return EINVAL;
    for (let bit = from!; bit <= to!; bit++) bits.add(bit);
  }
  const sorted = [...bits].sort((a, b) => a - b);
  const runs: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    runs.push(end === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[end]}`);
    i = end + 1;
  }
  return runs.join(",");
}

const WORDS: Readonly<
  Record<string, { readonly allowed: readonly string[]; readonly known: readonly string[] }>
> = {
  cong: { allowed: ["reno", "bbr"], known: ["cubic"] },
  log: {
    allowed: ["NONE", "nf_log_ipv4", "nf_log_ipv6", "nf_log_arp", "nf_log_netdev", "nf_log_bridge"],
    known: [],
  },
  "one:default": { allowed: ["default"], known: [] },
};

/** An address up to the first character that none can have; kept as the kernel prints it. @source addrconf_sysctl_stable_secret() */
function secret(text: string): SysctlValue | Refused {
  const address = parseIpv6(/^[0-9a-fA-F:.]*/.exec(text)![0]);
  if (address === null) return { errno: "EIO" };
  return address
    .toString(16)
    .padStart(32, "0")
    .replace(/.{4}(?=.)/g, "$&:");
}

function word(kind: string, text: string): SysctlValue | Refused | null {
  const trimmed = text.trim();
  switch (kind) {
    case "cong":
    case "log":
    case "one:default": {
      const words = WORDS[kind]!;
      if (words.allowed.includes(trimmed)) return trimmed;
      return { errno: words.known.includes(trimmed) ? "EPERM" : "ENOENT" };
    }
    case "pm":
      return trimmed === "kernel" ? 0 : trimmed === "userspace" ? 1 : { errno: "ENOENT" };
    case "key":
      return /^[0-9a-f]{8}(-[0-9a-f]{8}){3}$/.test(trimmed) ? trimmed : EINVAL;
    case "cpus":
      return /^[0-3]?$/.test(trimmed) ? trimmed || "0" : EINVAL;
    case "secret":
      return secret(text);
    case "flush":
      return 0;
    default:
      return null;
  }
}

function number(kind: string, value: bigint, limits: Limits): SysctlValue | Refused {
  const inRange = (min: bigint, max: bigint) => (value < min || value > max ? EINVAL : stored(value));
  switch (kind) {
    case "i":
      return inRange(-2147483648n, 2147483647n);
    case "flag":
      return isRefused(inRange(-2147483648n, 2147483647n)) ? EINVAL : value === 0n ? 0 : 1;
    case "s":
      return seconds(value);
    case "ms":
      return milliseconds(value, 0);
    case "ms1":
      return milliseconds(value, 1);
    case "clk":
      return clockTicks(value);
    case "qlen":
      return value < 0n || value > 1027504n ? EINVAL : Number(value) * PACKET_OCTETS;
    case "pmtype":
      return inRange(0n, 1n);
    case "mtu":
      return inRange(1280n, BigInt(limits.other));
    case "low":
      return inRange(0n, BigInt(limits.other));
    case "high":
      return inRange(BigInt(limits.other), 18446744073709551615n);
    default: {
      const [min, max] = kind.slice(1).split(":");
      return inRange(BigInt(min!), BigInt(max!));
    }
  }
}

/** What a write of `text` stores, or why it is refused. */
export function sysctlParse(kind: string, text: string, limits: Limits): SysctlValue | Refused {
  const asWord = word(kind, text);
  if (asWord !== null) return asWord;
  if (kind === "vec3") return vector(text, limits.current);
  if (kind === "ports") return ports(text, limits);
  if (kind === "gids") return groups(text, limits);
  if (kind.startsWith("bitmap")) return bitmap(text, Number(kind.slice(6)));
  const numbers = integers(text, 1);
  return numbers === null ? EINVAL : number(kind, numbers[0]!, limits);
}

/** The text of a stored value, without the newline. */
export function sysctlFormat(kind: string, value: SysctlValue): string {
  if (typeof value === "string") return value;
  const ratio = (times: number, by: number) =>
    `${value < 0 ? "-" : ""}${Math.trunc((Math.abs(value) * times) / by)}`;
  switch (kind) {
    case "s":
      return ratio(1, HZ);
    case "ms":
    case "ms1":
      return `${value * JIFFY_MS}`;
    case "clk":
      return ratio(100, HZ);
    case "qlen":
      return ratio(1, PACKET_OCTETS);
    case "pm":
      return value === 0 ? "kernel" : "userspace";
    default:
      return `${value}`;
  }
}
