/**
 * The counters of `netstat -s`: /proc/net/snmp and /proc/net/netstat in words, and with -6 /proc/net/snmp6.
 * @source net-tools 2.10, statistics.c as observed
 */
import { nameTable } from "../../core/name-table.ts";

/** What a counter is called: `%` stands for its value. A leading `!` shows it even if it is 0. `<` and `>`: of a histogram, in or out. */
const IP = {
  Forwarding: "!Forwarding: %",
  DefaultTTL: "",
  InReceives: "!% total packets received",
  InHdrErrors: "% with invalid headers",
  InAddrErrors: "% with invalid addresses",
  ForwDatagrams: "!% forwarded",
  InUnknownProtos: "% with unknown protocol",
  InDiscards: "!% incoming packets discarded",
  InDelivers: "!% incoming packets delivered",
  OutRequests: "!% requests sent out",
  OutDiscards: "% outgoing packets dropped",
  OutNoRoutes: "% dropped because of missing route",
  ReasmTimeout: "% fragments dropped after timeout",
  ReasmReqds: "% reassemblies required",
  ReasmOKs: "% packets reassembled ok",
  ReasmFails: "% packet reassemblies failed",
  FragOKs: "% outgoing packets fragmented ok",
  FragFails: "% outgoing packets failed fragmentation",
  FragCreates: "% fragments created",
};

const ICMP = {
  InMsgs: "!% ICMP messages received",
  InErrors: "!% input ICMP message failed",
  InDestUnreachs: "<destination unreachable: %",
  InTimeExcds: "<timeout in transit: %",
  InParmProbs: "<wrong parameters: %",
  InSrcQuenchs: "<source quenches: %",
  InRedirects: "<redirects: %",
  InEchos: "<echo requests: %",
  InEchoReps: "<echo replies: %",
  InTimestamps: "<timestamp request: %",
  InTimestampReps: "<timestamp reply: %",
  InAddrMasks: "<address mask request: %",
  InAddrMaskReps: "<address mask replies: %",
  OutMsgs: "!% ICMP messages sent",
  OutErrors: "!% ICMP messages failed",
  OutDestUnreachs: ">destination unreachable: %",
  OutTimeExcds: ">time exceeded: %",
  OutParmProbs: ">wrong parameters: %",
  OutSrcQuenchs: ">source quench: %",
  OutRedirects: ">redirect: %",
  OutEchos: ">echo requests: %",
  OutEchoReps: ">echo replies: %",
  OutTimestamps: ">timestamp requests: %",
  OutTimestampReps: ">timestamp replies: %",
  OutAddrMasks: ">address mask requests: %",
  OutAddrMaskReps: ">address mask replies: %",
};

const TCP = {
  RtoAlgorithm: "",
  RtoMin: "",
  RtoMax: "",
  MaxConn: "",
  ActiveOpens: "!% active connection openings",
  PassiveOpens: "!% passive connection openings",
  AttemptFails: "!% failed connection attempts",
  EstabResets: "!% connection resets received",
  CurrEstab: "!% connections established",
  InSegs: "!% segments received",
  OutSegs: "!% segments sent out",
  RetransSegs: "!% segments retransmitted",
  InErrs: "!% bad segments received",
  OutRsts: "!% resets sent",
};

const UDP = {
  InDatagrams: "!% packets received",
  NoPorts: "!% packets to unknown port received",
  InErrors: "!% packet receive errors",
  OutDatagrams: "!% packets sent",
  RcvbufErrors: "!% receive buffer errors",
  SndbufErrors: "!% send buffer errors",
};

const IP6 = {
  Ip6InReceives: "!% total packets received",
  Ip6InHdrErrors: "% with invalid headers",
  Ip6InTooBigErrors: "% with packets too big",
  Ip6InNoRoutes: "% incoming packets with no route",
  Ip6InAddrErrors: "% with invalid addresses",
  Ip6InUnknownProtos: "% with unknown protocol",
  Ip6InTruncatedPkts: "% with truncated packets",
  Ip6InDiscards: "!% incoming packets discarded",
  Ip6InDelivers: "!% incoming packets delivered",
  Ip6OutForwDatagrams: "!% forwarded",
  Ip6OutRequests: "!% requests sent out",
  Ip6OutDiscards: "% outgoing packets dropped",
  Ip6OutNoRoutes: "% dropped because of missing route",
  Ip6ReasmTimeout: "% fragments dropped after timeout",
  Ip6ReasmReqds: "% reassemblies required",
  Ip6ReasmOKs: "% packets reassembled ok",
  Ip6ReasmFails: "% packet reassemblies failed",
  Ip6FragOKs: "% outgoing packets fragmented ok",
  Ip6FragFails: "% outgoing packets failed fragmentation",
  Ip6FragCreates: "% fragments created",
  Ip6InMcastPkts: "% incoming multicast packets",
  Ip6OutMcastPkts: "% outgoing multicast packets",
};

