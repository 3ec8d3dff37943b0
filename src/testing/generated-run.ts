/** Carries out generated commands on a run, through requests as every user's. */

import type { Nanos } from "../core/nanos.ts";
import { NS_PER_MS } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import { deviceByName } from "../devices/netns.ts";
import { MemorySink } from "../events/log-sink.ts";
import {
  IFF_NOARP,
  IFF_UP,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_PROXY,
  NUD_PERMANENT,
  NUD_REACHABLE,
  NUD_STALE,
} from "../events/netlink.ts";
import type { BodyOf, NetnsId, Operation, ReplyOf } from "../events/requests.ts";
import { Run, type RunOptions } from "../simulation/run.ts";
import type { Command, NetnsName } from "./commands.ts";

const ADD = NLM_F_CREATE | NLM_F_EXCL;
const NUD = { permanent: NUD_PERMANENT, reachable: NUD_REACHABLE, stale: NUD_STALE };

export interface GeneratedRunOptions extends Omit<RunOptions, "log" | "programs"> {
  /** Called after each step of the run that is seen from outside, and after each command. */
  readonly onStep?: (run: Run) => void;
}

/** A run with its log in memory, and what its script would hold: names, processes. */
export class GeneratedRun {
  readonly run: Run;
  private readonly sink = new MemorySink();
  /** Namespaces by name; one that is gone keeps its number here, as a stale handle of a user's. */
  private readonly netnses = new Map<NetnsName, NetnsId>([["", 0]]);
  private readonly programs: number[] = [];
  private readonly holders: number[] = [];
  private readonly zombies: number[] = [];
  /** What the programs printed. */
  output = "";
  private readonly onStep: (run: Run) => void;

  constructor(options: GeneratedRunOptions = {}) {
    const { onStep, ...rest } = options;
    this.onStep = onStep ?? (() => {});
    this.run = new Run({
      ...rest,
      log: this.sink,
      programs: {
        output: (_pid, _fd, text) => {
          this.output += text;
        },
        exit: (pid) => {
          this.zombies.push(pid);
        },
      },
    });
  }

  /** Ends the log and gives it. */
  close(): Uint8Array {
    this.run.close();
    return this.sink.bytes();
  }

