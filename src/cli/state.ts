/** `vethsim log FILE --at T`: the state at an instant, as the commands of that world show it. */
import type { Nanos } from "../core/nanos.ts";
import { Netns } from "../devices/netns.ts";
import { RunHost } from "../shell/run-host.ts";
import { Shell } from "../shell/shell.ts";
import { Divergence } from "../simulation/log-follower.ts";
import { type Replay, stateAt as stateOfLog } from "../simulation/replay.ts";
import { netnsName } from "./device-label.ts";
import type { Io } from "./io.ts";
import { withLog } from "./log-file.ts";

/** Name of the part, command for people, command for programs. */
const PARTS = [
  ["links", "ip -s -d link", "ip -j -s -d link"],
  ["addresses", "ip addr", "ip -j addr"],
  ["neighbours", "ip neigh", "ip -j neigh"],
  ["routes", "ip route show table all", "ip -j route show table all"],
] as const;

/** @returns 1 when the log is damaged in front of the instant */
export async function stateAt(path: string, time: Nanos, isJson: boolean, io: Io): Promise<number> {
  return withLog(path, async ({ reader }) => {
    // What would have come behind the end of a log, it does not say.
    const end = reader.batches.at(-1)?.lastTime ?? 0;
    if (time > end) io.stderr(`vethsim: ${path}: the log ends at ${seconds(end)} s\n`);
    let replay: Replay;
    try {
      replay = stateOfLog(reader, { time: Math.min(time, end) });
    } catch (error) {
      if (!(error instanceof Divergence)) throw error;
      io.stderr(`vethsim: ${path}: ${error.message}\n`);
      return 1;
    }
    io.stdout(isJson ? `${JSON.stringify(await asJson(replay))}\n` : await asText(replay));
    return 0;
  });
}

/** Namespaces by number. */
function namespaces(replay: Replay): { readonly ref: number; readonly name: string }[] {
  const { cells } = replay.kernel;
  const found: { ref: number; name: string }[] = [];
  for (let ref = 0; ref < cells.size; ref++)
    if (cells.get<unknown>(ref) instanceof Netns) found.push({ ref, name: netnsName(cells, ref) });
  return found;
}

/** Runs a command in the world of that instant; a copy of it, which is thrown away. */
async function show(replay: Replay, netns: number, command: string): Promise<string> {
  const host = new RunHost({ from: replay.snapshot() });
  let text = "";
  const add = (out: string) => {
    text += out;
  };
  const shell = new Shell(host, {
    name: "vethsim",
    stdout: add,
    stderr: add,
    netns,
    commandCost: 0,
    seedRandom: () => 0,
  });
  await shell.run(command);
  return text;
}

/** For people. */
export async function asText(replay: Replay): Promise<string> {
  const { now, backlog, timers } = replay.scheduler.agenda();
  const lines = [
    `state at ${seconds(now)} s, behind event #${replay.seq}, hash ${replay.stateHash()}`,
    `to come: ${backlog.length} frames in the backlog, ${timers.length} timers${timers.length === 0 ? "" : `, the next at ${seconds(replay.scheduler.nextTime)} s`}`,
  ];
  for (const { ref, name } of namespaces(replay))
    for (const [, command] of PARTS) {
      const text = await show(replay, ref, command);
      if (text !== "") lines.push("", `${name}$ ${command}`, text.trimEnd());
    }
  return `${lines.join("\n")}\n`;
}

async function asJson(replay: Replay): Promise<unknown> {
  const { now, backlog, timers } = replay.scheduler.agenda();
  const shown: Record<string, unknown>[] = [];
  for (const { ref, name } of namespaces(replay)) {
    const one: Record<string, unknown> = { netns: ref, name };
    for (const [part, , command] of PARTS) {
      const text = await show(replay, ref, command);
      one[part] = text === "" ? [] : JSON.parse(text);
    }
    shown.push(one);
  }
  return {
    time: now,
    seq: replay.seq,
    hash: replay.stateHash(),
    backlog: backlog.length,
    timers: timers.map((timer) => timer.time).sort((a, b) => a - b),
    namespaces: shown,
  };
}

function seconds(time: Nanos): string {
  return (time / 1e9).toFixed(9);
}
