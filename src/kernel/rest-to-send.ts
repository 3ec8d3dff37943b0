/** What a system call sends when the frames before have had their consequences. */
import type { StepContext } from "../events/step-context.ts";
import { ipOutputRest, RestOfIpv4 } from "../stack/ip-output.ts";
import { ip6OutputRest, RestOfIpv6 } from "../stack/ipv6/ip6-output.ts";
import { neighOutputRest, type RestOfNeigh } from "../stack/neigh.ts";

export type Rest = RestOfIpv4 | RestOfIpv6 | RestOfNeigh;

export function deviceOfRest(rest: Rest): number {
  return rest instanceof RestOfIpv4 ? rest.route.device : rest.device;
}

export function sendRest(step: StepContext, rest: Rest): void {
  if (rest instanceof RestOfIpv4) ipOutputRest(step, rest);
  else if (rest instanceof RestOfIpv6) ip6OutputRest(step, rest);
  else neighOutputRest(step, rest);
}
