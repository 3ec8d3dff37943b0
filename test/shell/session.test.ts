import { describe, expect, it } from "vitest";
import { LogReader } from "../../src/events/log-reader.ts";
import { MemorySink } from "../../src/events/log-sink.ts";
import { SeededChance } from "../../src/scheduler/chance.ts";
import { RunHost } from "../../src/shell/run-host.ts";
import { Session, SessionDivergence } from "../../src/shell/session.ts";
import { Shell } from "../../src/shell/shell.ts";
import { verifyLog } from "../../src/simulation/replay.ts";
import { PAIR, Person } from "./sessions.ts";

const MS = 1_000_000;
const SEC = 1_000_000_000;

describe("the time of a session", () => {
  it("should stand still at the prompt and while something is typed", async () => {
    const person = await Person.at();
    await person.type("ping 10.0.0.2 > /tmp/out &");
    const { now } = person.session;
    await person.type("x=1", "read y", "typed", "echo $x $y");
    expect(person.text).toBe("1 typed\n");
    expect(person.session.now).toBe(now);
  });

  it("should go on to the instant that is asked for, while jobs print", async () => {
    const person = await Person.at();
    await person.type("while sleep 1; do echo tick $SECONDS; done &");
    const text = await person.during(() => person.session.pass(3_500 * MS));
    expect(text).toBe("tick 1\ntick 2\ntick 3\n");
    expect(person.session.now).toBe(3_500 * MS);
    await expect(person.session.pass(SEC)).rejects.toThrow(RangeError);
  });

  it("should be shown with the namespace of the innermost shell, until PS1 says otherwise", async () => {
    const { session, ...person } = await Person.at();
    expect(session.prompt).toBe("vethsim 0.006s main# ");
    await session.type("ip netns exec blue bash");
    expect(session.prompt).toBe("vethsim 0.008s blue# ");
    await session.type("for i in 1");
    expect(session.prompt).toBe("> ");
    await session.interrupt();
    await session.end();
    await session.type("PS1='\\t \\w\\$ '");
    await session.pass(3_700 * SEC);
    expect(session.prompt).toBe("01:01:40 /# ");
    expect(person.text).toBe("");
  });
});

