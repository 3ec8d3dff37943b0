/**
 * What ss(8) is asked for beside options: `state established`, and an expression over ports and addresses.
 * @source ss(8); iproute2, misc/ssfilter.y, misc/ss.c, scan_state(); recorded
 */
import type { SocketInfo } from "../../events/requests.ts";
import { parseIpv4, prefixMask } from "../../wire/ipv4-address.ts";

export type Test = (socket: SocketInfo) => boolean;

const SYNCHRONIZED = [
  "established",
  "syn-recv",
  "fin-wait-1",
  "fin-wait-2",
  "time-wait",
  "close-wait",
  "last-ack",
  "closing",
];
const CONNECTED = [...SYNCHRONIZED, "syn-sent"];
export const ALL_STATES: readonly string[] = [...CONNECTED, "close", "listen"];

const STATES: ReadonlyMap<string, readonly string[]> = new Map([
  ...ALL_STATES.map((name) => [name, [name]] as const),
  ["closed", ["close"]],
  ["unconnected", ["close"]],
  ["listening", ["listen"]],
  ["all", ALL_STATES],
  ["connected", CONNECTED],
  ["synchronized", SYNCHRONIZED],
  ["bucket", ["syn-recv", "time-wait"]],
  ["big", ALL_STATES.filter((name) => name !== "syn-recv" && name !== "time-wait")],
]);

export function statesNamed(word: string): readonly string[] | null {
  return STATES.get(word) ?? null;
}

/** States that a table shows if none are named. */
export const CONNECTED_STATES: readonly string[] = CONNECTED;

/** What cannot be read: the text to print; null: the usage, after the parser's complaint. */
export class FilterError extends Error {}

const OPERATORS = new Set(["=", "==", "eq", "!=", "ne", "neq", "<", "lt", ">", "gt", "<=", "le", ">=", "ge"]);

function compares(value: number, op: string, bound: number): boolean {
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

const SYNTAX = 'ss: bison bellows (while parsing filter): "syntax error!" Sorry.\n';
const HOST = "Cannot parse dst/src address.\n";

class FilterParser {
  private at = 0;

  constructor(private readonly words: readonly string[]) {}

  parse(): Test {
    const test = this.or();
    if (this.at < this.words.length) throw new FilterError(SYNTAX);
    return test;
  }

  private has(...words: string[]): boolean {
    if (!words.includes(this.words[this.at] ?? "")) return false;
    this.at += 1;
    return true;
  }

  private take(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new FilterError(SYNTAX);
    return word;
  }

  private or(): Test {
    const parts = [this.and()];
    while (this.has("or", "|", "||")) parts.push(this.and());
    return (socket) => parts.some((test) => test(socket));
  }

  private and(): Test {
    const parts = [this.not()];
    while (this.at < this.words.length && !["or", "|", "||", ")"].includes(this.words[this.at]!)) {
      this.has("and", "&", "&&");
      parts.push(this.not());
    }
    return (socket) => parts.every((test) => test(socket));
  }

  private not(): Test {
    if (this.has("not", "!")) {
      const test = this.not();
      return (socket) => !test(socket);
    }
    if (!this.has("(")) return this.predicate();
    const test = this.or();
    if (!this.has(")")) throw new FilterError(SYNTAX);
    return test;
  }

  private predicate(): Test {
    const word = this.take();
    if (!["sport", "dport", "src", "dst"].includes(word)) throw new FilterError(SYNTAX);
    const op = OPERATORS.has(this.words[this.at] ?? "") ? this.take() : "=";
    const value = this.take();
    return word === "sport" || word === "dport" ? portTest(word, op, value) : hostTest(word, op, value);
  }
}

function portTest(word: string, op: string, value: string): Test {
  const text = value.replace(/^.*:/, "");
  if (!/^\d+$/.test(text)) throw new FilterError(`Error: "${text}" does not look like a port.\n${HOST}`);
  return (s) => compares(word === "sport" ? s.port : s.peerPort, op, Number(text));
}

function hostTest(word: string, op: string, value: string): Test {
  const [host, portText] = value.split(":");
  const [text, length = "32"] = host!.split("/");
  const address = text === "" || text === "*" ? 0 : parseIpv4(text!);
  if (address === null)
    throw new FilterError(`Error: an inet prefix is expected rather than "${text}".\n${HOST}`);
  const mask = address === 0 && text !== "0.0.0.0" ? 0 : prefixMask(Number(length));
  return (s) => {
    const own = parseIpv4(word === "src" ? s.local : s.peer)!;
    const port = word === "src" ? s.port : s.peerPort;
    const isSame = ((own ^ address) & mask) === 0 && (portText === undefined || Number(portText) === port);
    return isSame !== (op === "!=" || op === "ne");
  };
}

/** Throws FilterError. */
export function parseFilter(words: readonly string[]): Test {
  const tokens = words.join(" ").match(/[()]|!(?!=)|&&?|\|\|?|[^\s()&|!]+(?:!=)?|!=/g) ?? [];
  return tokens.length === 0 ? () => true : new FilterParser(tokens).parse();
}
