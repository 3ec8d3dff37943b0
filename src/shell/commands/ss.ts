/**
 * ss(8) of iproute2 6.1 for UDP and raw sockets over IPv4; other kinds of sockets there are none.
 * @source ss(8); layout: misc/ss.c, render_calc_width(); recorded
 * @differs `-e`, `-m`, `-i`, `-o` add nothing; netlink sockets are not shown; of filters it knows `state`, `exclude`, ports and addresses
 */
import { strerror } from "../../core/errno.ts";
import type { SocketInfo } from "../../events/requests.ts";
import type { Command, CommandContext } from "../host.ts";
import { getopt } from "./getopt.ts";
import {
  ALL_STATES,
  CONNECTED_STATES,
  FilterError,
  parseFilter,
  statesNamed,
  type Test,
} from "./ss-filter.ts";
import { USAGE } from "./ss-usage.ts";

/** `unix` and `packet` are two tables or more, for sockets of each type. */
type Table = "udp" | "raw" | "tcp" | "dccp" | "sctp" | "unix" | "packet" | "netlink" | "mptcp";
const MANY: ReadonlySet<Table> = new Set(["unix", "packet"]);

const LONG = {
  numeric: { name: "n" },
  resolve: { name: "r" },
  options: { name: "o" },
  extended: { name: "e" },
  memory: { name: "m" },
  info: { name: "i" },
  processes: { name: "p" },
  threads: { name: "T" },
  udp: { name: "u" },
  tcp: { name: "t" },
  raw: { name: "w" },
  dccp: { name: "d" },
  sctp: { name: "S" },
  unix: { name: "x" },
  all: { name: "a" },
  listening: { name: "l" },
  ipv4: { name: "4" },
  ipv6: { name: "6" },
  packet: { name: "0" },
  family: { name: "f", value: "required" },
  socket: { name: "A", value: "required" },
  query: { name: "A", value: "required" },
  summary: { name: "s" },
  version: { name: "V" },
  help: { name: "h" },
  "no-header": { name: "H" },
  oneline: { name: "O" },
  kill: { name: "K" },
  net: { name: "N", value: "required" },
  context: { name: "Z" },
  contexts: { name: "z" },
  bpf: { name: "b" },
  mptcp: { name: "M" },
} as const;

const SHORT = "hanrlopeimstuwxdMSf:A:V46H0OTKN:Zzb";

const INET: readonly Table[] = ["raw", "udp", "tcp", "dccp", "sctp"];
const ALL: readonly Table[] = [...INET, "unix", "packet", "netlink"];
const TABLES: ReadonlyMap<string, readonly Table[]> = new Map([
  ["all", ALL],
  ["inet", INET],
  ...ALL.map((table): [string, Table[]] => [table, [table]]),
]);
const OF_OPTIONS: ReadonlyMap<string, Table> = new Map([
  ["u", "udp"],
  ["w", "raw"],
  ["t", "tcp"],
  ["d", "dccp"],
  ["S", "sctp"],
  ["x", "unix"],
  ["0", "packet"],
  ["M", "mptcp"],
]);
const OF_FAMILIES: ReadonlyMap<string, readonly Table[]> = new Map([
  ["inet", INET],
  ["inet6", INET],
  ["link", ["packet"]],
  ["unix", ["unix"]],
  ["netlink", ["netlink"]],
]);

/** What is asked for. */
interface Query {
  readonly tables: ReadonlySet<Table>;
  readonly states: ReadonlySet<string>;
  readonly isNumeric: boolean;
  readonly showsProcesses: boolean;
  readonly hasHeader: boolean;
  readonly showsIpv4: boolean;
  readonly test: Test;
}

function fail(cx: CommandContext, text: string): number {
  cx.err(text);
  return 255;
}

/** States that are shown of a table if the options say nothing. @source default_dbs[] */
function defaultStates(table: Table): readonly string[] {
  if (table === "udp" || table === "raw") return ["established"];
  return table === "packet" || table === "netlink" ? ["close"] : CONNECTED_STATES;
}

