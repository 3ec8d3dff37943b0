/**
 * Listens on a netlink socket and hands each notification, as JSON, to descriptor 3: the kernel's side of `ip monitor`, whose
 * other side prints.
 */
import type { RtnlFamily, RtnlObject } from "../events/rtnl.ts";
import type { Program, ProgramContext, SocketRef } from "./program.ts";

interface State {
  readonly socket: SocketRef;
}

/** Descriptor of what is handed over. */
export const MESSAGES_FD = 3;

function tell(cx: ProgramContext, { socket }: State): void {
  for (const message of cx.receiveMessages(socket)) cx.write(MESSAGES_FD, JSON.stringify(message));
}

export const rtnlListen: Program<State> = {
  name: "rtnl-listen",
  isInner: true,
  /** argv: the family or "all", "all-nsid" or "own", then the objects. */
  start(cx, [, family, reach, ...objects]) {
    const of = family === "all" ? null : (family as RtnlFamily);
    return { socket: cx.netlinkSocket(objects as RtnlObject[], of, reach === "all-nsid") };
  },
  copy: (state) => state,
  wake(cx, state, wake) {
    if (wake.kind === "signal") cx.exit(0);
    else tell(cx, state);
    return state;
  },
};
