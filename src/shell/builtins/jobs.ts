/** Background jobs: `wait`, `kill`, `jobs`, `disown`. */
import { strerror } from "../../core/errno.ts";
import { assignScalar, unsetVariable } from "../assign.ts";
import type { Interpreter, Job } from "../interpreter.ts";
import type { Process } from "../process.ts";
import { reportDeath } from "../run/death.ts";
import { noticeOf } from "../run/job-notices.ts";
import { runPendingTraps } from "../run/traps.ts";
import { describeSignal, parseSignal, type SignalName, signalNumber, signalTable } from "../signals.ts";
import { BUILTINS, type Builtin } from "./index.ts";
import { complainOfUsage, readOptions } from "./options.ts";

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
  const options = readOptions(sh, argv, "fn", "p");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  const variable = values.get("p") ?? null;
  if (variable !== null) unsetVariable(sh, variable);
  return interruptible(sh, () => {
    if (flags.has("n")) return waitForNext(sh, operands, variable);
    return operands.length === 0 ? waitForAll(sh) : waitForEach(sh, operands, variable);
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
  if (!sh.isDash) sh.complain(`wait: pid ${arg} is not a child of this shell`);
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
  for (const arg of args)
    if (!wanted.some((job) => (arg.startsWith("%") ? findJob(sh, arg) === job : jobPid(job) === Number(arg))))
      sh.complain(`wait: ${arg}: no such job`);
  if (wanted.length === 0) return 127;
  const last = new Map(wanted.map((job) => [job.processes.at(-1)!, job]));
  const ended = await sh.process.waitForAny([...last.keys()], () => sh.isInterrupted);
  if (ended === null) return null;
  if (variable !== null) assignScalar(sh, variable, String(ended.pid), false);
  return settle(sh, last.get(ended)!);
}

function listSignals(sh: Interpreter, args: readonly string[]): number {
  if (args.length === 0) return sh.write("kill", signalTable());
  let status = 0;
  let text = "";
  for (const arg of args) {
    const isNumber = /^\d+$/.test(arg);
    const number = Number(arg);
    const name = isNumber ? parseSignal(String(number > 128 ? number - 128 : number)) : parseSignal(arg);
    if (isNumber && (number === 0 || number === 128)) text += "EXIT\n";
    else if (/^(sig)?exit$/i.test(arg)) text += "0\n";
    else if (name !== null) text += `${isNumber ? name : signalNumber(name)}\n`;
    else {
      sh.complain(`kill: ${arg}: invalid signal specification`);
      status = 1;
    }
  }
  return Math.max(sh.write("kill", text), status);
}

export const kill: Builtin = (sh, argv) => {
  const args = argv.slice(1);
  let name = "TERM";
  while (args[0] !== undefined && /^-./.test(args[0])) {
    const option = args.shift()!;
    if (option === "--") break;
    if (/^-[lL]$/.test(option)) return listSignals(sh, args);
    if (/^-[sn]/.test(option) && parseSignal(option.slice(1)) === null) {
      const value = option.length > 2 ? option.slice(2) : args.shift();
      if (value === undefined) {
        sh.complain(`kill: ${option}: option requires an argument`);
        return 1;
      }
      name = value;
    } else if (option === "-?") return complainOfUsage(sh, "kill");
    else {
      name = option.slice(1);
      if (args[0] === "--") args.shift();
      break;
    }
  }
  const isNone = name === "0" || /^(sig)?exit$/i.test(name);
  const signal = isNone ? null : parseSignal(name);
  if (signal === null && !isNone) {
    sh.complain(`kill: ${name}: invalid signal specification`);
    return 1;
  }
  if (args.length === 0) return complainOfUsage(sh, "kill");
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

export const jobs: Builtin = async (sh, argv) => {
  const isCommand = argv[1] === "-x";
  if (isCommand) return runWithPids(sh, argv.slice(2));
  const options = readOptions(sh, argv, "lnprs");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  const known = sh.jobs.length > 0 ? sh.jobs : sh.inheritedJobs;
  let status = 0;
  const wanted = new Set<Job>();
  for (const operand of operands) {
    const job = findJob(sh, operand.startsWith("%") ? operand : `%${operand}`);
    if (job !== undefined) wanted.add(job);
    else {
      sh.complain(`jobs: ${operand}: no such job`);
      status = 1;
    }
  }
  let text = "";
  for (const [i, job] of known.entries()) {
    if (operands.length > 0 && !wanted.has(job)) continue;
    const isEnded = isOver(job);
    if ((flags.has("r") && isEnded) || flags.has("s")) continue;
    const mark = i === known.length - 1 ? "+" : i === known.length - 2 ? "-" : " ";
    text += flags.has("p") ? `${job.processes[0]!.pid}\n` : jobText(job, mark, flags.has("l"));
  }
  if (sh.jobs.length > 0)
    sh.jobs = sh.jobs.filter((job) => {
      if (isOver(job)) sh.statuses.set(jobPid(job), job.processes.at(-1)!.exited!);
      return !isOver(job);
    });
  return Math.max(sh.write("jobs", text), status);
};

function jobText(job: Job, mark: string, hasPids: boolean): string {
  const last = job.processes.at(-1)!;
  const state = !isOver(job)
    ? "Running"
    : last.diedOf !== null
      ? describeSignal(last.diedOf)
      : last.exited === 0
        ? "Done"
        : `Exit ${last.exited}`;
  const pid = hasPids ? `${String(job.processes[0]!.pid).padStart(5)} ` : "";
  return `[${job.number}]${mark}  ${pid}${state.padEnd(24)}${job.text}${isOver(job) ? "" : " &"}\n`;
}

/** `jobs -x`: a command in which jobs stand as process numbers. */
async function runWithPids(sh: Interpreter, argv: readonly string[]): Promise<number> {
  const words = argv.map((word) => {
    const job = word.startsWith("%") ? findJob(sh, word) : undefined;
    return job === undefined ? word : String(job.processes[0]!.pid);
  });
  return words.length === 0 ? 0 : BUILTINS.get("command")!(sh, ["command", ...words], []);
}

export const disown: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "ahr");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  const isAll = flags.has("a") || flags.has("r");
  const gone: Job[] = operands.length === 0 && isAll ? [...sh.jobs] : [];
  let status = 0;
  for (const operand of operands.length === 0 && !isAll ? ["current"] : operands) {
    const job =
      operand === "current"
        ? sh.jobs.at(-1)
        : operand.startsWith("%")
          ? findJob(sh, operand)
          : sh.jobs.find((one) => jobPid(one) === Number(operand));
    if (job !== undefined) gone.push(job);
    else {
      sh.complain(`disown: ${operand}: no such job`);
      status = 1;
    }
  }
  if (!flags.has("h")) sh.jobs = sh.jobs.filter((job) => !gone.includes(job));
  return status;
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
  if (sh.terminal === null && !sh.options.has("monitor")) {
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
