import { describe, expect, it } from "vitest";
import { KIND } from "../../src/events/kinds.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { Replay } from "../../src/simulation/replay.ts";
import type { Run } from "../../src/simulation/run.ts";
import { WORKING_PAIR } from "../../src/testing/arbitraries.ts";
import type { Command } from "../../src/testing/commands.ts";
import { GeneratedRun } from "../../src/testing/generated-run.ts";
import { livingCells } from "../../src/testing/invariants.ts";

/** Brings every kind of record into the state: replies and errors at sockets, packets that wait for a neighbour, alike. */
const EVERYTHING: readonly Command[] = [
  ...WORKING_PAIR,
  { kind: "hold", netns: "b" },
  { kind: "sysctl", netns: "a", key: "net.ipv4.conf.all.arp_notify", value: 1 },
  { kind: "linkAltname", netns: "a", dev: "v0", altname: "constructor" },
  {
    kind: "neigh",
    add: true,
    netns: "a",
    dev: "v0",
    dst: "10.0.0.3",
    lladdr: "02:00:00:00:00:03",
    state: "stale",
  },
  { kind: "proxy", add: true, netns: "a", dev: "v0", dst: "10.0.0.4" },
  {
    kind: "route",
    add: true,
    netns: "a",
    dst: "10.9.0.0",
    dstLen: 16,
    via: "10.0.0.2",
    dev: null,
    metric: 0,
  },
  { kind: "ping", netns: "a", dst: "10.0.0.2", count: 2, options: ["-R"] },
  { kind: "ping", netns: "a", dst: "10.0.0.9", count: 1, options: [] },
  { kind: "ping", netns: "a", dst: "10.0.0.2", count: 2, options: ["-s", "1600"] },
  { kind: "wait", ms: 4000 },
];

/** A change of one field in place, and how to take it back. */
interface Mutation {
  readonly path: string;
  readonly apply: () => void;
  readonly undo: () => void;
}

/** Another value of the same type, or of another one where it is an object. */
function changed(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return `${value}!`;
  return typeof value === "boolean" ? !value : 7;
}

/** Every field of every object that a value reaches and that was not seen before, the insides of maps included. */
function* mutations(value: unknown, path: string, seen: WeakSet<object>): IterableIterator<Mutation> {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  const fields = value as Record<string, unknown>;
  const keys = value instanceof Uint8Array ? [...value.keys()].map(String) : Object.keys(value);
  for (const key of keys) {
    const before = fields[key];
    const set = (to: unknown) => {
      fields[key] = to;
    };
    yield { path: `${path}.${key}`, apply: () => set(changed(before)), undo: () => set(before) };
    yield* mutations(before, `${path}.${key}`, seen);
  }
  if (value instanceof Uint8Array) return;
  const extra = "extra";
  yield {
    path: `${path}.${extra}`,
    apply: () => {
      fields[extra] = 1;
    },
    undo: () => {
      delete fields[extra];
    },
  };
}

/** A record's class, or what marks one without a class. */
function kindOf(record: object): string {
  if (record.constructor !== Object) return record.constructor.name;
  return "lladdr" in record ? "Neigh" : "pid" in record ? "Process" : "?";
}

/** Changes octets in place and asks for another step: does that step notice? */
function isNoticed(run: Run, mutation: Mutation): boolean {
  mutation.apply();
  try {
    run.request(0, "RTM_GETRULE", {});
    return false;
  } catch {
    return true;
  } finally {
    mutation.undo();
  }
}

