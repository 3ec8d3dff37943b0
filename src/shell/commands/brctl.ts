/**
 * brctl(8) of bridge-utils: reads sysfs, asks by ioctl for what sysfs does not have.
 * @source bridge-utils 1.7.1, brctl/brctl.c, brctl_cmd.c, brctl_disp.c; libbridge
 */
import { strerror } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import type { BridgeAttrs, BridgePortAttrs } from "../../events/bridge-requests.ts";
import { NUD_NOARP, NUD_PERMANENT, NUD_STALE } from "../../events/netlink.ts";
import type { Command } from "../host.ts";
import { Brctl, SYSFS } from "./brctl-asking.ts";
import { showStp, time } from "./brctl-stp.ts";

type Run = (b: Brctl, args: readonly string[]) => number;

// ---------------------------------------------------------------------------------------------- bridges and ports

const addbr: Run = (b, [name]) => {
  const made = b.cx.request("SIOCBRADDBR", { bridge: name!.slice(0, 15) });
  if (made.ok) return 0;
  return made.errno === "EEXIST"
    ? b.fail(`device ${name} already exists; can't create bridge with the same name`)
    : b.fail(`add bridge failed: ${strerror(made.errno)}`);
};

const delbr: Run = (b, [name]) => {
  const gone = b.cx.request("SIOCBRDELBR", { bridge: name!.slice(0, 15) });
  if (gone.ok) return 0;
  if (gone.errno === "ENXIO") return b.fail(`bridge ${name} doesn't exist; can't delete it`);
  if (gone.errno === "EBUSY") return b.fail(`bridge ${name} is still up; can't delete it`);
  return b.fail(`can't delete bridge ${name}: ${strerror(gone.errno)}`);
};

function changePort(b: Brctl, op: "SIOCBRADDIF" | "SIOCBRDELIF", bridge: string, port: string): number {
  const ifindex = b.link(port)?.ifindex;
  const done: Result<null> =
    ifindex === undefined
      ? { ok: false, errno: "ENODEV", extack: null }
      : b.cx.request(op, { bridge: bridge.slice(0, 15), ifindex });
  if (done.ok) return 0;
  const isAdded = op === "SIOCBRADDIF";
  switch (done.errno) {
    case "ENODEV":
      return b.fail(
        ifindex === undefined ? `interface ${port} does not exist!` : `bridge ${bridge} does not exist!`,
      );
    case isAdded ? "EBUSY" : null:
      return b.fail(`device ${port} is already a member of a bridge; can't add it to bridge ${bridge}.`);
    case isAdded ? "ELOOP" : null:
      return b.fail(
        `device ${port} is a bridge device itself; can't add a bridge device to a bridge device.`,
      );
    case isAdded ? null : "EINVAL":
      return b.fail(`device ${port} is not a port of ${bridge}`);
    default:
      return b.fail(
        isAdded
          ? `can't add ${port} to bridge ${bridge}: ${strerror(done.errno)}`
          : `can't delete ${port} from ${bridge}: ${strerror(done.errno)}`,
      );
  }
}

function changePorts(op: "SIOCBRADDIF" | "SIOCBRDELIF"): Run {
  return (b, [bridge, ...ports]) => (ports.some((port) => changePort(b, op, bridge!, port) !== 0) ? 1 : 0);
}

// ---------------------------------------------------------------------------------------------- settings

/** By sysfs, or else by ioctl. */
function setBridge(
  b: Brctl,
  name: string,
  file: string,
  value: number,
  bridgeAttrs: BridgeAttrs,
): Result<unknown> {
  const written = b.write(`${SYSFS}/${name}/bridge/${file}`, value);
  if (written.ok) return written;
  return b.cx.request("SIOCBRPRIVATE", { bridge: name.slice(0, 15), code: "set", bridgeAttrs });
}

/** The file of the port, whichever bridge it has; else by ioctl to the bridge that is named. */
function setPort(
  b: Brctl,
  names: { readonly bridge: string; readonly port: string },
  file: string,
  value: number,
  portAttrs: BridgePortAttrs | null,
): Result<unknown> {
  const written = b.write(`${SYSFS}/${names.port}/brport/${file}`, value);
  if (written.ok) return written;
  const ifindex = b.link(names.port)?.ifindex;
  // What went wrong last is told: without such a device that it is not there, else what the file said.
  if (ifindex === undefined) return { ok: false, errno: "ENODEV", extack: null };
  const bridge = names.bridge.slice(0, 15);
  const ports = b.cx.request("SIOCBRPRIVATE", { bridge, code: "portList" });
  if (!ports.ok) return ports;
  if (!ports.value.includes(ifindex) || portAttrs === null) return written;
  return b.cx.request("SIOCBRPRIVATE", { bridge, code: "setPort", port: names.port, portAttrs });
}

/** Hundredths of a second; null: no number. As sscanf(3) with "%lf" reads it. */
function parseTime(text: string): number | null {
  const match = /^\s*[+]?(\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text);
  return match === null ? null : Math.floor(Number(match[0]) * 100 + 1e-9);
}

