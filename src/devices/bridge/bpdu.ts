/**
 * Bridge protocol data units: what bridges tell each other of the spanning tree.
 * @source net/bridge/br_stp_bpdu.c; IEEE 802.1D-1998 clause 9
 */
import { HZ } from "../../core/timer-wheel.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ETH_HLEN, Frame, OpaquePayload } from "../../wire/frame.ts";
import { readMac, writeMac } from "../../wire/mac.ts";
import type { BridgeId, BridgePort } from "./bridge.ts";

/** Times are in jiffies. @source struct br_config_bpdu */
export interface ConfigBpdu {
  readonly topologyChange: boolean;
  readonly topologyChangeAck: boolean;
  readonly root: BridgeId;
  readonly rootPathCost: number;
  readonly bridge: BridgeId;
  readonly portId: number;
  readonly messageAge: number;
  readonly maxAge: number;
  readonly helloTime: number;
  readonly forwardDelay: number;
}

/** Access point of the spanning tree, and the header of an unnumbered frame to it. @source LLC_SAP_BSPAN */
const LLC_HEADER = [0x42, 0x42, 0x03];
const LLC_LENGTH = LLC_HEADER.length;
const CONFIG_LENGTH = 35;
const TCN_LENGTH = 4;
const TYPE_CONFIG = 0x00;
const TYPE_TCN = 0x80;
const FLAG_TOPOLOGY_CHANGE = 0x01;
const FLAG_TOPOLOGY_CHANGE_ACK = 0x80;
/** Times on the wire are in this many parts of a second. */
const STP_HZ = 256;

/** @source br_send_bpdu() */
function send(step: StepContext, port: BridgePort, data: Uint8Array): void {
  const dev = step.cells.get(port.device);
  const octets = new Uint8Array(LLC_LENGTH + data.length);
  octets.set(LLC_HEADER);
  octets.set(data, LLC_LENGTH);
  const { groupAddress } = step.cells.get(port.bridge);
  step.devQueueXmit(
    dev.ref,
    new Frame(
      step.newFrameId(),
      groupAddress,
      dev.address,
      octets.length,
      new OpaquePayload(octets),
      ETH_HLEN + octets.length,
      null,
    ),
  );
}

export function sendConfigBpdu(step: StepContext, port: BridgePort, bpdu: ConfigBpdu): void {
  send(step, port, encodeConfig(bpdu));
}

export function sendTcnBpdu(step: StepContext, port: BridgePort): void {
  const data = new Uint8Array(TCN_LENGTH);
  data[3] = TYPE_TCN;
  send(step, port, data);
}

export function encodeConfig(bpdu: ConfigBpdu): Uint8Array {
  const data = new Uint8Array(CONFIG_LENGTH);
  const view = new DataView(data.buffer);
  const putId = (at: number, { priority, address }: BridgeId) => {
    view.setUint16(at, priority);
    writeMac(address, data, at + 2);
  };
  const putTime = (at: number, jiffies: number) => view.setUint16(at, Math.floor((STP_HZ * jiffies) / HZ));
  data[4] =
    (bpdu.topologyChange ? FLAG_TOPOLOGY_CHANGE : 0) |
    (bpdu.topologyChangeAck ? FLAG_TOPOLOGY_CHANGE_ACK : 0);
  putId(5, bpdu.root);
  view.setUint32(13, bpdu.rootPathCost);
  putId(17, bpdu.bridge);
  view.setUint16(25, bpdu.portId);
  putTime(27, bpdu.messageAge);
  putTime(29, bpdu.maxAge);
  putTime(31, bpdu.helloTime);
  putTime(33, bpdu.forwardDelay);
  return data;
}

/** Null: it is none, or says nothing that counts. @param octets from the LLC header on @source br_stp_rcv() */
export function decodeBpdu(octets: Uint8Array): ConfigBpdu | "tcn" | null {
  if (LLC_HEADER.some((octet, i) => octets[i] !== octet)) return null;
  const data = octets.subarray(LLC_LENGTH);
  if (data.length < TCN_LENGTH || data[0] !== 0 || data[1] !== 0 || data[2] !== 0) return null;
  if (data[3] === TYPE_TCN) return "tcn";
  if (data[3] !== TYPE_CONFIG || data.length < CONFIG_LENGTH) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const idAt = (at: number): BridgeId => ({ priority: view.getUint16(at), address: readMac(data, at + 2) });
  const timeAt = (at: number) => Math.ceil((view.getUint16(at) * HZ) / STP_HZ);
  const bpdu = {
    topologyChange: (data[4]! & FLAG_TOPOLOGY_CHANGE) !== 0,
    topologyChangeAck: (data[4]! & FLAG_TOPOLOGY_CHANGE_ACK) !== 0,
    root: idAt(5),
    rootPathCost: view.getUint32(13),
    bridge: idAt(17),
    portId: view.getUint16(25),
    messageAge: timeAt(27),
    maxAge: timeAt(29),
    helloTime: timeAt(31),
    forwardDelay: timeAt(33),
  };
  return bpdu.messageAge > bpdu.maxAge ? null : bpdu;
}
