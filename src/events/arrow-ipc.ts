/**
 * Builds messages of an Arrow IPC stream: the schema of a log, a dictionary, a record batch.
 * Field numbers are those of the FlatBuffers definitions; all that a reader may expect is written, defaults left out.
 * @source https://arrow.apache.org/docs/format/Columnar.html, "Serialization and Interprocess Communication (IPC)";
 *   format/Schema.fbs, format/Message.fbs
 */
import { Builder, type Offset } from "flatbuffers";
import {
  aligned,
  KIND_DICTIONARY,
  LOG_COLUMNS,
  type LogColumnType,
  REASON_DICTIONARY,
} from "./log-schema.ts";

/** MetadataVersion.V5 */
const METADATA_V5 = 4;
export const HEADER_SCHEMA = 1;
export const HEADER_DICTIONARY_BATCH = 2;
export const HEADER_RECORD_BATCH = 3;

const TYPE_INT = 2;
const TYPE_BINARY = 4;
const TYPE_UTF8 = 5;

/** Opens every message, and with a length of zero closes the stream. */
export const CONTINUATION = 0xffff_ffff;
export const PREFIX_OCTETS = 8;
export const END_OF_STREAM: readonly number[] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

export type Metadata = readonly (readonly [key: string, value: string])[];

export function schemaMessage(metadata: Metadata): Uint8Array {
  const builder = new Builder(4096);
  const fields = offsetVector(
    builder,
    LOG_COLUMNS.map((column) => field(builder, column.name, column.type)),
  );
  const keyValues = keyValueVector(builder, metadata);
  builder.startObject(4);
  builder.addFieldOffset(1, fields, 0);
  builder.addFieldOffset(2, keyValues, 0);
  return finishMessage(builder, HEADER_SCHEMA, builder.endObject(), 0, []);
}

/** A dictionary of names as one batch of a utf8 column, its body included. */
export function dictionaryMessage(id: number, names: readonly string[]): Uint8Array {
  const texts = names.map((name) => new TextEncoder().encode(name));
  const offsets = new Int32Array(names.length + 1);
  texts.forEach((text, i) => {
    offsets[i + 1] = offsets[i]! + text.length;
  });
  const textOctets = offsets[names.length]!;
  const body = new Uint8Array(aligned(offsets.byteLength) + aligned(textOctets));
  body.set(new Uint8Array(offsets.buffer), 0);
  texts.forEach((text, i) => {
    body.set(text, aligned(offsets.byteLength) + offsets[i]!);
  });

  const builder = new Builder(1024);
  const data = recordBatch(builder, names.length, 1, [
    [0, 0],
    [0, offsets.byteLength],
    [aligned(offsets.byteLength), textOctets],
  ]);
  builder.startObject(3);
  builder.addFieldInt64(0, BigInt(id), 0n);
  builder.addFieldOffset(1, data, 0);
  return concat(finishMessage(builder, HEADER_DICTIONARY_BATCH, builder.endObject(), body.length, []), body);
}

