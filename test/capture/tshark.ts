/** tshark as the judge of captures. */
import { execFileSync } from "node:child_process";

export function hasTshark(): boolean {
  try {
    execFileSync("tshark", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What tshark prints of a file, one line a packet that the filter lets through. */
export function tshark(file: string, ...args: string[]): string {
  // What datagrams hold is no protocol, whatever their ports are known for.
  const base = ["-r", file, "-n", "-o", "ip.check_checksum:TRUE", "-d", "udp.port==1-65535,data"];
  return execFileSync("tshark", [...base, ...args], { encoding: "utf8", stdio: "pipe", maxBuffer: 1 << 26 });
}

/** Packets that are malformed, or whose IP or ICMP checksum is wrong (status 0). */
export const FAULTY =
  "_ws.malformed || _ws.expert.severity == error || ip.checksum.status == 0 || icmp.checksum.status == 0";
