/** Words of a filter expression. @source pcap-filter(7); behaviour of libpcap 1.10.3 as recorded */

export interface Token {
  /** A keyword, an operator, or what kind of word it is. */
  readonly kind: "word" | "number" | "ipv4" | "mac" | "ipv6" | "op" | "keyword" | "end";
  readonly text: string;
  readonly value: number;
}

export class FilterError extends Error {
  override readonly name = "FilterError";
}

export function syntaxError(): FilterError {
  return new FilterError("can't parse filter expression: syntax error");
}

/** Words with a meaning of their own, under the one that the parser knows. */
const KEYWORDS: ReadonlyMap<string, string> = new Map(
  (
    "dst src link:ether ether ppp:ether slip:ether fddi:ether tr:ether wlan:ether arp rarp ip sctp tcp udp icmp igmp igrp pim vrrp " +
    "carp radio ip6 icmp6 ah esp atalk aarp decnet lat sca moprc mopdl iso esis es-is:esis isis is-is:isis stp ipx netbeui " +
    "host net mask port portrange proto protochain gateway type subtype dir less greater byte broadcast multicast and or not " +
    "len:len length:len inbound outbound ifindex vlan mpls pppoed pppoes geneve llc action reason rnr rset ruleset"
  )
    .split(" ")
    .map((entry) => {
      const [word, meaning] = entry.split(":");
      return [word!, meaning ?? word!] as const;
    }),
);

/** Names of offsets and values. */
const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ["icmptype", 0],
  ["icmpcode", 1],
  ["icmp-echoreply", 0],
  ["icmp-unreach", 3],
  ["icmp-sourcequench", 4],
  ["icmp-redirect", 5],
  ["icmp-echo", 8],
  ["icmp-routeradvert", 9],
  ["icmp-routersolicit", 10],
  ["icmp-timxceed", 11],
  ["icmp-paramprob", 12],
  ["icmp-tstamp", 13],
  ["icmp-tstampreply", 14],
  ["icmp-ireq", 15],
  ["icmp-ireqreply", 16],
  ["icmp-maskreq", 17],
  ["icmp-maskreply", 18],
  ["icmp6type", 0],
  ["icmp6code", 1],
  ["icmp6-destinationunreach", 1],
  ["icmp6-packettoobig", 2],
  ["icmp6-timeexceeded", 3],
  ["icmp6-parameterproblem", 4],
  ["icmp6-echo", 128],
  ["icmp6-echoreply", 129],
  ["icmp6-multicastlistenerquery", 130],
  ["icmp6-multicastlistenerreportv1", 131],
  ["icmp6-multicastlistenerdone", 132],
  ["icmp6-routersolicit", 133],
  ["icmp6-routeradvert", 134],
  ["icmp6-neighborsolicit", 135],
  ["icmp6-neighboradvert", 136],
  ["icmp6-redirect", 137],
  ["icmp6-multicastlistenerreportv2", 143],
  ["tcpflags", 13],
  ["tcp-fin", 0x01],
  ["tcp-syn", 0x02],
  ["tcp-rst", 0x04],
  ["tcp-push", 0x08],
  ["tcp-ack", 0x10],
  ["tcp-urg", 0x20],
  ["tcp-ece", 0x40],
  ["tcp-cwr", 0x80],
]);

const WHITE = /[ \r\n\t]+/y;
const OPERATOR = /<<|>>|<=|>=|==|!=|&&|\|\||[!()[\]<>=&|^+\-*/%:]/y;
const MAC =
  /[0-9A-Fa-f]{1,2}(?:[:.-][0-9A-Fa-f]{1,2}){5}(?![\w:.-])|[0-9A-Fa-f]{12}(?![\w])|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w])/y;
const IPV6 = /(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:.]+/y;
const IPV4 = /\d+\.\d+(?:\.\d+){0,2}(?![\w.-])/y;
const NUMBER = /(?:0[xX][0-9A-Fa-f]+|\d+)(?![\w.-]*[\w.])/y;
const WORD = /[A-Za-z0-9](?:[-_.A-Za-z0-9]*[.A-Za-z0-9])?/y;
const ESCAPED = /\\[^ !()\n\t]+/y;

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

const SAME: ReadonlyMap<string, string> = new Map([
  ["==", "="],
  ["&&", "and"],
  ["||", "or"],
  ["!", "not"],
]);

export function lexFilter(text: string): Token[] {
  const tokens: Token[] = [];
  const add = (kind: Token["kind"], word: string, value = 0) => tokens.push({ kind, text: word, value });
  for (let at = 0; at < text.length; ) {
    const white = match(WHITE, text, at);
    if (white !== null) {
      at += white.length;
      continue;
    }
    const mac = match(MAC, text, at);
    const ipv6 = mac === null ? match(IPV6, text, at) : null;
    const ipv4 = mac === null && ipv6 === null ? match(IPV4, text, at) : null;
    const number = match(NUMBER, text, at);
    let found: string;
    if (number !== null && (mac === null || number.length >= mac.length) && ipv6 === null && ipv4 === null) {
      found = number;
      const isOctal = /^0\d/.test(found);
      add("number", found, isOctal ? Number.parseInt(found, 8) : Number(found));
    } else if (mac !== null) {
      found = mac;
      add("mac", found);
    } else if (ipv6 !== null) {
      found = ipv6;
      add("ipv6", found);
    } else if (ipv4 !== null) {
      found = ipv4;
      add("ipv4", found);
    } else {
      const word = match(WORD, text, at);
      const escaped = match(ESCAPED, text, at);
      const operator = match(OPERATOR, text, at);
      if (word !== null) {
        found = word;
        const constant = CONSTANTS.get(word);
        const keyword = KEYWORDS.get(word);
        if (constant !== undefined) add("number", word, constant);
        else if (keyword !== undefined) add("keyword", keyword);
        else add("word", word);
      } else if (escaped !== null) {
        found = escaped;
        add("word", escaped.slice(1));
      } else if (operator !== null) {
        found = operator;
        const same = SAME.get(operator) ?? operator;
        add(/^[a-z]/.test(same) ? "keyword" : "op", same);
      } else throw new FilterError("can't parse filter expression: syntax error");
    }
    at += found.length;
  }
  add("end", "");
  return tokens;
}
