/** `bridge link`: the ports of bridges. @source iproute2 6.1.0, bridge/link.c */

import type { BridgePortAttrs } from "../../../events/bridge-requests.ts";
import type { LinkInfo } from "../../../events/requests.ts";
import { type Args, isPrefixOf } from "../ip/args.ts";
import { takeOnOff } from "../ip/link-bridge.ts";
import { putPortState, putSwitch } from "../ip/link-bridge-print.ts";
import { asBridgeTells, putFlags, putPeer } from "../ip/link-print.ts";
import type { Printer } from "../ip/print.ts";
import type { Session } from "../ip/session.ts";
import { atoi, needDevice, talk } from "./talk.ts";
import { usage } from "./usage.ts";

const BRIDGE_FLAGS_MASTER = 1;
const BRIDGE_FLAGS_SELF = 2;
const PORT_STATES = ["disabled", "listening", "learning", "forwarding", "blocking"];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Switch = {
  [K in keyof BridgePortAttrs]-?: boolean extends BridgePortAttrs[K] ? K : never;
}[keyof BridgePortAttrs];

/** Switches, none of which may be shortened; null: the kernel reads it from hardware alone. */
const SWITCHES: ReadonlyMap<string, Switch | null> = new Map<string, Switch | null>([
  ["guard", "guard"],
  ["hairpin", "hairpin"],
  ["fastleave", "fastLeave"],
  ["root_block", "rootBlock"],
  ["learning", "learning"],
  ["learning_sync", null],
  ["flood", "flood"],
  ["mcast_flood", "mcastFlood"],
  ["bcast_flood", "bcastFlood"],
  ["mcast_to_unicast", "mcastToUnicast"],
  ["neigh_suppress", "neighSuppress"],
  ["vlan_tunnel", "vlanTunnel"],
  ["isolated", "isolated"],
  ["locked", "locked"],
]);

// ---------------------------------------------------------------------------------------------- showing

/** A port, as a dump or a notification tells of it; of a plain notification of a link there is no port. */
export function putPort(s: Session, p: Printer, told: LinkInfo, isOfBridge: boolean): void {
  const link = isOfBridge ? asBridgeTells(told) : told;
  p.object();
  p.put("ifindex", link.ifindex, `${link.ifindex}: `);
  const peer = putPeer(s, p, link);
  p.put("ifname", link.ifname, `${link.ifname}${peer.suffix}: `, "ifname");
  putFlags(p, link, peer);
  p.put("mtu", link.mtu, `mtu ${link.mtu} `);
  if (link.master !== undefined && link.master !== null) {
    const master = s.nameOf(link.master);
    p.put("master", master, `master ${master} `);
  }
  if (isOfBridge) putPortAttrs(s, p, link);
  p.text("\n");
  p.close();
}

function putPortAttrs(s: Session, p: Printer, { bridgePort: port }: LinkInfo): void {
  if (port === undefined) return;
  putPortState(p, port.state);
  p.put("priority", port.priority, `priority ${port.priority} `);
  p.put("cost", port.cost, `cost ${port.cost} `);
  if (s.options.details === 0) return;
  p.text(`${p.lineBreak}    `);
  putSwitch(p, "hairpin", port.hairpin);
  putSwitch(p, "guard", port.guard);
  putSwitch(p, "root_block", port.rootBlock);
  putSwitch(p, "fastleave", port.fastLeave);
  putSwitch(p, "learning", port.learning);
  putSwitch(p, "flood", port.flood);
  putSwitch(p, "mcast_flood", port.mcastFlood);
  putSwitch(p, "bcast_flood", port.bcastFlood);
  p.put("mcast_router", port.multicastRouter, `mcast_router ${port.multicastRouter} `);
  putSwitch(p, "mcast_to_unicast", port.mcastToUnicast);
  putSwitch(p, "neigh_suppress", port.neighSuppress);
  putSwitch(p, "vlan_tunnel", port.vlanTunnel);
  if (port.backupPort !== 0) {
    const name = s.nameOf(port.backupPort);
    p.put("backup_port", name, `backup_port ${name} `);
  }
  putSwitch(p, "isolated", port.isolated);
  putSwitch(p, "locked", port.locked);
}

