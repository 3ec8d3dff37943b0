/** Files that the kernel makes up when they are looked at: /proc, /sys, and the namespaces under /run/netns. */
import { DONE, granted, type Result, refused } from "../../core/result.ts";
import { Netns, type NetnsRef, nameKey } from "../../devices/netns.ts";
import type { FileType } from "../../events/requests.ts";
import type { StepContext } from "../../events/step-context.ts";
import { globals, type Process } from "../globals.ts";
import { procMode, procRead, procReaddir, procType, procWrite } from "../proc-files.ts";
import { sysfsLink, sysfsMode, sysfsRead, sysfsReaddir, sysfsType } from "../sysfs.ts";
import { sysfsWrite } from "../sysfs-write.ts";
import { pidNode, pidRead, pidReaddir } from "./proc-pid.ts";
import { SYSTEM_FILES, systemRead } from "./proc-system.ts";

/** Who looks: what /proc/self, /proc/net and /sys show depends on it. */
export interface Who {
  readonly netns: NetnsRef;
  /** Null: nobody's process, as for the typed API. */
  readonly process: Process | null;
}

export interface GeneratedNode {
  readonly type: FileType;
  readonly mode: number;
  readonly ino: number;
  /** Where a symbolic link leads. */
  readonly target?: string;
  /** The namespace that it stands for. */
  readonly ns?: NetnsRef;
}

export const NETNS_RUN = "/run/netns";
const SYS_DEVICES = "/sys/devices/virtual/net";

/** Number of a namespace as /proc/PID/ns and stat(1) show it: the first one has a number of its own. */
export function nsIno(netns: NetnsRef): number {
  return netns === 0 ? 4_026_531_833 : 4_026_532_000 + netns;
}

/** Is it in a tree that the kernel makes up? */
export function isGenerated(path: string): boolean {
  return isIn(path, "/proc") || isIn(path, "/sys");
}

