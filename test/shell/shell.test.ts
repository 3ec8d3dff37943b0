import { describe, expect, it } from "vitest";
import type { Command } from "../../src/shell/host.ts";
import { Shell, splitStatements } from "../../src/shell/shell.ts";
import { FakeHost, runScript } from "./fake-host.ts";

const MS = 1_000_000;

describe("Shell", () => {
  it("should give each external command a process and a little time", async () => {
    const { host } = await runScript("sleep 1");
    expect(host.log.filter((line) => !line.includes(" FILE_"))).toEqual([
      '0 0 FORK {"parent":0,"comm":"bash"}',
      '0 0 CHDIR {"pid":101,"path":"/tmp"}',
      '0 0 FORK {"parent":101,"comm":"bash"}',
      '0 0 EXEC {"pid":102,"comm":"sleep","argv":["sleep","1"],"exe":"/usr/bin/sleep"}',
      '1001000000 0 EXIT {"pid":102,"status":0}',
      '1001000000 0 EXIT {"pid":101,"status":0}',
    ]);
  });

  it("should let a process hold the namespace that it was put into", async () => {
    const enter: Command = (cx) => cx.exec(cx.argv.slice(1), { netns: 7 });
    const { COMMANDS } = await import("../../src/shell/commands/index.ts");
    const commands = new Map([...COMMANDS, ["enter", enter]]);
    const { host } = await runScript("enter sleep 2 & sleep 0.1; wait", { commands });
    const log = host.log.filter((line) => line.includes('"pid":102') && !line.includes(" FILE_"));
    expect(log).toEqual([
      '0 0 EXEC {"pid":102,"comm":"enter","argv":["enter","sleep","2"],"exe":"/usr/bin/enter"}',
      '1000000 0 SETNS {"pid":102,"netns":7}',
      '1000000 7 EXEC {"pid":102,"comm":"sleep","argv":["sleep","2"],"exe":"/usr/bin/sleep"}',
      '2002000000 7 EXIT {"pid":102,"status":0}',
    ]);
  });

  it("should pass on what a program of the simulation writes, as it comes", async () => {
    const host = new FakeHost({
      ping: {
        output: [
          [10 * MS, "one\n"],
          [20 * MS, "two\n"],
        ],
        end: [30 * MS, 1],
      },
    });
    const { stdout } = await runScript(
      `ping x | while read l; do echo $l $(date +%3N); done; echo \${PIPESTATUS[0]}`,
      {},
      host,
    );
    expect(stdout).toBe("one 012\ntwo 022\n1\n");
  });

  it("should stop an endless program by timeout and by kill", async () => {
    const host = new FakeHost({ ping: { output: [], end: null } });
    const { stdout } = await runScript(
      "timeout 3 ping x; echo $? $SECONDS; ping x & sleep 1; kill $!; wait $!; echo $?",
      {},
      host,
    );
    expect(stdout).toBe("124 3\n143\n");
  });

  it("should tell of a refused write as bash and as GNU's tools do", async () => {
    const host = new FakeHost();
    host.files.set("/sys/carrier", "EOPNOTSUPP");
    const { stderr, stdout } = await runScript(
      "echo 0 > /sys/carrier; echo $?\ncat /tmp/x /sys/no > /sys/carrier",
      {},
      host,
    );
    expect(stdout).toBe("1\n");
    expect(stderr).toBe(
      "case.sh: line 1: echo: write error: Operation not supported\ncat: /tmp/x: No such file or directory\ncat: /sys/no: No such file or directory\n",
    );
  });

  it("should tell of a file that cannot be read now", async () => {
    const host = new FakeHost();
    host.files.set("/sys/carrier", "EINVAL");
    host.files.set("/sys/flags", "0x1\n");
    const { stdout, stderr, status } = await runScript("grep . /sys/carrier /sys/flags", {}, host);
    expect({ stdout, stderr, status }).toEqual({
      stdout: "/sys/flags:0x1\n",
      stderr: "grep: /sys/carrier: Invalid argument\n",
      status: 2,
    });
  });

  it.each([
    ["while :; do :; done", "case.sh: line 1: more than 1000 commands were run"],
    ["awk 'BEGIN { while (1); }'", "case.sh: line 1: more than 1000 commands were run during: awk"],
    ["echo a | sed ':a;ba'", "case.sh: line 1: more than 1000 commands were run during: sed"],
    ["echo 'while (1) {}' | bc", "case.sh: line 1: more than 1000 commands were run during: bc"],
    [
      "echo a\nsleep 1e9",
      "case.sh: line 2: virtual time reached its limit of 1000 s during: sleep 1e9; case.sh (pid 101) waits for sleep (pid 102); sleep (pid 102) waits for sleep",
    ],
    ["mkfifo f\n: > f", "virtual time reached its limit"],
  ])("should end %j with an error that names the line", async (script, message) => {
    await expect(runScript(script, { maxCommands: 1000 })).rejects.toThrow(message);
  });

  it("should give the host's event loop a turn in long runs", async () => {
    let turns = 0;
    await runScript("for ((i = 0; i < 5000; i++)); do :; done", {
      yieldToHost: async () => {
        turns++;
      },
    });
    expect(turns).toBeGreaterThan(50);
  });
});

describe("Shell.runStatement", () => {
  it("should keep the shell's state and send what a background job writes to the statement that began it", async () => {
    const shell = new Shell(new FakeHost(), {
      name: "s.sh",
      seedRandom: () => 1,
      stdout: () => {},
      stderr: () => {},
    });
    const outputs: string[] = [];
    const statuses: number[] = [];
    for (const { text, line } of splitStatements(
      "x=1\n(sleep 1; echo late) &\necho $x; false\nwait\nnosuch\nexit 3\necho gone\n",
    )) {
      const at = outputs.push("") - 1;
      const add = (part: string) => {
        outputs[at] += part;
      };
      statuses.push(await shell.runStatement(text, { stdout: add, stderr: add, line }));
    }
    expect(outputs).toEqual(["", "late\n", "1\n", "", "s.sh: line 5: nosuch: command not found\n", "", ""]);
    expect(statuses).toEqual([0, 0, 1, 0, 127, 3, 3]);
  });
});

describe("splitStatements", () => {
  it("should gather lines until they parse, and keep comments", () => {
    const script = "#!/bin/bash\n# about\n\nif true; then\n\n  echo a\nfi\necho b \\\n  c\ncat <<E\n";
    expect(splitStatements(script)).toEqual([
      { text: "# about", line: 2 },
      { text: "if true; then\n\n  echo a\nfi", line: 4 },
      { text: "echo b \\\n  c", line: 8 },
      { text: "cat <<E\n", line: 10 },
    ]);
  });
});
