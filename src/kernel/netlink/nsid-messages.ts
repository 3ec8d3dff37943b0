/** RTM_NEWNSID, RTM_GETNSID. @source net/core/net_namespace.c, rtnl_net_newid(), rtnl_net_getid(), rtnl_net_dumpid() */
import { granted, type Refusal, type Result } from "../../core/result.ts";
import { type NetnsRef, peerNsid } from "../../devices/netns.ts";
import type { NetlinkMessage } from "../../wire/netlink/message.ts";
import type { NamedAttr } from "../../wire/netlink/named.ts";
import { RTGENMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType } from "../../wire/netlink/schema.ts";
import { type Asking, type DumpAnswer, dumped, NLM_F_MULTI, reply } from "./asking.ts";
import { netnsByFd, netnsById, netnsByPid } from "./netns-attr.ts";
import { type Attr, type Attrs, attrOf, bad, parseRequest } from "./parse.ts";
import { NETNSA_MAX, NETNSA_POLICY } from "./policies.ts";

const NETNSA_NSID_NOT_ASSIGNED = -1;

function parse(ask: Asking, isStrict: boolean): Attrs | Refusal {
  const strict = isStrict ? { maxtype: NETNSA_MAX, isStrict } : null;
  const parsed = parseRequest(ask.request, RTGENMSG, NETNSA_POLICY, strict, ask.extack);
  return "ok" in parsed ? parsed : parsed.attrs;
}

/** The namespace that a request is about, and the attribute that says so. */
function peerOf(ask: Asking, attrs: Attrs, byId: boolean): Result<{ netns: NetnsRef; attr: Attr }> {
  const pid = attrOf(attrs, "NETNSA_PID");
  const fd = attrOf(attrs, "NETNSA_FD");
  const nsid = byId ? attrOf(attrs, "NETNSA_NSID") : undefined;
  const attr = pid ?? fd ?? nsid;
  if (attr === undefined) return bad("EINVAL", "Peer netns reference is missing", null, ask.extack);
  const id = nsid === attr ? netnsById(ask, attr.s32) : null;
  const found =
    nsid === attr
      ? id === null
        ? bad("ENOENT", null, null, ask.extack)
        : granted(id)
      : attr === pid
        ? netnsByPid(ask, attr.u32)
        : netnsByFd(ask, attr.u32);
  if (!found.ok) return bad(found.errno, "Peer netns reference is invalid", attr, ask.extack);
  return granted({ netns: found.value, attr });
}

export function nsidNew(ask: Asking): Result<readonly NetlinkMessage[]> {
  const attrs = parse(ask, false);
  if ("ok" in attrs) return attrs;
  const nsid = attrOf(attrs, "NETNSA_NSID");
  if (nsid === undefined) return bad("EINVAL", "nsid is missing", null, ask.extack);
  const peer = peerOf(ask, attrs, false);
  if (!peer.ok) return peer;
  const { netns, attr } = peer.value;
  const isKnown = peerNsid(ask.step, ask.netns, netns) !== null;
  const wanted = nsid.s32 < 0 ? NETNSA_NSID_NOT_ASSIGNED : nsid.s32;
  const done = ask.perform(ask.step, ask.netns, "RTM_NEWNSID", { netns, nsid: wanted });
  if (!done.ok) return bad(done.errno, done.extack, isKnown ? attr : nsid, ask.extack);
  return granted([]);
}

function fillNsid(ask: Asking, flags: number, nsid: number, current: number | null): NetlinkMessage {
  const attrs: NamedAttr[] = [["NETNSA_NSID", nsid]];
  if (current !== null) attrs.push(["NETNSA_CURRENT_NSID", current]);
  return reply(ask, "RTM_NEWNSID", flags, { family: 0 }, attrs);
}

/** The namespace whose ids are asked for, where it is another than the asking one. */
function targetOf(ask: Asking, attrs: Attrs, text: string): Result<NetnsRef | null> {
  const target = attrOf(attrs, "NETNSA_TARGET_NSID");
  if (target === undefined) return granted(null);
  const netns = netnsById(ask, target.s32);
  return netns === null ? bad("EINVAL", text, target, ask.extack) : granted(netns);
}

function idOf(ask: Asking, netns: NetnsRef, other: NetnsRef): number {
  return peerNsid(ask.step, netns, other) ?? NETNSA_NSID_NOT_ASSIGNED;
}

export function nsidGet(ask: Asking): Result<readonly NetlinkMessage[]> {
  const attrs = parse(ask, ask.socket.isStrict);
  if ("ok" in attrs) return attrs;
  const known = ["NETNSA_PID", "NETNSA_FD", "NETNSA_NSID", "NETNSA_TARGET_NSID"].map(attrType);
  const odd = [...attrs.values()].find((attr) => !known.includes(attr.type));
  if (ask.socket.isStrict && odd !== undefined)
    return bad("EINVAL", "Unsupported attribute in peer netns getid request", null, ask.extack);
  const peer = peerOf(ask, attrs, true);
  if (!peer.ok) return peer;
  const target = targetOf(ask, attrs, "Target netns reference is invalid");
  if (!target.ok) return target;
  const { netns } = peer.value;
  if (target.value === null) return granted([fillNsid(ask, 0, idOf(ask, ask.netns, netns), null)]);
  return granted([fillNsid(ask, 0, idOf(ask, target.value, netns), idOf(ask, ask.netns, netns))]);
}

export function nsidDump(ask: Asking): DumpAnswer | Refusal {
  // Who is not strict is not even read.
  const attrs: Attrs | Refusal = ask.socket.isStrict ? parse(ask, true) : new Map<number, Attr>();
  if ("ok" in attrs) return attrs;
  const odd = [...attrs.values()].find((attr) => attr.type !== attrType("NETNSA_TARGET_NSID"));
  if (odd !== undefined) return bad("EINVAL", "Unsupported attribute in dump request", odd, ask.extack);
  const target = targetOf(ask, attrs, "Invalid target network namespace id");
  if (!target.ok) return target;
  const { nsids } = ask.step.cells.get(target.value ?? ask.netns);
  return dumped(
    nsids.map(({ nsid, netns }) =>
      fillNsid(ask, NLM_F_MULTI, nsid, target.value === null ? null : idOf(ask, ask.netns, netns)),
    ),
  );
}
