/** What `ip` asks of the kernel for a command line: operations and bodies, as seen in the real tool's messages. */
import { describe, expect, it } from "vitest";
import { granted, refused } from "../../../../src/core/result.ts";
import {
  IFF_NOARP,
  IFF_PROMISC,
  IFF_UP,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_PROXY,
} from "../../../../src/events/netlink.ts";
import { ip } from "../../../../src/shell/commands/ip/index.ts";
import { type Made, RecordedKernel, readRecording, run, splitCommand } from "./recording.ts";

const { state } = readRecording("link");
const V0 = 3;
const Q0 = 9;

async function requestsOf(cmd: string): Promise<readonly Made[]> {
  const kernel = new RecordedKernel(state);
  expect(await run(kernel, splitCommand(cmd), ip)).toMatchObject({ rc: 0, stderr: "" });
  return kernel.made;
}

/** The requests that change something, without their namespace. */
async function changesOf(cmd: string): Promise<unknown[]> {
  const made = await requestsOf(cmd);
  return made.filter(({ op }) => !/GET|NETNS_(OPEN|LIST|OF_PID)/.test(op)).map(({ op, body }) => [op, body]);
}

const ADD = NLM_F_CREATE | NLM_F_EXCL;
const ROUTE = { dst: "10.5.0.0", dstLen: 16, protocol: 3, type: 1 };

describe("ip link add", () => {
  it.each([
    ["ip link add x1 type veth peer name x2", { ifname: "x1", kind: "veth", peer: { ifname: "x2" } }],
    ["ip link add type veth", { kind: "veth" }],
    ["ip link add dev x1 type veth peer x2", { ifname: "x1", kind: "veth", peer: { ifname: "x2" } }],
    [
      "ip link add name x1 index 7 address 2:0:0:0:0:a broadcast ff:ff:ff:ff:ff:fe mtu 1400 txqueuelen 5 group 3 numtxqueues 4 numrxqueues 2 netns a up type veth peer name x2 netns c index 8 address 02:00",
      {
        ifname: "x1",
        ifindex: 7,
        address: "02:00:00:00:00:0a",
        broadcast: "ff:ff:ff:ff:ff:fe",
        mtu: 1400,
        txqueuelen: 5,
        group: 3,
        numTxQueues: 4,
        numRxQueues: 2,
        netns: 1,
        flags: IFF_UP,
        change: IFF_UP,
        kind: "veth",
        peer: { ifname: "x2", netns: 2, ifindex: 8, address: "02:00" },
      },
    ],
    ["ip link add abcdefghijklmnopq type nosuch", { ifname: "abcdefghijklmnopq", kind: "nosuch" }],
    ["ip link add link v0 name x1 type veth", { ifname: "x1", link: V0, kind: "veth" }],
  ])("should ask for %s", async (cmd, body) => {
    expect(await changesOf(cmd)).toEqual([["RTM_NEWLINK_ADD", body]]);
  });
});

describe("ip link set", () => {
  it.each([
    ["ip link set v0 up", { flags: IFF_UP, change: IFF_UP }],
    ["ip link set v0 up down", { flags: 0, change: IFF_UP }],
    [
      "ip link set dev v0 up mtu 1400 arp off promisc on",
      {
        flags: IFF_UP | IFF_NOARP | IFF_PROMISC,
        change: IFF_UP | IFF_NOARP | IFF_PROMISC,
        mtu: 1400,
      },
    ],
    ["ip link set v0", {}],
    [
      "ip link set v0 name v9 alias x txqueuelen 9 group 4",
      { ifname: "v9", alias: "x", txqueuelen: 9, group: 4 },
    ],
    ["ip link set v0 netns a index 7", { netns: 1, newIfindex: 7 }],
    ["ip link set v0 netns 1", { netns: 0 }],
    ["ip link set v0 address 02:00:00:00:00:07", { address: "02:00:00:00:00:07" }],
    ["ip link set v0 carrier off mode dormant state up", { carrier: false, linkMode: 1, operState: 6 }],
    ["ip link set v0 nomaster", { master: 0 }],
    ["ip link set v0 mtu -1", { mtu: -1 }],
  ])("should ask for %s", async (cmd, body) => {
    expect(await changesOf(cmd)).toEqual([["RTM_NEWLINK_SET", { ifindex: V0, ...body }]]);
  });

  it("should change each device of a group", async () => {
    expect(await changesOf("ip link set group 7 up")).toEqual([
      ["RTM_NEWLINK_SET", { ifindex: Q0, flags: IFF_UP, change: IFF_UP }],
    ]);
  });

  it("should delete by altname, and each device of a group", async () => {
    expect(await changesOf("ip link del zalt")).toEqual([["RTM_DELLINK", { ifindex: Q0 }]]);
    expect(await changesOf("ip link del group 7")).toEqual([["RTM_DELLINK", { ifindex: Q0 }]]);
  });

  it("should add alternative names in one request", async () => {
    expect(await changesOf("ip link property add dev v0 altname a1 altname a2")).toEqual([
      ["RTM_NEWLINKPROP", { ifindex: V0, altnames: ["a1", "a2"] }],
    ]);
  });
});

