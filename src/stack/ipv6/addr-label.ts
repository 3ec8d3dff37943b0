/** The policy table by which a source is chosen to match its destination. @source RFC 6724 section 2.1; net/ipv6/addrlabel.c */
import { type Ipv6Address, prefixMaskIpv6 } from "../../wire/ipv6-address.ts";

export interface AddrLabel {
  readonly prefix: Ipv6Address;
  readonly prefixLen: number;
  /** For addresses of this device only; 0: for all. It need not exist any more. */
  readonly ifindex: number;
  readonly label: number;
}

/** @source ip6addrlbl_init_table[] */
export const DEFAULT_LABELS: readonly AddrLabel[] = Object.freeze(
  (
    [
      [1n, 128, 0],
      [0n, 96, 3],
      [0xffffn << 32n, 96, 4],
      [0x2001_0000n << 96n, 32, 6],
      [0x2001_0010n << 96n, 28, 7],
      [0x3ffen << 112n, 16, 12],
      [0x2002n << 112n, 16, 2],
      [0xfec0n << 112n, 10, 11],
      [0xfc00n << 112n, 7, 5],
      [0n, 0, 1],
    ] as const
  ).map(([prefix, prefixLen, label]) => Object.freeze({ prefix, prefixLen, ifindex: 0, label })),
);

/** Of an address that no entry has. @source IPV6_ADDR_LABEL_DEFAULT */
const LABEL_DEFAULT = 0xffff_ffff;

/** @param ifindex of the address's device; 0: of none @source ipv6_addr_label() */
export function labelOf(labels: readonly AddrLabel[], address: Ipv6Address, ifindex: number): number {
  const found = labels.find(
    (entry) =>
      (entry.ifindex === 0 || entry.ifindex === ifindex) &&
      (address & prefixMaskIpv6(entry.prefixLen)) === entry.prefix,
  );
  return found?.label ?? LABEL_DEFAULT;
}

function isSamePlace(a: AddrLabel, b: AddrLabel): boolean {
  return a.prefixLen === b.prefixLen && a.ifindex === b.ifindex && a.prefix === b.prefix;
}

/** Before entries with a shorter prefix, and before that of all devices with one as long. Null: it is there. @source __ip6addrlbl_add() */
export function addLabel(
  labels: readonly AddrLabel[],
  entry: AddrLabel,
  replaces: boolean,
): readonly AddrLabel[] | null {
  const same = labels.findIndex((other) => isSamePlace(other, entry));
  if (same >= 0) return replaces ? labels.with(same, entry) : null;
  let at = labels.findIndex(
    (other) =>
      other.prefixLen < entry.prefixLen || (other.prefixLen === entry.prefixLen && other.ifindex === 0),
  );
  if (at < 0) at = labels.length;
  return [...labels.slice(0, at), entry, ...labels.slice(at)];
}

/** Null: there is no such entry. @source __ip6addrlbl_del() */
export function deleteLabel(labels: readonly AddrLabel[], entry: AddrLabel): readonly AddrLabel[] | null {
  const rest = labels.filter((other) => !isSamePlace(other, entry));
  return rest.length === labels.length ? null : rest;
}
