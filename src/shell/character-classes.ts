/** The character classes of POSIX, as a UTF-8 locale has them; a map, so that no name of a script's own can mean anything else. */
const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /[\p{L}\p{N}]/u],
  ["alpha", /\p{L}/u],
  ["blank", /[ \t]/],
  ["cntrl", /\p{Cc}/u],
  ["digit", /[0-9]/],
  ["graph", /[^\s\p{Cc}]/u],
  ["lower", /\p{Ll}/u],
  ["print", /[^\p{Cc}]/u],
  ["punct", /[!-/:-@[-`{-~]/],
  ["space", /\s/],
  ["upper", /\p{Lu}/u],
  ["xdigit", /[0-9A-Fa-f]/],
]);

export const WORD = /[\p{L}\p{N}_]/u;

/** The members of `[:name:]`; undefined: there is no such class. */
export function characterClass(name: string): RegExp | undefined {
  return CLASSES.get(name);
}
