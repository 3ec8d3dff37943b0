/**
 * `ip monitor`: prints what changes, as rtnetlink tells it.
 * @source iproute2 6.1.0, ip/ipmonitor.c
 * @differs `file` reads nothing, for there is no rtmon(8)
 */
import { EPOCH_SECONDS } from "../../../core/epoch.ts";
import { strerror } from "../../../core/errno.ts";
import type { NetconfInfo, RtnlMessage, RtnlObject } from "../../../events/rtnl.ts";
import { listenToRtnl } from "../../run/listen.ts";
import type { ToolContext } from "../../tool.ts";
import { putAddress } from "./addr-print.ts";
import { type Args, isPrefixOf } from "./args.ts";
import { putBridgePort, putLink, putLinkBrief } from "./link-print.ts";
import { putBridgeNeigh, putNeigh } from "./neigh-print.ts";
import type { Printer } from "./print.ts";
import { NOTHING_HIDDEN, putRoute } from "./route-print.ts";
import { putRule } from "./rule-show.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

/** The words of the command in the order in which a shortened one is looked up; null: nothing here is told of it. */
const OBJECTS: readonly (readonly [word: string, object: RtnlObject | null])[] = [
  ["link", "link"],
  ["address", "addr"],
  ["route", "route"],
  ["mroute", null],
  ["prefix", null],
  ["neigh", "neigh"],
  ["netconf", "netconf"],
  ["rule", "rule"],
  ["nsid", "nsid"],
  ["nexthop", null],
];

const LABELS: Readonly<Record<Exclude<RtnlObject, "netnsName">, string>> = {
  link: "[LINK]",
  addr: "[ADDR]",
  route: "[ROUTE]",
  neigh: "[NEIGH]",
  netconf: "[NETCONF]",
  nsid: "[NSID]",
  rule: "[RULE]",
  fdb: "[NEIGH]",
  bridgePort: "[LINK]",
};

interface Wanted {
  readonly objects: readonly RtnlObject[];
  readonly hasLabels: boolean;
  readonly hasNsid: boolean;
  /** 0: all devices. */
  readonly ifindex: number;
}

function parse(s: Session, words: readonly string[]): Wanted {
  const args = s.args(words);
  const chosen = new Set<RtnlObject>();
  let [isChosen, hasLabels, hasNsid, ifindex] = [false, false, false, 0];
  while (!args.isEmpty) {
    const word = args.take();
    const object = OBJECTS.find(([name]) => isPrefixOf(word, name));
    if (isPrefixOf(word, "file")) openFile(s, args.value());
    else if (isPrefixOf(word, "label") || word === "all") hasLabels = true;
    else if (object !== undefined || word === "stats") {
      isChosen = true;
      if (object?.[1] != null) chosen.add(object[1]);
    } else if (isPrefixOf(word, "all-nsid")) hasNsid = true;
    else if (isPrefixOf(word, "help")) usage(s, "monitor");
    else if (word === "dev") ifindex = takeDevice(s, args);
    else s.exit(`Argument "${word}" is unknown, try "ip monitor help".\n`);
  }
  // What bridges tell comes in the same groups.
  if (chosen.has("link")) chosen.add("bridgePort");
  if (chosen.has("neigh")) chosen.add("fdb");
  const objects = isChosen ? [...chosen] : (Object.keys(LABELS) as RtnlObject[]);
  return { objects, hasLabels, hasNsid, ifindex };
}

function takeDevice(s: Session, args: Args): number {
  const name = args.value();
  return s.findIndex(name) ?? args.invalid("Device does not exist\n", name);
}

function openFile(s: Session, path: string): void {
  const found = s.request("FILE_STAT", { path });
  s.exit(`Cannot fopen: ${strerror(found.ok ? "EINVAL" : found.errno)}\n`);
}

export async function monitor(s: Session, words: readonly string[]): Promise<void> {
  const wanted = parse(s, words);
  const { family } = s.options;
  s.dumpLinks(); // ll_init_map()
  s.nameOfNsid(0); // netns_map_init()
  s.flush();
  const { process } = s.cx as ToolContext;
  // -n moves the process itself.
  if (s.netns !== process.netns) {
    s.request("SETNS", { pid: process.pid, netns: s.netns });
    process.netns = s.netns;
  }
  const of = family === "inet" || family === "inet6" ? family : null;
  await listenToRtnl(process, wanted.objects, of, (message) => show(s, wanted, message), wanted.hasNsid);
}

