import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Baton, type Task } from "../../src/shell/tasks.ts";
import { FakeHost } from "./fake-host.ts";

/** Drives a task that begins the others. */
async function drive(baton: Baton, body: (task: Task) => Promise<void>): Promise<void> {
  await baton.drive(baton.begin("main", body));
}

describe("Baton", () => {
  it("should run tasks in the order in which they were begun, each until it waits", async () => {
    const host = new FakeHost();
    const baton = new Baton(host, null, null);
    const seen: string[] = [];
    await drive(baton, async (main) => {
      for (const name of ["a", "b"])
        baton.begin(name, async (task) => {
          seen.push(`${name}1`);
          await baton.sleep(task, 5);
          seen.push(`${name}2`);
        });
      seen.push("main");
      await baton.sleep(main, 10);
    });
    expect(seen).toEqual(["main", "a1", "b1", "a2", "b2"]);
    expect(host.now).toBe(10);
  });

  it("should keep the baton through a pause of the host", async () => {
    const baton = new Baton(new FakeHost(), null, null);
    const seen: string[] = [];
    await drive(baton, async (main) => {
      baton.begin("other", async () => {
        seen.push("other");
      });
      await new Promise((done) => setTimeout(done, 5));
      seen.push("main");
      await baton.sleep(main, 1);
    });
    expect(seen).toEqual(["main", "other"]);
  });

  it("should say who waits for what when nothing can go on", async () => {
    const baton = new Baton(new FakeHost(), null, null);
    const run = drive(baton, (main) => baton.wait(main, "a pipe"));
    await expect(run).rejects.toThrow("deadlock; main waits for a pipe");
  });

  it("should end a run at its limit of virtual time", async () => {
    const baton = new Baton(new FakeHost(), 50, null);
    const run = drive(baton, (main) => baton.sleep(main, 100));
    await expect(run).rejects.toThrow("virtual time reached its limit");
  });

  it("should begin thousands of tasks without growing the stack", async () => {
    const baton = new Baton(new FakeHost(), null, null);
    let ended = 0;
    await drive(baton, async (main) => {
      for (let i = 0; i < 20_000; i++)
        baton.begin(`t${i}`, async (task) => {
          await baton.sleep(task, 1);
          ended++;
        });
      await baton.sleep(main, 2);
    });
    expect(ended).toBe(20_000);
  });
});

describe("Baton.property", () => {
  it("should wake sleepers by time, and at one time by the order of going to sleep", async () => {
    const delays = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(delays, async (plans) => {
        const host = new FakeHost();
        const baton = new Baton(host, null, null);
        const asleep: { time: number; order: number }[] = [];
        let order = 0;
        await drive(baton, async (main) => {
          for (const [i, plan] of plans.entries())
            baton.begin(`t${i}`, async (task) => {
              for (const delay of plan) {
                const mine = { time: host.now + delay, order: order++ };
                const earlier = () =>
                  asleep.filter(
                    (one) => one.time < mine.time || (one.time === mine.time && one.order < mine.order),
                  );
                asleep.push(mine);
                await baton.sleep(task, mine.time);
                expect(host.now).toBe(mine.time);
                expect(earlier()).toEqual([]);
                asleep.splice(asleep.indexOf(mine), 1);
              }
            });
          await baton.sleep(main, 100);
        });
        expect(asleep).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
