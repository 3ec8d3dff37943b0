/**
 * Tools that enter and make namespaces, and those whose work is nothing here: unshare(1), nsenter(1), su(1), modprobe(8) and its like,
 * sync(1), dmesg(1), udevadm(8), systemctl(1).
 * @source util-linux 2.38.1; kmod 30; systemd 252
 */
import { strerror } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";

async function runAfter(cx: ToolContext, argv: readonly string[]): Promise<number> {
  const words = argv.length > 0 ? argv : [cx.env.get("SHELL") ?? "/bin/sh"];
  const errno = cx.missing(words[0]!);
  if (errno === null) return cx.exec(words);
  cx.err(`${cx.argv[0]}: failed to execute ${words[0]}: ${strerror(errno)}\n`);
  return errno === "ENOENT" ? 127 : 126;
}

/** Namespaces other than the network's are the one that there is. */
export const unshare: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "nmpfurcUiCT",
    long: {
      net: "net=?",
      mount: "mount=?",
      pid: "pid=?",
      fork: "f",
      uts: "uts=?",
      ipc: "ipc=?",
      user: "user=?",
      "map-root-user": "r",
      "map-current-user": "c",
      "mount-proc": "mount-proc=?",
      "kill-child": "kill-child=?",
      propagation: "propagation=",
    },
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  if (parsed.has("n") || parsed.has("net")) {
    const made = cx.request("UNSHARE_NET", { pid: cx.pid });
    if (!made.ok) {
      cx.err(`unshare: unshare failed: ${strerror(made.errno)}\n`);
      return 1;
    }
    cx.process.netns = made.value.netns;
    const path = parsed.given.findLast(([name]) => name === "net")?.[1] || undefined;
    const mounted = path === undefined ? null : keepNetns(cx, path);
    if (mounted?.ok === false) {
      cx.err(`unshare: mount /proc/${cx.pid}/ns/net on ${path} failed: ${strerror(mounted.errno)}\n`);
      return 1;
    }
  }
  return runAfter(cx, parsed.operands);
};

/** `unshare --net=FILE`: the file holds the namespace from now on. */
function keepNetns(cx: ToolContext, path: string): Result<null> {
  const { process } = cx;
  const { files } = process.userland;
  const onto = files.ask(process, "FILE_STAT", path, {});
  if (!onto.ok) return onto;
  return files.ask(process, "NETNS_MOUNT", path, { source: `/proc/${cx.pid}/ns/net` });
}

/** `-n/run/netns/blue`, `--net=FILE`. Given with `=` and nothing behind it, it is a file without a name. */
function namedFile({ given }: Options): string | undefined {
  return given.findLast(([letter]) => letter === "n")?.[1] || undefined;
}

export const nsenter: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "aFeZ",
    values: "tSG",
    optional: "nmpuiUCTrw",
    long: {
      target: "t",
      all: "a",
      net: "n",
      mount: "m",
      pid: "p",
      uts: "u",
      ipc: "i",
      user: "U",
      cgroup: "C",
      time: "T",
      root: "r",
      wd: "w",
      setuid: "S",
      setgid: "G",
      "preserve-credentials": "preserve-credentials",
      "no-fork": "F",
    },
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  const target = parsed.value("t");
  if (target !== undefined && !/^[ \t]*[-+]?\d+$/.test(target)) {
    cx.err(`nsenter: failed to parse pid: '${target}'\n`);
    return 1;
  }
  const named = namedFile(parsed);
  if (named !== undefined || parsed.has("n") || parsed.has("a")) {
    if (named === undefined && target === undefined) {
      if (parsed.has("a")) return usageError(cx, "no target PID specified for --all");
      cx.err("nsenter: neither filename nor target pid supplied for ns/net\n");
      return 1;
    }
    const path = named ?? `/proc/${Number(target)}/ns/net`;
    const { process } = cx;
    const found = process.userland.files.ask(process, "NETNS_OF_FILE", path, {});
    if (!found.ok) {
      const what =
        found.errno === "EINVAL" ? "reassociate to namespace 'ns/net' failed" : `cannot open ${path}`;
      cx.err(`nsenter: ${what}: ${strerror(found.errno)}\n`);
      return 1;
    }
    const { netns } = found.value;
    cx.request("SETNS", { pid: cx.pid, netns });
    process.netns = netns;
  }
  return runAfter(cx, parsed.operands);
};

