/** What an interactive shell says of jobs that have ended. */
import type { Interpreter, Job } from "../interpreter.ts";
import { describeSignal } from "../signals.ts";

/** Tells of jobs that have ended since the last prompt, and forgets them; their statuses stay known. */
export function notifyOfJobs(sh: Interpreter): void {
  const ended = sh.jobs.filter((job) => job.processes.every(({ exited }) => exited !== null));
  if (ended.length === 0) return;
  if (sh.terminal?.isShown) sh.process.write(2, ended.map((job) => noticeOf(sh, job)).join(""));
  for (const { processes } of ended) sh.statuses.set(processes.at(-1)!.pid, processes.at(-1)!.exited!);
  sh.jobs = sh.jobs.filter((job) => !ended.includes(job));
}

/** `[1]+  Done                    sleep 1`, of a job that has ended. @source bash 5.2 jobs.c: pretty_print_job() */
export function noticeOf(sh: Interpreter, job: Job): string {
  const last = job.processes.at(-1)!;
  const state =
    last.diedOf !== null ? describeSignal(last.diedOf) : last.exited === 0 ? "Done" : `Exit ${last.exited}`;
  const mark = job === sh.jobs.at(-1) ? "+" : job === sh.jobs.at(-2) ? "-" : " ";
  return `[${job.number}]${mark}  ${state.padEnd(24)}${job.text}\n`;
}
