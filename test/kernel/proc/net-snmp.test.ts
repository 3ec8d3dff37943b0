import { readFileSync } from "node:fs";
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
  SNMP_LENGTHS,
  type SnmpCounters,
  type SnmpGroup,
} from "../../../src/kernel/proc/net-snmp.ts";
import {
  ICMP_NAMES,
  ICMP6_NAMES,
  type IP_EXT_NAMES,
  IP_NAMES,
  IP6_NAMES,
} from "../../../src/kernel/proc/snmp-names.ts";

/** Recorded from Linux 6.18. */
function fixture(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

function counters(set: (at: (group: SnmpGroup, index: number, value: number) => void) => void): SnmpCounters {
  const groups = Object.fromEntries(
    Object.entries(SNMP_LENGTHS).map(([group, length]) => [group, new Array<number>(length).fill(0)]),
  );
  set((group, index, value) => {
    groups[group]![index] = value;
  });
  return groups as unknown as SnmpCounters;
}

/** Reads a file as nstat does and gives the counters behind it. */
function countersOf(text: string): SnmpCounters {
  const lines = text.split("\n").filter((line) => line !== "");
  return counters((at) => {
    for (let i = 0; i < lines.length; i += 2) {
      const [protocol, ...columns] = lines[i]!.split(/:? /);
      const row = lines[i + 1]!.split(" ").slice(1).map(Number);
      const names = columns.map((name, n) => [name, row[n]!] as const);
      for (const [name, value] of names) {
        const type = /^(In|Out)Type(\d+)$/.exec(name);
        if (type !== null) at("icmpMsg", (type[1] === "In" ? 0 : ICMPMSG_OUT) + Number(type[2]), value);
        else if (protocol === "Ip" && IP_NAMES.includes(name as "InReceives"))
          at("ip", IP[name as "InReceives"], value);
        else if (protocol === "IpExt") at("ip", IP_EXT[name as (typeof IP_EXT_NAMES)[number]], value);
        else if (protocol === "Icmp" && ICMP_NAMES.includes(name as "InMsgs"))
          at("icmp", ICMP[name as "InMsgs"], value);
      }
    }
  });
}

describe("/proc/net/snmp", () => {
  it("should print a namespace that answered two pings", () => {
    const text = fixture("snmp.txt");
    expect(procNetSnmp(countersOf(text), { forwarding: false, defaultTtl: 64 })).toBe(text);
  });

  it("should print more than sixteen types of ICMP messages on several lines", () => {
    const text = fixture("snmp-icmp-types.txt");
    expect(procNetSnmp(countersOf(text), { forwarding: false, defaultTtl: 64 })).toBe(text);
  });

  it("should print a fresh namespace", () => {
    const text = procNetSnmp(NO_SNMP_COUNTERS, { forwarding: true, defaultTtl: 64 });
    expect(text.split("\n")[1]).toBe("Ip: 1 64 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
    expect(text).not.toContain("IcmpMsg");
  });
});

describe("/proc/net/netstat", () => {
  it("should print what the kernel prints", () => {
    const text = fixture("netstat.txt");
    expect(procNetNetstat(countersOf(text))).toBe(text);
  });
});

describe("/proc/net/snmp6", () => {
  it("should print what the kernel prints", () => {
    const text = fixture("snmp6.txt");
    const values = new Map(
      text.split("\n").map((line) => [line.slice(0, 32).trim(), Number(line.slice(33))]),
    );
    const set = counters((at) => {
      IP6_NAMES.forEach((name, i) => {
        at("ip6", i, values.get(`Ip6${name}`)!);
      });
      ICMP6_NAMES.forEach((name, i) => {
        at("icmp6", i, values.get(`Icmp6${name}`)!);
      });
      for (const type of [128, 129]) {
        at("icmp6Msg", type, 1);
        at("icmp6Msg", ICMPMSG_OUT + type, 1);
      }
    });
    expect(procNetSnmp6(set)).toBe(text);
  });
});
