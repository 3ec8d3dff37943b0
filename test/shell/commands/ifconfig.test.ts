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

  it("should print flags as words and letters, and devices of other kinds", async () => {
    const flags = { flags: 0x1 | 0x2 | 0x80 | 0x100 | 0x200 | 0x1000 };
    const tun = {
      flags: 0x1 | 0x10 | 0x80 | 0x1000,
      type: 65534,
      peer: "none",
      txqueuelen: 500,
      isCarrierPending: false,
    };
    const local = { label: "tun0", local: 0x0a040001, peer: 0x0a040002, mask: 0xffffffff, broadcast: 0 };
    const { kernel } = new Interfaces([
      device("lo", 1, { flags: 0x9, mtu: 65536, type: 772 }),
      device("eth0", 2, flags),
      device("none", 3, { flags: 0 }),
      device("tun0", 4, { ...tun, inet: [local] }),
    ]);
    expect((await run(ifconfig, "ifconfig -s", kernel)).out).toBe(
      "Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n" +
        "eth0             1500        0      0      0 0             0      0      0      0 ABMPORU\n" +
        "lo              65536        0      0      0 0             0      0      0      0 LRU\n" +
        "tun0             1500        0      0      0 0             0      0      0      0 MOPU\n",
    );
    const shown = (await run(ifconfig, "ifconfig tun0", kernel)).out.split("\n").slice(0, 3);
    expect(shown).toEqual([
      "tun0: flags=4241<UP,POINTOPOINT,NOARP,MULTICAST>  mtu 1500",
      "        inet 10.4.0.1  netmask 255.255.255.255  destination 10.4.0.2",
      "        unspec 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  txqueuelen 500  (UNSPEC)",
    ]);
    const words = (await run(ifconfig, "ifconfig eth0", kernel)).out.split("\n")[0];
    expect(words).toBe("eth0: flags=5059<UP,BROADCAST,RUNNING,NOARP,PROMISC,ALLMULTI,MULTICAST>  mtu 1500");
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
