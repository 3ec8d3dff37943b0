import { describe, expect, it } from "vitest";
import { ping } from "../../src/processes/ping.ts";
import { resolveHost } from "../../src/processes/ping-host.ts";
import { parsePing } from "../../src/processes/ping-options.ts";
import { NODEINFO_HELP, USAGE, VERSION } from "../../src/processes/ping-usage.ts";
import { inetAton } from "../../src/wire/ipv4-address.ts";
import { run, type Script } from "./fake-network.ts";

const ANSWERING: Script = { answers: () => [{ kind: "reply", delay: 0 }] };
const GARBAGE = (rest: string) =>
  `ping: option argument contains garbage: ${rest}\nping: this will become fatal error in the future\n`;

function pinging(argv: readonly string[], script: Script = ANSWERING) {
  return run(ping, ["ping", ...argv], script);
}

/** [arguments, standard error, status]; recorded. */
const REFUSED: readonly (readonly [readonly string[], string, number])[] = [
  [[], "ping: usage error: Destination address required\n", 1],
  [["-h"], USAGE, 2],
  [["-Z", "10.0.0.2"], `ping: invalid option -- 'Z'\n${USAGE}`, 2],
  [["--help"], `ping: invalid option -- '-'\n${USAGE}`, 2],
  [["-c"], `ping: option requires an argument -- 'c'\n${USAGE}`, 2],
  [["-c", "x", "127.0.0.1"], "ping: invalid argument: 'x'\n", 1],
  [
    ["-c", "0", "127.0.0.1"],
    "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\n",
    1,
  ],
  [["-c", "1x", "127.0.0.1"], "ping: invalid argument: '1x'\n", 1],
  [
    ["-c", "99999999999999999999", "127.0.0.1"],
    "ping: invalid argument: '99999999999999999999': Numerical result out of range\n",
    1,
  ],
  [["-c", "", "127.0.0.1"], "ping: invalid argument: ''\n", 1],
  [["-i", "1e9", "127.0.0.1"], "ping: bad timing interval: 1e9\n", 2],
  [["-i", "2147484", "127.0.0.1"], "ping: bad timing interval: 2147484\n", 2],
  [["-i", "nan", "127.0.0.1"], "ping: bad timing interval: nan: Numerical result out of range\n", 2],
  [["-i", "", "127.0.0.1"], "ping: bad timing interval: : No such file or directory\n", 2],
  [["-W", "-1", "127.0.0.1"], "ping: bad linger time: -1\n", 2],
  [["-W", "", "127.0.0.1"], "ping: bad linger time: : No such file or directory\n", 2],
  [["-w", "1.5", "127.0.0.1"], "ping: invalid argument: '1.5'\n", 1],
  [["-w", "-1", "127.0.0.1"], "ping: invalid argument: '-1': out of range: 0 <= value <= 2147483647\n", 1],
  [["-s", "-1", "127.0.0.1"], "ping: invalid argument: '-1': out of range: 0 <= value <= 2147483647\n", 1],
  [["-t", "0", "127.0.0.1"], "ping: cannot set unicast time-to-live: Invalid argument\n", 2],
  [["-t", "256", "127.0.0.1"], "ping: invalid argument: '256': out of range: 0 <= value <= 255\n", 1],
  [["-T", "foo", "127.0.0.1"], "ping: invalid timestamp type: foo\n", 2],
  [["-T", "tsonly", "-R", "127.0.0.1"], "ping: only one of -T or -R may be used\n", 2],
  [["-R", "-T", "tsonly", "127.0.0.1"], "ping: only one of -T or -R may be used\n", 2],
  [["-R", "10.0.0.2", "10.0.0.1"], USAGE, 2],
  [["10.0.0.2", "10.0.0.1"], "ping: record route: Operation not permitted\n", 2],
  [["-M", "probe", "127.0.0.1"], "ping: invalid -M argument: probe\n", 2],
  [["-Q", "x", "127.0.0.1"], "ping: bad TOS value: x\n", 2],
  [["-Q", "256", "127.0.0.1"], "ping: the decimal value of TOS bits must be in range 0-255: 256\n", 2],
  [["-p", "x", "127.0.0.1"], "ping: patterns must be specified as hex digits: x\n", 2],
  [["-p", "fg", "127.0.0.1"], "ping: patterns must be specified as hex digits: g\n", 2],
  [["-l", "0", "127.0.0.1"], "ping: invalid argument: '0': out of range: 1 <= value <= 65536\n", 1],
  [
    ["-m", "4294967296", "127.0.0.1"],
    "ping: invalid argument: '4294967296': out of range: 0 <= value <= 4294967295\n",
    1,
  ],
  [["-e", "65536", "127.0.0.1"], "ping: invalid argument: '65536': out of range: 0 <= value <= 65535\n", 1],
  [["-S", "0", "127.0.0.1"], "ping: invalid argument: '0': out of range: 1 <= value <= 2147483647\n", 1],
  [["-I", "nosuch", "127.0.0.1"], "ping: SO_BINDTODEVICE nosuch: No such device\n", 2],
  [["-I", "1.2.3.4", "10.0.0.2"], "ping: bind: Cannot assign requested address\n", 2],
  [["nosuch.example"], "ping: nosuch.example: Temporary failure in name resolution\n", 2],
  [[""], "ping: : Name or service not known\n", 2],
  [["a..b"], "ping: a..b: Name or service not known\n", 2],
  [["300.1.1.1"], "ping: 300.1.1.1: Temporary failure in name resolution\n", 2],
  [["::1"], "ping: connect: Cannot assign requested address\n", 2],
  [["-4", "::1"], "ping: ::1: Address family for hostname not supported\n", 2],
  [["-6", "localhost"], "ping: localhost: Address family for hostname not supported\n", 2],
  [["-46", "127.0.0.1"], "ping: only one -4 or -6 option may be specified\n", 2],
];

