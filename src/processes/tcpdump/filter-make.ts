/** The primitives of a filter expression, spelled out as loads and comparisons. @source pcap-filter(7) */

import type { Arith, Base, Filter } from "../../stack/socket-filter.ts";
import { prefixMask } from "../../wire/ipv4-address.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { checkProtocol6, needPrefix6, sharesPrefix6 } from "./filter-inet6.ts";
import { FilterError, type Token } from "./filter-lex.ts";
import { dotted, isService, portNumber } from "./filter-numbers.ts";
import type { FilterSetting } from "./filter-parse.ts";
import {
  BY_NUMBER,
  BY_TYPE,
  ETHERTYPE_ARP,
  ETHERTYPE_IP,
  ETHERTYPE_IPV6,
  ETHERTYPE_RARP,
  LLC,
  PORT_PROTOCOLS,
} from "./filter-protocols.ts";
import { PROTOCOL_NAMES } from "./numbers.ts";

export interface Qualifiers {
  readonly protocol: string | null;
  readonly direction: "src" | "dst" | "src or dst" | "src and dst" | null;
  readonly kind: string | null;
}

export const LINKTYPE_ETHERNET = 1;

const num = (value: number): Arith => ({ k: "num", value });
const and = (a: Filter, b: Filter): Filter => ({ k: "and", a, b });
const or = (a: Filter, b: Filter): Filter => ({ k: "or", a, b });

export class FilterMaker {
  /** Octets of the VLAN tags that the terms so far have stepped over. */
  private shift = 0;

  constructor(private readonly setting: FilterSetting) {}

  private load(base: Base, offset: number, size: 1 | 2 | 4): Arith {
    return { k: "load", base, offset: num(offset), size, shift: this.shift };
  }

  private equal(a: Arith, value: number): Filter {
    return { k: "cmp", op: "=", a, b: num(value) };
  }

  private type(value: number): Filter {
    return { k: "type", value, shift: this.shift };
  }

  private byNumber(number: number, hasIpv6: boolean, hasIpv4 = true): Filter {
    const four = and(this.type(ETHERTYPE_IP), this.equal(this.load("net", 9, 1), number));
    if (!hasIpv6) return four;
    const next = this.load("net", 6, 1);
    const six = and(
      this.type(ETHERTYPE_IPV6),
      or(this.equal(next, number), and(this.equal(next, 44), this.equal(this.load("net", 40, 1), number))),
    );
    return hasIpv4 ? or(four, six) : six;
  }

  protocol(name: string): Filter {
    const type = BY_TYPE.get(name);
    if (type !== undefined) return this.type(type);
    const sap = LLC.get(name);
    if (sap !== undefined) return { k: "llc", sap, shift: this.shift };
    const known = BY_NUMBER.get(name);
    if (known !== undefined) return this.byNumber(known[0], known[1], name !== "icmp6");
    if (name === "ether") return { k: "all" };
    throw new FilterError(`'${name}' is not a valid protocol type`);
  }

  accessor(name: string): { readonly base: Base; readonly guard: Filter | null; readonly shift: number } {
    const { shift } = this;
    if (name === "ether") return { base: "link", guard: null, shift };
    const type = BY_TYPE.get(name);
    if (type !== undefined) return { base: "net", guard: this.type(type), shift };
    const known = BY_NUMBER.get(name);
    if (known === undefined) throw new FilterError("unsupported index operation");
    if (name === "icmp6")
      return {
        base: "transport6",
        guard: and(this.type(ETHERTYPE_IPV6), this.equal(this.load("net", 6, 1), 58)),
        shift,
      };
    const guard = and(this.byNumber(known[0], false), this.isFirstFragment());
    return { base: "transport", guard, shift };
  }

  private isFirstFragment(): Filter {
    return this.equal({ k: "bin", op: "&", a: this.load("net", 6, 2), b: num(0x1fff) }, 0);
  }

