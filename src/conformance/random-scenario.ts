/** Random scripts on namespaces, pairs, addresses, routes, rules, neighbours, pings and other senders, files and saved tables: the same seed gives the same script. */
import { Draft } from "./random/draft.ts";
import * as inet from "./random/inet.ts";
import * as inet6 from "./random/inet6.ts";
import * as links from "./random/links.ts";
import * as machine from "./random/machine.ts";
import * as reads from "./random/reads.ts";
import * as traffic from "./random/traffic.ts";

type Statement = (draft: Draft) => void;

const STATEMENTS: readonly (readonly [weight: number, statement: Statement])[] = [
  [2, links.netnsAdd],
  [1, links.netnsDelete],
  [4, links.linkAdd],
  [2, links.linkAddBad],
  [7, links.linkUpDown],
  [1, links.linkDelete],
  [2, links.linkMove],
  [2, links.linkRename],
  [4, links.linkChange],
  [2, links.linkAltname],
  [1, links.linkGroup],
  [1, links.ifconfigLink],
  [8, inet.addrAdd],
  [3, inet.addrDelete],
  [3, inet.ifconfigAddress],
  [8, inet.routeChange],
  [1, inet.routeFlush],
  [3, inet.routeNetTools],
  [5, inet.neighChange],
  [1, inet.neighFlush],
  [1, inet.neighProxy],
  [2, inet.arpNetTools],
  [4, inet.sysctlAny],
  [22, reads.show],
  [7, reads.readFile],
  [8, reads.ping],
  [1, reads.pingWait],
  [4, traffic.udpSend],
  [3, traffic.rawIp],
  [3, traffic.rawArp],
  [3, traffic.arping],
  [2, traffic.ruleChange],
  [2, traffic.routeMore],
  [4, traffic.arpSetting],
  [3, traffic.look],
  [2, machine.netnsFile],
  [2, machine.saveOrRestore],
  [3, machine.lookElsewhere],
];

/** In scripts with IPv6, as often as those above. */
const STATEMENTS_IPV6: readonly (readonly [weight: number, statement: Statement])[] = [
  [8, inet6.addr6Add],
  [3, inet6.addr6Delete],
  [2, inet6.ifconfigInet6],
  [8, inet6.route6Change],
  [2, inet6.route6NetTools],
  [5, inet6.neigh6Change],
  [5, inet6.sysctl6],
  [18, inet6.show6],
  [5, inet6.readFile6],
  [8, inet6.ping6],
];

/** Lines behind the preparation, which takes up to thirty. */
const LINES_MIN = 15;
const LINES_SPREAD = 21;
/** Seconds of sleeping and waiting after which nothing slow is added. */
const PAUSE_MAX_SEC = 4;
const SLOW: ReadonlySet<Statement> = new Set([reads.pingWait, links.netnsDelete]);

/** Most scripts start with a working wire. */
function prepare(d: Draft): void {
  inet6.setIpv6(d, "");
  if (d.odds(70)) d.say("ip link set lo up");
  const netnses = d.weighted([
    [1, 0],
    [4, 1],
    [3, 2],
  ]);
  for (let i = 0; i < netnses; i++) links.netnsAdd(d);
  if (d.odds(80)) links.linkAdd(d);
  if (d.odds(40)) links.linkAdd(d);
  if (d.odds(25)) return;
  for (const dev of d.devices) {
    const end = dev.ifname.startsWith("p") || (dev.ifname.startsWith("eth") && dev !== d.devices[0]) ? 2 : 1;
    const address = `10.${dev.pair}.0.${end}/24`;
    d.say(d.ip(dev.netns, `addr add ${address} dev ${dev.ifname}`));
    dev.addrs.push(address);
    d.say(d.ip(dev.netns, `link set ${dev.ifname} up`));
    if (d.hasIpv6) {
      const address6 = `2001:db8:${dev.pair}::${end}/64`;
      d.say(d.ip(dev.netns, `addr add ${address6} dev ${dev.ifname}`));
      dev.addrs6.push(address6);
    }
  }
  d.rest(0.1);
}

/** The lines of a script, one statement each. */
export function randomScenario(seed: string): string[] {
  const d = new Draft(seed);
  prepare(d);
  const length = d.lines.length + LINES_MIN + d.below(LINES_SPREAD);
  while (d.lines.length < length) {
    const statement = d.weighted(d.hasIpv6 && d.odds(60) ? STATEMENTS_IPV6 : STATEMENTS);
    if (d.pauseSec > PAUSE_MAX_SEC && SLOW.has(statement)) continue;
    statement(d);
  }
  return d.lines;
}

/** A script as people write it. */
export function scenarioText(lines: readonly string[]): string {
  return `#!/bin/bash\n${lines.join("\n")}\n`;
}
