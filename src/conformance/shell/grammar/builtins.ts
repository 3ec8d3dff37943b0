/** Statements of builtins, files, errors and jobs. See `readGrammar` for the notation. */
export const BUILTINS = String.raw`
stmtsimple
  3× echo ‹word*›
  5× show ‹word+›
  a=‹value›
  ‹name›=‹value›
  ‹name›+=‹value›
  a=‹value› b=§a
  arr[‹subscript›]=‹value›
  arr+=(‹word*›)
  map[‹subscript›]=‹value›
  map+=([x]=‹text›)
  brr=(‹word+›)
  ((‹arith›))
  let "‹arith›"
  let n=‹number› 'm += 2'
  echo §((‹arith›))
  n=§((‹arith›))
  printf ‹format› ‹word*›
  printf ‹format› ‹number› ‹text›
  unset ‹unsettable›
  set -- ‹word*›
  shift
  shift 2
  true
  false
  (exit ‹status›)
  :
  IFS=‹ifs›
  local x=1
  echo "§?"
  [[ ‹cond› ]]
  [ ‹testexpr› ]
unsettable
  a
  b
  arr
  arr[0]
  'arr[1]'
  map
  'map[k]'
  -v c
  -f f
  ref
  -n ref
  IFS
  nothing
  a b c
format
  '%s\n'
  '<%s>'
  '%d\n'
  '%5s|%-5s|\n'
  '%05d\n'
  '%x %o %X\n'
  '%q\n'
  '%b\n'
  '%c%c\n'
  '%.2s\n'
  '%%\n'
  '%s %s\n'
  '%*d\n'
  '%+d % d\n'
  '%#x\n'
  '%.3d\n'
  '%i\n'
  'a\tb\n'
  '\x41\101\n'
  '%s'
  "‹inquotes›\n"
  '%-10s: %3d%%\n'
  '%u\n'
  '%z\n'
  '%.1f\n'
  '%5.2f|%e\n'
  '%g\n'
  '%.*s\n'
  '%Q\n'
  '%s\0\n'
  '%'
stmtbuiltin
  declare -p a b 2>&1
  declare -p arr map 2>&1
  declare -p n m ref 2>&1
  declare -i n="‹arith›"; declare -p n
  declare -i n; n="‹arith›"; n+=‹number›; echo "§n"
  declare -l a=‹value›; declare -p a
  declare -u b; b=‹value›; echo "§b"
  declare -r c=‹value›; declare -p c
  declare -x a=‹value›; declare -p a; env | grep ^a=
  declare -a a; declare -p a
  declare -A map; map[‹subscript›]=‹value›; declare -p map
  declare -n ref=‹refname›; ref=‹value›; declare -p a arr ref
  declare -n ref=a; echo "§{!ref} §ref"; unset -n ref
  readonly ‹name›=‹value›; ‹name›=x; echo "still §?"
  readonly -p | grep -v -e BASH -e UID -e PID -e SHELLOPTS
  export a=‹value›; bash -c 'echo "§a"'
  a=‹value› bash -c 'echo "§a"'; echo "§a"
  export -n a; declare -p a
  typeset a=‹value›; echo "§a"
  IFS=‹ifs› read -r a b <<<"‹inquotes›"; declare -p a b
  read -r a b c <<<"‹inquotes›"; show "§a" "§b" "§c"
  read a b <<<'‹insingle›\ x\y z'; show "§a" "§b"
  read -ra arr <<<"‹inquotes›"; declare -p arr
  IFS=: read -ra arr <<<"a:b::c:"; declare -p arr
  read -r -d : a <<<"‹inquotes›:x"; echo "§? §a"
  read -r -n 2 a <<<"‹inquotes›"; show "§a"
  read -r -N 3 a <<<"‹inquotes›"; show "§a"
  while read -r a b; do show "§a" "§b"; done <<E⏎‹hereline›⏎‹hereline›⏎E
  while IFS=, read -r a b; do show "§a" "§b"; done < <(echo a,b,c; echo ‹text›)
  read -r a </dev/null; echo "§?"
  mapfile -t arr <<<"‹inquotes›"; declare -p arr
  mapfile arr < a.txt; declare -p arr
  mapfile -t -s 1 -n 1 arr < <(printf '%s\n' ‹word+›); declare -p arr
  mapfile -t -O 2 arr < <(echo ‹text›); declare -p arr
  mapfile -d : -t arr <<<"‹value›"; declare -p arr
  printf -v a ‹format› ‹word›; declare -p a
  printf -v 'arr[1]' ‹format› ‹word›; declare -p arr
  printf '%(%Y-%m)T\n' 0
  OPTIND=1; while getopts ‹optstring› o ‹optargs›; do echo "§o §{OPTARG-none} §OPTIND"; done; echo "§OPTIND"
  OPTIND=1; getopts ‹optstring› o ‹optargs›; echo "§? §o §{OPTARG-none} §OPTIND"
  set -- ‹optargs›; OPTIND=1; while getopts ‹optstring› o; do echo "§o §{OPTARG-}"; done; shift §((OPTIND - 1)); show "§@"
  type -t echo f cat if nothing
  type f >/dev/null 2>&1; echo "§?"
  command -v echo f cat nothing; echo "§?"
  command echo ‹word›
  builtin echo ‹word›
  trap -p
  trap - ‹signal›
  trap 'echo trapped' ‹signal›; trap -p ‹signal›
  kill -USR1 §§; echo here
  set +e
  set +u
  set +o pipefail
  set -o | grep -e errexit -e nounset -e pipefail
  shopt -p nullglob dotglob
  shopt -s nullglob; show *.none; shopt -u nullglob
  set -f; show *; set +f
  echo "§{!a*}" "§{!ma@}"
  echo "§BASH_SUBSHELL" (‹text›)
  (echo "§BASH_SUBSHELL")
  echo "§{FUNCNAME[*]}" "§{#BASH_SOURCE[@]}"
  echo §{a@A} "§{arr[@]@A}"
  echo "§{arr[@]@Q}" "§{map[@]@K}"
  show "§{arr[@]@k}"
  show "§{@@Q}" "§{*@U}"
  x=§_; echo "§x"
  test -t 0; echo "§?"
  echo -e '‹insingle›\tx\n\0101\x42\c' end
  echo -n ‹word›
  echo -en 'a\nb'
  exec 3>&1; echo three >&3; exec 3>&-
  exec 4<a.txt; read -r x <&4; echo "§x"; exec 4<&-
  source ./lib.sh ‹word›; echo "§? §lib"
  . ./lib.sh
  SECONDS=5; echo "§SECONDS"
  RANDOM=‹number›; echo "§RANDOM" "§RANDOM"
  [[ §LINENO -gt 0 ]]; echo "§?"
  hash -r; echo "§?"
  umask
  true && false || echo "§?"
  time_fmt=1; { :; }
  caller; echo "§?"
  alias x=y; echo "§?"
  pushd d >/dev/null; echo *; popd >/dev/null
  cd d; echo *; cd ..
  cd nothing; echo "§?"
  (cd d && echo "§{PWD##*/} §{OLDPWD:+old}")
  let; echo "§?"
  return 2>&1; echo "§?"
  break; echo "§?"
  continue; echo "§?"
  local q=1; echo "§?"
optstring
  ab:c
  :ab:c
  a
  :x:
  "a:b"
optargs
  -a
  -a -b x -c
  -abx -c y
  -b
  -x -a
  -ac -- -b
  y -a
  -b '' -c
  -a:
  - -a
signal
  EXIT
  ERR
  USR1
  INT
  DEBUG
  RETURN
  SIGTERM
  0
stmtfiles
  echo ‹word› > out; cat out
  echo ‹word› >> out; cat < out
  cat <<E⏎‹hereline›⏎‹hereline›⏎E
  cat <<'E'⏎‹hereline›⏎E
  cat <<-E⏎⇥‹hereline›⏎⇥⇥x⏎⇥E
  cat <<<"‹inquotes›"
  cat <<<§a
  cat <<<‹word›
  cat < <(echo ‹word›; echo x)
  cat <(echo a) <(echo ‹word›)
  echo ‹word› > >(cat); sleep 0.05
  { echo out; echo err >&2; } 2>&1 | sort
  { echo out; echo err >&2; } 2>/dev/null
  { echo a; echo b >&3; } 3>&1 >out; cat out
  { cat; echo x; } < a.txt
  exec 5>out; echo ‹word› >&5; exec 5>&-; cat out
  { echo x >&7; } 7>&1
  exec {fd}>out; echo hi >&"§fd"; exec {fd}>&-; cat out
  echo x > d/new; echo d/*; rm d/new
  echo §(<a.txt)
  : > out; [ -s out ] || echo empty
  rm -f out; [ -e out ]; echo "§?"
  set -C; echo x > a.txt; echo "§?"; set +C
  echo * d/*
  printf '%s\n' [ab].txt '*'.txt
  ls d nothing 2>/dev/null; echo "§?"
  while read -r x <&3; do echo "§x"; done 3< a.txt
  for file in *.txt; do [ -f "§file" ] && echo "§{file%.txt}"; done
  cat a.txt - <<<mid
stmtbackground
  (exit ‹status›) & wait §!; echo "§?"
  { sleep 0.02; echo late; } & echo early; wait
  sleep 0.01 & p=§!; wait "§p"; echo "§?"; wait "§p"; echo "§?"
  (sleep 0.02; exit 3) & (exit 4) & wait -n; echo "§?"; wait -n; echo "§?"; wait -n; echo "§?"
  sleep 5 & sleep 0.02; kill §!; wait §! 2>/dev/null; echo "§?"
  (trap 'echo got; exit 5' TERM; sleep 0.05 & wait) & sleep 0.02; kill -TERM §!; wait §!; echo "§?"
  wait 99999; echo "§?"
  jobs; echo "§?"
  sleep 0.01 & wait %1; echo "§?"
  (kill -TERM §BASHPID; echo no); echo "§?"
  (trap 'echo u; exit 3' USR1; kill -USR1 §BASHPID; echo no); echo "§?"
stmterror
  echo §{unset_one:?message ‹text›}
  echo §{b:?}
  echo §{unset_one?}
  echo §{a!b}
  echo §{}
  echo §{a b}
  readonly ro=1; ro=2
  readonly ro=1; ro=2 true; echo "§?"
  readonly ro=1; unset ro; echo "§?"
  set -u; echo "§unset_one"
  set -u; echo "§{arr[9]}"
  set -u; echo "§9"
  set -u; echo "§{unset_one-ok} §{#arr[@]} §{unset_one[@]}"
  set -u; echo §((unset_one + 1))
  nosuchcommand ‹word›; echo "§?"
  ./nothing; echo "§?"
  ./d; echo "§?"
  ./a.txt; echo "§?"
  echo x > /nothing/there; echo "§?"
  echo x > d; echo "§?"
  cat < nothing; echo "§?"
  arr[-9]=x; echo "§?"
  echo §{arr[-9]}
  map[]=x
  declare -A w=(a b c); declare -p w
  declare 1x=2; echo "§?"
  export 2=3; echo "§?"
  unset 1x; echo "§?"
  read 1x <<<y; echo "§?"
  printf '%d\n' ‹text›; echo "§?"
  printf -v 1x y; echo "§?"
  shift 99; echo "§?"
  shift x; echo "§?"
  exit ‹status›
  exit x
  return 1
  f() { return x; }; f; echo "§?"
  set -Z; echo "§?"
  set -o nosuch; echo "§?"
  shopt -s nosuch; echo "§?"
  trap x NOSUCH; echo "§?"
  kill -NOSUCH 1; echo "§?"
  kill 999999; echo "§?"
  cd nothing; echo "§?"
  source nothing; echo "§?"
  eval 'if true'; echo "§?"
  eval ')'; echo "§?"
  [ a b c ]; echo "§?"
  [ -z a b ]; echo "§?"
  [ 1 -eq x ]; echo "§?"
  [ a = ; echo "§?"
  test -q x; echo "§?"
  [[ a -eq 1/0 ]]; echo "§?"
  [[ x =~ [ ]]; echo "§?"
  ((1/0)); echo "§?"
  ((‹badarith›)); echo "§?"
  echo §((‹badarith›)); echo "§?"
  let '‹badarith›'; echo "§?"
  let '(1'; echo "§?"
  let '1 )'; echo "§?"
  local x; echo "§?"
  echo §{a:‹number›:-9}
  echo §{arr[@]:0:-1}
  command nosuch; echo "§?"
  builtin nosuch; echo "§?"
  type nosuch; echo "§?"
  exec nosuch
  exec 3<nothing; echo "§?"
  echo x >&9; echo "§?"
  echo x >&-; echo "§?"
  read -u 9 x; echo "§?"
  getopts; echo "§?"
  printf; echo "§?"
  mapfile -n x arr </dev/null; echo "§?"
  wait x; echo "§?"
  umask 9; echo "§?"
  ‹stmtsyntax›
stmtsyntax
  eval 'done'; echo "§?"
  eval '( echo'; echo "§?"
  eval 'x=§('; echo "§?"
  eval '; ;'; echo "§?"
  eval '| cat'; echo "§?"
  eval 'case x in'; echo "§?"
  eval 'while true; do'; echo "§?"
  eval 'fi'; echo "§?"
  eval '{ echo x'; echo "§?"
  eval '}'; echo "§?"
  eval 'echo x >'; echo "§?"
  eval '&& x'; echo "§?"
  eval 'esac; echo'; echo "§?"
`;
