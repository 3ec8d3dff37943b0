import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/core/octets.ts";
import { FILE6, recorded, recordedFile, runTcpdump } from "./program.ts";

const BANNER = "reading from file rec.pcap, link-type EN10MB (Ethernet), snapshot length 262144\n";

describe("tcpdump -r", () => {
  for (const { options, text } of recorded<{ options: string; text: string }>("print.jsonl")) {
    it(`should print what tcpdump 4.99.3 printed with ${options}`, () => {
      const { out, err, status } = runTcpdump([...options.split(" "), "-r", "rec.pcap"]);
      expect(out.split("\n")).toEqual(text.split("\n"));
      expect({ err, status }).toEqual({ err: BANNER, status: 0 });
    });
  }

  for (const { options, text } of recorded<{ options: string; text: string }>("print6.jsonl")) {
    it(`should print of IPv6 what tcpdump 4.99.3 printed with ${options}`, () => {
      const { out, err, status } = runTcpdump([...options.split(" "), "-r", "rec.pcap"], FILE6);
      expect(out.split("\n")).toEqual(text.split("\n"));
      expect({ err, status }).toEqual({ err: BANNER, status: 0 });
    });
  }

  it("should read from standard input, and copy what passes to a file", () => {
    const { err, files } = runTcpdump(["-r", "-", "-w", "copy"], "", recordedFile());
    expect(err).toBe(BANNER.replace("rec.pcap", "-"));
    expect(files.get("copy")).toBe(recordedFile());
  });

  it("should tell what is wrong with a file", () => {
    const whole = recordedFile();
    const wrong = (file: string) => {
      const { err, status } = runTcpdump(["-nt", "-r", "rec.pcap", "-c", "9"], file);
      return [err.replace(BANNER, ""), status];
    };
    expect(wrong("")).toEqual([
      "tcpdump: truncated dump file; tried to read 4 file header bytes, only got 0\n",
      1,
    ]);
    expect(wrong("127.0.0.1 localhost\n")).toEqual(["tcpdump: unknown file format\n", 1]);
    expect(wrong(decode(encode(whole).slice(0, 33)))).toEqual([
      "tcpdump: pcap_loop: truncated dump file; tried to read 16 header bytes, only got 9\n",
      1,
    ]);
  });
});

describe("a filter expression", () => {
  type Recorded = {
    readonly filter: string;
    readonly passes?: readonly number[];
    readonly error?: string;
  };
  const cases = [
    ...recorded<Recorded>("filters.jsonl").map((each) => ({ ...each, file: recordedFile(), what: "" })),
    ...recorded<Recorded>("filters6.jsonl").map((each) => ({ ...each, file: FILE6, what: " of IPv6" })),
  ];
  for (const { filter, passes, error, file, what } of cases) {
    it(`should let pass what libpcap 1.10.3 lets pass${what}: ${filter}`, () => {
      const { out, err, status } = runTcpdump(["-n", "-tt", "-q", "-r", "rec.pcap", filter], file);
      if (error !== undefined) {
        expect({ err, status }).toEqual({ err: BANNER + error, status: 1 });
        return;
      }
      const times = out.split("\n").filter((line) => /^100\d\.\d{6} /.test(line));
      const frames = times.map((line) => Math.round(((Number.parseFloat(line) - 1000) * 1e6) / 1234));
      expect(frames).toEqual(passes);
    });
  }
});

describe("the command line of tcpdump", () => {
  const told = (...args: string[]) => {
    const { out, err, status } = runTcpdump(args);
    return { out, err: err.split("\n")[0], status };
  };
  it("should be refused in tcpdump's words", () => {
    expect(told("-c", "0")).toEqual({ out: "", err: "tcpdump: invalid packet count 0", status: 1 });
    expect(told("-s", "abc").err).toBe("tcpdump: invalid snaplen abc (must be >= 0 and <= 262144)");
    expect(told("-Q", "x").err).toBe("tcpdump: unknown capture direction `x'");
    expect(told("-i").err).toBe("tcpdump: option requires an argument -- 'i'");
    expect(told("--nosuch").err).toBe("tcpdump: unrecognized option '--nosuch'");
    expect(told("-tttttt").err).toBe("tcpdump: only -t, -tt, -ttt, -tttt and -ttttt are supported");
    expect(told("-i", "nosuch").err).toBe("tcpdump: nosuch: No such device exists");
    expect(told("-r", "none").err).toBe("tcpdump: none: No such file or directory");
    expect(told("-r", "rec.pcap", "-w", "/nonexist/x").status).toBe(1);
    expect(told("-r", "rec.pcap", "-F", "none").err).toBe(BANNER.trimEnd());
  });
  it("should show version and usage", () => {
    const version =
      "tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\nOpenSSL 3.0.19 27 Jan 2026\n";
    expect(runTcpdump(["--version"])).toMatchObject({ out: version, err: "", status: 0 });
    expect(runTcpdump(["-h"]).out.startsWith(`${version}Usage: tcpdump [-AbdDef`)).toBe(true);
  });
});
