/** `coproc` */
import type { Coproc } from "unbash";
import { assignArray, assignScalar } from "../assign.ts";
import { release } from "../fds.ts";
import type { Interpreter } from "../interpreter.ts";
import { printCommand } from "../print.ts";
import { runCommand } from "./command.ts";
import { beginSubshell } from "./subshell.ts";

/** Begins it with a pipe each way; the shell's ends are in `NAME[0]` (to read) and `NAME[1]` (to write). */
export function beginCoprocess(sh: Interpreter, node: Coproc): void {
  const { body } = node;
  if (body.type === "CompoundList") sh.notSupported("coproc without a command");
  const name = node.name?.value ?? "COPROC";
  const { files } = sh.userland;
  const [input, output] = [files.pipe(), files.pipe()];
  for (const file of [input.writer, output.reader]) file.refs++;
  const child = beginSubshell(sh, {
    comm: sh.process.comm,
    setUp: ({ process: { fds } }) => {
      fds.set(0, input.reader);
      fds.set(1, output.writer);
    },
    body: (inner) => runCommand(inner, body, true),
  });
  // bash's own choice of numbers.
  const { fds } = sh.process;
  const numbers = [63, 60].map((first) => {
    let fd = first;
    while (fds.get(fd) !== undefined) fd--;
    fds.set(fd, first === 63 ? output.reader : input.writer);
    return fd;
  });
  for (const file of [input.writer, output.reader]) release(file);
  assignArray(
    sh,
    name,
    numbers.map((fd) => ({ key: null, value: String(fd), append: false })),
    false,
  );
  assignScalar(sh, `${name}_PID`, String(child.pid), false);
  const number = Math.max(0, ...sh.jobs.map((job) => job.number)) + 1;
  sh.jobs.push({ number, text: printCommand(sh.unit.source, node), processes: [child] });
  sh.lastBackground = child;
  sh.lastBackgroundPid = child.pid;
  sh.status = 0;
}
