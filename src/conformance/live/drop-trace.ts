/**
 * Which packets a kernel drops while a script runs, and for what reason: its tracepoint `skb:kfree_skb`, heard in a trace instance
 * of its own. Only the script's processes are heard, and what runs when no process does: timers. So other work on the machine
 * stays out, but for its timers.
 * @source Documentation/trace/ftrace.rst, set_event_pid; include/trace/events/skb.h
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DropCounts } from "../recording.ts";

const INSTANCES = "/sys/kernel/tracing/instances";

/**
 * Where the kernel frees what was delivered, or never was a packet of the network, by the call for drops: the function, and the
 * reason there.
 */
const NO_LOSS: readonly (readonly [place: string, reason: string])[] = [
  // A raw socket has had its copy: ping's own.
  ["ping_rcv", "NO_SOCKET"],
  // A socket is closed with packets in it that nobody has read.
  ["inet_sock_destruct", "QUEUE_PURGE"],
  // The fragments that a packet was put together from go with it.
  ["skb_release_data", "NOT_SPECIFIED"],
];

/** Packets of these protocols alone are counted: IPv4, ARP, IPv6. Others are of sockets that have no network. */
const PROTOCOLS = [0x0800, 0x0806, 0x86dd];

export class DropTrace {
  private readonly dir: string;

  /** @returns null: this machine does not let itself be traced */
  static open(name: string): DropTrace | null {
    if (!existsSync(INSTANCES)) return null;
    try {
      return new DropTrace(join(INSTANCES, name));
    } catch {
      return null;
    }
  }

  private constructor(dir: string) {
    this.dir = dir;
    mkdirSync(dir);
    const isOurs = PROTOCOLS.map((protocol) => `protocol == ${protocol}`).join(" || ");
    this.set("options/event-fork", "1");
    this.set("events/skb/kfree_skb/filter", isOurs);
    this.set("events/skb/kfree_skb/enable", "1");
    this.set("tracing_on", "0");
  }

  private set(file: string, text: string): void {
    writeFileSync(join(this.dir, file), text);
  }

  /** A shell command that lets the trace begin with the shell that runs it, and the processes that come from it. */
  get begin(): string {
    const pids = ["$$", "0", ...kernelThreads()].map((pid) => `echo ${pid} >>${this.dir}/set_event_pid`);
    return [...pids, `echo 1 >${this.dir}/tracing_on`].join("; ");
  }

  /** Ends the trace and says what was dropped. */
  close(): DropCounts {
    this.set("tracing_on", "0");
    const text = readFileSync(join(this.dir, "trace"), "utf8");
    this.set("events/skb/kfree_skb/enable", "0");
    rmdirSync(this.dir);
    return countDrops(text);
  }
}

/** Lines such as `ping-17 [000] b.... 1.2: kfree_skb: skbaddr=... protocol=2048 location=ip_rcv+0x1/0x2 reason: IP_CSUM`. */
export function countDrops(trace: string): DropCounts {
  const counts: Record<string, number> = {};
  for (const [, place, reason] of trace.matchAll(/ kfree_skb: .* location=([\w.]+)\S* reason: (\w+)/g)) {
    if (NO_LOSS.some(([where, why]) => place === where && reason === why)) continue;
    counts[reason!] = (counts[reason!] ?? 0) + 1;
  }
  return counts;
}

/** The threads that do the kernel's deferred work, and the one that makes more of them. */
function kernelThreads(): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return /^(ksoftirqd|kworker|kthreadd)/.test(readFileSync(join("/proc", pid, "comm"), "utf8"));
    } catch {
      return false;
    }
  });
}
