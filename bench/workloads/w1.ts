/** Two hosts on one link: ARP, IPv4, ICMP echo requests of 56 data octets, 1 ms apart. */
import type { Result } from "../../src/core/result.ts";
import { IFF_UP, NLM_F_CREATE, NLM_F_EXCL } from "../../src/events/netlink.ts";
import type { BodyOf, NetnsId, Operation, ReplyOf } from "../../src/events/requests.ts";
import type { Host } from "../../src/shell/host.ts";
import type { Prepared, Workload } from "./workload.ts";

function grantedValue<T>(what: string, result: Result<T>): T {
  if (!result.ok)
    throw new Error(`${what}: ${result.errno}${result.extack === null ? "" : ` (${result.extack})`}`);
  return result.value;
}

function must<Op extends Operation>(host: Host, netns: NetnsId, op: Op, body: BodyOf<Op>): ReplyOf<Op> {
  return grantedValue(op, host.request(netns, op, body));
}

/** Brings the veth end `eth0` of a namespace up with an address in 10.0.0.0/16. */
function addressOf(host: Host, netns: NetnsId, local: string): void {
  const { ifindex } = must(host, netns, "RTM_GETLINK", { ifname: "eth0" });
  must(host, netns, "RTM_NEWADDR", { ifindex, local, prefixLen: 16, nlmFlags: NLM_F_CREATE | NLM_F_EXCL });
  must(host, netns, "RTM_NEWLINK_SET", { ifindex, flags: IFF_UP, change: IFF_UP });
}

/** Starts `ping` and, when run, waits for its end. */
function pingFrom(host: Host, netns: NetnsId, messages: number, dst: string): Prepared {
  const { pid } = must(host, netns, "FORK", { parent: 1, comm: "ping" });
  return {
    run() {
      let output = "";
      let status: number | null = null;
      const argv = ["ping", "-q", "-c", String(messages), "-i", "0.001", "-s", "56", dst];
      const listener = {
        output: (_fd: number, text: string) => {
          output += text;
        },
        exit: (code: number) => {
          status = code;
        },
      };
      grantedValue("ping", host.spawn(netns, pid, argv, listener));
      while (status === null && host.advance(null));
      const received = /(\d+) received/.exec(output)?.[1];
      if (status !== 0 || Number(received) !== messages) {
        throw new Error(`ping of ${messages} requests ended with status ${status}:\n${output}`);
      }
      return messages;
    },
  };
}

export const w1: Workload = {
  name: "W1",
  summary: "two hosts on one link, ICMP echo requests 1 ms apart",
  defaults: { hosts: 2, messages: 100_000 },
  smokeMessages: 1_000,
  prepare({ host }, { hosts, messages }) {
    if (hosts !== 2) throw new Error(`W1 has two hosts, not ${hosts}`);
    const a = must(host, 0, "NETNS_ADD", { name: "a" }).netns;
    const b = must(host, 0, "NETNS_ADD", { name: "b" }).netns;
    // A host's own traffic by IPv6 is none of the workload's.
    for (const netns of [a, b])
      must(host, netns, "FILE_WRITE", {
        path: "/proc/sys/net/ipv6/conf/all/disable_ipv6",
        data: "1\n",
        append: false,
      });
    const peer = { ifname: "eth0", netns: b };
    must(host, 0, "RTM_NEWLINK_ADD", { kind: "veth", ifname: "eth0", netns: a, peer });
    addressOf(host, a, "10.0.0.1");
    addressOf(host, b, "10.0.0.2");
    return pingFrom(host, a, messages, "10.0.0.2");
  },
};
