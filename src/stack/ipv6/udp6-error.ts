/** ICMPv6 errors about datagrams. @source net/ipv6/udp.c, __udp6_lib_err() */
import type { StepContext } from "../../events/step-context.ts";
import { IPPROTO_UDP } from "../../wire/ipv4.ts";
import { IPV6_HLEN } from "../../wire/ipv6.ts";
import { udpAtPort } from "../udp-table.ts";

/** Where a quoted packet names what follows its header. */
const NEXT_HEADER_AT = 6;

/** An ICMPv6 error about a datagram. False: no socket has its port any more. @param quote the packet that it quotes */
export function isUdp6ErrorKnown(step: StepContext, netns: number, quote: Uint8Array): boolean {
  if (quote.length < IPV6_HLEN + 2 || quote[NEXT_HEADER_AT] !== IPPROTO_UDP) return true;
  return udpAtPort(step, netns, (quote[IPV6_HLEN]! << 8) | quote[IPV6_HLEN + 1]!).length > 0;
}
