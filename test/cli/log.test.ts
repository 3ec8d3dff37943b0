import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { NO_IPV6, PAIR, vethsim, workDirectory } from "./run-cli.ts";

const work = workDirectory();
let log = "";

beforeAll(async () => {
  log = work.path("pair.log");
  await vethsim(["run", work.write("pair.sh", PAIR), "--log", log]);
});

async function lines(...argv: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await vethsim(["log", log, ...argv]);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trimEnd().split("\n");
}

describe("vethsim log", () => {
  it("should print every event on a line, with names for numbers", async () => {
    const all = await lines();
    expect(all[0]).toMatch(/^#1 0\.000000000 netns_new main /);
    expect(all.at(-1)).toMatch(/^#\d+ \d\.\d{9} end /);
    expect(all.some((line) => / xmit blue\/v1 frame 2 \(42 octets\) \[02:00:00:00:00:02 > /.test(line))).toBe(
      true,
    );
  });
  it("should filter by kind, device, namespace, frame and time", async () => {
    const sent = await lines("--kind", "xmit", "--device", "blue/v1");
    expect(sent).toHaveLength(2);
    expect(sent.every((line) => line.includes(" xmit blue/v1 frame "))).toBe(true);
    expect(await lines("--kind", "xmit", "netif_rx", "--netns", "blue")).toHaveLength(4);
    expect(await lines("--frame", "1")).toHaveLength(2);
    const early = await lines("--to", "1ms");
    const late = await lines("--from", "1000001ns");
    expect(early.length + late.length).toBe((await lines()).length);
  });
  it("should list what was dropped: where, when, which frame and why", async () => {
    const script = work.write(
      "drops.sh",
      `${PAIR}${NO_IPV6}ip -n blue link set v1 address 02:00:00:00:00:09\nping -c 1 -W 1 10.0.0.2\nping -c 1 -W 4 10.0.0.9\nip -n blue link set v1 down\nsleep 1.2\nping -c 1 -W 1 10.0.0.2\n`,
    );
    const path = work.path("drops.log");
    await vethsim(["run", script, "--log", path]);
    const { stdout } = await vethsim(["log", path, "--drops"]);
    const [drop, why, because, ...rest] = stdout.trimEnd().split("\n");
    expect(drop).toMatch(
      /^#\d+ \S+ drop OTHERHOST blue\/v1 frame \d+ \(98 octets\) \[.* ICMP echo request id \d+ seq 1\] cause #\d+$/,
    );
    expect(why).toBe("  why          it is addressed to another MAC address");
    expect(because).toMatch(/^ {2}because of {3}#\d+ \S+ netif_rx blue\/v1 /);
    expect(rest[0]).toMatch(
      /^#\d+ \S+ drop NEIGH_FAILED main\/v0 \(84 octets\) \[IPv4 10\.0\.0\.1 > 10\.0\.0\.9 .* ICMP echo request id \d+ seq 1\] cause #\d+$/,
    );
    // Loopback is down: the sender is not told.
    expect(rest[3]).toMatch(/^#\d+ \S+ drop QDISC_DROP main\/lo frame \d+ .* ICMP type 3 code 1\]/);
    expect(rest[6]).toMatch(/^#\d+ \S+ drop QDISC_DROP main\/v0 frame \d+ /);
    expect(rest.at(-1)).toBe("4 dropped: QDISC_DROP 2, NEIGH_FAILED 1, OTHERHOST 1");
    const { stdout: elsewhere } = await vethsim(["log", path, "--drops", "--netns", "blue"]);
    expect(elsewhere.trimEnd().split("\n").at(-1)).toBe("1 dropped: OTHERHOST 1");
    expect((await vethsim(["log", log, "--drops"])).stdout).toBe("nothing was dropped\n");
  });
  it("should print events as JSON", async () => {
    const events = (await lines("--json", "--frame", "1")).map((line) => JSON.parse(line));
    expect(events.map(({ kind, deviceName }) => `${kind} ${deviceName}`)).toEqual([
      "xmit main/v0",
      "netif_rx blue/v1",
    ]);
    expect(events[0].octets).toMatch(/^ffffffffffff0200000000010806/);
  });
  it("should follow a frame hop by hop", async () => {
    const [head, because, ...hops] = await lines("--follow", "3");
    expect(head).toMatch(
      /^frame 3: 02:00:00:00:00:01 > 02:00:00:00:00:02 IPv4 10\.0\.0\.1 > 10\.0\.0\.2 .* \(98 octets\)$/,
    );
    expect(because).toMatch(/^ {2}because of {3}#\d+ .* netif_rx main\/v0 frame 2 /);
    expect(hops[0]).toMatch(/^ {2}\d\.\d{9} {2}main\/v0 sent it, #\d+$/);
    expect(hops[1]).toMatch(/^ {2}\d\.\d{9} {2}blue\/v1 received it, #\d+$/);
    expect(hops.at(-1)).toMatch(/^ {2}leads to {5}#\d+ .* xmit blue\/v1 frame 4 /);
  });
  it("should show the state at a time as the commands of that world do", async () => {
    const early = (await lines("--at", "0")).join("\n");
    expect(early).toContain("main$ ip -s -d link\n1: lo: ");
    expect(early).not.toContain("v0");
    const late = (await lines("--at", "7ms")).join("\n");
    expect(late).toMatch(/main\$ ip neigh\n10\.0\.0\.2 dev v0 lladdr 02:00:00:00:00:02 /);
    expect(late).toMatch(/blue\$ ip addr\n/);
    const [json] = await lines("--at", "7ms", "--json");
    const state = JSON.parse(json!);
    expect(state.namespaces.map((one: { name: string }) => one.name)).toEqual(["main", "blue"]);
    expect(state.namespaces[0].links[1].stats64.rx.packets).toBe(2);
  });
  it("should show the last state for a time behind the end, and say so", async () => {
    const { status, stdout, stderr } = await vethsim(["log", log, "--at", "1h"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^state at 0\.0\d+ s, /);
    expect(stderr).toMatch(/: the log ends at 0\.0\d+ s\n$/);
  });
  it("should say what is not there", async () => {
    expect(await vethsim(["log", log, "--device", "blue/eth9"])).toEqual({
      status: 2,
      stdout: "",
      stderr: "vethsim: --device blue/eth9: no event is about it (NETNS/IFNAME or a number is expected)\n",
    });
    expect((await vethsim(["log", log, "--follow", "99"])).stderr).toBe(
      "vethsim: --follow 99: the log has no such frame\n",
    );
    expect((await vethsim(["log", log, "--kind", "xmitt"])).stderr).toMatch(
      /no such kind; there are request, /,
    );
  });
  it("should read a log that is cut off as far as it goes, and tell where that is", async () => {
    const cut = work.path("cut.log");
    const octets = readFileSync(log);
    writeFileSync(cut, octets.subarray(0, octets.length - 100));
    const { status, stdout, stderr } = await vethsim(["log", cut]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^#1 /);
    expect(stderr).toContain(`${cut}: cut off at byte ${octets.length - 100}`);
    expect((await vethsim(["log", work.write("text", "hello")])).status).toBe(1);
  });
});

describe("vethsim replay", () => {
  it("should say that a log and its replay agree", async () => {
    const { status, stdout } = await vethsim(["replay", log]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/: replay and log agree: \d+ events, \d+ steps, 2 checkpoints, /);
    expect(JSON.parse((await vethsim(["replay", log, "--json"])).stdout).ok).toBe(true);
  });
  it("should agree although the output of a program went to a file", async () => {
    const path = work.path("to-file.log");
    const script = work.write("to-file.sh", `${PAIR.trim()} >/tmp/answer 2>&1\ncat /tmp/answer\n`);
    expect((await vethsim(["run", script, "--log", path])).stdout).toMatch(
      /1 packets transmitted, 1 received/,
    );
    expect((await vethsim(["replay", path])).stdout).toMatch(/: replay and log agree: /);
  });
  it("should name the place of a damage, with status 1", async () => {
    const damaged = work.path("damaged.log");
    const octets = readFileSync(log);
    const at = octets.length - 300;
    octets[at] = octets[at]! ^ 1;
    writeFileSync(damaged, octets);
    const { status, stdout } = await vethsim(["replay", damaged]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/do not agree: batch \d+ is damaged: bytes \d+ to \d+, events \d+ to \d+/);
  });
});

describe("vethsim diff", () => {
  it("should find a log equal to itself", async () => {
    const { status, stdout } = await vethsim(["diff", log, log]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/the logs have the same \d+ events\n$/);
  });
  it("should show the first event that differs, from both sides with its causes, with status 1", async () => {
    const other = work.path("other.log");
    await vethsim([
      "run",
      work.write("other.sh", PAIR.replace("10.0.0.2\n", "-s 60 10.0.0.2\n")),
      "--log",
      other,
    ]);
    const { status, stdout } = await vethsim(["diff", log, other]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^a: .*\nb: .*\nevent \d+ differs in [a-z, ]+\na: #\d+ .*\n(.*\n)*b: #\d+ /);
  });
});

describe("vethsim export", () => {
  it("should write all devices, one, or each to its own file", async () => {
    const [all, one, split] = ["all.pcapng", "one.pcapng", "split"].map(work.path);
    expect((await vethsim(["export", log, "--pcapng", all!])).status).toBe(0);
    expect((await vethsim(["export", log, "--pcapng", one!, "--device", "blue/v1"])).status).toBe(0);
    expect((await vethsim(["export", log, "--split", split!])).status).toBe(0);
    expect(readFileSync(one!).equals(readFileSync(`${split}/blue-v1.pcapng`))).toBe(true);
    expect(readFileSync(all!).length).toBeGreaterThan(readFileSync(one!).length);
  });
  it("should want to know where to, and name a device that saw no frame", async () => {
    expect((await vethsim(["export", log])).stderr).toBe(
      "vethsim: export: one of --pcapng FILE and --split DIR is expected\n",
    );
    const { status, stderr } = await vethsim([
      "export",
      log,
      "--pcapng",
      work.path("x"),
      "--device",
      "blue/lo",
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain("--device blue/lo: no frame passed it");
  });
});

describe("vethsim", () => {
  it("should print its version and help, with examples for each command", async () => {
    expect((await vethsim(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const command of ["run", "replay", "log", "diff", "export", "verify"]) {
      const { status, stdout } = await vethsim([command, "--help"]);
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples:\n(.*\n)*? .*vethsim ${command} `));
    }
  });
  it("should refuse an unknown command with status 2", async () => {
    const { status, stderr } = await vethsim(["runn", "x"]);
    expect(status).toBe(2);
    expect(stderr).toContain("unknown command 'runn'");
  });
});
