/**
 * Patterns of file names, `case`, `[[ == ]]` and `${x#...}`. A pattern is text in which a backslash takes a character's meaning away.
 * Matching moves a set of positions through the pattern, so that it is exact for `!(...)` too and never slow.
 * @source POSIX.1-2017 XCU 2.13; bash(1), Pattern Matching
 */

import { characterClass, WORD } from "../character-classes.ts";
import { checkLength, checkSearch } from "../limits.ts";

type Node =
  | { readonly kind: "literal"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | { readonly kind: "set"; readonly has: (character: string) => boolean }
  | { readonly kind: "group"; readonly operator: string; readonly branches: readonly (readonly Node[])[] };

export interface PatternOptions {
  readonly extglob?: boolean;
  readonly ignoreCase?: boolean;
}

export function isClassMember(name: string, character: string): boolean {
  // bash has a class of its own beside those of POSIX.
  return (name === "word" ? WORD : characterClass(name))?.test(character) ?? false;
}

export class Pattern {
  private readonly nodes: readonly Node[];
  /** The text itself, when nothing in the pattern is special. */
  readonly literal: string | null;

  constructor(
    source: string,
    private readonly options: PatternOptions = {},
  ) {
    this.nodes = new Reader(source, options.extglob ?? true).sequence("");
    const isLiteral = !options.ignoreCase && this.nodes.every((node) => node.kind === "literal");
    this.literal = isLiteral
      ? this.nodes.map((node) => (node.kind === "literal" ? node.character : "")).join("")
      : null;
  }

  /** Characters that every match has; null: they differ. */
  get fixedLength(): number | null {
    return this.nodes.some(({ kind }) => kind === "star" || kind === "group") ? null : this.nodes.length;
  }

  /** Does it match the whole text? */
  matches(text: string): boolean {
    if (this.literal !== null) return this.literal === text;
    const characters = [...text];
    return this.ends(characters, 0)[characters.length] === 1;
  }

  /** For each position: 1 if a match that begins at `from` can end there. Positions count characters. */
  ends(characters: readonly string[], from: number): Uint8Array {
    const set = new Uint8Array(characters.length + 1);
    set[from] = 1;
    return this.walk(this.nodes, characters, set);
  }

  private walk(nodes: readonly Node[], text: readonly string[], start: Uint8Array): Uint8Array {
    let set = start;
    for (const node of nodes) {
      set = this.step(node, text, set);
      if (!set.includes(1)) break;
    }
    return set;
  }

  private step(node: Node, text: readonly string[], from: Uint8Array): Uint8Array {
    const to = new Uint8Array(from.length);
    if (node.kind === "star") return to.fill(1, from.indexOf(1));
    if (node.kind === "group") return this.group(node.operator, node.branches, text, from);
    for (let i = 0; i < text.length; i++) if (from[i] === 1 && this.accepts(node, text[i]!)) to[i + 1] = 1;
    return to;
  }

  private accepts(node: Exclude<Node, { kind: "star" | "group" }>, character: string): boolean {
    if (node.kind === "any") return true;
    const test = (one: string) => (node.kind === "set" ? node.has(one) : node.character === one);
    if (!this.options.ignoreCase) return test(character);
    if (node.kind === "literal") return node.character.toLowerCase() === character.toLowerCase();
    return test(character.toLowerCase()) || test(character.toUpperCase());
  }

  private group(
    operator: string,
    branches: readonly (readonly Node[])[],
    text: readonly string[],
    from: Uint8Array,
  ): Uint8Array {
    const once = (set: Uint8Array) => {
      const to = new Uint8Array(set.length);
      for (const branch of branches)
        for (const [i, on] of this.walk(branch, text, set).entries()) if (on === 1) to[i] = 1;
      return to;
    };
    if (operator === "!") return this.allBut(branches, text, from);
    const to = operator === "?" || operator === "*" ? from.slice() : new Uint8Array(from.length);
    let set = from;
    for (let grew = true; grew; ) {
      set = once(set);
      grew = false;
      for (const [i, on] of set.entries()) {
        if (on === 0 || to[i] === 1) continue;
        to[i] = 1;
        grew = operator === "*" || operator === "+";
      }
    }
    return to;
  }

  private allBut(
    branches: readonly (readonly Node[])[],
    text: readonly string[],
    from: Uint8Array,
  ): Uint8Array {
    const to = new Uint8Array(from.length);
    for (let start = 0; start < from.length; start++) {
      if (from[start] === 0) continue;
      const one = new Uint8Array(from.length);
      one[start] = 1;
      const taken = branches.map((branch) => this.walk(branch, text, one));
      for (let end = start; end < from.length; end++) if (taken.every((set) => set[end] === 0)) to[end] = 1;
    }
    return to;
  }
}

class Reader {
  private readonly text: readonly string[];
  private at = 0;

  constructor(
    source: string,
    private readonly extglob: boolean,
  ) {
    this.text = [...source];
  }

  /** Reads up to one of the characters of `stop`. */
  sequence(stop: string): Node[] {
    const nodes: Node[] = [];
    while (this.at < this.text.length && !stop.includes(this.text[this.at]!)) nodes.push(this.node());
    return nodes;
  }

  private node(): Node {
    const character = this.text[this.at++]!;
    if (this.extglob && "?*+@!".includes(character) && this.text[this.at] === "(") {
      const group = this.groupNode(character);
      if (group !== null) return group;
    }
    if (character === "\\" && this.at < this.text.length)
      return { kind: "literal", character: this.text[this.at++]! };
    if (character === "*") return { kind: "star" };
    if (character === "?") return { kind: "any" };
    if (character === "[") return this.bracket() ?? { kind: "literal", character };
    return { kind: "literal", character };
  }

  private groupNode(operator: string): Node | null {
    const start = this.at;
    const branches: Node[][] = [];
    do {
      this.at++;
      branches.push(this.sequence("|)"));
    } while (this.text[this.at] === "|");
    if (this.text[this.at] === ")") {
      this.at++;
      return { kind: "group", operator, branches };
    }
    this.at = start;
    return null;
  }

  private bracket(): Node | null {
    const start = this.at;
    const isNegated = this.text[this.at] === "!" || this.text[this.at] === "^";
    if (isNegated) this.at++;
    const tests: ((character: string) => boolean)[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const character = this.text[this.at];
      if (character === undefined || character === "/") break;
      if (character === "]" && !isFirst) {
        this.at++;
        return { kind: "set", has: (one) => tests.some((test) => test(one)) !== isNegated };
      }
      tests.push(this.member());
    }
    this.at = start;
    return null;
  }

  private member(): (character: string) => boolean {
    const named = /^\[([:.=])(.*?)\1\]/su.exec(this.text.slice(this.at, this.at + 16).join(""));
    if (named !== null) {
      this.at += named[0].length;
      const name = named[2]!;
      return named[1] === ":"
        ? (character) => isClassMember(name, character)
        : (character) => character === name;
    }
    const low = this.single();
    if (this.text[this.at] !== "-" || this.text[this.at + 1] === "]" || this.text[this.at + 1] === undefined)
      return (one) => one === low;
    this.at++;
    const high = this.single();
    return (one) => one.codePointAt(0)! >= low.codePointAt(0)! && one.codePointAt(0)! <= high.codePointAt(0)!;
  }

  private single(): string {
    if (this.text[this.at] === "\\" && this.at + 1 < this.text.length) this.at++;
    return this.text[this.at++]!;
  }
}

/** Has the text a character that makes it a pattern for file names? A backslash takes the meaning away. */
export function isPattern(text: string, extglob: boolean): boolean {
  return (extglob ? /^(?:[^\\]|\\.)*?(?:[*?]|\[.*\]|[+@!]\()/s : /^(?:[^\\]|\\.)*?(?:[*?]|\[.*\])/s).test(
    text,
  );
}

/** Takes the special meaning away from every character. */
export function quotePattern(text: string): string {
  return text.replace(/[^/]/gsu, "\\$&");
}

export function unquotePattern(text: string): string {
  return text.replace(/\\([\s\S])/g, "$1");
}

/** Takes the shortest or longest match away from an end of a text. */
export function removeMatch(text: string, pattern: Pattern, operator: "#" | "##" | "%" | "%%"): string {
  const characters = [...text];
  const length = characters.length;
  if (operator[0] === "#") {
    const ends = pattern.ends(characters, 0);
    const end = operator === "#" ? ends.indexOf(1) : ends.lastIndexOf(1);
    return end < 0 ? text : characters.slice(end).join("");
  }
  const { fixedLength } = pattern;
  if (fixedLength !== null) {
    const from = length - fixedLength;
    const isMatch = from >= 0 && pattern.ends(characters.slice(from), 0)[fixedLength] === 1;
    return isMatch ? characters.slice(0, from).join("") : text;
  }
  checkSearch(length);
  const order = operator === "%" ? [...Array(length + 1).keys()].reverse() : Array(length + 1).keys();
  for (const from of order)
    if (pattern.ends(characters, from)[length] === 1) return characters.slice(0, from).join("");
  return text;
}

/** `${x/pattern/with}`: `with` is handed what matched. */
export function replaceMatches(
  text: string,
  pattern: Pattern,
  operator: "/" | "//" | "/#" | "/%",
  replace: (match: string) => string,
): string {
  const characters = [...text];
  const length = characters.length;
  if (operator === "/%") {
    for (let from = 0; from <= length; from++)
      if (pattern.ends(characters, from)[length] === 1)
        return characters.slice(0, from).join("") + replace(characters.slice(from).join(""));
    return text;
  }
  const { fixedLength } = pattern;
  if (fixedLength === null) checkSearch(length);
  let result = "";
  let at = 0;
  while (at <= length) {
    const end =
      fixedLength === null
        ? pattern.ends(characters, at).lastIndexOf(1)
        : at + pattern.ends(characters.slice(at, at + fixedLength), 0).lastIndexOf(1);
    checkLength(result.length);
    // An empty match counts only at the start of an anchored pattern.
    if (end > at || (end === at && operator === "/#")) {
      result += replace(characters.slice(at, end).join(""));
      at = end;
      if (operator !== "//") return result + characters.slice(at).join("");
      continue;
    }
    if (operator === "/#") return text;
    result += characters[at++] ?? "";
  }
  return result;
}
