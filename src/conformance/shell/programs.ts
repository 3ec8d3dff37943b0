/** Random programs for a shell, and the files that they find beside them. */
import { ARITHMETIC } from "./grammar/arithmetic.ts";
import { BUILTINS } from "./grammar/builtins.ts";
import { COMMANDS } from "./grammar/commands.ts";
import { WORDS } from "./grammar/words.ts";
import { readGrammar, textsOf } from "./grammar.ts";
import type { Files } from "./simulated-bash.ts";

export const FILES: Files = {
  "a.txt": "alpha\nbeta\n",
  "b.txt": "b: one two\nc:three\n",
  "C.log": "",
  ".hidden": "h\n",
  "f g": "blank\n",
  "d/": "",
  "d/e.txt": "e\n",
  "lib.sh": 'lib=$1\necho "lib $#: $*"\nlibf() { return 4; }\n[ -n "$1" ] && return 6\n',
};

/** What every program begins with: shows arguments one by one; counts calls, so that functions that call each other end. */
const PRELUDE = 'show() { printf "<%s>" "$@"; echo; }; calls=0\n';
/** What every program ends with, unless it ended before. */
const CODA = '\necho "end $?"; declare -p a b arr map n 2>&1\n';

export const programs = textsOf(readGrammar(WORDS, ARITHMETIC, COMMANDS, BUILTINS), "program").map(
  (body) => `${PRELUDE}${body}${CODA}`,
);
