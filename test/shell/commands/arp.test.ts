import { describe, expect, it } from "vitest";
import type { Errno } from "../../../src/core/errno.ts";
import { strerror } from "../../../src/core/errno.ts";
import { granted, refused } from "../../../src/core/result.ts";
import { arp } from "../../../src/shell/commands/arp.ts";
import { type Kernel, recorded, run, type Step } from "./fake-context.ts";

const HEADER = "IP address       HW type     Flags       HW address            Mask     Device\n";
const ERRNOS: readonly Errno[] = ["EINVAL", "ENODEV", "ENETUNREACH"];
const ETHERS = "10.0.0.31 02:00:00:00:00:31\n# c\n\n10.0.0.32 02:00:00:00:00:32 temp\nbad\n";

/** /proc/net/arp as it must have been for a listing by `arp -n`. */
function tableOf(listing: string): string {
  const rows = listing.trim().split("\n").slice(1);
  const lines = rows.map((row) => {
    const ip = row.slice(0, 24).trim();
    const letters = row.slice(53, 59).trim();
    const flags =
      (letters.includes("C") ? 2 : 0) | (letters.includes("M") ? 4 : 0) | (letters.includes("P") ? 8 : 0);
    const lladdr = letters.includes("C") ? row.slice(33, 50) : "00:00:00:00:00:00";
    return `${ip.padEnd(16)} 0x1         0x${flags.toString(16).padEnd(10)}${lladdr}     *        eth0\n`;
  });
  return HEADER + lines.join("");
}

/** Answers as the recorded step shows that the kernel answered. */
function kernelOf(step: Step, table: string, asked: unknown[]): Kernel {
  return (op, body) => {
    if (op === "SIOCSARP" || op === "SIOCDARP") {
      asked.push(body);
      if (step.out.startsWith("No ARP entry")) return refused("ENXIO");
      const errno = ERRNOS.find((name) => step.err.endsWith(`: ${strerror(name)}\n`));
      return (errno === undefined ? granted(null) : refused(errno)) as never;
    }
    if (op === "RTM_GETLINK") {
      const { ifname } = body as { ifname: string };
      return (ifname === "nosuch" ? refused("ENODEV") : granted({ address: "02:00:00:00:00:01" })) as never;
    }
    const { path } = body as { path: string };
    if (path === "/proc/net/arp") return granted(table) as never;
    return (path === "/run/ethers" ? granted(ETHERS) : refused("ENOENT")) as never;
  };
}

describe("arp", () => {
  const steps = recorded(new URL("arp.json", import.meta.url));

  it("should print and return what net-tools does", async () => {
    const full = tableOf(steps.find((step) => step.cmd === "arp -n" && step.out !== "")!.out);
    let isFull = false;
    for (const step of steps) {
      if (step.cmd === "arp -n" && step.out !== "") isFull = true;
      const isBare = step.out === "" || /^arp -n$/.test(step.cmd);
      const table = step.cmd === "arp -n" ? tableOf(step.out) : isFull || !isBare ? full : HEADER;
      const { out, err, rc } = await run(arp, step.cmd, kernelOf(step, table, []));
      expect({ cmd: step.cmd, out, err, rc }).toEqual(step);
    }
  });

  it("should ask for what the words say", async () => {
    const asked: unknown[] = [];
    const step = { cmd: "", out: "", err: "", rc: 0 };
    const lines = [
      "arp -s 10.0.0.2 02:00:00:00:00:aa",
      "arp -i eth0 -s 10.0.0.3 2:0:0:0:0:AB temp",
      "arp -Ds 10.0.0.7 eth0 pub",
      "arp -d 10.0.0.2",
      "arp -i eth0 -d 10.0.0.8 pub",
    ];
    for (const line of lines) await run(arp, line, kernelOf(step, HEADER, asked));
    expect(asked).toEqual([
      { address: "10.0.0.2", lladdr: "02:00:00:00:00:aa", flags: 6 },
      { address: "10.0.0.3", lladdr: "02:00:00:00:00:ab", flags: 2, dev: "eth0" },
      { address: "10.0.0.7", lladdr: "02:00:00:00:00:01", flags: 14, dev: "eth0" },
      { address: "10.0.0.2", flags: 4 },
      { address: "10.0.0.8", dev: "eth0", flags: 12 },
    ]);
  });
});
