/**
 * What an administrator sets of a bridge's multicast snooping.
 * @source net/bridge/br_multicast.c
 */
import type { Errno } from "../../core/errno.ts";
import { HZ } from "../../core/timer-wheel.ts";

/** Who hears all groups. @source include/uapi/linux/if_bridge.h */
export const MDB_RTR_TYPE_DISABLED = 0;
export const MDB_RTR_TYPE_TEMP_QUERY = 1;
export const MDB_RTR_TYPE_PERM = 2;
export const MDB_RTR_TYPE_TEMP = 3;

/** Intervals are in jiffies. @source struct net_bridge_mcast */
export interface MulticastSettings {
  readonly snooping: boolean;
  /** MDB_RTR_TYPE_*, of the bridge itself. */
  readonly router: number;
  readonly queryUseIfaddr: boolean;
  readonly querier: boolean;
  readonly hashMax: number;
  readonly lastMemberCount: number;
  readonly startupQueryCount: number;
  readonly lastMemberInterval: number;
  readonly membershipInterval: number;
  readonly querierInterval: number;
  readonly queryInterval: number;
  readonly queryResponseInterval: number;
  readonly startupQueryInterval: number;
  readonly statsEnabled: boolean;
  readonly igmpVersion: number;
  readonly mldVersion: number;
}

/** @source br_multicast_init(), br_multicast_ctx_init() */
export const MULTICAST_DEFAULTS: MulticastSettings = {
  snooping: true,
  router: MDB_RTR_TYPE_TEMP_QUERY,
  queryUseIfaddr: false,
  querier: false,
  hashMax: 4096,
  lastMemberCount: 2,
  startupQueryCount: 2,
  lastMemberInterval: HZ,
  membershipInterval: 260 * HZ,
  querierInterval: 255 * HZ,
  queryInterval: 125 * HZ,
  queryResponseInterval: 10 * HZ,
  startupQueryInterval: Math.floor((125 * HZ) / 4),
  statsEnabled: false,
  igmpVersion: 2,
  mldVersion: 1,
};

/** Queries come no more often than once a second and no less often than once a day. @source BR_MULTICAST_QUERY_INTVL_MIN */
const QUERY_INTERVAL_MIN = HZ;
const QUERY_INTERVAL_MAX = 86_400 * HZ;

function queryInterval(value: number): number {
  return Math.min(Math.max(value, QUERY_INTERVAL_MIN), QUERY_INTERVAL_MAX);
}

/** What is set, as the bridge keeps it, or why not. @source br_multicast_set_router() and its like */
export function checkMulticast(set: Partial<MulticastSettings>): Partial<MulticastSettings> | Errno {
  const { router, igmpVersion, mldVersion } = set;
  if (router !== undefined && router > MDB_RTR_TYPE_PERM) return "EINVAL";
  if (igmpVersion !== undefined && igmpVersion !== 2 && igmpVersion !== 3) return "EINVAL";
  if (mldVersion !== undefined && mldVersion !== 1 && mldVersion !== 2) return "EINVAL";
  return {
    ...set,
    ...(set.queryInterval === undefined ? {} : { queryInterval: queryInterval(set.queryInterval) }),
    ...(set.startupQueryInterval === undefined
      ? {}
      : { startupQueryInterval: queryInterval(set.startupQueryInterval) }),
  };
}
