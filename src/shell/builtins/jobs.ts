/** Background jobs: `wait`, `kill`, `jobs`, `disown`. */
import { strerror } from "../../core/errno.ts";
import { assignScalar } from "../assign.ts";
import type { Interpreter, Job } from "../interpreter.ts";
import type { Process } from "../process.ts";
import { reportDeath } from "../run/death.ts";
import { noticeOf } from "../run/job-notices.ts";
import { runPendingTraps } from "../run/traps.ts";
import { parseSignal, SIGNAL_NAMES, type SignalName, signalNumber } from "../signals.ts";
import type { Builtin } from "./index.ts";

function jobPid(job: Job): number {
  return job.processes.at(-1)!.pid;
}

function isOver(job: Job): boolean {
  return job.processes.every(({ exited }) => exited !== null);
}

/** `%1`, `%%`, `%-`, `%name`. */
function findJob(sh: Interpreter, spec: string): Job | undefined {
  const name = spec.slice(1);
  if (name === "" || name === "%" || name === "+") return sh.jobs.at(-1);
  if (name === "-") return sh.jobs.at(-2) ?? sh.jobs.at(-1);
  if (/^\d+$/.test(name)) return sh.jobs.find(({ number }) => number === Number(name));
  return sh.jobs.find(({ text }) =>
    name.startsWith("?") ? text.includes(name.slice(1)) : text.startsWith(name),
  );
}

/** Forgets a job that was waited for; its status stays known by its pid. */
function settle(sh: Interpreter, job: Job): number {
  const status = job.processes.at(-1)!.exited ?? 0;
  const notice = noticeOf(sh, job);
  sh.jobs = sh.jobs.filter((other) => other !== job);
  sh.statuses.set(jobPid(job), status);
  if (sh.terminal?.isShown) sh.process.write(2, notice);
  else if (sh.terminal === null) reportDeath(sh, job.processes.at(-1)!, () => job.text, false);
  return status;
}

/** Waits for a job; null: a trapped signal came first. */
async function waitForJob(sh: Interpreter, job: Job): Promise<number | null> {
  for (const process of job.processes)
    if ((await sh.process.waitFor(process, () => sh.isInterrupted)) === null) return null;
  return settle(sh, job);
}

async function interruptible(sh: Interpreter, body: () => Promise<number | null>): Promise<number> {
  sh.process.wakesOnTrap = true;
  try {
    const status = await body();
    const signal = sh.pendingTraps.find((one) => one !== "CHLD");
    if (status !== null || signal === undefined) return status ?? 0;
    await runPendingTraps(sh);
    return 128 + signalNumber(signal);
  } finally {
    sh.process.wakesOnTrap = false;
  }
}

export const wait: Builtin = (sh, argv) => {
  const args = argv.slice(1);
  let waitsForOne = false;
  let variable: string | null = null;
  while (/^-[nfp]+$/.test(args[0] ?? "")) {
    const option = args.shift()!;
    waitsForOne ||= option.includes("n");
    if (option.includes("p")) variable = args.shift() ?? "";
  }
  if (args[0] === "--") args.shift();
  return interruptible(sh, () => {
    if (waitsForOne) return waitForNext(sh, args, variable);
    return args.length === 0 ? waitForAll(sh) : waitForEach(sh, args, variable);
  });
};

async function waitForAll(sh: Interpreter): Promise<number | null> {
  for (const job of [...sh.jobs]) if ((await waitForJob(sh, job)) === null) return null;
  if (
    sh.lastBackground !== null &&
    sh.lastBackground.exited === null &&
    sh.lastBackground.parent === sh.process
  )
    if ((await sh.process.waitFor(sh.lastBackground, () => sh.isInterrupted)) === null) return null;
  return 0;
}

async function waitForEach(
  sh: Interpreter,
  args: readonly string[],
  variable: string | null,
): Promise<number | null> {
  let status: number | null = 0;
  for (const arg of args) {
    status = await waitForNamed(sh, arg);
    if (status === null) return null;
    if (variable !== null) assignScalar(sh, variable, arg, false);
  }
  return status;
}

