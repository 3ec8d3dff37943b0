/**
 * POSIX regular expressions in those of JavaScript. Alternatives are tried from the left where POSIX takes the longest; all else is
 * the same for the patterns that scripts use.
 * @source POSIX.1-2017 XBD 9; regex(7)
 * @differs leftmost-first alternation
 */

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "\\p{L}\\p{N}",
  alpha: "\\p{L}",
  blank: " \\t",
  cntrl: "\\p{Cc}",
  digit: "0-9",
  graph: "!-~\\u00a1-\\uffff",
  lower: "\\p{Ll}",
  print: " -~\\u00a0-\\uffff",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\s",
  upper: "\\p{Lu}",
  xdigit: "0-9A-Fa-f",
};

/** The bracket expression that begins at `open`; null: it has no end or names no class. */
function bracketAt(source: string, open: number): { readonly text: string; readonly end: number } | null {
  let at = open + 1;
  const isNegated = source[at] === "^";
  if (isNegated) at++;
  let inner = "";
  for (let isFirst = true; ; isFirst = false) {
    const character = source[at];
    if (character === undefined) return null;
    if (character === "]" && !isFirst) break;
    const named = /^\[([:.=])(.*?)\1\]/s.exec(source.slice(at));
    if (named !== null) {
      const members = named[1] === ":" ? CLASSES[named[2]!] : escapeMember(named[2]!);
      if (members === undefined) return null;
      inner += members;
      at += named[0].length;
    } else {
      const isRange = character === "-" && !isFirst && source[at + 1] !== "]" && inner !== "";
      inner += isRange ? "-" : escapeMember(character);
      at++;
    }
  }
  return { text: `[${isNegated ? "^" : ""}${inner}]`, end: at + 1 };
}

function escapeMember(character: string): string {
  return /[\\\]^[\-&{}()/|]/.test(character) ? `\\${character}` : character;
}

const escapeLiteral = (character: string) =>
  /[\\^$.|?*+()[\]{}/]/.test(character) ? `\\${character}` : character;
/** GNU's additions. */
const GNU: Readonly<Record<string, string>> = {
  "<": "\\b(?=\\w)",
  ">": "\\b(?<=\\w)",
  b: "\\b",
  B: "\\B",
  w: "\\w",
  W: "\\W",
  s: "\\s",
  S: "\\S",
  "`": "^",
  "'": "$",
};

/** Extended expressions (`grep -E`, `[[ =~ ]]`). Null: not a valid one. */
export function translateEre(source: string, flags: string): RegExp | null {
  let out = "";
  let depth = 0;
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    if (character === "\\") {
      const next = source[at + 1];
      if (next === undefined) return null;
      out += /[1-9]/.test(next) ? `\\${next}` : (GNU[next] ?? escapeLiteral(next));
      at += 2;
      continue;
    }
    if (character === "[") {
      const bracket = bracketAt(source, at);
      if (bracket === null) return null;
      out += bracket.text;
      at = bracket.end;
      continue;
    }
    if (character === "(") depth++;
    if (character === ")" && depth-- === 0) return null;
    out += ereOperator(source, at, out);
    at++;
  }
  return compile(out, flags);
}

function ereOperator(source: string, at: number, before: string): string {
  const character = source[at]!;
  const isAtStart = before === "" || /(?:^|[^\\])[(|]$/.test(before) || before.endsWith("^");
  if ("*+?".includes(character)) return isAtStart ? `\\${character}` : character;
  if (character === "{") return /^\{\d*(,\d*)?\}/.test(source.slice(at)) && !isAtStart ? "{" : "\\{";
  if (character === "}")
    return /\{\d*(,\d*)?$/.test(source.slice(0, at)) && !/\\\{\d*(,\d*)?$/.test(before) ? "}" : "\\}";
  return character === "/" ? "\\/" : character;
}

/** Basic expressions (`grep`, `sed`). Null: not a valid one. */
export function translateBre(source: string, flags: string): RegExp | null {
  let out = "";
  let isAtStart = true;
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    const next = source[at + 1];
    if (character === "[") {
      const bracket = bracketAt(source, at);
      if (bracket === null) return null;
      out += bracket.text;
      at = bracket.end;
      isAtStart = false;
      continue;
    }
    if (character === "\\") {
      if (next === undefined) return null;
      out += "(){}|+?".includes(next)
        ? isAtStart && "+?".includes(next)
          ? `\\${next}`
          : next
        : /[1-9]/.test(next)
          ? `\\${next}`
          : (GNU[next] ?? escapeLiteral(next));
      isAtStart = next === "(" || next === "|";
      at += 2;
      continue;
    }
    const isAnchor: boolean =
      (character === "^" && isAtStart) ||
      (character === "$" && (next === undefined || /^\\[)|]/.test(source.slice(at + 1))));
    out +=
      isAnchor || character === "." || (character === "*" && !isAtStart)
        ? character
        : escapeLiteral(character);
    isAtStart = character === "^" && isAnchor;
    at++;
  }
  return compile(out, flags);
}

export function compile(source: string, flags: string): RegExp | null {
  try {
    return new RegExp(source.replaceAll("{,", "{0,"), flags);
  } catch {
    return null;
  }
}
