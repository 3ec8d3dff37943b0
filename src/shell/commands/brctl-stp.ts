/** What `brctl showstp` prints. @source bridge-utils 1.7.1, brctl/brctl_disp.c, br_dump_info(), dump_port_info() */

import type { BridgeIdInfo } from "../../events/bridge-requests.ts";
import type { LinkInfo } from "../../events/requests.ts";

const PORT_STATES = ["disabled", "listening", "learning", "forwarding", "blocking"];

/** @param centis hundredths of a second */
export function time(centis: number): string {
  return `${String(Math.floor(centis / 100)).padStart(4)}.${String(centis % 100).padStart(2, "0")}`;
}

function id({ priority, address }: BridgeIdInfo): string {
  return `${priority.toString(16).padStart(4, "0")}.${address.replaceAll(":", "")}`;
}

function number(value: number): string {
  return String(value).padStart(4);
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function bridgeText(link: LinkInfo): string {
  const br = link.bridge!;
  const flags = [
    ...(br.topologyChange ? ["TOPOLOGY_CHANGE "] : []),
    ...(br.topologyChangeDetected ? ["TOPOLOGY_CHANGE_DETECTED "] : []),
  ];
  return [
    `${link.ifname}`,
    ` bridge id\t\t${id(br.bridgeId)}`,
    ` designated root\t${id(br.designatedRoot)}`,
    ` root port\t\t${number(br.rootPort)}\t\t\tpath cost\t\t${number(br.rootPathCost)}`,
    ` max age\t\t${time(br.maxAge)}\t\t\tbridge max age\t\t${time(br.maxAge)}`,
    ` hello time\t\t${time(br.helloTime)}\t\t\tbridge hello time\t${time(br.helloTime)}`,
    ` forward delay\t\t${time(br.forwardDelay)}\t\t\tbridge forward delay\t${time(br.forwardDelay)}`,
    ` ageing time\t\t${time(br.ageingTime)}`,
    ` hello timer\t\t${time(br.helloTimer)}\t\t\ttcn timer\t\t${time(br.tcnTimer)}`,
    ` topology change timer\t${time(br.topologyChangeTimer)}\t\t\tgc timer\t\t${time(br.gcTimer)}`,
    ` flags\t\t\t${flags.join("")}`,
    "",
    "",
    "",
  ].join("\n");
}

function portText(link: LinkInfo): string {
  const port = link.bridgePort!;
  const flags = [
    ...(port.configPending ? ["CONFIG_PENDING "] : []),
    ...(port.topologyChangeAck ? ["TOPOLOGY_CHANGE_ACK "] : []),
  ];
  const state = PORT_STATES[port.state] ?? `unknown (${port.state})`;
  return [
    `${link.ifname} (${port.number})`,
    ` port id\t\t${hex(port.portId)}\t\t\tstate\t\t${state.padStart(15)}`,
    ` designated root\t${id(port.designatedRoot)}\tpath cost\t\t${number(port.cost)}`,
    ` designated bridge\t${id(port.designatedBridge)}\tmessage age timer\t${time(port.messageAgeTimer)}`,
    ` designated port\t${hex(port.designatedPort)}\t\t\tforward delay timer\t${time(port.forwardDelayTimer)}`,
    ` designated cost\t${number(port.designatedCost)}\t\t\thold timer\t\t${time(port.holdTimer)}`,
    ` flags\t\t\t${flags.join("")}`,
    ...(port.hairpin ? [" hairpin mode\t\t   1"] : []),
    "",
    "",
  ].join("\n");
}

/** @param ports in the order in which they are shown */
export function showStp(bridge: LinkInfo, ports: readonly LinkInfo[]): string {
  const parts = ports.filter((port) => port.bridgePort !== undefined).map(portText);
  return `${bridgeText(bridge)}${parts.join("")}`;
}
