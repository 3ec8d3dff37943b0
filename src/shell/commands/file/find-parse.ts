/** The expression of find(1): tests and actions with `!`, `-a`, `-o`, `,` and brackets. */

import { actionOf } from "./find-actions.ts";
import { FindError, type FindOptions, type Search, type Test, Words } from "./find-search.ts";
import { testOf } from "./find-tests.ts";

export interface Expression {
  readonly options: Readonly<FindOptions>;
  readonly test: Test;
}

/** @throws FindError with the text for the user */
export function parseExpression(search: Search, words: readonly string[]): Expression {
  const options = { depthMin: 0, depthMax: Number.POSITIVE_INFINITY, isDepthFirst: false };
  const all = new Words(search, words, options);
  const test = words.length === 0 ? () => true : parseList(all);
  if (all.peek() === ")") throw new FindError("you have too many ')'");
  if (all.hasAction) return { options, test };
  return {
    options,
    test: async (visit) => {
      if (await test(visit)) search.cx.out(`${visit.path}\n`);
      return true;
    },
  };
}

function parseList(words: Words): Test {
  let left = parseOr(words);
  while (words.peek() === ",") {
    words.take();
    const [before, after] = [left, parseOr(words)];
    left = async (visit) => {
      await before(visit);
      return after(visit);
    };
  }
  return left;
}

function parseOr(words: Words): Test {
  let left = parseAnd(words);
  while (/^(-o|-or)$/.test(words.peek() ?? "")) {
    const operator = words.take()!;
    if (words.peek() === undefined)
      throw new FindError(
        `invalid expression; you have used a binary operator '${operator}' with nothing after it.`,
      );
    const [before, after] = [left, parseAnd(words)];
    left = async (visit) => (await before(visit)) || after(visit);
  }
  return left;
}

function parseAnd(words: Words): Test {
  if (/^(-o|-or|-a|-and|,)$/.test(words.peek() ?? ""))
    throw new FindError(
      `invalid expression; you have used a binary operator '${words.peek()}' with nothing before it.`,
    );
  let left = parseTerm(words);
  for (;;) {
    const next = words.peek();
    if (next === undefined || /^(-o|-or|,|\))$/.test(next)) return left;
    if (/^(-a|-and)$/.test(next)) words.take();
    const [before, after] = [left, parseTerm(words)];
    left = async (visit) => (await before(visit)) && after(visit);
  }
}

function parseTerm(words: Words): Test {
  const word = words.take();
  if (word === undefined) return () => true;
  if (word === "!" || word === "-not") {
    if (words.peek() === undefined) throw new FindError(`expected an expression after '${word}'`);
    const test = parseTerm(words);
    return async (visit) => !(await test(visit));
  }
  if (word === "(") {
    if (words.peek() === ")") throw new FindError("invalid expression; empty parentheses are not allowed.");
    const test = parseList(words);
    if (words.take() !== ")")
      throw new FindError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
    return test;
  }
  if (word === ")") throw new FindError("you have too many ')'");
  if (!word.startsWith("-")) throw new FindError(`paths must precede expression: \`${word}'`);
  const test = actionOf(words, word) ?? testOf(words, word);
  if (test === null) throw new FindError(`unknown predicate \`${word}'`);
  return test;
}
