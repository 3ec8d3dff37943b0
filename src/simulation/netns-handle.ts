/**
 * A network namespace of a simulation and what can be done in it. Functions are named as in Go's vishvananda/netlink; each says
 * which command it equals. A refusal throws a `NetlinkError` with the errno that the kernel gives.
 */
import { type Result, refused } from "../core/result.ts";
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, RT_TABLE_MAIN } from "../events/netlink.ts";
import type {
  AddrInfo,
  BodyOf,
  LinkInfo,
  NeighInfo,
  NetnsId,
  Operation,
  ReplyOf,
  RouteGetInfo,
  RouteInfo,
} from "../events/requests.ts";
import type { PingState } from "../processes/ping-state.ts";
import { parseAddress } from "./address-text.ts";
import * as inet from "./inet-api.ts";
import {
  defined,
  type LinkChange,
  type LinkRef,
  linkAttrs,
  linkChange,
  type NetnsTarget,
  type NewLink,
} from "./link-api.ts";
import { NetlinkSocket } from "./netlink-api.ts";
import { NetlinkError } from "./netlink-error.ts";
import { type PingRequest, type PingResult, pingArgv, pingResult } from "./ping-api.ts";
import type { Turns } from "./turns.ts";
import type { World } from "./world.ts";

const ADD = NLM_F_CREATE | NLM_F_EXCL;
const REPLACE = NLM_F_CREATE | NLM_F_REPLACE;

export class NetnsHandle {
  /** A socket of rtnetlink, with the options that `ip` sets; `open` gives others. */
  readonly netlink = new NetlinkSocket(
    (send) => this.ask("netlink.send", "NETLINK_SEND", send),
    (target) => this.resolver("netlink.send")(target),
  );

  constructor(
    private readonly world: World,
    private readonly turns: Turns,
    /** Its number in the run and in the log. */
    readonly id: NetnsId,
    /** The name by which it was opened; `""` for the namespace that a run starts in. */
    readonly name: string,
  ) {}

  // -------------------------------------------------------------------------------------------- requests

  /** A request as the shell's commands make it, with the kernel's bare answer. */
  request<Op extends Operation>(op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    this.turns.note();
    if (!this.world.hasNetns(this.id)) return refused("ENOENT", "the namespace is gone");
    return this.world.request(this.id, op, body);
  }

  /** Gives the value or throws, in the name of a function of this class. */
  private need(what: string): inet.Need {
    return (result) => {
      if (result.ok) return result.value;
      throw new NetlinkError(result, what, this.name === "" ? "main" : this.name);
    };
  }

  private ask<Op extends Operation>(what: string, op: Op, body: BodyOf<Op>): ReplyOf<Op> {
    return this.need(what)(this.request(op, body));
  }

  private ifindex(what: string, link: LinkRef): number {
    return typeof link === "number" ? link : this.ask(what, "RTM_GETLINK", { ifname: link }).ifindex;
  }

  private resolver(what: string): (target: NetnsTarget) => NetnsId {
    return (target) => {
      if (typeof target === "string") return this.ask(what, "NETNS_OPEN", { name: target }).netns;
      if (target instanceof NetnsHandle && target.world !== this.world)
        throw new TypeError(`${what}: the namespace is of another simulation`);
      return target.id;
    };
  }

  // -------------------------------------------------------------------------------------------- links

  /**
   * `ip link add NAME type KIND ...`. A veth pair is made whole or not at all.
   * EEXIST (name or ifindex is taken, the peer's too), EINVAL (name, mtu, address), EADDRNOTAVAIL (a group address),
   * EOPNOTSUPP (unknown kind).
   */
  linkAdd(link: NewLink): void {
    const what = `linkAdd ${link.ifname ?? ""} ${link.kind}`;
    const resolve = this.resolver(what);
    const peer = link.peer === undefined ? {} : { peer: linkAttrs(link.peer, resolve) };
    const { kind, bridge, master } = link;
    const more = defined({ bridge, master: master === undefined ? undefined : this.ifindex(what, master) });
    this.ask(what, "RTM_NEWLINK_ADD", { ...linkAttrs(link, resolve), kind, ...peer, ...more });
  }

