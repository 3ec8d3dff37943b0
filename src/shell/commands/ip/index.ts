/**
 * ip(8) of iproute2: options, then an object and what is done to it. Text becomes requests, replies become text; no state.
 * @source iproute2 6.1.0, recorded
 */
import { strerror } from "../../../core/errno.ts";
import { granted } from "../../../core/result.ts";
import type { Command, CommandContext } from "../../host.ts";
import { readFile, type ToolContext } from "../../tool.ts";
import { address } from "./address.ts";
import { addrlabel } from "./addrlabel.ts";
import { isPrefixOf } from "./args.ts";
import { splitBatch } from "./batch.ts";
import * as empty from "./empty-objects.ts";
import { IpExit, IpFailure } from "./exit.ts";
import { link } from "./link.ts";
import { maddress } from "./maddress.ts";
import { monitor } from "./monitor.ts";
import { neigh } from "./neigh.ts";
import { netconf } from "./netconf.ts";
import { netns, notEntered } from "./netns.ts";
import { ntable } from "./ntable.ts";
import { defaultOptions, findOption, type IpOptions, type OptionAction, parseFamily } from "./options.ts";
import { route } from "./route.ts";
import { rule } from "./rule.ts";
import { Session } from "./session.ts";
import { stats } from "./stats.ts";
import { token } from "./token.ts";
import { usage, usageText } from "./usage.ts";

type ObjectCommand = (s: Session, words: readonly string[]) => void | Promise<void>;

/** Objects in the order in which a shortened word is looked up. */
const OBJECTS: readonly (readonly [word: string, run: ObjectCommand])[] = [
  ["address", address],
  ["addrlabel", addrlabel],
  ["maddress", maddress],
  ["route", route],
  ["rule", rule],
  ["neighbor", neigh],
  ["neighbour", neigh],
  ["ntable", ntable],
  ["ntbl", ntable],
  ["link", link],
  ["l2tp", empty.l2tp],
  ["fou", empty.fou],
  ["ila", empty.ila],
  ["macsec", empty.macsec],
  ["tunnel", empty.tunnel],
  ["tunl", empty.tunnel],
  ["tuntap", empty.tuntap],
  ["tap", empty.tuntap],
  ["token", token],
  ["tcpmetrics", empty.tcpmetrics],
  ["tcp_metrics", empty.tcpmetrics],
  ["monitor", monitor],
  ["xfrm", empty.xfrm],
  ["mroute", empty.mroute],
  ["mrule", empty.mrule],
  ["netns", netns],
  ["netconf", netconf],
  ["vrf", empty.vrf],
  ["sr", empty.sr],
  ["nexthop", empty.nexthop],
  ["mptcp", empty.mptcp],
  ["ioam", empty.ioam],
  ["help", (s) => usage(s, "ip")],
  ["stats", stats],
];

async function runObject(s: Session, words: readonly string[]): Promise<void> {
  const word = words[0]!;
  const object = OBJECTS.find(([name]) => isPrefixOf(word, name));
  if (object === undefined) s.fail(`Object "${word}" is unknown, try "ip help".\n`, 1);
  else await object[1](s, words.slice(1));
}

/** Takes the options from the front of `words`; gives what is left. */
class OptionParser {
  readonly options: IpOptions = defaultOptions();
  netnsName: string | null = null;
  private at = 0;

  constructor(
    private readonly cx: CommandContext,
    private readonly words: readonly string[],
  ) {}

  private exit(text: string, status = 255): never {
    this.cx.err(text);
    throw new IpExit(status);
  }

  parse(): readonly string[] {
    while (this.at < this.words.length) {
      const word = this.words[this.at]!;
      if (word === "--") return this.words.slice(this.at + 1);
      if (!word.startsWith("-")) break;
      this.at += 1;
      this.take(word.startsWith("--") ? word.slice(1) : word);
    }
    return this.words.slice(this.at);
  }

  private take(word: string): void {
    const effect = word === "-" ? "help" : findOption(word);
    if (effect === null) this.exit(`Option "${word}" is unknown, try "ip -help".\n`);
    else if (typeof effect === "function") effect(this.options);
    else this.act(effect, word);
  }

  private value(): string {
    if (this.at >= this.words.length) this.exit(usageText("ip"));
    return this.words[this.at++]!;
  }

  private act(action: OptionAction, word: string): void {
    switch (action) {
      case "help":
        this.exit(usageText("ip"));
        return;
      case "version":
        this.cx.out("ip utility, iproute2-6.1.0, libbpf 1.1.2\n");
        throw new IpExit(0);
      case "color":
        // Without =WHEN it means always, even into a pipe; auto: only to a terminal, which we do not have.
        this.options.isColored = !word.includes("=") || word.endsWith("=always");
        return;
      case "family": {
        const name = this.value();
        this.options.family =
          parseFamily(name) ?? this.exit(`Error: argument "${name}" is wrong: invalid protocol family\n`);
        return;
      }
      case "loops":
        this.options.loops = Number.parseInt(this.value(), 10) || 0;
        return;
      case "rcvbuf": {
        const size = this.value();
        if (!/^\d+$/.test(size)) this.exit(`Invalid rcvbuf size '${size}'\n`);
        return;
      }
      case "batch":
        this.options.batch = this.value();
        return;
      case "netns":
        this.netnsName = this.words[this.at] ?? "(null)";
        this.at += 1;
    }
  }
}

/** Runs the lines of a batch; without -force the first failure ends it. */
async function runBatch(s: Session, file: string): Promise<number> {
  // The interpreter hands every command a tool's context: the file may be a process substitution.
  const read = file === "-" ? granted(await s.cx.readAll()) : await readFile(s.cx as ToolContext, file);
  if (!read.ok) {
    s.err(`Cannot open file "${file}" for reading: ${strerror(read.errno)}\n`);
    return 1;
  }
  let status = 0;
  for (const line of splitBatch(read.value)) {
    try {
      s.forgetLinks();
      await runObject(s, line.words);
    } catch (error) {
      if (!(error instanceof IpFailure)) throw error;
      s.err(`Command failed ${file}:${line.number}\n`);
      status = 1;
      if (!s.options.isForced) break;
    }
  }
  return status;
}

function openNetns(cx: CommandContext, name: string): number {
  if (name === "") {
    cx.err('setting the network namespace "" failed: Invalid argument\n');
    throw new IpExit(255);
  }
  const opened = cx.request("NETNS_OPEN", { name });
  if (opened.ok) return opened.value.netns;
  cx.err(
    opened.errno === "EINVAL"
      ? `${notEntered(name)}\n`
      : `Cannot open network namespace "${name}": No such file or directory\n`,
  );
  throw new IpExit(255);
}

async function run(cx: CommandContext, hold: (s: Session) => void): Promise<number> {
  const parser = new OptionParser(cx, cx.argv.slice(1));
  const words = parser.parse();
  const { options, netnsName } = parser;
  const s = new Session(cx, options, netnsName === null ? cx.netns : openNetns(cx, netnsName));
  hold(s);
  if (options.batch !== null) return runBatch(s, options.batch);
  if (words.length === 0) usage(s, "ip");
  await runObject(s, words);
  return s.status;
}

export const ip: Command = async (cx) => {
  let session: Session | null = null;
  try {
    const status = await run(cx, (s) => {
      session = s;
    });
    (session as Session | null)?.flush();
    return status;
  } catch (error) {
    (session as Session | null)?.flush();
    if (error instanceof IpFailure || error instanceof IpExit) return error.status;
    throw error;
  }
};
