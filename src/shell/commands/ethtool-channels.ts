/** `ethtool -l` and `-L`: queues of a device. @source ethtool 6.1, netlink/channels.c */
import { strerror } from "../../core/errno.ts";
import type { CommandContext } from "../host.ts";
import { NO_DEVICE, UNSUPPORTED } from "./ethtool-refused.ts";

export function showChannels(cx: CommandContext, ifname: string): number {
  const found = cx.request("ETHTOOL_GCHANNELS", { ifname });
  if (!found.ok) {
    cx.err(found.errno === "ENODEV" ? NO_DEVICE : UNSUPPORTED);
    return 1;
  }
  const { rxMax, txMax, rx, tx } = found.value;
  const block = (r: number, t: number) => `RX:\t\t${r}\nTX:\t\t${t}\nOther:\t\tn/a\nCombined:\tn/a\n`;
  cx.out(`Channel parameters for ${ifname}:\nPre-set maximums:\n${block(rxMax, txMax)}`);
  cx.out(`Current hardware settings:\n${block(rx, tx)}`);
  return 0;
}

export function setChannels(cx: CommandContext, ifname: string, words: readonly string[]): number {
  const wishes: { rx?: number; tx?: number; combined?: number; other?: number } = {};
  for (let i = 0; i < words.length; i += 2) {
    const word = words[i]!;
    if (word !== "rx" && word !== "tx" && word !== "combined" && word !== "other") {
      cx.err(`ethtool (-L): unknown parameter '${word}'\n`);
      return 1;
    }
    const value = words[i + 1];
    if (value === undefined) {
      cx.err(`ethtool (-L): no value for parameter '${word}'\n`);
      return 1;
    }
    if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(value)) {
      cx.err(`ethtool (-L): invalid value '${value}' for parameter '${word}'\n`);
      return 1;
    }
    wishes[word] = Number(value);
  }
  const done = cx.request("ETHTOOL_SCHANNELS", { ifname, ...wishes });
  if (done.ok) return 0;
  if (done.extack !== null) cx.err(`netlink error: ${done.extack} (offset 32)\n`);
  cx.err(done.errno === "ENODEV" ? NO_DEVICE : `netlink error: ${strerror(done.errno)}\n`);
  return 1;
}
