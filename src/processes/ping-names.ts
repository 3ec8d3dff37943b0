/** ping(8) under its other names: `ping4` and `ping6` are for one family, and complain under their own name. */
import { ping } from "./ping.ts";
import type { PingDraft } from "./ping-state.ts";
import type { Program, ProgramContext } from "./program.ts";

/** The same calls, but what is told on standard error begins with another name. */
function speakingAs(cx: ProgramContext, name: string): ProgramContext {
  const write: ProgramContext["write"] = (fd, text) =>
    cx.write(fd, fd === 2 ? text.replace(/^ping: /gm, `${name}: `) : text);
  // What a context keeps for itself is kept by the one that was handed out.
  const exit: ProgramContext["exit"] = (status) => cx.exit(status);
  return Object.create(cx, { write: { value: write }, exit: { value: exit } }) as ProgramContext;
}

function pingAs(name: "ping4" | "ping6"): Program<PingDraft> {
  return {
    ...ping,
    name,
    start: (cx, argv, streams) => ping.start(speakingAs(cx, name), argv, streams),
    wake: (cx, state, wake) => ping.wake(speakingAs(cx, name), state, wake),
  };
}

export const ping4 = pingAs("ping4");
export const ping6 = pingAs("ping6");
