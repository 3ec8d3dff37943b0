import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogReader } from "../../src/events/log-reader.ts";
import { Session } from "../../src/shell/session.ts";
import { verifyLog } from "../../src/simulation/replay.ts";
import { Person } from "./sessions.ts";

const LINES = [
  "ping -c 3 -i 0.4 10.0.0.2",
  "ping 10.0.0.2 > /tmp/out &",
  "for i in 1 2 3; do ping -c 1 -W 1 10.0.0.9; echo $i; done",
  "sleep 1 & sleep 2; echo slept",
  "(sleep 1; sleep 1); wait; jobs",
  "bash -c 'trap \"echo caught\" INT; sleep 1; sleep 1; echo $SECONDS'",
  "ping -i 0.2 10.0.0.2 | head -n 4",
  "while :; do echo $RANDOM; sleep 0.7; done | tail -n 2",
  "ip link set v0 down; ip link set v0 up; ip neigh flush dev v0",
  "kill %1; f() { sleep 1; echo $1; }; f a; f b",
  "x=$(sleep 0.3; echo a); trap 'echo int' INT; sleep 1; trap - INT",
];

const nanos = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((ms) => ms * 1_000_000);
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ line: fc.constantFrom(...LINES) }) },
  { weight: 3, arbitrary: fc.record({ line: fc.constantFrom(...LINES), interrupt: nanos(3) }) },
  { weight: 2, arbitrary: fc.record({ pass: nanos(4) }) },
  { weight: 1, arbitrary: fc.record({ passCut: nanos(4) }) },
  { weight: 2, arbitrary: fc.record({ back: nanos(4) }) },
);

describe("a session", () => {
  it("should be the same when it is carried out again, whatever its pace", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 7 }),
        fc.constantFrom(null, 13_370_000, 250_000_000),
        async (actions, slice) => {
          const person = await Person.at({}, slice);
          const { session } = person;
          for (const one of actions) {
            person.interruptAt = Number.POSITIVE_INFINITY;
            if ("pass" in one) await session.pass(session.now + one.pass);
            else if ("passCut" in one) {
              person.interruptAt = session.now + one.passCut / 2;
              await session.pass(session.now + one.passCut);
            } else if ("back" in one) await session.back(Math.max(0, session.now - one.back));
            else if ("interrupt" in one) await person.interrupted(one.line, one.interrupt);
            else await person.interrupted(one.line, 6e9);
          }
          const again = await session.wholeLog();
          const log = person.close();
          expect(again).toEqual(log);
          expect(verifyLog(new LogReader(log))).toMatchObject({ ok: true });
          const resumed = await Session.resume({ stdout: () => {}, stderr: () => {} }, new LogReader(log));
          resumed!.close();
          expect(resumed!.logBytes()).toEqual(log);
        },
      ),
      { numRuns: 10 },
    );
  });
});
