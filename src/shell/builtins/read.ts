/** `read`. */
import { strerror } from "../../core/errno.ts";
import { octetsToText, sequenceLength, textToOctets } from "../../core/octets.ts";
import { assignArray, assignElement, assignScalar } from "../assign.ts";
import { ifsOf } from "../expand/words.ts";
import type { Taken } from "../fds.ts";
import type { Interpreter } from "../interpreter.ts";
import { parseInterval } from "../interval.ts";
import type { Builtin } from "./index.ts";
import { readOptions } from "./options.ts";

export const read: Builtin = async (sh, argv) => {
  const options = readOptions(sh, argv, sh.isDash ? "r" : "ers", sh.isDash ? "p" : "adinNptu");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  if (sh.isDash && operands.length === 0) {
    sh.complain("read: arg count");
    return 2;
  }
  const bad = operands.find((name) => !/^[A-Za-z_]\w*(\[.*\])?$/s.test(name));
  if (bad !== undefined) {
    sh.complain(`read: \`${bad}': not a valid identifier`);
    return sh.isDash ? 2 : 1;
  }
  const timeout = values.has("t") ? parseInterval(values.get("t")!) : null;
  if (values.has("t") && timeout === null) {
    sh.complain(`read: ${values.get("t")}: invalid timeout specification`);
    return 1;
  }
  const size = values.get("N") ?? values.get("n");
  if (size !== undefined && !/^\s*\+?\d+\s*$/.test(size)) {
    sh.complain(`read: ${size}: invalid number`);
    return 1;
  }
  const fd = readFdOption(sh, "read", values.get("u"));
  if (fd === null) return 1;
  const delimiter = values.has("d") ? firstOctet(values.get("d")!) : "\n";
  const count = Number(size ?? Number.POSITIVE_INFINITY);
  if (timeout === 0) return canRead(sh, fd) ? 0 : 1;
  if (sh.process.fds.get(fd)?.isTerminal) sh.process.write(2, values.get("p") ?? "");
  const line = await readText(sh, fd, values.has("N") ? null : delimiter, count, !flags.has("r"), timeout);
  if (line === null) return 1;
  if (values.has("N"))
    assignScalar(sh, operands[0] ?? "REPLY", line.text.map(([character]) => character).join(""), false);
  else distribute(sh, line.text, operands, values.get("a") ?? null);
  return line.status;
};

/** `read -t 0` asks whether there is something to read, and takes nothing. */
function canRead(sh: Interpreter, fd: number): boolean {
  const file = sh.process.fds.get(fd)!;
  const taken = file.take(0, null);
  return taken.kind !== "wait";
}

/** `-u`; null: no descriptor, which was told. */
export function readFdOption(sh: Interpreter, builtin: string, text: string | undefined): number | null {
  if (text === undefined) return 0;
  const isNumber = /^\d+$/.test(text);
  if (isNumber && sh.process.fds.get(Number(text)) !== undefined) return Number(text);
  sh.complain(
    isNumber
      ? `${builtin}: ${text}: invalid file descriptor: ${strerror("EBADF")}`
      : `${builtin}: ${text}: invalid file descriptor specification`,
  );
  return null;
}

/** A delimiter is one octet. */
export function firstOctet(text: string): string {
  return octetsToText(textToOctets(text).slice(0, 1)) || "\0";
}

/** Characters with the mark of a backslash before them. */
type Marked = readonly [character: string, isEscaped: boolean];

/** Null: nothing could be read because of an error, which was told. */
async function readText(
  sh: Interpreter,
  fd: number,
  delimiter: string | null,
  count: number,
  hasEscapes: boolean,
  timeout: number | null,
): Promise<{ readonly text: Marked[]; readonly status: number } | null> {
  const deadline = timeout === null ? null : sh.userland.host.now + timeout;
  const text: Marked[] = [];
  let isEscaped = false;
  while (text.length < count) {
    // By single characters only where it matters how many are taken.
    const step = count === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 1;
    const taken = await takeStep(sh, fd, step, delimiter, deadline);
    if (taken.kind === "refused") {
      sh.complain(
        `read: ${taken.errno === "EBADF" ? `${fd}: invalid file descriptor: ` : "read error: 0: "}${strerror(taken.errno)}`,
      );
      return null;
    }
    if (taken.kind === "wait") return { text, status: 142 };
    if (taken.kind === "end") return { text, status: 1 };
    for (const character of taken.text) {
      if (isEscaped) {
        isEscaped = false;
        if (character !== "\n") text.push([character, true]);
      } else if (hasEscapes && character === "\\") isEscaped = true;
      else if (character === delimiter) return { text, status: 0 };
      else if (character !== "\0") text.push([character, false]);
    }
  }
  return { text, status: 0 };
}

/** The next octet, with those that make it a character; or all up to the delimiter. */
async function takeStep(
  sh: Interpreter,
  fd: number,
  step: number,
  delimiter: string | null,
  deadline: number | null,
): Promise<Taken> {
  const taken = await sh.process.take(fd, step, delimiter, deadline);
  if (taken.kind !== "text" || step !== 1 || taken.text === delimiter) return taken;
  let octets = textToOctets(taken.text);
  const lead = octets.charCodeAt(0);
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  while (octets.length < length) {
    const next = await sh.process.take(fd, 1, null, deadline);
    if (next.kind !== "text") break;
    octets += textToOctets(next.text);
    if (sequenceLength(octets, octets.length - 1) === 1) break;
  }
  return { kind: "text", text: octetsToText(octets) };
}

/** Splits at IFS; the last variable gets what is left. */
function distribute(
  sh: Interpreter,
  text: readonly Marked[],
  names: readonly string[],
  array: string | null,
): void {
  const ifs = ifsOf(sh);
  const isDelimiter = ([character, isEscaped]: Marked) => !isEscaped && ifs.includes(character);
  const isSpace = (marked: Marked) => isDelimiter(marked) && " \t\n".includes(marked[0]);
  const join = (part: readonly Marked[]) => part.map(([character]) => character).join("");
  if (names.length === 0 && array === null) {
    assignScalar(sh, "REPLY", join(text), false);
    return;
  }
  const limit = array === null ? names.length : Number.POSITIVE_INFINITY;
  const fields: string[] = [];
  let at = 0;
  const skipSpace = () => {
    while (at < text.length && isSpace(text[at]!)) at++;
  };
  skipSpace();
  while (at < text.length && fields.length < limit) {
    const start = at;
    while (at < text.length && !isDelimiter(text[at]!)) at++;
    const end = at;
    skipSpace();
    if (at < text.length && isDelimiter(text[at]!)) {
      at++;
      skipSpace();
    }
    const isLast = fields.length + 1 === limit;
    fields.push(
      isLast && at < text.length ? join(trimmed(text.slice(start), isSpace)) : join(text.slice(start, end)),
    );
    if (isLast) break;
  }
  if (array !== null) {
    const items = fields.map((value) => ({ key: null, value, append: false }));
    assignArray(sh, array, items, false);
    return;
  }
  for (const [i, name] of names.entries()) {
    const element = /^(\w+)\[(.*)\]$/s.exec(name);
    if (element === null) assignScalar(sh, name, fields[i] ?? "", false);
    else assignElement(sh, element[1]!, element[2]!, fields[i] ?? "", false);
  }
}

function trimmed(text: readonly Marked[], isSpace: (marked: Marked) => boolean): readonly Marked[] {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1]!)) end--;
  return text.slice(0, end);
}
