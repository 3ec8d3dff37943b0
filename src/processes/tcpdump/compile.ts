/** A filter expression made into a filter, with what is known beforehand worked out. */
import { strerror } from "../../core/errno.ts";
import { compare, type Filter } from "../../stack/socket-filter.ts";
import type { HostEntry } from "../hosts.ts";
import type { ProgramContext } from "../program.ts";
import { FilterError } from "./filter-lex.ts";
import { type FilterSetting, parseFilter } from "./filter-parse.ts";
import { stop, type TcpdumpOptions, type TcpdumpStop } from "./options.ts";

/** @throws FilterError with libpcap's words */
export function compileFilter(text: string, setting: FilterSetting): Filter {
  const filter = parseFilter(text, setting);
  if (constantOf(filter) === false) throw new FilterError("expression rejects all packets");
  return filter;
}

/** What a filter comes to, whatever the packet; null: that depends. */
function constantOf(f: Filter): boolean | null {
  switch (f.k) {
    case "all":
      return true;
    case "not": {
      const inner = constantOf(f.a);
      return inner === null ? null : !inner;
    }
    case "and":
    case "or": {
      const decides = f.k === "or";
      const [a, b] = [constantOf(f.a), constantOf(f.b)];
      if (a === decides || b === decides) return decides;
      return a === null || b === null ? null : !decides;
    }
    case "cmp":
      return f.a.k === "num" && f.b.k === "num" ? compare(f.op, f.a.value, f.b.value) : null;
    default:
      return null;
  }
}

/** The filter: of -F's file, or the words of the line. */
export function filterOf(
  cx: ProgramContext,
  options: TcpdumpOptions,
  hosts: readonly HostEntry[],
  linkType: number,
  netmask: number,
): Filter | TcpdumpStop {
  let text = options.expression.join(" ");
  if (options.filterFile !== null) {
    const file = cx.readFile(options.filterFile);
    if (!file.ok) return stop(`tcpdump: can't open ${options.filterFile}: ${strerror(file.errno)}\n`);
    // The rest of a line behind a # is a comment.
    text = file.value.replace(/#[^\n]*/g, "");
  }
  try {
    return compileFilter(text, { hosts, linkType, isLive: options.read === null, netmask });
  } catch (error) {
    if (error instanceof FilterError) return stop(`tcpdump: ${error.message}\n`);
    throw error;
  }
}

export function isStop(value: Filter | TcpdumpStop): value is TcpdumpStop {
  return "kind" in value;
}