  /** Frames with a length in place of a type, but those of Novell's that have no LLC header. */
  llc(): Filter {
    const typeAt = (at: number): Arith => ({ k: "load", base: "link", offset: num(at), size: 2, shift: 0 });
    return and(
      { k: "cmp", op: "<=", a: typeAt(12), b: num(1500) },
      { k: "cmp", op: "!=", a: typeAt(14), b: num(0xffff) },
    );
  }

  direction(isOut: boolean): Filter {
    if (!this.setting.isLive && this.setting.linkType === LINKTYPE_ETHERNET)
      throw new FilterError("inbound/outbound not supported on Ethernet when reading savefiles");
    return { k: "outbound", isOut };
  }

  vlan(id: number | null): Filter {
    if (id !== null && id > 0xfff) throw new FilterError(`VLAN tag ${id} greater than maximum 4095`);
    const tagged = [0x8100, 0x88a8, 0x9100].map((value) => this.type(value)).reduce(or);
    this.shift += 4;
    if (id === null) return tagged;
    return and(
      tagged,
      this.equal(
        {
          k: "bin",
          op: "&",
          a: { k: "load", base: "net", offset: num(0), size: 2, shift: this.shift - 4 },
          b: num(0xfff),
        },
        id,
      ),
    );
  }

  broadcast(protocol: string | null): Filter {
    if (protocol === null || protocol === "ether") return this.etherAddress("ff:ff:ff:ff:ff:ff", "dst");
    if (protocol !== "ip") throw new FilterError("only link-layer/IP broadcast filters supported");
    const hostMask = ~this.setting.netmask >>> 0;
    const host: Arith = { k: "bin", op: "&", a: this.load("net", 16, 4), b: num(hostMask) };
    return and(this.type(ETHERTYPE_IP), or(this.equal(host, 0), this.equal(host, hostMask)));
  }

  multicast(protocol: string | null): Filter {
    if (protocol === null || protocol === "ether")
      return {
        k: "cmp",
        op: "!=",
        a: { k: "bin", op: "&", a: this.load("link", 0, 1), b: num(1) },
        b: num(0),
      };
    if (protocol === "ip")
      return and(this.type(ETHERTYPE_IP), { k: "cmp", op: ">=", a: this.load("net", 16, 1), b: num(224) });
    if (protocol === "ip6") return and(this.type(ETHERTYPE_IPV6), this.equal(this.load("net", 24, 1), 255));
    throw new FilterError(
      "link-layer multicast filters supported only on ethernet/FDDI/token ring/ARCNET/802.11/ATM LANE/Fibre Channel",
    );
  }

  // -------------------------------------------------------------------------------------------- ids

  id(token: Token, q: Qualifiers): Filter {
    if (token.kind === "ipv6") return this.address6(token.text, 128, q);
    switch (q.kind) {
      case "port":
      case "portrange":
        return q.kind === "port" ? this.port(token, q) : this.portRange(token, q);
      case "proto":
      case "protochain":
        return this.protocolNumber(token, q);
      case "net":
        return this.net(token, q);
      default:
        return this.host(token, q);
    }
  }

  private host(token: Token, q: Qualifiers): Filter {
    if (token.kind === "mac") {
      if (q.protocol !== null && q.protocol !== "ether")
        throw new FilterError("ethernet address used in non-ether expression");
      return this.etherAddress(token.text, q.direction);
    }
    if (q.protocol === "ether")
      throw new FilterError(
        token.kind === "word" ? `unknown ether host '${token.text}'` : "illegal link layer address",
      );
    if (token.kind === "word") return this.hostByName(token.text, q);
    const { address, mask } = dotted(token.text);
    // An address of fewer than four parts is a network.
    return this.address(
      address,
      q.kind === "host" || token.kind === "ipv4"
        ? token.text.split(".").length === 4
          ? 0xffff_ffff
          : mask
        : mask,
      q,
      "host",
    );
  }

