/** A pair between two namespaces, a with 10.0.0.1 and b with 10.0.0.2 on `v0`, for tests that ask what a kernel would say. */
import { NS_PER_MS, NS_PER_SEC } from "../../src/core/nanos.ts";
import { deviceByName } from "../../src/devices/netns.ts";
import { DROP_REASONS, KIND } from "../../src/events/kinds.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { NUD_NOARP } from "../../src/events/netlink.ts";
import type { LinkInfo, NeighInfo } from "../../src/events/requests.ts";
import { QUIET_PAIR } from "../../src/testing/arbitraries.ts";
import type { Command } from "../../src/testing/commands.ts";
import { GeneratedRun } from "../../src/testing/generated-run.ts";

export class Pair {
  readonly generated: GeneratedRun;

  constructor(seed = "1", setup: readonly Command[] = QUIET_PAIR) {
    this.generated = new GeneratedRun({ seed, freeze: true });
    this.generated.applyAll(setup);
  }

  do(...commands: readonly Command[]): void {
    this.generated.applyAll(commands);
  }

  waitMs(ms: number): void {
    this.generated.wait(ms * NS_PER_MS);
  }

  ping(netns: string, dst: string, count = 1): void {
    this.do({ kind: "ping", netns, dst, count, options: [] });
  }

  netns(name: string): number {
    return this.generated.netns(name)!;
  }

  device(netns: string, ifname = "v0"): number {
    return deviceByName(this.generated.run.kernel, this.netns(netns), ifname)!.ref;
  }

  /** All devices of a namespace as a dump shows them: no pending work is done. */
  links(netns: string): readonly LinkInfo[] {
    const reply = this.generated.request(this.netns(netns), "RTM_GETLINK_DUMP", {});
    if (!reply.ok) throw new Error(reply.errno);
    return reply.value;
  }

  link(netns: string, ifname = "v0"): LinkInfo {
    return this.links(netns).find((link) => link.ifname === ifname)!;
  }

  neighs(netns: string): readonly NeighInfo[] {
    const reply = this.generated.request(this.netns(netns), "RTM_GETNEIGH_DUMP", {
      ifindex: 0,
      proxy: false,
    });
    if (!reply.ok) throw new Error(reply.errno);
    return reply.value;
  }

  /** `state lladdr` of each neighbour by address, those left out that need no resolution. */
  neighStates(netns: string): Record<string, string> {
    return Object.fromEntries(
      this.neighs(netns)
        .filter(({ state }) => state !== NUD_NOARP)
        .map(({ dst, state, lladdr }) => [dst, `${NUD[state]}${lladdr === null ? "" : ` ${lladdr}`}`]),
    );
  }

  /** Ends the run and gives what the log tells. */
  close(): PairLog {
    return new PairLog(new LogReader(this.generated.close()));
  }
}

const NUD: Readonly<Record<number, string>> = {
  0: "NONE",
  1: "INCOMPLETE",
  2: "REACHABLE",
  4: "STALE",
  8: "DELAY",
  16: "PROBE",
  32: "FAILED",
  128: "PERMANENT",
};

export class PairLog {
  constructor(readonly log: LogReader) {}

  /** States that an entry of a device went through, each with its time in seconds. */
  states(device: number, dst: string): { state: string; at: number }[] {
    return [...this.log.rows()].flatMap((row) => {
      if (row.kind !== KIND.neigh || row.device !== device) return [];
      const data = JSON.parse(row.data) as { dst: string; state: string };
      return data.dst === dst ? [{ state: data.state, at: row.time / NS_PER_SEC }] : [];
    });
  }

  /** Seconds between an entry's coming into a state and its leaving it for another, for the first such pair. */
  lasted(device: number, dst: string, from: string, to: string): number {
    const states = this.states(device, dst);
    const at = states.findIndex(({ state }, i) => state === from && states[i + 1]?.state === to);
    if (at < 0) throw new Error(`no ${from} > ${to} in ${states.map(({ state }) => state).join(" > ")}`);
    return states[at + 1]!.at - states[at]!.at;
  }

  /** Times in seconds at which a device sent frames of a length. */
  sent(device: number, length: number): number[] {
    return [...this.log.rows()].flatMap((row) =>
      row.kind === KIND.xmit && row.device === device && row.length === length ? [row.time / NS_PER_SEC] : [],
    );
  }

  /** Reasons of all drops, in order. */
  drops(): string[] {
    return [...this.log.rows()].flatMap((row) => (row.kind === KIND.drop ? [DROP_REASONS[row.reason]!] : []));
  }
}

/** Differences of neighbours in a list. */
export function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - times[i]!);
}
