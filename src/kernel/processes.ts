/** Processes of user space, and the programs of the simulation that run in them. */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { BodyOf, ProcessInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Wake } from "../processes/program.ts";
import { PROGRAMS } from "../processes/programs.ts";
import { closeRaw6Socket, Raw6Socket } from "../stack/ipv6/raw6-socket.ts";
import { socketLeaveAll } from "../stack/multicast-socket.ts";
import { closePacketSocket, PacketSocket } from "../stack/packet-socket.ts";
import { closeRawSocket } from "../stack/raw-socket.ts";
import { udpInterrupted } from "../stack/udp-send.ts";
import { UdpSocket } from "../stack/udp-socket.ts";
import { removeUdpSocket } from "../stack/udp-table.ts";
import {
  ABOUT_INIT,
  GLOBALS,
  type Globals,
  globals,
  type HoldReason,
  Process,
  processOf,
} from "./globals.ts";
import { makeNetns, releaseNetns } from "./namespaces.ts";
import { closeNetlinkSocket, NetlinkSocket } from "./netlink-socket.ts";
import { KernelProgramContext } from "./program-context.ts";
import { netnsBinds } from "./vfs/binds.ts";

/** fork(2): the child lives in `netns`, and begins with the file view of its parent, or of the namespace if it has none. */
export function fork(step: StepContext, netns: NetnsRef, comm: string, parent = 0): number {
  const pid = globals(step).pidLast + 1;
  const from = processOf(step, parent)?.process.about;
  const about =
    from === undefined
      ? { ...ABOUT_INIT, argv: [comm], exe: `/usr/bin/${comm}`, start: step.now, sysNetns: netns }
      : { ...from, ppid: parent, start: step.now };
  const ref = step.cells.add(new Process(pid, comm, netns, null, null, [], null, about));
  setProcesses(step, globals(step).processes.set(pid, ref), pid);
  join(step, netns, pid);
  return pid;
}

function setProcesses(step: StepContext, processes: Globals["processes"], pidLast: number): void {
  step.cells.set(GLOBALS, globals(step).withProcesses(processes, pidLast));
}

function join(step: StepContext, netns: NetnsRef, pid: number): void {
  const ns = step.cells.get(netns);
  step.cells.set(netns, ns.withProcesses(ns.processes.set(pid, true)));
}

function leave(step: StepContext, netns: NetnsRef, pid: number): void {
  const ns = step.cells.get(netns);
  step.cells.set(netns, ns.withProcesses(ns.processes.delete(pid)));
  releaseNetns(step, netns);
}

/** As `ip netns exec NAME` does: with the file view of that name. Gives the paths for which there is nothing under /etc. */
export function enterNetns(
  step: StepContext,
  pid: number,
  netns: NetnsRef,
  name: string,
): Result<readonly string[]> {
  const moved = setns(step, pid, netns);
  if (!moved.ok) return moved;
  const { ref, process } = processOf(step, pid)!;
  const { binds, failed } = netnsBinds(step, process, name);
  step.cells.set(ref, process.with({ about: { ...process.about, sysNetns: netns, binds } }));
  return granted(failed);
}

export function mountSysfs(step: StepContext, pid: number): Result<null> {
  const found = processOf(step, pid);
  if (found === null) return refused("ESRCH");
  const { ref, process } = found;
  step.cells.set(ref, process.with({ about: { ...process.about, sysNetns: process.netns } }));
  return DONE;
}

export function chdir(step: StepContext, pid: number, cwd: string): Result<null> {
  const found = processOf(step, pid);
  if (found === null) return refused("ESRCH");
  step.cells.set(found.ref, found.process.with({ about: { ...found.process.about, cwd } }));
  return DONE;
}

export function processInfos(step: StepContext): ProcessInfo[] {
  return globals(step)
    .processes.sorted()
    .map(([pid, ref]) => {
      const { comm, netns, program, about } = step.cells.get(ref);
      const { ppid, argv, exe, start } = about;
      return { pid, ppid, comm, argv, exe, netns, start, isProgram: program !== null };
    });
}

export function setns(step: StepContext, pid: number, netns: NetnsRef): Result<null> {
  const found = processOf(step, pid);
  if (found === null) return refused("ESRCH");
  if (found.process.netns === netns) return DONE;
  step.cells.set(found.ref, found.process.with({ netns }));
  join(step, netns, pid);
  leave(step, found.process.netns, pid);
  return DONE;
}

export function unshareNet(step: StepContext, pid: number): Result<{ netns: NetnsRef }> {
  const netns = makeNetns(step, null);
  const moved = setns(step, pid, netns);
  return moved.ok ? granted({ netns }) : moved;
}

export function exec(step: StepContext, { pid, comm, argv, exe }: BodyOf<"EXEC">): Result<null> {
  const found = processOf(step, pid);
  if (found === null) return refused("ESRCH");
  const before = found.process.about;
  const about = { ...before, argv: argv ?? [comm], exe: exe ?? before.exe };
  step.cells.set(found.ref, found.process.with({ comm, about }));
  return DONE;
}

