/**
 * VLAN tags of frames that come in: they are taken off before any protocol sees the frame.
 * @source net/core/dev.c, __netif_receive_skb_core(); net/8021q/vlan_core.c, skb_vlan_untag()
 */
import { decodeFrame } from "../wire/ethernet.ts";
import { ETH_HLEN, type Frame } from "../wire/frame.ts";

const ETH_P_8021Q = 0x8100;
const ETH_P_8021AD = 0x88a8;
const VLAN_HLEN = 4;
/** Where the tag stands: behind both addresses. */
const TAG_AT = 12;

/** A frame whose outer tag was taken off, and the VLAN that the tag named. */
export interface Untagged {
  readonly frame: Frame;
  readonly vlan: number;
}

/** Null: the frame has no tag. */
export function vlanUntag(frame: Frame, newFrameId: () => number): Untagged | null {
  const { given, etherType } = frame;
  if ((etherType !== ETH_P_8021Q && etherType !== ETH_P_8021AD) || given === null) return null;
  if (given.length < ETH_HLEN + VLAN_HLEN) return null;
  const octets = new Uint8Array(given.length - VLAN_HLEN);
  octets.set(given.subarray(0, TAG_AT), 0);
  octets.set(given.subarray(TAG_AT + VLAN_HLEN), TAG_AT);
  const bare = decodeFrame(newFrameId(), octets);
  if ("reason" in bare) return null;
  return { frame: bare, vlan: ((given[ETH_HLEN]! << 8) | given[ETH_HLEN + 1]!) & 0xfff };
}
