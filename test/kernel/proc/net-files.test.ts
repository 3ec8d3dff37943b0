import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  NTF_PROXY,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_REACHABLE,
} from "../../../src/events/netlink.ts";
import type { LinkInfo, NeighInfo, RouteInfo } from "../../../src/events/requests.ts";
import { procNetArp } from "../../../src/kernel/proc/net-arp.ts";
import { procNetDev } from "../../../src/kernel/proc/net-dev.ts";
import { procNetIfInet6 } from "../../../src/kernel/proc/net-inet6.ts";
import { procNetSockstat } from "../../../src/kernel/proc/net-misc.ts";
import { procNetRoute } from "../../../src/kernel/proc/net-route.ts";

function fixture(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

describe("/proc/net/dev", () => {
  it("should print three devices, one with a long name", () => {
    const link = (ifname: string, rxBytes: number, rxPackets: number, txBytes: number, txPackets: number) =>
      ({
        ifname,
        stats: {
          rxBytes,
          rxPackets,
          rxErrors: 0,
          rxDropped: 0,
          rxMissed: 0,
          multicast: 0,
          txBytes,
          txPackets,
          txErrors: 0,
          txDropped: 0,
          txCarrierErrors: 0,
          collisions: 0,
        },
      }) as unknown as LinkInfo;
    expect(
      procNetDev([
        link("lo", 1344, 16, 1344, 16),
        link("veth0peer", 434, 5, 238, 3),
        link("veth0", 238, 3, 434, 5),
      ]),
    ).toBe(
      `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    1344      16    0    0    0     0          0         0     1344      16    0    0    0     0       0          0
veth0peer:     434       5    0    0    0     0          0         0      238       3    0    0    0     0       0          0
 veth0:     238       3    0    0    0     0          0         0      434       5    0    0    0     0       0          0
`,
    );
  });
});

describe("/proc/net/arp", () => {
  const neigh = (dst: string, state: number, lladdr: string | null, flags = 0): NeighInfo => ({
    family: "inet",
    ifindex: 2,
    dst,
    state,
    flags,
    lladdr,
    probes: 0,
    confirmed: 0,
    used: 0,
    updated: 0,
    refcnt: 1,
  });
  const device = () => ({ ifname: "v0", type: 1 });

  it("should print complete, incomplete, permanent and proxy entries and no others", () => {
    const neighbours = [
      neigh("10.0.0.10", NUD_NOARP, "02:00:00:00:00:98"),
      neigh("10.0.0.77", NUD_INCOMPLETE, null),
      neigh("10.0.0.2", NUD_REACHABLE, "02:00:00:00:00:02"),
      neigh("10.0.0.9", NUD_PERMANENT, "02:00:00:00:00:99"),
      neigh("10.0.0.50", 0, null, NTF_PROXY),
    ];
    expect(procNetArp(neighbours, device)).toBe(fixture("arp.txt"));
  });
});

describe("/proc/net/route", () => {
  it("should print gateways, hosts, metrics and special routes", () => {
    const route = (dst: string, dstLen: number, more: Partial<RouteInfo> = {}): RouteInfo => ({
      family: "inet",
      dst,
      dstLen,
      tos: 0,
      table: 254,
      protocol: 3,
      scope: 0,
      type: 1,
      gateway: null,
      oif: 2,
      prefSrc: null,
      priority: 0,
      flags: 0,
      mtu: null,
      ...more,
    });
    const gateway = "10.0.0.2";
    const routes = [
      route("0.0.0.0", 0, { gateway }),
      route("10.0.0.0", 24),
      route("10.0.0.3", 32),
      route("10.5.0.0", 16, { gateway, priority: 7, mtu: 1400 }),
      route("10.6.0.0", 16, { type: 7, oif: null }),
      route("10.7.0.0", 16, { type: 6, oif: null }),
      route("10.8.0.0", 16, { type: 9, oif: null }),
      route("10.9.0.1", 32, { type: 8, oif: null }),
      route("10.44.0.0", 16, { type: 3 }),
    ];
    const recorded = fixture("route.txt").replace(/^.*\t1040\t.*\n/m, "");
    expect(procNetRoute(routes, () => "v0")).toBe(recorded);
  });
});

describe("/proc/net/if_inet6 and sockstat", () => {
  it("should print addresses as 32 digits", () => {
    const lo = {
      family: "inet6",
      ifindex: 1,
      local: "::1",
      address: "::1",
      prefixLen: 128,
      scope: 254,
      flags: 0x80,
    } as never;
    expect(procNetIfInet6([lo], () => "lo")).toBe("00000000000000000000000000000001 01 80 10 80       lo\n");
  });

  it("should print socket counts", () => {
    expect(procNetSockstat({ used: 15, tcp: 0, tcpAlloc: 1, tcpMem: 191, udp: 0, raw: 0 })).toBe(
      "sockets: used 15\nTCP: inuse 0 orphan 0 tw 0 alloc 1 mem 191\nUDP: inuse 0 mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n",
    );
  });
});
