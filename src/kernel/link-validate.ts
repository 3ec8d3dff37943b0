/** What `ip link add` and `set` ask is looked at before anything is changed. */
import { type Refusal, refused } from "../core/result.ts";
import type { LinkAttrs, LinkSet } from "../events/requests.ts";

/** Octets that the kernel itself sends at once at most. @source include/linux/netdevice.h, TSO_MAX_SIZE, GRO_MAX_SIZE */
const SEGMENT_MAX_SIZE = 8 * 65535;
export const GSO_MAX_SEGS = 65535;
/** @source include/net/tcp.h, MAX_TCP_HEADER */
const GSO_SIZE_MIN = 257;
const QUEUES_MAX = 4096;

/** @source net/core/rtnetlink.c, ifla_policy, validate_linkmsg() */
export function validateSizes(attrs: LinkAttrs | LinkSet): Refusal | null {
  const { gsoMaxSize, gsoMaxSegs, groMaxSize } = attrs;
  if (gsoMaxSize !== undefined && gsoMaxSize < GSO_SIZE_MIN) return refused("ERANGE", "integer out of range");
  if (gsoMaxSize !== undefined && gsoMaxSize > SEGMENT_MAX_SIZE)
    return refused("EINVAL", "too big gso_max_size");
  if (gsoMaxSegs !== undefined && gsoMaxSegs > GSO_MAX_SEGS) return refused("EINVAL", "too big gso_max_segs");
  if (groMaxSize !== undefined && groMaxSize > SEGMENT_MAX_SIZE)
    return refused("EINVAL", "too big gro_max_size");
  return null;
}

/** What a device is refused for before it is registered. @source rtnl_create_link() */
export function validateCreation(attrs: LinkAttrs): Refusal | null {
  const { numTxQueues = 1, numRxQueues = 1 } = attrs;
  if (numTxQueues < 1 || numTxQueues > QUEUES_MAX)
    return refused("EINVAL", "Invalid number of transmit queues");
  if (numRxQueues < 1 || numRxQueues > QUEUES_MAX)
    return refused("EINVAL", "Invalid number of receive queues");
  return validateSizes(attrs);
}
