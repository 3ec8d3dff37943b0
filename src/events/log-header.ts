/** The head of a log: Arrow's schema message with the log's metadata, and the two dictionaries. */
import {
  CONTINUATION,
  concat,
  dictionaryMessage,
  HEADER_DICTIONARY_BATCH,
  HEADER_SCHEMA,
  PREFIX_OCTETS,
  schemaMessage,
} from "./arrow-ipc.ts";
import { FlatTable } from "./flat-table.ts";
import {
  FORMAT_KEY,
  KIND_DICTIONARY,
  LOG_FORMAT_VERSION,
  REASON_DICTIONARY,
  SEED_KEY,
  VERSION_KEY,
} from "./log-schema.ts";

/** Entries of the schema's metadata that are looked at; a log has three. */
const METADATA_MAX = 16;

/** What the head of a log says. */
export interface LogHeader {
  /** Format of the log, `LOG_FORMAT_VERSION` for those that can be read. */
  readonly format: string;
  /** Version of vethsim that wrote it. */
  readonly version: string;
  readonly seed: string;
  /** Names behind the numbers in the columns `kind` and `reason`. A newer writer may know more than `EVENT_KINDS`. */
  readonly kinds: readonly string[];
  readonly reasons: readonly string[];
}

export function encodeLogHeader(header: LogHeader): Uint8Array {
  return concat(
    schemaMessage([
      [FORMAT_KEY, header.format],
      [VERSION_KEY, header.version],
      [SEED_KEY, header.seed],
    ]),
    dictionaryMessage(KIND_DICTIONARY, header.kinds),
    dictionaryMessage(REASON_DICTIONARY, header.reasons),
  );
}

/**
 * Reads the head of a log from the front of octets that may be garbage. `octets` is the number of octets it takes.
 * The head must be, octet for octet, what `encodeLogHeader` makes of its contents: anything else is null.
 * A head of another format is given as far as it can be read, with no dictionaries.
 */
export function decodeLogHeader(
  file: Uint8Array,
): { readonly header: LogHeader; readonly octets: number } | null {
  const schema = decodeMessage(file, 0, HEADER_SCHEMA);
  if (schema === null) return null;
  const metadata = new Map<string, string>();
  for (const keyValue of schema.header.tables(2, METADATA_MAX)) {
    metadata.set(keyValue.text(0) ?? "", keyValue.text(1) ?? "");
  }
  const format = metadata.get(FORMAT_KEY);
  if (format === undefined) return null;
  const version = metadata.get(VERSION_KEY) ?? "";
  const seed = metadata.get(SEED_KEY) ?? "";
  if (format !== LOG_FORMAT_VERSION) {
    return { header: { format, version, seed, kinds: [], reasons: [] }, octets: schema.end };
  }

  const kinds = decodeDictionary(file, schema.end);
  if (kinds === null) return null;
  const reasons = decodeDictionary(file, kinds.end);
  if (reasons === null) return null;
  const header = { format, version, seed, kinds: kinds.names, reasons: reasons.names };
  return isPrefix(encodeLogHeader(header), file, reasons.end) ? { header, octets: reasons.end } : null;
}

/**
 * Could this, the front of a file of `size` octets, be a head that is cut off? All of its messages must be such as a head
 * has, and the last one must go on behind the end of the file.
 */
export function isCutLogHeader(front: Uint8Array, size: number): boolean {
  const isMarker = front.subarray(0, 4).every((octet) => octet === 0xff);
  if (size < PREFIX_OCTETS || !isMarker) return isMarker;
  let at = 0;
  for (const headerType of [HEADER_SCHEMA, HEADER_DICTIONARY_BATCH, HEADER_DICTIONARY_BATCH]) {
    const message = decodeMessage(front, at, headerType);
    if (message === null) return isCutMessage(front, at, size);
    if (headerType === HEADER_SCHEMA && !hasFormat(message.header)) return false;
    at = message.end;
  }
  return false;
}

function isCutMessage(front: Uint8Array, at: number, size: number): boolean {
  const view = new DataView(front.buffer, front.byteOffset, front.byteLength);
  if (at + PREFIX_OCTETS > size) return true;
  if (at + PREFIX_OCTETS > front.length || view.getUint32(at, true) !== CONTINUATION) return false;
  const body = at + PREFIX_OCTETS + view.getUint32(at + 4, true);
  if (body > size) return true;
  const bodyOctets = FlatTable.root(front.subarray(0, body), at + PREFIX_OCTETS)?.i64(3) ?? 0;
  return bodyOctets > 0 && body + bodyOctets > size;
}

function hasFormat(schema: FlatTable): boolean {
  return schema.tables(2, METADATA_MAX).some((keyValue) => keyValue.text(0) === FORMAT_KEY);
}

interface Message {
  readonly header: FlatTable;
  /** Where the body begins, and where it ends. */
  readonly body: number;
  readonly end: number;
}

function decodeMessage(file: Uint8Array, at: number, headerType: number): Message | null {
  if (at + PREFIX_OCTETS > file.length) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(at, true) !== CONTINUATION) return null;
  const body = at + PREFIX_OCTETS + view.getUint32(at + 4, true);
  if (body > file.length) return null;
  const message = FlatTable.root(file.subarray(0, body), at + PREFIX_OCTETS);
  const header = message?.u8(1) === headerType ? message.table(2) : null;
  const bodyOctets = message?.i64(3) ?? -1;
  if (header === null || bodyOctets < 0 || body + bodyOctets > file.length) return null;
  return { header, body, end: body + bodyOctets };
}

function decodeDictionary(
  file: Uint8Array,
  at: number,
): { readonly names: readonly string[]; readonly end: number } | null {
  const message = decodeMessage(file, at, HEADER_DICTIONARY_BATCH);
  const batch = message?.header.table(1) ?? null;
  const buffers = batch?.vector(2, 16) ?? null;
  if (message === null || batch === null || buffers === null || buffers.length !== 3) return null;
  const count = batch.i64(0);
  const body = file.subarray(message.body, message.end);
  const bodyView = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const textAt = Math.ceil((4 * (count + 1)) / 64) * 64;
  if (count < 0 || textAt > body.length) return null;
  const names: string[] = [];
  let end = textAt;
  for (let i = 0; i < count; i++) {
    const from = textAt + bodyView.getUint32(4 * i, true);
    const to = textAt + bodyView.getUint32(4 * i + 4, true);
    if (from < end || to < from) return null;
    end = to;
    names.push(new TextDecoder().decode(body.subarray(from, to)));
  }
  return { names, end: message.end };
}

function isPrefix(expected: Uint8Array, file: Uint8Array, octets: number): boolean {
  return expected.length === octets && expected.every((octet, i) => octet === file[i]);
}
