/** `ip link show`: one device asked for by name, or all of them. */
import { strerror } from "../../../core/errno.ts";
import type { LinkInfo } from "../../../events/requests.ts";
import {
  emptyLinkFilter,
  isLeftOutByKernel,
  linkPasses,
  needShownIndex,
  takeDev,
  takeLinkFilter,
} from "./link-filter.ts";
import { putLink, putLinkBrief } from "./link-print.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

/** The device by the name it was asked for: a request of its own, as the tool makes it. */
function fetchOne(s: Session, name: string): LinkInfo {
  needShownIndex(s, name);
  const reply = s.getLink({ ifname: name });
  if (reply.ok) return reply.value;
  s.printRefusal(reply);
  return s.fail(`Cannot send link get request: ${strerror(reply.errno)}\n`, 1);
}

export function linkShow(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  const filter = emptyLinkFilter();
  while (!args.isEmpty) {
    const word = args.take();
    if (takeLinkFilter(s, args, word, filter)) continue;
    if (word === "help") usage(s, "link");
    takeDev(args, word, filter);
  }
  s.hasShownLinks = true;
  const candidates = filter.dev === null ? s.dumpLinks() : [fetchOne(s, filter.dev)];
  s.print((p) => {
    for (const link of candidates) {
      if (isLeftOutByKernel(link, filter)) continue;
      p.object(); // in JSON also for a device that is then left out
      if (linkPasses(link, filter)) put(s, p, link);
      p.close();
    }
  });
}

function put(s: Session, p: Printer, link: LinkInfo): void {
  if (s.options.isBrief) putLinkBrief(s, p, link, true);
  else putLink(s, p, link, { isLink: true, family: s.options.family === "link" ? "link" : "unspec" });
}
