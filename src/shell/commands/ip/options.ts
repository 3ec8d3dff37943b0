/**
 * Options before the object: `ip -s -d -4 link`. Each may be shortened to any prefix; the first that fits in this order is meant.
 * @source ip(8)
 */
import { isPrefixOf } from "./args.ts";

export type Family = "unspec" | "inet" | "inet6" | "link" | "mpls" | "bridge";

export interface IpOptions {
  family: Family;
  statistics: number;
  details: number;
  isOneline: boolean;
  isBrief: boolean;
  isJson: boolean;
  isPretty: boolean;
  isNumeric: boolean;
  isHuman: boolean;
  isIec: boolean;
  isAll: boolean;
  isForced: boolean;
  isColored: boolean;
  batch: string | null;
  /** What stands before each line of `ip monitor`; null: nothing. */
  timestamp: "long" | "short" | null;
  /** Largest number of rounds of a flush; 0: no limit. */
  loops: number;
}

export function defaultOptions(): IpOptions {
  return {
    family: "unspec",
    statistics: 0,
    details: 0,
    isOneline: false,
    isBrief: false,
    isJson: false,
    isPretty: false,
    isNumeric: false,
    isHuman: false,
    isIec: false,
    isAll: false,
    isForced: false,
    isColored: false,
    batch: null,
    timestamp: null,
    loops: 10,
  };
}

/** What an option's word asks of the parser that only it can do. */
export type OptionAction = "netns" | "family" | "batch" | "loops" | "rcvbuf" | "help" | "version" | "color";

type Effect = ((o: IpOptions) => void) | OptionAction;

const TABLE: readonly (readonly [word: string, effect: Effect])[] = [
  ["-loops", "loops"],
  ["-family", "family"],
  [
    "-4",
    (o) => {
      o.family = "inet";
    },
  ],
  [
    "-6",
    (o) => {
      o.family = "inet6";
    },
  ],
  [
    "-0",
    (o) => {
      o.family = "link";
    },
  ],
  [
    "-M",
    (o) => {
      o.family = "mpls";
    },
  ],
  [
    "-B",
    (o) => {
      o.family = "bridge";
    },
  ],
  [
    "-human-readable",
    (o) => {
      o.isHuman = true;
    },
  ],
  [
    "-iec",
    (o) => {
      o.isIec = true;
    },
  ],
  [
    "-statistics",
    (o) => {
      o.statistics += 1;
    },
  ],
  [
    "-details",
    (o) => {
      o.details += 1;
    },
  ],
  ["-resolve", () => {}],
  [
    "-oneline",
    (o) => {
      o.isOneline = true;
    },
  ],
  [
    "-timestamp",
    (o) => {
      o.timestamp ??= "long";
    },
  ],
  [
    "-tshort",
    (o) => {
      o.timestamp = "short";
    },
  ],
  ["-Version", "version"],
  [
    "-force",
    (o) => {
      o.isForced = true;
    },
  ],
  ["-batch", "batch"],
  [
    "-brief",
    (o) => {
      o.isBrief = true;
    },
  ],
  [
    "-json",
    (o) => {
      o.isJson = true;
    },
  ],
  ["-rcvbuf", "rcvbuf"],
  ["-color", "color"],
  ["-help", "help"],
  ["-netns", "netns"],
  [
    "-Numeric",
    (o) => {
      o.isNumeric = true;
    },
  ],
  [
    "-pretty",
    (o) => {
      o.isPretty = true;
    },
  ],
  [
    "-all",
    (o) => {
      o.isAll = true;
    },
  ],
];

/** The effect of an option word (one leading dash), or null if there is no such option. */
export function findOption(word: string): Effect | null {
  const [name, when] = word.split("=", 2);
  if (when !== undefined && isPrefixOf(name!, "-color"))
    return ["always", "auto", "never"].includes(when) ? "color" : null;
  for (const [known, effect] of TABLE) if (isPrefixOf(word, known)) return effect;
  return null;
}

export function parseFamily(text: string): Family | null {
  const families: readonly Family[] = ["inet", "inet6", "link", "mpls", "bridge"];
  return families.find((f) => f === text) ?? null;
}
