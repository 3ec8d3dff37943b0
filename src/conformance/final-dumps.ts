/**
 * The tables that a recording keeps of each namespace at its end: file name, and the shell command whose output it holds.
 * The live recorder and the simulator's `--record` both run these, in this order.
 */
export interface FinalDump {
  readonly file: string;
  /** One line of shell without tabs; its standard error is dropped. */
  readonly command: string;
}

export const FINAL_DUMPS: readonly FinalDump[] = [
  { file: "link.json", command: "ip -j -s -d link" },
  { file: "addr.json", command: "ip -j -d addr" },
  { file: "neigh.json", command: "ip -j -s neigh" },
  { file: "route.json", command: "ip -j route show table all" },
  { file: "route6.json", command: "ip -j -6 route show table all" },
  { file: "rule.json", command: "ip -j rule" },
  { file: "fdb.json", command: "bridge -j -s fdb" },
  { file: "brlink.json", command: "bridge -j -d link" },
  {
    file: "text.txt",
    command: "ip -s -s -d link; ip addr; ip -s neigh; ip route show table all; bridge -s fdb",
  },
  { file: "proc_net_dev", command: "cat /proc/net/dev" },
  { file: "proc_net_arp", command: "cat /proc/net/arp" },
  { file: "proc_net_snmp", command: "cat /proc/net/snmp" },
  { file: "proc_net_netstat", command: "cat /proc/net/netstat" },
  { file: "proc_net_route", command: "cat /proc/net/route" },
  { file: "nf_conntrack", command: "cat /proc/net/nf_conntrack" },
  { file: "proc_net_snmp6", command: "cat /proc/net/snmp6" },
];
