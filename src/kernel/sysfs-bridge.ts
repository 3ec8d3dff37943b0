/**
 * The files of bridges and of their ports under /sys/class/net: `bridge/`, `brport/`.
 * @source net/bridge/br_sysfs_br.c, br_sysfs_if.c
 */

import { parseKstrtoul } from "../core/kstrtoul.ts";
import { nameTable } from "../core/name-table.ts";
import { DONE, type Result, refused } from "../core/result.ts";
import { portNotify } from "../devices/bridge/stp.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, deviceByName } from "../devices/netns.ts";
import type {
  BridgeAttrs,
  BridgeIdInfo,
  BridgeInfo,
  BridgeMulticast,
  BridgePortAttrs,
  BridgePortInfo,
} from "../events/bridge-requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { bridgeInfo, portInfo } from "./bridge-infos.ts";
import { type PortSwitch, setBridge, setBridgePort } from "./bridges.ts";
import { onCarrierSettled } from "./notify.ts";

/** A file: what it shows (null: it cannot be read), and what a number that is written to it sets (absent: it cannot be written). */
interface Attribute<Info, Attrs> {
  readonly show: ((info: Info) => string | number) | null;
  readonly store?: (value: number) => Attrs;
}
type BridgeAttribute = Attribute<BridgeInfo, BridgeAttrs>;
type PortAttribute = Attribute<BridgePortInfo, BridgePortAttrs>;

