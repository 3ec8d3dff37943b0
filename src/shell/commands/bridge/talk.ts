/** How bridge(8) asks the kernel and complains. */
import type { BodyOf, Operation, ReplyOf } from "../../../events/requests.ts";
import type { Session } from "../ip/session.ts";

/** A refusal is printed as the kernel's answer and ends the command. */
export function talk<Op extends Operation>(s: Session, op: Op, body: BodyOf<Op>, status = 255): ReplyOf<Op> {
  const reply = s.request(op, body);
  if (reply.ok) return reply.value;
  s.printRefusal(reply);
  return s.fail("", status);
}

/** Index of a device, or the complaint of this tool. @param what `device`, `bridge device`, ... */
export function needDevice(s: Session, name: string, what = "device"): number {
  return s.findIndex(name) ?? s.fail(`Cannot find ${what} "${name}"\n`, 255);
}

/** atoi(3) */
export function atoi(text: string): number {
  return Number(/^\s*[-+]?\d+/.exec(text)?.[0] ?? 0) | 0;
}
