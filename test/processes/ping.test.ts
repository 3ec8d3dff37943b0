import { describe, expect, it } from "vitest";
import { type Nanos, NS_PER_MS, NS_PER_US } from "../../src/core/nanos.ts";
import { ping } from "../../src/processes/ping.ts";
import { IcmpMessage } from "../../src/wire/icmp.ts";
import { type Answer, type Outcome, PID, run, type Script } from "./fake-network.ts";

const MS = NS_PER_MS;

/** A reply whose printed time is `micros`: the send itself takes 10 of them. */
function reply(micros: number, more: Partial<Extract<Answer, { kind: "reply" }>> = {}): Answer {
  return { kind: "reply", delay: (micros - 10) * NS_PER_US, ...more };
}

function error(type: number, code: number, delay: Nanos = 0, info = 0): Answer {
  return { kind: "error", delay, type, code, info };
}

/** Answers by sequence number; 0: to all others. */
function answers(table: Readonly<Record<number, readonly Answer[]>>): Script {
  return { answers: (sequence) => table[sequence] ?? table[0] ?? [] };
}

function pinging(args: string, script: Script): Outcome {
  return run(ping, ["ping", ...args.split(" ")], script);
}

const times = (o: Outcome) => o.sent.map((sent) => sent.at / MS);

