/** Statements. Each ends by itself: loops count in variables of their own. See `readGrammar` for the notation. */
export const COMMANDS = String.raw`
program
  ‹stmtsetup+›⏎‹stmt+›⏎‹stmt+›
  ‹stmtsetup+›⏎‹stmt+›
  ‹stmt+›
  ‹stmtsetup+›⏎‹options›⏎‹stmt+›⏎‹stmt+›
  ‹stmtsetup+›⏎‹functions›⏎‹stmt+›⏎‹stmt+›
  ‹stmtsetup+›⏎‹traps›⏎‹stmt+›⏎‹stmt+›
  ‹stmtsetup+›⏎‹functions›⏎‹options›⏎‹traps›⏎‹stmt+›⏎‹stmt+›
stmtsetup
  a=‹value›
  b=‹value› c=‹value›
  arr=(‹word*›)
  brr=([2]=‹value› ‹value› [7]=‹value›)
  declare -A map=([k]=‹value› [a b]=‹value›)
  n=‹number› m=‹number›
  set -- ‹word*›
  set -- a "b c" '' d
  declare -n ref=‹refname›
  IFS=‹ifs›
  arr=(one "two words" three)
  a="a b" b='' d='*'
refname
  a
  arr
  map
  arr[1]
ifs
  :
  ,
  ''
  ' :'
  x
  §'\n'
value
  3× ‹text›
  ‹word›
  "‹inquotes›"
  "a b c"
  " lead trail "
  '*.txt'
  a:b::c
options
  set -e
  set -u
  set -o pipefail
  set -eu
  set -euo pipefail
  set -f
  set -E
  set -T
  set -C
  set -a
  set +B
  shopt -s nullglob
  shopt -s dotglob
  shopt -s nocasematch
  shopt -s extglob
  shopt -s inherit_errexit
functions
  f() { ((++calls > 2)) && return 9; ‹stmt+›⏎}⏎g() { ((++calls > 2)) && return 9; ‹stmtcall›⏎‹stmt+›⏎}
  f() { ((++calls > 2)) && return 9; local a=‹value› n; ‹stmt+›⏎}
  f() { ((++calls > 2)) && return 9; echo "f: §# §*"; ‹stmt+›⏎return ‹status›; }⏎g() { ((++calls > 2)) && return 9; f "§@" || ‹stmtsimple›; ‹stmtcall›; }
  f() { ((++calls > 2)) && return 9; local -n r=§{1:-a}; r=‹value›; declare -p "§{1:-a}"; ‹stmt+›⏎}
  f() { ((++calls > 2)) && return 9; local a; g x; echo "after g: §a"; }⏎g() { ((++calls > 2)) && return 9; a=‹value›; echo "in g: §a"; }
  f() { ((++calls > 2)) && return 9; local -a arr=(‹word*›); local -A map=([k]=v); local -i n='‹arith›'; ‹stmt+›⏎}
  function f { ((++calls > 2)) && return 9; ‹stmt+›⏎}
  f() ( ((++calls > 2)) && return 9; ‹stmt+›⏎)
  f() { ((++calls > 2)) && return 9;  if ((§{1:-0} > 2)); then echo deep; return ‹status›; fi; f §((§{1:-0} + 1)); echo "back §? §1"; }
  f() { ((++calls > 2)) && return 9; [[ §1 == x ]] && return ‹status›; ‹stmt+›⏎} 2>&1
stmtcall
  f
  f ‹word*›
  f arr
  f a
  a=‹value› f x
  f "§@"
  x=§(f ‹word›); echo "§? §x"
  f | cat
  f || echo "failed §?"
  if f; then echo yes; else echo "no §?"; fi
  ! f
  f && echo good
  f && g
  declare -F f
traps
  trap 'echo "exit §?"' EXIT
  trap 'echo "err §?"' ERR
  trap 'echo "debug"' DEBUG
  trap 'echo "return §?"' RETURN
  trap 'echo "usr1 §?"' USR1
  trap '' USR1
  trap 'echo "err §? §BASH_COMMAND"' ERR
  trap 'echo "exit §?"; exit 7' EXIT
  set -E; trap 'echo "err §? in §{FUNCNAME[0]:-main}"' ERR
  set -T; trap 'echo "ret §{FUNCNAME[0]:-main}"' RETURN
  set -T; trap 'echo "dbg §BASH_COMMAND"' DEBUG
  trap 'trap - ERR; echo once' ERR
  trap 'echo "exit §a"' EXIT; trap 'echo int' INT
status
  0
  1
  3
  255
  300
  "§?"
stmt
  6× ‹stmtsimple›
  2× ‹stmtcall›
  2× if ‹stmtcond›; then ‹stmt+›⏎fi
  if ‹stmtcond›; then ‹stmt+›⏎elif ‹stmtcond›; then ‹stmt+›⏎else ‹stmt+›⏎fi
  2× for v in ‹word+›; do ‹stmtloop+›⏎done
  for v; do ‹stmtloop+›⏎done
  for ((i = ‹number›; i < 3; i++)); do ‹stmtloop+›⏎done
  k=0; while ((k++ < 3)); do ‹stmtloop+›⏎done
  j=0; until ((j++ >= 2)); do ‹stmtloop+›⏎done
  2× case ‹word› in⏎‹casepat›) ‹stmt+›⏎‹caseend›⏎‹casepat›) ‹stmt+›⏎;;⏎*) ‹stmtsimple›;;⏎esac
  ‹stmtsimple› && ‹stmtsimple› || ‹stmtsimple›
  ‹stmtcond› && { ‹stmt+›⏎}
  ‹stmtcond› || ‹stmtsimple›
  ! ‹stmtsimple›
  { ‹stmt+›⏎}
  ( ‹stmt+›⏎)
  ( ‹stmt+›⏎); echo "sub §?"
  2× ‹stmtout› | ‹filter›
  { ‹stmtsimple›⏎} | { cat >/dev/null; ‹stmtsimple›⏎}; echo "§{PIPESTATUS[@]}"
  { ‹stmt+›⏎} | ‹filter›
  (exit ‹status›) | [[ ‹cond› ]]; echo "§{PIPESTATUS[*]} §?"
  x='‹stmteval›'; eval "§x"
  eval '‹stmteval›'
  { ‹stmt+›⏎} ‹redirect+›
  { ‹stmt+›⏎} <<E⏎‹hereline›⏎‹hereline›⏎E
  { ‹stmt+›⏎} 3<<'E' <<F⏎‹hereline›⏎E⏎‹hereline›⏎F
  ‹stmterror›
  ( ‹stmterror›; echo after ); echo "status §?"
  ‹stmtbackground›
  ‹stmtfiles›
  ‹stmtbuiltin›
stmteval
  a=§b; echo "§a"
  echo §a "§a"
  for q in 1 2; do echo §q; done
  (exit 4)
  arr+=(§a); declare -p arr
stmtloop
  3× ‹stmt›
  [[ §v == ‹text› ]] && continue
  [ "§v" = ‹text› ] && break
  break
  continue
  break 2
  continue 2
  echo "v=§v"
casepat
  a
  ‹text›
  a*|b*
  [a-m]*
  "§a"
  §b
  *.txt
  ?
  ''
  *[[:space:]]*
  "‹inquotes›"
caseend
  3× ;;
  ;&
  ;;&
stmtcond
  true
  false
  ((‹arith›))
  [[ ‹cond› ]]
  [[ ‹cond› ]]
  [ ‹testexpr› ]
  test ‹testexpr›
  ‹stmtsimple›
  ! true
  (exit ‹status›)
  grep -q a a.txt
  ‹stmtcond› && ‹stmtcond›
cond
  §a == ‹condpat›
  "‹inquotes›" == ‹condpat›
  §a != ‹condpat›
  "§a" = "§b"
  -n §a
  -z §b
  -v a
  -v arr[1]
  -v map[k]
  §a < "‹inquotes›"
  §b > ‹text›x
  ‹number› -eq n
  "‹operandn›" -eq ‹literal›
  n -lt ‹number›
  ‹cond› && ‹cond›
  ‹cond› || ‹cond›
  ! ‹cond›
  ( ‹cond› )
  §a =~ ‹regex›
  "‹inquotes›" =~ ‹regex›
  -f a.txt
  -d d
  -e nothing
  -o errexit
  "‹inquotes›"
condpat
  ‹text›
  a*
  *b*
  "‹inquotes›"
  §b
  "§b"*
  [a-z]
  ?(a)b
  *.+(c|txt)
  @(a|hello)
  !(x)
  *(a)
regex
  ^a
  b§
  ^[a-z]+§
  (a)(.*)
  ^([^:]*):(.*)§
  "§b"
  §b
  [0-9]+
  a.c
  ^§
  \.
  [[:space:]]
  x?y*
  (a)?(b)
testexpr
  -n "§a"
  -z "§b"
  "§a" = ‹text›
  "§a" != "§b"
  ‹number› -lt "§n"
  "§n" -eq ‹number›
  -f a.txt
  -d d -a -e a.txt
  -n x -o -z ""
  ! -f nothing
  "§a"
  §a = b
  §a
  -n §b
  \( "§a" \)
  a \< b
  -v n
  x -eq 1
  ! "§a" = x
  "§a" -gt 2
  \( -n x -a -z "" \)
stmtout
  echo ‹word*›
  show ‹word+›
  printf ‹format› ‹word*›
  ‹stmtcall›
filter
  cat
  sort
  wc -l
  tr a-z A-Z
  while read -r x; do echo "<§x>"; done
  while IFS=: read -r x y; do echo "§x/§y"; done
  while IFS= read -r x; do printf '[%s]' "§x"; done
  { read -r x y; echo "§y§x"; cat; }
  { mapfile -t q; declare -p q; }
  (cat; echo end)
  grep -c a
redirect
  2>&1
  >/dev/null
  2>/dev/null
  >out
  >>out
  <a.txt
  3>&1
  >&2
  2>&1 >/dev/null
  <<<"‹inquotes›"
  <<<§a
  3>&1 1>&2 2>&3
  &>out
  <nothing
  2>&-
  <&-
  >|out
  >d
hereline
  ‹text›
  §a "§b" '§c'
  §{arr[@]} §((n+1)) §(echo x)
  \§a \\ \x ´echo y´
  ␣␣§{a:-"‹text›"}
  "§{a:-'q'}"
  §{a#‹pat›}
  ⇥x
`;