export const su: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "lmp-",
    values: "csgG",
    long: { command: "c", login: "l", shell: "s", "preserve-environment": "p" },
  });
  if (parsed === null) return 1;
  const [user, ...args] = parsed.operands.filter((word) => word !== "-");
  if (user !== undefined && user !== "root") {
    cx.err(`su: user ${user} does not exist or the user entry does not contain all the required fields\n`);
    return 1;
  }
  const command = parsed.value("c");
  return cx.exec(["bash", ...(command === undefined ? [] : ["-c", command]), ...args]);
};

/** What the kernel of the simulation has built in, or will have. */
const MODULES: ReadonlySet<string> = new Set(
  "8021q act_mirred bonding br_netfilter bridge cls_u32 dummy gre ifb ip6_tables ip_tables ipip iptable_filter iptable_nat ipvlan macvlan netem nf_conntrack nf_nat nf_tables sch_fq sch_htb sch_netem sch_tbf sit tap tun veth vrf vxlan wireguard xt_conntrack".split(
    " ",
  ),
);

/** What an option of modprobe(8), insmod(8) or rmmod(8) asks for. */
function moduleOptions(cx: ToolContext): Options | null {
  return parseOptions(cx, {
    flags: "raqvnsfw",
    long: {
      remove: "r",
      quiet: "q",
      all: "a",
      verbose: "v",
      "dry-run": "n",
      show: "n",
      "first-time": "first-time",
      force: "f",
      syslog: "s",
    },
  });
}

export const modprobe: Tool = (cx) => {
  const parsed = moduleOptions(cx);
  if (parsed === null) return 1;
  const removes = parsed.has("r");
  const [first] = parsed.operands;
  if (first === undefined) {
    cx.err("modprobe: ERROR: missing parameters. See -h.\n");
    return 1;
  }
  // Without -a or -r what follows the name are parameters.
  let status = 0;
  for (const name of removes || parsed.has("a") ? parsed.operands : [first]) {
    if (!MODULES.has(name.replaceAll("-", "_"))) {
      if (!parsed.has("q"))
        cx.err(`modprobe: FATAL: Module ${name} not found in directory /lib/modules/6.18.0\n`);
      status = 1;
    } else if (name === "veth" && !parsed.has("n")) cx.request("MODULE_LOAD", { veth: !removes });
  }
  return status;
};

export const insmod: Tool = modprobe;

export const rmmod: Tool = (cx) => {
  const parsed = moduleOptions(cx);
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) {
    cx.err("rmmod: ERROR: missing module name.\n");
    return 1;
  }
  let status = 0;
  for (const name of parsed.operands) {
    const loaded = cx.request("MODULE_LOADED", {});
    const isVeth = name === "veth";
    if (isVeth && loaded.ok && loaded.value.veth) cx.request("MODULE_LOAD", { veth: false });
    else if (isVeth || !MODULES.has(name)) {
      cx.err(`rmmod: ERROR: Module ${name} is not currently loaded\n`);
      status = 1;
    }
  }
  return status;
};

export const lsmod: Tool = (cx) => {
  cx.out("Module                  Size  Used by\n");
  const loaded = cx.request("MODULE_LOADED", {});
  if (loaded.ok && loaded.value.veth) cx.out("veth                   45056  0\n");
  return 0;
};

/** Nothing is there to be written, logged, told or waited for. */
export const sync: Tool = () => 0;
export const dmesg: Tool = () => 0;
export const udevadm: Tool = () => 0;

export const systemctl: Tool = (cx) => {
  cx.err(
    "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n",
  );
  return 1;
};
