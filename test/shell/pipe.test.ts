import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pipe, PipeReader, PipeWriter } from "../../src/shell/pipe.ts";
import { runScript } from "./fake-host.ts";

describe("Pipe", () => {
  it("should be at its end only when all writers are closed and all text is taken", () => {
    const pipe = new Pipe(() => {});
    const reader = new PipeReader(pipe);
    const writer = new PipeWriter(pipe);
    expect(reader.take(10, null)).toEqual({ kind: "wait" });
    writer.write("ab\ncd");
    writer.closed();
    expect(reader.take(10, "\n")).toEqual({ kind: "text", text: "ab\n" });
    expect(reader.take(1, null)).toEqual({ kind: "text", text: "c" });
    expect(reader.take(10, null)).toEqual({ kind: "text", text: "d" });
    expect(reader.take(10, null)).toEqual({ kind: "end" });
  });

  it("should refuse text that nobody will read", () => {
    const pipe = new Pipe(() => {});
    const reader = new PipeReader(pipe);
    reader.closed();
    expect(new PipeWriter(pipe).write("x")).toBe("EPIPE");
  });

  it("should hold a writer at 64 KiB until a reader takes some", async () => {
    const script = `for ((i = 0; i < 70; i++)); do printf '%1024d' 0; done | { sleep 5; wc -c; }; echo $SECONDS \${PIPESTATUS[*]}`;
    const { stdout } = await runScript(script);
    expect(stdout).toBe("71680\n5 0 0\n");
  });

  it("should kill a writer whose reader is gone", async () => {
    const { stdout } = await runScript(`while :; do echo y; done | true; echo \${PIPESTATUS[*]}`);
    expect(stdout).toBe("141 0\n");
  });

  it("should give back all that was written, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer({ min: 1, max: 9 }))), (steps) => {
        const pipe = new Pipe(() => {});
        const [reader, writer] = [new PipeReader(pipe), new PipeWriter(pipe)];
        let [written, read] = ["", ""];
        const take = (max: number) => {
          const taken = reader.take(max, "a");
          if (taken.kind === "text") read += taken.text;
          return taken.kind;
        };
        for (const step of steps) {
          if (typeof step === "number") take(step);
          else {
            writer.write(step);
            written += step;
          }
        }
        writer.closed();
        while (take(100) === "text");
        expect(read).toBe(written);
      }),
    );
  });
});
