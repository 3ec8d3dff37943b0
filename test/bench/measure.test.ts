import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { BenchRun, OpenRun } from "../../bench/engine.ts";
import { measure } from "../../bench/measure.ts";
import { w1 } from "../../bench/workloads/w1.ts";
import { granted } from "../../src/core/result.ts";
import type { Host } from "../../src/shell/host.ts";

/** A stand-in for the simulator: its `ping` loses what it is told to lose, and delivers two frames for each request. */
function openStandIn(lost: number, requests: string[] = []): OpenRun {
  return ({ logPath }): BenchRun => {
    const replies: Readonly<Record<string, unknown>> = {
      NETNS_ADD: { netns: 1 },
      RTM_GETLINK: { ifindex: 2 },
      FORK: { pid: 3 },
    };
    let done = () => {};
    let frames = 0;
    const host = {
      now: 0,
      programs: ["ping"],
      request: (netns: number, op: string, body: object) => {
        requests.push(`${netns} ${op} ${JSON.stringify(body)}`);
        return granted(replies[op] ?? null);
      },
      spawn: (_netns, _pid, argv, listener) => {
        done = () => {
          const sent = Number(argv[argv.indexOf("-c") + 1]);
          frames += 2 * sent;
          listener.output(1, `${sent} packets transmitted, ${sent - lost} received\n`);
          listener.exit(lost === 0 ? 0 : 1);
        };
        return granted(null);
      },
      advance: () => {
        done();
        return true;
      },
    } as Host;
    return {
      host,
      totals: () => ({ events: 3 * frames, framesDelivered: frames, drops: 0 }),
      close: async () => {
        if (logPath !== null) writeFileSync(logPath, "seven..");
      },
    };
  };
}

const OPTIONS = { hosts: 2, messages: 10, seed: 1, log: true, logFile: null };

describe("measure", () => {
  it("should count the work and the log's octets", async () => {
    const measured = await measure(w1, openStandIn(0), OPTIONS);
    expect(measured).toMatchObject({
      workload: "W1",
      frames_delivered: 20,
      events: 60,
      datagrams: 10,
      log_octets: 7,
    });
    expect(measured.params).toEqual({ K: 2, msgs: 10, link: "veth", arp: "dynamic", log: "on" });
  });
  it("should print the keys that ns-3's driver prints", async () => {
    const source = readFileSync("bench/peers/ns3/bench-w1.cc", "utf8").replace(/"\s*PRIu64\s*"/g, "");
    const peer = [...source.matchAll(/\\"(\w+)\\":/g)].map((match) => match[1]!);
    const own = await measure(w1, openStandIn(0), { ...OPTIONS, log: false });
    const onlyNs3 = ["backoffs", "scheduler", "checksum", "pcap"];
    const keys = new Set([...Object.keys(own), ...Object.keys(own.params), ...onlyNs3]);
    expect(peer.filter((key) => !keys.has(key))).toEqual([]);
    expect(peer.length).toBeGreaterThan(20);
  });
  it("should refuse a run that lost requests", async () => {
    await expect(measure(w1, openStandIn(1), OPTIONS)).rejects.toThrow(
      "ping of 10 requests ended with status 1",
    );
  });
});

describe("W1", () => {
  it("should join two namespaces by a veth pair with addresses in one network", () => {
    const requests: string[] = [];
    w1.prepare(openStandIn(0, requests)({ seed: 1, logPath: null }), OPTIONS);
    expect(requests).toEqual([
      '0 NETNS_ADD {"name":"a"}',
      '0 NETNS_ADD {"name":"b"}',
      '1 FILE_WRITE {"path":"/proc/sys/net/ipv6/conf/all/disable_ipv6","data":"1\\n","append":false}',
      '1 FILE_WRITE {"path":"/proc/sys/net/ipv6/conf/all/disable_ipv6","data":"1\\n","append":false}',
      '0 RTM_NEWLINK_ADD {"kind":"veth","ifname":"eth0","netns":1,"peer":{"ifname":"eth0","netns":1}}',
      '1 RTM_GETLINK {"ifname":"eth0"}',
      '1 RTM_NEWADDR {"ifindex":2,"local":"10.0.0.1","prefixLen":16,"nlmFlags":1536}',
      '1 RTM_NEWLINK_SET {"ifindex":2,"flags":1,"change":1}',
      '1 RTM_GETLINK {"ifname":"eth0"}',
      '1 RTM_NEWADDR {"ifindex":2,"local":"10.0.0.2","prefixLen":16,"nlmFlags":1536}',
      '1 RTM_NEWLINK_SET {"ifindex":2,"flags":1,"change":1}',
      '1 FORK {"parent":1,"comm":"ping"}',
    ]);
  });
});