  /** `ip link del DEV`; the other end of a pair goes, too. ENODEV, EOPNOTSUPP (loopback). */
  linkDel(link: LinkRef): void {
    const what = `linkDel ${link}`;
    this.ask(what, "RTM_DELLINK", { ifindex: this.ifindex(what, link) });
  }

  /**
   * `ip link set DEV ...`. What came before a refusal stays, as in the kernel.
   * ENODEV, EBUSY (rename of a device that is up), EEXIST (name), EINVAL (mtu, address, netns of loopback).
   */
  linkSet(link: LinkRef, change: LinkChange): void {
    const what = `linkSet ${link} ${Object.keys(change).join(" ")}`;
    const ifindex = this.ifindex(what, link);
    this.ask(what, "RTM_NEWLINK_SET", {
      ifindex,
      ...linkChange(change, this.resolver(what), (master) => this.ifindex(what, master)),
    });
  }

  /** `ip link set DEV up`. ENODEV. */
  linkSetUp(link: LinkRef): void {
    this.linkSet(link, { up: true });
  }

  /** `ip link set DEV down`: its routes go, its neighbours are forgotten. ENODEV. */
  linkSetDown(link: LinkRef): void {
    this.linkSet(link, { up: false });
  }

  /** `ip link set DEV mtu N`. ENODEV, EINVAL (out of the device's bounds). */
  linkSetMtu(link: LinkRef, mtu: number): void {
    this.linkSet(link, { mtu });
  }

  /** `ip link set DEV name NAME`. ENODEV, EEXIST, EINVAL. */
  linkSetName(link: LinkRef, ifname: string): void {
    this.linkSet(link, { ifname });
  }

  /** `ip link set DEV address LLADDR`. ENODEV, EINVAL, EADDRNOTAVAIL (a group address). */
  linkSetHardwareAddr(link: LinkRef, address: string): void {
    this.linkSet(link, { address });
  }

  /** `ip link set DEV netns NAME`: it goes down and loses its addresses. ENODEV, ENOENT, EEXIST (name is taken there), EINVAL (loopback). */
  linkSetNetns(link: LinkRef, netns: NetnsTarget): void {
    this.linkSet(link, { netns });
  }

  /** `ip link show`: all devices, by ifindex. */
  linkList(): readonly LinkInfo[] {
    return this.ask("linkList", "RTM_GETLINK_DUMP", {});
  }

  /** `ip link show DEV`. ENODEV. */
  linkByName(ifname: string): LinkInfo {
    return this.ask(`linkByName ${ifname}`, "RTM_GETLINK", { ifname });
  }

  // -------------------------------------------------------------------------------------------- addresses

  /** `ip addr add ADDRESS/LENGTH dev DEV`. ENODEV, EEXIST, EINVAL. */
  addrAdd(link: LinkRef, address: string, options: inet.AddrOptions = {}): void {
    this.addrModify(`addrAdd ${link} ${address}`, ADD, link, address, options);
  }

  /** `ip addr replace ADDRESS/LENGTH dev DEV`. ENODEV, EINVAL. */
  addrReplace(link: LinkRef, address: string, options: inet.AddrOptions = {}): void {
    this.addrModify(`addrReplace ${link} ${address}`, REPLACE, link, address, options);
  }

  private addrModify(
    what: string,
    nlmFlags: number,
    link: LinkRef,
    address: string,
    options: inet.AddrOptions,
  ): void {
    const request = inet.addrRequest(address, options, this.need(what));
    this.ask(what, "RTM_NEWADDR", { ifindex: this.ifindex(what, link), nlmFlags, ...request });
  }

  /** `ip addr del ADDRESS/LENGTH dev DEV`; a primary address takes its secondaries along. ENODEV, EADDRNOTAVAIL. */
  addrDel(link: LinkRef, address: string, options: Pick<inet.AddrOptions, "peer" | "label"> = {}): void {
    const what = `addrDel ${link} ${address}`;
    const { local, prefixLen, peer, label } = inet.addrRequest(address, options, this.need(what));
    const ifindex = this.ifindex(what, link);
    this.ask(what, "RTM_DELADDR", { ifindex, local, prefixLen, ...defined({ peer, label }) });
  }

