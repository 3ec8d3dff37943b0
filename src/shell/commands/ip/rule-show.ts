/** `ip rule show` and `flush`. */
import { FR_ACT_GOTO, FR_ACT_NOP, FR_ACT_TO_TBL, RTPROT_KERNEL } from "../../../events/netlink.ts";
import type { RuleInfo } from "../../../events/requests.ts";
import { type Args, isPrefixOf } from "./args.ts";
import { needPrefix, octetsOfKernel, type Prefix, sharesBits } from "./inet.ts";
import {
  DSFIELDS,
  GROUPS,
  ipProtocolName,
  PROTOCOLS,
  parseIpProtocol,
  routeTypeName,
  TABLES,
} from "./names.ts";
import type { Printer } from "./print.ts";
import { takeMark, takePorts, takeUidRange } from "./rule-words.ts";
import { isValidIfname, type Session } from "./session.ts";

const RTN_NAT = 10;

interface RuleFilter {
  table: number | null;
  priority: number | null;
  isInverted: boolean;
  tos: number;
  mark: { mark?: number; markMask?: number };
  iif: string;
  oif: string;
  isL3mdev: boolean;
  uidRange: readonly [number, number] | null;
  ipproto: number;
  sport: readonly [number, number] | null;
  dport: readonly [number, number] | null;
  src: Prefix | null;
  dst: Prefix | null;
  /** Counts only where rules are flushed. */
  protocol: number | null;
}

function named(args: Args, parse: (text: string) => number | null, message: string): number {
  const text = args.value();
  return parse(text) ?? args.invalid(message, text);
}

function ifname(args: Args, word: string): string {
  const name = args.value();
  return isValidIfname(name) ? name : args.invalid(`"${word}" not a valid ifname`, name);
}

function takeWord(s: Session, args: Args, word: string, f: RuleFilter): void {
  const family = s.options.family === "inet6" ? "inet6" : "inet";
  if (isPrefixOf(word, "preference") || isPrefixOf(word, "order") || isPrefixOf(word, "priority"))
    f.priority = args.unsigned(args.value(), "preference value is invalid\n");
  else if (word === "not") f.isInverted = true;
  else if (word === "tos" || isPrefixOf(word, "dsfield"))
    f.tos = named(args, (t) => DSFIELDS.parse(t), "TOS value is invalid\n");
  else if (word === "fwmark") takeMark(args, f.mark);
  else if (word === "dev" || word === "iif") f.iif = ifname(args, "iif");
  else if (word === "oif") f.oif = ifname(args, "oif");
  else if (word === "l3mdev") f.isL3mdev = true;
  else if (word === "uidrange") f.uidRange = takeUidRange(args);
  else if (isPrefixOf(word, "lookup") || isPrefixOf(word, "table"))
    f.table = named(args, (t) => TABLES.parse(t), "table id value is invalid\n");
  else if (isPrefixOf(word, "from")) f.src = needPrefix(args, args.value(), family);
  else if (isPrefixOf(word, "protocol")) {
    const name = args.value();
    f.protocol =
      name === "all" ? null : (PROTOCOLS.parse(name) ?? args.invalid('invalid "protocol"\n', name));
  } else if (word === "ipproto") f.ipproto = named(args, parseIpProtocol, 'Invalid "ipproto" value\n');
  else if (word === "sport" || word === "dport") f[word] = takePorts(args);
  else
    f.dst = needPrefix(args, isPrefixOf(word, "dst") || isPrefixOf(word, "to") ? args.value() : word, family);
}

function parseFilter(s: Session, words: readonly string[]): RuleFilter {
  const args = s.args(words);
  const f: RuleFilter = {
    table: null,
    priority: null,
    isInverted: false,
    tos: 0,
    mark: {},
    iif: "",
    oif: "",
    isL3mdev: false,
    uidRange: null,
    ipproto: 0,
    sport: null,
    dport: null,
    src: null,
    dst: null,
    protocol: null,
  };
  while (!args.isEmpty) takeWord(s, args, args.take(), f);
  return f;
}

