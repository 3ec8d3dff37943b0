/**
 * `bridge vlan` and `bridge vni`. The reference kernel is built without VLANs of bridges: nothing can be added, and nothing is
 * there to show.
 * @source iproute2 6.1.0, bridge/vlan.c, bridge/vni.c
 */
import { isPrefixOf } from "../ip/args.ts";
import type { Session } from "../ip/session.ts";
import { atoi, needDevice } from "./talk.ts";
import { usage } from "./usage.ts";

const VID_MAX = 4095;

function modify(s: Session, words: readonly string[], isAdded: boolean): void {
  const args = s.args(words);
  let [dev, vid]: [string | null, number] = [null, -1];
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "dev") dev = args.value();
    else if (word === "vid") {
      const text = args.value();
      vid = atoi(text);
      if (vid >= VID_MAX + 1) s.fail(`Invalid VLAN ID "${vid}"\n`, 255);
    } else if (
      !["self", "master", "pvid", "untagged", "tunnel_info"].some((known) => isPrefixOf(word, known))
    )
      if (isPrefixOf(word, "help")) usage(s, "vlan");
  }
  if (dev === null || vid < 0) s.fail("Device and VLAN ID are required arguments.\n", 255);
  needDevice(s, dev);
  if (!isAdded) return;
  s.printRefusal({ ok: false, errno: "EOPNOTSUPP", extack: null });
  s.fail("", 255);
}

/** A heading, and nothing under it. */
function showNone(s: Session, words: readonly string[], heading: string): void {
  const args = s.args(words);
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "dev") needDevice(s, args.value());
    else if (word === "vid") args.value();
  }
  s.print((p) => p.text(heading));
}

/** Settings of VLANs: the kernel knows no such question. */
function showGlobal(s: Session): void {
  s.printRefusal({ ok: false, errno: "EOPNOTSUPP", extack: null });
  s.err("Dump terminated\n");
  s.print((p) => p.text("port              vlan-id  \n"));
  s.status = 1;
}

export function vlan(s: Session, words: readonly string[]): void {
  s.dumpLinks(); // ll_init_map()
  const [word, ...rest] = words;
  if (word === undefined) showNone(s, [], "port              vlan-id  \n");
  else if (isPrefixOf(word, "add") || isPrefixOf(word, "delete")) modify(s, rest, isPrefixOf(word, "add"));
  else if (isPrefixOf(word, "show") || isPrefixOf(word, "lst") || isPrefixOf(word, "list"))
    showNone(s, rest, "port              vlan-id  \n");
  else if (isPrefixOf(word, "tunnelshow")) showNone(s, rest, "port              vlan-id    tunnel-id\n");
  else if (isPrefixOf(word, "global")) showGlobal(s);
  else if (isPrefixOf(word, "help")) usage(s, "vlan");
  else s.exit(`Command "${word}" is unknown, try "bridge vlan help".\n`);
}

export function vni(s: Session, words: readonly string[]): void {
  s.dumpLinks(); // ll_init_map()
  const [word, ...rest] = words;
  const heading = "dev               vni              group/remote   \n";
  if (word === undefined) showNone(s, [], heading);
  else if (isPrefixOf(word, "show") || isPrefixOf(word, "lst") || isPrefixOf(word, "list"))
    showNone(s, rest, heading);
  else if (isPrefixOf(word, "help")) usage(s, "vni");
  else s.exit(`Command "${word}" is unknown, try "bridge vni help".\n`);
}
