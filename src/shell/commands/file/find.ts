/**
 * find(1). Names of a directory are visited by octets, where the order of a disk's is nobody's.
 * @source findutils 4.9
 */
import { strerror } from "../../../core/errno.ts";
import type { Tool } from "../../tool.ts";
import { filesOf, joined, statOf } from "./common.ts";
import { type Expression, parseExpression } from "./find-parse.ts";
import { FindError, Quit, type Search, type Visit } from "./find-search.ts";

export const find: Tool = async (cx) => {
  const args = cx.argv.slice(1);
  let follows: Search["follows"] = "P";
  while (/^-([HLP]|O\d?|D)$/.test(args[0] ?? "")) {
    const option = args.shift()!;
    if (option === "-D") args.shift();
    else if (!option.startsWith("-O")) follows = option.slice(1) as Search["follows"];
  }
  const starts: string[] = [];
  while (args.length > 0 && !/^(-.|[(!,)]$)/.test(args[0]!)) starts.push(args.shift()!);
  const search: Search = { cx, follows, status: 0, endings: [] };
  let expression: Expression;
  try {
    expression = parseExpression(search, args);
  } catch (error) {
    if (!(error instanceof FindError)) throw error;
    cx.err(`find: ${error.message}\n`);
    return 1;
  }
  const walker = new Walker(search, expression);
  try {
    for (const start of starts.length === 0 ? ["."] : starts) await walker.start(start);
  } catch (error) {
    if (!(error instanceof Quit)) throw error;
  }
  for (const end of search.endings) await end();
  return search.status;
};

class Walker {
  constructor(
    private readonly search: Search,
    private readonly expression: Expression,
  ) {}

  async start(path: string): Promise<void> {
    const { cx, follows } = this.search;
    const followed = follows === "P" ? null : statOf(cx, path);
    const stat = followed?.ok ? followed : statOf(cx, path, false);
    if (!stat.ok) {
      this.complain(path, strerror(stat.errno));
      return;
    }
    await this.visit({ path, start: path, depth: 0, stat: stat.value, isPruned: false }, []);
  }

  private complain(path: string, why: string): void {
    this.search.cx.flush();
    this.search.cx.err(`find: ‘${path}’: ${why}\n`);
    this.search.status = 1;
  }

  /** @param above inodes of the directories above, against loops of links */
  private async visit(visit: Visit, above: readonly number[]): Promise<void> {
    const { depthMin, depthMax, isDepthFirst } = this.expression.options;
    const { cx, follows } = this.search;
    const isShown = visit.depth >= depthMin;
    if (!isDepthFirst && isShown) await this.expression.test(visit);
    if (visit.stat.type === "dir" && !visit.isPruned && visit.depth < depthMax) {
      if (above.includes(visit.stat.ino)) this.complain(visit.path, strerror("ELOOP"));
      else {
        const listed = filesOf(cx).list(cx.process, visit.path);
        if (!listed.ok) this.complain(visit.path, strerror(listed.errno));
        for (const name of listed.ok ? listed.value : []) {
          const path = joined(visit.path, name);
          const followed = follows === "L" ? statOf(cx, path) : null;
          const stat = followed?.ok ? followed : statOf(cx, path, false);
          if (!stat.ok) continue;
          const next = {
            path,
            start: visit.start,
            depth: visit.depth + 1,
            stat: stat.value,
            isPruned: false,
          };
          await this.visit(next, [...above, visit.stat.ino]);
        }
      }
    }
    if (isDepthFirst && isShown) await this.expression.test(visit);
  }
}