/** A record batch without its body. Fields that are zero stand there too, so that every batch has the same layout. */
export function recordBatchMessage(
  rows: number,
  buffers: readonly (readonly [number, number])[],
  bodyOctets: number,
  metadata: Metadata,
): Uint8Array {
  const builder = new Builder(4096);
  builder.forceDefaults(true);
  const batch = recordBatch(builder, rows, LOG_COLUMNS.length, buffers);
  return finishMessage(builder, HEADER_RECORD_BATCH, batch, bodyOctets, metadata);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// Columns hold no nulls: field nodes say so, and validity buffers are empty.
function recordBatch(
  builder: Builder,
  rows: number,
  columns: number,
  buffers: readonly (readonly [number, number])[],
): Offset {
  builder.startVector(16, buffers.length, 8);
  for (let i = buffers.length - 1; i >= 0; i--) {
    const [offset, length] = buffers[i]!;
    builder.prep(8, 16);
    builder.writeInt64(BigInt(length));
    builder.writeInt64(BigInt(offset));
  }
  const bufferVector = builder.endVector();
  builder.startVector(16, columns, 8);
  for (let i = 0; i < columns; i++) {
    builder.prep(8, 16);
    builder.writeInt64(0n);
    builder.writeInt64(BigInt(rows));
  }
  const nodeVector = builder.endVector();
  builder.startObject(5);
  builder.addFieldInt64(0, BigInt(rows), 0n);
  builder.addFieldOffset(1, nodeVector, 0);
  builder.addFieldOffset(2, bufferVector, 0);
  return builder.endObject();
}

function finishMessage(
  builder: Builder,
  headerType: number,
  header: Offset,
  bodyOctets: number,
  metadata: Metadata,
): Uint8Array {
  const keyValues = metadata.length === 0 ? 0 : keyValueVector(builder, metadata);
  builder.startObject(5);
  builder.addFieldInt16(0, METADATA_V5, 0);
  builder.addFieldInt8(1, headerType, 0);
  builder.addFieldOffset(2, header, 0);
  builder.addFieldInt64(3, BigInt(bodyOctets), 0n);
  if (keyValues !== 0) builder.addFieldOffset(4, keyValues, 0);
  builder.finish(builder.endObject());
  const flat = builder.asUint8Array();
  const message = new Uint8Array(aligned(PREFIX_OCTETS + flat.length));
  const view = new DataView(message.buffer);
  view.setUint32(0, CONTINUATION, true);
  view.setUint32(4, message.length - PREFIX_OCTETS, true);
  message.set(flat, PREFIX_OCTETS);
  return message;
}

function field(builder: Builder, columnName: string, columnType: LogColumnType): Offset {
  const name = builder.createString(columnName);
  const children = offsetVector(builder, []);
  const { type, table, dictionary } = fieldType(builder, columnType);
  builder.startObject(7);
  builder.addFieldOffset(0, name, 0);
  builder.addFieldInt8(2, type, 0);
  builder.addFieldOffset(3, table, 0);
  if (dictionary !== 0) builder.addFieldOffset(4, dictionary, 0);
  builder.addFieldOffset(5, children, 0);
  return builder.endObject();
}

function fieldType(
  builder: Builder,
  columnType: LogColumnType,
): { readonly type: number; readonly table: Offset; readonly dictionary: Offset } {
  switch (columnType) {
    case "int64":
      return { type: TYPE_INT, table: int(builder, 64, true), dictionary: 0 };
    case "int32":
      return { type: TYPE_INT, table: int(builder, 32, true), dictionary: 0 };
    case "uint32":
      return { type: TYPE_INT, table: int(builder, 32, false), dictionary: 0 };
    case "utf8":
      return { type: TYPE_UTF8, table: empty(builder), dictionary: 0 };
    case "binary":
      return { type: TYPE_BINARY, table: empty(builder), dictionary: 0 };
    case "dictionary<int8, utf8>":
      return { type: TYPE_UTF8, table: empty(builder), dictionary: encoding(builder, KIND_DICTIONARY, 8) };
    case "dictionary<int16, utf8>":
      return { type: TYPE_UTF8, table: empty(builder), dictionary: encoding(builder, REASON_DICTIONARY, 16) };
  }
}

function int(builder: Builder, bits: number, isSigned: boolean): Offset {
  builder.startObject(2);
  builder.addFieldInt32(0, bits, 0);
  builder.addFieldInt8(1, isSigned ? 1 : 0, 0);
  return builder.endObject();
}

function empty(builder: Builder): Offset {
  builder.startObject(0);
  return builder.endObject();
}

function encoding(builder: Builder, id: number, bits: number): Offset {
  const indexType = int(builder, bits, true);
  builder.startObject(4);
  builder.addFieldInt64(0, BigInt(id), 0n);
  builder.addFieldOffset(1, indexType, 0);
  return builder.endObject();
}

function keyValueVector(builder: Builder, metadata: Metadata): Offset {
  return offsetVector(
    builder,
    metadata.map(([keyText, valueText]) => {
      const key = builder.createString(keyText);
      const value = builder.createString(valueText);
      builder.startObject(2);
      builder.addFieldOffset(0, key, 0);
      builder.addFieldOffset(1, value, 0);
      return builder.endObject();
    }),
  );
}

function offsetVector(builder: Builder, offsets: readonly Offset[]): Offset {
  builder.startVector(4, offsets.length, 4);
  for (let i = offsets.length - 1; i >= 0; i--) builder.addOffset(offsets[i]!);
  return builder.endVector();
}
