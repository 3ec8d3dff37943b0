/**
 * Files of /proc that tell of the machine: one processor, 2 GiB of memory, no load, up since virtual time 0.
 * @source proc(5)
 */
import type { StepContext } from "../../events/step-context.ts";
import { globals } from "../globals.ts";

export const MOUNTS = `tmpfs / tmpfs rw,relatime 0 0
proc /proc proc rw,relatime 0 0
sysfs /sys sysfs rw,relatime 0 0
devtmpfs /dev devtmpfs rw,relatime,mode=755 0 0
tmpfs /run tmpfs rw,relatime,mode=755 0 0
`;

const MEMINFO: readonly (readonly [name: string, kib: number])[] = [
  ["MemTotal", 2_097_152],
  ["MemFree", 1_048_576],
  ["MemAvailable", 1_572_864],
  ["Buffers", 0],
  ["Cached", 524_288],
  ["SwapCached", 0],
  ["Active", 262_144],
  ["Inactive", 262_144],
  ["SwapTotal", 0],
  ["SwapFree", 0],
  ["Dirty", 0],
  ["Writeback", 0],
  ["Shmem", 0],
  ["Slab", 0],
];

function hundredths(nanos: number): string {
  return (Math.floor(nanos / 1e7) / 100).toFixed(2);
}

export const SYSTEM_FILES: ReadonlyMap<string, (step: StepContext) => string> = new Map([
  ["cmdline", () => "quiet\n"],
  [
    "cpuinfo",
    () =>
      "processor\t: 0\nvendor_id\t: vethsim\nmodel name\t: vethsim\ncpu MHz\t\t: 1000.000\ncpu cores\t: 1\n\n",
  ],
  ["filesystems", () => "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\n"],
  [
    "loadavg",
    (step: StepContext) => {
      const { processes, pidLast } = globals(step);
      return `0.00 0.00 0.00 1/${processes.size} ${pidLast}\n`;
    },
  ],
  [
    "meminfo",
    () => MEMINFO.map(([name, kib]) => `${`${name}:`.padEnd(15)} ${String(kib).padStart(8)} kB\n`).join(""),
  ],
  ["modules", () => ""],
  ["stat", () => "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n"],
  ["uptime", (step: StepContext) => `${hundredths(step.now)} ${hundredths(step.now)}\n`],
  ["version", () => "Linux version 6.18.0 (vethsim) #1 SMP PREEMPT_DYNAMIC\n"],
]);

export function systemRead(step: StepContext, name: string): string {
  return SYSTEM_FILES.get(name)!(step);
}