/** exit(2): sockets are closed, the namespace is let go. */
export function exit(step: StepContext, pid: number): Result<null> {
  const found = processOf(step, pid);
  if (found === null) return refused("ESRCH");
  for (const socket of found.process.sockets) closeSocket(step, socket);
  step.cancelTimer(found.ref);
  step.unwake(found.ref);
  setProcesses(step, globals(step).processes.delete(pid), globals(step).pidLast);
  step.cells.delete(found.ref);
  leave(step, found.process.netns, pid);
  return DONE;
}

function closeSocket(step: StepContext, socket: number): void {
  const record = step.cells.get<unknown>(socket);
  if (record instanceof NetlinkSocket) closeNetlinkSocket(step, socket);
  else if (record instanceof PacketSocket) closePacketSocket(step, socket);
  else if (record instanceof UdpSocket) {
    if (record.isBlocked) udpInterrupted(step, record.netns);
    socketLeaveAll(step, socket);
    removeUdpSocket(step, socket);
  } else if (record instanceof Raw6Socket) closeRaw6Socket(step, socket);
  else closeRawSocket(step, socket);
}

export function spawn(step: StepContext, { pid, argv, ...streams }: BodyOf<"SPAWN">): Result<null> {
  const found = processOf(step, pid);
  if (found === null) return refused("ESRCH");
  const program = PROGRAMS.get(argv[0] ?? "");
  if (program === undefined) return refused("ENOENT");
  step.cells.set(found.ref, found.process.with({ program: program.name }));
  const cx = new KernelProgramContext(step, found.ref, pid, found.process.netns, program);
  afterRun(step, cx, program.start(cx, argv, streams));
  return DONE;
}

const STOP_SIGNALS: ReadonlySet<string> = new Set(["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"]);

/** A signal for a program. Those that stop and continue it are the kernel's business. @source signal(7) */
export function kill(step: StepContext, pid: number, signal: string): Result<null> {
  const found = processOf(step, pid);
  if (found === null || found.process.program === null) return refused("ESRCH");
  if (STOP_SIGNALS.has(signal)) hold(step, found.ref, "stopped", true);
  else {
    if (signal === "SIGKILL") step.cells.set(found.ref, found.process.with({ hold: null }));
    if (signal === "SIGCONT") hold(step, found.ref, "stopped", false);
    wakeProgram(step, found.ref, { kind: "signal", signal });
  }
  return DONE;
}

/** A pipe that the program has written to is full, or has room again: it waits in write(2) meanwhile. */
export function pipeFull(step: StepContext, pid: number, isFull: boolean): Result<null> {
  const found = processOf(step, pid);
  if (found === null || found.process.program === null) return refused("ESRCH");
  hold(step, found.ref, "pipe", isFull);
  return DONE;
}

/** Sets or lifts one reason not to run; with the last one gone the program gets what it has missed. */
function hold(step: StepContext, ref: number, reason: HoldReason, isHeld: boolean): void {
  const process = step.cells.get<Process>(ref);
  const others = (process.hold?.reasons ?? []).filter((other) => other !== reason);
  const reasons = isHeld ? [...others, reason] : others;
  const missed = process.hold?.missed ?? [];
  step.cells.set(ref, process.with({ hold: reasons.length === 0 ? null : { reasons, missed } }));
  if (reasons.length === 0) for (const wake of missed) wakeProgram(step, ref, wake);
}

/** Keeps a wake for later if the program is held. In write(2) it still hears signals. */
function isMissed(step: StepContext, ref: number, process: Process, wake: Wake): boolean {
  const { hold } = process;
  if (hold === null || (wake.kind === "signal" && !hold.reasons.includes("stopped"))) return false;
  const isKnown = wake.kind !== "signal" && hold.missed.some(({ kind }) => kind === wake.kind);
  if (!isKnown)
    step.cells.set(ref, process.with({ hold: { reasons: hold.reasons, missed: [...hold.missed, wake] } }));
  return true;
}

/**
 * What the program of a process acts by: the same as at the last wake, most often. To find the program by its name and to make
 * this anew took a twentieth of a step.
 */
function contextOf(step: StepContext, ref: number, process: Process): KernelProgramContext {
  const known = step.cells.memo<KernelProgramContext>(ref);
  if (known?.program.name === process.program && known.netns === process.netns && known.status === null)
    return known;
  const program = PROGRAMS.get(process.program!)!;
  const made = new KernelProgramContext(step, ref, process.pid, process.netns, program);
  step.cells.setMemo(ref, made);
  return made;
}

/** A program goes on. */
export function wakeProgram(step: StepContext, ref: number, wake: Wake): void {
  const process = step.cells.get<Process | undefined>(ref);
  if (process?.program == null || isMissed(step, ref, process, wake)) return;
  const cx = contextOf(step, ref, process);
  afterRun(step, cx, cx.program.wake(cx, step.cells.own<Process>(ref).state, wake));
}

/** Keeps the state that a program came to, and ends its process if it wished so. */
function afterRun(step: StepContext, cx: KernelProgramContext, state: unknown): void {
  const { process: ref, pid, netns } = cx;
  const process = step.cells.own<Process>(ref);
  process.state = state;
  if (cx.status === null) return;
  step.cells.set(ref, process.with({ program: null }));
  step.cancelTimer(ref);
  step.exited(pid, cx.status, netns);
}
