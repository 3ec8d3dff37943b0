/**
 * Names of network namespaces: files under /run/netns, on which namespaces are mounted, and such mounts elsewhere. A symbolic link to
 * /proc/PID/ns/net names a namespace as well, and a plain file is listed, though it names none.
 * @source ip-netns(8); iproute2, ip/ipnetns.c; fs/nsfs.c
 */
import type { Errno } from "../core/errno.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { Netns, type NetnsRef, netnsByNsid, peerNsid, updateNetns } from "../devices/netns.ts";
import { KIND } from "../events/kinds.ts";
import type { BodyOf, NetnsName, NsidInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { globals, MAIN_NETNS, updateGlobals } from "./globals.ts";
import { makeNetns, releaseNetns } from "./namespaces.ts";
import { broadcastToAll } from "./netlink-socket.ts";
import { NETNS_RUN } from "./vfs/generated.ts";
import { make, whoOf } from "./vfs/make.ts";
import { unlinkName } from "./vfs/store.ts";
import { inodeAt, walk, walkTo } from "./vfs/walk.ts";

const ANYBODY = { netns: MAIN_NETNS, process: null };

function tellName(step: StepContext, name: string, isDeleted: boolean): void {
  const message = { object: "netnsName", isDeleted, family: null, body: { name } } as const;
  broadcastToAll(step, globals(step).netnsAll, message);
}

/** The namespace that a name stands for. ENOENT: no such file, or a link to nothing. EINVAL: a file of another kind. */
export function netnsByName(step: StepContext, name: string): Result<NetnsRef> {
  const found = walkTo(step, ANYBODY, `${NETNS_RUN}/${name}`);
  if (!found.ok) return found;
  const ns = found.value.kind === "generated" ? found.value.node.ns : undefined;
  return ns === undefined ? refused("EINVAL") : granted(ns);
}

interface Entry {
  readonly name: string;
  /** Later ones are greater: a cell's number, or one between. */
  readonly order: number;
}

/** Newest first, as tmpfs lists a directory. */
function entries(step: StepContext): readonly Entry[] {
  const dir = walkTo(step, ANYBODY, NETNS_RUN);
  const files: Entry[] = [];
  if (dir.ok && dir.value.kind === "inode")
    for (const [name, ino] of inodeAt(step, dir.value.ino).entries.sorted()) files.push({ name, order: ino });
  return [...globals(step).netnsNames, ...files].sort((a, b) => b.order - a.order);
}

function hasEntry(step: StepContext, name: string): boolean {
  const found = walk(step, ANYBODY, `${NETNS_RUN}/${name}`, false);
  return found.ok && found.value.kind !== "missing";
}

function addName(step: StepContext, name: string, netns: NetnsRef, order: number): void {
  updateGlobals(step, (g) => {
    g.netnsNames = [{ name, netns, order }, ...g.netnsNames];
  });
}

export function netnsAdd(step: StepContext, name: string): Result<{ netns: NetnsRef }> {
  if (hasEntry(step, name)) return refused("EEXIST");
  const netns = makeNetns(step, name);
  addName(step, name, netns, netns);
  tellName(step, name, false);
  return granted({ netns });
}

/** Gives a living namespace a name. EEXIST. */
export function netnsAttach(step: StepContext, name: string, netns: NetnsRef): Result<null> {
  if (hasEntry(step, name)) return refused("EEXIST");
  const newest = entries(step)[0]?.order ?? 0;
  addName(step, name, netns, newest + 0.5);
  hold(step, netns, name);
  tellName(step, name, false);
  return DONE;
}

function hold(step: StepContext, netns: NetnsRef, name: string): void {
  updateNetns(step, netns, (ns) => {
    ns.names = [name, ...ns.names];
  });
  step.record(KIND.netns_new, netns, -1, JSON.stringify({ name }));
}

/** A mount goes: what it was mounted on holds the namespace no more. */
function letGo(step: StepContext, netns: NetnsRef, name: string): void {
  updateNetns(step, netns, (ns) => {
    const at = ns.names.indexOf(name);
    ns.names = ns.names.filter((_, i) => i !== at);
  });
  step.record(KIND.netns_del, netns, -1, JSON.stringify({ name }));
  releaseNetns(step, netns);
}

/** @source netns_delete(): umount2(2), whatever it answers, and unlink(2) */
export function netnsDel(step: StepContext, name: string): Result<null> {
  const path = `${NETNS_RUN}/${name}`;
  const named = globals(step).netnsNames.find((entry) => entry.name === name);
  if (named !== undefined) {
    updateGlobals(step, (g) => {
      g.netnsNames = g.netnsNames.filter((entry) => entry.name !== name);
    });
    tellName(step, name, true);
    letGo(step, named.netns, name);
    return DONE;
  }
  netnsUmount(step, MAIN_NETNS, { path }); // by a link, too: what it leads to is unmounted
  const found = walkTo(step, ANYBODY, path, false);
  if (!found.ok || found.value.kind !== "inode") return refused("ENOENT");
  const { dir, ino } = found.value;
  if (dir === null || inodeAt(step, ino).type === "dir") return refused("EISDIR");
  unlinkName(step, dir, name, ino);
  tellName(step, name, true);
  return DONE;
}

/** Last mounted on a path; null: nothing is. */
function topMount(step: StepContext, path: string): NetnsRef | null {
  return globals(step).nsMounts.findLast((mount) => mount.path === path)?.netns ?? null;
}

/** What a namespace's holder is called: as `ip netns` calls it, or by its path. */
function holderOf(path: string): string {
  return path.startsWith(`${NETNS_RUN}/`) ? path.slice(NETNS_RUN.length + 1) : path;
}

/** mount(2) with MS_BIND of a file that stands for a namespace, onto a file. EINVAL: it stands for none. */
export function netnsMount(
  step: StepContext,
  netns: NetnsRef,
  { path, source, pid }: BodyOf<"NETNS_MOUNT">,
): Result<null> {
  const who = whoOf(step, netns, pid);
  const from = walkTo(step, who, source);
  if (!from.ok) return from;
  const ns = from.value.kind === "generated" ? from.value.node.ns : undefined;
  const onto = walkTo(step, who, path);
  if (!onto.ok) return refused("ENOTDIR");
  const isFile = onto.value.kind === "inode" && inodeAt(step, onto.value.ino).type !== "dir";
  if (ns === undefined || (!isFile && onto.value.kind === "inode")) return refused("EINVAL");
  const at = onto.value.path;
  updateGlobals(step, (g) => {
    g.nsMounts = [...g.nsMounts, { path: at, netns: ns }];
  });
  hold(step, ns, holderOf(at));
  return DONE;
}

/** umount(2). EINVAL: nothing of this kind is mounted there. */
export function netnsUmount(
  step: StepContext,
  netns: NetnsRef,
  { path, pid }: BodyOf<"NETNS_UMOUNT">,
): Result<null> {
  const found = walkTo(step, whoOf(step, netns, pid), path);
  if (!found.ok) return found;
  const at = found.value.path;
  const named = globals(step).netnsNames.find((entry) => `${NETNS_RUN}/${entry.name}` === at);
  if (topMount(step, at) !== null) {
    const last = globals(step).nsMounts.findLastIndex((mount) => mount.path === at);
    const { netns: ns } = globals(step).nsMounts[last]!;
    updateGlobals(step, (g) => {
      g.nsMounts = g.nsMounts.filter((_, i) => i !== last);
    });
    letGo(step, ns, holderOf(at));
    return DONE;
  }
  if (named === undefined) return refused("EINVAL");
  updateGlobals(step, (g) => {
    g.netnsNames = g.netnsNames.filter((entry) => entry.name !== named.name);
  });
  letGo(step, named.netns, named.name);
  // The empty file below the mount comes to light.
  const below = walk(step, ANYBODY, at, false);
  if (below.ok && below.value.kind === "missing") make(step, below.value, "file", 0);
  return DONE;
}

function faultOf(step: StepContext, name: string): { netns: NetnsRef | null; fault: Errno | null } {
  const found = netnsByName(step, name);
  return found.ok ? { netns: found.value, fault: null } : { netns: null, fault: found.errno };
}

export function netnsList(step: StepContext, asking: NetnsRef): NetnsName[] {
  return entries(step).map(({ name }) => {
    const { netns, fault } = faultOf(step, name);
    const isLiving = netns !== null && step.cells.get<unknown>(netns) instanceof Netns;
    return { name, netns, fault, nsid: isLiving ? peerNsid(step, asking, netns) : null };
  });
}

/** The names of a namespace, as `ip netns` knows it. */
export function namesOf(step: StepContext, netns: NetnsRef): string[] {
  return entries(step)
    .map(({ name }) => name)
    .filter((name) => faultOf(step, name).netns === netns);
}

/** @param target an id of another namespace, whose ids are asked for @source rtnl_net_dumpid() */
export function nsidDump(step: StepContext, asking: NetnsRef, target?: number): Result<NsidInfo[]> {
  const of = target === undefined ? asking : netnsByNsid(step, asking, target);
  if (of === null) return refused("EINVAL", "Invalid target network namespace id");
  const ids = step.cells.get(of).nsids.map(({ nsid, netns }) => {
    const current = of === asking ? null : peerNsid(step, asking, netns);
    return {
      nsid,
      names: namesOf(step, netns),
      ...(of === asking ? {} : { currentNsid: current ?? -1 }),
    };
  });
  return granted(ids);
}
