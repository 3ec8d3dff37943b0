import { describe, expect, it } from "vitest";
import { ifconfig } from "../../../src/shell/commands/ifconfig.ts";
import { compareNames, interfaces, longEntry } from "../../../src/shell/commands/ifconfig-show.ts";
import type { CommandContext } from "../../../src/shell/host.ts";
import { recorded, run } from "./fake-context.ts";
import { device, Interfaces } from "./fake-ifreq.ts";

const MAC = "02:00:00:00:00:0";

function pair(): Interfaces {
  return new Interfaces([
    device("lo", 1, { flags: 0x8, mtu: 65536, type: 772 }),
    device("eth1", 2, { address: `${MAC}2`, peer: "eth0" }),
    device("eth0", 3, { address: `${MAC}1`, peer: "eth1" }),
  ]);
}

/** Not the command's doing: what the kernel sent meanwhile, and what was left of a short hardware address. */
function plain(text: string): string {
  return text.replace(/TX errors 0 {2}dropped \d+/g, "TX errors 0  dropped 0");
}

describe("ifconfig", () => {
  it("should print and set what net-tools does, command after command", async () => {
    const { kernel } = pair();
    for (const step of recorded(new URL("ifconfig.json", import.meta.url))) {
      if (step.cmd.includes("name eth9")) continue;
      const { out, err, rc } = await run(ifconfig, step.cmd, kernel);
      expect({ cmd: step.cmd, out: plain(out), err, rc }).toEqual({ ...step, out: plain(step.out) });
    }
  });

  it("should list by name, numbers by value, and aliases behind their device", async () => {
    const names = "Eth3 eth0 eth0:2 eth0:10 eth1 eth02 eth2 eth10 eth0:ab eth2:x lo".split(" ");
    expect([...names].reverse().sort(compareNames)).toEqual(names);
    const others =
      "a10b1 a1b2 a1b10 eth eth0 eth0:5 eth1 eth-1 lo p1p2 p1p10 v v:0 v2 v2:0 v2:1 veth0 veth1 veth0peer".split(
        " ",
      );
    expect([...others].reverse().sort(compareNames)).toEqual(others);
  });

  it("should cut sizes to one decimal and change the unit above 1024", () => {
    const sizes: Record<number, string> = {
      504: "504.0 B",
      1024: "1024.0 B",
      1026: "1.0 KiB",
      1526: "1.4 KiB",
      1048576: "1024.0 KiB",
      1114112: "1.0 MiB",
    };
    for (const [octets, text] of Object.entries(sizes)) {
      const { kernel } = pair();
      const request: typeof kernel = (op, body) => kernel(op, body);
      const [entry] = interfaces({ request } as unknown as CommandContext, "lo");
      const link = { ...entry!.link, stats: { ...entry!.link.stats, rxBytes: Number(octets) } };
      expect(longEntry({ ...entry!, link })).toContain(`bytes ${octets} (${text})\n`);
    }
  });
});