describe("Session.back", () => {
  it("should bring back variables, functions, folders, files, jobs and programs", async () => {
    const person = await Person.at({ isTerminal: true });
    const { session } = person;
    await person.type("x=before; f() { echo f before; }; cd /tmp; echo before > file; alias a='echo before'");
    await person.type("ping 10.0.0.2 > out &");
    await session.pass(2_500 * MS);
    const then = session.now;
    await person.type("x=after; f() { echo f after; }; cd /; echo after > /tmp/file; unalias a");
    await person.type("kill %1", "ip link del v0", "sleep 3");
    await session.back(then);
    expect(session.now).toBe(then);
    expect(await person.type("echo $x; f; cat file; a; jobs; pwd; ip -br link show v0; wc -l < out")).toBe(
      "before\nf before\nbefore\nbefore\n[1]+  Running                 ping 10.0.0.2 > out &\n/tmp\n" +
        "v0@if2           UP             02:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP> \n4\n",
    );
    await session.pass(4_500 * MS);
    expect(await person.type("wc -l < out")).toBe("6\n");
  });

  it("should cut short the line that was under way", async () => {
    const person = await Person.at();
    const { session } = person;
    await person.type("for i in 1 2 3; do sleep 1; echo $i; done; echo done");
    const text = await person.during(async () => {
      const { gone, cut } = await session.back(1_500 * MS);
      expect(gone).toEqual([]);
      expect(cut?.input).toMatchObject({ kind: "text" });
    });
    expect(text).toBe("");
    expect(session.now).toBe(1_500 * MS);
    expect(await person.type("echo $? $i")).toBe("130 2\n");
  });

  it("should cut short what takes no notice of Ctrl-C", async () => {
    const person = await Person.at();
    const { session } = person;
    await person.type("trap '' INT; (trap '' INT; sleep 5; echo no); sleep 5; echo no");
    await session.back(SEC);
    expect(session.now).toBe(SEC);
    expect(await person.type("sleep 10; echo $?")).toBe("0\n");
  });

  it("should let a ping that is cut short print its statistics", async () => {
    const person = await Person.at();
    await person.type("ping -q 10.0.0.2 > /tmp/out & ping -q -c 5 10.0.0.2");
    const text = await person.during(() => person.session.back(1_500 * MS));
    expect(text).toContain("2 packets transmitted, 2 received");
    // The one in the background goes on.
    await person.session.pass(3_500 * MS);
    expect(await person.type("kill -INT %1; wait; grep transmitted /tmp/out")).toContain(
      "4 packets transmitted",
    );
  });

  it("should go back into time that was let pass, and into the setup script", async () => {
    const { session } = await Person.at();
    await session.pass(5 * SEC);
    expect((await session.back(2 * SEC)).cut?.input).toEqual({ kind: "pass", until: 5 * SEC });
    expect(session.now).toBe(2 * SEC);
    expect(session.entries.at(-1)?.ended).toBe(2 * SEC);
    expect((await session.back(2 * MS)).cut?.input).toEqual({ kind: "start" });
    expect(session.prompt).toBe("vethsim 0.002s main# ");
  });

  it("should leave no trace of what was taken back", async () => {
    const [one, other] = [await Person.at(), await Person.at()];
    await one.type("ip addr add 10.0.0.3/24 dev v0", "ping -c 1 10.0.0.2", "gone=1", "ping -c 3 10.0.0.2");
    await one.session.undo(2);
    await one.type("echo $gone; ip neigh");
    await other.type("ip addr add 10.0.0.3/24 dev v0", "ping -c 1 10.0.0.2", "echo $gone; ip neigh");
    expect(one.close()).toEqual(other.close());
  });

  it("should do one thing at a time, and take Ctrl-C meanwhile for nothing", async () => {
    const { session } = await Person.at();
    await session.type("ping -c 3 10.0.0.2 > /dev/null");
    const back = session.back(SEC);
    await session.interrupt();
    await expect(session.type("x=1")).rejects.toThrow("the session is busy");
    await back;
    expect(session.entries.map(({ input }) => input.kind)).toEqual(["start", "text"]);
  });

  it("should refuse instants to come, and more than was typed", async () => {
    const { session } = await Person.at();
    await session.type("x=1");
    await expect(session.back(SEC)).rejects.toThrow("the clock shows 0.006s");
    await expect(session.undo(2)).rejects.toThrow("there are 1 to take back");
    await expect(session.undo(0)).rejects.toThrow(RangeError);
  });

  it("should take a command of several lines back as a whole", async () => {
    const person = await Person.at();
    await person.type("x=1", "for x in 2 3; do", "true", "done", "cat > /tmp/f", "text");
    await person.session.end();
    await person.session.undo(1);
    expect(await person.type("echo $x; cat /tmp/f 2> /dev/null")).toBe("3\n");
    await person.session.undo(2);
    expect(await person.type("echo $x")).toBe("1\n");
  });
});

describe("what cannot go on in a session", () => {
  it("should be interrupted when nothing will ever happen", async () => {
    const person = await Person.at();
    // A host asks for IPv6 routers for ever.
    await person.type(
      "for n in '' 'ip netns exec blue'; do $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; done",
    );
    expect(await person.type("mkfifo /tmp/p; read x < /tmp/p; echo no")).toBe(
      "vethsim: nothing will ever happen that this line waits for: interrupted\n",
    );
    expect(await person.type("echo $?")).toBe("130\n");
  });

  it("should be interrupted after a day, and after too many commands", async () => {
    const person = await Person.at({ maxCommands: 20_000 });
    expect(await person.type("trap '' INT; ping -q -i 1000 10.0.0.2")).toContain(
      "vethsim: the line has run for a day of virtual time: interrupted\n",
    );
    expect(await person.type("trap - INT; while :; do :; done")).toBe(
      "vethsim: more than 20000 commands were run: interrupted\n",
    );
    expect(await person.type("echo $?")).toBe("130\n");
    await person.type("while :; do :; done &");
    const text = await person.during(() => person.session.pass(100_000 * SEC));
    expect(text).toBe("vethsim: more than 20000 commands were run: interrupted\n");
    expect(await person.type("kill %1; wait; sleep 1; echo $?")).toBe("0\n");
  });

  it("should be taken back when the shell cannot run it", async () => {
    const person = await Person.at();
    await person.type("x=1");
    const seq = person.session.entries.length;
    expect(await person.type("x=2; f() { f; }; f")).toMatch(
      /^vethsim: .*nested.*: the line is taken back\n$/,
    );
    expect(person.session.entries.length).toBe(seq);
    expect(await person.type("echo $x")).toBe("1\n");
  });

  it("should be left to run in the background, and get its turns while time passes", async () => {
    const person = await Person.at();
    await person.type("while :; do :; done &");
    expect(await person.type("sleep 1; jobs -rp | wc -l; kill %1")).toContain("1\n");
  });
});

