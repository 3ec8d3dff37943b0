/**
 * mount(8) and umount(8) of what network namespaces need: their files onto other files, and a sysfs that shows the devices of one.
 * @source util-linux 2.38.1
 */
import { type Errno, strerror } from "../../core/errno.ts";
import { absolutePath } from "../files.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";

const FAILED = 32;

const AFTER_FAILURE = "       dmesg(1) may have more information after failed mount system call.\n";

function bind(cx: ToolContext, source: string, path: string): number {
  const { process } = cx;
  const { files } = process.userland;
  const fail = (what: string): number => {
    cx.err(`mount: ${path}: ${what}.\n${AFTER_FAILURE}`);
    return FAILED;
  };
  if (!files.ask(process, "FILE_STAT", source, {}).ok)
    return fail(
      files.ask(process, "FILE_STAT", path, {}).ok
        ? `special device ${source} does not exist`
        : "mount point does not exist",
    );
  if (!files.ask(process, "FILE_STAT", path, {}).ok) return fail("mount point does not exist");
  const mounted = files.ask(process, "NETNS_MOUNT", path, { source: absolutePath(process.cwd, source) });
  if (mounted.ok) return 0;
  cx.err(`mount: vethsim mounts no files but those of network namespaces: ${source}\n`);
  return FAILED;
}

/** Mounting again what every machine has mounted changes nothing but whose devices /sys shows. */
function mountKind(cx: ToolContext, type: string, path: string): number {
  const at = path.replace(/(.)\/+$/, "$1");
  if (type === "sysfs" && at === "/sys") cx.request("SYSFS_MOUNT", { pid: cx.pid });
  else if (!(type === "proc" && at === "/proc") && !(type === "tmpfs" && at === "/run/netns")) {
    cx.err(`mount: vethsim does not mount ${type} on ${path}\n`);
    return FAILED;
  }
  return 0;
}

export const mount: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "aBMRnrvwf",
    values: "to",
    long: {
      bind: "B",
      rbind: "R",
      move: "M",
      types: "t",
      options: "o",
      ...Object.fromEntries(
        ["shared", "slave", "private", "unbindable"].flatMap((kind) => [
          [`make-${kind}`, "make"],
          [`make-r${kind}`, "make"],
        ]),
      ),
    },
  });
  if (parsed === null) return 1;
  const [source, path] = parsed.operands;
  if (parsed.has("make")) return 0;
  if (source === undefined) {
    const mounts = cx.process.userland.files.ask(cx.process, "FILE_READ", "/proc/mounts", {});
    if (!mounts.ok) return 1;
    const lines = mounts.value.split("\n").filter((line) => line !== "");
    for (const line of lines) {
      const [what, where, type, options] = line.split(" ");
      cx.out(`${what} on ${where} type ${type} (${options})\n`);
    }
    return 0;
  }
  const options = parsed.value("o")?.split(",") ?? [];
  if (parsed.has("B") || parsed.has("R") || options.includes("bind") || options.includes("rbind"))
    return path === undefined ? usageError(cx, "bad usage") : bind(cx, source, path);
  if (options.includes("remount")) return 0;
  return mountKind(cx, parsed.value("t") ?? "auto", path ?? source);
};

function whyNotUnmounted(errno: Errno): string {
  if (errno === "EINVAL") return "not mounted";
  return errno === "ENOENT" ? "no mount point specified" : strerror(errno);
}

export const umount: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "lfnrvq", long: { lazy: "l", force: "f" } });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "bad usage");
  let status = 0;
  for (const path of parsed.operands) {
    const reply = cx.process.userland.files.ask(cx.process, "NETNS_UMOUNT", path, {});
    if (reply.ok) continue;
    cx.err(`umount: ${path}: ${whyNotUnmounted(reply.errno)}.\n`);
    status = FAILED;
  }
  return status;
};
