import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { givenUp } from "../../src/cli/run.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { EndlessRunError } from "../../src/scheduler/scheduler.ts";
import { RunHost } from "../../src/shell/run-host.ts";
import { NO_IPV6, PAIR, vethsim, workDirectory } from "./run-cli.ts";

const work = workDirectory();

describe("vethsim run", () => {
  it("should print what the script prints, and nothing else, and end with its status", async () => {
    const script = work.write("plain.sh", "echo out\necho err >&2\nexit 7\n");
    expect(await vethsim(["run", script])).toEqual({
      status: 7,
      stdout: "out\n",
      stderr: "err\n",
    });
  });
  it("should read the script from standard input", async () => {
    expect(await vethsim(["run", "-"], { stdin: "echo $0 $#\n" })).toEqual({
      status: 0,
      stdout: "bash 0\n",
      stderr: "",
    });
  });
  it("should hand words on to the script, those behind -- unread", async () => {
    const script = work.write("args.sh", 'echo "$# $*"\n');
    const { stdout } = await vethsim(["run", script, "a b", "--seed", "3", "--", "--json", "-x"]);
    expect(stdout).toBe("3 a b --json -x\n");
  });
  it("should stream: what came before a failure is there", async () => {
    const script = work.write("limit.sh", "echo begun\nwhile :; do :; done\n");
    const result = await vethsim(["run", script, "--max-commands", "100"]);
    expect(result.status).toBe(2);
    expect(result.stdout).toBe("begun\n");
    expect(result.stderr).toBe(`vethsim: ${script}: line 2: more than 100 commands were run during: :\n`);
  });
  it("should end a program that never ends at --until", async () => {
    const script = work.write("forever.sh", `${PAIR}ping -q 10.0.0.2\n`);
    const result = await vethsim(["run", script, "--until", "20s"]);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(
      /^vethsim: .*forever\.sh: line 6: virtual time reached its limit of 20 s during: ping -q 10\.0\.0\.2; .*ping \(pid \d+\) waits for /,
    );
  });
  it("should report a deadlock at once, with who waits for what", async () => {
    const script = work.write("deadlock.sh", "mkfifo /tmp/f\necho hi > /tmp/f\n");
    const { status, stderr } = await vethsim(["run", script]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /line 2: deadlock during: echo hi > \/tmp\/f; .* waits for a reader of \/tmp\/f\n$/,
    );
  });
  it("should stamp lines with virtual time", async () => {
    const script = work.write("stamps.sh", 'printf "a\\nb"\nsleep 1.5\necho c; echo d >&2\n');
    const { stdout, stderr } = await vethsim(["run", script, "--timestamps", "--command-cost", "0"]);
    expect(stdout).toBe("[    0.000000] a\n[    0.000000] bc\n");
    expect(stderr).toBe("[    1.500000] d\n");
  });
  it("should tell file and line of a mistake in the script", async () => {
    const script = work.write("syntax.sh", "echo a\nif true; then\n  echo b\nfi )\n");
    const result = await vethsim(["run", script]);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain(`${script}: line 4: syntax error near unexpected token \`)'`);
  });
});

