/** `include` and `import` of files with definitions. @source jq 1.6 manual, "Modules" */
import { readFile, type ToolContext } from "../../tool.ts";
import { Parser } from "./parser.ts";
import type { Definition, Term } from "./tree.ts";
import { CompileError } from "./values.ts";

const DIRECTIVE =
  /^(?:\s|#[^\n]*\n)*(?:(include)\s+"([^"]*)"|(import)\s+"([^"]*)"\s+as\s+\$?(\w+))(?:\s*\{[^}]*\})?\s*;/;
const MODULE = /^(?:\s|#[^\n]*\n)*module\s+\{[^}]*\}\s*;/;

export interface Loaded {
  /** The program behind its directives, which are blanked so that places stay. */
  readonly source: string;
  readonly wrap: (program: Term) => Term;
}

export async function loadModules(
  cx: ToolContext,
  source: string,
  paths: readonly string[],
): Promise<Loaded> {
  const definitions: Definition[] = [];
  let rest = source;
  let blank = "";
  for (;;) {
    const match = DIRECTIVE.exec(rest) ?? MODULE.exec(rest);
    if (match === null) break;
    blank += match[0].replace(/[^\n]/g, " ");
    rest = rest.slice(match[0].length);
    const name = match[2] ?? match[4];
    if (name !== undefined) definitions.push(...(await load(cx, name, match[5] ?? null, paths)));
  }
  const wrap = (program: Term) =>
    definitions.reduceRight<Term>((body, definition) => ({ kind: "define", definition, body }), program);
  return { source: blank + rest, wrap };
}

async function load(
  cx: ToolContext,
  name: string,
  alias: string | null,
  paths: readonly string[],
): Promise<Definition[]> {
  for (const path of paths) {
    const last = name.split("/").at(-1)!;
    for (const file of [`${path}/${name}.jq`, `${path}/${name}/${last}.jq`]) {
      const read = await readFile(cx, file);
      if (!read.ok) continue;
      const inner = await loadModules(cx, read.value, paths);
      const found = new Parser(inner.source).module();
      return alias === null ? found : prefixed(found, alias);
    }
  }
  throw new CompileError([`module not found: ${name}\n`]);
}

/** Definitions see each other without the prefix; outside they have it. */
function prefixed(found: readonly Definition[], alias: string): Definition[] {
  return found.map((definition, i) => ({
    ...definition,
    name: `${alias}::${definition.name}`,
    body: found
      .slice(0, i)
      .reduceRight<Term>((body, own) => ({ kind: "define", definition: own, body }), definition.body),
  }));
}
