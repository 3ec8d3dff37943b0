/** `ip ntable`: parameters of the neighbour tables. */
import type { NeighTableChange, NeighTableInfo } from "../../../events/requests.ts";
import { isPrefixOf, parseUnsigned } from "./args.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

type Field = readonly [key: string, value: number, word?: string];

function putLine(p: Printer, fields: readonly Field[]): void {
  p.text("    ");
  for (const [key, value, word] of fields) p.put(key, value, `${word ?? key} ${value} `);
}

function putTable(s: Session, p: Printer, table: NeighTableInfo): void {
  const br = (): void => p.text(p.lineBreak);
  p.object();
  p.put("family", table.family, `${table.family} `);
  p.put("name", table.name, `${table.name} `);
  br();
  if (table.ifindex !== null) {
    const dev = s.nameOf(table.ifindex);
    p.put("dev", dev, `    dev ${dev} `);
    br();
  }
  const limits = table.thresholds;
  if (limits !== null) {
    putLine(p, [
      ["thresh1", limits.thresh1],
      ["thresh2", limits.thresh2],
      ["thresh3", limits.thresh3],
      ["gc_interval", limits.gcIntervalMs, "gc_int"],
    ]);
    br();
  }
  putLine(p, [
    ["refcnt", table.refcnt],
    ["reachable", table.reachableMs],
    ["base_reachable", table.baseReachableMs],
    ["retrans", table.retransMs],
  ]);
  br();
  putLine(p, [
    ["gc_stale", table.gcStaleMs],
    ["delay_probe", table.delayProbeMs],
    ["queue", table.queueLen],
  ]);
  br();
  putLine(p, [
    ["app_probes", table.appProbes],
    ["ucast_probes", table.ucastProbes],
    ["mcast_probes", table.mcastProbes],
  ]);
  br();
  putLine(p, [
    ["anycast_delay", table.anycastDelayMs],
    ["proxy_delay", table.proxyDelayMs],
    ["proxy_queue", table.proxyQueue],
    ["locktime", table.locktimeMs],
  ]);
  br();
  p.text("\n");
  p.close();
}

function show(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let dev: string | null = null;
  let name: string | null = null;
  s.dumpLinks();
  while (!args.isEmpty) {
    const word = args.take();
    if (word === "dev") dev = args.value();
    else if (word === "name") name = args.value();
    else args.invalid("unknown", word);
  }
  const ifindex = dev === null ? null : (s.findIndex(dev) ?? args.invalid('"DEV" is invalid', dev));
  const { family } = s.options;
  const tables = s
    .dump("RTM_GETNEIGHTBL", {})
    .filter((t) => (ifindex === null || t.ifindex === ifindex) && (name === null || t.name === name))
    .filter((t) => family === "unspec" || t.family === family);
  if (s.options.statistics > 0 && tables.some((t) => t.thresholds !== null))
    s.fail("ip -s ntable: statistics of a whole table are not supported by vethsim\n", 1);
  s.print((p) => {
    for (const table of tables) putTable(s, p, table);
  });
}

/** The words for settings of a device. */
const SETTINGS: readonly (readonly [word: string, field: keyof NeighTableChange])[] = [
  ["base_reachable", "baseReachableMs"],
  ["retrans", "retransMs"],
  ["gc_stale", "gcStaleMs"],
  ["delay_probe", "delayProbeMs"],
  ["queue", "queueLen"],
  ["app_probes", "appProbes"],
  ["ucast_probes", "ucastProbes"],
  ["mcast_probes", "mcastProbes"],
  ["anycast_delay", "anycastDelayMs"],
  ["proxy_delay", "proxyDelayMs"],
  ["proxy_queue", "proxyQueue"],
  ["locktime", "locktimeMs"],
];

/** Those of the whole table, which only the machine's first namespace may change. */
const LIMITS = ["thresh1", "thresh2", "thresh3", "gc_int"];

function change(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let name: string | null = null;
  let dev: string | null = null;
  let hasLimits = false;
  const wish: Partial<Record<keyof NeighTableChange, number>> = {};
  while (!args.isEmpty) {
    const word = args.take();
    const setting = SETTINGS.find(([known]) => known === word);
    if (word === "name") {
      const value = args.value();
      if (name !== null) args.duplicate("NAME", value);
      name = value;
    } else if (word === "dev") dev = args.value();
    else if (setting === undefined && !LIMITS.includes(word)) args.invalid("unknown", word);
    else {
      const text = args.value();
      const value = parseUnsigned(text) ?? args.invalid(`"${word}" value is invalid`, text);
      if (setting === undefined) hasLimits = true;
      else wish[setting[1]] = value;
    }
  }
  if (name === null) s.exit('Error: argument "NAME" is required\n');
  if (Object.keys(wish).length === 0 && !hasLimits)
    s.exit("Not enough information: changeable attributes required.\n");
  const ifindex = dev === null ? 0 : s.needIndex(dev);
  const { family } = s.options;
  s.talk("RTM_SETNEIGHTBL", {
    name,
    family: family === "inet" || family === "inet6" ? family : null,
    ifindex,
    change: wish,
  });
}

const COMMANDS: readonly (readonly [word: string, run: (s: Session, words: readonly string[]) => void])[] = [
  ["change", change],
  ["chg", change],
  ["show", show],
  ["lst", show],
  ["list", show],
  ["help", (s) => usage(s, "ntable")],
];

export function ntable(s: Session, words: readonly string[]): void {
  if (words.length === 0) {
    show(s, []);
    return;
  }
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) s.args(words).unknownCommand("ntable", words[0]!);
  else command[1](s, words.slice(1));
}
