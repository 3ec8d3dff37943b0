/** What `time` reports. A command takes no time of the processor here: all of it passes while somebody waits. */
import type { Nanos } from "../../core/nanos.ts";
import type { Interpreter } from "../interpreter.ts";

/** @source bash(1), TIMEFORMAT */
const USUAL = "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS";
const POSIX = "real %2R\nuser %2U\nsys %2S";

export function reportTime(sh: Interpreter, elapsed: Nanos, isPosix: boolean): void {
  const format = isPosix ? POSIX : (sh.variables.find("TIMEFORMAT")?.scalar ?? USUAL);
  if (format === "") return;
  const text = formatTime(format, elapsed);
  if (text.ok) sh.process.write(2, `${text.value}\n`);
  else sh.complain(`TIMEFORMAT: \`${text.wrong}': invalid format character`);
}

type Formatted =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly wrong: string };

/** `%[p][l]R`, `U` or `S`: p decimals, `l` with minutes; `%P`: share of the processor; `%%`. */
function formatTime(format: string, elapsed: Nanos): Formatted {
  let value = "";
  for (let at = 0; at < format.length; at++) {
    if (format[at] !== "%" || at === format.length - 1) {
      value += format[at];
      continue;
    }
    const plain = format[++at]!;
    if (plain === "%") value += "%";
    else if (plain === "P") value += "0.00";
    else {
      const [, digits, long, kind] = /^(\d?)(l?)(.?)/s.exec(format.slice(at))!;
      if (!/^[RUS]$/.test(kind!)) return { ok: false, wrong: kind === "" ? "\0" : kind! };
      at += digits!.length + long!.length;
      const decimals = digits === "" ? 3 : Math.min(Number(digits), 3);
      value += duration(kind === "R" ? elapsed : 0, decimals, long !== "");
    }
  }
  return { ok: true, value };
}

function duration(span: Nanos, decimals: number, isLong: boolean): string {
  const millis = Math.floor(span / 1e6);
  const seconds = Math.floor(millis / 1000);
  const fraction =
    decimals === 0
      ? ""
      : `.${String(millis % 1000)
          .padStart(3, "0")
          .slice(0, decimals)}`;
  return isLong ? `${Math.floor(seconds / 60)}m${seconds % 60}${fraction}s` : `${seconds}${fraction}`;
}
