import { ping } from "./ping.ts";
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

/** The programs of the simulation by name. Each keeps its own state's type to itself. */
export const PROGRAMS: ReadonlyMap<string, Program<unknown>> = new Map(
  [ping, tcpdump, mjoin, rawarp, rawip, rawsend, udpask, udpconn, udprecv, udpsend, rtnlListen].map(
    (program) => [program.name, program as unknown as Program<unknown>],
  ),
);

/** Those that are commands. */
export const PROGRAM_NAMES: readonly string[] = [...PROGRAMS.values()]
  .filter((program) => program.isInner !== true)
  .map((program) => program.name);
