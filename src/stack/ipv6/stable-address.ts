/** Identifiers that stay the same on a link and tell nothing of the device. @source RFC 7217; net/ipv6/addrconf.c, ipv6_generate_stable_address() */
import { sha1Transform } from "../../core/sha1.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { StepContext } from "../../events/step-context.ts";
import { type Ipv6Address, parseIpv6, writeIpv6 } from "../../wire/ipv6-address.ts";
import { inet6DevOf } from "./inet6-dev.ts";
import { netStack6 } from "./net-stack6.ts";

/** Secret, half of the prefix, address of the device, tries. */
const BLOCK_OCTETS = 64;
const PREFIX_AT = 16;
const TRIES_AT = 16 + 8 + 32;

function swapped(word: number): bigint {
  return BigInt(
    (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0,
  );
}

/** Identifiers that mean something: anycast ones and those of routers. @source ipv6_reserved_interfaceid() */
function isReserved(id: bigint): boolean {
  return (
    id === 0n || id >> 32n === 0x0200_5effn || (id >= 0xfdff_ffff_ffff_ff80n && id <= 0xfdff_ffff_ffff_ffffn)
  );
}

/** Null: no secret was set, or no identifier could be found. */
export function stableAddress(
  step: StepContext,
  dev: NetDevice,
  prefix: Ipv6Address,
  dadCount: number,
): Ipv6Address | null {
  const stack = netStack6(step, dev.netns);
  const text = inet6DevOf(step, dev).conf.stableSecret || stack.confDefault.stableSecret;
  const secret = text === "" ? null : parseIpv6(text);
  if (secret === null) return null;
  const block = new Uint8Array(BLOCK_OCTETS);
  writeIpv6(block, PREFIX_AT, prefix);
  block.fill(0, PREFIX_AT + 8);
  writeIpv6(block, 0, secret);
  // Virtual devices have no permanent address: its place holds zeros.
  for (let tries = dadCount; tries <= stack.settings.idgenRetries; tries++) {
    block[TRIES_AT] = tries;
    const digest = sha1Transform(block);
    const id = (swapped(digest[0]!) << 32n) | swapped(digest[1]!);
    if (!isReserved(id)) return prefix | id;
  }
  return null;
}

/** A secret by chance, as sysctl prints it. @source ipv6_gen_mode_random_init() */
export function randomSecret(step: StepContext): string {
  const words: string[] = [];
  for (let i = 0; i < 8; i++) words.push(step.draw("ipv6/secret", 0x1_0000).toString(16).padStart(4, "0"));
  return words.join(":");
}
