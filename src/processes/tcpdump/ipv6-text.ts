/** IPv6 addresses as text. @source RFC 5952; inet_ntop(3) */

/** @param octets sixteen */
export function formatIpv6(octets: Uint8Array): string {
  const words: number[] = [];
  for (let i = 0; i < 16; i += 2) words.push((octets[i]! << 8) | octets[i + 1]!);
  let best = { from: -1, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && words[from + length] === 0) length++;
    if (length > best.length) best = { from, length };
  }
  const text = (part: readonly number[]) => part.map((word) => word.toString(16)).join(":");
  const isMapped = best.from === 0 && (best.length === 6 || (best.length === 5 && words[5] === 0xffff));
  if (isMapped) return `::${words[5] === 0xffff ? "ffff:" : ""}${[...octets.subarray(12)].join(".")}`;
  if (best.from < 0) return text(words);
  return `${text(words.slice(0, best.from))}::${text(words.slice(best.from + best.length))}`;
}
