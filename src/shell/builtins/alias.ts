/** `alias` and `unalias`. */
import { quoteSingle } from "../quote.ts";
import type { Builtin } from "./index.ts";
import { complainOfUsage, readOptions } from "./options.ts";

export const alias: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "p");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  const show = (name: string) => `alias ${name}=${quoteSingle(sh.aliases.get(name)!)}\n`;
  if (operands.length === 0 || flags.has("p"))
    sh.write("alias", [...sh.aliases.keys()].sort().map(show).join(""));
  let status = 0;
  for (const word of operands) {
    const equals = word.indexOf("=");
    const name = equals > 0 ? word.slice(0, equals) : word;
    if (equals > 0 && /[\s/$`='"\\|&;()<>]/.test(name)) {
      sh.complain(`alias: \`${name}': invalid alias name`);
      status = 1;
    } else if (equals > 0) sh.aliases.set(name, word.slice(equals + 1));
    else if (sh.aliases.has(word)) sh.write("alias", show(word));
    else {
      sh.complain(`alias: ${word}: not found`);
      status = 1;
    }
  }
  return status;
};

export const unalias: Builtin = (sh, argv) => {
  const options = readOptions(sh, argv, "a");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  if (flags.has("a")) sh.aliases.clear();
  else if (operands.length === 0) return complainOfUsage(sh, "unalias");
  let status = 0;
  for (const name of operands) {
    if (sh.aliases.delete(name) || flags.has("a")) continue;
    sh.complain(`unalias: ${name}: not found`);
    status = 1;
  }
  return status;
};
