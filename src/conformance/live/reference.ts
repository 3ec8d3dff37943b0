/** Recordings good enough to judge by: made more than once, with what the kernel does not repeat marked as unstable. */
import { unstableParts } from "../compare.ts";
import { COUNTER_COMMANDS, normalizeText, withoutNumbers } from "../normalize.ts";
import type { Recording, Step } from "../recording.ts";
import type { Gate } from "./gate.ts";
import { type LiveOptions, recordLive } from "./record.ts";

/**
 * A run with capture for the frames, and one without for counters: a capture socket makes the kernel count frames of unknown
 * ethertypes as handled. Where the two print different text, the one without capture holds; so do the final tables.
 */
export async function recordReference(
  scriptPath: string,
  gate: Gate,
  options: LiveOptions = {},
  exclusive = false,
): Promise<Recording> {
  const seen = await gate.run(exclusive, () => recordLive(scriptPath, options));
  const unseen = await gate.run(exclusive, () => recordLive(scriptPath, { ...options, capture: false }));
  return withoutCaptureEffects(seen, unseen);
}

/** Takes from `unseen` what a capture can change: the text of commands that show counters, and the final tables. */
export function withoutCaptureEffects(seen: Recording, unseen: Recording): Recording {
  const steps = seen.steps.map((step, i): Step => {
    const twin = unseen.steps[i];
    if (twin === undefined || twin.cmd !== step.cmd || !COUNTER_COMMANDS.test(step.cmd)) return step;
    const [a, b] = [normalizeText(step.stdout, step.cmd), normalizeText(twin.stdout, twin.cmd)];
    // Only counters may change: other text that differs is for another reason.
    if (a === b || withoutNumbers(a) !== withoutNumbers(b)) return step;
    return { ...step, rc: twin.rc, stdout: twin.stdout, stderr: twin.stderr, without_capture: true };
  });
  const { final, drops } = unseen;
  const paces = [...(seen.paces ?? []), ...(unseen.paces ?? [])];
  return { ...seen, steps, final, drops, paces };
}

/** A reference whose frames and texts were recorded twice; what differs between the two is its `unstable`. */
export async function recordTwice(
  scriptPath: string,
  gate: Gate,
  options: LiveOptions = {},
): Promise<Recording> {
  const run = (capture: boolean) => gate.run(true, () => recordLive(scriptPath, { ...options, capture }));
  const [first, second, unseen, unseenAgain] = [
    await run(true),
    await run(true),
    await run(false),
    await run(false),
  ];
  // Whether there are frames of random times decides how drops are compared.
  const { frames } = first;
  const { drops } = unstableParts({ ...unseen, frames }, { ...unseenAgain, frames });
  return {
    ...withoutCaptureEffects(first, unseen),
    unstable: { ...unstableParts(first, second), ...(drops === undefined ? {} : { drops }) },
  };
}
