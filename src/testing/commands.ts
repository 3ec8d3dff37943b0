/** What a generated run does: commands as plain data, each with the shell line that it stands for. */

/** Where a command runs: a namespace by name; "" is the one that a run starts in. */
export type NetnsName = string;

export type Command =
  | { readonly kind: "netnsAdd"; readonly name: NetnsName }
  | { readonly kind: "netnsDel"; readonly name: NetnsName }
  | {
      readonly kind: "linkAdd";
      readonly netns: NetnsName;
      readonly dev: string;
      readonly peer: string;
      readonly peerNetns: NetnsName;
      readonly mtu: number | null;
      readonly index: number | null;
    }
  | { readonly kind: "linkDel"; readonly netns: NetnsName; readonly dev: string }
  | { readonly kind: "linkUp"; readonly netns: NetnsName; readonly dev: string; readonly up: boolean }
  | { readonly kind: "linkArp"; readonly netns: NetnsName; readonly dev: string; readonly on: boolean }
  | { readonly kind: "linkMtu"; readonly netns: NetnsName; readonly dev: string; readonly mtu: number }
  | {
      readonly kind: "linkAddress";
      readonly netns: NetnsName;
      readonly dev: string;
      readonly address: string;
    }
  | { readonly kind: "linkRename"; readonly netns: NetnsName; readonly dev: string; readonly to: string }
  | {
      readonly kind: "linkAltname";
      readonly netns: NetnsName;
      readonly dev: string;
      readonly altname: string;
    }
  | {
      readonly kind: "linkMove";
      readonly netns: NetnsName;
      readonly dev: string;
      readonly target: NetnsName;
      readonly to: string | null;
    }
  /** Asking for one device does its pending link-watch work. */
  | { readonly kind: "linkShow"; readonly netns: NetnsName; readonly dev: string }
  | {
      readonly kind: "addr";
      readonly add: boolean;
      readonly netns: NetnsName;
      readonly dev: string;
      readonly local: string;
      readonly prefixLen: number;
    }
  | {
      readonly kind: "neigh";
      readonly add: boolean;
      readonly netns: NetnsName;
      readonly dev: string;
      readonly dst: string;
      readonly lladdr: string;
      readonly state: "permanent" | "reachable" | "stale";
    }
  | {
      readonly kind: "proxy";
      readonly add: boolean;
      readonly netns: NetnsName;
      readonly dev: string;
      readonly dst: string;
    }
  | {
      readonly kind: "route";
      readonly add: boolean;
      readonly netns: NetnsName;
      readonly dst: string;
      readonly dstLen: number;
      readonly via: string | null;
      readonly dev: string | null;
      readonly metric: number;
    }
  | { readonly kind: "sysctl"; readonly netns: NetnsName; readonly key: string; readonly value: number }
  | {
      readonly kind: "ping";
      readonly netns: NetnsName;
      readonly dst: string;
      readonly count: number;
      readonly options: readonly string[];
    }
  /** Interrupts the oldest program that still runs. */
  | { readonly kind: "interrupt" }
  /** A process that does nothing but hold a namespace. */
  | { readonly kind: "hold"; readonly netns: NetnsName }
  /** The oldest holder moves to another namespace. */
  | { readonly kind: "setns"; readonly target: NetnsName }
  | { readonly kind: "release" }
  | { readonly kind: "wait"; readonly ms: number };

