/** `ip` as a process: batches, commands run in namespaces, tables of neighbour parameters. */
import { describe, expect, it } from "vitest";
import { granted } from "../../../../src/core/result.ts";
import type { NeighTableInfo } from "../../../../src/events/requests.ts";
import { ip } from "../../../../src/shell/commands/ip/index.ts";
import { humanNumber } from "../../../../src/shell/commands/ip/link-stats.ts";
import type { CommandContext } from "../../../../src/shell/host.ts";
import { RecordedKernel, type Run, readRecording, run, splitCommand } from "./recording.ts";

const { state } = readRecording("link");
const LO = "lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> \n";
const V0 = "v0@v1            UP             02:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP> \n";

function batch(options: string, text: string): Promise<Run> {
  const argv = splitCommand(`ip -br ${options} -b -`);
  return run(new RecordedKernel(state), argv, ip, { readAll: async () => text });
}

describe("ip -batch", () => {
  it("should read quotes, comments, joined lines and name the line that fails", async () => {
    const text = 'link show "v0" \\\n  up # x\n"link" show lo\n\n\tlink  show\tlo\nlink show v"0"\n';
    expect(await batch("-force", text)).toEqual({
      rc: 1,
      stdout: V0 + LO + LO,
      stderr: 'Device "v"0"" does not exist.\nCommand failed -:6\n',
    });
  });

  it("should go on after a failure with -force only", async () => {
    const text = "addr flush dev nosuch\nlink show lo\n";
    const stderr = 'Device "nosuch" does not exist.\nCommand failed -:1\n';
    expect(await batch("-force", text)).toEqual({ rc: 1, stdout: LO, stderr });
    expect(await batch("", text)).toEqual({ rc: 1, stdout: "", stderr });
  });

  it("should end at a misuse even with -force", async () => {
    expect(await batch("-force", "link set v0 mtu foo\nlink show lo\n")).toEqual({
      rc: 255,
      stdout: "",
      stderr: 'Error: argument "foo" is wrong: Invalid "mtu" value\n\n',
    });
  });

  it("should show links in place of one device's addresses once links were shown", async () => {
    const argv = splitCommand("ip -b -");
    const more = { readAll: async () => "addr show lo\nlink show lo\naddr show lo\n" };
    const head = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN";
    const tail = "group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n";
    const address = "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n";
    const shown = `${head} mode DEFAULT ${tail}`;
    expect((await run(new RecordedKernel(state), argv, ip, more)).stdout).toBe(
      `${head} ${tail}${address}${shown}${shown}`,
    );
  });

  it("should print JSON for each line", async () => {
    const json =
      '[{"ifname":"lo","operstate":"UNKNOWN","address":"00:00:00:00:00:00","flags":["LOOPBACK","UP","LOWER_UP"]}]\n';
    expect((await batch("-j", "link show lo\nlink show lo\n")).stdout).toBe(json + json);
  });
});

describe("ip netns exec", () => {
  function exec(cmd: string, status: number): { ran: unknown[]; result: Promise<Run> } {
    const ran: unknown[] = [];
    const more: Partial<CommandContext> = {
      missing: (name) => (name === "nosuchcmd" ? "ENOENT" : null),
      exec: async (argv, change) => {
        ran.push([change?.netns, ...argv]);
        return status;
      },
    };
    return { ran, result: run(new RecordedKernel(state), splitCommand(cmd), ip, more) };
  }

  it("should run the command in the namespace and give its status", async () => {
    const { ran, result } = exec("ip netns exec a sh -c exit", 7);
    expect(await result).toEqual({ rc: 7, stdout: "", stderr: "" });
    expect(ran).toEqual([[1, "sh", "-c", "exit"]]);
  });

  it("should say that there is no such command", async () => {
    expect(await exec("ip netns exec a nosuchcmd", 0).result).toEqual({
      rc: 1,
      stdout: "",
      stderr: 'exec of "nosuchcmd" failed: No such file or directory\n',
    });
  });

  it("should run it in every namespace with -all, whatever the statuses", async () => {
    const { ran, result } = exec("ip -all netns exec true", 3);
    expect(await result).toEqual({ rc: 0, stdout: "\nnetns: a\n\nnetns: c\n", stderr: "" });
    expect(ran).toEqual([
      [1, "true"],
      [2, "true"],
    ]);
  });
});

describe("ip netns identify and pids", () => {
  it("should tell the name of a namespace, or an empty line for none", async () => {
    const kernel = new RecordedKernel(state);
    expect((await run(kernel, splitCommand("ip netns identify"), ip)).stdout).toBe("\n");
    expect((await run(kernel, splitCommand("ip -n a netns identify"), ip)).stdout).toBe("a\n");
    expect((await run(kernel, splitCommand("ip netns identify 1"), ip)).stdout).toBe("\n");
  });

  it("should list processes one a line", async () => {
    const kernel = new RecordedKernel(state);
    kernel.answers.set("NETNS_PIDS", granted([7, 80]));
    expect((await run(kernel, splitCommand("ip netns pids a"), ip)).stdout).toBe("7\n80\n");
  });
});

