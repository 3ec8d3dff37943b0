/**
 * ss(8) of iproute2 6.1 for UDP and raw sockets over IPv4; other kinds of sockets there are none.
 * @source ss(8); layout: misc/ss.c, render_calc_width(); recorded
 * @differs `-e`, `-m`, `-i`, `-o` add nothing; of filters it knows `state`, `sport`, `dport`, `src` and `dst`, joined by `and`
 */
import type { SocketInfo } from "../../events/requests.ts";
import { parseIpv4, prefixMask } from "../../wire/ipv4-address.ts";
import type { Command, CommandContext } from "../host.ts";
import { getopt } from "./getopt.ts";
import { USAGE } from "./ss-usage.ts";

type Table = "udp" | "raw" | "tcp" | "other";

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
} as const;

const SHORT = "hanrlopeimstuwxdSf:A:V46H0OT";

const TABLES: ReadonlyMap<string, readonly Table[]> = new Map([
  ["all", ["raw", "udp", "tcp", "other"]],
  ["inet", ["raw", "udp", "tcp"]],
  ["udp", ["udp"]],
  ["raw", ["raw"]],
  ["tcp", ["tcp"]],
  ["unix", ["other"]],
  ["packet", ["other"]],
  ["netlink", ["other"]],
]);

type Test = (socket: SocketInfo) => boolean;

/** What is asked for. */
interface Query {
  readonly tables: ReadonlySet<Table>;
  readonly showsConnected: boolean;
  readonly showsUnconnected: boolean;
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

function isIn(value: number, op: string, bound: number): boolean {
  switch (op) {
    case "!=":
    case "ne":
    case "neq":
      return value !== bound;
    case "<":
    case "lt":
      return value < bound;
    case ">":
    case "gt":
      return value > bound;
    case "<=":
    case "le":
      return value <= bound;
    case ">=":
    case "ge":
      return value >= bound;
    default:
      return value === bound;
  }
}

const OPERATORS = new Set(["=", "==", "eq", "!=", "ne", "neq", "<", "lt", ">", "gt", "<=", "le", ">=", "ge"]);

/** `sport = :9`, `src 10.0.0.0/8`. Null: it cannot be read. */
function parseTest(words: string[]): Test | null {
  const word = words.shift();
  const op = OPERATORS.has(words[0] ?? "") ? words.shift()! : "=";
  const value = words.shift();
  if (value === undefined) return null;
  if (word === "sport" || word === "dport") {
    const port = Number(value.replace(/^.*:/, ""));
    if (!Number.isInteger(port)) return null;
    return (s) => isIn(word === "sport" ? s.port : s.peerPort, op, port);
  }
  if (word !== "src" && word !== "dst") return null;
  const [host, portText] = value.split(":");
  const [text, length = "32"] = host!.split("/");
  const address = text === "" || text === "*" ? 0 : parseIpv4(text!);
  if (address === null) return null;
  const mask = address === 0 && text !== "0.0.0.0" ? 0 : prefixMask(Number(length));
  return (s) => {
    const own = parseIpv4(word === "src" ? s.local : s.peer)!;
    const port = word === "src" ? s.port : s.peerPort;
    const isSame = ((own ^ address) & mask) === 0 && (portText === undefined || Number(portText) === port);
    return isSame !== (op === "!=" || op === "ne");
  };
}

const CONNECTED_STATES = new Set(["established", "connected", "synchronized", "all", "big"]);
const UNCONNECTED_STATES = new Set(["closed", "close", "unconnected", "all", "big"]);

/** The tables that options name; those of all families if none does. */
function tablesOf(options: readonly (readonly [string, string])[]): Set<Table> | string {
  const tables = new Set<Table>();
  for (const [name, value] of options) {
    if (name === "u") tables.add("udp");
    if (name === "w") tables.add("raw");
    if (name === "t") tables.add("tcp");
    if (name === "x" || name === "0" || name === "d" || name === "S") tables.add("other");
    if (name !== "A") continue;
    for (const word of value.split(",")) {
      const known = TABLES.get(word);
      if (known === undefined) return word;
      for (const table of known) tables.add(table);
    }
  }
  return tables;
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
  const tables = tablesOf(options);
  if (typeof tables === "string") return fail(cx, `ss: "${tables}" is illegal socket table id\n${USAGE}`);
  if (tables.size === 0) for (const table of TABLES.get("all")!) tables.add(table);
  const words = [...operands];
  let showsConnected = !has("l");
  let showsUnconnected = has("a") || has("l");
  if (words[0] === "state") {
    words.shift();
    const state = words.shift() ?? "";
    if (!CONNECTED_STATES.has(state) && !UNCONNECTED_STATES.has(state))
      return fail(cx, `ss: wrong state name: ${state}\n`);
    showsConnected = CONNECTED_STATES.has(state);
    showsUnconnected = UNCONNECTED_STATES.has(state);
  }
  const tests: Test[] = [];
  while (words.length > 0) {
    if (words[0] === "and" || words[0] === "&&") words.shift();
    const test = parseTest(words);
    if (test === null) return fail(cx, USAGE);
    tests.push(test);
  }
  const family = options.findLast(([name]) => name === "f")?.[1];
  return {
    tables,
    showsConnected,
    showsUnconnected,
    isNumeric: has("n"),
    showsProcesses: has("p"),
    hasHeader: !has("H"),
    showsIpv4: !(has("6") && !has("4")) && (family === undefined || family === "inet"),
    test: (socket) => tests.every((test) => test(socket)),
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

/** Connected datagram sockets alone have one state, whose column is left out. */
function hiddenColumns(query: Query): Set<number> {
  const hidden = new Set<number>();
  if (query.tables.size === 1) hidden.add(0);
  const hasOneState = query.showsConnected !== query.showsUnconnected && query.showsConnected;
  if (hasOneState && !query.tables.has("tcp") && !query.tables.has("other")) hidden.add(1);
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
  const dump = cx.request("SOCK_DIAG_DUMP", {});
  const sockets = dump.ok ? dump.value : [];
  if (getopt("ss", cx.argv.slice(1), { short: SHORT, long: LONG }).options.some(([name]) => name === "s")) {
    cx.out(summary(cx, sockets));
    return 0;
  }
  const names = query.isNumeric ? new Map<string, string>() : readServices(cx);
  const shown = sockets.filter(
    (socket) =>
      query.showsIpv4 &&
      query.tables.has(socket.protocol) &&
      (socket.isConnected ? query.showsConnected : query.showsUnconnected) &&
      query.test(socket),
  );
  const rows = shown.map((socket) => cellsOf(socket, query, names));
  cx.out(render(query.hasHeader ? [HEADER, ...rows] : rows, hiddenColumns(query)));
  return 0;
};
