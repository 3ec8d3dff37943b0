/** `echo` and `printf`. */
import { assignElement, assignScalar } from "../assign.ts";
import { decodeAnsi } from "../expand/ansi.ts";
import type { Builtin } from "./index.ts";
import { complainOfUsage, readOptions } from "./options.ts";
import { formatAll } from "./printf.ts";

/** The text of `echo ARGS`. */
export function echoText(args: readonly string[], hasEscapes = false, hasOptions = true): string {
  let at = 0;
  let [hasNewline, decodes] = [true, hasEscapes];
  for (; hasOptions && /^-[neE]+$/.test(args[at] ?? ""); at++) {
    for (const letter of args[at]!.slice(1)) {
      if (letter === "n") hasNewline = false;
      else decodes = letter === "e";
    }
  }
  const text = args.slice(at).join(" ");
  if (!decodes) return hasNewline ? `${text}\n` : text;
  const decoded = decodeAnsi(text, true);
  return decoded.isCut || !hasNewline ? decoded.text : `${decoded.text}\n`;
}

/** dash knows `-n` alone, and decodes always: `\0101` and `\101`, but no hexadecimal. */
function dashEcho(args: readonly string[]): string {
  const hasNewline = args[0] !== "-n";
  const text = args.slice(hasNewline ? 0 : 1).join(" ");
  // What echo of dash does not decode stands as a decoded backslash.
  const source = text.replace(/\\([\s\S])/g, (pair, next: string) =>
    /[1-7]/.test(next) ? `\\0${next}` : /[xuUeE]/.test(next) ? `\\\\${next}` : pair,
  );
  const decoded = decodeAnsi(source, true);
  return decoded.isCut || !hasNewline ? decoded.text : `${decoded.text}\n`;
}

export const echo: Builtin = (sh, argv) => {
  if (sh.isDash) return sh.write("echo", dashEcho(argv.slice(1)));
  const hasEscapes = sh.shopts.has("xpg_echo");
  const hasOptions = !(hasEscapes && sh.options.has("posix"));
  return sh.write("echo", echoText(argv.slice(1), hasEscapes, hasOptions));
};

export const printf: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "", "v");
  if (typeof options === "number") return options;
  const { values, operands: args } = options;
  const variable = values.get("v") ?? null;
  if (variable !== null && !/^[A-Za-z_]\w*(\[.*\])?$/s.test(variable)) {
    sh.complain(`printf: \`${variable}': not a valid identifier`);
    return 2;
  }
  if (args.length === 0) return complainOfUsage(sh, "printf");
  const { epoch } = sh.userland.options;
  const result = formatAll(args[0]!, args.slice(1), {
    complain: (text) => sh.complain(`printf: ${text}`),
    ...(variable === null ? { flush: (lines: string) => void sh.write("printf", lines) } : {}),
    now: epoch + Math.floor(sh.userland.host.now / 1e9),
  });
  if (variable === null) return Math.max(sh.write("printf", result.text), result.status);
  const element = /^(\w+)\[(.*)\]$/s.exec(variable);
  const value = result.text.split("\0", 1)[0]!;
  if (element === null) assignScalar(sh, variable, value, false);
  else assignElement(sh, element[1]!, element[2]!, value, false);
  return result.status;
};
