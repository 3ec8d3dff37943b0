import { describe, expect, it } from "vitest";
import { Gate } from "../../src/conformance/live/gate.ts";

describe("the gate", () => {
  it("should let some run side by side, and one alone", async () => {
    const gate = new Gate(2);
    const running = new Set<string>();
    const seen: string[] = [];
    const work = (name: string, exclusive: boolean) =>
      gate.run(exclusive, async () => {
        running.add(name);
        seen.push([...running].sort().join(""));
        await new Promise((resolve) => setTimeout(resolve, 5));
        running.delete(name);
      });
    await Promise.all([
      work("a", false),
      work("b", false),
      work("c", false),
      work("X", true),
      work("d", false),
    ]);
    expect(seen).toEqual(["a", "ab", expect.stringMatching(/^b?c$/), "X", "d"]);
  });

  it("should go on after work that failed", async () => {
    const gate = new Gate(1);
    await expect(gate.run(true, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await gate.run(false, async () => 1)).toBe(1);
  });
});
