/** Times as jq has them: seconds, or "broken down" arrays of year, month from 0, day, hours, minutes, seconds, weekday, day of the year. */
import { formatDate } from "../../strftime.ts";
import { parseByFormat } from "./strptime.ts";
import { isArray, JqError, type Json } from "./values.ts";

export function timeParts(input: Json): number[] {
  if (typeof input !== "number") throw new JqError("gmtime() requires a number");
  return partsOf(Math.floor(input), input - Math.floor(input));
}

export function partsOf(seconds: number, fraction: number): number[] {
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  const yearDay = Math.floor((seconds - Date.UTC(year, 0, 1) / 1000) / 86_400);
  return [
    year,
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + fraction,
    date.getUTCDay(),
    yearDay,
  ];
}

function secondsOf(input: Json, name: string): number {
  const fault = new JqError(`${name} requires parsed datetime inputs`);
  if (!isArray(input) || input.length < 6 || input.some((part) => typeof part !== "number")) throw fault;
  const [year, month, day, hour, minute, second] = input as readonly number[];
  return Date.UTC(year!, month!, day!, hour!, minute!, Math.floor(second!)) / 1000;
}

export function timeSeconds(input: Json): number {
  if (!isArray(input)) throw new JqError("mktime requires array inputs");
  return secondsOf(input, "mktime");
}

export function timeText(name: string, input: Json, format: Json): string {
  const parts = typeof input === "number" ? timeParts(input) : input;
  if (!isArray(parts)) throw new JqError(`${name} requires parsed datetime inputs`);
  if (typeof format !== "string") throw new JqError(`${name} requires a string format`);
  return formatDate(format, secondsOf(parts, name));
}

export function parseTime(input: Json, format: Json): Json {
  if (typeof input !== "string" || typeof format !== "string")
    throw new JqError("strptime/1 requires string inputs and arguments");
  const parts = parseByFormat(input, format);
  if (parts === null) throw new JqError(`date "${input}" does not match format "${format}"`);
  return parts;
}