  /** `ip addr show [dev DEV]`. ENODEV. */
  addrList(link?: LinkRef): readonly AddrInfo[] {
    const all = this.ask("addrList", "RTM_GETADDR", {});
    if (link === undefined) return all;
    const ifindex = this.ifindex(`addrList ${link}`, link);
    return all.filter((addr) => addr.ifindex === ifindex);
  }

  // -------------------------------------------------------------------------------------------- routes

  /** `ip route add DST [via GATEWAY] [dev DEV] ...`; DST is CIDR text or `default`. EEXIST, ENETUNREACH (gateway), ENETDOWN, ENODEV, EINVAL. */
  routeAdd(dst: string, options: inet.RouteOptions): void {
    this.routeModify(`routeAdd ${dst}`, ADD, dst, options);
  }

  /** `ip route append DST ...`: behind routes of the same destination. Errors as for `routeAdd`. */
  routeAppend(dst: string, options: inet.RouteOptions): void {
    this.routeModify(`routeAppend ${dst}`, NLM_F_CREATE | NLM_F_APPEND, dst, options);
  }

  /** `ip route replace DST ...`. Errors as for `routeAdd`, without EEXIST. */
  routeReplace(dst: string, options: inet.RouteOptions): void {
    this.routeModify(`routeReplace ${dst}`, REPLACE, dst, options);
  }

  private routeModify(what: string, nlmFlags: number, dst: string, options: inet.RouteOptions): void {
    const oif = options.dev === undefined ? undefined : this.ifindex(what, options.dev);
    this.ask(what, "RTM_NEWROUTE", {
      ...inet.routeRequest(dst, options, oif, false, this.need(what)),
      nlmFlags,
    });
  }

  /** `ip route del DST ...`: the first route that agrees with all that is given. ESRCH. */
  routeDel(dst: string, options: inet.RouteOptions = {}): void {
    const what = `routeDel ${dst}`;
    const oif = options.dev === undefined ? undefined : this.ifindex(what, options.dev);
    this.ask(what, "RTM_DELROUTE", inet.routeRequest(dst, options, oif, true, this.need(what)));
  }

  /** `ip route show table N`, in the kernel's order; 0: of all tables. @defaultValue main */
  routeList(table: number = RT_TABLE_MAIN): readonly RouteInfo[] {
    return this.ask("routeList", "RTM_GETROUTE_DUMP", { table });
  }

  /** `ip route get DST [from SRC] [oif DEV]`. ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL (blackhole), ENODEV. */
  routeGet(dst: string, options: { readonly from?: string; readonly oif?: LinkRef } = {}): RouteGetInfo {
    const what = `routeGet ${dst}`;
    const need = this.need(what);
    const src = options.from === undefined ? undefined : need(parseAddress(options.from));
    const oif = options.oif === undefined ? undefined : this.ifindex(what, options.oif);
    return this.ask(what, "RTM_GETROUTE", { dst: need(parseAddress(dst)), ...defined({ src, oif }) });
  }

  // -------------------------------------------------------------------------------------------- neighbours

  /** `ip neigh add ADDRESS lladdr LLADDR dev DEV`. ENODEV, EEXIST, EINVAL (a valid state without an address). */
  neighAdd(link: LinkRef, address: string, options: inet.NeighOptions = {}): void {
    this.neighModify(`neighAdd ${link} ${address}`, ADD, link, address, options);
  }

  /** `ip neigh replace ADDRESS lladdr LLADDR dev DEV`: makes or changes. ENODEV, EINVAL. */
  neighSet(link: LinkRef, address: string, options: inet.NeighOptions = {}): void {
    this.neighModify(`neighSet ${link} ${address}`, REPLACE, link, address, options);
  }

