/** An IEEE 802 MAC-48 address as a whole number: first octet on the wire = most significant. */
export type Mac = number & { readonly __kind?: "mac" };

export const MAC_BROADCAST: Mac = 0xffff_ffff_ffff;
export const MAC_ZERO: Mac = 0;

/** `02:00:00:00:00:0a`, as Linux prints it. */
export function formatMac(mac: Mac): string {
  const hex = mac.toString(16).padStart(12, "0");
  return `${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}:${hex.slice(8, 10)}:${hex.slice(10, 12)}`;
}

/** Reads six hex octets of one or two digits between colons; anything else gives null. */
export function parseMac(text: string): Mac | null {
  const parts = text.split(":");
  if (parts.length !== 6) return null;
  let mac = 0;
  for (const part of parts) {
    if (!/^[0-9a-fA-F]{1,2}$/.test(part)) return null;
    mac = mac * 256 + Number.parseInt(part, 16);
  }
  return mac;
}

/** Group bit of the first octet: multicast or broadcast. */
export function isMulticastMac(mac: Mac): boolean {
  return Math.floor(mac / 0x100_0000_0000) % 2 === 1;
}

/** @source include/linux/etherdevice.h, is_valid_ether_addr() */
export function isValidEtherAddr(mac: Mac): boolean {
  return mac !== MAC_ZERO && !isMulticastMac(mac);
}

/** Link-layer address of an IPv4 group. @source RFC 1112 section 6.4; ip_eth_mc_map() */
export function multicastMac(group: number): Mac {
  return 0x0100_5e00_0000 + (group & 0x7f_ffff);
}

export function writeMac(mac: Mac, to: Uint8Array, at: number): void {
  const high = Math.floor(mac / 0x1_0000_0000);
  const low = mac >>> 0;
  to[at] = high >>> 8;
  to[at + 1] = high;
  to[at + 2] = low >>> 24;
  to[at + 3] = low >>> 16;
  to[at + 4] = low >>> 8;
  to[at + 5] = low;
}

export function readMac(from: Uint8Array, at: number): Mac {
  const high = (from[at]! << 8) | from[at + 1]!;
  const low = ((from[at + 2]! << 24) | (from[at + 3]! << 16) | (from[at + 4]! << 8) | from[at + 5]!) >>> 0;
  return high * 0x1_0000_0000 + low;
}