describe("ping: replies", () => {
  it("should print each reply and the statistics", () => {
    const o = pinging("-c 3 -i 0.2 10.0.0.2", answers({ 1: [reply(32)], 2: [reply(58)], 3: [reply(57)] }));
    expect(o.out).toBe(
      "PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n" +
        "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.032 ms\n" +
        "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.058 ms\n" +
        "64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=0.057 ms\n" +
        "\n--- 10.0.0.2 ping statistics ---\n" +
        "3 packets transmitted, 3 received, 0% packet loss, time 400ms\n" +
        "rtt min/avg/max/mdev = 0.032/0.049/0.058/0.012 ms\n",
    );
    expect({ err: o.err, status: o.status, times: times(o) }).toEqual({
      err: "",
      status: 0,
      times: [0, 200.022, 400.07],
    });
  });

  it("should compute mdev as recorded", () => {
    const rtts = [17, 59, 68, 62];
    const o = pinging("-q -c 4 -i 0.3 10.0.0.2", { answers: (sequence) => [reply(rtts[sequence - 1]!)] });
    expect(o.out).toContain("rtt min/avg/max/mdev = 0.017/0.051/0.068/0.020 ms\n");
  });

  it.each([
    [32, "0.032"],
    [999, "0.999"],
    [1507, "1.51"],
    [3072, "3.07"],
    [12579, "12.6"],
    [20220, "20.2"],
    [100365, "100"],
    [342248, "342"],
  ])("should print %i us as %s ms", (micros, text) => {
    expect(pinging("-c 1 10.0.0.2", answers({ 0: [reply(micros)] })).out).toContain(` time=${text} ms\n`);
  });

  it("should not take times of requests shorter than a time stamp", () => {
    const o = pinging("-c 1 -s 15 10.0.0.2", answers({ 0: [reply(30)] }));
    expect(o.out).toBe(
      "PING 10.0.0.2 (10.0.0.2) 15(43) bytes of data.\n23 bytes from 10.0.0.2: icmp_seq=1 ttl=64\n" +
        "\n--- 10.0.0.2 ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n\n",
    );
    expect([...o.sent[0]!.message.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it("should fill the data with the time, then with octets that count up", () => {
    const o = pinging("-c 2 -i 0.25 -s 20 10.0.0.2", answers({ 0: [reply(30)] }));
    const { message } = o.sent[1]!;
    expect([...message.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0xd0, 3, 0, 0, 0, 0, 0, 16, 17, 18, 19]);
    expect([message.type, message.identifier, message.sequence]).toEqual([8, PID, 2]);
  });

  it("should repeat a pattern from the first octet on, below the time", () => {
    const o = pinging("-c 1 -s 20 -p 010203 10.0.0.2", answers({ 0: [reply(30)] }));
    expect([...o.sent[0]!.message.data.subarray(16)]).toEqual([2, 3, 1, 2]);
    expect(o.out.split("\n")[0]).toBe("PATTERN: 0x010203");
  });

  it("should mark duplicates and answers from elsewhere", () => {
    const o = pinging(
      "-c 2 -i 0.1 10.0.0.2",
      answers({ 0: [reply(185), reply(232, { from: "10.0.0.77" }), reply(20220)] }),
    );
    expect(o.out).toBe(
      "PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n" +
        "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.185 ms\n" +
        "64 bytes from 10.0.0.77: icmp_seq=1 ttl=64 time=0.232 ms (DUP!) (DIFFERENT ADDRESS!)\n" +
        "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=20.2 ms (DUP!)\n" +
        "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.185 ms\n" +
        "\n--- 10.0.0.2 ping statistics ---\n" +
        "2 packets transmitted, 2 received, +2 duplicates, 0% packet loss, time 100ms\n" +
        "rtt min/avg/max/mdev = 0.185/5.205/20.220/8.668 ms\n",
    );
  });

  it("should report data that changed on the way", () => {
    const o = pinging("-c 1 -s 100 10.0.0.2", answers({ 0: [reply(182, { set: { 70: 0x99, 20: 1 } })] }));
    expect(o.out.split("\n").slice(2, 6)).toEqual([
      "wrong data byte #20 should be 0x14 but was 0x1",
      "#16\t10 11 12 13 1 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f ",
      "#48\t30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40 41 42 43 44 45 99 47 48 49 4a 4b 4c 4d 4e 4f ",
      "#80\t50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f 60 61 62 63 ",
    ]);
  });

  it.each([
    [{ cut: 30 }, "38 bytes from 10.0.0.2: icmp_seq=1 ttl=64 (truncated)", "0.367/0.367/0.367/0.000"],
    [
      { cut: 10 },
      "18 bytes from 10.0.0.2: icmp_seq=1 ttl=64 (truncated)",
      "9223372036854775.807/0.000/0.000/0.000",
    ],
    [{ append: 3 }, "67 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.367 ms", "0.367/0.367/0.367/0.000"],
    [{ append: 300 }, "172 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.367 ms", "0.367/0.367/0.367/0.000"],
    [{ ttl: 33 }, "64 bytes from 10.0.0.2: icmp_seq=1 ttl=33 time=0.367 ms", "0.367/0.367/0.367/0.000"],
  ])("should tell of a reply like %o", (how, line, rtt) => {
    const lines = pinging("-c 1 10.0.0.2", answers({ 0: [reply(367, how)] })).out.split("\n");
    expect([lines[1], lines[5]]).toEqual([line, `rtt min/avg/max/mdev = ${rtt} ms`]);
  });

  it("should not count the answer to another process's request", () => {
    const o = pinging("-c 1 -W 0.3 10.0.0.2", answers({ 0: [reply(30, { identifierBy: 1 })] }));
    expect(o.out).toContain("1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n");
    expect({ status: o.status, at: o.at }).toEqual({ status: 1, at: 300 * MS });
  });

  it("should count answers to requests never sent", () => {
    const o = pinging("-c 4 -i 0.1 -W 0.3 10.0.0.2", {
      answers: (n) =>
        [[], [], [reply(197, { sequenceBy: -1 }), reply(218)], [reply(250, { sequenceBy: 5 }), reply(345)]][
          n
        ]!,
    });
    expect(o.out).toBe(
      "PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n" +
        "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.197 ms\n" +
        "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.218 ms\n" +
        "64 bytes from 10.0.0.2: icmp_seq=8 ttl=64 time=0.250 ms\n" +
        "64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=0.345 ms\n" +
        "\n--- 10.0.0.2 ping statistics ---\n" +
        "3 packets transmitted, 4 received, -33.3333% packet loss, time 200ms\n" +
        "rtt min/avg/max/mdev = 0.197/0.252/0.345/0.056 ms, pipe 2\n",
    );
  });

  it("should warn of a time stamp from the future", () => {
    const o = pinging("-c 1 10.0.0.2", answers({ 0: [reply(30, { set: { 9: 1 } })] }));
    expect(o.err).toContain("ping: Warning: time of day goes back (-226us), taking countermeasures\n");
    expect(o.out).toContain("time=0.000 ms\n");
  });
});

describe("ping: many answers", () => {
  const both = answers({ 0: [reply(198, { from: "10.0.0.5" }), reply(221, { from: "10.0.0.6" })] });

  it("should not call the answers to a multicast duplicates, but count them so", () => {
    const o = pinging("-c 2 -i 0.1 224.0.0.1", both);
    expect(o.out).toBe(
      "PING 224.0.0.1 (224.0.0.1) 56(84) bytes of data.\n" +
        "64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.198 ms\n" +
        "64 bytes from 10.0.0.6: icmp_seq=1 ttl=64 time=0.221 ms\n" +
        "64 bytes from 10.0.0.5: icmp_seq=2 ttl=64 time=0.198 ms\n" +
        "\n--- 224.0.0.1 ping statistics ---\n" +
        "2 packets transmitted, 2 received, +1 duplicates, 0% packet loss, time 100ms\n" +
        "rtt min/avg/max/mdev = 0.198/0.205/0.221/0.010 ms\n",
    );
    expect(o.sent[0]!.options).toMatchObject({ ttl: -1, pmtudisc: "do" });
  });

  it("should call them duplicates with -v", () => {
    const o = pinging("-v -c 1 -i 0.1 224.0.0.1", { answers: () => [reply(198), reply(198)] });
    expect(o.err).toBe(
      "ping: sock4.fd: 3 (socktype: SOCK_RAW), sock6.fd: 4 (socktype: SOCK_RAW), hints.ai_family: AF_UNSPEC\n\n",
    );
    expect(o.out).toContain("ai->ai_family: AF_INET, ai->ai_canonname: '224.0.0.1'\nPING 224.0.0.1");
    expect(o.out).toContain(`icmp_seq=1 ident=${PID} ttl=64 time=0.198 ms\n`);
  });

  it("should ping a broadcast address only with -b, and warn", () => {
    const script: Script = {
      ...both,
      probe: (_dst, _ifname, broadcast) => (broadcast ? 0x0a00_0001 : "EACCES"),
    };
    const refusedRun = pinging("-c 1 10.0.0.255", script);
    expect(refusedRun).toMatchObject({
      out: "",
      err: "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n",
      status: 2,
    });
    const o = pinging("-b -c 1 10.0.0.255", script);
    expect(o).toMatchObject({ err: "WARNING: pinging broadcast address\n", status: 0 });
    expect(o.out).toContain("64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.198 ms\n\n");
  });
});

describe("ping: when it ends", () => {
  it.each([
    // After the last request: -W without any reply ...
    ["-c 2 -i 0.2 -W 0.5 10.0.0.2", {}, 700, 1],
    ["-c 1 10.0.0.2", {}, 10_000, 1],
    // ... else twice the longest round trip, at least one interval.
    ["-c 2 -i 0.2 -W 0.5 10.0.0.2", { 1: [reply(1507)] }, 400, 0],
    ["-c 2 -i 0.2 -W 0.5 10.0.0.2", { 1: [reply(150_000)] }, 500, 0],
    // A first reply after that changes nothing.
    ["-c 2 -i 0.2 -W 0.5 10.0.0.2", { 1: [reply(450_000)] }, 700, 0],
    // A deadline, however much was sent; missing replies are a failure.
    ["-w 1 -c 2 -i 0.3 10.0.0.2", {}, 1000, 1],
    ["-w 1 -W 0.2 10.0.0.2", {}, 1000, 1],
    ["-w 2 -c 2 -i 0.3 10.0.0.2", { 2: [reply(10)], 4: [reply(10)] }, 900, 0],
    ["-w 1 -c 3 -i 0.6 10.0.0.2", { 0: [reply(10)] }, 1000, 1],
    // With a deadline any error ends it.
    ["-w 2 -c 5 -i 0.3 10.0.0.2", { 2: [error(3, 1)], 0: [reply(10)] }, 300, 1],
    ["-w 2 -i 0.3 10.0.0.2", { 2: [error(3, 1)], 0: [reply(10)] }, 300, 0],
    ["-c 3 -i 0.1 -W 1 10.0.0.2", { 0: [error(3, 1, 400 * MS)] }, 600, 1],
  ])("should end %s", (args, table, at, status) => {
    const o = pinging(args, answers(table as Record<number, Answer[]>));
    expect({ at: o.at / MS, status: o.status }).toEqual({ at, status });
  });

  it("should wait forever for what is missing from a flood without times, as the original does", () => {
    const o = pinging("-f -s 8 -c 2 -W 0.5 10.0.0.2", { ...answers({ 1: [reply(10)] }), until: 60_000 * MS });
    expect(o.status).toBeNull();
  });

  it("should go by the first reply with -W 0", () => {
    const o = pinging("-W 0 -c 2 -i 0.2 10.0.0.2", answers({ 1: [reply(20_000_000)] }));
    expect({ at: o.at / MS, status: o.status }).toEqual({ at: 59_999.99, status: 0 });
  });

  it("should wait forever with -W 0", () => {
    const o = pinging("-W 0 -c 1 10.0.0.2", {
      answers: () => [],
      signals: [{ at: 60_000 * MS, signal: "SIGINT" }],
    });
    expect({ at: o.at / MS, status: o.status }).toEqual({ at: 60_000, status: 1 });
  });

  it("should print the statistics at SIGINT and a line at SIGQUIT", () => {
    const rtts = [3072, 210, 200, 203];
    const o = pinging("-i 0.3 10.0.0.2", {
      answers: (n) => [reply(rtts[n - 1]!)],
      signals: [
        { at: 100 * MS, signal: "SIGQUIT" },
        { at: 850 * MS, signal: "SIGQUIT" },
        { at: 950 * MS, signal: "SIGINT" },
      ],
    });
    expect(o.err).toBe(
      "\r1/1 packets, 0% loss, min/avg/ewma/max = 3.072/3.072/3.072/3.072 ms\n" +
        "\r3/3 packets, 0% loss, min/avg/ewma/max = 0.200/1.160/2.400/3.072 ms\n",
    );
    expect(o.out).toContain("4 packets transmitted, 4 received, 0% packet loss, time 900ms\n");
    expect(o.out).toContain("rtt min/avg/max/mdev = 0.200/0.921/3.072/1.241 ms\n");
    expect(o.status).toBe(0);
  });

  it("should tell of the loss at SIGQUIT as a whole number", () => {
    const o = pinging("-i 0.1 10.0.0.2", {
      answers: () => [reply(250_000), reply(250_000)],
      signals: [
        { at: 90 * MS, signal: "QUIT" },
        { at: 890 * MS, signal: "QUIT" },
        { at: 895 * MS, signal: "TERM" },
      ],
    });
    expect(o.err).toBe(
      "\r0/1 packets, 100% loss\n\r7/9 packets, 22% loss, min/avg/ewma/max = 250.000/250.000/250.000/250.000 ms\n",
    );
    expect(o.out).not.toContain("statistics");
    expect(o.status).toBe(143);
  });
});

describe("ping: errors", () => {
  it.each([
    [3, 0, 0, "Destination Net Unreachable"],
    [3, 1, 0, "Destination Host Unreachable"],
    [3, 2, 0, "Destination Protocol Unreachable"],
    [3, 3, 0, "Destination Port Unreachable"],
    [3, 4, 1000, "Frag needed and DF set (mtu = 1000)"],
    [3, 5, 0, "Source Route Failed"],
    [3, 6, 0, "Destination Net Unknown"],
    [3, 7, 0, "Destination Host Unknown"],
    [3, 8, 0, "Source Host Isolated"],
    [3, 9, 0, "Destination Net Prohibited"],
    [3, 10, 0, "Destination Host Prohibited"],
    [3, 11, 0, "Destination Net Unreachable for Type of Service"],
    [3, 12, 0, "Destination Host Unreachable for Type of Service"],
    [3, 13, 0, "Packet filtered"],
    [3, 14, 0, "Precedence Violation"],
    [3, 15, 0, "Precedence Cutoff"],
    [11, 0, 0, "Time to live exceeded"],
    [11, 2, 0, "Time exceeded, Bad Code: 2"],
    [12, 0, 20, "Parameter problem: pointer = 20"],
  ])("should print ICMP %i/%i", (type, code, info, text) => {
    const o = pinging("-c 1 10.0.0.2", answers({ 0: [error(type, code, 0, info)] }));
    expect(o.out).toBe(
      `PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\nFrom 10.0.0.254 icmp_seq=1 ${text}\n` +
        "\n--- 10.0.0.2 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n\n",
    );
    expect(o.status).toBe(1);
  });

  it("should mix errors and replies", () => {
    const o = pinging("-c 4 -i 0.2 -W 1 10.0.0.2", {
      answers: (n) => (n % 2 === 1 ? [error(3, 3)] : [reply(n === 2 ? 49 : 46)]),
    });
    expect(o.out).toContain(
      "4 packets transmitted, 2 received, +2 errors, 50% packet loss, time 600ms\nrtt min/avg/max/mdev = 0.046/0.047/0.049/0.001 ms\n",
    );
  });

  it("should put the pipe on a line of its own when there was no reply", () => {
    const o = pinging("-c 3 -i 0.1 10.0.0.2", answers({ 0: [error(3, 1, 400 * MS)] }));
    expect(o.out).toContain(
      "3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 200ms\npipe 3\n",
    );
  });

  it.each([
    ["-c 1 10.0.0.2", "From 10.0.0.254: icmp_seq=1 Redirect Host(New nexthop: 10.0.0.9)\n64 bytes from"],
    ["-q -c 1 10.0.0.2", "bytes of data.\n\n---"],
    ["-f -c 1 10.0.0.2", "bytes of data.\n.\b \b\n---"],
  ])("should tell of a redirect: %s", (args, text) => {
    const quote = (request: IcmpMessage) => {
      const data = new Uint8Array(28);
      data.set([0x45, 0, 0, 84, 0x85, 0x17, 0x40, 0, 64, 1, 0xa1, 0x8f, 10, 0, 0, 1, 10, 0, 0, 2, 8]);
      data.set([request.rest >>> 24, request.rest >>> 16, request.rest >>> 8, request.rest], 24);
      return new IcmpMessage(5, 1, 0x0a00_0009, data);
    };
    const script = answers({
      0: [{ kind: "message", delay: 0, from: "10.0.0.254", message: quote }, reply(10)],
    });
    expect(pinging(args, script).out).toContain(text);
    expect(pinging(`-v ${args}`, script).out.includes("Vr HL TOS")).toBe(args === "-c 1 10.0.0.2");
    if (args === "-c 1 10.0.0.2") {
      expect(pinging(`-v ${args}`, script).out).toContain(
        "Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n 4  5  00 5400 1785   0 0040  40  01 8fa1 10.0.0.1  10.0.0.2 \n64",
      );
    }
  });

  it("should tell of a packet that is too long, and notice the end one interval later", () => {
    const script: Script = { answers: () => [], refuse: () => ({ errno: "EMSGSIZE", local: 1500 }) };
    const o = pinging("-M do -c 2 -i 0.3 -W 0.5 -s 1473 10.0.0.2", script);
    expect(o).toMatchObject({
      err: "ping: local error: message too long, mtu=1500\n".repeat(2),
      status: 1,
      at: 600 * MS,
    });
    expect(o.out).toContain("2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 300ms\n\n");
    const flood = pinging("-f -M do -c 2 -s 1473 10.0.0.2", script);
    expect(flood).toMatchObject({ err: "", status: 1, at: 20 * MS });
    expect(flood.out).toContain("bytes of data.\nEE\n---");
    // Quiet: not even counted.
    const quiet = pinging("-q -M do -c 2 -i 0.1 -W 0.5 -s 1473 10.0.0.2", script);
    expect(quiet).toMatchObject({ err: "", status: 1, at: 600 * MS });
    expect(quiet.out).toContain("2 packets transmitted, 0 received, 100% packet loss, time 100ms\n\n");
  });

  it.each([
    ["-c 2 -i 0.2 -W 0.7 10.0.0.2", [0, 200, 400, 600, 800, 1000, 1200, 1400], 2, 2100],
    ["-c 1 -i 1 -W 1.5 10.0.0.2", [0, 1000, 2000], 1, 3500],
    ["-f -c 2 -W 0.05 10.0.0.2", [0, 10, 20, 30, 40, 50], 0, 100],
    ["-A -c 2 -W 0.05 10.0.0.2", [0, 1000], 2, 1050],
    ["-w 1 -c 2 -i 0.3 10.0.0.2", [0, 300, 600, 900], 0, 1000],
  ])("should try again for want of buffers: %s", (args, at, messages, end) => {
    const o = pinging(args, { answers: () => [], refuse: () => ({ errno: "ENOBUFS" }) });
    expect(times(o)).toEqual(at);
    expect(o.err).toBe("ping: sendmsg: No buffer space available\n".repeat(messages));
    expect(o).toMatchObject({ at: end * MS, status: 1 });
    if (args.startsWith("-f")) expect(o.out).toContain("\nEE\n---");
    if (args.startsWith("-w")) expect(o.out).toContain("\n0 packets transmitted, 0 received\n\n");
  });

  it("should count a request that could not be sent without a word", () => {
    const o = pinging("-c 3 -i 0.1 -W 0.3 10.0.0.2", {
      answers: (n) => [reply(n === 1 ? 1569 : 204)],
      refuse: (n) => (n === 3 ? { errno: "ENETUNREACH" } : null),
    });
    expect(o).toMatchObject({ err: "", status: 0, at: 300.194 * MS });
    expect(o.out).toContain(
      "3 packets transmitted, 2 received, 33.3333% packet loss, time 200ms\nrtt min/avg/max/mdev = 0.204/0.886/1.569/0.682 ms\n",
    );
  });
});

describe("ping: wakes for nothing", () => {
  it("should not end before its wait is over", () => {
    // The wake for an error that was read while sending comes afterwards.
    const o = pinging("-M do -c 1 -i 0.3 -s 1473 10.0.0.2", {
      answers: () => [],
      refuse: () => ({ errno: "EMSGSIZE", local: 1500 }),
      spurious: [0, 100 * MS],
    });
    expect({ at: o.at / MS, status: o.status }).toEqual({ at: 300, status: 1 });
  });
});

describe("ping: pace", () => {
  it("should send preloaded requests at once", () => {
    const o = pinging("-l 3 -c 6 -i 0.3 10.0.0.2", answers({ 0: [reply(10)] }));
    expect(times(o)).toEqual([0, 0.01, 0.02, 300.02, 600.02, 900.02]); // each costs a system call
    expect(o.out).toContain("time 900ms\nrtt min/avg/max/mdev = 0.010/0.010/0.010/0.000 ms, pipe 3\n");
  });

  it("should flood as fast as answers come, or a hundred a second", () => {
    const fast = pinging("-f -c 4 10.0.0.2", answers({ 0: [reply(10)] }));
    expect(times(fast)).toEqual([0, 0.01, 0.02, 0.03]);
    expect(fast.out).toBe(
      "PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n.\b \b.\b \b.\b \b.\b \b\n--- 10.0.0.2 ping statistics ---\n" +
        "4 packets transmitted, 4 received, 0% packet loss, time 0ms\n" +
        "rtt min/avg/max/mdev = 0.010/0.010/0.010/0.000 ms, ipg/ewma 0.010/0.010 ms\n",
    );
    const slow = pinging("-f -l 3 -c 6 -W 0.4 10.0.0.2", answers({}));
    expect(times(slow)).toEqual([0, 0.01, 0.02, 10.02, 20.02, 30.02]);
    expect(slow.out).toContain("\n......\n---");
    const errors = pinging("-f -c 3 10.0.0.2", answers({ 0: [error(11, 0)] }));
    expect(errors.out).toContain("\n.\bE.\bE.\bE\n---");
  });

  it("should follow the round trip with -A", () => {
    const o = pinging("-A -c 4 10.0.0.2", answers({ 0: [reply(30_700)] }));
    expect(times(o)).toEqual([0, 31, 62, 93]);
    expect(o.out).toContain(
      "time 93ms\nrtt min/avg/max/mdev = 30.700/30.700/30.700/0.000 ms, ipg/ewma 31.000/30.700 ms\n",
    );
    expect(times(pinging("-A -c 3 -W 0.3 10.0.0.2", answers({})))).toEqual([0, 1000, 2000]);
  });

  it("should report requests without an answer with -O", () => {
    const o = pinging("-O -c 3 -i 0.1 10.0.0.2", answers({ 0: [reply(150_000)] }));
    expect(o.out).toContain(
      "data.\nno answer yet for icmp_seq=1\n64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=150 ms\n" +
        "no answer yet for icmp_seq=2\n64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=150 ms\n64 bytes",
    );
    expect(pinging("-O -D -q -c 2 -i 0.1 -W 0.2 10.0.0.2", answers({})).out).toContain(
      "data.\n[1735689600.100000] no answer yet for icmp_seq=1\n\n",
    );
  });

  it("should stamp and ring", () => {
    const o = pinging("-D -a -c 2 -i 0.1 10.0.0.2", answers({ 0: [reply(30)] }));
    expect(o.out).toContain(
      "[1735689600.100040] 64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.030 ms\u0007\n",
    );
    expect(pinging("-a -f -c 1 10.0.0.2", answers({ 0: [reply(30)] })).out).toContain(".\b \b\u0007\n---");
  });

  it("should keep its state small and ready for JSON over sequence numbers that wrap", () => {
    const o = pinging("-f -q -c 66000 10.0.0.2", { answers: (n) => (n === 5 ? [] : [reply(10)]) });
    expect(o.out).toContain(
      "66000 packets transmitted, 65998 received, 0.0030303% packet loss, time 679ms\n",
    );
  }, 60_000);
});

describe("ping: IP options", () => {
  const route = (...hops: number[]) => new Uint8Array([7, 3 + hops.length, 4 + hops.length, ...hops, 0]);

  it("should print a route once", () => {
    const o = pinging("-R -c 3 -i 0.1 10.0.0.2", {
      answers: (n) => [reply(20, { options: route(10, 0, 0, n === 3 ? 5 : 1, 10, 0, 0, 2) })],
    });
    expect(o.out.split("\n").slice(0, 11)).toEqual([
      "PING 10.0.0.2 (10.0.0.2) 56(124) bytes of data.",
      "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.020 ms",
      "RR: \t10.0.0.1",
      "\t10.0.0.2",
      "",
      "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.020 ms\t(same route)",
      "64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=0.020 ms",
      "RR: \t10.0.0.5",
      "\t10.0.0.2",
      "",
      "",
    ]);
    expect([...o.sent[0]!.options.options!]).toEqual([1, 7, 39, 4, ...new Array<number>(36).fill(0)]);
  });

  it("should print times as differences", () => {
    const options = new Uint8Array([
      68, 20, 21, 0x10, 0, 0, 0, 1, 0, 0, 3, 0xe8, 0x80, 0, 0, 7, 0, 0, 3, 0xd0,
    ]);
    const o = pinging("-T tsonly -c 1 10.0.0.2", answers({ 0: [reply(20, { options })] }));
    expect(o.out).toContain(
      "time=0.020 ms\nTS: \t1 absolute\n\t999\n\t7 absolute not-standard\n\t-24\nUnrecorded hops: 1\n\n\n---",
    );
    expect([...o.sent[0]!.options.options!]).toEqual([68, 40, 5, ...new Array<number>(37).fill(0)]);
  });

  it("should print addresses and times", () => {
    const options = new Uint8Array([
      68, 20, 21, 0x31, 10, 0, 0, 1, 1, 0, 0, 0, 10, 0, 0, 2, 0, 255, 255, 240,
    ]);
    options[3] = 0x41;
    const o = pinging("-T tsandaddr -c 1 10.0.0.2", answers({ 0: [reply(20, { options })] }));
    expect(o.out).toContain(
      "\nTS: \t10.0.0.1\t16777216 absolute\n\t10.0.0.2\t-16\nUnrecorded hops: 4\n\n\n---",
    );
    expect(o.sent[0]!.options.options!.length).toBe(36);
    const hops = pinging("-T tsprespec -c 1 10.0.0.1 127.0.0.1", answers({ 0: [reply(20)] }));
    expect([...hops.sent[0]!.options.options!]).toEqual([68, 12, 5, 3, 10, 0, 0, 1, 0, 0, 0, 0]);
  });
});