describe("ip address", () => {
  it.each([
    ["ip addr add 10.0.0.5/24 dev v0", { local: "10.0.0.5", prefixLen: 24, nlmFlags: ADD }],
    ["ip addr add 127.0.0.5/8 dev v0", { local: "127.0.0.5", prefixLen: 8, scope: 254, nlmFlags: ADD }],
    [
      "ip addr add 10.0.0.5/24 brd + dev v0 label v0:1 scope link",
      {
        local: "10.0.0.5",
        prefixLen: 24,
        broadcast: "10.0.0.255",
        label: "v0:1",
        scope: 253,
        nlmFlags: ADD,
      },
    ],
    [
      "ip addr add 10.0.3.1 peer 10.0.4.2/24 brd + dev v0",
      {
        local: "10.0.3.1",
        peer: "10.0.4.2",
        prefixLen: 24,
        broadcast: "10.0.4.255",
        nlmFlags: ADD,
      },
    ],
    ["ip addr add 10.0.0.5/31 brd + dev v0", { local: "10.0.0.5", prefixLen: 31, nlmFlags: ADD }],
    [
      "ip addr replace 10.0.0.5/24 dev v0 valid_lft 100 preferred_lft 50 metric 7 noprefixroute",
      {
        local: "10.0.0.5",
        prefixLen: 24,
        validLft: 100,
        preferredLft: 50,
        metric: 7,
        flags: 0x200,
        nlmFlags: NLM_F_CREATE | NLM_F_REPLACE,
      },
    ],
    ["ip addr change 10.0.0.5/24 dev v0", { local: "10.0.0.5", prefixLen: 24, nlmFlags: NLM_F_REPLACE }],
  ])("should ask for %s", async (cmd, body) => {
    expect(await changesOf(cmd)).toEqual([["RTM_NEWADDR", { ifindex: V0, ...body }]]);
  });

  it("should delete with the prefix, the peer and the label", async () => {
    expect(await changesOf("ip addr del 10.0.0.5/24 dev v0 label v0:1")).toEqual([
      ["RTM_DELADDR", { ifindex: V0, local: "10.0.0.5", prefixLen: 24, label: "v0:1" }],
    ]);
    expect(await changesOf("ip addr del 10.0.0.5 peer 10.0.0.6 dev v0")).toEqual([
      ["RTM_DELADDR", { ifindex: V0, local: "10.0.0.5", peer: "10.0.0.6", prefixLen: 32 }],
    ]);
  });

  it("should delete any length when none is given, with a warning", async () => {
    const kernel = new RecordedKernel(state);
    const { rc, stderr } = await run(kernel, splitCommand("ip addr del 10.0.0.5 dev v0"), ip);
    expect([rc, stderr.split("\n")[1]]).toEqual([
      0,
      "         Explicitly specify the prefix length (10.0.0.5/32) to avoid this warning.",
    ]);
    expect(kernel.made.pop()).toEqual({
      netns: 0,
      op: "RTM_DELADDR",
      body: { ifindex: V0, local: "10.0.0.5" },
    });
  });
});