describe("ping: command line", () => {
  it.each(REFUSED)("should refuse %j", (argv, err, status) => {
    expect(pinging(argv)).toMatchObject({ out: "", err, status, at: 0, sent: [] });
  });

  it("should print its version and the help of -N", () => {
    expect(pinging(["-V"])).toMatchObject({ out: VERSION, err: "", status: 0 });
    expect(pinging(["-N", "help"])).toMatchObject({ out: NODEINFO_HELP, err: "", status: 0 });
  });

  it.each([
    [["-c", " 1", "10.0.0.2"], { count: 1 }],
    [["-c", "+1", "10.0.0.2"], { count: 1 }],
    [["10.0.0.2", "-c1", "-W.3"], { count: 1, lingerMs: 300 }],
    [["-nqc1", "10.0.0.2"], { count: 1, numeric: true, quiet: true }],
    [["-c", "1", "--", "10.0.0.2"], { count: 1 }],
    [["-i", "1e-1", "10.0.0.2"], { intervalMs: 100 }],
    [["-i", "0x1", "10.0.0.2"], { intervalMs: 1000 }],
    [["-i", "0.0009", "10.0.0.2"], { intervalMs: 0 }],
    [["-f", "10.0.0.2"], { flood: true, intervalMs: 0 }],
    [["-f", "-i", "0.1", "10.0.0.2"], { flood: true, intervalMs: 100 }],
    [["-Q", "0x10", "10.0.0.2"], { tos: 16 }],
    [["-Q", "10", "10.0.0.2"], { tos: 10 }],
    [["-p", "fff", "10.0.0.2"], { pattern: [255, 15] }],
    [
      ["-p", "0123456789abcdef0123456789abcdef01", "10.0.0.2"],
      { pattern: [1, 35, 69, 103, 137, 171, 205, 239, 1, 35, 69, 103, 137, 171, 205, 239] },
    ],
    [["-I", "eth0", "-I", "10.0.0.1", "10.0.0.2"], { device: "eth0", source: 0x0a00_0001 }],
    [["-I", "10.1", "10.0.0.2"], { device: "10.1", source: null }],
  ])("should read %j", (argv, options) => {
    expect(parsePing(["ping", ...argv])).toMatchObject({ kind: "run", options, warnings: "" });
  });

  it.each([
    [["-i", "x"], "x", { intervalMs: 0 }],
    [["-i", "1,5"], ",5", { intervalMs: 1000 }],
    [["-W", "x"], "x", { lingerMs: 0 }],
  ])("should warn of %j and go on", (argv, rest, options) => {
    expect(parsePing(["ping", ...argv, "10.0.0.2"])).toMatchObject({
      kind: "run",
      options,
      warnings: GARBAGE(rest),
    });
  });

  it.each([
    ["-I eth0 10.0.0.2", "PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 eth0: 56(84) bytes of data."],
    ["-I 10.0.0.1 10.0.0.2", "PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 : 56(84) bytes of data."],
    ["-I eth0 -I 10.0.0.1 10.0.0.2", "PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 eth0: 56(84) bytes of data."],
    ["-I 0.0.0.0 10.0.0.2", "PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 : 56(84) bytes of data."],
    ["-B 10.0.0.2", "PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 : 56(84) bytes of data."],
    ["-s 0 10.0.0.2", "PING 10.0.0.2 (10.0.0.2) 0(28) bytes of data."],
    ["-R 10.0.0.2", "PING 10.0.0.2 (10.0.0.2) 56(124) bytes of data."],
    ["127.1", "PING 127.1 (127.0.0.1) 56(84) bytes of data."],
    ["0", "PING 0 (127.0.0.1) 56(84) bytes of data."],
    ["localhost", "PING localhost (127.0.0.1) 56(84) bytes of data."],
  ])("should begin %s", (args, line) => {
    const o = pinging(["-c", "1", ...args.split(" ")]);
    expect(o.out.split("\n")[0]).toBe(line);
    expect(o.status).toBe(0);
  });

  it("should show names unless told not to", () => {
    expect(pinging(["-c", "1", "localhost"]).out).toContain(
      "64 bytes from localhost (127.0.0.1): icmp_seq=1",
    );
    expect(pinging(["-nc", "1", "localhost"]).out).toContain("64 bytes from 127.0.0.1: icmp_seq=1");
    expect(pinging(["-c", "1", "127.0.0.1"]).out).toContain("64 bytes from 127.0.0.1: icmp_seq=1");
  });

  it("should warn of a source on another device and of too many requests at once", () => {
    expect(pinging(["-c", "1", "-I", "lo", "10.0.0.2"]).err).toBe(
      "ping: Warning: source address might be selected on device other than: lo\n",
    );
    expect(pinging(["-c", "1", "-l", "65536", "10.0.0.2"]).err).toBe(
      "ping: WARNING: probably, rcvbuf is not enough to hold preload\n",
    );
  });

  it("should print why there is no way to the destination", () => {
    expect(pinging(["10.9.9.9"], { ...ANSWERING, probe: () => "ENETUNREACH" })).toMatchObject({
      out: "",
      err: "ping: connect: Network is unreachable\n",
      status: 2,
    });
    const prohibited: Script = { ...ANSWERING, probe: () => "EACCES" };
    expect(pinging(["-b", "10.9.9.9"], prohibited).err).toBe(
      "WARNING: pinging broadcast address\nping: connect: Permission denied\n",
    );
  });
});

describe("inetAton", () => {
  it.each([
    ["127.1", 0x7f00_0001],
    ["0x7f000001", 0x7f00_0001],
    ["0177.1", 0x7f00_0001],
    ["2130706433", 0x7f00_0001],
    ["192.168", 0xc000_00a8],
    ["0", 0],
    ["255.255.255.255", 0xffff_ffff],
    ["1.2.3.4.5", null],
    ["1.2.3.256", null],
    ["256.1", null],
    ["08", null],
    ["4294967296", null],
    ["", null],
    ["1.", null],
  ])("should read %s", (text, address) => {
    expect(inetAton(text)).toBe(address);
  });

  it("should not mistake names of Object's for hosts", () => {
    expect(resolveHost("constructor", 0, [])).toMatchObject({ kind: "stop", status: 2 });
  });
});