/** The tables that options name; those of the family if none does. */
function tablesOf(options: readonly (readonly [string, string])[]): Set<Table> | string {
  const tables = new Set<Table>();
  let family: string | undefined;
  for (const [name, value] of options) {
    const one = OF_OPTIONS.get(name);
    if (one !== undefined) tables.add(one);
    if (name === "f") family = value;
    if (name === "4" || name === "6") family = "inet";
    if (name !== "A") continue;
    for (const word of value.split(",")) {
      const known = TABLES.get(word);
      if (known === undefined) return word;
      for (const table of known) tables.add(table);
    }
  }
  return tables.size > 0 ? tables : new Set(OF_FAMILIES.get(family ?? "") ?? ALL);
}

/** Takes `state NAME` and `exclude NAME` from the front of the words. Text: what is wrong. */
function takeStates(words: string[], standard: ReadonlySet<string>): ReadonlySet<string> | string {
  let named: Set<string> | null = null;
  for (;;) {
    const isState = words[0] === "state";
    if (!isState && words[0] !== "exclude" && words[0] !== "excl") return named ?? standard;
    words.shift();
    const name = words.shift() ?? "";
    const states = statesNamed(name);
    if (states === null) return `ss: wrong state name: ${name}\n`;
    named ??= new Set(isState ? [] : ALL_STATES);
    for (const state of states) {
      if (isState) named.add(state);
      else named.delete(state);
    }
  }
}

function parse(cx: CommandContext): Query | number {
  const { options, operands, error } = getopt("ss", cx.argv.slice(1), { short: SHORT, long: LONG });
  if (error !== null) return fail(cx, error + USAGE);
  const has = (name: string) => options.some(([one]) => one === name);
  if (has("h")) {
    cx.out(USAGE);
    return 0;
  }
  if (has("V")) {
    cx.out("ss utility, iproute2-6.1.0\n");
    return 0;
  }
  if (has("Z") || has("z")) {
    cx.err("ss: SELinux is not enabled.\n");
    return 1;
  }
  const tables = tablesOf(options);
  if (typeof tables === "string") return fail(cx, `ss: "${tables}" is illegal socket table id\n${USAGE}`);
  const words = [...operands];
  const standard = has("a")
    ? ALL_STATES
    : has("l")
      ? ["listen", "close"]
      : [...tables].flatMap((table) => defaultStates(table));
  const states = takeStates(words, new Set(standard));
  if (typeof states === "string") return fail(cx, states);
  let test: Test;
  try {
    test = parseFilter(words);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    if (!error.message.startsWith("Error")) return fail(cx, error.message + USAGE);
    cx.err(error.message);
    return 1;
  }
  const family = options.findLast(([name]) => name === "f")?.[1];
  return {
    tables,
    states,
    isNumeric: has("n"),
    showsProcesses: has("p"),
    hasHeader: !has("H"),
    showsIpv4: !(has("6") && !has("4")) && (family === undefined || family === "inet"),
    test,
  };
}

