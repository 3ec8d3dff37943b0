/** Runs tcpdump over a file of frames, without a world around it. */
import { readFileSync } from "node:fs";
import { fromHex } from "../../../src/core/bytes.ts";
import { decode } from "../../../src/core/octets.ts";
import { granted, refused } from "../../../src/core/result.ts";
import type { ProgramContext } from "../../../src/processes/program.ts";
import { MAX_SNAPLEN, pcapHeader, pcapRecord } from "../../../src/processes/tcpdump/pcap-file.ts";
import { tcpdump } from "../../../src/processes/tcpdump/tcpdump.ts";

const here = (name: string) => new URL(name, import.meta.url);

/** Frames of all kinds that are printed, odd and cut off ones among them: octets captured, and length on the wire. */
type Frames = readonly [string, number][];
const FRAMES = JSON.parse(readFileSync(here("frames.json"), "utf8")) as Frames;
/** The same of IPv6. */
const FRAMES6 = JSON.parse(readFileSync(here("frames6.json"), "utf8")) as Frames;
/** Each frame comes so many microseconds after the one before. */
const GAP_US = 1234;

export function recorded<T>(name: string): readonly T[] {
  return readFileSync(here(name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}

/** The frames in a pcap file, from 1000 s after 1970 on. */
function pcapFile(frames: Frames): string {
  const records = frames.map(([hex, length], at) =>
    pcapRecord({ seconds: 1000, nanos: at * GAP_US * 1000, octets: fromHex(hex)!, length }, false),
  );
  const parts = [pcapHeader(1, MAX_SNAPLEN, false), ...records];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return decode(file);
}

const FILE = pcapFile(FRAMES);
export const FILE6 = pcapFile(FRAMES6);

export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
  /** Files that were written. */
  readonly files: ReadonlyMap<string, string>;
}

/** @param file content of `rec.pcap` */
export function runTcpdump(args: readonly string[], file = FILE, input = ""): Printed {
  const written = new Map<string, string>();
  let out = "";
  let err = "";
  let status: number | null = null;
  const cx: Partial<ProgramContext> = {
    now: 0,
    write: (fd, text) => {
      if (fd === 1) out += text;
      else err += text;
    },
    exit: (code) => {
      status = code;
    },
    setTimer: () => {},
    interfaces: () => [],
    interfaceName: () => null,
    readFile: (path) => {
      const content = path === "rec.pcap" ? file : written.get(path);
      return content === undefined ? refused("ENOENT") : granted(content);
    },
    writeFile: (path, text, append) => {
      if (path.startsWith("/nonexist/")) return "ENOENT";
      written.set(path, append ? (written.get(path) ?? "") + text : text);
      return null;
    },
  };
  tcpdump.start(cx as ProgramContext, ["tcpdump", ...args], { input });
  return { out, err, status, files: written };
}

export function recordedFile(): string {
  return FILE;
}