  /** All addresses of that name, of the families that the protocol leaves. */
  private hostByName(name: string, q: Qualifiers): Filter {
    const found = this.setting.hosts.filter((entry) => entry.names.includes(name));
    const tests = found.flatMap(({ address, ipv6 }) => {
      if (address !== null && q.protocol !== "ip6") return [this.address(address, 0xffff_ffff, q, "host")];
      const isWanted = ipv6 !== null && (q.protocol === null || q.protocol === "ip6");
      return isWanted ? [this.inet6(ipv6, 128, q)] : [];
    });
    if (found.length > 0 && tests.length === 0)
      throw new FilterError(`unknown host '${name}' for specified address family`);
    if (tests.length === 0) throw new FilterError(`unknown host '${name}'`);
    return tests.reduce(or);
  }

  /** An address of IPv6, or a net of that prefix length. */
  address6(text: string, length: number, q: Qualifiers): Filter {
    return this.inet6(needPrefix6(text, length, q), length, q);
  }

  private inet6(address: Ipv6Address, length: number, q: Qualifiers): Filter {
    checkProtocol6(q);
    const compare = (offset: number): Filter =>
      sharesPrefix6(address, length, (i) => this.load("net", offset + 4 * i, 4));
    return and(this.type(ETHERTYPE_IPV6), join(q.direction, compare(8), compare(24)));
  }

  private net(token: Token, q: Qualifiers): Filter {
    if (token.kind === "word") throw new FilterError(`unknown network '${token.text}'`);
    if (token.kind !== "ipv4" && token.kind !== "number")
      throw new FilterError("'net' needs an IPv4 network");
    const { address, mask } = dotted(token.text);
    return this.address(address, mask, q, "net");
  }

  maskedNet(text: string, length: number, q: Qualifiers): Filter {
    if (q.kind !== "net" && q.kind !== null) throw new FilterError("Mask syntax for networks only");
    if (length > 32) throw new FilterError("mask length must be <= 32");
    const { address } = dotted(text);
    const mask = prefixMask(length) >>> 0;
    if ((address & ~mask) !== 0) throw new FilterError(`non-network bits set in "${text}/${length}"`);
    return this.address(address, mask, q, "net");
  }

  netWithMask(text: string, maskText: string, q: Qualifiers): Filter {
    if (q.kind !== "net" && q.kind !== null) throw new FilterError("Mask syntax for networks only");
    const { address } = dotted(text);
    const mask = dotted(maskText).address;
    if ((address & ~mask) !== 0) throw new FilterError(`non-network bits set in "${text} mask ${maskText}"`);
    return this.address(address, mask, q, "net");
  }

  private address(address: number, mask: number, q: Qualifiers, what: string): Filter {
    const compare = (offset: number): Filter =>
      mask === 0xffff_ffff
        ? this.equal(this.load("net", offset, 4), address >>> 0)
        : this.equal(
            { k: "bin", op: "&", a: this.load("net", offset, 4), b: num(mask >>> 0) },
            address >>> 0,
          );
    const ends = (type: number, src: number, dst: number): Filter =>
      and(this.type(type), join(q.direction, compare(src), compare(dst)));
    switch (q.protocol) {
      case null:
        return or(or(ends(ETHERTYPE_IP, 12, 16), ends(ETHERTYPE_ARP, 14, 24)), ends(ETHERTYPE_RARP, 14, 24));
      case "ip":
        return ends(ETHERTYPE_IP, 12, 16);
      case "arp":
        return ends(ETHERTYPE_ARP, 14, 24);
      case "rarp":
        return ends(ETHERTYPE_RARP, 14, 24);
      case "ip6":
        throw new FilterError(`'ip6' modifier applied to ${what === "net" ? "ip host" : "ip host"}`);
      default:
        throw new FilterError(`'${q.protocol}' modifier applied to ${what}`);
    }
  }

  private etherAddress(text: string, direction: Qualifiers["direction"]): Filter {
    if (this.setting.linkType !== LINKTYPE_ETHERNET)
      throw new FilterError(
        "ethernet addresses supported only on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel",
      );
    const octets = /[:-]/.test(text)
      ? text.split(/[:-]/).map((part) => Number.parseInt(part, 16))
      : text
          .replace(/\./g, "")
          .match(/../g)!
          .map((part) => Number.parseInt(part, 16));
    const compare = (at: number) =>
      and(
        this.equal(
          { k: "load", base: "link", offset: num(at + 2), size: 4, shift: 0 },
          octets.slice(2).reduce((sum, octet) => sum * 256 + octet, 0),
        ),
        this.equal(
          { k: "load", base: "link", offset: num(at), size: 2, shift: 0 },
          octets[0]! * 256 + octets[1]!,
        ),
      );
    return join(direction, compare(6), compare(0));
  }

