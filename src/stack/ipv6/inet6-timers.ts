/** The timers of the IPv6 stack: whose a cell's timer is, and what it does. */
import { assertNever } from "../../core/assert.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { StepContext } from "../../events/step-context.ts";
import { gcRoutes, verifyAddrs } from "./addr-expiry.ts";
import { Inet6NsTimer } from "./addr-lifetime.ts";
import { dadWork, rsTimer } from "./dad.ts";
import { Inet6Addr, Inet6Timer } from "./inet6-dev.ts";
import { DEVICE_DAD_HOOKS } from "./inet6-device.ts";
import { FragmentQueue6, reassembly6Timer } from "./ip6-reassembly.ts";
import { mldDadWork, mldGqWork, mldIfcWork } from "./mcast6.ts";

/** Begins the step of a timer: for which namespace and device, and its name. */
type Begin = (netns: NetnsRef, device: number, name: string) => void;

/** Runs the timer of a cell. False: it is none of IPv6's. */
export function inet6Timer(step: StepContext, cell: number, record: unknown, begin: Begin): boolean {
  if (record instanceof Inet6Addr) {
    begin(step.cells.get<NetDevice>(record.device).netns, record.device, "dad");
    dadWork(step, record, DEVICE_DAD_HOOKS);
  } else if (record instanceof Inet6Timer) {
    const dev = step.cells.get<NetDevice>(record.device);
    begin(dev.netns, dev.ref, record.kind);
    deviceTimer(step, dev, record);
  } else if (record instanceof Inet6NsTimer) {
    begin(record.netns, -1, record.kind === "verify" ? "addrconf_verify" : "fib6_gc");
    if (record.kind === "verify") verifyAddrs(step, record.netns);
    else gcRoutes(step, record.netns);
  } else if (record instanceof FragmentQueue6) {
    begin(record.netns, record.device, "ip6_frag_expire");
    reassembly6Timer(step, cell);
  } else return false;
  return true;
}

function deviceTimer(step: StepContext, dev: NetDevice, { kind }: Inet6Timer): void {
  switch (kind) {
    case "rs":
      rsTimer(step, dev);
      break;
    case "mld_ifc":
      mldIfcWork(step, dev);
      break;
    case "mld_dad":
      mldDadWork(step, dev);
      break;
    case "mld_gq":
      mldGqWork(step, dev);
      break;
    default:
      assertNever(kind);
  }
}
