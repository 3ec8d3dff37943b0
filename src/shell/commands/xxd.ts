/**
 * xxd(1) as Vim 9.0 has it.
 * @source xxd(1); its outputs, recorded
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, octetsToText } from "../../core/octets.ts";
import type { Tool } from "../tool.ts";
import { closeInput, openInput } from "./inputs.ts";

interface Plan {
  readonly style: "hex" | "bits" | "plain" | "include";
  readonly isUpper: boolean;
  readonly isLittle: boolean;
  readonly isSqueezed: boolean;
  readonly isDecimal: boolean;
  readonly reverses: boolean;
  readonly columns: number;
  readonly group: number;
  readonly max: number;
  readonly seek: number;
  readonly offset: number;
  readonly name: string | null;
}

const USAGE = `Usage:
       xxd [options] [infile [outfile]]
    or
       xxd -r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]
`;

/** A number as strtol(3) with base 0 reads it. */
function integer(text: string): number {
  const match = /^\s*([-+]?)(0x[0-9a-f]+|0[0-7]*|\d+)/i.exec(text.replace(/^\+-/, "-"));
  if (match === null) return 0;
  const digits = match[2]!;
  const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === "-" ? -value : value;
}

function planOf(argv: readonly string[]): { readonly plan: Plan; readonly files: readonly string[] } | null {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const files: string[] = [];
  const words = argv.slice(1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!.replace(/^--/, "-");
    if (words[i] === "--") {
      files.push(...words.slice(i + 1));
      break;
    }
    if (!/^-./.test(word)) {
      files.push(words[i]!);
      continue;
    }
    const letter = word[1]!;
    if ("abeEdiruC".includes(letter)) flags.add(letter);
    else if (letter === "p") flags.add("p");
    else if ("cglnos".includes(letter)) {
      const isLong = /^-(cols|groupsize|len|name|offset|seek|skip)$/.test(word);
      values.set(letter, !isLong && word.length > 2 ? word.slice(2) : (words[++i] ?? ""));
    } else return null;
  }
  const style = flags.has("b") ? "bits" : flags.has("p") ? "plain" : flags.has("i") ? "include" : "hex";
  const usual = { bits: 6, plain: 30, include: 12, hex: 16 }[style];
  const columns = values.has("c") ? integer(values.get("c")!) : usual;
  const width = columns === 0 ? (style === "plain" ? Number.POSITIVE_INFINITY : usual) : columns;
  const group = values.has("g") ? integer(values.get("g")!) : style === "bits" ? 1 : flags.has("e") ? 4 : 2;
  return {
    files,
    plan: {
      style,
      isUpper: flags.has("u"),
      isLittle: flags.has("e"),
      isSqueezed: flags.has("a"),
      isDecimal: flags.has("d"),
      reverses: flags.has("r"),
      columns: width,
      group: group <= 0 ? width : group,
      max: values.has("l") ? integer(values.get("l")!) : Number.POSITIVE_INFINITY,
      seek: values.has("s") ? integer(values.get("s")!) : 0,
      offset: values.has("o") ? integer(values.get("o")!) : 0,
      name: values.get("n") ?? null,
    },
  };
}

export const xxd: Tool = async (cx) => {
  const found = planOf(cx.argv);
  if (found === null || found.files.length > 2) {
    cx.err(USAGE);
    return 1;
  }
  const { plan, files } = found;
  const [from = "-", to = "-"] = files;
  const opened = openInput(cx, from);
  if (!opened.ok) {
    cx.err(`xxd: ${from}: ${strerror(opened.errno)}\n`);
    return 2;
  }
  let put = (octets: OctetString) => cx.outOctets(octets);
  if (to !== "-") {
    const output = cx.process.userland.files.open(cx.process, to, "write");
    if (!output.ok) {
      cx.err(`xxd: ${to}: ${strerror(output.errno)}\n`);
      return 3;
    }
    const fd = cx.process.fds.free(3);
    cx.process.fds.set(fd, output.value);
    put = (octets) => void output.value.write(octetsToText(octets));
  }
  const reader = opened.value;
  if (plan.reverses) {
    put(reverse(await reader.rest(), plan));
    closeInput(cx, reader);
    return 0;
  }
  let skipped = plan.seek;
  if (plan.seek < 0) {
    const all = await reader.rest();
    skipped = Math.max(0, all.length + plan.seek);
    reader.untake(all.slice(skipped));
  } else if (plan.seek > 0) await reader.read(plan.seek);
  const dumper = new Dumper(plan, skipped + plan.offset, put, files[0] ?? null);
  let left = plan.max;
  while (left > 0) {
    const block = await reader.take();
    if (block === null) break;
    dumper.add(block.slice(0, left));
    left -= block.length;
    await cx.drain();
  }
  if (reader.errno !== null) cx.err(`xxd: ${from}: ${strerror(reader.errno)}\n`);
  dumper.finish();
  closeInput(cx, reader);
  return reader.errno === null ? 0 : 2;
};

