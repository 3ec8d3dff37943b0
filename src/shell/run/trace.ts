/** `set -x`. */
import { expandText } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";

export async function trace(sh: Interpreter, text: string): Promise<void> {
  sh.options.delete("xtrace");
  const { status } = sh;
  const prefix = await expandText(sh, sh.variables.find("PS4")?.scalar ?? "");
  sh.status = status;
  sh.options.add("xtrace");
  if (sh.isDash) {
    sh.process.write(2, `${prefix}${text}\n`);
    return;
  }
  // The first character shows how deep the shell is nested.
  const first = prefix.slice(0, 1);
  const fd = Number(sh.variables.find("BASH_XTRACEFD")?.scalar ?? 2);
  sh.process.write(
    sh.process.fds.get(fd) === undefined ? 2 : fd,
    `${first.repeat(sh.indirection)}${prefix}${text}\n`,
  );
}
