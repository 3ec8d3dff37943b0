import { describe, expect, it } from "vitest";
import {
  EndlessRunError,
  type Limits,
  NETDEV_MAX_BACKLOG,
  Scheduler,
} from "../../src/scheduler/scheduler.ts";

const NO_LIMITS: Limits = { stepsPerInstant: Number.POSITIVE_INFINITY, steps: Number.POSITIVE_INFINITY };

/** A scheduler whose steps are noted; `on` says what a step wishes for. */
function schedulerWith(
  on: Readonly<Record<string, (scheduler: Scheduler<string>) => void>> = {},
  limits: Partial<Limits> = {},
) {
  const steps: string[] = [];
  const step = (what: string) => {
    steps.push(`${scheduler.now} ${what}`);
    on[what]?.(scheduler);
  };
  const scheduler: Scheduler<string> = new Scheduler(
    {
      netifRx: (device, frame, cause) => step(`rx ${frame} at ${device} by ${cause}`),
      timer: (cell) => step(`timer ${cell}`),
      goOn: (process, cause) => step(`${cause === 0 ? "alarm" : "ready"} ${process}`),
      sendRest: (rest, cause) => step(`rest ${JSON.stringify(rest)} of ${cause}`),
    },
    { ...NO_LIMITS, ...limits },
  );
  const run = (until = Number.POSITIVE_INFINITY) => {
    while (scheduler.runNext(until));
    return steps;
  };
  return { scheduler, steps, run };
}

