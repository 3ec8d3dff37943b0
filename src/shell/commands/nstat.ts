/**
 * nstat(8) of iproute2 6.1: the kernel's SNMP counters since its last run, which it keeps in a file.
 * @source nstat(8); formats as observed
 * @differs no daemon: `-d` and `-t` sample nothing, and the column of rates is 0.0
 */
import type { Command, CommandContext } from "../host.ts";
import { getopt } from "./getopt.ts";

const USAGE = `Usage: nstat [OPTION] [ PATTERN [ PATTERN ] ]
   -h, --help          this message
   -a, --ignore        ignore history
   -d, --scan=SECS     sample every statistics every SECS
   -j, --json          format output in JSON
   -n, --nooutput      do history only
   -p, --pretty        pretty print
   -r, --reset         reset history
   -s, --noupdate      don't update history
   -t, --interval=SECS report average over the last SECS
   -V, --version       output version information
   -z, --zeros         show entries with zero activity
`;

const OPTIONS = {
  short: "h?vVzrnasd:t:jp",
  long: {
    help: { name: "h" },
    ignore: { name: "a" },
    scan: { name: "d", value: "required" },
    nooutput: { name: "n" },
    json: { name: "j" },
    reset: { name: "r" },
    noupdate: { name: "s" },
    pretty: { name: "p" },
    interval: { name: "t", value: "required" },
    version: { name: "V" },
    zeros: { name: "z" },
  },
} as const;

/** A counter that this tool leaves out: a setting, not a count. */
function isSetting(name: string): boolean {
  return /^(IpForwarding|IpDefaultTTL|TcpRtoAlgorithm|TcpRtoMin|TcpRtoMax|TcpMaxConn|TcpCurrEstab)$/.test(
    name,
  );
}

/** Pairs of lines: names, then values, both behind the protocol. */
function readTable(text: string, into: Map<string, number>): void {
  const lines = text.split("\n");
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [protocol, ...names] = lines[i]!.split(/:? /);
    const values = lines[i + 1]!.split(" ").slice(1);
    names.forEach((name, n) => {
      if (!isSetting(`${protocol}${name}`)) into.set(`${protocol}${name}`, Number(values[n]));
    });
  }
}

/** One counter a line. */
function readList(text: string, into: Map<string, number>): void {
  for (const line of text.split("\n")) {
    const [name, value] = line.split(/\s+/);
    if (name !== undefined && value !== undefined && value !== "") into.set(name, Number(value));
  }
}

function readKernel(cx: CommandContext): Map<string, number> {
  const counters = new Map<string, number>();
  const text = (path: string) => {
    const read = cx.request("FILE_READ", { path });
    return read.ok ? read.value : "";
  };
  readTable(text("/proc/net/snmp"), counters);
  readList(text("/proc/net/snmp6"), counters);
  readTable(text("/proc/net/netstat"), counters);
  return counters;
}

/** A shell pattern as fnmatch(3) takes it. */
function matcher(pattern: string): RegExp {
  const parts = pattern.replace(/\[!|[.+^${}()|\\]|[*?]/g, (c) => {
    if (c === "*") return ".*";
    if (c === "?") return ".";
    return c === "[!" ? "[^" : `\\${c}`;
  });
  try {
    return new RegExp(`^${parts}$`);
  } catch {
    return /(?!)/;
  }
}

function line(name: string, value: number, isOverflow = false): string {
  return `${name.padEnd(32)}${`${value}`.padEnd(16)}   0.0${isOverflow ? " (overflow)" : ""}\n`;
}

function json(shown: readonly (readonly [string, number])[], isPretty: boolean): string {
  const fields = shown.map(([name, value]) => `${JSON.stringify(name)}:${isPretty ? " " : ""}${value}`);
  if (!isPretty) return `{"kernel":{${fields.join(",")}}}\n`;
  const inner = fields.length === 0 ? "{}" : `{\n        ${fields.join(",\n        ")}\n    }`;
  return `{\n    "kernel": ${inner}\n}\n`;
}

function historyPath(cx: CommandContext): string {
  return cx.env.get("NSTAT_HISTORY") ?? "/tmp/.nstat.u0";
}

const SOURCE = "#kernel";

/** What the last run kept; null: the file is not one of this tool's. */
function readHistory(cx: CommandContext): Map<string, number> | null {
  const read = cx.request("FILE_READ", { path: historyPath(cx) });
  if (!read.ok) return new Map();
  const lines = read.value.split("\n").filter((text) => text !== "");
  const isCounter = (text: string) => text.startsWith("#") || /^\S+\s+\d+(\s|$)/.test(text);
  if (!lines.every(isCounter)) {
    cx.err("nstat.c:146: error parsing history file\n");
    return null;
  }
  const history = new Map<string, number>();
  if (lines.some((text) => text.startsWith("#") && text !== SOURCE)) {
    cx.err("nstat: history is stale, ignoring it.\n");
    return history;
  }
  readList(read.value.replace(/^#.*\n/gm, ""), history);
  return history;
}

export const nstat: Command = async (cx) => {
  const { options, operands, error } = getopt("nstat", cx.argv.slice(1), OPTIONS);
  const has = (...names: readonly string[]) => options.some(([name]) => names.includes(name));
  if (error !== null || has("h", "?")) {
    cx.err((error ?? "") + USAGE);
    return 255;
  }
  if (has("v", "V")) {
    cx.out("nstat utility, iproute2-6.1.0\n");
    return 0;
  }
  const patterns = operands.map(matcher);
  const counters = readKernel(cx);
  const history = has("a", "r") ? new Map<string, number>() : readHistory(cx);
  if (history === null) return 254;
  const shown = [...counters]
    .filter(([name]) => patterns.length === 0 || patterns.some((pattern) => pattern.test(name)))
    .map(([name, value]) => [name, Math.max(0, value - (history.get(name) ?? 0))] as const)
    .filter(([, value]) => has("z") || value !== 0);
  if (!has("n")) {
    const isOverflow = (name: string) => counters.get(name)! < (history.get(name) ?? 0);
    const text = () => shown.map(([name, value]) => line(name, value, isOverflow(name))).join("");
    cx.out(has("j") ? json(shown, has("p")) : `${SOURCE}\n${text()}`);
    await cx.drain();
  }
  if (!has("s") || has("r")) {
    const kept = [...counters].filter(([, value]) => has("z") || value !== 0);
    const data = has("s") ? "" : `${SOURCE}\n${kept.map(([name, value]) => line(name, value)).join("")}`;
    cx.request("FILE_WRITE", { path: historyPath(cx), data, append: false });
  }
  return 0;
};