const ICMP6 = {
  Icmp6InMsgs: "!% ICMP messages received",
  Icmp6InErrors: "!% input ICMP message failed",
  Icmp6OutMsgs: "!% ICMP messages sent",
  Icmp6InDestUnreachs: "<destination unreachable: %",
  Icmp6InPktTooBigs: "<packets too big: %",
  Icmp6InTimeExcds: "<received ICMPv6 time exceeded: %",
  Icmp6InParmProblems: "<parameter problem: %",
  Icmp6InEchos: "<echo requests: %",
  Icmp6InEchoReplies: "<echo replies: %",
  Icmp6InGroupMembQueries: "<group member queries: %",
  Icmp6InGroupMembResponses: "<group member responses: %",
  Icmp6InGroupMembReductions: "<group member reductions: %",
  Icmp6InRouterSolicits: "<router solicits: %",
  Icmp6InRouterAdvertisements: "<router advertisement: %",
  Icmp6InNeighborSolicits: "<neighbour solicits: %",
  Icmp6InNeighborAdvertisements: "<neighbour advertisement: %",
  Icmp6InRedirects: "<redirects: %",
  Icmp6OutDestUnreachs: ">destination unreachable: %",
  Icmp6OutPktTooBigs: ">packets too big: %",
  Icmp6OutTimeExcds: ">sent ICMPv6 time exceeded: %",
  Icmp6OutParmProblems: ">parameter problem: %",
  Icmp6OutEchos: ">echo requests: %",
  Icmp6OutEchoReplies: ">echo replies: %",
  Icmp6OutGroupMembQueries: ">group member queries: %",
  Icmp6OutGroupMembResponses: ">group member responses: %",
  Icmp6OutGroupMembReductions: ">group member reductions: %",
  Icmp6OutRouterSolicits: ">router solicits: %",
  Icmp6OutNeighborSolicits: ">neighbor solicits: %",
  Icmp6OutNeighborAdvertisements: ">neighbor advertisements: %",
  Icmp6OutRedirects: ">redirects: %",
};

const UDP6 = {
  Udp6InDatagrams: "!% packets received",
  Udp6NoPorts: "!% packets to unknown port received",
  Udp6InErrors: "!% packet receive errors",
  Udp6OutDatagrams: "!% packets sent",
};

interface Section {
  readonly words: Readonly<Record<string, string>>;
  /** The option that asks for it; null: it is always shown. */
  readonly of: "t" | "u" | "w" | null;
}

const SECTIONS: Readonly<Record<string, Section>> = nameTable({
  Ip: { words: nameTable(IP), of: "w" },
  Icmp: { words: nameTable(ICMP), of: "w" },
  Tcp: { words: nameTable(TCP), of: "t" },
  Udp: { words: nameTable(UDP), of: "u" },
  Ip6: { words: nameTable(IP6), of: "w" },
  Icmp6: { words: nameTable(ICMP6), of: "w" },
  Udp6: { words: nameTable(UDP6), of: "u" },
  TcpExt: { words: nameTable({ TCPHPHits: "!% packet headers predicted" }), of: "t" },
});

const TITLES = nameTable({ "<": "ICMP input histogram:", ">": "ICMP output histogram:" });

/** Prints counters one by one; the depth that a histogram leaves behind goes on until a counter of another kind. */
class Counters {
  text = "";
  private mode = "";

  /** Begins a section. False: it was not asked for. */
  open(name: string, wanted: ReadonlySet<string>): boolean {
    const of = SECTIONS[name]?.of ?? null;
    if (of !== null && wanted.size > 0 && !wanted.has(of)) return false;
    this.text += `${name}:\n`;
    return true;
  }

  put(section: string, key: string, value: string): void {
    const words = SECTIONS[section]?.words[key];
    if (words === "") return;
    if (words === undefined) {
      if (value !== "0") this.line(`${key}: ${value}`);
      return;
    }
    const [kind] = words;
    if (kind === "<" || kind === ">") {
      if (this.mode !== kind) this.line(TITLES[kind]!);
      this.mode = kind;
    } else if (kind === "!" || value !== "0") this.mode = "";
    if (kind === "!" || value !== "0") this.line(words.replace(/^[!<>]/, "").replace("%", value));
  }

  private line(said: string): void {
    this.text += `${this.mode === "" ? "    " : "        "}${said}\n`;
  }
}

/** The lines of a file that has the names of each section in a line, and their values in the next. */
export function statisticsText(file: string, wanted: ReadonlySet<string>): string {
  const lines = file.split("\n");
  const counters = new Counters();
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [head, ...names] = lines[i]!.split(" ");
    const values = lines[i + 1]!.split(" ").slice(1);
    const name = head!.slice(0, -1);
    if (!counters.open(name, wanted)) continue;
    names.forEach((key, at) => {
      counters.put(name, key, values[at]!);
    });
  }
  return counters.text;
}

/** The lines of /proc/net/snmp6, that has a counter in each. */
export function statisticsText6(file: string, wanted: ReadonlySet<string>): string {
  const counters = new Counters();
  let section = "";
  let isShown = false;
  for (const line of file.split("\n")) {
    const [key, value] = line.split(/\s+/);
    const name = /^[A-Z][a-z]+(?:[A-Z][a-z]+)?6/.exec(key!)?.[0];
    if (name === undefined) continue;
    if (name !== section) isShown = counters.open(name, wanted);
    section = name;
    if (isShown) counters.put(name, key!, value!);
  }
  return counters.text;
}

/** Of /proc/net/snmp and its like only TCP's section, which both families share. */
export function tcpStatistics(file: string): string {
  const lines = file.split("\n");
  return lines
    .filter((line) => line.startsWith("Tcp:"))
    .join("\n")
    .concat("\n");
}