describe("Scheduler", () => {
  it("should take frames in the order of their queueing, those queued meanwhile behind", () => {
    const { scheduler, run } = schedulerWith({
      "rx a at 1 by 10": (s) => s.queueFrame(3, "c", 12),
    });
    scheduler.queueFrame(1, "a", 10);
    scheduler.queueFrame(2, "b", 11);
    expect(run()).toEqual(["0 rx a at 1 by 10", "0 rx b at 2 by 11", "0 rx c at 3 by 12"]);
  });

  it("should send the rest of a system call when the backlog is empty, before programs go on", () => {
    const { scheduler, run } = schedulerWith({
      "rx a at 1 by 10": (s) => s.queueFrame(2, "b", 11),
      'rest {"of":"call"} of 9': (s) => s.queueFrame(1, "c", 12),
    });
    scheduler.startRequest();
    scheduler.queueFrame(1, "a", 10);
    scheduler.wake(7, 5);
    expect(scheduler.putOff({ of: "call" }, 9)).toBe(true);
    expect(run()).toEqual([
      "0 rx a at 1 by 10",
      "0 rx b at 2 by 11",
      '0 rest {"of":"call"} of 9',
      "0 rx c at 1 by 12",
      "0 ready 7",
    ]);
  });

  it("should put nothing off in the receive path", () => {
    const answers: boolean[] = [];
    const { scheduler, run } = schedulerWith({ "rx a at 1 by 10": (s) => answers.push(s.putOff({}, 9)) });
    scheduler.queueFrame(1, "a", 10);
    run();
    expect(answers).toEqual([false]);
  });

  it("should keep the order through a backlog of thousands", () => {
    const { scheduler, run } = schedulerWith();
    for (let i = 0; i < 10_000; i++) scheduler.queueFrame(i, "f", 0);
    expect(run().map((step) => Number(step.split(" ")[4]))).toEqual([...Array(10_000).keys()]);
  });

  it("should refuse frames in the receive path past the limit, of which those in work do not count", () => {
    const taken: boolean[] = [];
    const { scheduler, run } = schedulerWith({
      "rx first at 1 by 0": (s) => {
        for (let i = 0; i < NETDEV_MAX_BACKLOG + 3; i++) taken.push(s.queueFrame(9, "f", 0));
      },
    });
    for (let i = 0; i < 2 * NETDEV_MAX_BACKLOG; i++) scheduler.queueFrame(1, i === 0 ? "first" : "other", 0);
    expect(run()).toHaveLength(3 * NETDEV_MAX_BACKLOG + 1);
    expect(taken.indexOf(false)).toBe(NETDEV_MAX_BACKLOG + 1);
    expect(taken.lastIndexOf(true)).toBe(NETDEV_MAX_BACKLOG);
  });

  it("should keep what is in work through a snapshot", () => {
    const taken: boolean[] = [];
    const full = { "rx second at 1 by 0": (s: Scheduler<string>) => taken.push(s.queueFrame(9, "f", 0)) };
    const { scheduler } = schedulerWith({
      "rx first at 1 by 0": (s) => {
        while (s.queueFrame(9, "f", 0));
      },
    });
    scheduler.queueFrame(1, "first", 0);
    scheduler.queueFrame(1, "second", 0);
    scheduler.runNext(0);
    const copy = schedulerWith(full as never);
    copy.scheduler.restore(scheduler.agenda());
    copy.run();
    expect(taken).toEqual([false]);
  });

  it("should expire the kernel timers of one instant together, then drain the backlog", () => {
    const { scheduler, run } = schedulerWith({
      "timer 1": (s) => s.queueFrame(7, "a", 0),
      "timer 2": (s) => s.arm(3, 100, false),
    });
    scheduler.arm(1, 100, false);
    scheduler.arm(2, 100, false);
    scheduler.arm(4, 101, false);
    expect(run()).toEqual(["100 timer 1", "100 timer 2", "100 timer 3", "100 rx a at 7 by 0", "101 timer 4"]);
  });

  it("should drain the backlog after each program's wake-up, and part the timers of one instant by it", () => {
    const { scheduler, run } = schedulerWith({
      "timer 1": (s) => s.queueFrame(7, "a", 0),
      "alarm 2": (s) => s.queueFrame(8, "b", 0),
      "alarm 3": (s) => s.queueFrame(9, "c", 0),
    });
    scheduler.arm(1, 100, false);
    scheduler.arm(2, 100, true);
    scheduler.arm(3, 100, true);
    scheduler.arm(4, 100, false);
    expect(run()).toEqual([
      "100 timer 1",
      "100 rx a at 7 by 0",
      "100 alarm 2",
      "100 rx b at 8 by 0",
      "100 alarm 3",
      "100 rx c at 9 by 0",
      "100 timer 4",
    ]);
  });

  it("should let a ready program go on behind the backlog, once however often it is woken", () => {
    const { scheduler, run } = schedulerWith({
      "rx a at 1 by 0": (s) => {
        s.wake(5, 1);
        s.wake(6, 1);
        s.wake(5, 1);
        s.queueFrame(2, "b", 0);
      },
      "ready 5": (s) => s.wake(5, 1),
      "ready 6": (s) => s.unwake(5),
    });
    scheduler.queueFrame(1, "a", 0);
    expect(run()).toEqual(["0 rx a at 1 by 0", "0 rx b at 2 by 0", "0 ready 5", "0 ready 6"]);
  });

  it("should stop at an instant, and move time there only when asked", () => {
    const { scheduler, run } = schedulerWith();
    scheduler.arm(1, 100, false);
    expect(run(99)).toEqual([]);
    expect([scheduler.now, scheduler.nextTime, scheduler.hasTimers]).toEqual([0, 100, true]);
    scheduler.advanceTo(99);
    scheduler.advanceTo(50);
    expect(scheduler.now).toBe(99);
    expect(run(100)).toEqual(["100 timer 1"]);
    expect([scheduler.nextTime, scheduler.hasTimers]).toEqual([Number.POSITIVE_INFINITY, false]);
  });

  it("should not expire what is cancelled, and expire now what is armed for the past", () => {
    const { scheduler, run } = schedulerWith();
    scheduler.advanceTo(50);
    scheduler.arm(1, 60, false);
    scheduler.arm(2, 10, false);
    scheduler.cancel(1);
    expect([scheduler.isArmed(1), scheduler.isArmed(2)]).toEqual([false, true]);
    expect(run()).toEqual(["50 timer 2"]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])("should go on from its agenda after %i steps as it would have", (count) => {
    const wishes = {
      "timer 1": (s: Scheduler<string>) => s.queueFrame(7, "a", 3),
      "timer 2": (s: Scheduler<string>) => s.queueFrame(8, "b", 4),
      "rx a at 7 by 3": (s: Scheduler<string>) => s.wake(9, 1),
      "rx b at 8 by 4": (s: Scheduler<string>) => s.wake(10, 1),
    };
    const { scheduler, steps, run } = schedulerWith(wishes);
    scheduler.arm(1, 100, false);
    scheduler.arm(2, 100, false);
    scheduler.arm(3, 100, true);
    for (let i = 0; i < count; i++) scheduler.runNext(Number.POSITIVE_INFINITY);
    const other = schedulerWith(wishes);
    other.scheduler.restore(scheduler.agenda());
    expect(other.scheduler.agenda()).toEqual(scheduler.agenda());
    const before = steps.slice();
    expect([...before, ...other.run()]).toEqual(run());
  });
});

describe("the bounds of a run", () => {
  /** A frame that goes in a circle: device 2 receives it twice a round, device 1 once. */
  const storm = {
    "rx a at 1 by 0": (s: Scheduler<string>) => s.queueFrame(2, "b", 0),
    "rx b at 2 by 0": (s: Scheduler<string>) => s.queueFrame(2, "c", 0),
    "rx c at 2 by 0": (s: Scheduler<string>) => s.queueFrame(1, "a", 0),
  };

  it("should end a storm at one instant with an error that names its devices, busiest first", () => {
    const { scheduler, run } = schedulerWith(storm, { stepsPerInstant: 1000 });
    scheduler.advanceTo(77);
    scheduler.queueFrame(3, "once", 0);
    scheduler.queueFrame(1, "a", 0);
    let caught: unknown = null;
    try {
      run();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(EndlessRunError);
    expect(caught).toMatchObject({ message: "1000 steps at one instant", time: 77, devices: [2, 1] });
  });

  it("should count anew at each instant, and all steps of a run", () => {
    const beat = { "timer 1": (s: Scheduler<string>) => s.arm(1, s.now + 10, false) };
    const { scheduler, run, steps } = schedulerWith(beat, { stepsPerInstant: 2, steps: 50 });
    scheduler.arm(1, 0, false);
    expect(() => run()).toThrow(new EndlessRunError("50 steps in one run", 500, []));
    expect(steps.length).toBe(50);
  });
});
