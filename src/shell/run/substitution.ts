/** `$(...)`, `<(...)` and `>(...)`. */
import type { CommandExpansionPart, ParsedScript, ProcessSubstitutionPart } from "unbash";
import type { Result } from "../../core/result.ts";
import { ExpansionError } from "../errors.ts";
import { expandJoined } from "../expand/words.ts";
import { release } from "../fds.ts";
import type { Interpreter } from "../interpreter.ts";
import { substitutedScript, Unit } from "../parse.ts";
import { runStatements } from "./list.ts";
import type { Lines } from "./reader.ts";
import { explainOpenFailure } from "./redirect.ts";
import { beginSubshell } from "./subshell.ts";

/** What the commands write, without the newlines at its end. */
export async function substituteCommand(sh: Interpreter, part: CommandExpansionPart): Promise<string> {
  const script = checkedScript(sh, part.script, part.text);
  const file = await fileToRead(sh, script);
  if (file !== null) return file.replace(/\n+$/, "");
  const { process } = sh;
  const commands = commandsOf(sh, script, part);
  const { reader, writer } = sh.userland.files.pipe();
  const child = beginSubshell(sh, {
    comm: process.comm,
    setUp: (inner) => {
      inner.process.fds.set(1, writer);
      inner.indirection++;
      if (!inner.shopts.has("inherit_errexit")) inner.options.delete("errexit");
    },
    body: (inner) => runStatements(inner, commands.statements),
    unit: commands.unit,
  });
  const fd = process.fds.free(10);
  process.fds.set(fd, reader);
  let read: Result<string>;
  try {
    read = await process.takeAll(fd);
  } finally {
    process.fds.close(fd);
  }
  sh.substitutionStatus = await process.waitFor(child);
  sh.status = sh.substitutionStatus ?? 0;
  return withoutNulls(sh, read.ok ? read.value : "").replace(/\n+$/, "");
}

function withoutNulls(sh: Interpreter, text: string): string {
  if (!text.includes("\0")) return text;
  sh.complain("warning: command substitution: ignored null byte in input");
  return text.replaceAll("\0", "");
}

function checkedScript(sh: Interpreter, script: ParsedScript | undefined, text: string): ParsedScript {
  if (script === undefined) return sh.notSupported(text);
  const error = script.errors?.[0];
  if (error !== undefined) throw new ExpansionError(`syntax error in ${text}: ${error.message}`, 2);
  return script;
}

/** Its lines are counted from that of the command it stands in. */
function commandsOf(
  sh: Interpreter,
  parsed: ParsedScript,
  part: CommandExpansionPart | ProcessSubstitutionPart,
): Lines {
  const { source, script } = substitutedScript(part, parsed, sh.isDash || sh.isInDocument);
  const isInUnit = sh.isDash && sh.unit.source.startsWith(part.text, part.pos);
  const line = isInUnit ? sh.unit.lineOf(part.pos) : sh.line;
  return { kind: "lines", unit: new Unit(sh.unit.name, source, line), statements: script.commands };
}

/** `$(<file)`; null: something else. */
async function fileToRead(sh: Interpreter, script: ParsedScript): Promise<string | null> {
  const [statement, ...more] = script.commands;
  const command = statement?.command;
  if (
    more.length > 0 ||
    command?.type !== "Command" ||
    command.name !== undefined ||
    command.redirects.length !== 1
  )
    return null;
  const [redirect] = command.redirects;
  if (
    redirect?.type !== "Redirect" ||
    redirect.operator !== "<" ||
    redirect.target === undefined ||
    command.prefix.some(({ type }) => type === "Assignment")
  )
    return null;
  const { process } = sh;
  const path = await expandJoined(sh, redirect.target);
  const opened = sh.userland.files.open(process, path, "read");
  sh.substitutionStatus = opened.ok ? 0 : 1;
  if (!opened.ok) {
    explainOpenFailure(sh, path, opened.errno);
    return "";
  }
  const fd = process.fds.free(10);
  process.fds.set(fd, opened.value);
  const read = await process.takeAll(fd);
  process.fds.close(fd);
  return withoutNulls(sh, read.ok ? read.value : "");
}

/** Begins the commands with a pipe, and gives the path by which it can be opened. */
export function substituteProcess(sh: Interpreter, part: ProcessSubstitutionPart): string {
  const commands = commandsOf(sh, checkedScript(sh, part.script, part.text), part);
  const { reader, writer } = sh.userland.files.pipe();
  const [mine, others, fd] = part.operator === "<" ? [reader, writer, 1] : [writer, reader, 0];
  // Held while the child is made, so that no end counts as closed.
  mine.refs++;
  sh.lastBackground = beginSubshell(sh, {
    comm: sh.process.comm,
    setUp: (inner) => {
      inner.process.fds.set(fd, others);
      inner.indirection++;
    },
    body: (inner) => runStatements(inner, commands.statements),
    unit: commands.unit,
  });
  sh.lastBackgroundPid = sh.lastBackground.pid;
  let number = 63;
  while (sh.process.fds.get(number) !== undefined) number--;
  sh.process.fds.set(number, mine);
  release(mine);
  sh.substitutionFds.push(number);
  return `/dev/fd/${number}`;
}
