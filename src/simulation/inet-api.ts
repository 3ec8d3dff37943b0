/** Arguments of the typed functions on addresses, routes and neighbours, as plain words, and the requests they become. */
import type { Result } from "../core/result.ts";
import * as nl from "../events/netlink.ts";
import type { AddrAdd, NeighAdd, RouteSpec } from "../events/requests.ts";
import {
  broadcastOf,
  type Prefix,
  parseAddress,
  parseDestination,
  parseLladdr,
  parsePrefix,
} from "./address-text.ts";
import { defined, type LinkRef } from "./link-api.ts";

export const SCOPES = {
  global: nl.RT_SCOPE_UNIVERSE,
  site: nl.RT_SCOPE_SITE,
  link: nl.RT_SCOPE_LINK,
  host: nl.RT_SCOPE_HOST,
  nowhere: nl.RT_SCOPE_NOWHERE,
} as const;
export type Scope = keyof typeof SCOPES;

export interface AddrOptions {
  /** Address of the other end, as CIDR text: its length is the prefix's. */
  readonly peer?: string;
  /** `+`: all ones in the host part. @defaultValue none */
  readonly broadcast?: string;
  readonly label?: string;
  /** @defaultValue host for 127.0.0.0/8, else global */
  readonly scope?: Scope;
  /** Makes no route to the prefix. */
  readonly noprefixroute?: boolean;
  /** Seconds. @defaultValue forever */
  readonly validLft?: number;
  readonly preferredLft?: number;
  readonly metric?: number;
}

const TABLES = { default: nl.RT_TABLE_DEFAULT, main: nl.RT_TABLE_MAIN, local: nl.RT_TABLE_LOCAL } as const;
const ROUTE_TYPES = {
  unicast: nl.RTN_UNICAST,
  local: nl.RTN_LOCAL,
  broadcast: nl.RTN_BROADCAST,
  multicast: nl.RTN_MULTICAST,
  blackhole: nl.RTN_BLACKHOLE,
  unreachable: nl.RTN_UNREACHABLE,
  prohibit: nl.RTN_PROHIBIT,
  throw: nl.RTN_THROW,
} as const;

export interface RouteOptions {
  /** Gateway. */
  readonly via?: string;
  readonly dev?: LinkRef;
  /** Preferred source address. */
  readonly src?: string;
  readonly metric?: number;
  readonly type?: keyof typeof ROUTE_TYPES;
  /** @defaultValue link without a gateway, else global */
  readonly scope?: Scope;
  /** @defaultValue main; local for types local and broadcast */
  readonly table?: keyof typeof TABLES | number;
  /** RTPROT_*. @defaultValue boot */
  readonly protocol?: number;
  readonly tos?: number;
  readonly onlink?: boolean;
  readonly mtu?: number;
}

export const NUD_STATES = {
  permanent: nl.NUD_PERMANENT,
  noarp: nl.NUD_NOARP,
  reachable: nl.NUD_REACHABLE,
  stale: nl.NUD_STALE,
  delay: nl.NUD_DELAY,
  probe: nl.NUD_PROBE,
  failed: nl.NUD_FAILED,
  incomplete: nl.NUD_INCOMPLETE,
  none: nl.NUD_NONE,
} as const;

export interface NeighOptions {
  /** Six octets in hex between colons. */
  readonly lladdr?: string;
  /** @defaultValue permanent */
  readonly state?: keyof typeof NUD_STATES;
  /** Answers ARP requests for the address on behalf of somebody else. */
  readonly proxy?: boolean;
  readonly router?: boolean;
}

/** Takes the value of what was read, or throws the caller's error. */
export type Need = <T>(result: Result<T>) => T;

export function addrRequest(
  text: string,
  options: AddrOptions,
  need: Need,
): Omit<AddrAdd, "ifindex" | "nlmFlags"> {
  const local = need(parsePrefix(text));
  const peer = options.peer === undefined ? undefined : need(parsePrefix(options.peer));
  const { label, validLft, preferredLft, metric } = options;
  const scope = options.scope ?? (local.address.startsWith("127.") ? "host" : undefined);
  return {
    local: local.address,
    prefixLen: (peer ?? local).length,
    ...defined({
      peer: peer?.address,
      broadcast: broadcastText(options.broadcast, { ...local, length: (peer ?? local).length }, need),
      label,
      validLft,
      preferredLft,
      metric,
      scope: scope === undefined ? undefined : SCOPES[scope],
      flags: options.noprefixroute === true ? nl.IFA_F_NOPREFIXROUTE : undefined,
    }),
  };
}

function broadcastText(text: string | undefined, prefix: Prefix, need: Need): string | undefined {
  if (text === undefined) return undefined;
  return text === "+" ? (broadcastOf(prefix) ?? undefined) : need(parseAddress(text));
}

function routeScope(options: RouteOptions, isDelete: boolean): number {
  if (options.scope !== undefined) return SCOPES[options.scope];
  const { type } = options;
  if (type === "local") return nl.RT_SCOPE_HOST;
  if (type === "broadcast" || type === "multicast") return nl.RT_SCOPE_LINK;
  if (isDelete) return nl.RT_SCOPE_NOWHERE;
  const isDirect = (type === undefined || type === "unicast") && options.via === undefined;
  return isDirect ? nl.RT_SCOPE_LINK : nl.RT_SCOPE_UNIVERSE;
}

function routeTable({ table, type }: RouteOptions): number | undefined {
  if (typeof table === "number") return table;
  if (table !== undefined) return TABLES[table];
  return type === "local" || type === "broadcast" ? nl.RT_TABLE_LOCAL : undefined;
}

/** @param oif ifindex of `options.dev` */
export function routeRequest(
  text: string,
  options: RouteOptions,
  oif: number | undefined,
  isDelete: boolean,
  need: Need,
): RouteSpec {
  const dst = need(parseDestination(text));
  const { via, src, metric, tos, mtu } = options;
  const type = options.type ?? (isDelete ? undefined : "unicast");
  return {
    dst: dst.address,
    dstLen: dst.length,
    scope: routeScope(options, isDelete),
    ...defined({
      tos,
      mtu,
      oif,
      table: routeTable(options),
      protocol: options.protocol ?? (isDelete ? undefined : nl.RTPROT_BOOT),
      type: type === undefined ? undefined : ROUTE_TYPES[type],
      gateway: via === undefined ? undefined : need(parseAddress(via)),
      prefSrc: src === undefined ? undefined : need(parseAddress(src)),
      priority: metric,
      flags: options.onlink === true ? nl.RTNH_F_ONLINK : undefined,
    }),
  };
}

export function neighFlags(options: Pick<NeighOptions, "proxy" | "router">): { readonly flags?: number } {
  const flags = (options.proxy === true ? nl.NTF_PROXY : 0) | (options.router === true ? nl.NTF_ROUTER : 0);
  return flags === 0 ? {} : { flags };
}

export function neighRequest(
  text: string,
  options: NeighOptions,
  need: Need,
): Omit<NeighAdd, "ifindex" | "nlmFlags"> {
  const { lladdr } = options;
  return {
    dst: need(parseAddress(text)),
    state: NUD_STATES[options.state ?? "permanent"],
    ...(lladdr === undefined
      ? {}
      : {
          lladdr: need(parseLladdr(lladdr))
            .split(":")
            .map((o) => o.padStart(2, "0"))
            .join(""),
        }),
    ...neighFlags(options),
  };
}