describe("the freeze mode", () => {
  it("should catch a change in place of any field of any record of a state", () => {
    const seen = new WeakSet<object>();
    const kinds = new Set<string>();
    const unnoticed: string[] = [];
    let tried = 0;
    let octets = 0;
    const attack = (run: Run) => {
      for (const ref of livingCells(run)) {
        const record = run.kernel.cells.get<object>(ref);
        kinds.add(kindOf(record));
        for (const mutation of mutations(record, `${kindOf(record)} ${ref}`, seen)) {
          tried++;
          try {
            mutation.apply();
          } catch (error) {
            if (error instanceof TypeError) continue;
            throw error;
          }
          // Octets cannot be frozen: the next step checks them.
          mutation.undo();
          octets++;
          if (!isNoticed(run, mutation)) unnoticed.push(mutation.path);
        }
      }
    };
    const generated = new GeneratedRun({ freeze: true, onStep: attack });
    generated.applyAll(EVERYTHING);
    expect(unnoticed).toEqual([]);
    expect([...kinds].sort()).toEqual([
      "DeviceStats",
      "FileSystem",
      "FragmentQueue",
      "Globals",
      "IcmpLimit",
      "InDevice",
      "Inet6Addr",
      "Inet6Dev",
      "Inet6Timer",
      "Inode",
      "IpIdent",
      "LinkWatch",
      "ManagedNeighs",
      "Mib",
      "Mib6",
      "Neigh",
      "NeighTable",
      "NeighTable6",
      "NeighTbl",
      "NetDevice",
      "NetStack",
      "NetStack6",
      "Netns",
      "Process",
      "ProxyQueue",
      "RawSocket",
      "UdpTable",
    ]);
    expect(tried).toBeGreaterThan(3_000);
    expect(octets).toBeGreaterThan(100);
  });
});

/** Cells whose records hold something, by kind, with a copy that differs in one field. */
function forgeries(replay: Replay): { ref: number; path: string; forged: object }[] {
  const { cells } = replay.kernel;
  return livingCells(replay).flatMap((ref) => {
    const record = cells.get<object>(ref);
    return Object.entries(record)
      .filter(([, value]) => typeof value !== "object" && typeof value !== "function")
      .map(([key, value]) => {
        const forged = Object.assign(Object.create(Object.getPrototypeOf(record)), record, {
          [key]: changed(value),
        });
        return { ref, path: `${kindOf(record)} ${ref}.${key}`, forged };
      });
  });
}

describe("verification", () => {
  const generated = new GeneratedRun({ seed: "3" });
  generated.applyAll(EVERYTHING);
  const log = new LogReader(generated.close());
  const start = log.batches.findIndex((batch) => batch.hasSnapshot);
  const checkpoints = [...log.rows()].filter((row) => row.kind === KIND.checkpoint);
  /** A replay of all steps, the last checkpoint still to come. */
  const almost = () => {
    const replay = new Replay(log, start, true);
    replay.forward({ seq: checkpoints.at(-1)!.seq - 1 });
    return replay;
  };

  it("should pass the log as it is", () => {
    const replay = almost();
    replay.forward({ seq: log.rowCount });
    expect(replay.hasEnded).toBe(true);
    expect(replay.checkpoints).toBe(checkpoints.length);
    expect(checkpoints.length).toBeGreaterThan(1);
  });

  it("should fail when any field of any cell of the replay's state is another", () => {
    const replay = almost();
    const hash = replay.stateHash();
    const unnoticed = forgeries(replay).filter(({ ref, forged }) => {
      const record = replay.kernel.cells.get<object>(ref);
      replay.kernel.cells.set(ref, forged);
      const isNoticed = replay.stateHash() !== hash;
      replay.kernel.cells.set(ref, record);
      expect(replay.stateHash()).toBe(hash);
      return !isNoticed;
    });
    expect(unnoticed.map(({ path }) => path)).toEqual([]);
  });

  it.each(["Netns", "NetDevice", "DeviceStats", "Neigh", "IpIdent", "Process"])(
    "should part from the log when a %s is another",
    (kind) => {
      const replay = almost();
      const { ref, forged } = forgeries(replay).find(({ path }) => path.startsWith(`${kind} `))!;
      replay.kernel.cells.set(ref, forged);
      expect(() => replay.forward({ seq: log.rowCount })).toThrow(
        /^the state's hash is [0-9a-f]{16} in the log and [0-9a-f]{16} in the replay$/,
      );
    },
  );

  it("should fail when a field is changed in place, behind the table's back", () => {
    const replay = almost();
    const cell = livingCells(replay).find(
      (ref) => kindOf(replay.kernel.cells.get<object>(ref)) === "DeviceStats",
    )!;
    replay.stateHash();
    replay.kernel.cells.get<{ rxPackets: number }>(cell).rxPackets++;
    expect(() => replay.forward({ seq: log.rowCount })).toThrow("was changed in place");
  });
});