function isIn(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function node(path: string, type: FileType, mode: number, more: Partial<GeneratedNode> = {}): GeneratedNode {
  return { type, mode, ino: 4_026_532_000 - (nameKey(path) % 1_000_000), ...more };
}

function link(path: string, target: string): GeneratedNode {
  return node(path, "symlink", 0o777, { target });
}

/** A process's number and the rest of its path below /proc; null: another path. */
function pidPath(path: string): { readonly pid: number; readonly rest: readonly string[] } | null {
  const match = /^\/proc\/([1-9]\d*)(?:\/(.*))?$/.exec(path);
  return match === null
    ? null
    : { pid: Number(match[1]), rest: match[2] === undefined ? [] : match[2].split("/") };
}

/** What sysfs shows is under /sys/class/net too, by links. */
function sysPlain(path: string): string {
  return isIn(path, SYS_DEVICES) ? `/sys/class/net${path.slice(SYS_DEVICES.length)}` : path;
}

/** The namespace whose devices stand under /sys: that of the mount. It may be gone. */
function sysNetns(step: StepContext, who: Who): NetnsRef | null {
  const netns = who.process?.about.sysNetns ?? who.netns;
  return step.cells.get<unknown>(netns) instanceof Netns ? netns : null;
}

/** @param path absolute, without links before its last part */
export function generatedNode(step: StepContext, who: Who, path: string): GeneratedNode | null {
  if (isIn(path, "/proc")) return procNode(step, who, path);
  if (isIn(path, "/sys")) return sysNode(step, who, path);
  const ns = mountedNetns(step, path);
  return ns === null ? null : nsFile(ns);
}

/** What a namespace is opened by. */
export function nsFile(ns: NetnsRef): GeneratedNode {
  return { type: "file", mode: 0o444, ino: nsIno(ns), ns };
}

/** The namespace that is mounted on a path; null: none is. */
export function mountedNetns(step: StepContext, path: string): NetnsRef | null {
  const mounted = globals(step).nsMounts.findLast((mount) => mount.path === path);
  if (mounted !== undefined) return mounted.netns;
  if (!path.startsWith(`${NETNS_RUN}/`)) return null;
  const name = path.slice(NETNS_RUN.length + 1);
  return globals(step).netnsNames.find((entry) => entry.name === name)?.netns ?? null;
}

/** Names under /run/netns that stand for namespaces. */
export function netnsFileNames(step: StepContext): string[] {
  return globals(step).netnsNames.map((entry) => entry.name);
}

function procNode(step: StepContext, who: Who, path: string): GeneratedNode | null {
  const self = who.process;
  if (path === "/proc") return node(path, "dir", 0o555);
  if (self !== null) {
    if (path === "/proc/self") return link(path, String(self.pid));
    if (path === "/proc/thread-self") return link(path, `${self.pid}/task/${self.pid}`);
    if (path === "/proc/net") return link(path, "self/net");
  }
  if (path === "/proc/mounts") return link(path, "self/mounts");
  const system = path.slice("/proc/".length);
  if (SYSTEM_FILES.has(system)) return node(path, "file", 0o444);
  const ofPid = pidPath(path);
  if (ofPid === null) {
    const type = procType(step, who.netns, path);
    return type === null ? null : node(path, type, type === "dir" ? 0o555 : procMode(step, who.netns, path));
  }
  const process = processBy(step, ofPid.pid);
  if (process === null) return null;
  if (ofPid.rest[0] === "net") {
    const type = procType(step, process.netns, netPath(ofPid.rest));
    return type === null ? null : node(path, type, type === "dir" ? 0o555 : 0o444);
  }
  const found = pidNode(process, ofPid.rest);
  if (found === null) return null;
  const { ns } = found;
  return node(path, found.type, found.mode, {
    ...(found.target === undefined ? {} : { target: found.target }),
    ...(ns === undefined ? {} : { ns, target: `net:[${nsIno(ns)}]` }),
  });
}

function processBy(step: StepContext, pid: number): Process | null {
  const ref = globals(step).processes.get(pid);
  return ref === undefined ? null : step.cells.get(ref);
}

function netPath(rest: readonly string[]): string {
  return `/proc/${rest.join("/")}`;
}

function sysNode(step: StepContext, who: Who, path: string): GeneratedNode | null {
  if (path === "/sys/devices" || path === "/sys/devices/virtual") return node(path, "dir", 0o755);
  const netns = sysNetns(step, who);
  const plain = sysPlain(path);
  if (netns === null) return isIn("/sys/class/net", plain) ? node(path, "dir", 0o755) : null;
  const target = sysfsLink(step, netns, plain);
  if (target !== null) return link(path, target);
  const type = sysfsType(step, netns, plain);
  if (type === null) return null;
  const name = /^\/sys\/class\/net\/([^/]+)$/.exec(path)?.[1];
  if (name !== undefined) return link(path, `../../devices/virtual/net/${name}`);
  if (/^\/sys\/class\/net\/[^/]+\/subsystem$/.test(plain)) return link(path, "../../../../class/net");
  return node(path, type, type === "dir" ? 0o755 : sysfsMode(plain));
}

/** @param path as `generatedNode` takes it */
export function generatedRead(step: StepContext, who: Who, path: string): Result<string> {
  if (isIn(path, "/sys")) {
    const netns = sysNetns(step, who);
    return netns === null ? refused("ENOENT") : sysfsRead(step, netns, sysPlain(path));
  }
  if (!isIn(path, "/proc")) return refused("EINVAL");
  const system = path.slice("/proc/".length);
  if (SYSTEM_FILES.has(system)) return granted(systemRead(step, system));
  const ofPid = pidPath(path);
  if (ofPid === null) return procRead(step, who.netns, path);
  const process = processBy(step, ofPid.pid);
  if (process === null) return refused("ESRCH");
  if (ofPid.rest[0] === "net") return procRead(step, process.netns, netPath(ofPid.rest));
  return pidRead(step, process, ofPid.rest);
}

export function generatedWrite(step: StepContext, who: Who, path: string, data: string): Result<null> {
  if (isIn(path, "/sys")) {
    const netns = sysNetns(step, who);
    return netns === null ? refused("ENOENT") : sysfsWrite(step, netns, sysPlain(path), data);
  }
  if (!isIn(path, "/proc")) return refused("EINVAL");
  const ofPid = pidPath(path);
  if (ofPid?.rest[0] === "oom_score_adj") return DONE;
  if (ofPid !== null || SYSTEM_FILES.has(path.slice("/proc/".length))) return refused("EACCES");
  return procWrite(step, who.netns, path, data);
}

export function generatedReaddir(step: StepContext, who: Who, path: string): Result<readonly string[]> {
  if (isIn(path, "/sys")) {
    if (path === "/sys") return granted(["class", "devices"]);
    if (path === "/sys/devices") return granted(["virtual"]);
    if (path === "/sys/devices/virtual") return granted(["net"]);
    const netns = sysNetns(step, who);
    return netns === null ? granted([]) : sysfsReaddir(step, netns, sysPlain(path));
  }
  if (path === "/proc") {
    const pids = globals(step)
      .processes.sorted()
      .map(([pid]) => String(pid));
    return granted([...pids, ...SYSTEM_FILES.keys(), "mounts", "net", "self", "sys", "thread-self"]);
  }
  const ofPid = pidPath(path);
  if (ofPid === null) return procReaddir(step, who.netns, path);
  const process = processBy(step, ofPid.pid);
  if (process === null) return refused("ENOENT");
  if (ofPid.rest[0] === "net") return procReaddir(step, process.netns, netPath(ofPid.rest));
  return pidReaddir(process, ofPid.rest);
}
