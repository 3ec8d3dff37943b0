import { describe, expect, it } from "vitest";
import { granted, refused } from "../../../src/core/result.ts";
import { ethtool } from "../../../src/shell/commands/ethtool.ts";
import { type Kernel, recorded, run } from "./fake-context.ts";

const LOWER_UP = 0x10000;
const KINDS: Readonly<Record<string, string | null>> = {
  eth0: "veth",
  lo: null,
  br0: "bridge",
  tap0: "tun",
  mv0: "macvlan",
};

function kernel(isCarrier: boolean): Kernel {
  return (op, body) => {
    const { ifname } = body as { ifname: string };
    if (op !== "RTM_GETLINK" || !Object.hasOwn(KINDS, ifname)) return refused("ENODEV");
    const isDown = ifname === "tap0" || ifname === "mv0" || (ifname === "eth0" && !isCarrier);
    const flags = 1 | (isDown ? 0 : LOWER_UP);
    const link = {
      ifname,
      kind: KINDS[ifname],
      flags,
      link: 2,
      numTxQueues: 2,
      numRxQueues: 2,
      permAddress: null,
    };
    return granted(link) as never;
  };
}

/** Answers that depend on features changed before, or on parts of ethtool that are left out. */
const LEFT_OUT = /-K eth0 (tx on|tx off rx off)|-K lo|ethtool -[xstdrpnue] |-k eth0$/;

describe("ethtool", () => {
  it("should print and return what ethtool 6.1 does", async () => {
    const steps = recorded(new URL("ethtool.json", import.meta.url));
    const peerDown = steps.findIndex(
      (step) => step.cmd === "ethtool eth0" && step.out.includes("detected: no"),
    );
    const firstFeatures = steps.findIndex((step) => step.cmd === "ethtool -k eth0");
    for (const [n, step] of steps.entries()) {
      if (LEFT_OUT.test(step.cmd) && n !== firstFeatures) continue;
      const { out, err, rc } = await run(ethtool, step.cmd, kernel(n < peerDown));
      expect({ cmd: step.cmd, out, err, rc }).toEqual(step);
    }
  });
});
