/**
 * Reads a filter expression. `and` and `or` bind alike, from the left; an id without a qualifier takes those of the one before.
 * @source pcap-filter(7); behaviour of libpcap 1.10.3 as recorded
 */
import { type Arith, type Base, binary, type Filter } from "../../stack/socket-filter.ts";
import type { HostEntry } from "../hosts.ts";
import { FilterError, lexFilter, syntaxError, type Token } from "./filter-lex.ts";
import { FilterMaker, type Qualifiers } from "./filter-make.ts";

const PROTOCOLS: ReadonlySet<string> = new Set(
  (
    "ether arp rarp ip sctp tcp udp icmp igmp igrp pim vrrp carp ip6 icmp6 ah esp atalk aarp decnet lat sca moprc mopdl " +
    "iso esis isis stp ipx netbeui radio mpls pppoed pppoes"
  ).split(" "),
);
const KINDS: ReadonlySet<string> = new Set(["host", "net", "port", "portrange"]);
const RELATIONS: ReadonlySet<string> = new Set(["=", "!=", "<", ">", "<=", ">="]);
const NONE: Qualifiers = { protocol: null, direction: null, kind: null };

interface Parsed {
  readonly filter: Filter;
  readonly qualifiers: Qualifiers | null;
}

export interface FilterSetting {
  readonly hosts: readonly HostEntry[];
  readonly linkType: number;
  readonly isLive: boolean;
  /** Of the interface, for `ip broadcast`; 0: not known. */
  readonly netmask: number;
}

/** @throws FilterError with libpcap's words */
export function parseFilter(text: string, setting: FilterSetting): Filter {
  if (text.trim() === "") return { k: "all" };
  const parser = new Parser(lexFilter(text), new FilterMaker(setting));
  return parser.whole();
}

