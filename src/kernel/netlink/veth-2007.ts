/**
 * The first interface of veth, of 2007, before rtnetlink learned to make devices: a family of generic netlink. It is there once the
 * driver of that time was loaded (request `VETH_2007`); devices are today's veths in every other way. Unloading it removes every pair.
 * @source "Virtual ethernet tunnel", netdev, June 2007, and its patch for iproute2 (`ip veth add A B`, `ip veth del A`)
 */
import { DONE, granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { IFNAME_MAX_OCTETS } from "../../devices/net-device.ts";
import { deviceByName, devicesOf } from "../../devices/netns.ts";
import type { StepContext } from "../../events/step-context.ts";
import { type NetlinkAttr, type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import { globals, updateGlobals } from "../globals.ts";
import { deleteLink } from "../links.ts";
import type { Asking } from "./asking.ts";
import { type Attr, listAttrs } from "./parse.ts";

export const NETLINK_GENERIC = 16;
const GENL_HDRLEN = 4;
const GENL_ID_CTRL = 16;
/** The first number that is given to a family. */
const VETH_FAMILY = 17;
const VETH_FAMILY_NAME = "veth";

const CTRL_CMD_NEWFAMILY = 1;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_ATTR_FAMILY_ID = 1;
const CTRL_ATTR_FAMILY_NAME = 2;
const CTRL_ATTR_VERSION = 3;
const CTRL_ATTR_HDRSIZE = 4;
const CTRL_ATTR_MAXATTR = 5;

const VETH_CMD_ADD = 1;
const VETH_CMD_DEL = 2;
const VETH_ATTR_DEVNAME = 1;
const VETH_ATTR_PEERNAME = 2;

/** Loads the driver of 2007, or takes it away and every pair with it. */
export function veth2007(step: StepContext, isLoaded: boolean): Result<null> {
  if (!isLoaded)
    for (const netns of globals(step).netnsAll)
      for (const { ref, kind } of devicesOf(step, netns))
        if (kind === "veth" && step.cells.has(ref)) deleteLink(step, ref);
  updateGlobals(step, (g) => {
    g.hasVeth2007 = isLoaded;
  });
  return DONE;
}

/** @source net/netlink/genetlink.c, genl_rcv_msg() */
export function genetlinkReceive(ask: Asking): Result<readonly NetlinkMessage[]> {
  const { request, step } = ask;
  const isVeth = request.type === VETH_FAMILY && globals(step).hasVeth2007;
  if (!isVeth && request.type !== GENL_ID_CTRL) return refused("ENOENT");
  if (request.octets.length < NLMSG_HDRLEN + GENL_HDRLEN) return refused("EINVAL");
  const command = request.octets[NLMSG_HDRLEN]!;
  const from = NLMSG_HDRLEN + GENL_HDRLEN;
  const attrs = new Map(listAttrs(request.octets.subarray(from), from).map((attr) => [attr.type, attr]));
  if (!isVeth) return command === CTRL_CMD_GETFAMILY ? getFamily(ask, attrs) : refused("EOPNOTSUPP");
  if (command === VETH_CMD_ADD) return vethAdd(ask, attrs);
  return command === VETH_CMD_DEL ? vethDel(ask, attrs) : refused("EOPNOTSUPP");
}

type Attrs = ReadonlyMap<number, Attr>;

/** @source ctrl_getfamily(): by number, or by name */
function getFamily(ask: Asking, attrs: Attrs): Result<readonly NetlinkMessage[]> {
  const id = attrs.get(CTRL_ATTR_FAMILY_ID);
  const name = attrs.get(CTRL_ATTR_FAMILY_NAME);
  if (id === undefined && name === undefined) return refused("EINVAL");
  const isIt =
    name === undefined
      ? (id!.octets[0] ?? 0) + 256 * (id!.octets[1] ?? 0) === VETH_FAMILY
      : name.text === VETH_FAMILY_NAME;
  if (!isIt || !globals(ask.step).hasVeth2007) return refused("ENOENT");
  const number = (type: number, value: number, octets: number): NetlinkAttr => ({
    type,
    flags: 0,
    value: Uint8Array.of(value, 0, 0, 0).subarray(0, octets),
  });
  const family: readonly NetlinkAttr[] = [
    { type: CTRL_ATTR_FAMILY_NAME, flags: 0, value: new TextEncoder().encode(`${VETH_FAMILY_NAME}\0`) },
    number(CTRL_ATTR_FAMILY_ID, VETH_FAMILY, 2),
    number(CTRL_ATTR_VERSION, 1, 4),
    number(CTRL_ATTR_HDRSIZE, 0, 4),
    number(CTRL_ATTR_MAXATTR, VETH_ATTR_PEERNAME, 4),
  ];
  const { seq } = ask.request;
  const header = Uint8Array.of(CTRL_CMD_NEWFAMILY, 1, 0, 0);
  return granted([{ type: GENL_ID_CTRL, flags: 0, seq, pid: ask.socket.portId, header, attrs: family }]);
}

function nameOf(attr: Attr | undefined): Result<string> {
  if (attr === undefined) return refused("ENOENT");
  const end = attr.octets.indexOf(0);
  const length = end < 0 ? attr.octets.length : end;
  if (length > IFNAME_MAX_OCTETS) return refused("E2BIG");
  return length === 0 ? refused("EINVAL") : granted(attr.text);
}

/** Both ends or none. */
function vethAdd(ask: Asking, attrs: Attrs): Result<readonly NetlinkMessage[]> {
  const ifname = nameOf(attrs.get(VETH_ATTR_DEVNAME));
  if (!ifname.ok) return ifname;
  const peer = nameOf(attrs.get(VETH_ATTR_PEERNAME));
  if (!peer.ok) return peer;
  const body = { kind: "veth", ifname: ifname.value, peer: { ifname: peer.value } };
  return done(ask.perform(ask.step, ask.netns, "RTM_NEWLINK_ADD", body));
}

function vethDel(ask: Asking, attrs: Attrs): Result<readonly NetlinkMessage[]> {
  const ifname = nameOf(attrs.get(VETH_ATTR_DEVNAME));
  if (!ifname.ok) return ifname;
  const dev = deviceByName(ask.step, ask.netns, ifname.value);
  if (dev === null || dev.kind !== "veth") return refused("ENODEV");
  return done(deleteLink(ask.step, dev.ref));
}

/** The texts of today's refusals did not exist then. */
function done(result: Result<null>): Result<readonly NetlinkMessage[]> {
  const refusal: Refusal | null = result.ok ? null : refused(result.errno);
  return refusal ?? granted([]);
}