async function waitForNamed(sh: Interpreter, arg: string): Promise<number | null> {
  if (arg.startsWith("%")) {
    const job = findJob(sh, arg);
    if (job !== undefined) return waitForJob(sh, job);
    sh.complain(`wait: ${arg}: no such job`);
    return 127;
  }
  if (!/^\d+$/.test(arg)) {
    sh.complain(`wait: \`${arg}': not a pid or valid job spec`);
    return 1;
  }
  const pid = Number(arg);
  const job = sh.jobs.find(({ processes }) => processes.some((process) => process.pid === pid));
  if (job !== undefined && jobPid(job) === pid) return waitForJob(sh, job);
  const process =
    job?.processes.find((one) => one.pid === pid) ??
    (sh.lastBackground?.pid === pid ? sh.lastBackground : undefined);
  if (process !== undefined) return sh.process.waitFor(process, () => sh.isInterrupted);
  const known = sh.statuses.get(pid);
  if (known !== undefined) return known;
  sh.complain(`wait: pid ${arg} is not a child of this shell`);
  return 127;
}

/** `wait -n` */
async function waitForNext(
  sh: Interpreter,
  args: readonly string[],
  variable: string | null,
): Promise<number | null> {
  const wanted =
    args.length === 0
      ? sh.jobs
      : sh.jobs.filter((job) =>
          args.some((arg) => (arg.startsWith("%") ? findJob(sh, arg) === job : jobPid(job) === Number(arg))),
        );
  if (wanted.length === 0) return 127;
  const last = new Map(wanted.map((job) => [job.processes.at(-1)!, job]));
  const ended = await sh.process.waitForAny([...last.keys()], () => sh.isInterrupted);
  if (ended === null) return null;
  if (variable !== null) assignScalar(sh, variable, String(ended.pid), false);
  return settle(sh, last.get(ended)!);
}

function listSignals(sh: Interpreter, args: readonly string[]): number {
  if (args.length > 0) {
    const names = args.map((arg) =>
      /^\d+$/.test(arg)
        ? parseSignal(String(Number(arg) > 128 ? Number(arg) - 128 : Number(arg)))
        : String(signalNumber(parseSignal(arg) ?? "HUP")),
    );
    return sh.write("kill", `${names.join("\n")}\n`);
  }
  const cells = SIGNAL_NAMES.map((name) => `${String(signalNumber(name)).padStart(2)}) SIG${name}`);
  let text = "";
  for (let i = 0; i < cells.length; i += 5) text += `${cells.slice(i, i + 5).join("\t")}\n`;
  return sh.write("kill", text);
}

export const kill: Builtin = (sh, argv) => {
  const args = argv.slice(1);
  let name = "TERM";
  const first = args[0] ?? "";
  if (first === "-l" || first === "-L") return listSignals(sh, args.slice(1));
  if (first === "-s" || first === "-n") {
    name = args[1] ?? "";
    args.splice(0, 2);
  } else if (/^-./.test(first) && first !== "--") {
    name = first.slice(1);
    args.shift();
  }
  if (args[0] === "--") args.shift();
  const signal = name === "0" || name === "EXIT" ? null : parseSignal(name);
  if (signal === null && name !== "0" && name !== "EXIT") {
    sh.complain(`kill: ${name}: invalid signal specification`);
    return 1;
  }
  if (args.length === 0) {
    sh.process.write(
      2,
      "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n",
    );
    return 2;
  }
  return args.map((arg) => killOne(sh, arg, signal)).some((isSent) => isSent) ? 0 : 1;
};

function killOne(sh: Interpreter, arg: string, signal: SignalName | null): boolean {
  if (arg.startsWith("%")) {
    const job = findJob(sh, arg);
    if (job === undefined) sh.complain(`kill: ${arg}: no such job`);
    else for (const process of job.processes) deliver(process, signal);
    return job !== undefined;
  }
  if (!/^-?\d+$/.test(arg)) {
    sh.complain(`kill: ${arg}: arguments must be process or job IDs`);
    return false;
  }
  const pid = Number(arg);
  const { processes } = sh.userland;
  if (pid <= 0) {
    const pgid = pid === 0 ? sh.process.pgid : -pid;
    const group = [...processes.values()].filter((process) => process.pgid === pgid);
    if (group.length === 0) sh.complain(`kill: (${arg}) - ${strerror("ESRCH")}`);
    for (const process of group) deliver(process, signal);
    return group.length > 0;
  }
  const process = processes.get(pid);
  if (process !== undefined) {
    deliver(process, signal);
    return true;
  }
  sh.complain(`kill: (${arg}) - ${strerror("ESRCH")}`);
  return false;
}