function show(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let dev: string | null = null;
  while (!args.isEmpty) {
    if (args.take() !== "dev") continue; // any other word is passed over
    const name = args.value();
    if (dev !== null) args.duplicate("dev", name);
    dev = name;
  }
  const ifindex = dev === null ? 0 : needDevice(s, dev);
  const ports = s.dumpLinks().filter((link) => link.bridgePort !== undefined);
  s.print((p) => {
    for (const link of ports) if (ifindex === 0 || link.ifindex === ifindex) putPort(s, p, link, true);
  });
}

// ---------------------------------------------------------------------------------------------- setting

interface Words {
  dev: string | null;
  flags: number;
  hasMode: boolean;
  readonly port: Mutable<BridgePortAttrs>;
}

function takeState(s: Session, text: string): number {
  if (/^\s*[-+]?\d+$/.test(text)) return (Number(text) << 24) >> 24;
  const state = PORT_STATES.indexOf(text);
  return state >= 0 ? state : s.fail("Error: invalid STP port state\n", 255);
}

function takeMode(s: Session, args: Args, w: Words): void {
  w.flags = BRIDGE_FLAGS_SELF;
  w.hasMode = true;
  const mode = args.value();
  if (mode !== "vepa" && mode !== "veb") s.fail('Mode argument must be "vepa" or "veb".\n', 255);
}

function takeNumber(args: Args, word: string, port: Mutable<BridgePortAttrs>): void {
  const value = atoi(args.value());
  const short = (value << 16) >> 16;
  const octet = (value << 24) >> 24;
  if (word === "cost" && value !== 0) port.cost = value >>> 0;
  if (word === "priority" && short >= 0) port.priority = short;
  if (word === "mcast_router" && octet >= 0) port.multicastRouter = octet;
}

function takeWord(s: Session, args: Args, word: string, w: Words): void {
  const toggle = SWITCHES.get(word);
  if (toggle !== undefined) {
    // The tool ends with the number of the error.
    const isOn = takeOnOff(s, args, word, 256 - 22);
    if (toggle !== null) w.port[toggle] = isOn;
  } else if (word === "dev") w.dev = args.value();
  else if (word === "cost" || word === "priority" || word === "mcast_router") takeNumber(args, word, w.port);
  else if (word === "state") {
    const state = takeState(s, args.value());
    if (state >= 0) w.port.state = state;
  } else if (word === "hwmode") takeMode(s, args, w);
  else if (word === "self") w.flags |= BRIDGE_FLAGS_SELF;
  else if (word === "master") w.flags |= BRIDGE_FLAGS_MASTER;
  else if (word === "backup_port") {
    const name = args.value();
    w.port.backupPort = s.findIndex(name) ?? s.fail(`Error: device ${name} does not exist\n`, 255);
  } else if (word === "nobackup_port") w.port.backupPort = 0;
  else usage(s, "link");
}

function set(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  const w: Words = { dev: null, flags: 0, hasMode: false, port: {} };
  while (!args.isEmpty) takeWord(s, args, args.take(), w);
  if (w.dev === null) s.fail("Device is a required argument.\n", 255);
  const ifindex = needDevice(s, w.dev, "bridge device");
  talk(s, "RTM_SETLINK_BRIDGE", { ifindex, port: w.port, flags: w.flags });
}

export function link(s: Session, words: readonly string[]): void {
  s.dumpLinks(); // ll_init_map()
  const [word, ...rest] = words;
  if (word === undefined) show(s, []);
  else if (isPrefixOf(word, "set") || isPrefixOf(word, "change")) set(s, rest);
  else if (isPrefixOf(word, "show") || isPrefixOf(word, "lst") || isPrefixOf(word, "list")) show(s, rest);
  else if (isPrefixOf(word, "help")) usage(s, "link");
  else s.exit(`Command "${word}" is unknown, try "bridge link help".\n`);
}
