/**
 * The builtins of jq that are written in jq. Each is read when a program first uses it.
 * @source jq 1.6 manual
 */
import { Parser } from "./parser.ts";
import type { Definition } from "./tree.ts";

const SOURCES: readonly string[] = [
  "def not: if . then false else true end;",
  "def values: select(. != null);",
  "def nulls: select(. == null);",
  'def booleans: select(type == "boolean");',
  'def numbers: select(type == "number");',
  'def strings: select(type == "string");',
  'def arrays: select(type == "array");',
  'def objects: select(type == "object");',
  'def iterables: select(type == "array" or type == "object");',
  'def scalars: select(type != "array" and type != "object");',
  'def scalars_or_empty: select(type != "array" and type != "object");',
  "def finites: select(isinfinite or isnan | not);",
  "def normals: select(isnormal);",
  'def isfinite: type == "number" and (isinfinite | not);',
  "def select(f): if f then . else empty end;",
  "def map(f): [.[] | f];",
  "def map_values(f): .[] |= f;",
  "def recurse: recurse(.[]?);",
  "def recurse(f): def r: ., (f | r); r;",
  "def recurse(f; cond): def r: ., (f | select(cond) | r); r;",
  "def recurse_down: recurse;",
  "def range($to): range(0; $to);",
  "def range($from; $to): $from | _range($from; $to; 1);",
  "def range($from; $to; $by): _range($from; $to; $by);",
  "def while(cond; update): def loop: if cond then ., (update | loop) else empty end; loop;",
  "def until(cond; update): def loop: if cond then . else (update | loop) end; loop;",
  "def repeat(f): def loop: f, loop; loop;",
  "def limit($n; f): if $n > 0 then label $out | foreach f as $item (0; . + 1; $item, if . >= $n then break $out else empty end) elif $n == 0 then empty else f end;",
  "def first(f): label $out | (f | ., break $out);",
  "def isempty(f): first((f | false), true);",
  "def first: .[0];",
  "def last: .[-1];",
  "def last(f): reduce f as $x (null; $x);",
  "def nth($n): .[$n];",
  'def nth($n; f): if $n < 0 then error("nth doesn\'t support negative indices") else last(limit($n + 1; f)) end;',
  "def in(xs): . as $x | xs | has($x);",
  "def inside(xs): . as $x | xs | contains($x);",
  "def any: reduce .[] as $x (false; . or $x);",
  "def all: reduce .[] as $x (true; . and $x);",
  "def any(f): reduce (.[] | f) as $x (false; . or $x);",
  "def all(f): reduce (.[] | f) as $x (true; . and $x);",
  "def any(g; cond): isempty(first(g | cond or empty)) | not;",
  "def all(g; cond): isempty(first(g | cond and empty));",
  "def add: reduce .[] as $x (null; . + $x);",
  'def todate: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;',
  "def fromdate: fromdateiso8601;",
  "def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];",
  `def from_entries: map({(.key // .k // .name // .Name // .K // .Key):
      (if has("value") then .value else .Value end)}) | add + {} // {};`,
  "def with_entries(f): to_entries | map(f) | from_entries;",
  "def paths: path(..) | select(length > 0);",
  "def paths(f): path(.. | select(f)) | select(length > 0);",
  "def leaf_paths: paths(scalars);",
  "def del(f): delpaths([path(f)]);",
  "def _assign(paths; $value): reduce path(paths) as $p (.; setpath($p; $value));",
  "def _modify(paths; update): reduce path(paths) as $p (.; _update($p; update));",
  "def sort_by(f): _sort_by(map([f]));",
  "def group_by(f): _group_by(map([f]));",
  "def unique_by(f): [group_by(f)[] | .[0]];",
  "def unique: unique_by(.);",
  "def min_by(f): _min_by(map([f]));",
  "def max_by(f): _max_by(map([f]));",
  "def flatten: _flatten(-1);",
  'def flatten($depth): if $depth < 0 then error("flatten depth must not be negative") else _flatten($depth) end;',
  "def index($x): _index($x);",
  "def rindex($x): _rindex($x);",
  'def join($x): reduce .[] as $i (null; (if . == null then "" else . + $x end) + ($i | if . == null then "" elif type == "string" then . else if type == "boolean" or type == "number" then tojson else . end end)) // "";',
  "def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;",
  "def combinations($n): . as $dot | [range($n)] | map($dot) | combinations;",
  'def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;',
  "def env: $ENV;",
  "def transpose: if . == [] then [] else . as $in | (map(length) | max) as $max | [range(0; $max) as $j | [range(0; $in | length) as $i | $in[$i][$j]]] end;",
  "def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);",
  `def fromstream(f): {x: null, e: false} as $init
      | foreach f as $i ($init;
          if .e then $init else . end
          | if $i | length == 2
            then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
            else setpath(["e"]; $i[0] | length == 1) end;
          if .e then .x else empty end);`,
  "def truncate_stream(stream): . as $n | null | stream | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;",
  'def inputs: def r: (try input catch (if . == "break" then empty | . else error end)) | (., r); r;',
  "def ascii_downcase: _case(false);",
  "def ascii_upcase: _case(true);",
  "def match($re): _match($re; false; false) | .[];",
  "def match($re; $flags): _match($re; $flags; false) | .[];",
  "def test($re): _match($re; false; true);",
  "def test($re; $flags): _match($re; $flags; true);",
  "def capture(re): match(re) | _captures;",
  "def capture(re; flags): match(re; flags) | _captures;",
  'def scan($re): match($re; "g") | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end;',
  'def split($re; flags): . as $s | [foreach ((match($re; flags + "g") | [.offset, .length]), null) as $m ([0, null]; if $m == null then [.[0], $s[.[0]:]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])];',
  "def splits($re): splits($re; null);",
  "def splits($re; flags): split($re; flags) | .[];",
  // What follows a match is searched as a text of its own, so that `^` matches there again.
  `def sub(re; str; $flags): ($flags | split("g") | join("")) as $once | ($flags | contains("g")) as $all
      | def r: . as $in | [match(re; $once)][0] as $m
          | if $m == null then $in
            else $in[$m.offset + $m.length:] as $rest
              | $in[:$m.offset] + ($m | _captures | str)
                + (if ($all | not) or $rest == "" then $rest
                   elif $m.length == 0 then $rest[:1] + ($rest[1:] | r)
                   else $rest | r end)
            end;
        r;`,
  'def sub(re; str): sub(re; str; "");',
  'def gsub(re; str; $flags): sub(re; str; $flags + "g");',
  'def gsub(re; str): sub(re; str; "g");',
  "def bsearch($target): _bsearch($target);",
  "def halt_error: halt_error(5);",
  "def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);",
  "def INDEX(f): INDEX(.[]; f);",
  "def IN(s): any(s == .; .);",
  "def IN(src; s): any(src == s; .);",
  "def JOIN($idx; f): [.[] | [., $idx[f]]];",
  "def JOIN($idx; stream; f): stream | [., $idx[f]];",
  "def JOIN($idx; stream; f; join): stream | [., $idx[f]] | join;",
  "def error($x): $x | error;",
  'def get_search_list: ["~/.jq", "$ORIGIN/../lib/jq", "$ORIGIN/lib"];',
];

const NAME = /^def (\w+)(?:\(([^)]*)\))?:/;

const BY_NAME: ReadonlyMap<string, string> = new Map(
  SOURCES.map((source) => {
    const [, name = "", params] = NAME.exec(source)!;
    return [`${name}/${params === undefined ? 0 : params.split(";").length}`, source];
  }),
);

export function isInPrelude(key: string): boolean {
  return BY_NAME.has(key);
}

/** Names that programs may know: those that begin with `_` are ours. */
export function preludeNames(): string[] {
  return [...BY_NAME.keys()].filter((key) => !key.startsWith("_"));
}

/** Undefined: there is none of that name and so many arguments. */
export function definitionOf(key: string): Definition | undefined {
  const source = BY_NAME.get(key);
  return source === undefined ? undefined : new Parser(source).module()[0];
}
