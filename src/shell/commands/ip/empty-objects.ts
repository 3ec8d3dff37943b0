/**
 * Objects of `ip` of which a network of veth pairs has none: asked for, they show an empty list; whatever would make one is refused.
 * @source iproute2 6.1.0, recorded
 */

import { isPrefixOf } from "./args.ts";
import { parsePrefix } from "./inet.ts";

import type { Session } from "./session.ts";

export type ObjectCommand = (s: Session, words: readonly string[]) => void;

type Commands = readonly (readonly [words: string, run: ObjectCommand])[];

/** An object whose commands are looked up by the beginning of a word; without one `commands[0]` is meant. */
function object(name: string, commands: Commands, unknownEnd = "."): ObjectCommand {
  return (s, words) => {
    const [word] = words;
    const known = commands.flatMap(([names, run]) => names.split("|").map((one) => [one, run] as const));
    const command = word === undefined ? known[0] : known.find(([one]) => isPrefixOf(word, one));
    if (command !== undefined) command[1](s, words.slice(1));
    else s.exit(`Command "${word}" is unknown, try "ip ${name} help"${unknownEnd}\n`);
  };
}

function unsupported(what: string): ObjectCommand {
  return (s) => s.fail(`ip ${what} is not supported by vethsim\n`, 1);
}

const nothing: ObjectCommand = (s) => s.print(() => {});
/** Prints nothing, not even an empty list. */
const silent: ObjectCommand = () => {};
const notFound: ObjectCommand = (s) => s.refuseErrno("ENOENT");

/** What generic netlink says of a family whose module is not loaded. */
const noFamily: ObjectCommand = (s) => {
  s.err("RTNETLINK answers: No such file or directory\n");
  s.fail("Error talking to the kernel\n", 1);
};

/** `ip nexthop show id 5`, and lists by any other filter. */
const nexthops: ObjectCommand = (s, words) => {
  if (words[0] === "id") notFound(s, words);
  else nothing(s, words);
};

/** Tables of multicast rules: one rule each, which no route of this kind follows. @source net/ipv4/ipmr.c, ipmr_rules_init() */
const multicastRules: ObjectCommand = (s) => {
  const table = s.options.family === "inet6" ? "main" : "default";
  s.print((p) => {
    p.object();
    p.put("priority", 32767, "32767:\t");
    p.put("src", "all", "from all ");
    p.put("table", table, `lookup ${table} `.trimEnd());
    p.text("\n");
    p.close();
  });
};

const vrfs: ObjectCommand = (s) => {
  if (s.options.isJson) nothing(s, []);
  else s.out("Name              Table\n-----------------------\nNo VRF has been configured\n");
};

const noVrf =
  (missing: number, invalid: number): ObjectCommand =>
  (s, words) => {
    if (words.length === 0) s.fail("No VRF name specified\n", missing);
    s.fail("Invalid VRF name\n", invalid);
  };

const mptcpLimits: ObjectCommand = (s) => {
  s.print((p) => {
    p.object();
    p.put("add_addr_accepted", 0, "add_addr_accepted 0 ");
    p.put("subflows", 2, "subflows 2 ");
    p.text("\n");
    p.close();
  });
};

/** One destination is asked for by its address; a list may name a prefix. */
function tcpMetrics(needsAddress: boolean): ObjectCommand {
  return (s, words) => {
    const args = s.args(words);
    let isOne = false;
    while (!args.isEmpty) {
      const word = args.take();
      if (word === "all" || word === "any") continue;
      const text = word === "address" || word === "src" ? args.value() : word;
      const prefix = parsePrefix(text, s.options.family);
      if (prefix === null) s.fail(`Error: any valid prefix is expected rather than "${text}".\n`, 1);
      else isOne = true;
    }
    if (isOne) s.refuseErrno("ESRCH");
    if (needsAddress) s.exit('Error: argument "address" is required\n');
    else nothing(s, []);
  };
}

const SHOW = "show|lst|list";

export const tunnel = object(
  "tunnel",
  [
    [SHOW, nothing],
    ["add", unsupported("tunnel add")],
    ["change", unsupported("tunnel change")],
    ["delete", unsupported("tunnel delete")],
    ["prl", unsupported("tunnel prl")],
    ["6rd", unsupported("tunnel 6rd")],
    ["help", unsupported("tunnel help")],
  ],
  "",
);

export const tuntap = object("tuntap", [
  [SHOW, nothing],
  ["add", unsupported("tuntap add")],
  ["delete", unsupported("tuntap delete")],
  ["help", unsupported("tuntap help")],
]);