const TABLE: NeighTableInfo = {
  name: "arp_cache",
  family: "inet",
  ifindex: 3,
  refcnt: 2,
  reachableMs: 26068,
  baseReachableMs: 30000,
  retransMs: 1000,
  gcStaleMs: 60000,
  delayProbeMs: 5000,
  queueLen: 101,
  queueLenBytes: 212_992,
  appProbes: 0,
  ucastProbes: 3,
  mcastProbes: 3,
  mcastReprobes: 0,
  intervalProbeMs: 5000,
  anycastDelayMs: 1000,
  proxyDelayMs: 800,
  proxyQueue: 64,
  locktimeMs: 1000,
  thresholds: null,
};
const DEFAULTS: NeighTableInfo = {
  ...TABLE,
  ifindex: null,
  refcnt: 1,
  thresholds: { thresh1: 128, thresh2: 512, thresh3: 1024, gcIntervalMs: 30000 },
};
const TAIL = ` reachable 26068 base_reachable 30000 retrans 1000 
    gc_stale 60000 delay_probe 5000 queue 101 
    app_probes 0 ucast_probes 3 mcast_probes 3 
    anycast_delay 1000 proxy_delay 800 proxy_queue 64 locktime 1000 

`;

describe("ip ntable", () => {
  const tables = [DEFAULTS, TABLE, { ...TABLE, name: "ndisc_cache", family: "inet6" }] as const;

  async function show(cmd: string): Promise<string> {
    const kernel = new RecordedKernel(state);
    kernel.answers.set("RTM_GETNEIGHTBL", granted(tables));
    return (await run(kernel, splitCommand(cmd), ip)).stdout;
  }

  it("should show a device's parameters for both families", async () => {
    const lines = (family: string, name: string): string =>
      `${family} ${name} \n    dev v0 \n    refcnt 2${TAIL}`;
    expect(await show("ip ntable show dev v0")).toBe(
      lines("inet", "arp_cache") + lines("inet6", "ndisc_cache"),
    );
  });

  it("should show the thresholds of a table", async () => {
    const head = "inet arp_cache \n    thresh1 128 thresh2 512 thresh3 1024 gc_int 30000 \n    refcnt 1";
    expect((await show("ip -4 ntable")).startsWith(head + TAIL)).toBe(true);
    expect(await show("ip -j ntable show name arp_cache")).toBe(
      '[{"family":"inet","name":"arp_cache","thresh1":128,"thresh2":512,"thresh3":1024,"gc_interval":30000,"refcnt":1,"reachable":26068,"base_reachable":30000,"retrans":1000,"gc_stale":60000,"delay_probe":5000,"queue":101,"app_probes":0,"ucast_probes":3,"mcast_probes":3,"anycast_delay":1000,"proxy_delay":800,"proxy_queue":64,"locktime":1000},{"family":"inet","name":"arp_cache","dev":"v0","refcnt":2,"reachable":26068,"base_reachable":30000,"retrans":1000,"gc_stale":60000,"delay_probe":5000,"queue":101,"app_probes":0,"ucast_probes":3,"mcast_probes":3,"anycast_delay":1000,"proxy_delay":800,"proxy_queue":64,"locktime":1000}]\n',
    );
  });
});

describe("numbers of ip -h -s", () => {
  it.each<[number, boolean, string]>([
    [240, false, "240"],
    [1880, false, "1.88k"],
    [20412833808, false, "20.4G"],
    [20412833808, true, "19.0Gi"],
    [342030, false, "342k"],
    [342030, true, "334ki"],
  ])("should show %d (-iec: %s) as %s", (value, isIec, text) => {
    expect(humanNumber(value, isIec)).toBe(text);
  });

  it("should widen the columns with the largest number", async () => {
    const kernel = new RecordedKernel(state);
    const lo = kernel.links[0]!;
    const stats = {
      ...lo.stats,
      rxBytes: 20412833808,
      rxPackets: 342030,
      txBytes: 20412833808,
      txPackets: 342030,
    };
    kernel.answers.set("RTM_GETLINK", granted({ ...lo, stats: { ...stats, rxOtherhost: 1 } }));
    const { stdout } = await run(kernel, splitCommand("ip -s -s link show lo"), ip);
    expect(stdout.split("\n").slice(2)).toEqual([
      "    RX:   bytes packets errors dropped  missed   mcast           ",
      "    20412833808  342030      0       0       0       0 ",
      "    RX errors:   length    crc   frame    fifo overrun otherhost",
      "                      0      0       0       0       0         1 ",
      "    TX:   bytes packets errors dropped carrier collsns           ",
      "    20412833808  342030      0       0       0       0 ",
      "    TX errors:  aborted   fifo  window heartbt transns",
      "                      0      0       0       0       0 ",
      "",
    ]);
  });
});
