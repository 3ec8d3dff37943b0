/** File names that match a pattern, sorted by octets. */
import type { Interpreter } from "../interpreter.ts";
import { compareOctets } from "../text.ts";
import { isPattern, Pattern, unquotePattern } from "./patterns.ts";

/** `pattern` has backslashes before what was quoted. Empty: nothing matches. */
export function globPaths(sh: Interpreter, pattern: string): string[] {
  let found: string[] = [pattern.startsWith("/") ? "/" : ""];
  const parts = pattern.split("/");
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part === "") {
      // A slash at the end wants directories.
      if (isLast && i > 0)
        found = found
          .filter((path) => path !== "" && isDirectory(sh, path))
          .map((path) => (path.endsWith("/") ? path : `${path}/`));
      continue;
    }
    if (part === "**" && sh.shopts.has("globstar")) {
      if (parts[i + 1] !== "**") found = found.flatMap((path) => below(sh, path, isLast));
    } else found = found.flatMap((path) => extend(sh, path, part, isLast));
  }
  return [...new Set(found)].sort(compareOctets);
}

const join = (path: string, name: string) =>
  path === "" || path.endsWith("/") ? `${path}${name}` : `${path}/${name}`;

function namesIn(sh: Interpreter, path: string): readonly string[] {
  const listed = sh.userland.files.list(sh.process, path === "" ? "." : path);
  return listed.ok ? listed.value : [];
}

function extend(sh: Interpreter, path: string, part: string, isLast: boolean): string[] {
  const extglob = sh.shopts.has("extglob");
  if (!isPattern(part, extglob)) {
    const next = join(path, unquotePattern(part));
    return sh.userland.files.stat(sh.process, next).ok ? [next] : [];
  }
  const matcher = new Pattern(part, { extglob, ignoreCase: sh.shopts.has("nocaseglob") });
  const showsHidden = part.startsWith(".") || part.startsWith("\\.") || sh.shopts.has("dotglob");
  return namesIn(sh, path)
    .filter((name) => (!name.startsWith(".") || showsHidden) && matcher.matches(name))
    .map((name) => join(path, name))
    .filter((next) => isLast || isDirectory(sh, next));
}

/** `**`: a directory and all directories below it; as the last part of a pattern, files too. */
function below(sh: Interpreter, path: string, withFiles: boolean): string[] {
  const found =
    path === "" ? (withFiles ? [] : [""]) : [withFiles && !path.endsWith("/") ? `${path}/` : path];
  for (const name of namesIn(sh, path)) {
    if (name.startsWith(".") && !sh.shopts.has("dotglob")) continue;
    const next = join(path, name);
    if (isDirectory(sh, next)) {
      const inner = below(sh, next, withFiles);
      found.push(next, ...(withFiles ? inner.slice(1) : inner.filter((one) => one !== next)));
    } else if (withFiles) found.push(next);
  }
  return found;
}

function isDirectory(sh: Interpreter, path: string): boolean {
  const stat = sh.userland.files.stat(sh.process, path);
  return stat.ok && stat.value.type === "dir";
}
