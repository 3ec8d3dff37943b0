/**
 * The file system: /proc, /sys and /run/netns generated when read, everything else plain files of the run.
 */

import { NAME_SERVER } from "../core/name-server.ts";
import { joinedText, octetLength } from "../core/octets.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { FileStat } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { globals, updateGlobals } from "./globals.ts";
import { procMode, procRead, procReaddir, procType, procWrite } from "./proc-files.ts";
import { sysfsRead, sysfsReaddir, sysfsType, sysfsWrite } from "./sysfs.ts";

const NETNS_RUN = "/run/netns";
/** Files and directories of a fresh run. */
export const INITIAL_FILES: Readonly<Record<string, string | null>> = Object.freeze({
  "/": null,
  "/etc": null,
  "/etc/hosts": "127.0.0.1\tlocalhost\n",
  "/etc/hostname": "vethsim\n",
  "/etc/netns": null,
  "/etc/resolv.conf": `nameserver ${NAME_SERVER}\n`,
  "/root": null,
  "/run": null,
  "/tmp": null,
  "/usr": null,
  "/var": null,
  "/var/run": null,
});

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

function isIn(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** `/var/run` is `/run`. */
function plain(path: string): string {
  return isIn(path, "/var/run") ? path.slice(4) : path;
}

function typeOf(step: StepContext, netns: NetnsRef, path: string): "file" | "dir" | null {
  if (isIn(path, "/proc")) return procType(step, netns, path);
  if (isIn(path, "/sys")) return sysfsType(step, netns, path);
  const { files, netnsNames } = globals(step);
  if (path === NETNS_RUN) return "dir";
  if (parentOf(path) === NETNS_RUN)
    return netnsNames.some((entry) => `${NETNS_RUN}/${entry.name}` === path) ? "file" : null;
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  return file === undefined ? null : file === null ? "dir" : "file";
}

export function fileRead(step: StepContext, netns: NetnsRef, given: string): Result<string> {
  const path = plain(given);
  if (isIn(path, "/proc")) return procRead(step, netns, path);
  if (isIn(path, "/sys")) return sysfsRead(step, netns, path);
  const type = typeOf(step, netns, path);
  if (type === null) return refused(missing(step, netns, path));
  if (type === "dir") return refused("EISDIR");
  // Appended in parts, a character may stand in two halves.
  return granted(joinedText(globals(step).files[path] ?? ""));
}

/** ENOTDIR if a part of the way is a file, else ENOENT. */
function missing(step: StepContext, netns: NetnsRef, path: string): "ENOENT" | "ENOTDIR" {
  for (let at = parentOf(path); at !== "/"; at = parentOf(at))
    if (typeOf(step, netns, at) === "file") return "ENOTDIR";
  return "ENOENT";
}

export function fileWrite(
  step: StepContext,
  netns: NetnsRef,
  given: string,
  data: string,
  append: boolean,
): Result<null> {
  const path = plain(given);
  if (isIn(path, "/proc")) return procWrite(step, netns, path, data);
  if (isIn(path, "/sys")) return sysfsWrite(step, netns, path, data);
  if (typeOf(step, netns, path) === "dir") return refused("EISDIR");
  if (typeOf(step, netns, parentOf(path)) !== "dir") return refused(missing(step, netns, path));
  const before = append ? (globals(step).files[path] ?? "") : "";
  setFile(step, path, before + data);
  return DONE;
}

function setFile(step: StepContext, path: string, content: string | null): void {
  updateGlobals(step, (g) => {
    g.files = { ...globals(step).files, [path]: content };
  });
}

export function fileStat(step: StepContext, netns: NetnsRef, given: string): Result<FileStat> {
  const path = plain(given);
  const type = typeOf(step, netns, path);
  if (type === null) return refused(missing(step, netns, path));
  const content = globals(step).files[path];
  return granted({
    type,
    size: typeof content === "string" ? octetLength(content) : 0,
    mode: type === "dir" ? 0o755 : isIn(path, "/proc") ? procMode(step, netns, path) : 0o644,
  });
}

/** By octets, as `LC_ALL=C` sorts. */
function sortedNames(names: Iterable<string>): string[] {
  return [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

export function fileReaddir(step: StepContext, netns: NetnsRef, given: string): Result<readonly string[]> {
  const path = plain(given);
  if (isIn(path, "/proc") || isIn(path, "/sys")) {
    const names = isIn(path, "/proc") ? procReaddir(step, netns, path) : sysfsReaddir(step, netns, path);
    return names.ok ? granted(sortedNames(names.value)) : names;
  }
  const type = typeOf(step, netns, path);
  if (type === null) return refused(missing(step, netns, path));
  if (type === "file") return refused("ENOTDIR");
  const { files, netnsNames } = globals(step);
  if (path === NETNS_RUN) return granted(sortedNames(netnsNames.map((entry) => entry.name)));
  const prefix = path === "/" ? "/" : `${path}/`;
  const names = new Set<string>();
  for (const file of Object.keys(files))
    if (file !== "/" && file.startsWith(prefix)) names.add(file.slice(prefix.length).split("/")[0]!);
  if (path === "/") for (const name of ["proc", "sys"]) names.add(name);
  if (path === "/run") names.add("netns");
  return granted(sortedNames(names));
}

export function fileMkdir(step: StepContext, netns: NetnsRef, given: string): Result<null> {
  const path = plain(given);
  if (typeOf(step, netns, path) !== null) return refused("EEXIST");
  if (typeOf(step, netns, parentOf(path)) !== "dir") return refused(missing(step, netns, path));
  if (isIn(path, "/proc") || isIn(path, "/sys")) return refused("ENOENT");
  setFile(step, path, null);
  return DONE;
}

export function fileRemove(step: StepContext, netns: NetnsRef, given: string, isDir: boolean): Result<null> {
  const path = plain(given);
  const type = typeOf(step, netns, path);
  if (type === null) return refused(missing(step, netns, path));
  if (isIn(path, "/proc") || isIn(path, "/sys")) return refused("EPERM");
  if (isIn(path, NETNS_RUN)) return refused("EBUSY");
  if (isDir !== (type === "dir")) return refused(isDir ? "ENOTDIR" : "EISDIR");
  const { files } = globals(step);
  if (isDir && Object.keys(files).some((file) => file.startsWith(`${path}/`))) return refused("ENOTEMPTY");
  const { [path]: _, ...rest } = files;
  updateGlobals(step, (g) => {
    g.files = rest;
  });
  return DONE;
}

export function fileRename(step: StepContext, netns: NetnsRef, from: string, to: string): Result<null> {
  const content = fileRead(step, netns, from);
  if (!content.ok) return content;
  const written = fileWrite(step, netns, to, content.value, false);
  return written.ok ? fileRemove(step, netns, from, false) : written;
}
