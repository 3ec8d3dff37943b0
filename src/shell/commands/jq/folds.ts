/** `reduce` and `foreach`. */
import { destructure } from "./destructure.ts";
import type { Machine, State } from "./machine.ts";
import type { Term } from "./tree.ts";

export function reduce(
  machine: Machine,
  term: Extract<Term, { kind: "reduce" }>,
  { env, value, place, k }: State,
): void {
  machine.eval(term.start, env, value, place, (start, startPlace) => {
    let [state, statePlace] = [start, startPlace];
    machine.fork(() => machine.give(k, state, statePlace));
    machine.eval(term.source, env, value, null, (item) =>
      destructure(machine, term.patterns, item, env, value, (inner) => {
        const before = state;
        const beforePlace = statePlace;
        // Nothing may be left of it, should the update give nothing.
        [state, statePlace] = [null, null];
        machine.eval(term.update, inner, before, beforePlace, (v, p) => {
          [state, statePlace] = [v, p];
          machine.backtrack();
        });
      }),
    );
  });
}

export function foreach(
  machine: Machine,
  term: Extract<Term, { kind: "foreach" }>,
  { env, value, place, k }: State,
): void {
  machine.eval(term.start, env, value, place, (start, startPlace) => {
    let [state, statePlace] = [start, startPlace];
    machine.eval(term.source, env, value, null, (item) =>
      destructure(machine, term.patterns, item, env, value, (inner) =>
        machine.eval(term.update, inner, state, statePlace, (v, p) => {
          [state, statePlace] = [v, p];
          machine.eval(term.extract, inner, v, p, k);
        }),
      ),
    );
  });
}