/** Names of ports, as /etc/services has them. */
function readServices(cx: CommandContext): Map<string, string> {
  const names = new Map<string, string>();
  const read = cx.request("FILE_READ", { path: "/etc/services" });
  for (const line of read.ok ? read.value.split("\n") : []) {
    const [name, port] = line.replace(/#.*/, "").split(/\s+/);
    if (name !== undefined && port !== undefined && !names.has(port)) names.set(port, name);
  }
  return names;
}

function portText(socket: SocketInfo, port: number, names: ReadonlyMap<string, string>): string {
  if (port === 0) return "*";
  if (socket.protocol === "raw") return names.size > 0 && port === 1 ? "icmp" : String(port);
  return names.get(`${port}/udp`) ?? String(port);
}

function cellsOf(socket: SocketInfo, query: Query, names: ReadonlyMap<string, string>): string[] {
  const device = socket.ifname === null ? "" : `%${socket.ifname}`;
  const { comm, pid, fd } = socket;
  return [
    socket.protocol,
    socket.isConnected ? "ESTAB" : "UNCONN",
    String(socket.received).padEnd(6),
    String(socket.sending).padEnd(6),
    `${socket.local}${device}:`,
    portText(socket, socket.port, names),
    `${socket.peer}:`,
    portText(socket, socket.peerPort, names),
    query.showsProcesses ? ` users:(("${comm}",pid=${pid},fd=${fd}))` : "",
  ];
}

const HEADER = [
  "Netid",
  "State",
  "Recv-Q",
  "Send-Q",
  "Local Address:",
  "Port",
  "Peer Address:",
  "Port",
  "Process",
];
/** Blank in front of a column that is not the first. */
const GAPS = ["", " ", " ", " ", " ", "", " ", "", ""];
/** Columns that end where the next one begins. */
const RIGHT: ReadonlySet<number> = new Set([4, 6]);

/** Each column is as wide as its widest cell; a column without any text is left out. */
function render(rows: readonly (readonly string[])[], hidden: ReadonlySet<number>): string {
  const widths = HEADER.map((_, at) => Math.max(0, ...rows.map((row) => row[at]!.length)));
  return rows
    .map((row) => {
      let line = "";
      row.forEach((cell, at) => {
        const width = widths[at]!;
        if (hidden.has(at) || width === 0) return;
        const gap = line === "" ? "" : GAPS[at]!;
        line += gap + (RIGHT.has(at) ? cell.padStart(width) : cell.padEnd(width));
      });
      return `${line}\n`;
    })
    .join("");
}

/** A column that would say the same of every socket is left out. */
function hiddenColumns({ tables, states }: Query): Set<number> {
  const hidden = new Set<number>();
  if (tables.size === 1 && ![...tables].some((table) => MANY.has(table))) hidden.add(0);
  if (states.size === 1) hidden.add(1);
  return hidden;
}

function summary(cx: CommandContext, sockets: readonly SocketInfo[]): string {
  const raw = sockets.filter(({ protocol }) => protocol === "raw").length;
  const udp = sockets.length - raw;
  const sockstat = cx.request("FILE_READ", { path: "/proc/net/sockstat" });
  const total = /used (\d+)/.exec(sockstat.ok ? sockstat.value : "")?.[1] ?? "0";
  const row = (name: string, count: number) =>
    `${name}\t  ${String(count).padEnd(9)} ${String(count).padEnd(9)} ${"0".padEnd(9)}\n`;
  return (
    `Total: ${total}\nTCP:   0 (estab 0, closed 0, orphaned 0, timewait 0)\n\n` +
    `Transport Total     IP        IPv6\n${row("RAW", raw)}${row("UDP", udp)}${row("TCP", 0)}${row("INET", raw + udp)}${row("FRAG", 0)}\n`
  );
}

export const ss: Command = (cx) => {
  const query = parse(cx);
  if (typeof query === "number") return query;
  const { options } = getopt("ss", cx.argv.slice(1), { short: SHORT, long: LONG });
  const name = options.findLast(([letter]) => letter === "N")?.[1];
  const opened = name === undefined ? null : cx.request("NETNS_OPEN", { name });
  if (opened?.ok === false) {
    cx.err(`Cannot open network namespace "${name}": ${strerror(opened.errno)}\n`);
    return 1;
  }
  const dump = cx.host.request(opened?.value.netns ?? cx.netns, "SOCK_DIAG_DUMP", {});
  const sockets = dump.ok ? dump.value : [];
  if (options.some(([letter]) => letter === "s")) {
    cx.out(summary(cx, sockets));
    return 0;
  }
  // The kernel forgot DCCP, which is asked for all the same.
  if (query.tables.has("dccp")) cx.err("RTNETLINK answers: Invalid argument\n");
  const names = query.isNumeric ? new Map<string, string>() : readServices(cx);
  const shown = sockets.filter(
    (socket) =>
      query.showsIpv4 &&
      query.tables.has(socket.protocol) &&
      query.states.has(socket.isConnected ? "established" : "close") &&
      query.test(socket),
  );
  const rows = shown.map((socket) => cellsOf(socket, query, names));
  cx.out(render(query.hasHeader ? [HEADER, ...rows] : rows, hiddenColumns(query)));
  return 0;
};