describe("the options of vethsim run", () => {
  it("should write a whole log, the same for the same seed", async () => {
    const script = work.write("pair.sh", PAIR);
    const logOf = async (name: string, seed: string) => {
      const { status } = await vethsim(["run", script, "--log", work.path(name), "--seed", seed]);
      expect(status).toBe(0);
      return readFileSync(work.path(name));
    };
    const [first, again, other] = [await logOf("1", "1"), await logOf("1b", "1"), await logOf("2", "2")];
    expect(first.equals(again)).toBe(true);
    expect(first.equals(other)).toBe(false);
    expect(new LogReader(new Uint8Array(first)).verify()).toEqual([]);
  });
  it("should leave a whole log of a run that was given up", async () => {
    const script = work.write("given-up.sh", `${PAIR}ping 10.0.0.2\n`);
    const result = await vethsim(["run", script, "--until", "5s", "--log", work.path("given-up.log")]);
    expect(result.status).toBe(2);
    expect(new LogReader(new Uint8Array(readFileSync(work.path("given-up.log")))).verify()).toEqual([]);
  });
  it("should not let paths into the log", async () => {
    const script = work.write("path.sh", "echo hello\n");
    await vethsim(["run", script, "--log", work.path("path.log")]);
    const octets = readFileSync(work.path("path.log"), "latin1");
    expect(octets).toContain("path.sh");
    expect(octets).not.toContain(script);
  });
  it("should write the same capture as export does", async () => {
    const script = work.write("pcap.sh", PAIR);
    const [log, live, exported] = ["pcap.log", "live.pcapng", "exported.pcapng"].map(work.path);
    await vethsim(["run", script, "--log", log!, "--pcap", live!]);
    await vethsim(["export", log!, "--pcapng", exported!]);
    expect(readFileSync(live!).length).toBeGreaterThan(1000);
    expect(readFileSync(live!).equals(readFileSync(exported!))).toBe(true);
  });
  it("should write a recording, and print what the script prints", async () => {
    const script = work.write("record.sh", PAIR);
    const dir = work.path("record");
    const { status, stdout } = await vethsim(["run", script, "--record", dir]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/1 packets transmitted, 1 received/);
    const steps = readFileSync(`${dir}/steps.jsonl`, "utf8").trim().split("\n");
    expect(steps).toHaveLength(5);
    expect(JSON.parse(steps[4]!).stdout).toBe(stdout);
    const frames = readFileSync(`${dir}/frames.jsonl`, "utf8").trim().split("\n");
    // ARP and ping at both ends; what IPv6 says beside them is chance.
    expect(frames.filter((frame) => !frame.includes("86dd60"))).toHaveLength(8);
    expect(existsSync(`${dir}/final/blue/link.json`)).toBe(true);
  });
  it("should refuse what is not a time or a number, and say what is expected", async () => {
    const script = work.write("none.sh", "");
    const late = await vethsim(["run", script, "--until", "soon"]);
    expect(late.status).toBe(2);
    expect(late.stderr).toContain("a time such as 1.5, 250ms, 10s or 2m is expected");
    const many = await vethsim(["run", script, "--max-commands", "-1"]);
    expect(many.status).toBe(2);
    expect((await vethsim(["run", script, "--sed", "1"])).status).toBe(2);
  });
  it("should name a script, or a log, that cannot be opened", async () => {
    expect(await vethsim(["run", work.path("nosuch.sh")])).toEqual({
      status: 2,
      stdout: "",
      stderr: `vethsim: ${work.path("nosuch.sh")}: no such file or directory\n`,
    });
    expect((await vethsim(["run", work.path(".")])).stderr).toBe(
      `vethsim: ${work.path(".")}: is a directory\n`,
    );
    const script = work.write("ok.sh", "echo never\n");
    const { status, stdout, stderr } = await vethsim(["run", script, "--log", work.path("no/such.log")]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`vethsim: ${work.path("no/such.log")}: no such file or directory\n`);
  });
});

describe("the closing summary", () => {
  it("should go to standard error when asked for or when that is a terminal", async () => {
    const script = work.write("summary.sh", `${PAIR}ip link set v0 down\n`);
    const asked = await vethsim(["run", script, "--summary"]);
    const watched = await vethsim(["run", script], { isErrTerminal: true });
    const pattern = /^vethsim: \d\.\d{3} s of virtual time in \d+ ms, \d+ events, 4 frames, 0 drops\n$/;
    expect(asked.stderr).toMatch(pattern);
    expect(watched.stderr).toMatch(pattern);
  });
  it("should be one line of JSON with --json, drops by reason", async () => {
    const script = work.write(
      "drops.sh",
      `${PAIR}${NO_IPV6}ip -n blue link set v1 address 02:00:00:00:00:09\nping -c 1 -q 10.0.0.2\n`,
    );
    const { stderr, status } = await vethsim(["run", script, "--json"]);
    const summary = JSON.parse(stderr);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(Object.keys(summary)).toEqual([
      "virtual_time_s",
      "events",
      "frames",
      "drops",
      "wall_time_ms",
      "status",
    ]);
    expect(summary.status).toBe(status);
    expect(summary.drops).toEqual({ OTHERHOST: 1 });
  });
});