describe("ip route", () => {
  it.each([
    ["ip route add 10.5/16 via 10.0.0.2", { ...ROUTE, scope: 0, gateway: "10.0.0.2", nlmFlags: ADD }],
    ["ip route add 10.5/16 dev v0", { ...ROUTE, scope: 253, oif: V0, nlmFlags: ADD }],
    [
      "ip route add default via 10.0.0.2 dev v0 onlink",
      {
        ...ROUTE,
        dst: "0.0.0.0",
        dstLen: 0,
        scope: 0,
        gateway: "10.0.0.2",
        oif: V0,
        flags: 4,
        nlmFlags: ADD,
      },
    ],
    [
      "ip route replace 10.5/16 via 10.0.0.2 src 10.0.0.1 metric 7 proto static table 100 tos 10 mtu lock 1300",
      {
        ...ROUTE,
        protocol: 4,
        scope: 0,
        tos: 0x10,
        table: 100,
        gateway: "10.0.0.2",
        prefSrc: "10.0.0.1",
        priority: 7,
        metrics: { values: [[2, 1300]], lock: 1 << 2, congctl: null },
        nlmFlags: NLM_F_CREATE | NLM_F_REPLACE,
      },
    ],
    ["ip route add blackhole 10.5/16", { ...ROUTE, type: 6, scope: 0, nlmFlags: ADD }],
    [
      "ip route add local 10.5/16 dev lo",
      { ...ROUTE, type: 2, scope: 254, table: 255, oif: 1, nlmFlags: ADD },
    ],
    [
      "ip route add broadcast 10.5/16 dev v0",
      { ...ROUTE, type: 3, scope: 253, table: 255, oif: V0, nlmFlags: ADD },
    ],
    [
      "ip route append 10.5/16 dev v0",
      { ...ROUTE, scope: 253, oif: V0, nlmFlags: NLM_F_CREATE | NLM_F_APPEND },
    ],
    ["ip route prepend 10.5/16 dev v0", { ...ROUTE, scope: 253, oif: V0, nlmFlags: NLM_F_CREATE }],
    ["ip route change 10.5/16 dev v0", { ...ROUTE, scope: 253, oif: V0, nlmFlags: NLM_F_REPLACE }],
  ])("should ask for %s", async (cmd, body) => {
    expect(await changesOf(cmd)).toEqual([["RTM_NEWROUTE", body]]);
  });

  it.each([
    ["ip route del 10.5/16", { dst: "10.5.0.0", dstLen: 16, scope: 255 }],
    ["ip route del default via 10.0.0.2", { dst: "0.0.0.0", dstLen: 0, scope: 255, gateway: "10.0.0.2" }],
    ["ip route del local 10.5.0.1", { dst: "10.5.0.1", dstLen: 32, scope: 254, table: 255, type: 2 }],
    ["ip route del blackhole 10.5/16", { dst: "10.5.0.0", dstLen: 16, scope: 255, type: 6 }],
  ])("should ask for %s", async (cmd, body) => {
    expect(await changesOf(cmd)).toEqual([["RTM_DELROUTE", body]]);
  });

  it("should forget exceptions with flush cache", async () => {
    expect(await changesOf("ip route flush cache")).toEqual([
      ["FILE_WRITE", { path: "/proc/sys/net/ipv4/route/flush", data: "-1", append: false }],
    ]);
  });
});

describe("ip neigh", () => {
  it.each([
    [
      "ip neigh add 10.0.0.9 lladdr 2:0:0:0:0:9 dev v0",
      {
        dst: "10.0.0.9",
        lladdr: "020000000009",
        state: 0x80,
        nlmFlags: ADD,
      },
    ],
    [
      "ip neigh replace 10.0.0.9 lladdr 2:0:0:0:0:9 dev v0 nud reachable router",
      {
        dst: "10.0.0.9",
        lladdr: "020000000009",
        state: 2,
        flags: 0x80,
        nlmFlags: NLM_F_CREATE | NLM_F_REPLACE,
      },
    ],
    ["ip neigh change 10.0.0.9 dev v0 nud failed", { dst: "10.0.0.9", state: 0x20, nlmFlags: NLM_F_REPLACE }],
    ["ip neigh add proxy 10.0.0.9 dev v0", { dst: "10.0.0.9", state: 0x80, flags: NTF_PROXY, nlmFlags: ADD }],
  ])("should ask for %s", async (cmd, body) => {
    expect(await changesOf(cmd)).toEqual([["RTM_NEWNEIGH", { ifindex: V0, ...body }]]);
  });

  it("should delete entries and proxies", async () => {
    expect(await changesOf("ip neigh del 10.0.0.9 dev v0")).toEqual([
      ["RTM_DELNEIGH", { ifindex: V0, dst: "10.0.0.9" }],
    ]);
    expect(await changesOf("ip neigh del proxy 10.0.0.9 dev v0")).toEqual([
      ["RTM_DELNEIGH", { ifindex: V0, dst: "10.0.0.9", flags: NTF_PROXY }],
    ]);
  });
});

