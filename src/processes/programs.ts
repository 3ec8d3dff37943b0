import { arping } from "./arping/arping.ts";
import { ping } from "./ping.ts";
import { ping4, ping6 } from "./ping-names.ts";
import type { Program } from "./program.ts";
import { mjoin } from "./python/mjoin.ts";
import { rawarp } from "./python/rawarp.ts";
import { rawip } from "./python/rawip.ts";
import { rawsend } from "./python/rawsend.ts";
import { udpask } from "./python/udpask.ts";
import { udpconn } from "./python/udpconn.ts";
import { udprecv } from "./python/udprecv.ts";
import { udpsend } from "./python/udpsend.ts";
import { rtnlListen } from "./rtnl-listen.ts";
import { tcpdump } from "./tcpdump/tcpdump.ts";

// biome-ignore format: one a line
const ALL = [
  arping,
  ping,
  ping4,
  ping6,
  tcpdump,
  mjoin,
  rawarp,
  rawip,
  rawsend,
  udpask,
  udpconn,
  udprecv,
  udpsend,
  rtnlListen,
];

/** The programs of the simulation by name. Each keeps its own state's type to itself. */
export const PROGRAMS: ReadonlyMap<string, Program<unknown>> = new Map(
  ALL.map((program) => [program.name, program as unknown as Program<unknown>]),
);

/** Those that are commands. */
export const PROGRAM_NAMES: readonly string[] = [...PROGRAMS.values()]
  .filter((program) => program.isInner !== true)
  .map((program) => program.name);
