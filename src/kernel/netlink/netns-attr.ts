/** Namespaces as requests name them: by an open file, by a process, by an id. */
import { granted, type Result, refused } from "../../core/result.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import { processOf } from "../globals.ts";
import type { Asking } from "./asking.ts";
import type { Attr } from "./parse.ts";

/** A descriptor that the socket's owner did not declare is none of a namespace. @source net/core/net_namespace.c, get_net_ns_by_fd() */
export function netnsByFd(ask: Asking, fd: number): Result<NetnsRef> {
  const netns = ask.socket.fds.get(fd | 0);
  return netns === undefined ? refused("EBADF") : granted(netns);
}

/** @source get_net_ns_by_pid() */
export function netnsByPid(ask: Asking, pid: number): Result<NetnsRef> {
  const found = processOf(ask.step, pid);
  return found === null ? refused("ESRCH") : granted(found.process.netns);
}

/** @source get_net_ns_by_id() */
export function netnsById(ask: Asking, nsid: number): NetnsRef | null {
  return ask.step.cells.get(ask.netns).nsids.find((entry) => entry.nsid === nsid)?.netns ?? null;
}

/** Where a device is to go; undefined: nothing is said. @source net/core/rtnetlink.c, rtnl_link_get_net() */
export function netnsOf(
  ask: Asking,
  pid: Attr | undefined,
  fd: Attr | undefined,
): Result<NetnsRef | undefined> {
  if (pid !== undefined) return netnsByPid(ask, pid.u32);
  return fd === undefined ? granted(undefined) : netnsByFd(ask, fd.u32);
}
