import { describe, expect, it } from "vitest";
import { parseTcpdump } from "../../../src/processes/tcpdump/options.ts";
import { firstFile, nextFile, type Rotation } from "../../../src/processes/tcpdump/rotate.ts";

/** Names of the files that packets of 400,000 octets go to, one a second from midnight on. */
function files(args: string, packets: number): string[] {
  const options = parseTcpdump(["tcpdump", ...args.split(" ")]);
  if ("kind" in options) throw new Error(options.err);
  const names: string[] = [];
  let file: Rotation | null = firstFile(options, 86_400);
  for (let second = 0; second < packets; second++) {
    file = nextFile(options, 86_400 + second, file);
    if (file === null) return [...names, "end"];
    file = { ...file, size: file.size + 400_000 };
    names.push(file.path);
  }
  return names;
}

describe("files in turn", () => {
  it("should begin another behind the packet that exceeds -C million octets", () => {
    expect(files("-w f", 7)).toEqual(["f", "f", "f", "f", "f", "f", "f"]);
    expect(files("-C 1 -w f", 7)).toEqual(["f", "f", "f", "f1", "f1", "f1", "f2"]);
  });
  it("should write over the first again with -W, numbers being as wide as the last", () => {
    expect(files("-C 1 -W 2 -w f", 7)).toEqual(["f0", "f0", "f0", "f1", "f1", "f1", "f0"]);
    expect(files("-C 1 -W 11 -w f", 4)).toEqual(["f00", "f00", "f00", "f01"]);
  });
  it("should begin another after -G seconds, named by the time, and end after -W", () => {
    expect(files("-G 2 -w f-%H%M%S", 5)).toEqual([
      "f-000000",
      "f-000000",
      "f-000002",
      "f-000002",
      "f-000004",
    ]);
    expect(files("-G 2 -W 2 -w %s.%%", 5)).toEqual(["86400.%", "86400.%", "86402.%", "86402.%", "end"]);
  });
});
