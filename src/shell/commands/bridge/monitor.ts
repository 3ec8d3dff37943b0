/**
 * `bridge monitor`: prints what changes of ports and forwarding entries.
 * @source iproute2 6.1.0, bridge/monitor.c
 * @differs `file` reads nothing, for there is no rtmon(8)
 */
import { strerror } from "../../../core/errno.ts";
import type { RtnlMessage, RtnlObject } from "../../../events/rtnl.ts";
import { listenToRtnl } from "../../run/listen.ts";
import type { ToolContext } from "../../tool.ts";
import { isPrefixOf } from "../ip/args.ts";
import { putTime } from "../ip/monitor.ts";
import type { Session } from "../ip/session.ts";
import { putEntry } from "./fdb.ts";
import { putPort } from "./link.ts";
import { usage } from "./usage.ts";

/** The words in the order in which a shortened one is looked up, and what is heard for each. */
const OBJECTS: readonly (readonly [word: string, objects: readonly RtnlObject[]])[] = [
  ["link", ["link", "bridgePort"]],
  ["fdb", ["fdb"]],
  ["mdb", []],
  ["vlan", []],
  ["vni", []],
];
const EVERYTHING = OBJECTS.flatMap(([, objects]) => objects);

function parse(s: Session, words: readonly string[]): { objects: readonly RtnlObject[]; hasLabels: boolean } {
  const args = s.args(words);
  const chosen = new Set<RtnlObject>();
  let [isChosen, hasLabels] = [false, false];
  while (!args.isEmpty) {
    const word = args.take();
    const found = OBJECTS.find(([known]) => isPrefixOf(word, known));
    if (isPrefixOf(word, "file")) {
      const read = s.request("FILE_STAT", { path: args.value() });
      s.exit(`Cannot fopen: ${strerror(read.ok ? "EINVAL" : read.errno)}\n`);
    } else if (found !== undefined) {
      isChosen = true;
      for (const object of found[1]) chosen.add(object);
    } else if (word === "all") {
      hasLabels = true;
      for (const object of EVERYTHING) chosen.add(object);
    } else if (isPrefixOf(word, "help")) usage(s, "monitor");
    else s.exit(`Argument "${word}" is unknown, try "bridge monitor help".\n`);
  }
  return { objects: isChosen || hasLabels ? [...chosen] : EVERYTHING, hasLabels };
}

export async function monitor(s: Session, words: readonly string[]): Promise<void> {
  const { objects, hasLabels } = parse(s, words);
  s.dumpLinks(); // ll_init_map(): what is known of devices stays as it is now
  s.flush();
  const { process } = s.cx as ToolContext;
  if (s.netns !== process.netns) {
    s.request("SETNS", { pid: process.pid, netns: s.netns });
    process.netns = s.netns;
  }
  await listenToRtnl(process, objects, null, (message) => tell(s, message, hasLabels));
}

function tell(s: Session, message: RtnlMessage, hasLabels: boolean): void {
  const p = s.textPrinter();
  putTime(s, p);
  if (message.object === "fdb") {
    if (hasLabels) p.text("[NEIGH]");
    putEntry(s, p, message.body, 0, message.isDeleted);
  } else if (message.object === "link" || message.object === "bridgePort") {
    if (hasLabels) p.text("[LINK]");
    if (message.isDeleted) p.text("Deleted ");
    const { bridgePort: _gone, ...left } = message.body;
    putPort(s, p, message.isDeleted ? left : message.body, message.object === "bridgePort");
  }
  s.out(p.takeOutput());
  s.flush();
  s.cx.flush();
}
