/**
 * The loopback device: what it sends it receives.
 * @source drivers/net/loopback.c
 */
import type { StepContext } from "../events/step-context.ts";
import { ETH_HLEN, type Frame } from "../wire/frame.ts";
import type { NetDevice } from "./net-device.ts";

export const LOOPBACK_MTU = 65536;

/** Counts the packet without its link header, once in each direction. @source loopback_xmit() */
export function loopbackXmit(step: StepContext, dev: NetDevice, frame: Frame, cause: number): null {
  if (!step.queueFrame(dev.ref, frame, cause)) return null;
  const stats = step.cells.own(dev.stats);
  stats.txPackets++;
  stats.txBytes += frame.length - ETH_HLEN;
  stats.rxPackets++;
  stats.rxBytes += frame.length - ETH_HLEN;
  return null;
}