class Dumper {
  private held: OctetString = "";
  private count = 0;
  /** Lines of zeros in a row, and the texts of the second and of the last line. */
  private zeros = 0;
  private second = "";
  private last = "";

  constructor(
    private readonly plan: Plan,
    private readonly from: number,
    private readonly put: (octets: OctetString) => void,
    private readonly file: string | null,
  ) {}

  add(octets: OctetString): void {
    const { columns, style } = this.plan;
    if (style === "include") {
      this.held += octets;
      return;
    }
    this.held += octets;
    let at = 0;
    for (; at + columns <= this.held.length; at += columns)
      this.line(this.held.slice(at, at + columns), false);
    this.held = this.held.slice(at);
  }

  finish(): void {
    if (this.plan.style === "include") this.put(this.include());
    else if (this.held !== "") this.line(this.held, true);
    this.flushZeros();
  }

  private hex(octet: string): string {
    const text = octet.charCodeAt(0).toString(16).padStart(2, "0");
    return this.plan.isUpper ? text.toUpperCase() : text;
  }

  private line(octets: OctetString, isLast: boolean): void {
    const text = this.text(octets);
    this.count += octets.length;
    this.last = text;
    const isZero = this.plan.isSqueezed && this.plan.style !== "plain" && /^\0*$/.test(octets);
    if (!isZero || isLast) {
      this.endZeros(this.zeros);
      this.put(text);
      return;
    }
    if (this.zeros === 0) this.put(text);
    else if (this.zeros === 1) this.second = text;
    this.zeros++;
  }

  /** Of lines of zeros the first was shown; one more stands as it is, several are a `*`. */
  private endZeros(count: number): void {
    if (count === 2) this.put(this.second);
    else if (count > 2) this.put("*\n");
    this.zeros = 0;
  }

  /** At the end, the last line of zeros is shown again. */
  private flushZeros(): void {
    const { zeros } = this;
    if (zeros < 2) return;
    this.endZeros(zeros - 1);
    this.put(this.last);
  }

  private text(octets: OctetString): string {
    const { style, columns, group, isLittle, isDecimal } = this.plan;
    if (style === "plain") return `${[...octets].map((octet) => this.hex(octet)).join("")}\n`;
    const address = this.from + this.count;
    const head = isDecimal ? String(address).padStart(8, "0") : address.toString(16).padStart(8, "0");
    const digits = style === "bits" ? 8 : 2;
    const show = (octet: string) =>
      style === "bits" ? octet.charCodeAt(0).toString(2).padStart(8, "0") : this.hex(octet);
    let body = "";
    for (let at = 0; at < octets.length; at += group) {
      const part = [...octets.slice(at, at + group)].map(show);
      if (isLittle)
        body += ` ${part
          .reverse()
          .join("")
          .padStart(Math.min(group, columns - at) * digits)}`;
      else body += ` ${part.join("")}`;
    }
    const groups = Math.ceil(columns / group);
    const width = columns * digits + groups;
    return `${head}:${body.padEnd(width)}  ${octets.replace(/[^ -~]/g, ".")}\n`;
  }

  private include(): string {
    const { columns, isUpper, name } = this.plan;
    const items = [...this.held].map((octet) => `0${isUpper ? "X" : "x"}${this.hex(octet)}`);
    const lines: string[] = [];
    for (let at = 0; at < items.length; at += columns)
      lines.push(`  ${items.slice(at, at + columns).join(", ")}`);
    const body = lines.length === 0 ? "" : `${lines.join(",\n")}\n`;
    const given = name ?? this.file;
    if (given === null || given === "-") return body;
    const word = given.replace(/[^A-Za-z0-9]/g, "_").replace(/^(?=\d)/, "__");
    return `unsigned char ${word}[] = {\n${body}};\nunsigned int ${word}_len = ${items.length};\n`;
  }
}

function reverse(text: OctetString, { style, columns, seek }: Plan): OctetString {
  let out = "";
  if (style === "plain") {
    const digits = text.replace(/[^0-9a-fA-F]/g, "");
    for (let at = 0; at + 1 < digits.length; at += 2)
      out += String.fromCharCode(Number.parseInt(digits.slice(at, at + 2), 16));
    return out;
  }
  for (const line of text.split("\n")) {
    const match = /^\s*([0-9a-fA-F]+):[ \t]?(.*)$/.exec(line);
    if (match === null) continue;
    const at = Number.parseInt(match[1]!, 16) + seek;
    const body = match[2]!.split(/ {2}/)[0]!;
    const digits = style === "bits" ? 8 : 2;
    const packed = body.replace(style === "bits" ? /[^01]/g : /[^0-9a-fA-F]/g, "").slice(0, columns * digits);
    let octets = "";
    for (let i = 0; i + digits <= packed.length; i += digits)
      octets += String.fromCharCode(Number.parseInt(packed.slice(i, i + digits), style === "bits" ? 2 : 16));
    out = out.padEnd(at, "\0").slice(0, at) + octets + out.slice(at + octets.length);
  }
  return out;
}
