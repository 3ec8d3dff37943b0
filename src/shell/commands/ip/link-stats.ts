/** Counters as `ip -s` and `ip -s -s` show them: columns as wide as their widest number. */
import type { LinkInfo } from "../../../events/requests.ts";
import type { Printer } from "./print.ts";
import type { Session } from "./session.ts";

/** Least width of each column; the first counts from the start of `RX errors:`. */
const WIDTHS: readonly number[] = [10, 7, 6, 7, 7, 7, 9];

const SUFFIXES = "kMGTPE";

/** `57.2k`, `1.20Mi`: three digits, by powers of 1000 or (-iec) 1024. */
export function humanNumber(value: number, isIec: boolean): string {
  const base = isIec ? 1024 : 1000;
  let power = 0;
  let scaled = value;
  while (scaled >= base && power < SUFFIXES.length) {
    scaled /= base;
    power += 1;
  }
  if (power === 0) return String(value);
  const digits = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
  return `${scaled.toFixed(digits)}${SUFFIXES[power - 1]}${isIec ? "i" : ""}`;
}

type Column = readonly [title: string, value: number];

interface Block {
  readonly direction: "RX" | "TX";
  readonly main: readonly Column[];
  readonly errors: readonly Column[];
}

function blocks(link: LinkInfo, hasChanges: boolean): readonly [Block, Block] {
  const s = link.stats;
  const rxErrors: Column[] = [
    ["length", 0],
    ["crc", 0],
    ["frame", 0],
    ["fifo", 0],
    ["overrun", 0],
  ];
  if (s.rxOtherhost > 0) rxErrors.push(["otherhost", s.rxOtherhost]);
  return [
    {
      direction: "RX",
      main: [
        ["bytes", s.rxBytes],
        ["packets", s.rxPackets],
        ["errors", s.rxErrors],
        ["dropped", s.rxDropped],
        ["missed", s.rxMissed],
        ["mcast", s.multicast],
      ],
      errors: rxErrors,
    },
    {
      direction: "TX",
      main: [
        ["bytes", s.txBytes],
        ["packets", s.txPackets],
        ["errors", s.txErrors],
        ["dropped", s.txDropped],
        ["carrier", s.txCarrierErrors],
        ["collsns", s.collisions],
      ],
      errors: [
        ["aborted", 0],
        ["fifo", 0],
        ["window", 0],
        ["heartbt", 0],
        ...(hasChanges ? ([["transns", link.carrierUpCount + link.carrierDownCount]] as const) : []),
      ],
    },
  ];
}

/** @param hasChanges the answer tells how often the carrier changed */
export function putStatistics(s: Session, p: Printer, link: LinkInfo, hasChanges = true): void {
  if (p.isJson) {
    putJson(p, link, s.options.statistics > 1, hasChanges);
    return;
  }
  const { isHuman, isIec } = s.options;
  const text = (value: number): string => (isHuman ? humanNumber(value, isIec) : String(value));
  const both = blocks(link, hasChanges);
  const isLong = s.options.statistics > 1;
  const widths = WIDTHS.map((least, column) => {
    const cells = both.flatMap((b) => [
      b.main[column],
      isLong && column > 0 ? b.errors[column - 1] : undefined,
    ]);
    return Math.max(least, ...cells.map((cell) => (cell === undefined ? 0 : text(cell[1]).length)));
  });
  const br = p.lineBreak;
  // Where the last column could stand is a blank.
  const last = (block: Block): string => (block.direction === "TX" && !hasChanges ? " " : "");
  const pad = (cell: string, column: number): string => cell.padStart(widths[column]!);
  for (const [index, block] of both.entries()) {
    if (index > 0) p.text(br);
    const titles = block.main.slice(1).map(([title], i) => pad(title, i + 1));
    p.text(
      `    ${block.direction}: ${"bytes".padStart(widths[0]! - 4)} ${titles.join(" ")} ${pad("", 6)} ${br}`,
    );
    p.text(`    ${block.main.map(([, value], i) => pad(text(value), i)).join(" ")} `);
    if (!isLong) continue;
    const errorTitles = block.errors.map(([title], i) => pad(title, i + 1));
    const lead = " ".repeat(widths[0]! - 10);
    p.text(`${br}    ${block.direction} errors:${lead} ${errorTitles.join(" ")}${last(block)}${br}`);
    p.text(`    ${pad("", 0)} ${block.errors.map(([, value], i) => pad(text(value), i + 1)).join(" ")} `);
  }
}

function putJson(p: Printer, link: LinkInfo, isLong: boolean, hasChanges: boolean): void {
  const s = link.stats;
  const put = (fields: readonly (readonly [string, number])[]): void => {
    for (const [key, value] of fields) p.json(key, value);
  };
  p.object("stats64");
  p.object("rx");
  put([
    ["bytes", s.rxBytes],
    ["packets", s.rxPackets],
    ["errors", s.rxErrors],
    ["dropped", s.rxDropped],
    ["over_errors", 0],
    ["multicast", s.multicast],
  ]);
  if (isLong) {
    put([
      ["length_errors", 0],
      ["crc_errors", 0],
      ["frame_errors", 0],
      ["fifo_errors", 0],
      ["missed_errors", s.rxMissed],
    ]);
    if (s.rxOtherhost > 0) p.json("otherhost", s.rxOtherhost);
  }
  p.close();
  p.object("tx");
  put([
    ["bytes", s.txBytes],
    ["packets", s.txPackets],
    ["errors", s.txErrors],
    ["dropped", s.txDropped],
    ["carrier_errors", s.txCarrierErrors],
    ["collisions", s.collisions],
  ]);
  if (isLong)
    put([
      ["aborted_errors", 0],
      ["fifo_errors", 0],
      ["window_errors", 0],
      ["heartbeat_errors", 0],
      ...(hasChanges ? ([["carrier_changes", link.carrierUpCount + link.carrierDownCount]] as const) : []),
    ]);
  p.close();
  p.close();
}
