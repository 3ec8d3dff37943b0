/** An interactive shell: asks its terminal for one command after the other. */
import { AbandonJump, LoopJump, ReturnJump, SignalDeath } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { isWhole } from "../line-state.ts";
import { signalNumber } from "../signals.ts";
import type { Ask, Terminal } from "../terminal.ts";
import { notifyOfJobs } from "./job-notices.ts";
import { promptText } from "./prompt.ts";
import { runText } from "./source.ts";

/** Runs what is typed until `exit` or Ctrl-D; gives the last status. */
export async function interact(sh: Interpreter, terminal: Terminal): Promise<number> {
  const { caught } = sh.process;
  // An interactive shell does not die of these.
  sh.process.caught = (signal) => caught?.(signal) === true || signal === "TERM" || signal === "QUIT";
  sh.terminal = terminal;
  sh.isPrompted = true;
  sh.options.add("monitor");
  sh.invocation = "s";
  sh.shopts.add("expand_aliases");
  terminal.shells.push(sh);
  try {
    let line = 1;
    for (let number = 1; ; number++) {
      const text = await readCommand(sh, terminal, number);
      if (text === null) break;
      const source = { name: sh.arg0, text: `${text}\n`, line };
      await abandonable(sh, () => runText(sh, source));
      line += text.split("\n").length;
    }
    if (terminal.isShown) sh.process.write(2, "exit\n");
    return sh.status;
  } finally {
    terminal.shells.pop();
    sh.terminal = null;
  }
}

/** The lines of one command; null: the end. */
async function readCommand(sh: Interpreter, terminal: Terminal, number: number): Promise<string | null> {
  let text: string | null = null;
  for (;;) {
    const ask = await nextAsk(sh, number, text === null);
    // Ctrl-C that came too late for the last command.
    await abandonable(sh, async () => sh.process.checkDeath());
    const answer = await terminal.ask(sh, ask);
    if (answer.kind === "cancel") sh.status = 128 + signalNumber("INT");
    if (answer.kind === "cancel" || answer.kind === "again") text = null;
    // A command that is not whole is told as such.
    else if (answer.kind === "end") return text;
    else {
      text = text === null ? answer.text : `${text}\n${answer.text}`;
      if (isWhole(text)) return text;
    }
  }
}

async function nextAsk(sh: Interpreter, number: number, isFirst: boolean): Promise<Ask> {
  if (!isFirst) return { kind: "more", prompt: (await promptOf(sh, "PS2", number)) ?? "> " };
  notifyOfJobs(sh);
  const command = sh.variables.find("PROMPT_COMMAND")?.scalar;
  if (command !== undefined && command !== "") {
    const { status } = sh;
    await abandonable(sh, () => runText(sh, { name: sh.arg0, text: command }));
    sh.status = status;
  }
  return { kind: "command", prompt: await promptOf(sh, "PS1", number) };
}

async function promptOf(sh: Interpreter, variable: string, number: number): Promise<string | null> {
  let text: string | null = "";
  await abandonable(sh, async () => {
    text = await promptText(sh, variable, number);
  });
  return text;
}

/** Runs what Ctrl-C, an error or a misplaced `break` brings back to the prompt. */
export async function abandonable(sh: Interpreter, body: () => Promise<unknown>): Promise<void> {
  const { process } = sh;
  try {
    await body();
    return;
  } catch (error) {
    if (error instanceof AbandonJump || error instanceof ReturnJump) sh.status = error.status;
    else if (error instanceof SignalDeath && error.signal === "INT") {
      process.death = null;
      sh.status = 128 + signalNumber("INT");
    } else if (!(error instanceof LoopJump)) throw error;
  }
  process.isInterrupted = false;
  sh.frames = [];
  sh.loops = 0;
  sh.lenient = 0;
  sh.trapsUnderWay.clear();
}
