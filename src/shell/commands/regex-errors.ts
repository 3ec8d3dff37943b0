/** What GNU's regcomp(3) says of an expression that it does not take. @source glibc 2.36, posix/regcomp.c */

const CLASSES: ReadonlySet<string> = new Set(
  "alnum alpha blank cntrl digit graph lower print punct space upper xdigit".split(" "),
);

const REPEAT_MAX = 32_767;

/** Null: nothing is wrong with it. */
export function regexError(
  source: string,
  isExtended: boolean,
  /** As POSIX has it (sed): what repeats nothing, and what closes nothing, is an error. */
  isStrict = false,
): string | null {
  let open = 0;
  let groups = 0;
  let isAtStart = true;
  let wasRepeat = false;
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    if (character === "[") {
      const bracket = bracketError(source, at);
      if (typeof bracket === "string") return bracket;
      at = bracket;
      isAtStart = false;
      wasRepeat = false;
      continue;
    }
    let token = character;
    if (character === "\\") {
      if (at + 1 >= source.length) return "Trailing backslash";
      token += source[at + 1]!;
    }
    at += token.length;
    const special = isExtended ? token : token.length === 2 ? token[1]! : "";
    const isRepeat = isExtended ? "*+?{".includes(token) : token === "*";
    if (isStrict && isExtended && isRepeat && isAtStart && token !== "{")
      return "Invalid preceding regular expression";
    if (isStrict && !isExtended && isRepeat && wasRepeat) return "Invalid preceding regular expression";
    wasRepeat = isRepeat && !isAtStart;
    isAtStart = isExtended
      ? "(|".includes(token) || (token === "^" && isAtStart)
      : token === "\\(" || token === "\\|" || (token === "^" && isAtStart);
    if (/^\\[1-9]$/.test(token)) {
      if (Number(token[1]) > groups) return "Invalid back reference";
    } else if (token.length === (isExtended ? 1 : 2)) {
      if (special === "(") open++;
      else if (special === ")") {
        if (open > 0) {
          open--;
          groups++;
        } else if (!isExtended || isStrict) return "Unmatched ) or \\)";
      } else if (special === "{") {
        const error = intervalError(source.slice(at), isExtended, isStrict);
        if (error !== null) return error;
      }
    }
  }
  return open > 0 ? "Unmatched ( or \\(" : null;
}

function intervalError(rest: string, isExtended: boolean, isStrict: boolean): string | null {
  const match = (isExtended ? /^(\d*)(,?)(\d*)\}/ : /^(\d*)(,?)(\d*)\\\}/).exec(rest);
  if (match === null) {
    // What is no interval is text in an extended expression.
    if (isExtended && !isStrict) return null;
    return /^\d*,?\d*$/.test(rest) ? "Unmatched \\{" : "Invalid content of \\{\\}";
  }
  const [, from = "", comma, to = ""] = match;
  if (from === "" && to === "" && comma === "") return isExtended ? null : "Invalid content of \\{\\}";
  if (Number(from) > REPEAT_MAX || Number(to) > REPEAT_MAX) return "Regular expression too big";
  return to !== "" && Number(from) > Number(to) ? "Invalid content of \\{\\}" : null;
}

/** The end of the bracket expression, or what is wrong with it. */
function bracketError(source: string, open: number): number | string {
  const unmatched = "Unmatched [, [^, [:, [., or [=";
  let at = open + 1;
  if (source[at] === "^") at++;
  let last: string | null = null;
  for (let isFirst = true; ; isFirst = false) {
    const character = source[at];
    if (character === undefined) return unmatched;
    if (character === "]" && !isFirst) return at + 1;
    const named = /^\[([:.=])(.*?)\1\]/s.exec(source.slice(at));
    if (named !== null) {
      if (named[1] === ":" && !CLASSES.has(named[2]!)) return "Invalid character class name";
      if (named[1] !== ":" && [...named[2]!].length !== 1) return "Invalid collation character";
      at += named[0].length;
      last = null;
      continue;
    }
    const end = source[at + 2];
    if (source[at + 1] === "-" && end !== undefined && end !== "]" && end !== "[") {
      if (character > end) return "Invalid range end";
      at += 3;
      last = null;
      continue;
    }
    last = character;
    at += last.length;
  }
}