  request<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    return this.run.request(netns, op, body);
  }

  /** Lets time go on. */
  wait(span: Nanos): void {
    this.run.advance(this.run.now + span, () => {
      this.onStep(this.run);
      return false;
    });
  }

  applyAll(commands: readonly Command[]): void {
    for (const command of commands) this.apply(command);
  }

  /** Carries out a command. One whose device or namespace never was does nothing. */
  apply(command: Command): void {
    this.reap();
    this.carryOut(command);
    this.onStep(this.run);
  }

  /** Programs that ended give their processes back, as the shell that waits for them does. */
  private reap(): void {
    for (const pid of this.zombies.splice(0)) {
      this.request(0, "EXIT", { pid, status: 0 });
      const at = this.programs.indexOf(pid);
      if (at >= 0) this.programs.splice(at, 1);
    }
  }

  netns(name: NetnsName): NetnsId | null {
    return this.netnses.get(name) ?? null;
  }

  /** A namespace and a device's index in it, looked up without a request. Null: there is none. */
  private find(netns: NetnsName, dev: string): { netns: NetnsId; ifindex: number } | null {
    const id = this.netns(netns);
    if (id === null || !this.run.kernel.cells.has(id)) return null;
    const found = deviceByName(this.run.kernel, id, dev);
    return found === null ? null : { netns: id, ifindex: found.ifindex };
  }

  private carryOut(c: Command): void {
    switch (c.kind) {
      case "wait":
        this.wait(c.ms * NS_PER_MS);
        return;
      case "netnsAdd": {
        const made = this.request(0, "NETNS_ADD", { name: c.name });
        if (made.ok) this.netnses.set(c.name, made.value.netns);
        return;
      }
      case "netnsDel":
        this.request(0, "NETNS_DEL", { name: c.name });
        return;
      case "linkAdd":
        this.linkAdd(c);
        return;
      case "route":
        this.route(c);
        return;
      case "sysctl": {
        const netns = this.netns(c.netns);
        const path = `/proc/sys/${c.key.replaceAll(".", "/")}`;
        if (netns !== null) this.request(netns, "FILE_WRITE", { path, data: `${c.value}\n`, append: false });
        return;
      }
      case "ping":
      case "interrupt":
      case "hold":
      case "setns":
      case "release":
        this.process(c);
        return;
      default: {
        const found = this.find(c.netns, c.dev);
        if (found !== null) this.onDevice(c, found.netns, found.ifindex);
      }
    }
  }

  private linkAdd(c: Extract<Command, { kind: "linkAdd" }>): void {
    const netns = this.netns(c.netns);
    const peerNetns = this.netns(c.peerNetns);
    if (netns === null || peerNetns === null) return;
    this.request(netns, "RTM_NEWLINK_ADD", {
      kind: "veth",
      ifname: c.dev,
      peer: { ifname: c.peer, ...(peerNetns === netns ? {} : { netns: peerNetns }) },
      ...(c.mtu === null ? {} : { mtu: c.mtu }),
      ...(c.index === null ? {} : { ifindex: c.index }),
    });
  }

  private route(c: Extract<Command, { kind: "route" }>): void {
    const netns = this.netns(c.netns);
    const oif = c.dev === null ? null : this.find(c.netns, c.dev);
    if (netns === null || (c.dev !== null && oif === null)) return;
    const spec = {
      dst: c.dst,
      dstLen: c.dstLen,
      protocol: c.add ? 3 : 0,
      type: c.add ? 1 : 0,
      scope: c.add ? (c.via === null ? 253 : 0) : 255,
      priority: c.metric,
      ...(c.via === null ? {} : { gateway: c.via }),
      ...(oif === null ? {} : { oif: oif.ifindex }),
    };
    if (c.add) this.request(netns, "RTM_NEWROUTE", { ...spec, nlmFlags: ADD });
    else this.request(netns, "RTM_DELROUTE", spec);
  }

  private process(c: Extract<Command, { kind: "ping" | "interrupt" | "hold" | "setns" | "release" }>): void {
    switch (c.kind) {
      case "ping": {
        const pid = this.fork(c.netns, "ping");
        if (pid === null) return;
        this.programs.push(pid);
        this.request(0, "SPAWN", { pid, argv: ["ping", "-c", String(c.count), ...c.options, c.dst] });
        return;
      }
      case "interrupt":
        if (this.programs[0] !== undefined)
          this.request(0, "KILL", { pid: this.programs[0], signal: "SIGINT" });
        return;
      case "hold": {
        const pid = this.fork(c.netns, "sleep");
        if (pid !== null) this.holders.push(pid);
        return;
      }
      case "setns": {
        const netns = this.netns(c.target);
        if (netns !== null && this.holders[0] !== undefined)
          this.request(0, "SETNS", { pid: this.holders[0], netns });
        return;
      }
      case "release": {
        const pid = this.holders.shift();
        if (pid !== undefined) this.request(0, "EXIT", { pid, status: 0 });
      }
    }
  }

  private fork(name: NetnsName, comm: string): number | null {
    const netns = this.netns(name);
    if (netns === null) return null;
    const made = this.request(netns, "FORK", { parent: 1, comm });
    return made.ok ? made.value.pid : null;
  }

  private onDevice(
    c: Exclude<
      Command,
      {
        kind:
          | "wait"
          | "netnsAdd"
          | "netnsDel"
          | "linkAdd"
          | "route"
          | "sysctl"
          | "ping"
          | "interrupt"
          | "hold"
          | "setns"
          | "release";
      }
    >,
    netns: NetnsId,
    ifindex: number,
  ): void {
    const set = (change: Omit<BodyOf<"RTM_NEWLINK_SET">, "ifindex">) =>
      this.request(netns, "RTM_NEWLINK_SET", { ifindex, ...change });
    switch (c.kind) {
      case "linkDel":
        this.request(netns, "RTM_DELLINK", { ifindex });
        return;
      case "linkUp":
        set({ flags: c.up ? IFF_UP : 0, change: IFF_UP });
        return;
      case "linkArp":
        set({ flags: c.on ? 0 : IFF_NOARP, change: IFF_NOARP });
        return;
      case "linkMtu":
        set({ mtu: c.mtu });
        return;
      case "linkAddress":
        set({ address: c.address });
        return;
      case "linkRename":
        set({ ifname: c.to });
        return;
      case "linkAltname":
        this.request(netns, "RTM_NEWLINKPROP", { ifindex, altnames: [c.altname] });
        return;
      case "linkMove": {
        const target = this.netns(c.target);
        if (target !== null) set({ netns: target, ...(c.to === null ? {} : { ifname: c.to }) });
        return;
      }
      case "linkShow":
        this.request(netns, "RTM_GETLINK", { ifname: c.dev });
        return;
      case "addr": {
        const { local, prefixLen } = c;
        if (c.add)
          this.request(netns, "RTM_NEWADDR", {
            ifindex,
            local,
            prefixLen,
            broadcast: broadcastOf(c),
            nlmFlags: ADD,
          });
        else this.request(netns, "RTM_DELADDR", { ifindex, local, prefixLen });
        return;
      }
      case "neigh":
        if (c.add)
          this.request(netns, "RTM_NEWNEIGH", {
            ifindex,
            dst: c.dst,
            lladdr: c.lladdr,
            state: NUD[c.state],
            nlmFlags: NLM_F_CREATE | NLM_F_REPLACE,
          });
        else this.request(netns, "RTM_DELNEIGH", { ifindex, dst: c.dst });
        return;
      case "proxy":
        if (c.add)
          this.request(netns, "RTM_NEWNEIGH", {
            ifindex,
            dst: c.dst,
            state: 0,
            flags: NTF_PROXY,
            nlmFlags: ADD,
          });
        else this.request(netns, "RTM_DELNEIGH", { ifindex, dst: c.dst, flags: NTF_PROXY });
    }
  }

  /** Ends every process, takes away every namespace and link, and lets what is left expire. */
  tearDown(): void {
    for (const pid of [...this.programs, ...this.holders]) this.request(0, "EXIT", { pid, status: 0 });
    this.programs.length = 0;
    this.holders.length = 0;
    this.zombies.length = 0;
    const names = this.request(0, "NETNS_LIST", {});
    if (names.ok) for (const { name } of names.value) this.request(0, "NETNS_DEL", { name });
    const links = this.request(0, "RTM_GETLINK_DUMP", {});
    if (links.ok)
      for (const { ifindex, kind } of links.value)
        if (kind === "veth") this.request(0, "RTM_DELLINK", { ifindex });
    for (const up of [true, false]) this.apply({ kind: "linkUp", netns: "", dev: "lo", up });
    this.wait(60_000 * NS_PER_MS);
  }
}

/** The broadcast address that `ip addr add` gives with `brd +`. */
function broadcastOf(c: { readonly local: string; readonly prefixLen: number }): string {
  const parts = c.local.split(".");
  if (c.prefixLen === 24) return [...parts.slice(0, 3), "255"].join(".");
  return c.prefixLen === 16 ? [...parts.slice(0, 2), "255", "255"].join(".") : "0.0.0.0";
}

/** Runs a sequence to its end and `endWait` beyond. */
export function runSequence(
  sequence: { readonly seed: string; readonly commands: readonly Command[] },
  options: GeneratedRunOptions = {},
): GeneratedRun {
  const generated = new GeneratedRun({ seed: sequence.seed, ...options });
  generated.applyAll(sequence.commands);
  generated.wait(100 * NS_PER_MS);
  return generated;
}
