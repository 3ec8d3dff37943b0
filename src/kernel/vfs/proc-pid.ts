/**
 * /proc/PID: what there is to know of a process. Sizes of memory and times of computing are those of a process that needs none.
 * @source proc(5)
 */
import { granted, type Result, refused } from "../../core/result.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { FileType } from "../../events/requests.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Process } from "../globals.ts";
import { MOUNTS } from "./proc-system.ts";

export interface PidNode {
  readonly type: FileType;
  readonly mode: number;
  readonly target?: string;
  readonly ns?: NetnsRef;
}

/** Clock ticks of user space a second. */
const USER_HZ = 100;

const FILES: ReadonlyMap<string, (process: Process, step: StepContext) => string> = new Map([
  ["cgroup", () => "0::/\n"],
  ["cmdline", ({ about }: Process) => about.argv.map((word) => `${word}\0`).join("")],
  ["comm", ({ comm }: Process) => `${comm}\n`],
  ["mounts", () => MOUNTS],
  ["oom_score_adj", () => "0\n"],
  ["stat", statText],
  ["statm", () => "765 438 410 5 0 123 0\n"],
  ["status", statusText],
]);
/** What the interpreter of a process knows, and answers itself. */
const BY_USER_SPACE: ReadonlyMap<string, PidNode> = new Map<string, PidNode>([
  ["environ", { type: "file", mode: 0o400 }],
  ["fd", { type: "dir", mode: 0o500 }],
]);
/** Namespaces of other kinds, of which there is the first one. @source include/linux/proc_ns.h */
const OTHER_NAMESPACES: ReadonlyMap<string, string> = new Map([
  ["cgroup", "cgroup:[4026531835]"],
  ["ipc", "ipc:[4026531839]"],
  ["mnt", "mnt:[4026531832]"],
  ["pid", "pid:[4026531836]"],
  ["pid_for_children", "pid:[4026531836]"],
  ["time", "time:[4026531834]"],
  ["time_for_children", "time:[4026531834]"],
  ["user", "user:[4026531837]"],
  ["uts", "uts:[4026531838]"],
]);
const DIRS: ReadonlyMap<string, readonly string[]> = new Map([
  ["", []],
  ["ns", ["net", ...OTHER_NAMESPACES.keys()]],
  ["task", []],
]);

function state(process: Process): string {
  return process.program === null ? "R (running)" : "S (sleeping)";
}

/** @source proc_pid_status(5) */
function statusText(process: Process): string {
  const { pid, comm, about } = process;
  const none = "0000000000000000";
  const all = "000001ffffffffff";
  return [
    `Name:\t${comm}`,
    "Umask:\t0022",
    `State:\t${state(process)}`,
    `Tgid:\t${pid}`,
    "Ngid:\t0",
    `Pid:\t${pid}`,
    `PPid:\t${about.ppid}`,
    "TracerPid:\t0",
    "Uid:\t0\t0\t0\t0",
    "Gid:\t0\t0\t0\t0",
    "FDSize:\t256",
    "Groups:\t ",
    `NStgid:\t${pid}`,
    `NSpid:\t${pid}`,
    `VmPeak:\t    3060 kB`,
    `VmSize:\t    3060 kB`,
    `VmRSS:\t    1752 kB`,
    "Threads:\t1",
    ...["SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh"].map((name) => `${name}:\t${none}`),
    ...["CapPrm", "CapEff", "CapBnd"].map((name) => `${name}:\t${all}`),
    `CapAmb:\t${none}`,
    "NoNewPrivs:\t0",
    "Seccomp:\t0",
    "Cpus_allowed:\t1",
    "Cpus_allowed_list:\t0",
    "voluntary_ctxt_switches:\t0",
    "nonvoluntary_ctxt_switches:\t0",
    "",
  ].join("\n");
}

/** @source proc_pid_stat(5) */
function statText(process: Process): string {
  const { pid, comm, about } = process;
  const start = Math.floor((about.start / 1e9) * USER_HZ);
  const head = [pid, `(${comm})`, state(process)[0], about.ppid, pid, pid, 0, -1, 4194304];
  const counts = [0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 1, 0, start, 3133440, 438];
  return `${[...head, ...counts, ...Array(28).fill(0)].join(" ")}\n`;
}

/** @param path its parts below /proc/PID */
export function pidNode(process: Process, path: readonly string[]): PidNode | null {
  const [name = "", second, ...rest] = path;
  if (name === "task" && second === String(process.pid)) return pidNode(process, rest);
  if (name === "ns" && second === "net" && rest.length === 0)
    return { type: "symlink", mode: 0o777, ns: process.netns };
  const other = rest.length === 0 && name === "ns" ? OTHER_NAMESPACES.get(second ?? "") : undefined;
  if (other !== undefined) return { type: "symlink", mode: 0o777, target: other };
  if (second !== undefined) return null;
  if (name === "cwd") return { type: "symlink", mode: 0o777, target: process.about.cwd };
  if (name === "exe") return { type: "symlink", mode: 0o777, target: process.about.exe };
  if (name === "root") return { type: "symlink", mode: 0o777, target: "/" };
  if (DIRS.has(name)) return { type: "dir", mode: 0o555 };
  if (FILES.has(name)) return { type: "file", mode: 0o444 };
  return BY_USER_SPACE.get(name) ?? null;
}

export function pidRead(step: StepContext, process: Process, path: readonly string[]): Result<string> {
  const [name = "", second, ...rest] = path;
  if (name === "task" && second === String(process.pid)) return pidRead(step, process, rest);
  if (BY_USER_SPACE.get(name)?.type === "file") return granted("");
  const read = second === undefined ? FILES.get(name) : undefined;
  return read === undefined ? refused("EISDIR") : granted(read(process, step));
}

export function pidReaddir(process: Process, path: readonly string[]): Result<readonly string[]> {
  const [name = "", second, ...rest] = path;
  if (name === "task" && second === String(process.pid)) return pidReaddir(process, rest);
  if (path.length === 0)
    return granted([...FILES.keys(), ...BY_USER_SPACE.keys(), "cwd", "exe", "net", "ns", "root", "task"]);
  if (name === "task") return granted([String(process.pid)]);
  if (name === "fd") return granted([]);
  const names = DIRS.get(name);
  return names === undefined ? refused("ENOTDIR") : granted(names);
}
