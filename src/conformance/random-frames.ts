/**
 * Frames that hosts send at random times: multicast reports, router solicitations, and the solicitations of duplicate address
 * detection. They have no place in a sequence, and reports of several groups may go together or apart: what is compared is what
 * was said at all, and for duplicate address detection how often.
 * @source RFC 3810 section 6.1; RFC 4861 section 6.3.7; RFC 4862 section 5.4.2
 */
import type { Difference } from "./difference.ts";
import { type JudgedFrame, judgedFrames, showFrame } from "./judged-frame.ts";
import type { Recording } from "./recording.ts";

const REPORT = /^(\S+) .*(IGMP|ICMPv6 multicast report)(.*)$/;
const ROUTER_SOLICITATION = /ICMPv6 router solicitation/;
const DETECTION = /^\S+ \d+ .*:: > ff02::1:ff\S+ .*ICMPv6 neighbour solicitation/;

/** What is said this short before the end may not be said yet in another run: delays are 1 s at most, one after another. */
const LATE_SEC = 2.5;

export function isRandomlyTimed(frame: JudgedFrame): boolean {
  return REPORT.test(frame.key) || ROUTER_SOLICITATION.test(frame.key) || DETECTION.test(frame.key);
}

/** Are there any? Then counters of two runs may differ at any time. */
export function hasRandomFrames(recording: Recording): boolean {
  return judgedFrames(recording).some(isRandomlyTimed);
}

/** Are there any of IPv4? */
export function hasIgmp(recording: Recording): boolean {
  return judgedFrames(recording).some(({ key }) => key.includes("IGMP"));
}

/** What a frame says: a report each of its groups, whichever address it came from. */
function statements(frame: JudgedFrame): string[] {
  const report = REPORT.exec(frame.key);
  if (report === null) return [frame.key];
  const [, direction, protocol, groups] = report;
  return groups!
    .trim()
    .split(",")
    .map((group) => `${direction} ${protocol} ${group}`);
}

interface Said {
  readonly first: JudgedFrame;
  times: number;
}

function said(frames: readonly JudgedFrame[]): Map<string, Said> {
  const all = new Map<string, Said>();
  for (const frame of frames)
    for (const statement of statements(frame)) {
      const known = all.get(statement);
      if (known === undefined) all.set(statement, { first: frame, times: 1 });
      else known.times++;
    }
  return all;
}

/**
 * @param end seconds from the start at which the recordings end
 * @returns the statements that only one of them makes, or that duplicate address detection repeats another number of times
 */
export function compareRandomFrames(
  name: string,
  expected: readonly JudgedFrame[],
  actual: readonly JudgedFrame[],
  end: { readonly expected: number; readonly actual: number },
): Difference[] {
  const [a, b] = [said(expected), said(actual)];
  const nothing = "(nothing of the kind)";
  return [
    ...onlyIn(a, b, end.expected).map((lone) => difference(name, lone, showFrame(lone.frame), nothing)),
    ...onlyIn(b, a, end.actual).map((lone) => difference(name, lone, nothing, showFrame(lone.frame))),
  ];
}

interface Lone {
  readonly statement: string;
  readonly frame: JudgedFrame;
}

function onlyIn(here: ReadonlyMap<string, Said>, there: ReadonlyMap<string, Said>, end: number): Lone[] {
  const lone: Lone[] = [];
  for (const [statement, { first, times }] of here) {
    if (first.record.t > end - LATE_SEC) continue;
    // The first router solicitation comes up to 2 s after the carrier, which may be gone again by then.
    if (ROUTER_SOLICITATION.test(statement) && times < 2) continue;
    const others = there.get(statement)?.times ?? 0;
    if (others === 0 || (DETECTION.test(statement) && others < times)) lone.push({ statement, frame: first });
  }
  return lone;
}

function difference(name: string, { statement, frame }: Lone, expected: string, actual: string): Difference {
  return {
    kind: "frame",
    where: `${name}, among the frames of random times`,
    item: `${name} ${statement}`,
    step: frame.step,
    command: null,
    at: frame.record.t,
    expected: `${expected}\n`,
    actual: `${actual}\n`,
    lastCommon: null,
  };
}
