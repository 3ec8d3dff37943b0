/** Grammars as text, and the random texts that follow one. */
import fc from "fast-check";

/**
 * Reads a grammar. A line at the margin names a rule; each indented line below is one alternative, the first of them the simplest:
 * shrinking leads to it, and nesting that gets too deep takes it, so it must not lead back to its own rule.
 *
 * - `‹rule›` is replaced by a text of that rule, `‹rule+›` by one to three of them, `‹rule*›` by none to three: those of `stmt`
 *   rules on lines of their own, others with a blank between.
 * - `§` is a dollar sign, `´` a backquote, `⏎` a newline, `␣` a blank, `⇥` a tab, where a TypeScript template would be in the way.
 * - `3× ` in front of an alternative makes it three times as likely.
 * - A line that begins with `%` is a comment.
 */
export type Grammar = ReadonlyMap<string, readonly Alternative[]>;

interface Alternative {
  readonly weight: number;
  /** Texts and references in turn; a text first. */
  readonly parts: readonly string[];
}

const MARKS: Readonly<Record<string, string>> = { "§": "$", "´": "`", "⏎": "\n", "␣": " ", "⇥": "\t" };

export function readGrammar(...texts: readonly string[]): Grammar {
  const grammar = new Map<string, Alternative[]>();
  let rule = "";
  for (const line of texts.join("\n").split("\n")) {
    const text = line.trim();
    if (text === "" || line.startsWith("%")) continue;
    if (/^\S/.test(line)) {
      if (grammar.has(text)) throw new Error(`a grammar has the rule ${text} twice`);
      rule = text;
      grammar.set(rule, []);
      continue;
    }
    const [, weight, rest] = /^(?:(\d+)× )?(.*)$/.exec(text)!;
    const plain = rest!.replace(/[§´⏎␣⇥]/g, (mark) => MARKS[mark]!);
    grammar.get(rule)!.push({ weight: Number(weight ?? 1), parts: plain.split(/[‹›]/) });
  }
  for (const [name, alternatives] of grammar) {
    const missing = alternatives
      .flatMap(({ parts }) => parts.filter((_, i) => i % 2 === 1))
      .find((part) => !grammar.has(part.replace(/[*+]$/, "")));
    if (missing !== undefined)
      throw new Error(`the rule ${name} of a grammar names ${missing}, which is none`);
  }
  return grammar;
}

/** Alternatives within alternatives: so many, then the first one. Statements that hold others and words are counted apart. */
const DEPTHS = { stmt: 3, word: 5, plain: 100 };

function kindOf(rule: string): keyof typeof DEPTHS {
  return /^stmt(cond|loop)?$/.test(rule) ? "stmt" : rule.startsWith("stmt") ? "plain" : "word";
}

/** Texts of one rule of a grammar. */
export function textsOf(grammar: Grammar, start: string): fc.Arbitrary<string> {
  const { [start]: texts } = fc.letrec<Record<string, string>>((tie) => {
    const rules: Record<string, fc.Arbitrary<string>> = {};
    for (const [name, alternatives] of grammar) rules[name] = ruleTexts(name, alternatives, tie);
    return rules;
  });
  return texts!;
}

type Tie = (name: string) => fc.Arbitrary<string>;

function ruleTexts(name: string, alternatives: readonly Alternative[], tie: Tie): fc.Arbitrary<string> {
  const kind = kindOf(name);
  if (alternatives.every(({ parts }) => parts.length === 1))
    return fc.constantFrom(
      ...alternatives.flatMap(({ weight, parts }) => Array<string>(weight).fill(parts[0]!)),
    );
  return fc.oneof(
    { depthIdentifier: kind, maxDepth: DEPTHS[kind], depthSize: "max", withCrossShrink: true },
    ...alternatives.map(({ weight, parts }) => ({ weight, arbitrary: joined(parts, tie) })),
  );
}

function joined(parts: readonly string[], tie: Tie): fc.Arbitrary<string> {
  if (parts.length === 1) return fc.constant(parts[0]!);
  const arbitraries = parts.flatMap((part, i) => (i % 2 === 1 ? [reference(part, tie)] : []));
  return fc.tuple(...arbitraries).map((texts) => {
    let text = parts[0]!;
    for (const [i, one] of texts.entries()) text += one + parts[2 * i + 2]!;
    return text;
  });
}

function reference(part: string, tie: Tie): fc.Arbitrary<string> {
  const [, name, repeat] = /^(.*?)([*+]?)$/.exec(part)!;
  if (repeat === "") return tie(name!);
  const separator = name!.startsWith("stmt") ? "\n" : " ";
  return fc
    .array(tie(name!), {
      minLength: repeat === "+" ? 1 : 0,
      maxLength: 3,
      size: "max",
      depthIdentifier: kindOf(name!),
    })
    .map((texts) => texts.join(separator));
}
