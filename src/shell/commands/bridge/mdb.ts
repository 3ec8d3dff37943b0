/**
 * `bridge mdb`: groups and who wants them.
 * @source iproute2 6.1.0, bridge/mdb.c
 * @differs there is no database of groups yet: none is shown, and none can be put in
 */
import { isPrefixOf } from "../ip/args.ts";
import type { Session } from "../ip/session.ts";
import { needDevice } from "./talk.ts";
import { usage } from "./usage.ts";

function show(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "dev") needDevice(s, args.value());
    else if (word === "vid") args.value();
  }
  s.print((p) => {
    p.object();
    p.array("mdb");
    p.close();
    p.object("router");
    p.close();
    p.close();
  });
}

export function mdb(s: Session, words: readonly string[]): void {
  s.dumpLinks(); // ll_init_map()
  const [word, ...rest] = words;
  if (word === undefined) show(s, []);
  else if (isPrefixOf(word, "add") || isPrefixOf(word, "delete"))
    s.fail(`bridge mdb: "${word}" is not supported by vethsim\n`, 255);
  else if (isPrefixOf(word, "show") || isPrefixOf(word, "lst") || isPrefixOf(word, "list")) show(s, rest);
  else if (isPrefixOf(word, "help")) usage(s, "mdb");
  else s.exit(`Command "${word}" is unknown, try "bridge mdb help".\n`);
}
