import { describe, expect, it } from "vitest";
import { granted, refused } from "../../../src/core/result.ts";
import { canSwitch, defaultFeatures, FEATURES, fixFeatures } from "../../../src/devices/features.ts";
import type { DeviceKind } from "../../../src/devices/net-device.ts";
import type { FeatureInfo } from "../../../src/events/requests.ts";
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

/** Features that are wanted, by device. */
type Wishes = Map<string, readonly string[]>;

function kindOf(ifname: string): DeviceKind | null {
  return ifname === "lo" ? "loopback" : ifname === "eth0" ? "veth" : null;
}

function features(wishes: Wishes, ifname: string, kind: DeviceKind): FeatureInfo[] {
  const wanted = wishes.get(ifname) ?? defaultFeatures(kind);
  const active = fixFeatures(wanted);
  return FEATURES.map((name) => ({
    name,
    isActive: active.includes(name),
    isWanted: wanted.includes(name),
    isFixed: !canSwitch(kind, name),
  }));
}

function kernel(isCarrier: boolean, wishes: Wishes): Kernel {
  return (op, body) => {
    const { ifname, on, off } = body as { ifname: string; on: string[]; off: string[] };
    if (!Object.hasOwn(KINDS, ifname)) return refused("ENODEV");
    const kind = kindOf(ifname);
    if (op === "ETHTOOL_GFEATURES" && kind !== null) return granted(features(wishes, ifname, kind)) as never;
    if (op === "ETHTOOL_SFEATURES" && kind !== null) {
      const wanted = features(wishes, ifname, kind).filter(({ name, isWanted, isFixed }) =>
        isFixed ? isWanted : on.includes(name) || (isWanted && !off.includes(name)),
      );
      wishes.set(
        ifname,
        wanted.map(({ name }) => name),
      );
      return granted(null) as never;
    }
    if (op === "ETHTOOL_GCHANNELS")
      return kind === "veth"
        ? (granted({ rxMax: 2, txMax: 2, rx: 1, tx: 1 }) as never)
        : refused("EOPNOTSUPP");
    if (op !== "RTM_GETLINK") return refused("ENODEV");
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

/** Features of kinds of devices that there are not yet. */
const LEFT_OUT = /-k br0/;

describe("ethtool", () => {
  it("should print and return what ethtool 6.1 does", async () => {
    const steps = recorded(new URL("ethtool.json", import.meta.url));
    const peerDown = steps.findIndex(
      (step) => step.cmd === "ethtool eth0" && step.out.includes("detected: no"),
    );
    const wishes: Wishes = new Map();
    for (const [n, step] of steps.entries()) {
      if (LEFT_OUT.test(step.cmd)) continue;
      const { out, err, rc } = await run(ethtool, step.cmd, kernel(n < peerDown, wishes));
      expect({ cmd: step.cmd, out, err, rc }).toEqual(step);
    }
  });
});