/** The device that a message is about; null: none. */
function deviceOf(message: RtnlMessage): number | null {
  switch (message.object) {
    case "route":
      return message.body.oif;
    case "netconf":
      return typeof message.body.ifindex === "number" ? message.body.ifindex : null;
    case "nsid":
    case "rule":
    case "netnsName":
      return null;
    default:
      return message.body.ifindex;
  }
}

function show(s: Session, wanted: Wanted, message: RtnlMessage): void {
  if (message.object === "netnsName") return;
  if (message.object === "link" && message.isDeleted) s.forgetLink(message.body.ifindex);
  else if (message.object === "link") s.noteLink(message.body);
  const p = s.textPrinter();
  putTime(s, p);
  if (wanted.hasNsid) p.text(`[nsid ${message.nsid ?? "current"}]`);
  if (wanted.hasLabels) p.text(LABELS[message.object]);
  // What stands before a message is printed, but not flushed, also where the message is then left out.
  s.out(p.takeOutput());
  s.flush();
  if (wanted.ifindex !== 0 && message.object !== "nsid" && deviceOf(message) !== wanted.ifindex) return;
  if (message.isDeleted) p.text("Deleted ");
  putBody(s, p, message, wanted.ifindex !== 0);
  s.out(p.takeOutput());
  s.flush();
  s.cx.flush();
}

export function putTime(s: Session, p: Printer): void {
  const { timestamp } = s.options;
  if (timestamp === null) return;
  const micros = Math.floor(s.cx.host.now / 1000);
  const date = new Date((EPOCH_SECONDS + Math.floor(micros / 1e6)) * 1000);
  const rest = String(micros % 1e6).padStart(6, "0");
  if (timestamp === "short") {
    p.text(`[${date.toISOString().slice(0, 19)}.${rest}] `);
    return;
  }
  const [weekday, day, month, year, time] = date.toUTCString().replace(",", "").split(" ");
  p.text(`Timestamp: ${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year} ${rest} usec\n`);
}

function putBody(s: Session, p: Printer, message: RtnlMessage, isDevHidden: boolean): void {
  switch (message.object) {
    case "link": {
      const view = { isLink: false, family: "unspec", notice: message.movesTo ?? {} };
      if (s.options.isBrief) putLinkBrief(s, p, message.body, false);
      else putLink(s, p, message.body, view);
      return;
    }
    case "addr":
      putAddress(s, p, message.body, true);
      return;
    case "route":
      putRoute(s, p, message.body, { ...NOTHING_HIDDEN, dev: isDevHidden });
      return;
    case "neigh":
      putNeigh(s, p, message.body, isDevHidden);
      return;
    case "fdb":
      putBridgeNeigh(s, p, message.body, isDevHidden);
      return;
    case "bridgePort":
      putBridgePort(s, p, message.body);
      return;
    case "netconf":
      putNetconf(s, p, message.family ?? "inet", message.body);
      return;
    case "nsid": {
      const { nsid, names } = message.body;
      if (!message.isDeleted && message.nsid === undefined) s.noteNsid(nsid, names[0]);
      const name = s.nameOfNsid(nsid);
      // The id of another namespace's is looked up as if it were one's own, and forgotten then.
      if (message.nsid !== undefined) s.forgetNsid(nsid);
      p.text(`nsid ${nsid} ${name === null ? "" : `(iproute2 netns name: ${name})`}\n`);
      return;
    }
    case "rule":
      putRule(s, p, message.body);
      return;
    case "netnsName":
      return;
  }
}

const RP_FILTERS = ["off", "strict", "loose"];

function putNetconf(s: Session, p: Printer, family: string, body: NetconfInfo): void {
  p.text(`${family} `);
  p.text(
    `${typeof body.ifindex === "number" ? s.nameOf(body.ifindex) : body.ifindex} `,
    typeof body.ifindex === "number" ? "ifname" : null,
  );
  const putSwitch = (word: string, value: number | undefined) => {
    if (value !== undefined) p.text(`${word} ${value === 0 ? "off" : "on"} `);
  };
  putSwitch("forwarding", body.forwarding);
  if (body.rpFilter !== undefined) p.text(`rp_filter ${RP_FILTERS[body.rpFilter] ?? "unknown type"} `);
  putSwitch("mc_forwarding", body.mcForwarding);
  putSwitch("proxy_neigh", body.proxyNeigh);
  putSwitch("ignore_routes_with_linkdown", body.ignoreRoutesWithLinkdown);
  p.text("\n");
}