/** Is what the rule asks for within the prefix? */
function isWithin(address: string | null, length: number, prefix: Prefix | null): boolean {
  if (prefix === null || prefix.length === 0) return true;
  return (
    prefix.length <= length &&
    address !== null &&
    sharesBits(octetsOfKernel(address), prefix.octets, prefix.length)
  );
}

function isRange(has: readonly [number, number] | null, wanted: readonly [number, number] | null): boolean {
  return wanted === null || (has !== null && has[0] === wanted[0] && has[1] === wanted[1]);
}

function passes(rule: RuleInfo, f: RuleFilter): boolean {
  const { mark, markMask } = f.mark;
  return (
    (f.priority === null || rule.priority === f.priority) &&
    (!f.isInverted || rule.isInverted) &&
    isWithin(rule.src, rule.srcLen, f.src) &&
    isWithin(rule.dst, rule.dstLen, f.dst) &&
    (f.tos === 0 || rule.tos === f.tos) &&
    (mark === undefined || mark === 0 || rule.mark === mark) &&
    (markMask === undefined || markMask === 0 || rule.markMask === markMask) &&
    (f.iif === "" || rule.iif === f.iif) &&
    (f.oif === "" || rule.oif === f.oif) &&
    (!f.isL3mdev || rule.isL3mdev) &&
    isRange(rule.uidRange, f.uidRange) &&
    (f.ipproto === 0 || rule.ipproto === f.ipproto) &&
    isRange(rule.sport, f.sport) &&
    isRange(rule.dport, f.dport) &&
    (f.table === null || f.table === 0 || rule.table === f.table)
  );
}

function putPrefix(p: Printer, word: string, key: "src" | "dst", address: string, length: number): void {
  p.put(key, address, `${word} ${address}`);
  if (length !== (address.includes(":") ? 128 : 32)) p.put(`${key}len`, length, `/${length}`);
}

function hex(value: number): string {
  return value === 0 ? "0" : `0x${value.toString(16)}`;
}

function putSelectors(s: Session, p: Printer, rule: RuleInfo): void {
  if (rule.isInverted) p.put("not", null, "not ");
  if (rule.src === null) p.put("src", "all", "from all");
  else putPrefix(p, "from", "src", rule.src, rule.srcLen);
  if (rule.dst !== null) putPrefix(p, " to", "dst", rule.dst, rule.dstLen);
  if (rule.tos !== 0) {
    const name = DSFIELDS.name(rule.tos, s.options.isNumeric);
    p.put("tos", name, ` tos ${name}`);
  }
  if (rule.mark !== 0 || rule.markMask !== 0) {
    p.put("fwmark", hex(rule.mark), ` fwmark ${hex(rule.mark)}`);
    if (rule.markMask !== 0xffff_ffff) p.put("fwmask", hex(rule.markMask), `/${hex(rule.markMask)}`);
  }
  if (rule.iif !== "") p.put("iif", rule.iif, ` iif ${rule.iif}`, "ifname");
  if (rule.isIifDetached) p.put("iif_detached", null, " [detached]");
  if (rule.oif !== "") p.put("oif", rule.oif, ` oif ${rule.oif}`, "ifname");
  if (rule.isOifDetached) p.put("oif_detached", null, " [detached]");
  if (rule.isL3mdev) p.put("l3mdev", null, " lookup [l3mdev-table]");
  if (rule.uidRange !== null) {
    p.put("uid_start", rule.uidRange[0], ` uidrange ${rule.uidRange[0]}`);
    p.put("uid_end", rule.uidRange[1], `-${rule.uidRange[1]}`);
  }
  if (rule.ipproto !== 0) {
    const name = ipProtocolName(rule.ipproto, s.options.isNumeric);
    p.put("ipproto", name, ` ipproto ${name}`);
  }
  putPorts(p, "sport", rule.sport);
  putPorts(p, "dport", rule.dport);
}

