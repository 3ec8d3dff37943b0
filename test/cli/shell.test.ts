import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PAIR, vethsim, workDirectory } from "./run-cli.ts";

const work = workDirectory();

/** Types lines to `vethsim shell`, by a pipe. */
function typed(lines: readonly string[], ...options: string[]) {
  return vethsim(["shell", ...options], { stdin: `${lines.join("\n")}\n` });
}

function pair(): string {
  return work.write("pair.sh", `set -e\n${PAIR}`);
}

describe("vethsim shell with lines from a pipe", () => {
  it("should print what the lines print, and no prompts, and end with the last status", async () => {
    expect(await typed(["echo out", "echo err >&2", "for i in 1 2; do", "echo $i", "done", "false"])).toEqual(
      {
        status: 1,
        stdout: "out\n1\n2\n",
        stderr: "err\n",
      },
    );
  });

  it("should go on after errors, and end with exit", async () => {
    expect(await typed(["nosuch", "echo a; )", "echo $?", "exit 3", "echo no"])).toEqual({
      status: 3,
      stdout: "2\n",
      stderr: "bash: nosuch: command not found\nbash: syntax error near unexpected token `)'\n",
    });
  });

  it("should run the EXIT trap at the end of the pipe, and tell of a command that is not whole", async () => {
    expect(await typed(["trap 'echo bye' EXIT", "if true"])).toEqual({
      status: 2,
      stdout: "bye\n",
      stderr: "bash: syntax error: unexpected end of file\n",
    });
  });

  it("should run the setup script first, whose set -e is not for what is typed", async () => {
    const { stdout, status } = await typed(["false", "ip -br link show v0", "echo $?"], "--setup", pair());
    expect(status).toBe(0);
    expect(stdout).toContain("1 packets transmitted, 1 received");
    expect(stdout.endsWith("\n0\n")).toBe(true);
  });

  it("should end when the setup script exits", async () => {
    const script = work.write("exits.sh", "set -e\necho begun\nfalse\n");
    expect(await typed(["echo no"], "--setup", script)).toMatchObject({ status: 1, stdout: "begun\n" });
  });

  it("should let time pass and go back, and say so", async () => {
    const { stdout, stderr } = await typed([
      "x=1",
      ":until 5s",
      "date +%T",
      "x=2; sleep 3",
      ":until 6",
      ":back 2s",
      "echo $x $?",
      "date +%T",
      ":back to 5s",
      "echo $x",
    ]);
    expect(stdout).toBe(
      "00:00:05\nback at 6.002s\n  cut short: x=2; sleep 3\n2 130\n00:00:06\n" +
        "back at 5.000s\n  gone: date +%T\n  gone: x=2; sleep 3\n  gone: echo $x $?\n  gone: date +%T\n1\n",
    );
    expect(stderr).toBe("vethsim: :until: the clock shows 8.002s already\n");
  });

  it("should undo commands, and list what was typed", async () => {
    const { stdout } = await typed([
      "x=1",
      "x=2",
      "x=3",
      ":undo 2",
      "echo $x",
      ":until +1s",
      ":undo",
      ":lines",
    ]);
    expect(stdout).toBe(
      "back at 0.000s\n  gone: x=2\n  gone: x=3\n1\n" +
        "back at 0.000s\n  gone: :until 1.000s, from 0.000s\n" +
        "        0.000s  x=1\n        0.000s  echo $x\n",
    );
  });

  it("should show the events of the last command, and of all", async () => {
    const last = ["ping -c 1 10.0.0.2 > /dev/null", ":log --kind xmit"];
    const { stdout } = await typed(last, "--setup", work.write("quiet.sh", PAIR.replace(/^ping.*$/m, "")));
    expect(stdout.split("\n").filter((line) => / xmit (main\/v0|blue\/v1) frame /.test(line)).length).toBe(4);
    const { stdout: frames } = await typed(
      ["ping -c 1 10.0.0.2", "true", ":frames", ":frames all"],
      "--setup",
      pair(),
    );
    expect(frames.match(/ xmit /g)?.length).toBe(6);
    const { stdout: all } = await typed(["true", ":log all --kind request --netns blue"], "--setup", pair());
    expect(all).toContain("request blue");
  });

  it("should follow a frame, and show the state at an instant", async () => {
    const { stdout } = await typed(
      [":follow 1", ":state 0.001", "ip link del v0", ":state"],
      "--setup",
      pair(),
    );
    expect(stdout).toContain("frame 1: 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP request 10.0.0.1");
    const [, early, late] = stdout.split(/^state at /m);
    expect(early).toMatch(/^0\.001000000 s/);
    expect(early).not.toContain("v0@");
    expect(late).not.toContain("v0@");
  });

  it("should save a script and a log that do the same again", async () => {
    const [script, log, own] = ["again.sh", "saved.log", "own.log"].map(work.path) as [
      string,
      string,
      string,
    ];
    const lines = [
      "ip addr add 10.0.0.9/24 dev v0",
      ":until +2s",
      "ip neigh",
      `:save ${script}`,
      `:save log ${log}`,
    ];
    await typed(lines, "--setup", pair(), "--log", own);
    expect((await vethsim(["replay", log])).stdout).toContain("replay and log agree");
    expect((await vethsim(["replay", own])).stdout).toContain("replay and log agree");
    const again = await vethsim(["run", script]);
    expect(again.stdout).toContain("10.0.0.2 dev v0 lladdr 02:00:00:00:00:02");
    expect(readFileSync(script, "utf8")).toContain("\nsleep 2\nip neigh\n");
  });

  it("should write one whole log, also after going back", async () => {
    const [one, other] = [work.path("one.log"), work.path("other.log")];
    await typed(["ip neigh", "ip link del v0", ":undo", "ip addr"], "--setup", pair(), "--log", one);
    await typed(["ip neigh", "ip addr"], "--setup", pair(), "--log", other);
    expect(readFileSync(one)).toEqual(readFileSync(other));
    expect((await vethsim(["replay", one])).status).toBe(0);
  });

  it("should go on with a session of a log, in the same file, and with a script at an instant", async () => {
    const log = work.path("resumed.log");
    await typed(["x=1", ":until 5s", "exit 3"], "--setup", pair(), "--log", log);
    const { stdout, status } = await typed(["echo $x", "date +%T"], "--resume", log, "--log", log);
    expect({ stdout, status }).toEqual({ stdout: "1\n00:00:05\n", status: 0 });
    expect((await vethsim(["replay", log])).stdout).toContain("replay and log agree");
    const script = work.write("counts.sh", "for i in 1 2 3 4; do sleep 1; done; exit 9\n");
    const run = work.path("counts.log");
    expect((await vethsim(["run", script, "--log", run])).status).toBe(9);
    expect((await typed(["echo $i $?"], "--resume", run, "--at", "2.5")).stdout).toBe("3 130\n");
    expect((await typed([], "--resume", run)).status).toBe(9);
  });

  it("should refuse what it cannot go on with", async () => {
    const log = work.path("refused.log");
    await typed(["ip link"], "--log", log);
    const errorOf = async (...options: string[]) => (await typed([], ...options)).stderr;
    expect(await errorOf("--resume", pair())).toMatch(/pair\.sh: no script was run in this log\n$/);
    expect(await errorOf("--resume", log, "--at", "9s")).toMatch(/refused\.log: the clock shows 0\.001s\n$/);
    expect(await errorOf("--at", "9s")).toBe("vethsim: --at needs --resume, the log to go on from\n");
    expect(await errorOf("--resume", log, "--setup", pair())).toContain(
      "the log has the setup script already",
    );
    await typed(["ip link", "ip addr"], "--log", log);
    expect(await errorOf("--resume", log, "--command-cost", "7ms")).toContain(
      "the session goes another way: input 2",
    );
  });

  it("should tell what is wrong with a colon line, and go on", async () => {
    const { stdout, stderr, status } = await typed([
      ":nosuch",
      ":until",
      ":until soon",
      ":back 1 2",
      ":back to 5s",
      ":undo",
      ":log --kind nosuch",
      ":log --nosuch",
      ":log some",
      ":follow 7",
      ":state 9",
      ":save",
      ":pace never",
      ":seed",
      ": colon",
      "echo $?",
    ]);
    expect(stderr.split("\n")).toEqual([
      "vethsim: :nosuch: no such command; :help lists them",
      "vethsim: :until: a time such as 5s, 250ms or 1.5, or +5s, is expected",
      "vethsim: :until: a time such as 5s, 250ms or 1.5, or +5s, is expected",
      "vethsim: :back: a time such as 5s, 250ms or 1.5, or `to` and a time, is expected",
      "vethsim: :back: the clock shows 0.000s",
      "vethsim: :undo: there are 0 to take back",
      expect.stringMatching(/^vethsim: :log: --kind nosuch: no such kind; there are /),
      "vethsim: :log: error: unknown option '--nosuch'",
      "vethsim: :log: some: only the word `all` is expected",
      "vethsim: :follow: 7: there is no such frame",
      "vethsim: :state: the clock shows 0.000s",
      "vethsim: :save: a file, or `log` and a file, is expected",
      "vethsim: :pace: real, fast or a number above 0 is expected",
      "",
    ]);
    expect({ stdout, status }).toEqual({ stdout: "1\n0\n", status: 0 });
  });

  it("should list its colon commands", async () => {
    const { stdout } = await typed([":help", ":quit", "echo no"]);
    for (const name of [
      "until",
      "back",
      "undo",
      "log",
      "frames",
      "follow",
      "state",
      "lines",
      "save",
      "pace",
      "seed",
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}:${name}\\b`, "m"));
    expect(stdout).not.toContain("no\n");
  });

  it("should refuse files that are not there", async () => {
    expect(await typed([], "--setup", work.path("nosuch.sh"))).toMatchObject({ status: 2 });
    expect(await typed([], "--pace", "0")).toMatchObject({ status: 2 });
  });
});

const hasScript = spawnSync("script", ["--version"]).status === 0;

/** Somebody at a terminal: types when something is shown. */
class Sitter {
  private shown = "";
  private readonly child;
  readonly ended: Promise<number | null>;

  constructor(options: readonly string[]) {
    const command = [process.execPath, "dist/cli/vethsim.js", "shell", ...options].join(" ");
    this.child = spawn("script", ["-qec", command, "/dev/null"], { env: { ...process.env, TERM: "xterm" } });
    this.child.stdout.on("data", (data: Buffer) => {
      this.shown += data.toString().replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "");
    });
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
  }

  type(text: string): void {
    this.child.stdin.write(text);
  }

  /** The terminal goes away. */
  hangUp(): void {
    this.child.kill("SIGKILL");
  }

  /** Waits for a text and gives what was shown up to its end. */
  async until(text: string | RegExp): Promise<string> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const match = typeof text === "string" ? this.shown.indexOf(text) : this.shown.search(text);
      if (match >= 0) {
        const length = typeof text === "string" ? text.length : text.exec(this.shown)![0].length;
        const part = this.shown.slice(0, match + length);
        this.shown = this.shown.slice(match + length);
        return part;
      }
      if (Date.now() > deadline) throw new Error(`${text} is not shown, but ${JSON.stringify(this.shown)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

// A pseudo-terminal is made by script(1) of util-linux.
describe.skipIf(!hasScript)("vethsim shell on a terminal", () => {
  it("should show the clock and the namespace, complete words, and interrupt with Ctrl-C", async () => {
    const log = work.path("terminal.log");
    const sitter = new Sitter(["--setup", pair(), "--log", log]);
    await sitter.until(/vethsim \d+\.\d+s main# /);
    sitter.type("ip li\t");
    await sitter.until("ip link ");
    sitter.type("set v\t");
    await sitter.until("v0 ");
    sitter.type("up\n");
    await sitter.until("main# ");
    sitter.type("ping 10.0.0.2; echo went on\n");
    await sitter.until("icmp_seq=2");
    sitter.type("\x03");
    expect(await sitter.until("went on\r\n")).toContain("packets transmitted");
    await sitter.until("main# ");
    sitter.type("sleep 1000; echo went on\n");
    await new Promise((resolve) => setTimeout(resolve, 300));
    sitter.type("\x03");
    await sitter.until("main# ");
    sitter.type("echo status $?\n");
    await sitter.until("status 130\r\n");
    sitter.type("typed by mistake\x03");
    await sitter.until("main# ");
    sitter.type(":until +100s\n");
    await sitter.until("main# ");
    // The arrow up brings back the line before.
    sitter.type("echo kept\n");
    await sitter.until("\nkept\r\n");
    sitter.type("\x1b[A\n");
    await sitter.until("\nkept\r\n");
    sitter.type("sleep 0.01 & sleep 0.02\n");
    await sitter.until(/\[1\] \d+\r\n/);
    await sitter.until("[1]+  Done                    sleep 0.01\r\n");
    sitter.type("echo -n partial; [ -t 0 ] && [ -t 1 ] && read -p ' name? ' name\n");
    await sitter.until("partial name? ");
    sitter.type("bob\n");
    await sitter.until("main# ");
    sitter.type("echo -n $name\n");
    await sitter.until(/bobvethsim [\d.]+s main# /);
    sitter.type("ip netns exec blue bash\n");
    await sitter.until("blue# ");
    sitter.type("\x04");
    await sitter.until("main# ");
    // Ctrl-C is heard after Ctrl-D, too.
    sitter.type("cat; sleep 1000\n");
    await new Promise((resolve) => setTimeout(resolve, 200));
    sitter.type("\x04");
    await new Promise((resolve) => setTimeout(resolve, 200));
    sitter.type("\x03");
    await sitter.until("main# ");
    sitter.type("exit 4\n");
    expect(await sitter.ended).toBe(4);
    expect((await vethsim(["replay", log])).stdout).toContain("replay and log agree");
  });

  it("should leave a whole log when the terminal goes away", async () => {
    const log = work.path("gone.log");
    const sitter = new Sitter(["--log", log]);
    await sitter.until("main# ");
    sitter.type("ping 127.0.0.1\n");
    await sitter.until("ping: connect: Network is unreachable");
    sitter.type("sleep 1000\n");
    await new Promise((resolve) => setTimeout(resolve, 300));
    sitter.hangUp();
    await sitter.ended;
    for (let tries = 0; tries < 50; tries++) {
      if ((await vethsim(["replay", log])).status === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await vethsim(["replay", log])).stdout).toContain("replay and log agree");
  });

  it("should keep lines from one session to the next", async () => {
    const history = work.path("history");
    const first = new Sitter(["--history", history]);
    await first.until("main# ");
    first.type("echo remembered\n");
    await first.until("\nremembered\r\n");
    first.type("\x04");
    expect(await first.ended).toBe(0);
    expect(readFileSync(history, "utf8")).toBe("echo remembered\n");
    const second = new Sitter(["--history", history]);
    await second.until("main# ");
    second.type("\x1b[A\n");
    await second.until("\nremembered\r\n");
    second.type("\x04");
    expect(await second.ended).toBe(0);
  });
});
