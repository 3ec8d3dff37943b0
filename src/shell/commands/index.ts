/**
 * The external commands by name. Each is loaded when it is first called, so that a script pays for none but those it uses;
 * waiting for the loader keeps the baton.
 */
import type { Command } from "../host.ts";
import { type Tool, tool } from "../tool.ts";

/** A command that is loaded on its first call. */
export function lazy(load: () => Promise<Command>): Command {
  return async (cx) => (await load())(cx);
}

/** Tools of one module, under the names that they are exported by. */
function tools<M extends Record<string, unknown>>(
  load: () => Promise<M>,
  names: readonly (keyof M & string)[],
): [string, Command][] {
  return names.map((name) => [name, tool(async () => (await load())[name] as Tool)]);
}

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["true", () => 0],
  ["false", () => 1],
  ["sleep", lazy(async () => (await import("./sleep.ts")).sleep)],
  ["ip", lazy(async () => (await import("./ip/index.ts")).ip)],
  ["brctl", lazy(async () => (await import("./brctl.ts")).brctl)],
  ["bridge", lazy(async () => (await import("./bridge/index.ts")).bridge)],
  ["arp", lazy(async () => (await import("./arp.ts")).arp)],
  ["ethtool", lazy(async () => (await import("./ethtool.ts")).ethtool)],
  ["ifconfig", lazy(async () => (await import("./ifconfig.ts")).ifconfig)],
  ["netstat", lazy(async () => (await import("./netstat.ts")).netstat)],
  ["nstat", lazy(async () => (await import("./nstat.ts")).nstat)],
  ["route", lazy(async () => (await import("./route.ts")).route)],
  ["ss", lazy(async () => (await import("./ss.ts")).ss)],
  ["sysctl", lazy(async () => (await import("./sysctl.ts")).sysctl)],
  ...tools(() => import("./cat.ts"), ["cat"]),
  ...tools(() => import("./file/ls.ts"), ["ls"]),
  ...tools(() => import("./file/stat.ts"), ["stat"]),
  ...tools(() => import("./file/find.ts"), ["find"]),
  ["grep", tool(async () => (await import("./grep.ts")).grep)],
  ["egrep", tool(async () => (await import("./grep.ts")).grep)],
  ["fgrep", tool(async () => (await import("./grep.ts")).grep)],
  ...tools(() => import("./head.ts"), ["head"]),
  ...tools(() => import("./tail.ts"), ["tail"]),
  ...tools(() => import("./wc.ts"), ["wc"]),
  ...tools(() => import("./sort.ts"), ["sort"]),
  ...tools(() => import("./xargs.ts"), ["xargs"]),
  ["getopt", tool(async () => (await import("./getopt-command.ts")).getoptCommand)],
  ...tools(() => import("./date.ts"), ["date"]),
  ...tools(() => import("./jq/index.ts"), ["jq"]),
  ...tools(() => import("./sed.ts"), ["sed"]),
  ...["awk", "mawk"].map((name): [string, Command] => [
    name,
    tool(async () => (await import("./awk.ts")).awk),
  ]),
  ...tools(() => import("./uniq.ts"), ["uniq"]),
  ...tools(() => import("./cut.ts"), ["cut"]),
  ...tools(() => import("./tr.ts"), ["tr"]),
  ...tools(() => import("./paste.ts"), ["paste"]),
  ...tools(() => import("./column.ts"), ["column"]),
  ...tools(() => import("./tee.ts"), ["tee"]),
  ...tools(() => import("./seq.ts"), ["seq", "yes"]),
  ...tools(() => import("./reverse.ts"), ["tac", "rev"]),
  ...tools(() => import("./nl.ts"), ["nl"]),
  ...tools(() => import("./od.ts"), ["od"]),
  ...tools(() => import("./stdbuf.ts"), ["stdbuf"]),
  ...tools(() => import("./fold.ts"), ["fold", "expand", "unexpand"]),
  ...tools(() => import("./comm-join.ts"), ["comm", "join"]),
  ...tools(() => import("./diff.ts"), ["diff"]),
  ...tools(() => import("./xxd.ts"), ["xxd"]),
  ...["hexdump", "hd"].map((name): [string, Command] => [
    name,
    tool(async () => (await import("./hexdump.ts")).hexdump),
  ]),
  ...tools(() => import("./cmp.ts"), ["cmp"]),
  ...tools(() => import("./strings.ts"), ["strings"]),
  ...tools(() => import("./dd.ts"), ["dd"]),
  ...tools(() => import("./file/make.ts"), ["touch", "mkdir", "mkfifo", "ln"]),
  ...tools(() => import("./file/remove.ts"), ["rm", "rmdir"]),
  ...tools(() => import("./file/copy.ts"), ["cp", "mv", "install"]),
  ...tools(() => import("./file/attributes.ts"), ["chmod", "chown", "chgrp"]),
  ...tools(() => import("./file/names.ts"), ["basename", "dirname", "realpath", "readlink", "mktemp"]),
  ...tools(() => import("./bc.ts"), ["bc"]),
  ...tools(() => import("./printenv.ts"), ["printenv"]),
  ...tools(() => import("./factor.ts"), ["factor"]),
  ...tools(() => import("./tsort.ts"), ["tsort"]),
  ...tools(() => import("./shuf-split.ts"), ["shuf", "split", "truncate"]),
  ...tools(() => import("./expr.ts"), ["expr"]),
  ...["base64", "base32"].map((name): [string, Command] => [
    name,
    tool(async () => (await import("./base64.ts")).base64),
  ]),
  ...["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "ck", ""].map((name): [string, Command] => [
    `${name}sum`,
    tool(async () => (await import("./checksum.ts")).checksum),
  ]),
  ...tools(
    () => import("./system.ts"),
    ["id", "whoami", "uname", "hostname", "nproc", "logger", "tty", "which"],
  ),
  ...tools(() => import("./processes.ts"), ["ps", "pgrep", "pkill", "killall", "pidof"]),
  ...tools(
    () => import("./namespaces.ts"),
    [
      "unshare",
      "nsenter",
      "su",
      "modprobe",
      "insmod",
      "rmmod",
      "lsmod",
      "sync",
      "dmesg",
      "udevadm",
      "systemctl",
    ],
  ),
  ...tools(() => import("./mount.ts"), ["mount", "umount"]),
  ...tools(() => import("./wrappers.ts"), ["env", "sudo", "nohup", "timeout"]),
  ...tools(() => import("./wrappers.ts"), ["nice", "setsid", "ionice", "taskset", "chrt"]),
  ...["echo", "printf", "test", "[", "pwd", "kill"].map((name): [string, Command] => [
    name,
    tool(async () => (await import("./builtins-as-files.ts")).builtinAsFile),
  ]),
]);
