/** Words: literals, quotes, expansions with all their operators. See `readGrammar` for the notation. */
export const WORDS = String.raw`
% Scalars: a b c d; indexed arrays: arr brr; associative arrays: map; numbers: n m; a name reference: ref; positional parameters.
name
  3× a
  b
  c
  d
  n
array
  2× arr
  brr
  map
scalar
  5× ‹name›
  ‹array›
  m
  ref
  unset_one
  1
  2
  3
text
  5× x
  a
  hello
  a.b.c
  /usr/lib/x.tar.gz
  a:b:c
  foo=bar
  -n
  10
  007
  Hello
  wORLD
  0x1f
  é
  a,b
  -
piece
  3× ‹text›
  2× ‹expansion›
  2× "‹inquotes›"
  '‹insingle›'
  §'‹inansi›'
  \‹escaped›
  ""
  ''
  ~
  ‹glob›
  ‹brace›
insingle
  x
  a  b
  §a
  *
  a"b
  \
  {1,2}
  ␣x␣
inansi
  a
  a\nb
  \ta
  it\'s
  \x41\102
  \u00e9
  \\
  \e[0m
escaped
  §
  "
  '
  \
  ␣
  *
  a
  &
  ;
  ~
  {
  !
inquotes
  ‹text›
  ‹inquotesone›‹inquotesone›
  ‹inquotesone› ‹inquotesone›
  ␣‹inquotesone›␣␣
inquotesone
  2× ‹text›
  5× ‹expansion›
  \\
  \"
  \§a
  \a
  '
  *
  ~
  a  b
  !
  \´
  {a,b}
word
  4× ‹text›
  4× ‹piece›
  3× ‹piece›‹piece›
  ‹piece›‹piece›‹piece›
  2× "‹inquotes›"
  2× "§@"
  §*
  "§*"
  §@
  "‹text›§@‹text›"
  "§{‹array›[@]}"
  "§{‹array›[*]}"
  §{‹array›[@]}
  "‹text›§{‹array›[@]}‹text›"
glob
  *
  *.txt
  ?.txt
  [ab]*
  [!ab]*
  d/*
  */
  .*
  [[:upper:]]*
  no*match
  */*.txt
  *\ *
  [a-c].txt
brace
  {a,b}
  {1..4}
  {a..e..2}
  {03..1}
  {‹text›,‹piece›}
  {a,b}{c,d}
  {a,{b,c}}
  {x}
  {,a}
  {1..a}
  {-1..2}
  {5..1..2}
  a{b,§a}
expansion
  4× §‹name›
  4× §{‹param›}
  2× §(‹subst›)
  2× §((‹arith›))
  §1
  §#
  §?
  §{#‹name›}
  §{#‹array›[@]}
  §{!‹name›}
  §{!‹array›[@]}
  §{!‹array›[*]}
  ´‹substold›´
  §*
  §@
  §-
subst
  echo ‹word+›
  printf '%s\n' ‹word+›
  printf '%s' "‹inquotes›"
  ‹stmtsimple›
  echo a; echo b
  (exit 3)
  < a.txt
  ‹stmtsimple›; echo "§?"
substold
  echo ‹text›
  echo §a
  echo \§a
  echo "§a"
param
  4× ‹ref›
  5× ‹ref›‹operator›
  !‹name›‹operator›
  #‹ref›
  @‹slice›
  *‹slice›
  @‹pattern›
  *‹pattern›
  @:-‹text›
  #
  *:+‹text›
ref
  5× ‹scalar›
  2× ‹array›[‹subscript›]
  ‹array›[@]
  ‹array›[*]
subscript
  3× 0
  1
  2
  -1
  5
  k
  §n
  n+1
  "a b"
  -9
operator
  2× ‹default›
  3× ‹pattern›
  2× ‹slice›
  2× ‹case›
  @‹transform›
default
  :-‹operand›
  -‹operand›
  :+‹operand›
  +‹operand›
  :=‹operand›
  =‹operand›
  :?‹text›
  ?‹text›
operand
  ‹text›
  ‹piece›
  ‹piece› ‹piece›
  "‹inquotes›"
  ␣
  "§@"
  '‹text›'
pattern
  #‹pat›
  ##‹pat›
  %‹pat›
  %%‹pat›
  /‹pat›/‹replacement›
  //‹pat›/‹replacement›
  /#‹pat›/‹replacement›
  /%‹pat›/‹replacement›
  /‹pat›
  //‹pat›
pat
  a
  *
  ?
  [a-c]
  *.
  .*
  *:
  :*
  ?b*
  /*/
  "§a"
  §b
  [!a]
  [[:alpha:]]
  [[:digit:]]*
  '*'
  \*
  "‹inquotesone›"
replacement
  X
  -
  ␣
  &
  [&]
  \&
  "&"
  §b
  "§c"
  ‹piece›
slice
  :‹number›
  :‹number›:‹number›
  : -‹number›
  : -‹number›:‹number›
  :‹number›:-1
  :n
  :§n:1
  :0
number
  1
  0
  2
  3
  7
case
  ^
  ^^
  ,
  ,,
  ^[a-h]
  ^^[aeiou]
  ,,[A-H]
  ^?
transform
  Q
  U
  L
  u
  E
  A
  a
  K
  k
`;
