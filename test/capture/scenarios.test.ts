/** Every scenario's capture, read by a tool that is not ours. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { capturedFrames } from "../../src/capture/frames.ts";
import { writePcapng } from "../../src/capture/pcapng.ts";
import { simulateScript } from "../../src/conformance/simulate.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { MemorySink } from "../../src/events/log-sink.ts";
import { FAULTY, hasTshark, tshark } from "./tshark.ts";

const RECORDINGS = fileURLToPath(new URL("../recordings", import.meta.url));
const scriptOf = (name: string) => join(RECORDINGS, name, "scenario.sh");
// Scripts with frames of their own making send malformed ones on purpose.
const NAMES = readdirSync(RECORDINGS).filter(
  (name) => existsSync(scriptOf(name)) && !/\braw(send|arp|ip)\b/.test(readFileSync(scriptOf(name), "utf8")),
);
// On CI tshark is installed: not to have it there is a fault.
const canJudge = hasTshark() || process.env.CI === "true";

/** The capture of all devices of a scenario, and how many frames it holds. */
async function captureOf(name: string): Promise<{ octets: Uint8Array; count: number }> {
  const log = new MemorySink();
  await simulateScript(name, readFileSync(join(RECORDINGS, name, "scenario.sh"), "utf8"), { log });
  const frames = [...capturedFrames(new LogReader(log.bytes()).rows())];
  const parts: Uint8Array[] = [];
  writePcapng(frames, (bytes) => parts.push(bytes.slice()));
  return { octets: Buffer.concat(parts), count: frames.length };
}

describe("the captures of all scenarios", () => {
  // Without tshark on the machine there is nobody to judge.
  it.skipIf(!canJudge)(
    "should be read by tshark with no malformed packet and no wrong checksum (skipped where it is not installed)",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "vethsim-"));
      try {
        const captures = await Promise.all(NAMES.map(async (name) => ({ name, ...(await captureOf(name)) })));
        // Sections of pcapng may stand one behind the other: one start of tshark reads them all.
        const all = join(folder, "all.pcapng");
        writeFileSync(all, Buffer.concat(captures.map(({ octets }) => octets)));
        const count = captures.reduce((sum, capture) => sum + capture.count, 0);
        expect(count).toBeGreaterThan(500);
        expect(tshark(all, "-T", "fields", "-e", "frame.number").trim().split("\n").length).toBe(count);
        if (tshark(all, "-Y", FAULTY) === "") return;
        for (const { name, octets } of captures) {
          const one = join(folder, `${name}.pcapng`);
          writeFileSync(one, octets);
          expect(tshark(one, "-Y", FAULTY), name).toBe("");
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    120_000,
  );
});
