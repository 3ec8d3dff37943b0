/** The words of `ip rule`: what a rule asks of a packet, and what is done with it. */
import type { Writable } from "../../../core/writable.ts";
import { FR_ACT_GOTO, FR_ACT_NOP, FR_ACT_TO_TBL, FR_ACT_UNSPEC } from "../../../events/netlink.ts";
import type { RuleSpec } from "../../../events/requests.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import { needAddress, needPrefix } from "./inet.ts";
import { DSFIELDS, GROUPS, PROTOCOLS, parseIpProtocol, parseRouteType, TABLES } from "./names.ts";
import type { Family } from "./options.ts";
import { isValidIfname, type Session } from "./session.ts";
import { usage } from "./usage.ts";

type Words = Writable<RuleSpec>;

const RT_TABLE_MAIN = 254;
const RTN_NAT = 10;

function ifname(args: Args, word: string): string {
  const name = args.value();
  return isValidIfname(name) ? name : args.invalid(`"${word}" not a valid ifname`, name);
}

export function takeMark(args: Args, w: { mark?: number; markMask?: number }): void {
  const text = args.value();
  const slash = text.indexOf("/");
  const mark = slash < 0 ? text : text.slice(0, slash);
  w.mark = parseUnsigned(mark) ?? args.invalid("fwmark value is invalid\n", mark);
  if (slash < 0) return;
  const mask = text.slice(slash + 1);
  w.markMask = parseUnsigned(mask) ?? args.invalid("fwmask value is invalid\n", mask);
}

export function takeUidRange(args: Args): readonly [number, number] {
  const text = args.value();
  const match = /^\s*(\d+)-\s*(\d+)/.exec(text);
  return match === null ? args.invalid("invalid UID range\n", text) : [Number(match[1]), Number(match[2])];
}

export function takePorts(args: Args): readonly [number, number] {
  const text = args.value();
  const match = /^\s*(\d+)(?:-\s*(\d+))?/.exec(text);
  if (match === null) return args.invalid("invalid port range\n", text);
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return [from & 0xffff, to & 0xffff];
}

function takeRealms(args: Args): number {
  const text = args.value();
  const parts = text.split("/").map((part) => parseUnsigned(part, 0xffff));
  const [first, second] = parts;
  if (parts.length > 2 || first == null || second === null) return args.invalid("invalid realms\n", text);
  return second === undefined ? first : first * 0x10000 + second;
}

function named(args: Args, parse: (text: string) => number | null, message: string): number {
  const text = args.value();
  return parse(text) ?? args.invalid(message, text);
}

class RuleParser {
  readonly spec: Words;
  isTableGiven = false;

  constructor(
    private readonly s: Session,
    private readonly args: Args,
    private readonly isNew: boolean,
    private readonly family: Family,
  ) {
    this.spec = {
      action: isNew ? FR_ACT_TO_TBL : FR_ACT_UNSPEC,
      ...(family === "inet6" ? { family } : {}),
    };
  }

  private takePrefix(which: "src" | "dst"): void {
    const prefix = needPrefix(this.args, this.args.value(), this.family);
    if (which === "src") this.spec.srcLen = prefix.length;
    else this.spec.dstLen = prefix.length;
    if (prefix.length > 0) this.spec[which] = prefix.address;
  }

  /** Words for what a packet must be like. False: it is another one. */
  private takeSelector(word: string): boolean {
    const { args, spec } = this;
    if (word === "not") spec.isInverted = true;
    else if (word === "from") this.takePrefix("src");
    else if (word === "to") this.takePrefix("dst");
    else if (isPrefixOf(word, "preference") || isPrefixOf(word, "order") || isPrefixOf(word, "priority"))
      spec.priority = args.unsigned(args.value(), "preference value is invalid\n");
    else if (word === "tos" || isPrefixOf(word, "dsfield"))
      spec.tos = named(args, (t) => DSFIELDS.parse(t), "TOS value is invalid\n");
    else if (word === "fwmark") takeMark(args, spec);
    else if (word === "dev" || word === "iif") spec.iif = ifname(args, "iif");
    else if (word === "oif") spec.oif = ifname(args, "oif");
    else if (word === "uidrange") spec.uidRange = takeUidRange(args);
    else if (word === "ipproto") spec.ipproto = named(args, parseIpProtocol, 'Invalid "ipproto" value\n');
    else if (word === "sport" || word === "dport") spec[word] = takePorts(args);
    else return false;
    return true;
  }

  /** Words for what is done. */
  private takeAction(word: string): void {
    const { args, spec } = this;
    if (isPrefixOf(word, "realms")) spec.realm = takeRealms(args);
    else if (isPrefixOf(word, "protocol"))
      spec.protocol = named(args, (t) => PROTOCOLS.parse(t), '"protocol" value is invalid\n');
    else if (isPrefixOf(word, "table") || word === "lookup") {
      spec.table = named(args, (t) => TABLES.parse(t), "invalid table ID\n");
      this.isTableGiven = true;
    } else if (isPrefixOf(word, "suppress_prefixlength") || word === "sup_pl")
      spec.suppressPrefixLen = args.unsigned(args.value(), "suppress_prefixlength value is invalid\n");
    else if (isPrefixOf(word, "suppress_ifgroup") || word === "sup_group")
      spec.suppressIfgroup = named(args, (t) => GROUPS.parse(t), 'Invalid "suppress_ifgroup" value\n');
    else if (word === "l3mdev") {
      spec.isL3mdev = true;
      this.isTableGiven = true;
    } else if (word === "nat" || isPrefixOf(word, "map-to")) {
      const address = args.value();
      this.s.err("Warning: route NAT is deprecated\n");
      needAddress(args, address, "inet");
      spec.action = RTN_NAT;
    } else this.takeType(word);
  }

  private takeType(first: string): void {
    const { args, spec } = this;
    const word = first === "type" ? args.value() : first;
    if (isPrefixOf(word, "help")) usage(this.s, "rule");
    if (isPrefixOf(word, "goto")) {
      spec.action = FR_ACT_GOTO;
      spec.target = args.unsigned(args.value(), "invalid target\n");
    } else if (isPrefixOf(word, "nop")) spec.action = FR_ACT_NOP;
    else spec.action = parseRouteType(word) ?? args.invalid("Failed to parse rule type", word);
    this.isTableGiven = true;
  }

  parse(): RuleSpec {
    while (!this.args.isEmpty) {
      const word = this.args.take();
      if (!this.takeSelector(word)) this.takeAction(word);
    }
    if (this.spec.isL3mdev === true && this.spec.table !== undefined)
      this.s.fail("table can not be specified for l3mdev rules\n", 22);
    if (this.isNew && !this.isTableGiven) this.spec.table = RT_TABLE_MAIN;
    return this.spec;
  }
}

export function parseRule(s: Session, words: readonly string[], isNew: boolean): RuleSpec {
  return new RuleParser(s, s.args(words), isNew, s.options.family).parse();
}
