/**
 * What programs of bc(1) are made of.
 * @source POSIX.1-2017 bc; GNU bc 1.07: print, read, ++, &&, ||, !, else, comments with #
 */

export type Expr =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "assign"; readonly place: Place; readonly operator: string; readonly value: Expr }
  | { readonly kind: "step"; readonly place: Place; readonly by: 1 | -1; readonly isPrefix: boolean }
  | { readonly kind: "unary"; readonly operator: "-" | "!"; readonly value: Expr }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly (Expr | ArrayName)[] }
  /** In brackets, so that an assignment is shown. */
  | { readonly kind: "group"; readonly value: Expr };

export interface ArrayName {
  readonly kind: "array";
  readonly name: string;
}

/** A variable, an element, or one of `scale`, `ibase`, `obase`, `last`. */
export interface Place {
  readonly name: string;
  readonly index: Expr | null;
}

export type Statement =
  | { readonly kind: "expression"; readonly value: Expr }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "print"; readonly items: readonly (Expr | string)[] }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | {
      readonly kind: "if";
      readonly test: Expr;
      readonly then: Statement;
      readonly otherwise: Statement | null;
    }
  | { readonly kind: "while"; readonly test: Expr; readonly body: Statement }
  | {
      readonly kind: "for";
      readonly begin: Expr | null;
      readonly test: Expr | null;
      readonly step: Expr | null;
      readonly body: Statement;
    }
  | { readonly kind: "break" | "continue" | "halt" | "quit" | "nothing" }
  | { readonly kind: "return"; readonly value: Expr | null }
  | { readonly kind: "define"; readonly name: string; readonly made: BcFunction };

export interface BcFunction {
  readonly params: readonly { readonly name: string; readonly isArray: boolean }[];
  readonly autos: readonly { readonly name: string; readonly isArray: boolean }[];
  readonly body: readonly Statement[];
}

export class BcSyntaxError extends Error {
  constructor(readonly line: number) {
    super("syntax error");
  }
}