function idText({ priority, address }: BridgeIdInfo): string {
  return `${priority.toString(16).padStart(4, "0")}.${address.replaceAll(":", "")}`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function ofMulticast(key: keyof BridgeMulticast): BridgeAttribute {
  return { show: (br) => br.multicast[key], store: (value) => ({ multicast: { [key]: value } }) };
}

/** Numbers that are kept in 32 bits. */
function counted(key: "hashMax" | "lastMemberCount" | "startupQueryCount"): BridgeAttribute {
  return { show: (br) => br.multicast[key], store: (value) => ({ multicast: { [key]: value % 2 ** 32 } }) };
}

function toggle(
  show: (br: BridgeInfo) => number | boolean,
  store: (value: number) => BridgeAttrs,
): BridgeAttribute {
  return { show: (br) => Number(show(br)), store };
}

const BRIDGE: Readonly<Record<string, BridgeAttribute>> = nameTable<BridgeAttribute>({
  ageing_time: { show: (br) => br.ageingTime, store: (ageingTime) => ({ ageingTime }) },
  bridge_id: { show: (br) => idText(br.bridgeId) },
  flush: { show: null, store: () => ({ flushFdb: true }) },
  forward_delay: { show: (br) => br.forwardDelay, store: (forwardDelay) => ({ forwardDelay }) },
  gc_timer: { show: (br) => br.gcTimer },
  group_addr: { show: (br) => br.groupAddress, store: () => ({}) },
  group_fwd_mask: { show: (br) => hex(br.groupFwdMask), store: (groupFwdMask) => ({ groupFwdMask }) },
  hash_elasticity: { show: () => 16, store: () => ({}) },
  hash_max: counted("hashMax"),
  hello_time: { show: (br) => br.helloTime, store: (helloTime) => ({ helloTime }) },
  hello_timer: { show: (br) => br.helloTimer },
  max_age: { show: (br) => br.maxAge, store: (maxAge) => ({ maxAge }) },
  multicast_igmp_version: ofMulticast("igmpVersion"),
  multicast_last_member_count: counted("lastMemberCount"),
  multicast_last_member_interval: ofMulticast("lastMemberInterval"),
  multicast_membership_interval: ofMulticast("membershipInterval"),
  multicast_mld_version: ofMulticast("mldVersion"),
  multicast_querier: ofMulticast("querier"),
  multicast_querier_interval: ofMulticast("querierInterval"),
  multicast_query_interval: ofMulticast("queryInterval"),
  multicast_query_response_interval: ofMulticast("queryResponseInterval"),
  multicast_query_use_ifaddr: ofMulticast("queryUseIfaddr"),
  multicast_router: ofMulticast("router"),
  multicast_snooping: ofMulticast("snooping"),
  multicast_startup_query_count: counted("startupQueryCount"),
  multicast_startup_query_interval: ofMulticast("startupQueryInterval"),
  multicast_stats_enabled: ofMulticast("statsEnabled"),
  nf_call_arptables: toggle(
    (br) => br.nfCallArptables,
    (nfCallArptables) => ({ nfCallArptables }),
  ),
  nf_call_ip6tables: toggle(
    (br) => br.nfCallIp6tables,
    (nfCallIp6tables) => ({ nfCallIp6tables }),
  ),
  nf_call_iptables: toggle(
    (br) => br.nfCallIptables,
    (nfCallIptables) => ({ nfCallIptables }),
  ),
  no_linklocal_learn: toggle(
    (br) => br.noLinklocalLearn,
    (value) => ({ noLinklocalLearn: value !== 0 }),
  ),
  priority: { show: (br) => br.priority, store: (priority) => ({ priority: priority % 2 ** 16 }) },
  root_id: { show: (br) => idText(br.designatedRoot) },
  root_path_cost: { show: (br) => br.rootPathCost },
  root_port: { show: (br) => br.rootPort },
  stp_state: { show: (br) => br.stpState, store: (stpState) => ({ stpState }) },
  tcn_timer: { show: (br) => br.tcnTimer },
  topology_change: { show: (br) => Number(br.topologyChange) },
  topology_change_detected: { show: (br) => Number(br.topologyChangeDetected) },
  topology_change_timer: { show: (br) => br.topologyChangeTimer },
});

function flag(key: PortSwitch): PortAttribute {
  return { show: (port) => Number(port[key]), store: (value) => ({ [key]: value !== 0 }) };
}

const PORT: Readonly<Record<string, PortAttribute>> = nameTable<PortAttribute>({
  backup_port: { show: () => "", store: () => ({}) },
  bpdu_guard: flag("guard"),
  broadcast_flood: flag("bcastFlood"),
  change_ack: { show: (port) => Number(port.topologyChangeAck) },
  config_pending: { show: (port) => Number(port.configPending) },
  designated_bridge: { show: (port) => idText(port.designatedBridge) },
  designated_cost: { show: (port) => port.designatedCost },
  designated_port: { show: (port) => port.designatedPort },
  designated_root: { show: (port) => idText(port.designatedRoot) },
  flush: { show: null, store: () => ({ flushFdb: true }) },
  forward_delay_timer: { show: (port) => port.forwardDelayTimer },
  group_fwd_mask: { show: (port) => hex(port.groupFwdMask), store: (groupFwdMask) => ({ groupFwdMask }) },
  hairpin_mode: flag("hairpin"),
  hold_timer: { show: (port) => port.holdTimer },
  isolated: flag("isolated"),
  learning: flag("learning"),
  message_age_timer: { show: (port) => port.messageAgeTimer },
  multicast_fast_leave: flag("fastLeave"),
  multicast_flood: flag("mcastFlood"),
  multicast_router: {
    show: (port) => port.multicastRouter,
    store: (multicastRouter) => ({ multicastRouter }),
  },
  multicast_to_unicast: flag("mcastToUnicast"),
  neigh_suppress: flag("neighSuppress"),
  path_cost: { show: (port) => port.cost, store: (cost) => ({ cost }) },
  port_id: { show: (port) => hex(port.portId) },
  port_no: { show: (port) => hex(port.number) },
  priority: { show: (port) => port.priority, store: (priority) => ({ priority }) },
  proxyarp: flag("proxyArp"),
  proxyarp_wifi: flag("proxyArpWifi"),
  root_block: flag("rootBlock"),
  state: { show: (port) => port.state },
  unicast_flood: flag("flood"),
});

/** Names of the files in one of the two directories; null: the device has no such directory. */
export function bridgeFiles(dev: NetDevice, directory: string): readonly string[] | null {
  if (directory === "bridge" && dev.bridge >= 0) return Object.keys(BRIDGE);
  return directory === "brport" && dev.port >= 0 ? Object.keys(PORT) : null;
}

/** Permission bits of a file in one of the two directories; null: there is no such file. */
export function bridgeFileMode(directory: string, name: string): number | null {
  const table: Readonly<Record<string, Attribute<never, unknown>>> = directory === "bridge" ? BRIDGE : PORT;
  if ((directory !== "bridge" && directory !== "brport") || !Object.hasOwn(table, name)) return null;
  const { show, store } = table[name]!;
  return (show === null ? 0 : 0o444) | (store === undefined ? 0 : 0o200);
}

/** Null: EACCES. */
export function bridgeFileRead(
  step: StepContext,
  dev: NetDevice,
  directory: string,
  name: string,
): string | null {
  if (directory === "bridge") {
    const { show } = BRIDGE[name]!;
    return show === null ? null : String(show(bridgeInfo(step, dev)!));
  }
  const port = portInfo(step, dev)!;
  // Its name, with no end of line where there is none.
  if (name === "backup_port") return port.backupPort === 0 ? "" : nameOfIndex(step, dev, port.backupPort);
  const { show } = PORT[name]!;
  return show === null ? null : String(show(port));
}

function nameOfIndex(step: StepContext, dev: NetDevice, ifindex: number): string {
  return deviceByIndex(step, dev.netns, ifindex)?.ifname ?? "";
}

/** What is behind the number is kept as the file keeps it: in 64 bits. */
function parseValue(data: string): number | Result<null> {
  const value = parseKstrtoul(data);
  return typeof value === "bigint" ? Number(value) : refused(value);
}

/** @source store_bridge_parm(), brport_store() */
export function bridgeFileWrite(
  step: StepContext,
  dev: NetDevice,
  directory: string,
  name: string,
  data: string,
): Result<null> {
  const done = directory === "bridge" ? storeBridge(step, dev, name, data) : storePort(step, dev, name, data);
  if (!done.ok) return done;
  if (directory === "bridge") onCarrierSettled(step, step.cells.get(dev.ref));
  else portNotify(step, dev.port);
  return DONE;
}

function storeBridge(step: StepContext, dev: NetDevice, name: string, data: string): Result<null> {
  if (name === "group_addr") {
    const address = /^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}/.exec(data)?.[0];
    return address === undefined ? refused("EINVAL") : setBridge(step, dev.ref, { groupAddress: address });
  }
  const value = parseValue(data);
  return typeof value === "number" ? setBridge(step, dev.ref, BRIDGE[name]!.store!(value)) : value;
}

function storePort(step: StepContext, dev: NetDevice, name: string, data: string): Result<null> {
  if (name === "backup_port") {
    const wanted = data.endsWith("\n") ? data.slice(0, -1) : data;
    const other = wanted === "" ? null : deviceByName(step, dev.netns, wanted);
    if (wanted !== "" && other === null) return refused("ENOENT");
    return setBridgePort(step, dev.ref, { backupPort: other?.ifindex ?? 0 });
  }
  const value = parseValue(data);
  return typeof value === "number" ? setBridgePort(step, dev.ref, PORT[name]!.store!(value)) : value;
}
