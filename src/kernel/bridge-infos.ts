/**
 * How the kernel shows bridges and their ports to user space.
 * @source net/bridge/br_netlink.c, br_fill_info(), br_port_fill_attrs()
 */
import { type BridgeId, bridgeOf, portId, portOf } from "../devices/bridge/bridge.ts";
import type { MulticastSettings } from "../devices/bridge/multicast-settings.ts";
import { timerValue } from "../devices/bridge/timers.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { BridgeIdInfo, BridgeInfo, BridgeMulticast, BridgePortInfo } from "../events/bridge-requests.ts";
import type { LinkInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatMac } from "../wire/mac.ts";
import { PORT_SWITCHES, type PortSwitch } from "./bridges.ts";
import { toClock } from "./clock.ts";

function idInfo({ priority, address }: BridgeId): BridgeIdInfo {
  return { priority, address: formatMac(address) };
}

function multicastInfo(set: MulticastSettings): BridgeMulticast {
  return {
    ...set,
    snooping: set.snooping ? 1 : 0,
    queryUseIfaddr: set.queryUseIfaddr ? 1 : 0,
    querier: set.querier ? 1 : 0,
    statsEnabled: set.statsEnabled ? 1 : 0,
    lastMemberInterval: toClock(set.lastMemberInterval),
    membershipInterval: toClock(set.membershipInterval),
    querierInterval: toClock(set.querierInterval),
    queryInterval: toClock(set.queryInterval),
    queryResponseInterval: toClock(set.queryResponseInterval),
    startupQueryInterval: toClock(set.startupQueryInterval),
  };
}

/** @source br_fill_info() */
export function bridgeInfo(step: StepContext, dev: NetDevice): BridgeInfo | null {
  const br = bridgeOf(step, dev);
  if (br === null) return null;
  const timer = (cell: number) => toClock(timerValue(step, cell));
  return {
    forwardDelay: toClock(br.forwardDelay),
    helloTime: toClock(br.helloTime),
    maxAge: toClock(br.maxAge),
    ageingTime: toClock(br.ageingTime),
    stpState: br.stpEnabled ? 1 : 0,
    priority: br.id.priority,
    bridgeId: idInfo(br.id),
    designatedRoot: idInfo(br.designatedRoot),
    rootPort: br.rootPort,
    rootPathCost: br.rootPathCost,
    topologyChange: br.topologyChange,
    topologyChangeDetected: br.topologyChangeDetected,
    helloTimer: timer(br.timers.hello),
    tcnTimer: timer(br.timers.tcn),
    topologyChangeTimer: timer(br.timers.topologyChange),
    gcTimer: timer(br.timers.gc),
    groupFwdMask: br.groupFwdMask,
    groupAddress: formatMac(br.groupAddress),
    multicast: multicastInfo(br.multicast),
    nfCallIptables: br.nfCallIptables ? 1 : 0,
    nfCallIp6tables: br.nfCallIp6tables ? 1 : 0,
    nfCallArptables: br.nfCallArptables ? 1 : 0,
    noLinklocalLearn: br.noLinklocalLearn,
  };
}

/** @source br_port_fill_attrs() */
export function portInfo(step: StepContext, dev: NetDevice): BridgePortInfo | null {
  const port = portOf(step, dev);
  if (port === null) return null;
  const timer = (cell: number) => toClock(timerValue(step, cell));
  const switches = Object.fromEntries(PORT_SWITCHES.map(([key, flag]) => [key, (port.flags & flag) !== 0]));
  return {
    ...(switches as Record<PortSwitch, boolean>),
    state: port.state,
    priority: port.priority,
    cost: port.pathCost,
    multicastRouter: port.multicastRouter,
    groupFwdMask: port.groupFwdMask,
    backupPort: port.backup < 0 ? 0 : step.cells.get(step.cells.get(port.backup).device).ifindex,
    portId: portId(port),
    number: port.number,
    designatedRoot: idInfo(port.designatedRoot),
    designatedBridge: idInfo(port.designatedBridge),
    designatedPort: port.designatedPort,
    designatedCost: port.designatedCost,
    topologyChangeAck: port.topologyChangeAck,
    configPending: port.configPending,
    messageAgeTimer: timer(port.timers.messageAge),
    forwardDelayTimer: timer(port.timers.forwardDelay),
    holdTimer: timer(port.timers.hold),
  };
}

/** What a device shows of being a bridge, or a bridge's port. */
export function bridgeParts(step: StepContext, dev: NetDevice): Partial<LinkInfo> {
  const bridge = bridgeInfo(step, dev);
  const bridgePort = portInfo(step, dev);
  return {
    ...(dev.master < 0 ? {} : { master: step.cells.get(dev.master).ifindex }),
    ...(bridge === null ? {} : { bridge }),
    ...(bridgePort === null ? {} : { bridgePort }),
  };
}
