import { describe, expect, it } from "vitest";
import { runScript } from "../fake-host.ts";

/** Each ends within seconds; what takes quadratic time would not. */
const SCRIPTS: readonly (readonly [script: string, stdout: string])[] = [
  ["yes | head -n 300000 | tail -n 1", "y\n"],
  ["seq 300000 | tail -1", "300000\n"],
  ["seq 100000 | sort | tail -1; seq 100000 -1 1 | sort -n | head -1", "99999\n1\n"],
  ["seq 30000 | while read -r x; do :; done; echo $x.", ".\n"],
  [
    "head -c 3000000 /dev/zero | tr '\\0' x > l; head -n 1 l | wc -c; fold l | tail -n 1 | wc -c; uniq l | cut -c 5; rev l | tail -c 2; sort l | wc -c",
    "3000000\n80\nx\nxx3000001\n",
  ],
  ["seq 100000 > a; seq 100000 | tac | tac > b; cmp a b && diff a b && column a | tail -n 1 | wc -w", "10\n"],
  [
    "head -c 2000000 /dev/zero | tr '\\0' x > l; grep -o 'xx*y' l; grep -cE '(x*)*b' l; grep -cE '(x|xx)+$' l; grep -oE '(.*)(.*)(.*)(.*)y' l; sed -E 's/(x*)*y|(x|xx)+$|(.*)(.*)(.*)(.*)y/[\\2]/' l; awk '{ print match($0, /(x*)*y/), match($0, /(.*)(.*)(.*)(.*)y/); print match($0, /(x|xx)+$/), RLENGTH }' l",
    "0\n1\n[x]0 0\n1 2000000\n",
  ],
  [
    "a=$(head -c 100000 /dev/zero | tr '\\0' x); expr $a : '\\(x*\\)*y'; expr $a : '\\(x\\|xx\\)*$'; expr $a : '\\(.*\\)\\(.*\\)\\(.*\\)\\(.*\\)y'; expr $a : 'x*'",
    "\nx\n\n100000\n",
  ],
  [
    "b=$(head -c 200 /dev/zero | tr '\\0' a)yxb; p='\\(a*\\)\\(a*\\)\\(a*\\)\\(a*\\)\\(a*\\)\\1\\2\\3\\4\\5xb'; echo $b > l; grep $p l; echo $?; sed s/$p/x/ l; echo $?; expr $b : $p; echo $?; nl -b p$p l; echo $?",
    "2\n4\n3\n2\n",
  ],
  ["seq 200000 | awk 'BEGIN { RS = \"\\r?\\n\" } END { print NR }'", "200000\n"],
  ["timeout 0.1 cat /dev/zero > /dev/null; echo $?; timeout 0.1 yes > /dev/null; echo $?", "124\n124\n"],
];

describe("tools with much text", () => {
  it.each(SCRIPTS)("should end %s soon", { timeout: 20_000 }, async (script, stdout) => {
    expect((await runScript(script)).stdout).toBe(stdout);
  });
});