describe("a run that does not end", () => {
  it("should be told with the devices by name", () => {
    const host = new RunHost({ seed: "1" });
    const { netns } = (
      host.request(0, "NETNS_ADD", { name: "a" }) as {
        value: { netns: number };
      }
    ).value;
    const peer = { ifname: "v1", netns };
    host.request(0, "RTM_NEWLINK_ADD", {
      kind: "veth",
      ifname: "v0",
      netns: 0,
      peer,
    });
    const { cells } = host.run.kernel;
    const devices: number[] = [];
    for (let ref = 0; ref < cells.size; ref++)
      if (/^v[01]$/.test((cells.get(ref) as { ifname?: string } | undefined)?.ifname ?? ""))
        devices.push(ref);
    const message = givenUp(new EndlessRunError("9 steps at one instant", 1_500_000_000, devices), host);
    expect(message).toMatch(
      /^the run does not end: 9 steps at one instant at 1\.500000000 s; busiest devices: /,
    );
    expect(message?.split(": ").at(-1)?.split(", ").sort()).toEqual(["a/v1", "main/v0"]);
  });
  it.each([
    ["a loop of commands", "while :; do ping -c 1 -q 10.0.0.2; done"],
    ["a program that prints nothing", "ping -q -f 10.0.0.2"],
  ])(
    "should end at once when interrupted in %s, with a whole log",
    { timeout: 30_000 },
    async (_, endless) => {
      const script = work.write("interrupted.sh", `${PAIR}echo begun\n${endless}\n`);
      const log = work.path("interrupted.log");
      const child = spawn(process.execPath, ["dist/cli/vethsim.js", "run", script, "--log", log]);
      const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
      child.stdout.on("data", (data: Buffer) => {
        if (data.includes("begun")) child.kill("SIGINT");
      });
      expect(await ended).toBe(130);
      expect(new LogReader(new Uint8Array(readFileSync(log))).verify()).toEqual([]);
    },
  );
});

describe("vethsim run --fork", () => {
  it("should go on from an instant of a log with another script, and log the rest", async () => {
    const before = `${PAIR}sleep 1\n`;
    const log = work.path("before.log");
    await vethsim(["run", work.write("before.sh", before), "--log", log]);
    const script = work.write("after.sh", `${before}ip link set v0 down\nip -br link show v0\n`);
    const rest = work.path("rest.log");
    const forked = await vethsim(["run", script, "--fork", log, "--at", "500ms", "--log", rest]);
    expect(forked.stderr).toBe("");
    expect(forked.stdout).toMatch(/v0@if\d+ +DOWN /);
    expect((await vethsim(["replay", rest])).stdout).toMatch(/: replay and log agree: /);
    const events = (await vethsim(["log", rest, "--kind", "link_down"])).stdout;
    expect(events).toMatch(/ link_down main\/v0/);
  });
  it("should refuse a script that asked for something else before the instant", async () => {
    const log = work.path("first.log");
    await vethsim(["run", work.write("first.sh", PAIR), "--log", log]);
    const script = work.write("other.sh", `ip netns add other\n${PAIR}`);
    const { status, stderr } = await vethsim(["run", script, "--fork", log, "--at", "1s"]);
    expect(status).toBe(2);
    expect(stderr).toContain("where it asked");
  });
});
