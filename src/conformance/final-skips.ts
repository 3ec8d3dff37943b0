/** What is not compared in the final tables, and why. Data: an entry goes when its mechanism comes. */
export interface FinalSkip {
  /** File of `final/NS/`. */
  readonly file: string;
  /** Keys of JSON objects; absent: the whole file, unless `lines` is given. */
  readonly keys?: readonly string[];
  /** Lines of text. */
  readonly lines?: RegExp;
  readonly reason: string;
}

const BRIDGE_TIMERS = [
  "hello_timer",
  "tcn_timer",
  "topology_change_timer",
  "gc_timer",
  "hold_timer",
  "message_age_timer",
  "forward_delay_timer",
];

export const FINAL_SKIPS: readonly FinalSkip[] = [
  { file: "nf_conntrack", reason: "connection tracking is not simulated yet" },
  { file: "fdb.json", reason: "the bridge command is not simulated yet" },
  { file: "brlink.json", reason: "the bridge command is not simulated yet" },
  {
    file: "text.txt",
    lines: /^[\da-f]{2}(:[\da-f]{2}){5} dev /,
    reason: "the bridge command is not simulated yet",
  },
  {
    file: "neigh.json",
    keys: ["used", "confirmed", "updated"],
    reason: "seconds since an event, rounded down",
  },
  { file: "route6.json", keys: ["expires"], reason: "seconds until an event, rounded down" },
  { file: "fdb.json", keys: ["used", "updated"], reason: "seconds since an event, rounded down" },
  { file: "link.json", keys: BRIDGE_TIMERS, reason: "running timers" },
  { file: "addr.json", keys: BRIDGE_TIMERS, reason: "running timers" },
  { file: "proc_net_netstat", keys: ["MPTcpExt"], reason: "multipath TCP is not simulated" },
];

/** Skipped where a step of the reference was recorded without capture: a capture socket makes the kernel count drops otherwise. */
export const CAPTURE_CHANGES: readonly FinalSkip[] = [
  { file: "link.json", keys: ["dropped"], reason: "a capture socket hides drops of unknown ethertypes" },
  { file: "proc_net_dev", reason: "a capture socket hides drops of unknown ethertypes" },
  {
    file: "text.txt",
    lines: /^ +\d+ +\d+ +\d+ +\d+ +\d+ +\d+ $/,
    reason: "a capture socket hides drops of unknown ethertypes",
  },
];

/** Skipped where frames of random times may have been counted already, or not yet. */
export const RANDOM_COUNTS: readonly FinalSkip[] = [
  {
    file: "link.json",
    keys: ["bytes", "packets", "multicast"],
    reason: "frames of random times are counted",
  },
  { file: "proc_net_dev", reason: "frames of random times are counted" },
  { file: "proc_net_snmp6", reason: "frames of random times are counted" },
  {
    file: "text.txt",
    lines: /^ +\d+ +\d+ +\d+ +\d+ +\d+ +\d+ $/,
    reason: "frames of random times are counted",
  },
];

/** Skipped where multicast reports of IPv4 may have been counted already, or not yet. */
export const IGMP_COUNTS: readonly FinalSkip[] = [
  { file: "proc_net_snmp", keys: ["Ip"], reason: "frames of random times are counted" },
  { file: "proc_net_netstat", keys: ["IpExt"], reason: "frames of random times are counted" },
];
