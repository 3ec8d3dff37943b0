/** Arithmetic: every operator, bases, assignments, and texts that are none. See `readGrammar` for the notation. */
export const ARITHMETIC = `
arith
  4× ‹operandn›
  6× ‹operandn› ‹binary› ‹operandn›
  2× ‹operandn› ‹binary› ‹operandn› ‹binary› ‹operandn›
  2× (‹arith›) ‹binary› ‹operandn›
  ‹unary›(‹arith›)
  2× ‹target› ‹assigning› ‹arith›
  ‹arith› ? ‹arith› : ‹arith›
  ‹arith›, ‹arith›
  ‹operandn› && ‹target›++
  ‹operandn› || ‹target›--
  ‹badarith›
operandn
  6× ‹literal›
  3× ‹number›
  4× n
  2× m
  ‹name›
  §n
  §{n}
  ‹unary›‹number›
  ‹unary›n
  n++
  --m
  m--
  ++n
  arr[‹index›]
  arr[0]++
  map[k]
  §{#a}
  unset_one
  §(echo 3)
index
  0
  1
  n
  -1
  n%2
  1+1
literal
  1
  2
  10
  0x1F
  0X0a
  017
  2#1011
  16#ff
  36#z
  64#@
  36#Zz
  9223372036854775807
  100
  3
binary
  +
  -
  *
  /
  %
  **
  <<
  >>
  &
  |
  ^
  &&
  ||
  ==
  !=
  <
  <=
  >
  >=
unary
  -
  +
  !
  ~
  - -
  !!
target
  n
  m
  arr[1]
  map[k]
  brr[n]
assigning
  =
  +=
  -=
  *=
  /=
  %=
  <<=
  >>=
  &=
  |=
  ^=
badarith
  1 +
  08
  1 / 0
  5 % 0
  2 ** -1
  a b
  1 2
  3#3
  1 ? 2
  n = = 1
  1++
  §{a}x
  65#1
  "1"
  '1'
  1 = 2
  n +
  * 3
  7 @ 2
  1.5
  1 ?: 2
  arr[
  ++
  n=
  x y z
  0x
  2#
  1 ; 2
  §{unset_one}
  n++ ++
`;
