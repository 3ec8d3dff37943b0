/**
 * The counters of `netstat -s`: /proc/net/snmp and /proc/net/netstat in words.
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
  TcpExt: { words: nameTable({ TCPHPHits: "!% packet headers predicted" }), of: "t" },
});

const TITLES = nameTable({ "<": "ICMP input histogram:", ">": "ICMP output histogram:" });

/** The lines of one file; the depth that a histogram leaves behind goes on until a counter of another kind. */
export function statisticsText(file: string, wanted: ReadonlySet<string>): string {
  const lines = file.split("\n");
  let text = "";
  let mode = "";
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [head, ...names] = lines[i]!.split(" ");
    const values = lines[i + 1]!.split(" ").slice(1);
    const name = head!.slice(0, -1);
    const section = SECTIONS[name];
    if (section !== undefined && section.of !== null && wanted.size > 0 && !wanted.has(section.of)) continue;
    text += `${name}:\n`;
    names.forEach((key, at) => {
      const value = values[at]!;
      const words = section?.words[key];
      if (words === "") return;
      const kind = words === undefined ? "" : "!<>".includes(words[0]!) ? words[0]! : "-";
      if (kind !== "!" && value === "0") return;
      if ((kind === "<" || kind === ">") && mode !== kind) text += `    ${TITLES[kind]}\n`;
      if (kind !== "") mode = kind === "<" || kind === ">" ? kind : "";
      const indent = mode === "" ? "    " : "        ";
      const said = words === undefined ? `${key}: ${value}` : words.replace(/^[!<>]/, "").replace("%", value);
      text += `${indent}${said}\n`;
    });
  }
  return text;
}
