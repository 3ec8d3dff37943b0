/**
 * The table that a log is: its columns, the names of its metadata, and where a batch's columns stand in its body.
 * What stands here is the format; a change is a new `LOG_FORMAT_VERSION`. See docs/log-format.md.
 */
export const LOG_FORMAT_VERSION = "1";

/** Keys of the schema's metadata. */
export const FORMAT_KEY = "vethsim.log";
export const VERSION_KEY = "vethsim.version";
export const SEED_KEY = "vethsim.seed";

/** Columns in order. `dictionary` columns hold numbers of names; both dictionaries stand once, in front of the batches. */
export const LOG_COLUMNS = [
  { name: "time", type: "int64" },
  { name: "seq", type: "int64" },
  { name: "cause", type: "int64" },
  { name: "kind", type: "dictionary<int8, utf8>" },
  { name: "netns", type: "int32" },
  { name: "device", type: "int32" },
  { name: "frame", type: "uint32" },
  { name: "length", type: "uint32" },
  { name: "reason", type: "dictionary<int16, utf8>" },
  { name: "data", type: "utf8" },
  { name: "octets", type: "binary" },
] as const;

export type LogColumn = (typeof LOG_COLUMNS)[number]["name"];
export type LogColumnType = (typeof LOG_COLUMNS)[number]["type"];

/** Ids of the dictionaries in the Arrow stream. */
export const KIND_DICTIONARY = 0;
export const REASON_DICTIONARY = 1;
/** The most entries that the columns' index types can number. */
export const KINDS_MAX = 128;
export const REASONS_MAX = 32_768;

/** Octets of a row in the columns of fixed width, the offsets of `data` and `octets` included. */
export const ROW_OCTETS = 51;

/** Everything in a log begins at a multiple of this, as Arrow recommends. */
export const ALIGNMENT = 64;

export function aligned(octets: number): number {
  return Math.ceil(octets / ALIGNMENT) * ALIGNMENT;
}

/** Offset and length of each buffer that a batch's body holds, without Arrow's empty validity buffers. */
export interface BatchLayout {
  readonly time: number;
  readonly seq: number;
  readonly cause: number;
  readonly kind: number;
  readonly netns: number;
  readonly device: number;
  readonly frame: number;
  readonly length: number;
  readonly reason: number;
  readonly dataOffsets: number;
  readonly data: number;
  readonly octetsOffsets: number;
  readonly octets: number;
  /** Octets of the whole body. */
  readonly total: number;
}

/** A body's layout follows from the number of rows and the octets in `data` and `octets`. */
export function batchLayout(rows: number, dataOctets: number, octetsOctets: number): BatchLayout {
  const time = 0;
  const seq = time + aligned(8 * rows);
  const cause = seq + aligned(8 * rows);
  const kind = cause + aligned(8 * rows);
  const netns = kind + aligned(rows);
  const device = netns + aligned(4 * rows);
  const frame = device + aligned(4 * rows);
  const length = frame + aligned(4 * rows);
  const reason = length + aligned(4 * rows);
  const dataOffsets = reason + aligned(2 * rows);
  const data = dataOffsets + aligned(4 * (rows + 1));
  const octetsOffsets = data + aligned(dataOctets);
  const octets = octetsOffsets + aligned(4 * (rows + 1));
  const total = octets + aligned(octetsOctets);
  return {
    time,
    seq,
    cause,
    kind,
    netns,
    device,
    frame,
    length,
    reason,
    dataOffsets,
    data,
    octetsOffsets,
    octets,
    total,
  };
}

/** Arrow's buffers of a batch in order, `[offset, length]` each: of fixed columns validity and values, of the others offsets too. */
export function batchBuffers(
  rows: number,
  dataOctets: number,
  octetsOctets: number,
): readonly [number, number][] {
  const at = batchLayout(rows, dataOctets, octetsOctets);
  const fixed = (offset: number, width: number): [number, number][] => [
    [offset, 0],
    [offset, width * rows],
  ];
  return [
    ...fixed(at.time, 8),
    ...fixed(at.seq, 8),
    ...fixed(at.cause, 8),
    ...fixed(at.kind, 1),
    ...fixed(at.netns, 4),
    ...fixed(at.device, 4),
    ...fixed(at.frame, 4),
    ...fixed(at.length, 4),
    ...fixed(at.reason, 2),
    [at.dataOffsets, 0],
    [at.dataOffsets, 4 * (rows + 1)],
    [at.data, dataOctets],
    [at.octetsOffsets, 0],
    [at.octetsOffsets, 4 * (rows + 1)],
    [at.octets, octetsOctets],
  ];
}
