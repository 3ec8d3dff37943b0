/** One run of `ip`: its options, the namespace it acts in, its output, and what it learned about devices. */
import { type Errno, strerror } from "../../../core/errno.ts";
import type { Refusal, Result } from "../../../core/result.ts";
import type { BodyOf, LinkInfo, NetnsId, Operation, ReplyOf } from "../../../events/requests.ts";
import type { CommandContext } from "../../host.ts";
import { Args } from "./args.ts";
import { IpExit, IpFailure } from "./exit.ts";
import type { IpOptions } from "./options.ts";
import { Printer } from "./print.ts";

/** Linux's limit of a device name and of an alternative name, without the closing zero. */
const IFNAME_MAX = 15;
const ALTNAME_MAX = 127;

export class Session {
  /** Exit status of a command that did not fail: not 0 after `netns exec`. */
  status = 0;
  /**
   * `ip link show` ran before in this process. From then on the tool shows links also where addresses are asked for:
   * in a batch `address show` prints the link mode, and for a single device no addresses.
   */
  hasShownLinks = false;
  private output = "";
  private readonly byIndex = new Map<number, LinkInfo>();
  private readonly byName = new Map<string, LinkInfo>();
  private netnsNames: Map<number, string> | null = null;

  constructor(
    readonly cx: CommandContext,
    readonly options: IpOptions,
    /** Namespace that requests act in: the process's own, or that of -n. */
    public netns: NetnsId,
  ) {}

  // ------------------------------------------------------------------------------------------- requests

  request<Op extends Operation>(op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    if (this.netns === this.cx.netns) return this.cx.request(op, body);
    return this.cx.host.request(this.netns, op, body);
  }

  /** Sends a request; a refusal is printed as the kernel's answer and ends the command with status 2. */
  talk<Op extends Operation>(op: Op, body: BodyOf<Op>): ReplyOf<Op> {
    const reply = this.request(op, body);
    return reply.ok ? reply.value : this.refuse(reply);
  }

  /** As `talk`, for lists: a refusal adds a line that tells what ended. */
  dump<Op extends Operation>(op: Op, body: BodyOf<Op>, what = "Dump"): ReplyOf<Op> {
    const reply = this.request(op, body);
    if (reply.ok) return reply.value;
    if (what === "Dump" && this.options.isJson && op === "RTM_GETROUTE_DUMP")
      this.out(this.options.isPretty ? "[ " : "["); // begun, and left so
    this.printRefusal(reply);
    return this.fail(`${what} terminated\n`, 2);
  }

  printRefusal(refusal: Refusal): void {
    this.err(
      refusal.extack === null
        ? `RTNETLINK answers: ${strerror(refusal.errno)}\n`
        : `Error: ${refusal.extack}${refusal.extack.endsWith(".") ? "" : "."}\n`,
    );
  }

  refuse(refusal: Refusal): never {
    this.printRefusal(refusal);
    throw new IpFailure(2);
  }

  refuseErrno(errno: Errno): never {
    return this.refuse({ ok: false, errno, extack: null });
  }

  // ------------------------------------------------------------------------------------------- output

  /** Standard output is a pipe's: kept until the process ends or starts another. */
  out(text: string): void {
    this.output += text;
  }

  flush(): void {
    if (this.output !== "") this.cx.out(this.output);
    this.output = "";
  }

  err(text: string): void {
    this.cx.err(text);
  }

  /** The command fails; with -force a batch goes on. */
  fail(text: string, status: number): never {
    this.err(text);
    throw new IpFailure(status);
  }

  /** The process ends. */
  exit(text: string, status = 255): never {
    this.err(text);
    throw new IpExit(status);
  }

  args(words: readonly string[]): Args {
    return new Args(words, (text) => this.err(text));
  }

  printer(): Printer {
    const o = this.options;
    return new Printer(o.isJson, o.isPretty, o.isOneline, o.isColored && !o.isJson);
  }

  /** For what -j leaves as text. */
  textPrinter(): Printer {
    return new Printer(false, false, this.options.isOneline, this.options.isColored);
  }

  /** Prints with a fresh printer, JSON as one list. */
  print(write: (p: Printer) => void): void {
    const p = this.printer();
    p.begin();
    write(p);
    p.finish();
    this.out(p.takeOutput());
  }

  // ------------------------------------------------------------------------------------------- devices

