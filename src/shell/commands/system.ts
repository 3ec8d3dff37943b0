/**
 * Tools that tell of the system and the user: id(1), whoami(1), uname(1), hostname(1), nproc(1), tty(1).
 * @source coreutils 9.1; hostname 3.23
 */
import { IFF_LOOPBACK, IFF_UP, RT_SCOPE_LINK } from "../../events/netlink.ts";
import { pathOf } from "../run/external.ts";
import type { Tool } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";

const HOSTNAME = "vethsim";

export const id: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "ugGnr",
    long: { user: "u", group: "g", groups: "G", name: "n", real: "r" },
  });
  if (parsed === null) return 1;
  const isOne = ["u", "g", "G"].some(parsed.has);
  cx.out(isOne ? (parsed.has("n") ? "root\n" : "0\n") : "uid=0(root) gid=0(root) groups=0(root)\n");
  return 0;
};

export const whoami: Tool = (cx) => {
  const [, extra] = cx.argv;
  if (extra !== undefined && !extra.startsWith("-"))
    return usageError(cx, `extra operand ${quote(cx, extra)}`);
  cx.out("root\n");
  return 0;
};

/** The kernel that everything is compared with. */
const RELEASE = "6.18.0";

export const uname: Tool = (cx) => {
  const long = {
    all: "a",
    "kernel-name": "s",
    nodename: "n",
    "kernel-release": "r",
    "kernel-version": "v",
    machine: "m",
    processor: "p",
    "operating-system": "o",
  };
  const parsed = parseOptions(cx, { flags: "asnrvmpio", long });
  if (parsed === null) return 1;
  if (parsed.operands.length > 0) return usageError(cx, `extra operand ${quote(cx, parsed.operands[0]!)}`);
  const values: readonly (readonly [string, string])[] = [
    ["s", "Linux"],
    ["n", HOSTNAME],
    ["r", RELEASE],
    ["v", "#1 SMP PREEMPT_DYNAMIC"],
    ["m", "x86_64"],
    ["o", "GNU/Linux"],
  ];
  const wanted = values.filter(([letter]) => parsed.has(letter) || parsed.has("a"));
  if (parsed.has("p") || parsed.has("i")) wanted.push(["p", "unknown"]);
  cx.out(`${(wanted.length > 0 ? wanted : values.slice(0, 1)).map(([, value]) => value).join(" ")}\n`);
  return 0;
};

/** Addresses of devices that are up, without those of the loopback and IPv6 ones of the link. @source hostname.c, show_name() */
function allAddresses(cx: Parameters<Tool>[0]): string[] {
  const links = cx.request("RTM_GETLINK_DUMP", {});
  const addresses = cx.request("RTM_GETADDR", {});
  if (!links.ok || !addresses.ok) return [];
  const shown = links.value.filter(({ flags }) => (flags & (IFF_UP | IFF_LOOPBACK)) === IFF_UP);
  const indexes = new Set(shown.map(({ ifindex }) => ifindex));
  return addresses.value
    .filter(({ family, scope }) => family === "inet" || scope !== RT_SCOPE_LINK)
    .filter(({ ifindex }) => indexes.has(ifindex))
    .map(({ local }) => local);
}

export const hostname: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "sfdiIA",
    long: { short: "s", fqdn: "f", long: "f", "ip-address": "i", "all-ip-addresses": "I" },
  });
  if (parsed === null) return 4;
  if (parsed.operands.length > 0) {
    cx.err("hostname: you must be root to change the host name\n");
    return 1;
  }
  if (parsed.has("d")) cx.out("\n");
  else if (parsed.has("i")) cx.out("127.0.1.1\n");
  else if (parsed.has("I")) {
    const shown = allAddresses(cx).map((address) => `${address} `);
    cx.out(`${shown.join("")}\n`);
  } else cx.out(`${HOSTNAME}\n`);
  return 0;
};

export const nproc: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "", long: { all: "all", ignore: "ignore=" } });
  if (parsed === null) return 1;
  const [extra] = parsed.operands;
  if (extra !== undefined) return usageError(cx, `extra operand ${quote(cx, extra)}`);
  cx.out("1\n");
  return 0;
};

/** logger(1): there is no system log to write to. */
export const logger: Tool = () => 0;

export const tty: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "s", long: { silent: "s", quiet: "s" } });
  if (parsed === null) return 2;
  if (parsed.has("s")) return cx.process.fds.get(0)?.isTerminal === true ? 0 : 1;
  cx.out("not a tty\n");
  return 1;
};

/** which(1) of debianutils. */
export const which: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "as" });
  if (parsed === null) return 2;
  let status = parsed.operands.length === 0 ? 1 : 0;
  for (const name of parsed.operands) {
    const path = pathOf(cx.process, name, cx.env.get("PATH"));
    if (path === null) status = 1;
    else if (!parsed.has("s")) cx.out(`${path}\n`);
  }
  return status;
};