function putPorts(p: Printer, word: "sport" | "dport", range: readonly [number, number] | null): void {
  if (range === null) return;
  const [from, to] = range;
  if (from === to) {
    p.put(word, from, ` ${word} ${from}`);
    return;
  }
  p.put(`${word}_start`, from, ` ${word} ${from}`);
  p.put(`${word}_end`, to, `-${to}`);
}

function putAction(s: Session, p: Printer, rule: RuleInfo): void {
  const { isNumeric } = s.options;
  if (rule.table !== 0) {
    const name = TABLES.name(rule.table, isNumeric);
    p.put("table", name, ` lookup ${name}`);
    if (rule.suppressPrefixLen >= 0)
      p.put("suppress_prefixlen", rule.suppressPrefixLen, ` suppress_prefixlength ${rule.suppressPrefixLen}`);
    if (rule.suppressIfgroup >= 0) {
      const group = GROUPS.name(rule.suppressIfgroup, isNumeric);
      p.put("suppress_ifgroup", group, ` suppress_ifgroup ${group}`);
    }
  }
  if (rule.realm !== 0) putRealms(p, rule.realm);
  if (rule.action === RTN_NAT) p.put("masquerade", null, " masquerade");
  else if (rule.action === FR_ACT_GOTO) {
    p.put("goto", rule.target, ` goto ${rule.target}`);
    if (rule.isUnresolved) p.put("unresolved", null, " [unresolved]");
  } else if (rule.action === FR_ACT_NOP) p.put("nop", null, " nop");
  else if (rule.action !== FR_ACT_TO_TBL) {
    const name = routeTypeName(rule.action, isNumeric);
    p.put("action", name, ` ${name}`);
  }
}

function putRealms(p: Printer, realm: number): void {
  const from = Math.floor(realm / 0x10000);
  const name = (n: number) => (n === 0 ? "cosmos" : String(n));
  if (from !== 0) p.put("flow_from", name(from), ` realms ${name(from)}/`);
  else p.text(" realms ");
  p.put("flow_to", name(realm & 0xffff), name(realm & 0xffff));
}

export function putRule(s: Session, p: Printer, rule: RuleInfo): void {
  p.object();
  p.put("priority", rule.priority, `${rule.priority}:\t`);
  putSelectors(s, p, rule);
  putAction(s, p, rule);
  if ((rule.protocol !== 0 && rule.protocol !== RTPROT_KERNEL) || s.options.details > 0) {
    const name = PROTOCOLS.name(rule.protocol, s.options.isNumeric);
    p.put("protocol", name, ` proto ${name}`);
  }
  p.text("\n");
  p.close();
}

function choose(s: Session, f: RuleFilter): RuleInfo[] {
  return s
    .dump("RTM_GETRULE", { family: s.options.family === "inet6" ? "inet6" : "inet" })
    .filter((rule) => passes(rule, f));
}

export function ruleShow(s: Session, words: readonly string[]): void {
  const rules = choose(s, parseFilter(s, words));
  s.print((p) => {
    for (const rule of rules) putRule(s, p, rule);
  });
}

/** All but those of priority 0. */
export function ruleFlush(s: Session, words: readonly string[]): void {
  const f = parseFilter(s, words);
  const family = s.options.family === "inet6" ? "inet6" : "inet";
  for (const rule of choose(s, f)) {
    if (rule.priority === 0 || (f.protocol !== null && rule.protocol !== f.protocol)) continue;
    const { src, dst, iif, oif, uidRange, sport, dport, ...rest } = rule;
    s.talk("RTM_DELRULE", {
      ...rest,
      family,
      ...(src === null ? {} : { src }),
      ...(dst === null ? {} : { dst }),
      ...(iif === "" ? {} : { iif }),
      ...(oif === "" ? {} : { oif }),
      ...(uidRange === null ? {} : { uidRange }),
      ...(sport === null ? {} : { sport }),
      ...(dport === null ? {} : { dport }),
    });
  }
}
