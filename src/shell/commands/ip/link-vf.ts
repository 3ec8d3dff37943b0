/** Hardware addresses, and the settings of virtual functions, in the words of `ip link`. */
import { type Args, isPrefixOf } from "./args.ts";
import { parseLladdr } from "./inet.ts";
import type { Session } from "./session.ts";

/** A hardware address as `02:00:...`, of any number of octets. */
export function takeLladdr(s: Session, args: Args): { text: string; count: number } {
  const parsed = parseLladdr(args.value());
  if ("wrong" in parsed) return s.fail(`"${parsed.wrong}" is invalid lladdr.\n`, 1);
  const text = parsed.octets.map((o) => o.toString(16).padStart(2, "0")).join(":");
  return { text, count: parsed.octets.length };
}

const VF_SWITCHES = ["spoofchk", "query_rss", "trust"];
const VF_STATES = ["auto", "enable", "disable"];

/** `vf N` and its settings. No device here has such functions, but the words are read. @source ip/iplink.c, iplink_parse_vf() */
export function takeVf(s: Session, args: Args): void {
  args.unsigned(args.value(), 'Invalid "vf" value\n');
  if (args.left < 2) args.incomplete();
  for (let word = args.peek(); ; word = args.peek()) {
    if (isPrefixOf(word, "mac")) takeLladdr(s, skip(args));
    else if (isPrefixOf(word, "vlan")) {
      takeVfNumber(skip(args), "vlan");
      while (args.peek() === "qos" || args.peek() === "proto")
        args.take() === "qos" ? takeVfNumber(args, "qos") : args.value();
    } else if (isPrefixOf(word, "rate") || word === "max_tx_rate" || word === "min_tx_rate")
      takeVfNumber(skip(args), isPrefixOf(word, "rate") ? "rate" : word.slice(0, 6));
    else if (VF_SWITCHES.some((known) => isPrefixOf(word, known))) {
      const keyword = VF_SWITCHES.find((known) => isPrefixOf(word, known))!;
      const value = skip(args).value();
      if (value !== "on" && value !== "off")
        s.fail(`Error: argument of "${keyword}" must be one of "off", "on", not "${value}"\n`, 22);
    } else if (isPrefixOf(word, "state")) {
      const value = skip(args).value();
      if (!VF_STATES.includes(value)) args.invalid('Invalid "state" value\n', value);
    } else return;
  }
}

function skip(args: Args): Args {
  args.take();
  return args;
}

function takeVfNumber(args: Args, keyword: string): void {
  args.unsigned(args.value(), `Invalid "${keyword}" value\n`);
}
