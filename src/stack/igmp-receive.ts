/**
 * Queries, and what other hosts tell of their groups.
 * @source RFC 3376 section 5.2, RFC 2236 section 3; net/ipv4/igmp.c, igmp_rcv()
 */
import { HZ } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  codeValue,
  decodeIgmp,
  IGMP_HLEN,
  IGMP_HOST_MEMBERSHIP_QUERY,
  IGMP_HOST_MEMBERSHIP_REPORT,
  IGMPV2_HOST_MEMBERSHIP_REPORT,
  type IgmpMessage,
} from "../wire/igmp.ts";
import type { Ipv4Packet } from "../wire/ipv4.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import {
  change,
  changeGroup,
  igmpVersion,
  isSilent,
  multicastOf,
  robustness,
  startGroupTimer,
  stopTimer,
} from "./igmp-state.ts";
import { inDevice } from "./in-device.ts";
import { type Group, IgmpTimer } from "./multicast.ts";
import { netStack } from "./net-stack.ts";

const QUERY_RESPONSE_INTERVAL = 10 * HZ;
/** Max. response codes count tenths of a second. */
const TIMER_SCALE = 10;

/** @param isForGroup the frame came to a group or to all. Gives the reason why the message was not used, or null. @source igmp_rcv() */
export function igmpRcv(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  isLooped: boolean,
  isForGroup: boolean,
): number | null {
  const { payload } = packet;
  const message = payload.kind === "opaque" ? decodeIgmp(payload.octets) : null;
  if (message === null) return DROP.NOT_SPECIFIED;
  switch (message.type) {
    case IGMP_HOST_MEMBERSHIP_QUERY:
      heardQuery(step, dev, message);
      return null;
    case IGMP_HOST_MEMBERSHIP_REPORT:
    case IGMPV2_HOST_MEMBERSHIP_REPORT:
      // Our own reports come back to us; routers do not hear reports to a host.
      if (!isLooped && isForGroup) heardReport(step, dev, message.group);
      return null;
    default:
      return null;
  }
}

/** Another host told of the group: we need not. @source igmp_heard_report() */
function heardReport(step: StepContext, dev: NetDevice, address: Ipv4Address): void {
  const group = multicastOf(step, dev).groups.find((one) => one.address === address);
  if (group === undefined || isSilent(step, dev, address)) return;
  changeGroup(step, dev, address, { timer: stopTimer(step, group.timer), unsolicited: 0, isReporter: false });
}

/** @source igmp_heard_query() */
function heardQuery(step: StepContext, dev: NetDevice, message: IgmpMessage): void {
  const { multicast: m } = inDevice(step, dev);
  let { group } = message;
  let delayMax = Math.floor((codeValue(message.code) * HZ) / TIMER_SCALE) || 1;
  if (message.length === IGMP_HLEN) {
    const until = step.jiffies + robustness(step, dev) * m.queryInterval + m.responseInterval;
    if (message.code === 0) {
      delayMax = QUERY_RESPONSE_INTERVAL;
      group = 0;
      change(step, dev, { v1Until: until });
    } else {
      delayMax = message.code * (HZ / TIMER_SCALE);
      change(step, dev, { v2Until: until });
    }
    change(step, dev, { changeCount: 0, changeTimer: stopTimer(step, m.changeTimer), left: [] });
  } else if (message.length < IGMP_HLEN + 4) return;
  else {
    const version = igmpVersion(step, dev);
    if (version === 1) {
      delayMax = QUERY_RESPONSE_INTERVAL;
      group = 0;
    } else if (version === 3) {
      const queryInterval = codeValue(message.qqic) * HZ || 125 * HZ;
      change(step, dev, {
        robustness: message.qrv || netStack(step, dev.netns).settings.igmpQrv,
        queryInterval,
        responseInterval:
          m.responseInterval >= queryInterval ? Math.max(queryInterval - HZ, 0) : m.responseInterval,
      });
      if (group === 0) {
        if (message.sourceCount === 0) startQueryTimer(step, dev, delayMax);
        return;
      }
    }
  }
  for (const one of multicastOf(step, dev).groups) {
    if ((group !== 0 && group !== one.address) || isSilent(step, dev, one.address)) continue;
    restartGroupTimer(step, dev, one, delayMax);
  }
}

/** A timer that runs already is not put off. @source igmp_gq_start_timer() */
function startQueryTimer(step: StepContext, dev: NetDevice, delayMax: number): void {
  const { queryTimer } = multicastOf(step, dev);
  const delay = step.draw("igmp/delay", delayMax) + 2;
  if (queryTimer !== null && step.jiffies + delay >= step.cells.get(queryTimer).expires) return;
  const record = new IgmpTimer(dev.ref, "query", 0, step.jiffies + delay);
  const ref = queryTimer ?? step.cells.add(record);
  step.cells.set(ref, record);
  step.armTimer(ref, delay);
  change(step, dev, { queryTimer: ref });
}

/** @source igmp_mod_timer() */
function restartGroupTimer(step: StepContext, dev: NetDevice, group: Group, delayMax: number): void {
  changeGroup(step, dev, group.address, { unsolicited: 0 });
  const isSoonEnough = group.timer !== null && step.cells.get(group.timer).expires - step.jiffies < delayMax;
  if (!isSoonEnough) startGroupTimer(step, dev, group, delayMax);
}