/** As sscanf(3) with "%i" reads it; null: no number. */
function parseInteger(text: string): number | null {
  const match = /^\s*[-+]?(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9]\d*))/.exec(text);
  if (match === null) return null;
  const [, hex, octal, decimal] = match;
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal);
}

function parseSwitch(text: string): number | null {
  if (["on", "yes", "1"].includes(text)) return 1;
  return ["off", "no", "0"].includes(text) ? 0 : null;
}

interface Setting {
  readonly file: string;
  readonly parse: (text: string) => number | null;
  readonly attrs: (value: number) => BridgeAttrs;
  readonly bad: string;
  readonly failed: string;
}

function bridgeSetting({ file, parse, attrs, bad, failed }: Setting): Run {
  return (b, [bridge, text]) => {
    const value = parse(text!);
    if (value === null) return b.fail(bad);
    return b.done(setBridge(b, bridge!, file, value, attrs(value)), failed);
  };
}

function portSetting(
  file: string,
  attrs: (value: number) => BridgePortAttrs,
  bad: string,
  failed: string,
): Run {
  return (b, [bridge, port, text]) => {
    const value = parseInteger(text!);
    if (value === null) return b.fail(bad);
    return b.done(setPort(b, { bridge: bridge!, port: port! }, file, value, attrs(value)), failed);
  };
}

const hairpin: Run = (b, [bridge, port, text]) => {
  const value = parseSwitch(text!);
  if (value === null) return b.fail("expect on/off for argument");
  if (b.link(port!) === null) return b.fail(`interface ${port} does not exist!`);
  if (b.link(bridge!) === null) return b.fail(`bridge ${bridge} does not exist!`);
  const done = setPort(b, { bridge: bridge!, port: port! }, "hairpin_mode", value, null);
  return b.done(done, `can't set ${port} to hairpin on bridge ${bridge}`);
};

// ---------------------------------------------------------------------------------------------- showing

const show: Run = (b, names) => {
  let [errors, hasHeading] = [0, false];
  const all = () => b.list(SYSFS).filter((name) => b.isDir(`${SYSFS}/${name}/bridge`));
  for (const name of names.length === 0 ? all() : names) {
    const link = b.bridge(name);
    if (typeof link === "string") {
      errors += b.notBridge(name, link);
      continue;
    }
    if (link.bridge === undefined) continue;
    if (!hasHeading) b.cx.out("bridge name\tbridge id\t\tSTP enabled\tinterfaces\n");
    hasHeading = true;
    const { priority, address } = link.bridge.bridgeId;
    const id = `${priority.toString(16).padStart(4, "0")}.${address.replaceAll(":", "")}`;
    const ports = b.list(`${SYSFS}/${name}/brif`).join("\n\t\t\t\t\t\t\t");
    b.cx.out(`${name}\t\t${id}\t${link.bridge.stpState === 0 ? "no" : "yes"}\t\t${ports}\n`);
  }
  return errors > 0 ? 1 : 0;
};

const showmacs: Run = (b, [name]) => {
  const asked = b.cx.request("SIOCBRPRIVATE", { bridge: name!.slice(0, 15), code: "fdb" });
  if (!asked.ok) return b.fail(`read of forward table failed: ${strerror(asked.errno)}`);
  const bridge = b.link(name!)?.ifindex ?? 0;
  const entries = b.cx.request("RTM_GETFDB_DUMP", { bridge, port: 0 });
  const links = b.cx.request("RTM_GETLINK_DUMP", {});
  const numbers = new Map(
    links.ok ? links.value.map((link) => [link.ifindex, link.bridgePort?.number ?? 0]) : [],
  );
  b.cx.out("port no\tmac addr\t\tis local?\tageing timer\n");
  const shown = (entries.ok ? entries.value : [])
    // The bridge's own are left out, and what is too old.
    .filter((e) => e.master === bridge && e.ifindex !== bridge && (e.state & NUD_STALE) === 0)
    .sort((x, y) => (x.address < y.address ? -1 : 1));
  for (const { ifindex, address, state, updated } of shown) {
    const isStatic = (state & (NUD_PERMANENT | NUD_NOARP)) !== 0;
    const isLocal = (state & NUD_PERMANENT) !== 0 ? "yes" : "no";
    const port = String(numbers.get(ifindex) ?? 0).padStart(3);
    b.cx.out(`${port}\t${address}\t${isLocal}\t\t${time(isStatic ? 0 : (updated ?? 0))}\n`);
  }
  return 0;
};

const showstp: Run = (b, [name]) => {
  const link = b.bridge(name!);
  if (typeof link === "string") return b.notBridge(name!, link);
  const ports = b.list(`${SYSFS}/${name}/brif`).map((port) => b.link(port));
  b.cx.out(
    showStp(
      link,
      ports.filter((port) => port !== null),
    ),
  );
  return 0;
};

// ---------------------------------------------------------------------------------------------- the command line

interface Row {
  readonly name: string;
  readonly args: number;
  readonly help: string;
  readonly run: Run;
}

function row(args: number, name: string, help: string, run: Run): Row {
  return { name, args, help, run };
}

