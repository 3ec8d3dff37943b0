/** Recordings of the real ip(8) and a kernel that answers from the tables that were recorded with them. */
import { readFileSync } from "node:fs";
import { type Errno, strerror } from "../../../../src/core/errno.ts";
import { DONE, granted, type Refusal, type Result, refused } from "../../../../src/core/result.ts";
import { IFF_LOWER_UP, IFF_RUNNING, IFF_UP } from "../../../../src/events/netlink.ts";
import type {
  AddrInfo,
  LinkInfo,
  NeighInfo,
  NetnsName,
  Operation,
  RequestFunction,
  RouteInfo,
} from "../../../../src/events/requests.ts";
import type { CommandContext, Host } from "../../../../src/shell/host.ts";
import { ruleInfo } from "./plain-rule.ts";

export interface Step {
  readonly cmd: string;
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A step as it is stored: `same` as an earlier one, or whole. */
type StoredStep = Step | { readonly cmd: string; readonly same: number };

const ERRNOS: readonly Errno[] = [
  "EPERM",
  "ENOENT",
  "ESRCH",
  "EACCES",
  "EEXIST",
  "ENODEV",
  "EINVAL",
  "EOPNOTSUPP",
  "EADDRNOTAVAIL",
  "ENETUNREACH",
  "ENOTCONN",
  "EHOSTUNREACH",
];

type Fields = Record<string, unknown>;

interface State {
  readonly link: readonly Fields[];
  readonly addr: readonly Fields[];
  readonly route4: readonly Fields[];
  readonly neigh: readonly Fields[];
  readonly proxy: readonly Fields[];
  readonly rule: readonly Fields[];
  readonly netns: readonly Fields[];
  readonly nsid: readonly Fields[];
}

export interface Recording {
  readonly state: State;
  readonly steps: readonly Step[];
}

export function readRecording(name: string): Recording {
  const text = readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8");
  const stored = JSON.parse(text) as { state: State; steps: StoredStep[] };
  const whole = (step: StoredStep): Step =>
    "same" in step ? { ...(stored.steps[step.same] as Step), cmd: step.cmd } : step;
  return { state: stored.state, steps: stored.steps.map(whole) };
}

/** What the kernel must have answered for a step that ended with status 2: an error text, or one of its own. */
export function refusalOf(step: Step): Refusal | null {
  if (step.rc !== 2) return null;
  const lines = step.stderr.trimEnd().split("\n");
  const match = /^(?:RTNETLINK answers|Error): (.*)$/.exec(lines[lines.length - 1]!);
  if (match === null) return null;
  const errno = ERRNOS.find((e) => strerror(e) === match[1]);
  return refused(errno ?? "EINVAL", errno === undefined ? match[1]! : null);
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  LOOPBACK: 8,
  BROADCAST: 2,
  MULTICAST: 0x1000,
  NOARP: 0x80,
  ALLMULTI: 0x200,
  PROMISC: 0x100,
  DYNAMIC: 0x8000,
  UP: IFF_UP,
  LOWER_UP: IFF_LOWER_UP,
  DORMANT: 0x20000,
};
const OPER_STATES = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];
const SCOPES: Readonly<Record<string, number>> = { global: 0, host: 254, link: 253, site: 200 };

function num(fields: Fields, key: string): number {
  return (fields[key] as number | undefined) ?? 0;
}

function text(fields: Fields, key: string): string | null {
  return (fields[key] as string | undefined) ?? null;
}

