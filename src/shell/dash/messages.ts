/**
 * What dash says where bash says something else: the shell's own messages, from bash's words to dash's.
 * @source learnt by experiment from dash 0.5.12
 */

/** Tried in order. */
const TEXTS: readonly (readonly [bash: RegExp, dash: string])[] = [
  [/^(.*): command not found$/s, "$1: not found"],
  [/^cd: (.*): (?:No such file or directory|Not a directory|Permission denied)$/s, "cd: can't cd to $1"],
  [/^unset: (\w+): cannot unset: readonly variable$/, "unset: $1: is read only"],
  [/^(\w+): readonly variable$/, "$1: is read only"],
  [/^(\S+): `(.*?)(?:=.*)?': not a valid identifier$/s, "$1: $2: bad variable name"],
  [/^(\S+): -(.): invalid option$/, "$1: Illegal option -$2"],
  [/^set: (.*): invalid option name$/s, "set: Illegal option -o $1"],
  [/^(\S+): unbound variable$/, "$1: parameter not set"],
  [/^(\w+): parameter null or not set$/, "$1: parameter not set or null"],
  [/^.*: bad substitution$/s, "Bad substitution"],
  [/^(.*): division by 0 \(error token is ".*"\)$/s, 'arithmetic expression: division by zero: "$1"'],
  [
    /^(.*): syntax error: operand expected \(error token is ".*"\)$/s,
    'arithmetic expression: expecting primary: "$1"',
  ],
  [
    /^(.*): (?:syntax error in expression|.*) \(error token is ".*"\)$/s,
    'arithmetic expression: expecting EOF: "$1"',
  ],
  [/^(\S+): (.*): numeric argument required$/s, "$1: Illegal number: $2"],
  [/^(\[|test): (.*): integer expression expected$/s, "$1: Illegal number: $2"],
  [/^(\[|test): (.*): (?:unary|binary) operator expected$/s, "$1: $2: unexpected operator"],
  [/^\[: missing `]'$/, "[: missing ]"],
  [/^kill: \(.*\) - (.*)$/s, "kill: $1\n"],
  [/^kill: %(.*): no such job$/s, "kill: No such job: %$1"],
  [/^wait: %(.*): no such job$/s, "wait: No such job: %$1"],
  [/^printf: (.*): invalid number$/s, "printf: $1: expected numeric value"],
  [/^\.: (.*): file not found$/s, ".: $1: not found"],
  [/^(.*): cannot overwrite existing file$/s, "cannot create $1: File exists"],
  [/^(.*\/.*): No such file or directory$/s, "$1: not found"],
  [/^(.*): Is a directory$/s, "$1: Permission denied"],
];

export function dashMessage(text: string): string {
  for (const [bash, dash] of TEXTS) if (bash.test(text)) return text.replace(bash, dash);
  return text;
}

/** Why a file could not be opened or made. */
export function dashOpenFailure(path: string, errno: string, creates: boolean, why: string): string {
  const reason = errno === "ENOENT" ? (creates ? "Directory nonexistent" : "No such file") : why;
  return `cannot ${creates ? "create" : "open"} ${path}: ${reason}`;
}

const EXPECTED = /^expected '(\S+)'/;
const OPERATOR = /^[ \t]*(\n|;;|;|&&|\|\||&>|[&|()]|<<<|<<-?|>>|[<>])/;
const WORDS: ReadonlySet<string> = new Set(
  "if then else elif fi case esac for while until do done in { } !".split(" "),
);

/** What is wrong with a text that does not parse: `at` is where the word or operator stands that is not expected. */
export function dashFault(source: string, message: string, at: number): string {
  const rest = source.slice(at);
  const missing = /^unterminated command/.test(message) ? ")" : EXPECTED.exec(message)?.[1];
  const wanted = missing === undefined ? "" : ` (expecting "${missing}")`;
  if (/^unterminated (?:single|double|ANSI)/.test(message)) return "Syntax error: Unterminated quoted string";
  if (/^unterminated backtick/.test(message)) return "Syntax error: EOF in backquote substitution";
  if (rest.trim() === "" || missing === ")") return `Syntax error: end of file unexpected${wanted}`;
  const operator = OPERATOR.exec(rest)?.[1];
  if (operator === "\n") return `Syntax error: newline unexpected${wanted}`;
  if (operator !== undefined && /^[<>]/.test(operator))
    return `Syntax error: redirection unexpected${wanted}`;
  if (operator !== undefined) return `Syntax error: "${operator}" unexpected${wanted}`;
  const word = /^\s*([^\s;&|<>()]+)/.exec(rest)?.[1] ?? "";
  return WORDS.has(word)
    ? `Syntax error: "${word}" unexpected${wanted}`
    : `Syntax error: word unexpected${wanted}`;
}