const COMMANDS: readonly Row[] = [
  row(1, "addbr", "<bridge>\t\tadd bridge", addbr),
  row(1, "delbr", "<bridge>\t\tdelete bridge", delbr),
  row(2, "addif", "<bridge> <device>\tadd interface to bridge", changePorts("SIOCBRADDIF")),
  row(2, "delif", "<bridge> <device>\tdelete interface from bridge", changePorts("SIOCBRDELIF")),
  row(3, "hairpin", "<bridge> <port> {on|off}\tturn hairpin on/off", hairpin),
  row(
    2,
    "setageing",
    "<bridge> <time>\t\tset ageing time",
    bridgeSetting({
      file: "ageing_time",
      parse: parseTime,
      attrs: (ageingTime) => ({ ageingTime }),
      bad: "bad ageing time value",
      failed: "set ageing time failed",
    }),
  ),
  row(
    2,
    "setbridgeprio",
    "<bridge> <prio>\t\tset bridge priority",
    bridgeSetting({
      file: "priority",
      parse: parseInteger,
      attrs: (priority) => ({ priority }),
      bad: "bad priority",
      failed: "set bridge priority failed",
    }),
  ),
  row(
    2,
    "setfd",
    "<bridge> <time>\t\tset bridge forward delay",
    bridgeSetting({
      file: "forward_delay",
      parse: parseTime,
      attrs: (forwardDelay) => ({ forwardDelay }),
      bad: "bad forward delay value",
      failed: "set forward delay failed",
    }),
  ),
  row(
    2,
    "sethello",
    "<bridge> <time>\t\tset hello time",
    bridgeSetting({
      file: "hello_time",
      parse: parseTime,
      attrs: (helloTime) => ({ helloTime }),
      bad: "bad hello timer value",
      failed: "set hello timer failed",
    }),
  ),
  row(
    2,
    "setmaxage",
    "<bridge> <time>\t\tset max message age",
    bridgeSetting({
      file: "max_age",
      parse: parseTime,
      attrs: (maxAge) => ({ maxAge }),
      bad: "bad max age value",
      failed: "set max age failed",
    }),
  ),
  row(
    3,
    "setpathcost",
    "<bridge> <port> <cost>\tset path cost",
    portSetting("path_cost", (cost) => ({ cost }), "bad path cost value", "set path cost failed"),
  ),
  row(
    3,
    "setportprio",
    "<bridge> <port> <prio>\tset port priority",
    portSetting(
      "priority",
      (priority) => ({ priority }),
      "bad path priority value",
      "set port priority failed",
    ),
  ),
  row(0, "show", "[ <bridge> ]\t\tshow a list of bridges", show),
  row(1, "showmacs", "<bridge>\t\tshow a list of mac addrs", showmacs),
  row(1, "showstp", "<bridge>\t\tshow bridge stp info", showstp),
  row(
    2,
    "stp",
    "<bridge> {on|off}\tturn stp on/off",
    bridgeSetting({
      file: "stp_state",
      parse: parseSwitch,
      attrs: (stpState) => ({ stpState }),
      bad: "expect on/off for argument",
      failed: "set stp status failed",
    }),
  ),
];

function help(): string {
  const rows = COMMANDS.map((command) => `\t${command.name.padEnd(10)}\t${command.help}\n`);
  return `Usage: brctl [commands]\ncommands:\n${rows.join("")}`;
}

/** An option; null: it is one that is not known. As getopt_long(3) finds it: anywhere in the line. */
function option(word: string): "help" | "version" | null {
  if (word.startsWith("--")) {
    const found = (["help", "version"] as const).find((name) => name.startsWith(word.slice(2)));
    return found ?? null;
  }
  return word[1] === "h" ? "help" : word[1] === "V" ? "version" : null;
}

function run(b: Brctl, words: readonly string[]): number {
  const { cx } = b;
  const end = words.indexOf("--");
  const isOption = (word: string, at: number) =>
    word.length > 1 && word.startsWith("-") && (end < 0 || at < end);
  const given = words.find(isOption);
  if (given !== undefined) {
    const known = option(given);
    if (known === "version") {
      cx.out("bridge-utils, 1.7\n");
      return 0;
    }
    if (known === null) {
      const isLong = given.startsWith("--");
      cx.err(isLong ? `brctl: unrecognized option '${given}'\n` : `brctl: invalid option -- '${given[1]}'\n`);
      cx.err("Unknown option '?'\n");
    }
    cx.out(help());
    return known === null ? 1 : 0;
  }
  const [name, ...args] = words.filter((_word, at) => at !== end);
  if (name === undefined) {
    cx.out(help());
    return 1;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    cx.err(`never heard of command [${name}]\n`);
    cx.out(help());
    return 1;
  }
  if (args.length < command.args) {
    cx.out(`Incorrect number of arguments for command\nUsage: brctl ${name} ${command.help}\n`);
    return 1;
  }
  return command.run(b, args);
}

export const brctl: Command = (cx) => run(new Brctl(cx), cx.argv.slice(1));
