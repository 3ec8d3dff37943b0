/** Source files as the tidy rules see them: raw lines, code without comments and literals, and imports. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type`: gone at run time. */
  readonly isTypeOnly: boolean;
}

export interface Source {
  /** From the root of the project, with slashes. */
  readonly path: string;
  readonly lines: readonly string[];
  /** The same lines; comments, and what stands inside literals, are blank. */
  readonly code: readonly string[];
  readonly imports: readonly Import[];
}

/** A `/` after one of these begins a regular expression, not a division. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|delete|throw|new|do|else))\s*$/;

/** Where the literal that begins at `at` ends. */
function endOfLiteral(text: string, at: number): number {
  const quote = text[at];
  let inClass = false;
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") i++;
    else if (quote === "/" && c === "[") inClass = true;
    else if (quote === "/" && c === "]") inClass = false;
    else if (c === quote && !inClass) return i + 1;
    else if (c === "\n") return i; // not a literal after all
  }
  return text.length;
}

/** Blanks comments and the insides of literals, and keeps every line break. Code inside `${}` stays. */
export function blankNonCode(text: string): string {
  let out = "";
  /** For each open template: how many braces are open inside its `${}`. */
  const templates: number[] = [];
  let inTemplate = false;
  const blank = (from: number, to: number) => {
    out += text.slice(from, to).replace(/[^\n]/g, " ");
    return to;
  };
  const endOf = (closing: string, from: number) => {
    const end = text.indexOf(closing, from);
    return end < 0 ? text.length : end;
  };
  for (let i = 0; i < text.length; ) {
    const c = text[i]!;
    if (inTemplate) {
      if (c === "\\") i = blank(i, i + 2);
      else if (c === "`") {
        inTemplate = false;
        templates.pop();
        i = blank(i, i + 1);
      } else if (c === "$" && text[i + 1] === "{") {
        inTemplate = false;
        i = blank(i, i + 2);
      } else i = blank(i, i + 1);
    } else if (text.startsWith("//", i)) i = blank(i, endOf("\n", i));
    else if (text.startsWith("/*", i)) i = blank(i, endOf("*/", i + 2) + 2);
    else if (c === '"' || c === "'") i = blank(i, endOfLiteral(text, i));
    else if (c === "`") {
      templates.push(0);
      inTemplate = true;
      i = blank(i, i + 1);
    } else if (c === "/" && BEFORE_REGEX.test(out.slice(-40))) i = blank(i, endOfLiteral(text, i));
    else {
      const depth = templates.length - 1;
      if (c === "{" && depth >= 0) templates[depth]!++;
      if (c === "}" && depth >= 0 && templates[depth]!-- === 0) {
        templates[depth] = 0;
        inTemplate = true;
        i = blank(i, i + 1);
        continue;
      }
      out += c;
      i++;
    }
  }
  return out;
}

const IMPORT =
  /(?:^|\n)[ \t]*(?:import|export)\s+(?:(type)\s+(?!from\b))?[\w$*\s{},]*?from\s*"([^"]+)"|(?:^|\n)[ \t]*import\s*"([^"]+)"|\bimport\s*\(\s*"([^"]+)"\s*\)/g;

function importsOf(text: string, code: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const specifier = match[2] ?? match[3] ?? match[4]!;
    const keyword = match.index + match[0].search(/\S/);
    if (code[keyword] === " ") continue; // in a comment or a literal
    found.push({
      specifier,
      line: text.slice(0, keyword).split("\n").length,
      isTypeOnly: match[1] === "type",
    });
  }
  return found;
}

export function parseSource(path: string, text: string): Source {
  const code = blankNonCode(text);
  return { path, lines: text.split("\n"), code: code.split("\n"), imports: importsOf(text, code) };
}

export function readSource(path: string): Source {
  return parseSource(path, readFileSync(path, "utf8"));
}

/** The file that a relative import names; null for a package. */
export function targetOf(source: Source, { specifier }: Import): string | null {
  return specifier.startsWith(".") ? posix.join(posix.dirname(source.path), specifier) : null;
}
