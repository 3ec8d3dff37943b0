import { describe, expect, it } from "vitest";
import {
  ICMP,
  ICMPMSG_OUT,
  IP,
  IP_EXT,
  NO_SNMP_COUNTERS,
  procNetNetstat,
  procNetSnmp,
  procNetSnmp6,
  type SnmpCounters,
} from "../../../src/kernel/proc/net-snmp.ts";
import { nstat } from "../../../src/shell/commands/nstat.ts";
import { files, recorded, run } from "./fake-context.ts";

/** After so many pings to the own address. */
function pinged(count: number): SnmpCounters {
  const ip: number[] = [];
  for (const index of [IP.InReceives, IP.InDelivers, IP.OutRequests, IP.OutTransmits, IP_EXT.InNoECTPkts])
    ip[index] = 2 * count;
  for (const index of [IP_EXT.InOctets, IP_EXT.OutOctets]) ip[index] = 2 * 84 * count;
  const icmp: number[] = [];
  for (const index of [ICMP.InMsgs, ICMP.OutMsgs]) icmp[index] = 2 * count;
  const icmpMsg: number[] = [];
  for (const index of [0, 8, ICMPMSG_OUT, ICMPMSG_OUT + 8]) icmpMsg[index] = count;
  return { ...NO_SNMP_COUNTERS, ip, icmp, icmpMsg };
}

describe("nstat", () => {
  it("should print what iproute2 prints, run after run", async () => {
    const contents = new Map<string, string>();
    const env = new Map([["NSTAT_HISTORY", "/run/nst"]]);
    const steps = recorded(new URL("nstat.json", import.meta.url));
    for (const [n, step] of steps.entries()) {
      const counters = pinged(n === 0 ? 0 : n < 3 ? 2 : 3);
      contents.set("/proc/net/snmp", procNetSnmp(counters, { forwarding: false, defaultTtl: 64 }));
      contents.set("/proc/net/snmp6", procNetSnmp6(counters));
      contents.set("/proc/net/netstat", procNetNetstat(counters));
      const { out, err, rc } = await run(nstat, step.cmd, files(contents), env);
      const cut = out.split("\n").slice(0, 24).join("\n");
      expect({ cmd: step.cmd, out: out.split("\n").length > 25 ? `${cut}\n` : out, err, rc }).toEqual(step);
    }
  });

  it("should judge its history: of another source, of larger counters, of no counters", async () => {
    const counters = pinged(1);
    const contents = new Map([
      ["/proc/net/snmp", procNetSnmp(counters, { forwarding: false, defaultTtl: 64 })],
    ]);
    const shown = async (history: string, line: string) => {
      contents.set("/tmp/.nstat.u0", history);
      return run(nstat, line, files(contents));
    };
    expect(await shown("hi\n", "nstat")).toEqual({
      out: "",
      err: "nstat.c:146: error parsing history file\n",
      rc: 254,
    });
    expect(await shown("#foo\nIpInReceives 1 0.0\n", "nstat -s IpInR*")).toEqual({
      out: "#kernel\nIpInReceives                    2                  0.0\n",
      err: "nstat: history is stale, ignoring it.\n",
      rc: 0,
    });
    const larger = "#kernel\nIpInReceives 5 0.0\nIpInDelivers 1 0.0\n";
    expect((await shown(larger, "nstat -s IpIn*")).out).toBe(
      "#kernel\nIpInDelivers                    1                  0.0\n",
    );
    expect((await shown(larger, "nstat -sz IpInR*")).out).toBe(
      "#kernel\nIpInReceives                    0                  0.0 (overflow)\n",
    );
  });
});
