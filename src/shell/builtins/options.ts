/** Options of builtins, and what bash says of wrong ones. */
import type { Interpreter } from "../interpreter.ts";

export interface Options {
  /** Letters that were given, without those that take a value. */
  readonly flags: ReadonlySet<string>;
  /** By letter; the last one counts. */
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** How each builtin is called. @source `help -s` of bash 5.2 */
const USAGES: ReadonlyMap<string, string> = new Map(
  `. filename [arguments]
:
[ arg... ]
alias [-p] [name[=value] ... ]
bg [job_spec ...]
bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]
break [n]
builtin [shell-builtin [arg ...]]
caller [expr]
cd [-L|[-P [-e]] [-@]] [dir]
command [-pVv] command [arg ...]
compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]
complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]
compopt [-o|+o option] [-DEI] [name ...]
continue [n]
declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]
dirs [-clpv] [+N] [-N]
disown [-h] [-ar] [jobspec ... | pid ...]
echo [-neE] [arg ...]
enable [-a] [-dnps] [-f filename] [name ...]
eval [arg ...]
exec [-cl] [-a name] [command [argument ...]] [redirection ...]
exit [n]
export [-fn] [name[=value] ...] or export -p
false
fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]
fg [job_spec]
getopts optstring name [arg ...]
hash [-lr] [-p pathname] [-dt] [name ...]
help [-dms] [pattern ...]
history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]
jobs [-lnprs] [jobspec ...] or jobs -x command [args]
kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]
let arg [arg ...]
local [option] name[=value] ...
logout [n]
mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]
popd [-n] [+N | -N]
printf [-v var] format [arguments]
pushd [-n] [+N | -N | dir]
pwd [-LP]
read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]
readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]
readonly [-aAf] [name[=value] ...] or readonly -p
return [n]
set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]
shift [n]
shopt [-pqsu] [-o] [optname ...]
source filename [arguments]
suspend [-f]
test [expr]
times
trap [-lp] [[arg] signal_spec ...]
true
type [-afptP] name [name ...]
typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]
ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]
umask [-p] [-S] [mode]
unalias [-a] name [name ...]
unset [-f] [-v] [-n] [name ...]
wait [-fn] [-p var] [id ...]`
    .split("\n")
    .map((line) => [/^\S+/.exec(line)![0], line]),
);

export function usageOf(builtin: string): string | undefined {
  return USAGES.get(builtin);
}

/** Tells how a builtin is called; gives the status. */
export function complainOfUsage(sh: Interpreter, builtin: string): number {
  if (!sh.isDash) sh.process.write(2, `${builtin}: usage: ${USAGES.get(builtin) ?? builtin}\n`);
  return 2;
}

/**
 * Splits the options off. `flags` are letters alone, `valued` those that take a value.
 * A number: the status after one that is wrong, which was told.
 */
export function readOptions(
  sh: Interpreter,
  argv: readonly string[],
  flags: string,
  valued = "",
): Options | number {
  const name = argv[0]!;
  const found = { flags: new Set<string>(), values: new Map<string, string>() };
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") {
      at++;
      break;
    }
    if (!/^-./.test(word)) break;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]!;
      if (flags.includes(letter)) found.flags.add(letter);
      else if (valued.includes(letter)) {
        const value = i + 1 < word.length ? word.slice(i + 1) : argv[++at];
        if (value === undefined) {
          sh.complain(`${name}: -${letter}: option requires an argument`);
          return complainOfUsage(sh, name);
        }
        found.values.set(letter, value);
        break;
      } else {
        sh.complain(`${name}: -${letter}: invalid option`);
        return complainOfUsage(sh, name);
      }
    }
  }
  return { ...found, operands: argv.slice(at) };
}