function toLink(f: Fields, indexOf: (name: string) => number): LinkInfo {
  const names = f.flags as string[];
  const named = names.reduce((bits, name) => bits | (FLAG_BITS[name] ?? 0), 0);
  const isRunning = (named & IFF_UP) !== 0 && !names.includes("NO-CARRIER");
  const stats = f.stats64 as { rx: Fields; tx: Fields };
  const changes = num(stats.tx, "carrier_changes");
  return {
    ifindex: num(f, "ifindex"),
    ifname: f.ifname as string,
    type: f.link_type === "loopback" ? 772 : 1,
    flags: named | (isRunning ? IFF_RUNNING : 0),
    mtu: num(f, "mtu"),
    minMtu: num(f, "min_mtu"),
    maxMtu: num(f, "max_mtu"),
    qdisc: f.qdisc as string,
    operState: OPER_STATES.indexOf(f.operstate as string),
    linkMode: f.linkmode === "DORMANT" ? 1 : 0,
    group: f.group === "default" ? 0 : Number(f.group),
    txqueuelen: num(f, "txqlen"),
    address: f.address as string,
    broadcast: f.broadcast as string,
    permAddress: null,
    link: f.link === undefined ? ((f.link_index as number | undefined) ?? null) : indexOf(f.link as string),
    linkNetnsid: (f.link_netnsid as number | undefined) ?? null,
    kind: text((f.linkinfo as Fields | undefined) ?? {}, "info_kind"),
    promiscuity: num(f, "promiscuity"),
    allmulti: num(f, "allmulti"),
    numTxQueues: num(f, "num_tx_queues"),
    numRxQueues: num(f, "num_rx_queues"),
    gsoMaxSize: num(f, "gso_max_size"),
    gsoMaxSegs: num(f, "gso_max_segs"),
    groMaxSize: num(f, "gro_max_size"),
    tsoMaxSize: 524_280,
    alias: text(f, "ifalias"),
    altnames: (f.altnames as string[] | undefined) ?? [],
    hasInet6: true,
    carrierUpCount: Math.floor(changes / 2),
    carrierDownCount: Math.ceil(changes / 2),
    stats: {
      rxPackets: num(stats.rx, "packets"),
      rxBytes: num(stats.rx, "bytes"),
      rxErrors: num(stats.rx, "errors"),
      rxDropped: num(stats.rx, "dropped"),
      rxOtherhost: num(stats.rx, "otherhost"),
      rxMissed: num(stats.rx, "missed_errors"),
      multicast: num(stats.rx, "multicast"),
      txPackets: num(stats.tx, "packets"),
      txBytes: num(stats.tx, "bytes"),
      txErrors: num(stats.tx, "errors"),
      txDropped: num(stats.tx, "dropped"),
      txCarrierErrors: num(stats.tx, "carrier_errors"),
      collisions: num(stats.tx, "collisions"),
    },
  };
}

function lifetime(seconds: number): number | null {
  return seconds === 0xffff_ffff ? null : seconds;
}

function toAddress(f: Fields, ifindex: number): AddrInfo {
  const bits = { secondary: 1, deprecated: 0x20, noprefixroute: 0x200 };
  const flags = Object.entries(bits).reduce((sum, [name, bit]) => (f[name] === true ? sum | bit : sum), 0);
  return {
    family: f.family as "inet",
    ifindex,
    local: f.local as string,
    address: text(f, "address") ?? (f.local as string),
    prefixLen: num(f, "prefixlen"),
    broadcast: text(f, "broadcast"),
    label: text(f, "label"),
    scope: SCOPES[f.scope as string] ?? Number(f.scope),
    flags: flags | (f.dynamic === true ? 0 : 0x80),
    validLft: lifetime(num(f, "valid_life_time")),
    preferredLft: lifetime(num(f, "preferred_life_time")),
    metric: num(f, "metric"),
  };
}