describe("the log of a session", () => {
  it("should be what the machine does, with what was typed", async () => {
    const person = await Person.at();
    await person.type("ping -c 2 10.0.0.2", "cat > /tmp/f", "text");
    await person.session.end();
    await person.interrupted("ping 10.0.0.2", 3 * SEC);
    await person.session.pass(9 * SEC);
    await person.session.back(7 * SEC);
    await person.type("ip neigh");
    const log = new LogReader(person.close());
    expect(verifyLog(log)).toMatchObject({ ok: true });
    const typed = [...log.rows()].filter(({ kindName }) => kindName === "script").map(({ data }) => data);
    expect(typed.slice(1).map((data) => (JSON.parse(data) as { text: string }).text)).toEqual([
      "ping -c 2 10.0.0.2\n",
      "cat > /tmp/f\n",
      "text\n",
      "\x04",
      "ping 10.0.0.2\n",
      "turn 1",
      "7000000000 ns",
      "ip neigh\n",
    ]);
  });

  it("should go to a place of its own for each course", async () => {
    const logs: number[][] = [];
    const { session } = await Person.at({
      log: () => {
        const octets: number[] = [];
        logs.push(octets);
        return { write: (bytes) => octets.push(...bytes) };
      },
    });
    await session.type("ip link del v0");
    await session.undo(1);
    await session.type("ip neigh");
    session.close();
    expect(logs.length).toBe(2);
    expect(Uint8Array.from(logs[1]!)).toEqual(session.logBytes());
  });
});

describe("Session.resume", () => {
  const silent = { stdout: () => {}, stderr: () => {} };
  const resumed = async (log: Uint8Array, options = {}, at: number | null = null) =>
    (await Session.resume({ ...silent, ...options }, new LogReader(log), at))!;

  it("should go on where a session was left, or at an instant of it", async () => {
    const person = await Person.at();
    await person.type("x=1", "ping 10.0.0.2 > /tmp/out &");
    await person.session.pass(3 * SEC);
    await person.type("x=2; exit 3");
    const log = person.close();
    let text = "";
    const stdout = (more: string) => {
      text += more;
    };
    const session = await resumed(log, { stdout });
    await session.type("echo $x; wc -l < /tmp/out");
    expect(session.status).toBe(null);
    const earlier = await resumed(log, { stdout }, 2 * SEC);
    await earlier.type("echo $x; wc -l < /tmp/out; jobs");
    expect(earlier.seed).toBe("1");
    expect(text).toBe("1\n4\n1\n3\n[1]+  Running                 ping 10.0.0.2 > /tmp/out &\n");
  });

  it("should go on in the middle of a script that was run", async () => {
    const sink = new MemorySink();
    const host = new RunHost({ seed: "5", log: sink });
    const text = `${PAIR.text}ping -i 0.2 10.0.0.2 > /tmp/out &\nwhile sleep 1; do n=$((n + 1)); done\n`;
    host.run.noteScript("script.sh", text);
    const chance = new SeededChance("5");
    const seedRandom = () => chance.draw("shell", 2 ** 31);
    const shell = new Shell(host, { name: "script.sh", ...silent, seedRandom, until: 6 * SEC });
    await expect(shell.run(text)).rejects.toThrow("reached its limit");
    host.run.close();
    let shown = "";
    const write = (more: string) => {
      shown += more;
    };
    const session = await resumed(sink.bytes(), { stdout: write, stderr: write }, 2_500 * MS);
    await session.type("echo $n $?; wc -l < /tmp/out; jobs");
    await session.pass(3_500 * MS);
    await session.type("wc -l < /tmp/out");
    expect(shown).toBe("2 130\n14\n[1]+  Running                 ping -i 0.2 10.0.0.2 > /tmp/out &\n19\n");
  });

  it("should refuse another way of the session", async () => {
    const person = await Person.at();
    await person.type("ping -c 1 10.0.0.2", "ip neigh");
    const log = person.close();
    await expect(resumed(log, { commandCost: 5 * MS })).rejects.toThrow(SessionDivergence);
    await expect(resumed(log, {}, 99 * SEC)).rejects.toThrow(RangeError);
  });
});

describe("Session.script", () => {
  it("should do the same when it is run", async () => {
    const person = await Person.at({}, 10 * MS);
    await person.type("x='a", "b'", "cat > /tmp/f", "text");
    await person.session.end();
    await person.session.pass(2 * SEC);
    await person.interrupted("sleep 10", SEC);
    expect(person.session.script().slice(person.session.script().indexOf("set +e"))).toBe(
      "set +e\nx='a\nb'\ncat > /tmp/f\n# Typed to it: text\nsleep 1.993\n" +
        "# The next line was interrupted after 1.001s.\nsleep 10\n",
    );
  });
});
