/** File names that match a pattern, sorted by octets. */
import type { Interpreter } from "../interpreter.ts";
import { compareOctets } from "../text.ts";
import { isPattern, Pattern, unquotePattern } from "./patterns.ts";

/** `pattern` has backslashes before what was quoted. Empty: nothing matches. */
export function globPaths(sh: Interpreter, pattern: string): string[] {
  if (sh.shopts.has("globstar") && pattern.includes("**")) sh.notSupported("** with globstar");
  const isAbsolute = pattern.startsWith("/");
  let found: string[] = [isAbsolute ? "/" : ""];
  const parts = pattern.split("/");
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part === "") {
      // A slash at the end wants directories.
      if (isLast && i > 0)
        found = found
          .filter((path) => isDirectory(sh, path))
          .map((path) => (path === "/" ? path : `${path}/`));
      continue;
    }
    found = found.flatMap((path) => extend(sh, path, part, isLast));
  }
  return found.sort(compareOctets);
}

function extend(sh: Interpreter, path: string, part: string, isLast: boolean): string[] {
  const join = (name: string) => (path === "" || path.endsWith("/") ? `${path}${name}` : `${path}/${name}`);
  if (!isPattern(part)) {
    const next = join(unquotePattern(part));
    return sh.userland.files.stat(sh.process, next).ok ? [next] : [];
  }
  const listed = sh.userland.files.list(sh.process, path === "" ? "." : path);
  if (!listed.ok) return [];
  const matcher = new Pattern(part, { ignoreCase: sh.shopts.has("nocaseglob") });
  const showsHidden = part.startsWith(".") || part.startsWith("\\.");
  return listed.value
    .filter(
      (name) => (!name.startsWith(".") || showsHidden || sh.shopts.has("dotglob")) && matcher.matches(name),
    )
    .map(join)
    .filter((next) => isLast || isDirectory(sh, next));
}

function isDirectory(sh: Interpreter, path: string): boolean {
  const stat = sh.userland.files.stat(sh.process, path);
  return stat.ok && stat.value.type === "dir";
}