export const mroute = object("mroute", [
  [SHOW, nothing],
  ["help", unsupported("mroute help")],
]);

export const mrule = object("mrule", [
  [SHOW, multicastRules],
  ["add", unsupported("mrule add")],
  ["delete", unsupported("mrule delete")],
  ["flush", unsupported("mrule flush")],
  ["help", unsupported("mrule help")],
]);

function xfrmObject(name: string, counts: string): ObjectCommand {
  const writing = ["add", "update", "delete", "deleteall", "flush", "get", "allocspi", "setdefault", "help"];
  return object(`xfrm ${name}`, [
    ["list|show|lst", silent],
    ["count", (s) => s.out(counts)],
    ...writing.map((word) => [word, unsupported(`xfrm ${name} ${word}`)] as const),
  ]);
}

const xfrmState = xfrmObject("state", "\t SAD count 0\n");
const xfrmPolicy = xfrmObject("policy", "\t SPD IN  0 OUT 0 FWD 0\n");

export const xfrm: ObjectCommand = (s, words) => {
  const [word = ""] = words;
  if (isPrefixOf(word, "state")) xfrmState(s, words.slice(1));
  else if (isPrefixOf(word, "policy")) xfrmPolicy(s, words.slice(1));
  else if (isPrefixOf(word, "monitor")) unsupported("xfrm monitor")(s, []);
  else
    s.exit("Usage: ip xfrm XFRM-OBJECT { COMMAND | help }\nwhere  XFRM-OBJECT := state | policy | monitor\n");
};

export const nexthop = object("nexthop", [
  ["list|show|lst", nexthops],
  ["add", unsupported("nexthop add")],
  ["replace", unsupported("nexthop replace")],
  ["delete", notFound],
  ["bucket", nothing],
  ["get", notFound],
  ["flush", (s) => s.out("Nothing to flush\n")],
  ["help", unsupported("nexthop help")],
]);

export const vrf = object("vrf", [
  ["show|lst|list", vrfs],
  ["identify", silent],
  ["pids", noVrf(1, 1)],
  ["exec", noVrf(1, 255)],
  ["help", unsupported("vrf help")],
]);

export const tcpmetrics = object("tcp_metrics", [
  ["list|lst|show", tcpMetrics(false)],
  ["delete", tcpMetrics(true)],
  ["flush", silent],
  ["help", unsupported("tcp_metrics help")],
]);

const mptcpEndpoint = object("mptcp", [
  ["show|list", nothing],
  ["add", unsupported("mptcp endpoint add")],
  ["delete", unsupported("mptcp endpoint delete")],
  ["change", unsupported("mptcp endpoint change")],
  ["flush", silent],
]);

const mptcpLimit = object("mptcp", [
  ["show", mptcpLimits],
  ["set", unsupported("mptcp limits set")],
]);

export const mptcp = object("mptcp", [
  ["help", unsupported("mptcp help")],
  ["endpoint", mptcpEndpoint],
  ["limits", mptcpLimit],
  ["monitor", unsupported("mptcp monitor")],
]);

export const sr = object("sr", [
  ["help", unsupported("sr help")],
  [
    "tunsrc",
    object("sr", [
      ["show", (s) => s.out("tunsrc addr ::\n")],
      ["set", unsupported("sr tunsrc set")],
    ]),
  ],
  [
    "hmac",
    object("sr", [
      ["show", silent],
      ["set", unsupported("sr hmac set")],
    ]),
  ],
]);

const ioamList = (name: string): ObjectCommand =>
  object("ioam", [
    ["show", silent],
    ["add", unsupported(`ioam ${name} add`)],
    ["del", unsupported(`ioam ${name} del`)],
  ]);

export const ioam = object("ioam", [
  ["help", unsupported("ioam help")],
  ["namespace", ioamList("namespace")],
  ["schema", ioamList("schema")],
]);

/** Their kernel modules are loaded by nothing that a simulated machine does. */
export const l2tp = object("l2tp", [
  ["help", unsupported("l2tp help")],
  ["add|show|list|delete", noFamily],
]);
export const fou = object("fou", [
  ["help", unsupported("fou help")],
  ["add|delete|show", noFamily],
]);
export const ila = object("ila", [
  ["help", unsupported("ila help")],
  ["add|delete|list", noFamily],
]);
export const macsec = object("macsec", [
  ["help", unsupported("macsec help")],
  ["show|add|set|delete|offload", noFamily],
]);
