/** Ports and addresses as filter expressions name them. */
import { parseIpv4, prefixMask } from "../../wire/ipv4-address.ts";
import { FilterError } from "./filter-lex.ts";
import { SERVICES } from "./numbers.ts";

export function portNumber(text: string, protocols: readonly number[]): number {
  if (/^\d+$/.test(text)) {
    const port = Number(text);
    if (port > 65535) throw new FilterError(`illegal port number ${port} > 65535`);
    return port;
  }
  const lists =
    protocols.length > 1 ? [SERVICES.tcp, SERVICES.udp] : [protocols[0] === 17 ? SERVICES.udp : SERVICES.tcp];
  for (const list of lists) {
    const found = list.find((service) => service.names.includes(text));
    if (found !== undefined) return found.port;
  }
  const other = protocols[0] === 17 ? SERVICES.tcp : SERVICES.udp;
  if (protocols.length === 1 && other.some((service) => service.names.includes(text)))
    throw new FilterError(`port '${text}' is ${protocols[0] === 17 ? "tcp" : "udp"}`);
  throw new FilterError(`unknown port '${text}'`);
}

export function isService(name: string): boolean {
  return [...SERVICES.tcp, ...SERVICES.udp].some((service) => service.names.includes(name));
}

/** An address of one to four parts, and the mask of those that were given. */
export function dotted(text: string): { readonly address: number; readonly mask: number } {
  const parts = text.split(".").map(Number);
  if (parts.some((part) => part > 255) || (parts.length === 4 && parseIpv4(text) === null))
    throw new FilterError(`invalid IPv4 address '${text}'`);
  const address = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (parts[i] ?? 0), 0);
  return { address, mask: prefixMask(8 * parts.length) >>> 0 };
}
