/**
 * The tree that a program of awk(1) becomes.
 * @source POSIX.1-2017 XCU awk
 */
import type { PosixRegex } from "../posix-regex.ts";

export type Expr =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "regex"; readonly regex: PosixRegex }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "field"; readonly index: Expr }
  | { readonly kind: "element"; readonly name: string; readonly keys: readonly Expr[] }
  | { readonly kind: "assign"; readonly operator: string; readonly target: Expr; readonly value: Expr }
  | { readonly kind: "step"; readonly by: 1 | -1; readonly isPrefix: boolean; readonly target: Expr }
  | { readonly kind: "unary"; readonly operator: string; readonly value: Expr }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "match"; readonly isNegated: boolean; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "in"; readonly keys: readonly Expr[]; readonly name: string }
  | { readonly kind: "choice"; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: "group"; readonly items: readonly Expr[] }
  /** `from` a file (`<`) or a command (`|`); null: the main input. */
  | {
      readonly kind: "getline";
      readonly target: Expr | null;
      readonly from: { readonly mode: "<" | "|"; readonly name: Expr } | null;
    };

export type Stmt =
  | { readonly kind: "expr"; readonly value: Expr }
  | {
      readonly kind: "print";
      readonly isFormat: boolean;
      readonly args: readonly Expr[];
      readonly to: { readonly mode: string; readonly path: Expr } | null;
    }
  | { readonly kind: "if"; readonly test: Expr; readonly yes: Stmt; readonly no: Stmt | null }
  | { readonly kind: "while"; readonly test: Expr; readonly body: Stmt; readonly isDo: boolean }
  | {
      readonly kind: "for";
      readonly start: Stmt | null;
      readonly test: Expr | null;
      readonly step: Stmt | null;
      readonly body: Stmt;
    }
  | { readonly kind: "forIn"; readonly variable: string; readonly array: string; readonly body: Stmt }
  | { readonly kind: "block"; readonly body: readonly Stmt[] }
  | { readonly kind: "delete"; readonly name: string; readonly keys: readonly Expr[] | null }
  | {
      readonly kind: "jump";
      readonly to: "next" | "nextfile" | "break" | "continue" | "exit" | "return";
      readonly value: Expr | null;
    };

export interface Rule {
  readonly when: "BEGIN" | "END" | "always" | { readonly from: Expr; readonly to: Expr | null };
  readonly body: Stmt | null;
}

export interface AwkFunction {
  readonly params: readonly string[];
  readonly body: Stmt;
}

export interface Program {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

export class AwkError extends Error {}