/** Which requests run pending link-watch work, and when, can be seen in what later ones show. */
describe("the order in which ip reads", () => {
  it.each([
    ["ip link show v0", ["RTM_GETLINK", "RTM_GETLINK", "RTM_GETLINK"]],
    ["ip link", ["RTM_GETLINK_DUMP", "NETNS_LIST"]],
    ["ip addr show v0", ["RTM_GETLINK", "RTM_GETLINK", "RTM_GETADDR", "RTM_GETLINK"]],
    ["ip addr", ["RTM_GETLINK_DUMP", "RTM_GETADDR", "NETNS_LIST"]],
    ["ip route", ["RTM_GETROUTE_DUMP", "RTM_GETLINK"]],
    ["ip route show dev v0", ["RTM_GETLINK", "RTM_GETROUTE_DUMP"]],
    ["ip neigh show dev v0", ["RTM_GETLINK_DUMP", "RTM_GETNEIGH_DUMP"]],
    ["ip link set v0 up", ["RTM_GETLINK", "RTM_NEWLINK_SET"]],
    ["ip addr add 10.0.0.5/24 dev v0", ["RTM_GETLINK", "RTM_NEWADDR"]],
    ["ip neigh get 10.0.0.7 dev v0", ["RTM_GETLINK", "RTM_GETNEIGH"]],
  ])("should be that of iproute2 for %s", async (cmd, ops) => {
    const kernel = new RecordedKernel(state);
    await run(kernel, splitCommand(cmd), ip);
    expect([...new Set(kernel.made.map(({ op }) => op))]).toEqual([...new Set(ops)]);
  });
});

describe("ip -n NAME", () => {
  it("should open the namespace from its own and ask everything else there", async () => {
    expect(await requestsOf("ip -n a link set v0 up")).toMatchObject([
      { netns: 0, op: "NETNS_OPEN", body: { name: "a" } },
      { netns: 1, op: "RTM_GETLINK" },
      { netns: 1, op: "RTM_NEWLINK_SET" },
    ]);
  });
});

describe("a refusal", () => {
  it("should be told with its extended text, or as the errno", async () => {
    const kernel = new RecordedKernel(state);
    kernel.answers.set("RTM_NEWLINK_SET", refused("EINVAL", "mtu less than device minimum"));
    const argv = splitCommand("ip link set v0 mtu 1");
    expect(await run(kernel, argv, ip)).toMatchObject({
      rc: 2,
      stderr: "Error: mtu less than device minimum.\n",
    });
    kernel.answers.set("RTM_NEWLINK_SET", refused("EBUSY"));
    expect(await run(kernel, argv, ip)).toMatchObject({
      rc: 2,
      stderr: "RTNETLINK answers: Device or resource busy\n",
    });
  });

  it("should not be told of what a flush deletes twice", async () => {
    const kernel = new RecordedKernel(readRecording("address").state);
    const { rc, stderr } = await run(kernel, splitCommand("ip addr flush dev v0"), ip);
    expect({ rc, stderr }).toEqual({ rc: 0, stderr: "" });
  });

  it("should end a flush that gets nowhere after ten rounds", async () => {
    const kernel = new RecordedKernel(readRecording("address").state);
    kernel.answers.set("RTM_DELADDR", granted(null));
    expect(await run(kernel, splitCommand("ip addr flush dev v0"), ip)).toEqual({
      rc: 255,
      stdout: "",
      stderr: "*** Flush remains incomplete after 10 rounds. ***\n",
    });
  });
});