/** From `ip -N -j -d route`: numbers for names. */
function toRoute(f: Fields, indexOf: (name: string) => number): RouteInfo {
  const [dst, length] = f.dst === "default" ? ["0.0.0.0", "0"] : (f.dst as string).split("/");
  const bits: Readonly<Record<string, number>> = { dead: 1, onlink: 4, linkdown: 16 };
  const metrics = (f.metrics as Fields[] | undefined)?.[0] ?? {};
  return {
    family: "inet",
    dst: dst!,
    dstLen: Number(length ?? 32),
    tos: Number(f.tos ?? 0),
    table: Number(f.table ?? 254),
    protocol: Number(f.protocol),
    scope: Number(f.scope),
    type: Number(f.type),
    gateway: text(f, "gateway"),
    oif: f.dev === undefined ? null : indexOf(f.dev as string),
    prefSrc: text(f, "prefsrc"),
    priority: num(f, "metric"),
    flags: (f.flags as string[]).reduce((sum, name) => sum | bits[name]!, 0),
    mtu: (metrics.mtu as number | undefined) ?? null,
    // JSON does not say that a metric is locked.
    isMtuLocked: metrics.mtu === 1200,
  };
}

const NUD = ["INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"];

function toNeigh(f: Fields, indexOf: (name: string) => number): NeighInfo {
  const state = ((f.state as string[] | undefined) ?? []).reduce(
    (sum, name) => sum | (1 << NUD.indexOf(name)),
    0,
  );
  const bits: Readonly<Record<string, number>> = { router: 0x80, proxy: 0x08, extern_learn: 0x10 };
  return {
    family: "inet",
    ifindex: f.dev === undefined ? 0 : indexOf(f.dev as string),
    dst: f.dst as string,
    state,
    flags: Object.entries(bits).reduce((sum, [name, bit]) => (f[name] === null ? sum | bit : sum), 0),
    ...(f.protocol === "static" ? { protocol: 4 } : {}),
    lladdr: text(f, "lladdr"),
    probes: num(f, "probes"),
    confirmed: num(f, "confirmed") * 100,
    used: num(f, "used") * 100,
    updated: num(f, "updated") * 100,
    refcnt: num(f, "refcnt"),
  };
}

/** A request that was made, with the namespace it acted in. */
export interface Made {
  readonly netns: number;
  readonly op: Operation;
  readonly body: unknown;
}

/** Answers what only reads from the tables; a change is granted, and written down. */
export class RecordedKernel {
  readonly made: Made[] = [];
  readonly links: readonly LinkInfo[];
  private addresses: readonly AddrInfo[];
  private routes: readonly RouteInfo[];
  private neighbours: readonly NeighInfo[];
  private readonly proxies: readonly NeighInfo[];
  private readonly names: readonly NetnsName[];
  /** Answers of a test to single operations. */
  readonly answers = new Map<Operation, Result<unknown>>();
  /** Answer to every change; null: granted. */
  refusal: Refusal | null = null;

  constructor(private readonly state: State) {
    const indexOf = (name: string): number => num(state.link.find((f) => f.ifname === name) ?? {}, "ifindex");
    this.links = state.link.map((f) => toLink(f, indexOf));
    this.addresses = state.addr.flatMap((f) =>
      ((f.addr_info as Fields[] | undefined) ?? []).map((a) => toAddress(a, num(f, "ifindex"))),
    );
    this.routes = state.route4.map((f) => toRoute(f, indexOf));
    this.neighbours = state.neigh.map((f) => toNeigh(f, indexOf));
    this.proxies = state.proxy.map((f) => toNeigh(f, indexOf));
    this.names = state.netns.map((f, i) => ({
      name: f.name as string,
      netns: i + 1,
      fault: null,
      nsid: (f.id as number | undefined) ?? null,
    }));
  }

  readonly request: RequestFunction = (netns, op, body) => {
    this.made.push({ netns, op, body });
    // The body's type goes with the operation; the switch below tells them apart.
    return (this.answers.get(op) ?? this.answer(op, body as Fields)) as Result<never>;
  };

