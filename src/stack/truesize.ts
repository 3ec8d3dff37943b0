/** What the kernel charges for packets that wait. @source include/linux/skbuff.h, SKB_TRUESIZE; net/core/skbuff.c, __alloc_skb() */

/** Room for the link header and its alignment that a locally made packet gets. */
const HEADROOM = 31;
/** struct skb_shared_info */
const SHARED_INFO = 320;
/** struct sk_buff, in whole cache lines */
const SK_BUFF = 256;
/** Heads up to this size come from a cache of their own. */
const SMALL_HEAD = 576;
const CACHE_LINE = 64;
/** Longer packets get a small head, and their data lies in pages. @source SKB_MAX_ALLOC */
const HEAD_MAX = 16_064;
/** IP and UDP header, which stay in the head. */
const HEADERS = 28;

/** Memory charged for a locally made IPv4 packet. @param length octets from the IP header on */
export function packetTruesize(length: number): number {
  const octets = length + HEADROOM;
  if (octets >= HEAD_MAX) return SK_BUFF + SMALL_HEAD + length - HEADERS;
  const head = Math.ceil(octets / CACHE_LINE) * CACHE_LINE + SHARED_INFO;
  if (head <= SMALL_HEAD) return SK_BUFF + SMALL_HEAD;
  let bucket = 1024;
  while (bucket < head) bucket *= 2;
  return SK_BUFF + bucket;
}

/** Memory charged for a packet that was cut to an MTU and put together again, or is yet to be cut. */
export function fragmentedTruesize(length: number, mtu: number): number {
  if (length <= mtu) return packetTruesize(length);
  const room = Math.floor((mtu - 20) / 8) * 8;
  let sum = 0;
  for (let left = length - 20; left > 0; left -= room) sum += packetTruesize(20 + Math.min(left, room));
  return sum;
}