  private remember(link: LinkInfo): LinkInfo {
    this.byIndex.set(link.ifindex, link);
    this.byName.set(link.ifname, link);
    for (const altname of link.altnames) this.byName.set(altname, link);
    return link;
  }

  /** A device that the kernel told of: the name that it was first known by stays. @source iproute2, lib/ll_map.c */
  noteLink(link: LinkInfo): void {
    const known = this.byIndex.get(link.ifindex);
    this.remember(known === undefined ? link : { ...link, ifname: known.ifname });
  }

  /** All devices by ifindex. */
  dumpLinks(): readonly LinkInfo[] {
    const links = this.dump("RTM_GETLINK_DUMP", {});
    for (const link of links) this.remember(link);
    return links;
  }

  getLink(body: { ifindex?: number; ifname?: string }): Result<LinkInfo> {
    const reply = this.request("RTM_GETLINK", body);
    if (reply.ok) this.remember(reply.value);
    return reply;
  }

  /** One device that was found before. */
  talkLink(ifindex: number): LinkInfo {
    const reply = this.getLink({ ifindex });
    return reply.ok ? reply.value : this.refuse(reply);
  }

  /** ifindex of a name or of `if<number>`; null: there is none. */
  findIndex(name: string): number | null {
    const known = this.byName.get(name);
    if (known !== undefined) return known.ifindex;
    if (name !== "" && new TextEncoder().encode(name).length <= ALTNAME_MAX) {
      const reply = this.getLink({ ifname: name });
      if (reply.ok) return reply.value.ifindex;
    }
    const numbered = /^if(\d+)/.exec(name);
    return numbered === null ? null : Number(numbered[1]) || null;
  }

  /** As `findIndex`, or the complaint of commands that change something. */
  needIndex(name: string): number {
    return this.findIndex(name) ?? this.fail(`Cannot find device "${name}"\n`, 1);
  }

  linkByIndex(ifindex: number): LinkInfo | null {
    const known = this.byIndex.get(ifindex);
    if (known !== undefined) return known;
    const reply = this.getLink({ ifindex });
    return reply.ok ? reply.value : null;
  }

  nameOf(ifindex: number): string {
    if (ifindex === 0) return "*";
    return this.linkByIndex(ifindex)?.ifname ?? `if${ifindex}`;
  }

  /** Forgets all devices, as between the lines of a batch where one may have been renamed. */
  forgetLinks(): void {
    this.byIndex.clear();
    this.byName.clear();
    this.netnsNames = null;
  }

  /** The kernel told of a device that is gone. */
  forgetLink(ifindex: number): void {
    const known = this.byIndex.get(ifindex);
    if (known === undefined) return;
    this.byIndex.delete(ifindex);
    for (const name of [known.ifname, ...known.altnames]) this.byName.delete(name);
  }

  forgetNsid(nsid: number): void {
    this.netnsNames?.delete(nsid);
  }

  /** The kernel told of an id. Names that are gone stay known. */
  noteNsid(nsid: number, name: string | undefined): void {
    if (name !== undefined && this.nameOfNsid(nsid) === null) this.netnsNames?.set(nsid, name);
  }

  /** Name of a namespace by its id as seen from here: the first one under /run/netns; null: it has none. */
  nameOfNsid(nsid: number): string | null {
    if (this.netnsNames === null) {
      const names = new Map<number, string>();
      const reply = this.request("NETNS_LIST", {});
      for (const entry of reply.ok ? reply.value : [])
        if (entry.fault === "EINVAL") this.err("Error: Peer netns reference is invalid.\n");
        else if (entry.nsid !== null && !names.has(entry.nsid)) names.set(entry.nsid, entry.name);
      this.netnsNames = names;
    }
    return this.netnsNames.get(nsid) ?? null;
  }
}

function isNameText(name: string, max: number): boolean {
  return name !== "" && new TextEncoder().encode(name).length <= max && !/[/\s]/.test(name);
}

/** A name that ip(8) lets through to the kernel. */
export function isValidIfname(name: string): boolean {
  return isNameText(name, IFNAME_MAX);
}

export function isValidAltname(name: string): boolean {
  return isNameText(name, ALTNAME_MAX);
}

/** The first argument of `ip link add`: of any length, the kernel judges that. */
export function isValidNewIfname(name: string): boolean {
  return isNameText(name, ALTNAME_MAX);
}
