/** tcpdump -r: packets of a file, filtered and shown as if they were captured. */
import { strerror } from "../../core/errno.ts";
import { encode } from "../../core/octets.ts";
import { passes } from "../../stack/socket-filter.ts";
import type { HostEntry } from "../hosts.ts";
import type { ProgramContext } from "../program.ts";
import { type CaptureState, end, flush, flushFile, openFile, show, stateOf } from "./capture-state.ts";
import { filterOf, isStop } from "./compile.ts";
import { viewOf } from "./cooked.ts";
import { stop, type TcpdumpOptions, type TcpdumpStop } from "./options.ts";
import { LINKTYPE_LINUX_SLL2, linkTypeList, linkTypeText, readHeader, readPackets } from "./pcap-file.ts";

export function readFile(
  cx: ProgramContext,
  options: TcpdumpOptions,
  path: string,
  hosts: readonly HostEntry[],
  input: string,
): CaptureState | TcpdumpStop {
  const file = path === "-" ? { ok: true as const, value: input } : cx.readFile(path);
  if (!file.ok) return stop(`tcpdump: ${path}: ${strerror(file.errno)}\n`);
  const octets = encode(file.value);
  const header = readHeader(octets);
  if (typeof header === "string") return stop(`tcpdump: ${header}\n`);
  const { linkType } = header;
  const isCooked = linkType === LINKTYPE_LINUX_SLL2;
  const before =
    `reading from file ${path}, link-type ${linkTypeText(linkType)}, snapshot length ${header.snaplen}\n` +
    (isCooked ? "Warning: interface names might be incorrect\n" : "");
  if (options.list === "link-types") return stop(before, 0, linkTypeList(path, [linkType]));
  const filter = filterOf(cx, options, hosts, linkType, 0);
  if (isStop(filter)) return { ...filter, err: before + filter.err };
  const s = stateOf({ options, linkType, snaplen: header.snaplen, hosts });
  const errno = openFile(cx, s);
  if (errno !== null) return stop(`${before}tcpdump: ${s.file?.path}: ${strerror(errno)}\n`);
  cx.write(2, before);
  for (const packet of readPackets(octets, header)) {
    if (typeof packet === "string") return broken(cx, s, packet);
    if (!passes(filter, viewOf(packet, linkType))) continue;
    if (!show(cx, s, packet)) break;
    if (options.count > 0 && s.captured >= options.count) break;
  }
  return closeFile(cx, s, 0);
}

function broken(cx: ProgramContext, s: CaptureState, why: string): CaptureState {
  if (s.options.write === null) flush(cx, s);
  cx.write(2, `tcpdump: pcap_loop: ${why}\n`);
  return closeFile(cx, s, 1);
}

function closeFile(cx: ProgramContext, s: CaptureState, status: number): CaptureState {
  if (s.options.write !== null) flushFile(cx, s);
  if (s.options.countOnly) s.out += `${s.captured} packet${s.captured === 1 ? "" : "s"}\n`;
  flush(cx, s);
  end(cx, s, status);
  return s;
}
