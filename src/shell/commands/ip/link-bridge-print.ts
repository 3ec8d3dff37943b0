/**
 * What `ip -d link` shows of a bridge and of a bridge's port.
 * @source iproute2 6.1.0, ip/iplink_bridge.c, bridge_print_opt(); ip/iplink_bridge_slave.c, bridge_slave_print_opt()
 */
import type { BridgeIdInfo, BridgeInfo, BridgePortInfo } from "../../../events/bridge-requests.ts";
import { type Printer, rawNumber } from "./print.ts";
import type { Session } from "./session.ts";

const PORT_STATES = ["disabled", "listening", "learning", "forwarding", "blocking"];

/** Priority and address, without leading zeros in the address. */
function idText({ priority, address }: BridgeIdInfo): string {
  const octets = address.split(":").map((octet) => Number.parseInt(octet, 16).toString(16));
  return `${priority.toString(16).padStart(4, "0")}.${octets.join(":")}`;
}

function hex(value: number): string {
  return value === 0 ? "0" : `0x${value.toString(16)}`;
}

/** @param centis hundredths of a second */
function putTimer(p: Printer, word: string, centis: number): void {
  const rest = String(centis % 100).padStart(2, "0");
  const whole = String(Math.floor(centis / 100));
  p.put(word, rawNumber(`${whole}.${rest}`), `${word} ${whole.padStart(4)}.${rest} `);
}

function putNumber(p: Printer, word: string, value: number, key = word): void {
  p.put(key, value, `${word} ${value} `);
}

function putText(p: Printer, word: string, value: string, key = word): void {
  p.put(key, value, `${word} ${value} `);
}

export function putBridge(p: Printer, br: BridgeInfo): void {
  putNumber(p, "forward_delay", br.forwardDelay);
  putNumber(p, "hello_time", br.helloTime);
  putNumber(p, "max_age", br.maxAge);
  putNumber(p, "ageing_time", br.ageingTime);
  putNumber(p, "stp_state", br.stpState);
  putNumber(p, "priority", br.priority);
  putNumber(p, "vlan_filtering", 0);
  putText(p, "bridge_id", idText(br.bridgeId));
  putText(p, "designated_root", idText(br.designatedRoot), "root_id");
  putNumber(p, "root_port", br.rootPort);
  putNumber(p, "root_path_cost", br.rootPathCost);
  putNumber(p, "topology_change", br.topologyChange ? 1 : 0);
  putNumber(p, "topology_change_detected", br.topologyChangeDetected ? 1 : 0);
  putTimer(p, "hello_timer", br.helloTimer);
  putTimer(p, "tcn_timer", br.tcnTimer);
  putTimer(p, "topology_change_timer", br.topologyChangeTimer);
  putTimer(p, "gc_timer", br.gcTimer);
  putText(p, "group_fwd_mask", hex(br.groupFwdMask));
  putText(p, "group_address", br.groupAddress, "group_addr");
  putMulticast(p, br);
  putNumber(p, "nf_call_iptables", br.nfCallIptables);
  putNumber(p, "nf_call_ip6tables", br.nfCallIp6tables);
  putNumber(p, "nf_call_arptables", br.nfCallArptables);
}

function putMulticast(p: Printer, br: BridgeInfo): void {
  const m = br.multicast;
  putNumber(p, "mcast_snooping", m.snooping);
  putNumber(p, "no_linklocal_learn", br.noLinklocalLearn ? 1 : 0);
  putNumber(p, "mcast_vlan_snooping", 0);
  putNumber(p, "mcast_router", m.router);
  putNumber(p, "mcast_query_use_ifaddr", m.queryUseIfaddr);
  putNumber(p, "mcast_querier", m.querier);
  putNumber(p, "mcast_hash_elasticity", 16);
  putNumber(p, "mcast_hash_max", m.hashMax);
  putNumber(p, "mcast_last_member_count", m.lastMemberCount, "mcast_last_member_cnt");
  putNumber(p, "mcast_startup_query_count", m.startupQueryCount, "mcast_startup_query_cnt");
  const putInterval = (word: string, value: number) =>
    putNumber(p, `${word}_interval`, value, `${word}_intvl`);
  putInterval("mcast_last_member", m.lastMemberInterval);
  putInterval("mcast_membership", m.membershipInterval);
  putInterval("mcast_querier", m.querierInterval);
  putInterval("mcast_query", m.queryInterval);
  putInterval("mcast_query_response", m.queryResponseInterval);
  putInterval("mcast_startup_query", m.startupQueryInterval);
  putNumber(p, "mcast_stats_enabled", m.statsEnabled);
  putNumber(p, "mcast_igmp_version", m.igmpVersion);
  putNumber(p, "mcast_mld_version", m.mldVersion);
}

