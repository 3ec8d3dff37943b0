import { assertNever } from "../core/assert.ts";
import type { Errno } from "../core/errno.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Frame } from "../wire/frame.ts";
import { bridgeXmit } from "./bridge/bridge-device.ts";
import { loopbackXmit } from "./loopback.ts";
import type { DeviceRef } from "./net-device.ts";
import { vethXmit } from "./veth.ts";

/**
 * Hands a frame to a device. A device that is down or whose queue waits for carrier drops it before anybody sees it.
 * @source net/core/dev.c, __dev_queue_xmit(); net/sched/sch_generic.c, noop_enqueue()
 */
export function devQueueXmit(step: StepContext, ref: DeviceRef, frame: Frame): Errno | null {
  const dev = step.cells.get(ref);
  if (!dev.isQueueActive) {
    step.cells.own(dev.stats).txDropped++;
    step.recordDrop(dev.netns, ref, frame.id, frame.length, DROP.QDISC_DROP, frame);
    return null;
  }
  const cause = step.recordXmit(dev.netns, ref, frame);
  step.tapOutgoing(ref, frame);
  switch (dev.kind) {
    case "veth":
      return vethXmit(step, dev, frame, cause);
    case "loopback":
      return loopbackXmit(step, dev, frame, cause);
    case "bridge":
      return bridgeXmit(step, dev, frame);
    default:
      return assertNever(dev.kind);
  }
}