  private neighModify(
    what: string,
    nlmFlags: number,
    link: LinkRef,
    address: string,
    options: inet.NeighOptions,
  ): void {
    const request = inet.neighRequest(address, options, this.need(what));
    this.ask(what, "RTM_NEWNEIGH", { ifindex: this.ifindex(what, link), nlmFlags, ...request });
  }

  /** `ip neigh del ADDRESS dev DEV`. ENODEV, ENOENT. */
  neighDel(link: LinkRef, address: string, options: Pick<inet.NeighOptions, "proxy"> = {}): void {
    const what = `neighDel ${link} ${address}`;
    const dst = this.need(what)(parseAddress(address));
    this.ask(what, "RTM_DELNEIGH", { ifindex: this.ifindex(what, link), dst, ...inet.neighFlags(options) });
  }

  /** `ip neigh show [dev DEV]`; with `proxy`, the proxy entries. ENODEV. */
  neighList(link?: LinkRef, options: { readonly proxy?: boolean } = {}): readonly NeighInfo[] {
    const ifindex = link === undefined ? 0 : this.ifindex(`neighList ${link}`, link);
    return this.ask("neighList", "RTM_GETNEIGH_DUMP", { ifindex, proxy: options.proxy === true });
  }

  // -------------------------------------------------------------------------------------------- files

  /** `sysctl -n KEY`, without the newline at the end. ENOENT, EACCES. */
  sysctlGet(key: string): string {
    return this.ask(`sysctlGet ${key}`, "FILE_READ", { path: sysctlPath(key) }).replace(/\n$/, "");
  }

  /** `sysctl -w KEY=VALUE`. ENOENT, EACCES (read-only), EINVAL (out of bounds, no number). */
  sysctlSet(key: string, value: string | number): void {
    const body = { path: sysctlPath(key), data: `${value}\n`, append: false };
    this.ask(`sysctlSet ${key}=${value}`, "FILE_WRITE", body);
  }

  /** `cat PATH`: files of the run, `/proc/net/*`, `/proc/sys/net/*`, `/sys/class/net/*`. ENOENT, EISDIR, EACCES, EINVAL. */
  readFile(path: string): string {
    return this.ask(`readFile ${path}`, "FILE_READ", { path });
  }

  /** `printf %s DATA > PATH`. ENOENT, EISDIR, EACCES, EINVAL. */
  writeFile(path: string, data: string): void {
    this.ask(`writeFile ${path}`, "FILE_WRITE", { path, data, append: false });
  }

  // -------------------------------------------------------------------------------------------- programs

  /**
   * `ping -c COUNT ... DESTINATION`, the shell's own program; virtual time passes. No answer is no error: see the result.
   * @throws NetlinkError ENOENT if the namespace is gone
   */
  async ping(destination: string, request: PingRequest = {}): Promise<PingResult> {
    const what = `ping ${destination}`;
    const { world } = this;
    const { pid } = this.ask(what, "FORK", { parent: 0, comm: "ping" });
    let output = "";
    let error = "";
    let ended: { readonly status: number; readonly state: PingState } | null = null;
    const listener = {
      output: (fd: number, text: string) => {
        if (fd === 1) output += text;
        else error += text;
      },
      exit: (status: number) => {
        ended = { status, state: world.process(pid)!.state as PingState };
      },
    };
    this.need(what)(world.spawn(this.id, pid, pingArgv(destination, request), listener));
    await this.turns.wait({
      what: `${what} (pid ${pid})`,
      until: Number.POSITIVE_INFINITY,
      hasEnded: () => ended !== null,
      finish: () => void world.request(this.id, "EXIT", { pid, status: ended!.status }),
    });
    const { status, state } = ended!;
    return pingResult(state, status, output, error);
  }
}

/** `net.ipv4.ip_forward` or `net/ipv4/conf/eth0.1/forwarding`: with a slash first, dots belong to names. */
function sysctlPath(key: string): string {
  const first = /[./]/.exec(key)?.[0];
  const path = first === "/" ? key : key.replace(/[./]/g, (c) => (c === "." ? "/" : "."));
  return `/proc/sys/${path.replace(/^\//, "")}`;
}