class Parser {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly make: FilterMaker,
  ) {}

  whole(): Filter {
    const parsed = this.expression();
    if (this.next.kind !== "end") throw syntaxError();
    return parsed.filter;
  }

  private get next(): Token {
    return this.tokens[this.at]!;
  }

  private isWord(text: string): boolean {
    return (this.next.kind === "keyword" || this.next.kind === "op") && this.next.text === text;
  }

  private accept(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw syntaxError();
  }

  private expression(): Parsed {
    let left = this.term(null);
    for (;;) {
      const k = this.isWord("and") ? "and" : this.isWord("or") ? "or" : null;
      if (k === null) return left;
      this.at++;
      const right = this.term(left.qualifiers);
      left = { filter: { k, a: left.filter, b: right.filter }, qualifiers: right.qualifiers };
    }
  }

  /** @param inherited qualifiers of the term before */
  private term(inherited: Qualifiers | null): Parsed {
    if (this.accept("not")) {
      const inner = this.term(inherited);
      return { filter: { k: "not", a: inner.filter }, qualifiers: inner.qualifiers };
    }
    if (inherited !== null && this.isId()) return this.id(inherited);
    const start = this.at;
    const relation = this.relation();
    if (relation !== null) return { filter: relation, qualifiers: null };
    this.at = start;
    if (this.accept("(")) {
      // Ids in parentheses take the qualifiers of before, too: `host (a or b)` stands for both.
      const inner = this.expressionInside(inherited);
      this.expect(")");
      return inner;
    }
    return this.primitive();
  }

  private expressionInside(inherited: Qualifiers | null): Parsed {
    let left = this.term(inherited);
    for (;;) {
      const k = this.isWord("and") ? "and" : this.isWord("or") ? "or" : null;
      if (k === null) return left;
      this.at++;
      const right = this.term(left.qualifiers ?? inherited);
      left = { filter: { k, a: left.filter, b: right.filter }, qualifiers: right.qualifiers };
    }
  }

  private isId(): boolean {
    return ["word", "number", "ipv4", "mac", "ipv6"].includes(this.next.kind) && !this.isRelationAhead();
  }

  /** A number may begin a comparison. */
  private isRelationAhead(): boolean {
    if (this.next.kind !== "number") return false;
    const after = this.tokens[this.at + 1]!;
    return after.kind === "op" && after.text !== ")" && after.text !== "/";
  }

  private id(q: Qualifiers): Parsed {
    const token = this.next;
    this.at++;
    if (this.isWord("/") && (token.kind === "ipv4" || token.kind === "number" || token.kind === "ipv6")) {
      this.at++;
      if (this.next.kind !== "number") throw syntaxError();
      const length = this.next.value;
      this.at++;
      const isIpv6 = token.kind === "ipv6";
      const filter = isIpv6
        ? this.make.address6(token.text, length, q)
        : this.make.maskedNet(token.text, length, q);
      return { filter, qualifiers: q };
    }
    if (this.isWord("mask") && token.kind === "ipv4") {
      this.at++;
      const mask = this.next;
      if (mask.kind !== "ipv4") throw syntaxError();
      this.at++;
      return { filter: this.make.netWithMask(token.text, mask.text, q), qualifiers: q };
    }
    return { filter: this.make.id(token, q), qualifiers: q };
  }

  private primitive(): Parsed {
    const special = this.special();
    if (special !== null) return { filter: special, qualifiers: null };
    let protocol: string | null = null;
    if (this.next.kind === "keyword" && PROTOCOLS.has(this.next.text)) {
      protocol = this.next.text;
      this.at++;
    }
    if (this.accept("broadcast")) return { filter: this.make.broadcast(protocol), qualifiers: null };
    if (this.accept("multicast")) return { filter: this.make.multicast(protocol), qualifiers: null };
    const direction = this.direction();
    let kind: string | null = null;
    if (this.next.kind === "keyword" && KINDS.has(this.next.text)) {
      kind = this.next.text;
      this.at++;
    } else if (direction === null && (this.isWord("proto") || this.isWord("protochain"))) {
      kind = this.next.text;
      this.at++;
    } else if (direction === null && this.isWord("gateway"))
      throw new FilterError("'gateway' not supported in this configuration");
    if (direction === null && kind === null) {
      if (protocol === null) throw syntaxError();
      return { filter: this.make.protocol(protocol), qualifiers: null };
    }
    const q: Qualifiers = { ...NONE, protocol, direction, kind };
    if (this.accept("(")) {
      const inner = this.expressionInside(q);
      this.expect(")");
      return { filter: inner.filter, qualifiers: q };
    }
    if (this.accept("not")) {
      const inner = this.term(q);
      return { filter: { k: "not", a: inner.filter }, qualifiers: q };
    }
    if (!["word", "number", "ipv4", "mac", "ipv6"].includes(this.next.kind)) throw syntaxError();
    return this.id(q);
  }

  private direction(): Qualifiers["direction"] {
    const one = this.isWord("src") ? "src" : this.isWord("dst") ? "dst" : null;
    if (one === null) return null;
    this.at++;
    const other = one === "src" ? "dst" : "src";
    for (const join of ["or", "and"] as const) {
      const then = this.tokens[this.at + 1];
      if (this.isWord(join) && then?.kind === "keyword" && then.text === other) {
        this.at += 2;
        return join === "or" ? "src or dst" : "src and dst";
      }
    }
    return one;
  }

  /** Primitives that are words of their own. */
  private special(): Filter | null {
    if (this.next.kind !== "keyword") return null;
    switch (this.next.text) {
      case "less":
      case "greater": {
        const op = this.next.text === "less" ? "<=" : ">=";
        this.at++;
        return { k: "cmp", op, a: { k: "len" }, b: { k: "num", value: this.number() } };
      }
      case "inbound":
      case "outbound": {
        const isOut = this.next.text === "outbound";
        this.at++;
        return this.make.direction(isOut);
      }
      case "llc":
        this.at++;
        return this.make.llc();
      case "type":
      case "subtype":
      case "dir":
        throw new FilterError("802.11 link-layer types supported only on 802.11");
      case "vlan":
        this.at++;
        return this.make.vlan(this.isNumber() ? this.number() : null);
      default:
        return null;
    }
  }

  private isNumber(): boolean {
    return this.next.kind === "number";
  }

  private number(): number {
    if (this.next.kind !== "number") throw syntaxError();
    const { value } = this.next;
    this.at++;
    return value;
  }

  // -------------------------------------------------------------------------------------------- comparisons

  /** A comparison of numbers; null: there is none here. */
  private relation(): Filter | null {
    const guards: Filter[] = [];
    const left = this.sum(guards, 0);
    if (left === null) return null;
    const { text } = this.next;
    if (this.next.kind !== "op" || !RELATIONS.has(text)) return null;
    this.at++;
    const right = this.sum(guards, 0);
    if (right === null) throw syntaxError();
    const compared: Filter = { k: "cmp", op: text, a: left, b: right };
    return guards.reduceRight<Filter>((b, a) => ({ k: "and", a, b }), compared);
  }

  private static readonly LEVELS: readonly (readonly string[])[] = [
    ["|"],
    ["^"],
    ["&"],
    ["<<", ">>"],
    ["+", "-"],
    ["*", "/", "%"],
  ];

  private sum(guards: Filter[], level: number): Arith | null {
    const operators = Parser.LEVELS[level];
    if (operators === undefined) return this.factor(guards);
    let left = this.sum(guards, level + 1);
    while (left !== null && this.next.kind === "op" && operators.includes(this.next.text)) {
      const op = this.next.text;
      this.at++;
      const right = this.sum(guards, level + 1);
      if (right === null) return null;
      if (right.k === "num" && right.value === 0 && (op === "/" || op === "%"))
        throw new FilterError(op === "/" ? "division by zero" : "modulus by zero");
      left =
        left.k === "num" && right.k === "num"
          ? { k: "num", value: binary(op, left.value, right.value) }
          : { k: "bin", op, a: left, b: right };
    }
    return left;
  }

  private factor(guards: Filter[]): Arith | null {
    if (this.next.kind === "number") return { k: "num", value: this.number() >>> 0 };
    if (this.accept("len")) return { k: "len" };
    if (this.accept("-")) {
      const a = this.factor(guards);
      return a === null ? null : a.k === "num" ? { k: "num", value: -a.value >>> 0 } : { k: "neg", a };
    }
    if (this.isWord("(")) {
      this.at++;
      const inner = this.sum(guards, 0);
      return inner === null || !this.accept(")") ? null : inner;
    }
    const token = this.next;
    const after = this.tokens[this.at + 1];
    if (token.kind !== "keyword" || !PROTOCOLS.has(token.text) || after?.text !== "[" || after.kind !== "op")
      return null;
    this.at += 2;
    const offset = this.sum(guards, 0);
    if (offset === null) throw syntaxError();
    let size = 1;
    if (this.accept(":")) size = this.number();
    this.expect("]");
    if (size !== 1 && size !== 2 && size !== 4) throw new FilterError("data size must be 1, 2, or 4");
    const { base, guard, shift } = this.make.accessor(token.text);
    if (guard !== null) guards.push(guard);
    return { k: "load", base: base as Base, offset, size, shift };
  }
}