function deliver(process: Process, signal: SignalName | null): void {
  if (signal !== null) process.signal(signal);
}

export const jobs: Builtin = (sh, argv) => {
  const letters = argv
    .slice(1)
    .filter((word) => word.startsWith("-"))
    .join("");
  let text = "";
  const listed = sh.jobs.length > 0 ? sh.jobs : sh.inheritedJobs;
  for (const [i, job] of listed.entries()) {
    const over = isOver(job);
    if (letters.includes("p")) {
      text += `${job.processes[0]!.pid}\n`;
      continue;
    }
    if ((letters.includes("r") && over) || (letters.includes("s") && !over)) continue;
    const mark = i === listed.length - 1 ? "+" : i === listed.length - 2 ? "-" : " ";
    const status = job.processes.at(-1)!.exited;
    const state = !over ? "Running" : status === 0 ? "Done" : `Exit ${status}`;
    const pid = letters.includes("l") ? `${jobPid(job)} ` : "";
    text += `[${job.number}]${mark}  ${pid}${state.padEnd(24)}${job.text}${over ? "" : " &"}\n`;
  }
  sh.jobs = sh.jobs.filter((job) => {
    if (isOver(job)) sh.statuses.set(jobPid(job), job.processes.at(-1)!.exited!);
    return !isOver(job);
  });
  return sh.write("jobs", text);
};

export const disown: Builtin = (sh, argv) => {
  const names = argv.slice(1).filter((word) => !/^-[ahr]+$/.test(word));
  if (argv.some((word) => /^-h/.test(word))) return 0;
  const all = argv.some((word) => /^-a/.test(word));
  const gone = all
    ? sh.jobs
    : names.length === 0
      ? sh.jobs.slice(-1)
      : sh.jobs.filter((job) =>
          names.some((name) =>
            name.startsWith("%") ? findJob(sh, name) === job : jobPid(job) === Number(name),
          ),
        );
  if (gone.length === 0 && names.length === 0 && !all) sh.complain("disown: current: no such job");
  sh.jobs = sh.jobs.filter((job) => !gone.includes(job));
  return gone.length > 0 || all ? 0 : 1;
};

/** `fg`: Ctrl-C is for the job again. */
export const foreground: Builtin = async (sh, argv) => {
  const job = jobToMove(sh, argv);
  if (job === null) return 1;
  if (sh.write("fg", `${job.text}\n`) !== 0) return 1;
  const groups = new Set(job.processes.map(({ pgid }) => pgid));
  for (const process of sh.userland.processes.values())
    if (groups.has(process.pgid)) process.pgid = sh.process.pgid;
  for (const process of job.processes) process.signal("CONT");
  sh.jobs = sh.jobs.filter((other) => other !== job);
  for (const process of job.processes) await sh.process.waitFor(process);
  const last = job.processes.at(-1)!;
  reportDeath(sh, last, () => job.text, true);
  return last.exited ?? 0;
};

export const background: Builtin = (sh, argv) => {
  const job = jobToMove(sh, argv);
  if (job === null) return 1;
  for (const process of job.processes) process.signal("CONT");
  sh.complain(`bg: job ${job.number} already in background`);
  return 0;
};

function jobToMove(sh: Interpreter, argv: readonly string[]): Job | null {
  const [name, spec] = argv;
  if (sh.terminal === null) {
    sh.complain(`${name}: no job control`);
    return null;
  }
  const job = findJob(sh, spec === undefined || spec.startsWith("%") ? (spec ?? "%+") : `%${spec}`);
  if (job !== undefined && !isOver(job)) return job;
  sh.complain(
    job === undefined ? `${name}: ${spec ?? "current"}: no such job` : `${name}: job has terminated`,
  );
  return null;
}