  private answer(op: Operation, body: Fields): Result<unknown> {
    switch (op) {
      case "RTM_GETLINK_DUMP":
        return granted(this.links);
      case "RTM_GETLINK": {
        const link = this.links.find(
          (l) =>
            l.ifindex === body.ifindex ||
            l.ifname === body.ifname ||
            l.altnames.includes(body.ifname as string),
        );
        return link === undefined ? refused("ENODEV") : granted(link);
      }
      case "RTM_GETADDR":
        return granted(this.addresses);
      case "RTM_GETROUTE_DUMP": {
        if (body.isCloned === true) return granted([]);
        const routes = this.routes.filter((r) => body.table === 0 || r.table === body.table);
        return routes.length > 0 ? granted(routes) : refused("ENOENT", "ipv4: FIB table does not exist.");
      }
      case "RTM_GETNEIGH_DUMP": {
        const entries = body.proxy === true ? this.proxies : this.neighbours;
        return granted(entries.filter((e) => body.ifindex === 0 || e.ifindex === body.ifindex));
      }
      case "RTM_GETNEIGH": {
        const entry = this.neighbours.find((e) => e.dst === body.dst && e.ifindex === body.ifindex);
        return entry === undefined ? refused("ENOENT", "Neighbour entry not found") : granted(entry);
      }
      case "RTM_GETRULE":
        return granted(this.state.rule.map((f) => ruleInfo(num(f, "priority"), Number(f.table))));
      default:
        return this.answerNetns(op, body);
    }
  }

  private answerNetns(op: Operation, body: Fields): Result<unknown> {
    const known = this.names.find((n) => n.name === body.name);
    switch (op) {
      case "NETNS_LIST":
        return granted(this.names);
      case "NETNS_OPEN":
        return known === undefined ? refused("ENOENT") : granted({ netns: known.netns });
      case "NETNS_ADD":
        return known === undefined ? granted({ netns: 99 }) : refused("EEXIST");
      case "NETNS_DEL":
      case "NETNS_PIDS":
        return known === undefined ? refused("ENOENT") : op === "NETNS_DEL" ? DONE : granted([]);
      case "NETNS_OF_PID":
        return body.pid === 1 ? granted({ netns: 0 }) : refused("ESRCH");
      case "RTM_GETNSID_DUMP":
        return granted(
          this.state.nsid.map((f) => ({ nsid: num(f, "nsid"), names: f.name === undefined ? [] : [f.name] })),
        );
      default:
        return this.refusal ?? this.remove(op, body);
    }
  }

  /** Entries that are deleted are gone from later dumps. */
  private remove(op: Operation, body: Fields): Result<unknown> {
    if (op === "RTM_DELADDR")
      this.addresses = this.addresses.filter((a) => a.ifindex !== body.ifindex || a.local !== body.local);
    else if (op === "RTM_DELROUTE")
      this.routes = this.routes.filter(
        (r) => r.dst !== body.dst || r.priority !== body.priority || r.oif !== (body.oif ?? null),
      );
    else if (op === "RTM_DELNEIGH")
      this.neighbours = this.neighbours.filter((n) => n.dst !== body.dst || n.ifindex !== body.ifindex);
    return DONE;
  }
}

export interface Run {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Words of a recorded command line: quotes, no expansion. */
export function splitCommand(cmd: string): string[] {
  return [...cmd.matchAll(/"([^"]*)"|\S+/g)].map((m) => m[1] ?? m[0]);
}

export async function run(
  kernel: RecordedKernel,
  argv: readonly string[],
  command: (cx: CommandContext) => number | Promise<number>,
  more: Partial<CommandContext> = {},
): Promise<Run> {
  const output = { stdout: "", stderr: "" };
  const cx: CommandContext = {
    argv,
    env: new Map(),
    cwd: "/",
    pid: 100,
    netns: 0,
    host: { request: kernel.request } as Host,
    request: (op, body) => kernel.request(0, op, body),
    out: (t) => {
      output.stdout += t;
    },
    err: (t) => {
      output.stderr += t;
    },
    flush: () => {},
    drain: async () => {},
    readLine: async () => null,
    readAll: async () => "",
    missing: () => null,
    sleep: async () => {},
    exec: async () => 0,
    hasCommand: () => false,
    ...more,
  };
  const rc = await command(cx);
  return { rc, ...output };
}
