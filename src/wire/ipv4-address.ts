/** An IPv4 address as an unsigned 32-bit number: first octet on the wire = most significant. */
export type Ipv4Address = number & { readonly __kind?: "ipv4" };

export const INADDR_ANY: Ipv4Address = 0;
export const INADDR_BROADCAST: Ipv4Address = 0xffff_ffff;
export const INADDR_LOOPBACK: Ipv4Address = 0x7f00_0001;

export function formatIpv4(a: Ipv4Address): string {
  return `${a >>> 24}.${(a >>> 16) & 255}.${(a >>> 8) & 255}.${a & 255}`;
}

/** Dotted quad, decimal, each part 0..255 (inet_pton(3)); anything else gives null. */
export function parseIpv4(text: string): Ipv4Address | null {
  const m = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (m === null) return null;
  let a = 0;
  for (let i = 1; i <= 4; i++) {
    const part = m[i]!;
    if (Number(part) > 255 || (part.length > 1 && part[0] === "0")) return null;
    a = a * 256 + Number(part);
  }
  return a;
}

/** inet_aton(3): one to four parts, decimal, octal or hex; the last part fills what is left. Null: not an address. */
export function inetAton(text: string): Ipv4Address | null {
  const parts = text.split(".");
  if (parts.length > 4) return null;
  let address = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const m = /^(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/.exec(part);
    if (m === null) return null;
    const value =
      m[1] !== undefined
        ? Number.parseInt(m[1], 16)
        : m[2] !== undefined
          ? Number.parseInt(m[2], 8)
          : Number(m[3]);
    const isLast = i === parts.length - 1;
    if (value >= (isLast ? 256 ** (4 - i) : 256)) return null;
    address += isLast ? value : value * 256 ** (3 - i);
  }
  return address;
}

/** The netmask of a prefix length of 0..32. */
export function prefixMask(prefixLen: number): Ipv4Address {
  return prefixLen === 0 ? 0 : (0xffff_ffff << (32 - prefixLen)) >>> 0;
}

export function isMulticastIpv4(a: Ipv4Address): boolean {
  return a >>> 28 === 0xe;
}

export function isLoopbackIpv4(a: Ipv4Address): boolean {
  return a >>> 24 === 127;
}
