/** Notifications of the kernel for a tool that waits for them until a signal ends it. */
import { strerror } from "../../core/errno.ts";
import type { RtnlFamily, RtnlMessage, RtnlObject } from "../../events/rtnl.ts";
import type { Process } from "../process.ts";

/**
 * Hands each notification to `tell` at the instant at which it was sent, in order. Returns never but by a signal.
 * @param family null: all
 * @param hearsAll of namespaces that have an id here, too
 */
export async function listenToRtnl(
  process: Process,
  objects: readonly RtnlObject[],
  family: RtnlFamily | null,
  tell: (message: RtnlMessage) => void,
  hearsAll = false,
): Promise<void> {
  const { baton, host } = process.userland;
  const { pid, netns } = process;
  const waiting: RtnlMessage[] = [];
  const listener = {
    output: (_fd: number, text: string) => {
      waiting.push(JSON.parse(text) as RtnlMessage);
      if (process.task !== null) baton.wake(process.task);
    },
    exit: () => {},
  };
  const started = host.spawn(
    netns,
    pid,
    ["rtnl-listen", family ?? "all", hearsAll ? "all-nsid" : "own", ...objects],
    listener,
  );
  if (!started.ok) {
    process.write(2, `Cannot open netlink socket: ${strerror(started.errno)}\n`);
    return;
  }
  try {
    for (;;) {
      for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) tell(message);
      await process.drain(1);
      if (waiting.length === 0) await process.wait("a notification of the kernel");
    }
  } finally {
    host.request(netns, "KILL", { pid, signal: "SIGKILL" });
  }
}