export function putPortState(p: Printer, state: number): void {
  const name = PORT_STATES[state];
  if (name === undefined) p.put("state_index", state, `state (${state}) `);
  else putText(p, "state", name);
}

export function putSwitch(p: Printer, word: string, isOn: boolean): void {
  p.put(word, isOn, `${word} ${isOn ? "on" : "off"} `);
}

/** Addresses of the group by what they are for. */
const GROUP_NAMES = new Map([
  [0, "stp"],
  [2, "lacp"],
  [14, "lldp"],
]);

function maskNames(mask: number): string {
  const names: string[] = [];
  for (let bit = 0; bit < 16; bit++)
    if (((mask >> bit) & 1) !== 0) names.push(GROUP_NAMES.get(bit) ?? `0x${(1 << bit).toString(16)}`);
  return names.length === 0 ? "0x0" : names.join(",");
}

export function putBridgeSlave(s: Session, p: Printer, port: BridgePortInfo): void {
  putPortState(p, port.state);
  putNumber(p, "priority", port.priority);
  putNumber(p, "cost", port.cost);
  putSwitch(p, "hairpin", port.hairpin);
  putSwitch(p, "guard", port.guard);
  putSwitch(p, "root_block", port.rootBlock);
  putSwitch(p, "fastleave", port.fastLeave);
  putSwitch(p, "learning", port.learning);
  putSwitch(p, "flood", port.flood);
  putText(p, "port_id", hex(port.portId), "id");
  putText(p, "port_no", hex(port.number), "no");
  putNumber(p, "designated_port", port.designatedPort);
  putNumber(p, "designated_cost", port.designatedCost);
  putText(p, "designated_bridge", idText(port.designatedBridge), "bridge_id");
  putText(p, "designated_root", idText(port.designatedRoot), "root_id");
  putTimer(p, "hold_timer", port.holdTimer);
  putTimer(p, "message_age_timer", port.messageAgeTimer);
  putTimer(p, "forward_delay_timer", port.forwardDelayTimer);
  putNumber(p, "topology_change_ack", port.topologyChangeAck ? 1 : 0);
  putNumber(p, "config_pending", port.configPending ? 1 : 0);
  putSwitch(p, "proxy_arp", port.proxyArp);
  putSwitch(p, "proxy_arp_wifi", port.proxyArpWifi);
  putNumber(p, "mcast_router", port.multicastRouter, "multicast_router");
  p.text(`mcast_fast_leave ${port.fastLeave ? "on" : "off"} `);
  putSwitch(p, "mcast_flood", port.mcastFlood);
  putSwitch(p, "bcast_flood", port.bcastFlood);
  putSwitch(p, "mcast_to_unicast", port.mcastToUnicast);
  putSwitch(p, "neigh_suppress", port.neighSuppress);
  putText(p, "group_fwd_mask", hex(port.groupFwdMask));
  putText(p, "group_fwd_mask_str", maskNames(port.groupFwdMask));
  putSwitch(p, "vlan_tunnel", port.vlanTunnel);
  putSwitch(p, "isolated", port.isolated);
  putSwitch(p, "locked", port.locked);
  if (port.backupPort !== 0) putText(p, "backup_port", s.nameOf(port.backupPort));
}