/** A word as bash reads it back. */
function quoted(word: string): string {
  return /^[\w.:/%@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function ip(netns: NetnsName): string {
  return netns === "" ? "ip" : `ip -n ${quoted(netns)}`;
}

function inside(netns: NetnsName): string {
  return netns === "" ? "" : `ip netns exec ${quoted(netns)} `;
}

function linkAddLine(c: Extract<Command, { kind: "linkAdd" }>): string {
  const index = c.index === null ? "" : ` index ${c.index}`;
  const mtu = c.mtu === null ? "" : ` mtu ${c.mtu}`;
  const peer = `peer name ${quoted(c.peer)}`;
  const peerNetns = c.peerNetns === c.netns || c.peerNetns === "" ? "" : ` netns ${quoted(c.peerNetns)}`;
  return `${ip(c.netns)} link add ${quoted(c.dev)}${index}${mtu} type veth ${peer}${peerNetns}`;
}

function routeLine(c: Extract<Command, { kind: "route" }>): string {
  const verb = c.add ? "add" : "del";
  const via = c.via === null ? "" : ` via ${c.via}`;
  const dev = c.dev === null ? "" : ` dev ${quoted(c.dev)}`;
  const metric = c.metric === 0 ? "" : ` metric ${c.metric}`;
  return `${ip(c.netns)} route ${verb} ${c.dst}/${c.dstLen}${via}${dev}${metric}`;
}

/** The line of a script that does the same, as far as one can. */
export function commandLine(c: Command): string {
  switch (c.kind) {
    case "netnsAdd":
      return `ip netns add ${quoted(c.name)}`;
    case "netnsDel":
      return `ip netns del ${quoted(c.name)}`;
    case "linkAdd":
      return linkAddLine(c);
    case "linkDel":
      return `${ip(c.netns)} link del ${quoted(c.dev)}`;
    case "linkUp":
      return `${ip(c.netns)} link set ${quoted(c.dev)} ${c.up ? "up" : "down"}`;
    case "linkArp":
      return `${ip(c.netns)} link set ${quoted(c.dev)} arp ${c.on ? "on" : "off"}`;
    case "linkMtu":
      return `${ip(c.netns)} link set ${quoted(c.dev)} mtu ${c.mtu}`;
    case "linkAddress":
      return `${ip(c.netns)} link set ${quoted(c.dev)} address ${c.address}`;
    case "linkRename":
      return `${ip(c.netns)} link set ${quoted(c.dev)} name ${quoted(c.to)}`;
    case "linkAltname":
      return `${ip(c.netns)} link property add dev ${quoted(c.dev)} altname ${quoted(c.altname)}`;
    case "linkMove":
      return `${ip(c.netns)} link set ${quoted(c.dev)} netns ${c.target === "" ? "1" : quoted(c.target)}${c.to === null ? "" : ` name ${quoted(c.to)}`}`;
    case "linkShow":
      return `${ip(c.netns)} link show ${quoted(c.dev)}`;
    case "addr":
      return `${ip(c.netns)} addr ${c.add ? "add" : "del"} ${c.local}/${c.prefixLen} dev ${quoted(c.dev)}`;
    case "neigh":
      return c.add
        ? `${ip(c.netns)} neigh replace ${c.dst} lladdr ${c.lladdr} nud ${c.state} dev ${quoted(c.dev)}`
        : `${ip(c.netns)} neigh del ${c.dst} dev ${quoted(c.dev)}`;
    case "proxy":
      return `${ip(c.netns)} neigh ${c.add ? "add" : "del"} proxy ${c.dst} dev ${quoted(c.dev)}`;
    case "route":
      return routeLine(c);
    case "sysctl":
      return `${inside(c.netns)}sysctl -w ${c.key}=${c.value}`;
    case "ping":
      return `${inside(c.netns)}ping -c ${c.count} ${c.options.map(quoted).join(" ")}${c.options.length > 0 ? " " : ""}${c.dst} &`;
    case "interrupt":
      return "kill -INT %1";
    case "hold":
      return `${inside(c.netns)}sleep inf &`;
    case "setns":
      return `# the oldest sleep: setns(2) to ${c.target === "" ? "the main namespace" : quoted(c.target)}`;
    case "release":
      return "# the oldest sleep ends";
    case "wait":
      return `sleep ${c.ms / 1000}`;
  }
}

/** A sequence as the script that it stands for. */
export function commandScript(commands: readonly Command[]): string {
  return commands.map((c) => `${commandLine(c)}\n`).join("");
}
