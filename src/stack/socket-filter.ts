/**
 * Socket filters as data: which packets a packet socket takes. A load beyond the packet rejects it as a whole, as in the
 * kernel's filter machine.
 * @source net/core/filter.c; pcap-filter(7)
 */

/** Where offsets count from: the link header, the network header, the transport header behind IPv4's or IPv6's. */
export type Base = "link" | "net" | "transport" | "transport6";

export type Arith =
  | { readonly k: "num"; readonly value: number }
  | { readonly k: "len" }
  | {
      readonly k: "load";
      readonly base: Base;
      readonly offset: Arith;
      readonly size: 1 | 2 | 4;
      /** Octets of VLAN tags that lie before. */
      readonly shift: number;
    }
  | { readonly k: "bin"; readonly op: string; readonly a: Arith; readonly b: Arith }
  | { readonly k: "neg"; readonly a: Arith };

export type Filter =
  | { readonly k: "and" | "or"; readonly a: Filter; readonly b: Filter }
  | { readonly k: "not"; readonly a: Filter }
  | { readonly k: "all" }
  | { readonly k: "type"; readonly value: number; readonly shift: number }
  | { readonly k: "llc"; readonly sap: number; readonly shift: number }
  | { readonly k: "outbound"; readonly isOut: boolean }
  | { readonly k: "cmp"; readonly op: string; readonly a: Arith; readonly b: Arith };

/** A packet as a filter sees it. */
export interface FilterView {
  readonly octets: Uint8Array;
  /** Octets on the wire. */
  readonly length: number;
  /** Offset of the EtherType, and of the network header. */
  readonly typeAt: number;
  readonly netAt: number;
  readonly isOutgoing: boolean;
}

const BEYOND = Symbol("beyond the packet");

export function passes(filter: Filter, view: FilterView): boolean {
  try {
    return holds(filter, view);
  } catch (error) {
    if (error === BEYOND) return false;
    throw error;
  }
}

function holds(f: Filter, view: FilterView): boolean {
  switch (f.k) {
    case "and":
      return holds(f.a, view) && holds(f.b, view);
    case "or":
      return holds(f.a, view) || holds(f.b, view);
    case "not":
      return !holds(f.a, view);
    case "all":
      return true;
    case "type":
      return load(view, view.typeAt + f.shift, 2) === f.value;
    case "llc":
      return load(view, view.typeAt + f.shift, 2) <= 1500 && load(view, view.netAt + f.shift, 1) === f.sap;
    case "outbound":
      return view.isOutgoing === f.isOut;
    case "cmp":
      return compare(f.op, evaluate(f.a, view), evaluate(f.b, view));
  }
}

export function compare(op: string, a: number, b: number): boolean {
  switch (op) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case ">":
      return a > b;
    case "<":
      return a < b;
    case ">=":
      return a >= b;
    default:
      return a <= b;
  }
}

function load(view: FilterView, at: number, size: number): number {
  if (at < 0 || at + size > view.octets.length) throw BEYOND;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + view.octets[at + i]!;
  return value;
}

function baseOf(view: FilterView, base: Base, shift: number): number {
  switch (base) {
    case "link":
      return 0;
    case "net":
      return view.netAt + shift;
    case "transport":
      return view.netAt + shift + (load(view, view.netAt + shift, 1) & 15) * 4;
    case "transport6":
      return view.netAt + shift + 40;
  }
}

/** Numbers are unsigned and of 32 bits. */
function evaluate(a: Arith, view: FilterView): number {
  switch (a.k) {
    case "num":
      return a.value;
    case "len":
      return view.length;
    case "load":
      return load(view, baseOf(view, a.base, a.shift) + evaluate(a.offset, view), a.size);
    case "neg":
      return -evaluate(a.a, view) >>> 0;
    case "bin":
      return binary(a.op, evaluate(a.a, view), evaluate(a.b, view));
  }
}

export function binary(op: string, a: number, b: number): number {
  switch (op) {
    case "+":
      return (a + b) >>> 0;
    case "-":
      return (a - b) >>> 0;
    case "*":
      return Math.imul(a, b) >>> 0;
    case "/":
      if (b === 0) throw BEYOND;
      return Math.floor(a / b);
    case "%":
      if (b === 0) throw BEYOND;
      return a % b;
    case "&":
      return (a & b) >>> 0;
    case "|":
      return (a | b) >>> 0;
    case "^":
      return (a ^ b) >>> 0;
    case "<<":
      return b > 31 ? 0 : (a << b) >>> 0;
    default:
      return b > 31 ? 0 : a >>> b;
  }
}