  // -------------------------------------------------------------------------------------------- ports and protocols

  private portProtocols(q: Qualifiers, what: string): readonly number[] {
    if (q.protocol === null) return PORT_PROTOCOLS;
    if (q.protocol === "tcp") return [6];
    if (q.protocol === "udp") return [17];
    if (q.protocol === "sctp") return [132];
    throw new FilterError(`illegal qualifier of '${what}'`);
  }

  private port(token: Token, q: Qualifiers): Filter {
    const protocols = this.portProtocols(q, "port");
    if (token.kind !== "number" && token.kind !== "word") throw new FilterError("illegal port");
    const port =
      token.kind === "number"
        ? portNumber(String(token.value), protocols)
        : portNumber(token.text, protocols);
    return this.ports(q, protocols, (at) => this.equal(at, port));
  }

  private portRange(token: Token, q: Qualifiers): Filter {
    const protocols = this.portProtocols(q, "portrange");
    const split = token.text.split("-");
    if (token.kind === "number" || split.length === 1) {
      const port = portNumber(token.text, protocols);
      return this.ports(q, protocols, (at) => this.equal(at, port));
    }
    if (split.some((end) => !/^\d+$/.test(end) && !isService(end)))
      throw new FilterError(`unknown port in range '${token.text}'`);
    const [a, b] = [portNumber(split[0]!, protocols), portNumber(split[1]!, protocols)];
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    return this.ports(q, protocols, (at) =>
      and({ k: "cmp", op: ">=", a: at, b: num(low) }, { k: "cmp", op: "<=", a: at, b: num(high) }),
    );
  }

  private ports(q: Qualifiers, protocols: readonly number[], test: (at: Arith) => Filter): Filter {
    const one = (type: number, at: number, base: Base): Filter => {
      const carried = protocols.map((protocol) => this.equal(this.load("net", at, 1), protocol)).reduce(or);
      const ends = join(q.direction, test(this.load(base, 0, 2)), test(this.load(base, 2, 2)));
      const isFirst = type === ETHERTYPE_IP ? and(this.isFirstFragment(), ends) : ends;
      return and(this.type(type), and(carried, isFirst));
    };
    return or(one(ETHERTYPE_IPV6, 6, "transport6"), one(ETHERTYPE_IP, 9, "transport"));
  }

  private protocolNumber(token: Token, q: Qualifiers): Filter {
    if (token.kind !== "number" && token.kind !== "word") throw new FilterError("illegal protocol");
    if (q.protocol === "ether") {
      const type = token.kind === "number" ? token.value : BY_TYPE.get(token.text);
      if (type === undefined) throw new FilterError(`unknown ether proto '${token.text}'`);
      return type <= 1500 ? { k: "llc", sap: type, shift: this.shift } : this.type(type);
    }
    let number = token.value;
    if (token.kind === "word") {
      const found =
        [...PROTOCOL_NAMES].find(([, name]) => name === token.text)?.[0] ??
        (token.text === "icmp6" ? undefined : BY_NUMBER.get(token.text)?.[0]);
      if (found === undefined) throw new FilterError(`unknown ip proto '${token.text}'`);
      number = found;
    }
    if (q.protocol === null) return this.byNumber(number, true);
    if (q.protocol === "ip") return this.byNumber(number, false);
    if (q.protocol === "ip6") return this.byNumber(number, true, false);
    throw new FilterError(`'${q.protocol} proto' is bogus`);
  }
}

function join(direction: Qualifiers["direction"], src: Filter, dst: Filter): Filter {
  switch (direction) {
    case "src":
      return src;
    case "dst":
      return dst;
    case "src and dst":
      return and(src, dst);
    default:
      return or(src, dst);
  }
}
