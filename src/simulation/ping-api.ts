/** `ping` as the typed API has it: the same program as the shell's, its options as named fields, its outcome as numbers. */
import { type Nanos, NS_PER_MS, NS_PER_SEC, NS_PER_US } from "../core/nanos.ts";
import type { PingState } from "../processes/ping-state.ts";

export interface PingRequest {
  /** Requests to send. @defaultValue 1 */
  readonly count?: number;
  /** From one request to the next; whole milliseconds. @defaultValue 1 s */
  readonly interval?: Nanos;
  /** Octets of data. @defaultValue 56 */
  readonly size?: number;
  readonly ttl?: number;
  readonly tos?: number;
  /** How long to wait for an answer after the last request. @defaultValue 10 s */
  readonly wait?: Nanos;
  /** Ends after so much time, whole seconds, whatever was sent or heard. */
  readonly deadline?: Nanos;
  /** Source address, or the device to bind to (`-I`). */
  readonly source?: string;
  /** Lets the destination be a broadcast address. */
  readonly broadcast?: boolean;
  readonly pmtudisc?: "do" | "want" | "dont";
  /** Anything else that the command line has: `["-p", "ff"]`. */
  readonly args?: readonly string[];
}

export interface PingResult {
  readonly transmitted: number;
  readonly received: number;
  readonly duplicates: number;
  /** ICMP errors that came, and errors of sending. */
  readonly errors: number;
  /** 0 to 100; 100 if nothing could be sent. */
  readonly lossPercent: number;
  /** Round-trip times in order of arrival, as printed: in microseconds below 1 ms, three digits from there on. */
  readonly rtts: readonly Nanos[];
  /** Smallest, mean and largest, to the microsecond; null: nothing was measured. */
  readonly rtt: { readonly min: Nanos; readonly avg: Nanos; readonly max: Nanos } | null;
  /** Exit status: 0 answers came, 1 none, 2 it could not begin. */
  readonly status: number;
  /** What it printed on standard output and on standard error. */
  readonly output: string;
  readonly error: string;
}

function seconds(time: Nanos): string {
  return String(time / NS_PER_SEC);
}

export function pingArgv(destination: string, request: PingRequest): readonly string[] {
  const { interval, size, ttl, tos, wait, deadline, source, pmtudisc } = request;
  const argv = ["ping", "-c", String(request.count ?? 1)];
  const add = (option: string, value: string | number | undefined) => {
    if (value !== undefined) argv.push(option, String(value));
  };
  add("-i", interval === undefined ? undefined : seconds(interval));
  add("-s", size);
  add("-t", ttl);
  add("-Q", tos);
  add("-W", wait === undefined ? undefined : seconds(wait));
  add("-w", deadline === undefined ? undefined : seconds(deadline));
  add("-I", source);
  add("-M", pmtudisc);
  if (request.broadcast === true) argv.push("-b");
  return [...argv, ...(request.args ?? []), destination];
}

/** @param state of the program when it ended; null: it is not known */
export function pingResult(
  state: PingState | null,
  status: number,
  output: string,
  error: string,
): PingResult {
  const transmitted = state?.transmitted ?? 0;
  const received = state?.received ?? 0;
  return {
    transmitted,
    received,
    duplicates: state?.repeats ?? 0,
    errors: state?.errors ?? 0,
    lossPercent: transmitted === 0 ? 100 : (100 * (transmitted - received)) / transmitted,
    rtts: [...output.matchAll(/^\d+ bytes from .* time=([0-9.]+) ms/gm)].map((m) =>
      Math.round(Number(m[1]) * NS_PER_MS),
    ),
    rtt: summary(state),
    status,
    output,
    error,
  };
}

function summary(state: PingState | null): PingResult["rtt"] {
  const count = (state?.received ?? 0) + (state?.repeats ?? 0);
  if (state === null || count === 0 || state.rtt.min < 0) return null;
  const { min, max, sum } = state.rtt;
  return { min: min * NS_PER_US, avg: Math.trunc(sum / count) * NS_PER_US, max: max * NS_PER_US };
}
