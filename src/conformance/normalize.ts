/**
 * Command output with everything taken out that no two runs of a kernel share: clock times, random addresses, process numbers,
 * and the order of tables that the kernel keeps by a hash with a random seed. Nothing else is touched: trailing blanks, tabs,
 * empty lines and the order of links, routes and addresses are compared as they are.
 */
export interface TextRule {
  /** Which field it hides. */
  readonly name: string;
  /** Applied to each line by itself. */
  readonly pattern: RegExp;
  readonly replacement: string;
  /** Only for commands that match; absent: for all. */
  readonly commands?: RegExp;
}

/** A locally administered unicast address that no script chose: scripts use 02:00:00 and 02:42:ac. */
export const RANDOM_MAC = /\b(?!02:00:00:|02:42:ac:)[0-9a-f][26ae](?::[0-9a-f]{2}){5}\b/g;

/** Applied in this order. */
export const TEXT_RULES: readonly TextRule[] = [
  // ping, arping: measured times and the process's own number
  { name: "ping round trip", pattern: /time[=<][\d.]+ ms/g, replacement: "time=T ms" },
  { name: "ping total time", pattern: /packet loss, time \d+ms/g, replacement: "packet loss, time Tms" },
  {
    name: "ping summary of times",
    pattern: /rtt min\/avg\/max\/mdev = [\d./]+ ms(, pipe \d+)?(?:, ipg\/ewma [\d./]+ ms)?/g,
    replacement: "rtt min/avg/max/mdev = T ms$1",
  },
  { name: "ping -D clock", pattern: /^\[\d{10}\.\d{6}\] /, replacement: "[T] " },
  { name: "ping -T clock", pattern: /\b\d{1,8} absolute/g, replacement: "T absolute" },
  { name: "ping identifier", pattern: /\bident=\d+/g, replacement: "ident=ID" },
  { name: "arping round trip", pattern: /\] {2}[\d.]+ms/g, replacement: "]  T ms" },
  // tcpdump: clock, and numbers that processes and the kernel choose
  { name: "tcpdump clock", pattern: /^( *\d+ {2})?\d\d:\d\d:\d\d\.\d{6} /, replacement: "$1T " },
  { name: "identifier of an echo", pattern: /(ICMP6?,? echo \w+, id) \d+/g, replacement: "$1 ID" },
  { name: "identification of a fragment of IPv6", pattern: /frag \(0x[\da-f]{8}:/g, replacement: "frag (N:" },
  { name: "flow label", pattern: /flowlabel 0x[\da-f]{5}, /g, replacement: "" },
  { name: "identification of a packet", pattern: /(, ttl \d+, id) \d+(, offset)/g, replacement: "$1 N$2" },
  // addresses that the kernel drew
  { name: "random MAC address", pattern: RANDOM_MAC, replacement: "MAC" },
  { name: "bridge id of a random MAC", pattern: /\b8000\.(?!0200)[0-9a-f]{12}\b/g, replacement: "8000.MAC" },
  // running timers
  {
    name: "STP timer (brctl)",
    pattern: /\b((?:hello|tcn|topology change|gc|message age|forward delay|hold) timer)\s+[\d.]+/g,
    replacement: "$1 T",
  },
  {
    name: "STP timer (ip)",
    pattern: /((?:hello|tcn|topology_change|gc|hold|message_age|forward_delay)_timer)\s+[\d.]+/g,
    replacement: "$1 T",
  },
  {
    name: "age of an FDB entry (brctl)",
    pattern: /^(\s+\d+\t[\da-f:]{17}\tno\t\t)\s*[\d.]+/,
    replacement: "$1T",
  },
  { name: "conntrack ICMP id", pattern: /(type=\d code=\d id=)\d+/g, replacement: "$1ID" },
  {
    name: "ephemeral port",
    pattern: /\b([sd]port=)(?!5000\b|555[56]\b|8080\b|1234\d\b)\d{4,5}\b/g,
    replacement: "$1EPH",
  },
  { name: "conntrack timeout", pattern: /^(ipv4 +2 \w+ +\d+) \d+ /, replacement: "$1 T " },
  { name: "age of a neighbour", pattern: /used \d+\/\d+\/\d+probes/g, replacement: "used N/N/Nprobes" },
  { name: "random reachable time", pattern: /(refcnt \d+ reachable) \d+/g, replacement: "$1 N" },
  { name: "age of a route exception", pattern: /expires \d+sec/g, replacement: "expires Tsec" },
  { name: "age of an FDB entry (bridge)", pattern: /used \d+\/\d+ /g, replacement: "used T " },
  { name: "qdisc handle", pattern: /(qdisc \w+) 80[\da-f]{2}:/g, replacement: "$1 80XX:" },
  { name: "HTB tokens", pattern: /c?tokens: -?\d+/g, replacement: "tokens: N" },
  { name: "TBF overlimits", pattern: /overlimits \d+/g, replacement: "overlimits N" },
  {
    name: "path of a test program",
    pattern: /^( {2}File ")[^"]*\/((?:udp|raw|tcp)\w+|mjoin)(", line)/,
    replacement: "$1$2$3",
  },
  { name: "date of a dump", pattern: /on \w{3} \w{3} +\d+ [\d:]+ \d{4}/g, replacement: "on DATE" },
  { name: "place in the script", pattern: /\S+\.sh: line \d+:/g, replacement: "SCRIPT: line N:" },
  {
    name: "use count of an IPv6 route",
    pattern: /^(\S+\/\d+ +\S+ +\S+ +-?\d+ +)\d+( +\d+ \w+)$/,
    replacement: "$1R$2",
  },
  {
    name: "use count in /proc/net/ipv6_route",
    pattern: /^([\da-f]{32} [\da-f]{2} [\da-f]{32} [\da-f]{2} [\da-f]{32} [\da-f]{8}) [\da-f]{8} /,
    replacement: "$1 R ",
  },
  { name: "life time of an address", pattern: /(valid_lft|preferred_lft) \d+sec/g, replacement: "$1 Tsec" },
  { name: "memory of sockets", pattern: /(TCP: inuse .* mem) \d+/, replacement: "$1 N" },
  { name: "phase of STP", pattern: /CONFIG_PENDING /g, replacement: "" },
  {
    name: "process number",
    pattern: /^\d{1,7}$/,
    replacement: "PID",
    commands: /\bpids\b|\$!|\$\$|\bpidof\b|\bpgrep\b|\$PPID|\$BASHPID/,
  },
];

/** Commands that print a table in the order of a seeded hash. */
const HASH_ORDERED =
  /ip (?:-\S+ |-n \S+ )*neigh|nf_conntrack|mdb show|\/proc\/net\/(?:arp|if_inet6)|^(?:ip netns exec \S+ )?arp -|netns list$|ip netns$/;

/** @param used collects the names of the rules that changed something */
export function normalizeLine(line: string, command: string, used?: Set<string>): string {
  let text = line;
  for (const rule of TEXT_RULES) {
    if (rule.commands !== undefined && !rule.commands.test(command)) continue;
    const next = text.replace(rule.pattern, rule.replacement);
    if (next !== text) used?.add(rule.name);
    text = next;
  }
  return text;
}

/** Lines of ifconfig for addresses of IPv6, which it reads from a hash. */
function sortInet6(lines: string[], used?: Set<string>): string[] {
  const isInet6 = (line: string | undefined): boolean => line?.startsWith("        inet6 ") === true;
  for (let from = 0; from < lines.length; from++) {
    let to = from;
    while (isInet6(lines[to])) to++;
    const sorted = lines.slice(from, to).sort();
    if (sorted.some((line, i) => line !== lines[from + i])) used?.add("order of a hash table");
    lines.splice(from, to - from, ...sorted);
    from = Math.max(from, to);
  }
  return lines;
}

/** What `command` printed, ready to be compared. */
export function normalizeText(text: string, command: string, used?: Set<string>): string {
  const lines = sortInet6(
    text.split("\n").map((line) => normalizeLine(line, command, used)),
    used,
  );
  if (!HASH_ORDERED.test(command)) return lines.join("\n");
  const end = lines.at(-1) === "" ? lines.pop() : undefined;
  const sorted = [...lines].sort();
  if (sorted.some((line, i) => line !== lines[i])) used?.add("order of a hash table");
  return (end === undefined ? sorted : [...sorted, ""]).join("\n");
}

/** Commands that show how many packets there were. */
export const COUNTER_COMMANDS =
  /\bip\b.* -s|\bifconfig\b|\/proc\/net\/(?:dev|snmp|netstat)|statistics|\bnstat\b|\bnetstat\b|\bethtool\b.* -S/;

/** Text of which only the numbers, and the width of their columns, may differ. */
export function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, "N").replace(/ +/g, " ");
}
