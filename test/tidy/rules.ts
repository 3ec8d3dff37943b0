/** The few rules that matter and that neither the compiler nor the linter knows. */
import { type Source, targetOf } from "./source.ts";

/** Each layer may import those in ranks before its own, and itself. */
const RANKS: readonly (readonly string[])[] = [
  ["core"],
  ["wire"],
  ["events"],
  ["scheduler"],
  ["devices"],
  ["stack"],
  ["processes"],
  ["kernel"],
  ["simulation"],
  ["shell", "capture", "report", "testing"],
  ["index"],
  ["conformance"],
  ["cli", "web"],
];

/** Layers that see less than their rank would let them. */
const ONLY: readonly { readonly path: RegExp; readonly layers: readonly string[] }[] = [
  { path: /^src\/scheduler\//, layers: ["core", "events", "scheduler"] },
  { path: /^src\/shell\/(host\.ts|commands\/)/, layers: ["core", "wire", "events", "shell"] },
  {
    path: /^src\/(devices|stack|processes)\//,
    layers: ["core", "wire", "events", "devices", "stack", "processes"],
  },
];

/** Files over 400 lines, each with the reason why nothing wants out. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  "src/shell/commands/awk-parse.ts": "one grammar: each rule calls others",
  "src/shell/commands/jq/machine.ts": "one machine: each kind of term has its few lines",
  "src/shell/commands/jq/parser.ts": "one grammar: each rule calls others",
  "src/shell/commands/sed-run.ts": "one language: each command has its few lines",
  "src/shell/commands/sed-script.ts": "one language: each command's argument has its few lines",
  "src/shell/commands/awk-run.ts": "one language: each kind of expression and statement has its few lines",
  "test/processes/ping.test.ts": "a table: what the real ping printed",
  "src/events/requests.ts": "a table: every request with its body and its reply",
  "src/kernel/proc/snmp-names.ts":
    "a table: every counter of /proc/net/snmp and netstat, in the kernel's order",
  "src/wire/netlink/rtnetlink.ts": "a table: every message and attribute with its number and kind",
  "src/kernel/sysctl/sysctl-table.ts": "a table: every sysctl with its default",
};
const LINES_MAX = 400;

const HOST_LAYERS = /^src\/(cli|conformance)\//;

function layerOf(path: string): string {
  return /^src\/([^/]+?)(?:\/|\.ts$)/.exec(path)?.[1] ?? path;
}

function rankOf(layer: string): number {
  return RANKS.findIndex((rank) => rank.includes(layer));
}

/** `file:line: what is wrong` */
function at(source: Source, line: number, what: string): string {
  return `${source.path}:${line}: ${what}`;
}

export function layerFaults(source: Source): string[] {
  if (!source.path.startsWith("src/")) return [];
  const own = layerOf(source.path);
  if (rankOf(own) < 0) return [at(source, 1, `"${own}" is not a layer`)];
  const allowed = ONLY.find((rule) => rule.path.test(source.path))?.layers ?? null;
  const faults: string[] = [];
  for (const one of source.imports) {
    const target = targetOf(source, one);
    if (target === null) {
      const isNode = one.specifier.startsWith("node:");
      if (isNode && !HOST_LAYERS.test(source.path))
        faults.push(at(source, one.line, `imports ${one.specifier} outside cli and conformance`));
      continue;
    }
    const other = layerOf(target);
    if (!target.startsWith("src/"))
      faults.push(at(source, one.line, `imports ${target}, which is not part of the product`));
    else if (other === own) continue;
    else if (allowed !== null && !allowed.includes(other))
      faults.push(at(source, one.line, `imports ${other}; may import only ${allowed.join(", ")}`));
    else if (rankOf(other) >= rankOf(own))
      faults.push(at(source, one.line, `${own} imports ${other}, which does not stand to its left`));
  }
  return faults;
}

interface Ban {
  readonly pattern: RegExp;
  readonly what: string;
  /** Which files it holds for. */
  readonly where: RegExp;
}

const BELOW_HOST = /^src\/(?!cli\/|conformance\/)/;
const CODE_BANS: readonly Ban[] = [
  {
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/,
    what: "reads the wall clock",
    where: BELOW_HOST,
  },
  {
    pattern: /\bMath\.random\b|\bcrypto\.(getRandomValues|randomUUID)\b/,
    what: "draws chance that no log holds",
    where: BELOW_HOST,
  },
  {
    pattern: /(?<![.\w])(setTimeout|setInterval|setImmediate)\s*\(/,
    what: "waits for real time",
    where: BELOW_HOST,
  },
  {
    pattern:
      /(?<![.\w])process\??\.(env|argv|exit|exitCode|std(in|out|err)|hrtime|nextTick|cwd\(|memoryUsage|platform|on|once)\b|globalThis\.process/,
    what: "uses Node's process",
    where: BELOW_HOST,
  },
  { pattern: /(?:[:<|&,(]|\bas)\s*any\b(?!\s*[:(])/, what: "has type any", where: /^(src|bench|test)\// },
  {
    pattern: /\bMath\.(a?sinh?|a?cosh?|a?tanh?|atan2|exp|expm1|log|log10|log1p|log2|pow|cbrt|hypot)\b/,
    what: "calls a function that engines may round differently",
    where: /^src\/(?!report\/)/,
  },
  { pattern: /\b(it|test|describe)(\.\w+)*\.only\b/, what: "runs alone", where: /^test\// },
];

export function codeFaults(source: Source): string[] {
  return CODE_BANS.filter((ban) => ban.where.test(source.path)).flatMap((ban) =>
    source.code.flatMap((line, n) =>
      ban.pattern.test(line) ? [at(source, n + 1, `${ban.what}: ${source.lines[n]!.trim()}`)] : [],
    ),
  );
}

/** Directives that silence the compiler stand in comments. */
export function silencingFaults(source: Source): string[] {
  const banned = source.path.startsWith("test/")
    ? /@ts-(ignore|nocheck)/
    : /@ts-(ignore|nocheck|expect-error)/;
  return source.lines.flatMap((line, n) =>
    /^\s*(\/\/|\/?\*)/.test(line) && banned.test(line) ? [at(source, n + 1, "silences the compiler")] : [],
  );
}

/** A test that is skipped says why: as the text that it hands to `skip`, or in a comment on its line or the one above. */
export function skipFaults(source: Source): string[] {
  if (!source.path.startsWith("test/")) return [];
  return source.code.flatMap((line, n) => {
    if (!/\.(skip|skipIf|runIf|todo)\s*\(/.test(line)) return [];
    const isOfTest = /\b(it|test|describe)(\.\w+)*\.(skip|skipIf|runIf|todo)\s*\(/.test(line);
    const saysWhy = isOfTest
      ? [n, n - 1].some((m) => /\/\/ \S/.test(source.lines[m] ?? ""))
      : !/\.skip\(\s*\)/.test(source.lines[n]!);
    return saysWhy ? [] : [at(source, n + 1, "is skipped without a reason")];
  });
}

export function lengthFaults(source: Source): string[] {
  const count = source.lines.length - 1;
  const reason = LONG_FILES[source.path];
  if (count > LINES_MAX && reason === undefined)
    return [at(source, count, `has ${count} lines, over ${LINES_MAX}: what wants out?`)];
  if (count <= LINES_MAX && reason !== undefined)
    return [at(source, count, `has ${count} lines: take it off the list of long files`)];
  return [];
}

/**
 * The parts of the interpreter call each other by nature: a command runs lists, a list runs commands, a word runs commands.
 * Their modules hold functions only, so that no order of evaluation matters.
 */
const MUTUAL = /^src\/shell\/(run|expand|builtins)\//;

/** Circles among imports that exist at run time: which module is evaluated first would depend on who asks. */
export function cycleFaults(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const circle = trail.slice(start);
      if (!circle.every((one) => MUTUAL.test(one)))
        faults.push(`${path}:1: import cycle: ${[...circle, path].join(" > ")}`);
      return;
    }
    const source = byPath.get(path);
    if (source === undefined || done.has(path)) return;
    for (const one of source.imports) {
      const target = one.isTypeOnly ? null : targetOf(source, one);
      if (target !== null) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return faults;
}

/** Paths of somebody's machine and addresses of somebody's registry have no place in a file that is kept. */
export function machineFaults(path: string, text: string): string[] {
  const banned =
    path === "package-lock.json" ? /"resolved":/ : /(?<![\w.*}])\/(?:work|home\/[a-z]\w*|Users\/\w+)\/(?=\w)/;
  return text
    .split("\n")
    .flatMap((line, n) =>
      banned.test(line) ? [`${path}:${n + 1}: names a machine: ${line.trim().slice(0, 100)}`] : [],
    );
}
