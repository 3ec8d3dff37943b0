import { describe, expect, it } from "vitest";
import { NetlinkError } from "../../src/simulation/netlink-error.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { twoNamespaces } from "./two-namespaces.ts";

const SEC = 1_000_000_000;

function refusal(act: () => unknown): Pick<NetlinkError, "errno" | "extack" | "message"> {
  try {
    act();
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    return { errno: error.errno, extack: error.extack, message: error.message };
  }
  throw new Error("nothing was refused");
}

describe("Simulation", () => {
  it("should make a namespace once and open it from then on", () => {
    const sim = new Simulation({ freeze: true });
    expect(sim.netns("a")).toBe(sim.netns("a"));
    expect(sim.netns("b").id).not.toBe(sim.netns("a").id);
    expect(sim.netnsList()).toEqual(["b", "a"]);
    expect(sim.main.linkList().map(({ ifname }) => ifname)).toEqual(["lo"]);
  });
  it.each(["", ".", "..", "a/b"])("should refuse %j as the name of a namespace", (name) => {
    expect(refusal(() => new Simulation().netns(name)).errno).toBe("EINVAL");
  });
  it("should refuse requests in a namespace that is gone", async () => {
    const { sim, a } = twoNamespaces();
    sim.netnsDel("a");
    await sim.advance(SEC);
    expect(refusal(() => a.linkList()).errno).toBe("ENOENT");
    await expect(a.ping("10.0.0.2")).rejects.toThrow("the namespace is gone");
    expect(sim.netns("b").linkList()).toHaveLength(1);
    expect(sim.netns("a")).not.toBe(a);
  });
  it("should give the kernel's bare answer to a raw request", () => {
    const sim = new Simulation({ freeze: true });
    expect(sim.request(sim.main, "RTM_DELLINK", { ifindex: 7 })).toMatchObject({
      ok: false,
      errno: "ENODEV",
    });
    expect(sim.request(99, "RTM_GETADDR", {})).toMatchObject({ ok: false, errno: "ENOENT" });
  });
  it("should refuse namespaces of another simulation", () => {
    const other = new Simulation().netns("b");
    expect(() => new Simulation().main.linkAdd({ kind: "veth", netns: other })).toThrow("another simulation");
  });
  it("should do nothing more once it is closed, but look back", async () => {
    const { sim, a } = twoNamespaces({ log: "memory" });
    const hash = sim.stateHash();
    sim.close();
    expect(() => a.linkList()).toThrow("closed");
    await expect(sim.advance(1)).rejects.toThrow("closed");
    expect(sim.stateAt({ seq: sim.seq }).hash).toBe(hash);
    expect(sim.log.verify()).toEqual([]);
  });
  it("should not close under an operation", async () => {
    const { sim, a } = twoNamespaces();
    const ping = a.ping("10.0.0.2");
    expect(() => sim.close()).toThrow("cannot close: ping 10.0.0.2 (pid 2) is under way");
    await ping;
    sim.close();
  });
  it("should say so where there is no log or no history", () => {
    const sim = new Simulation({ history: false });
    expect(() => sim.log).toThrow("memory");
    expect(() => sim.stateAt({ seq: 1 })).toThrow("history");
  });
});

describe("the functions of a namespace", () => {
  it("should do on links what ip link does", () => {
    const { sim, a, b } = twoNamespaces();
    a.linkAdd({
      kind: "veth",
      ifname: "v0",
      mtu: 1400,
      peer: { ifname: "v1", address: "02:00:00:00:00:01" },
    });
    expect(a.linkByName("v0")).toMatchObject({ mtu: 1400, kind: "veth" });
    expect(a.linkByName("v1").address).toBe("02:00:00:00:00:01");
    a.linkSetMtu("v0", 1280);
    a.linkSetHardwareAddr("v0", "02:00:00:00:00:0a");
    a.linkSet("v0", { alias: "uplink", arp: false, txqueuelen: 10 });
    a.linkSetName("v0", "up0");
    expect(a.linkByName("up0")).toMatchObject({
      mtu: 1280,
      address: "02:00:00:00:00:0a",
      alias: "uplink",
      txqueuelen: 10,
      flags: 0x1082,
    });
    a.linkSetNetns("v1", "b");
    b.linkSetUp("v1");
    a.linkSetUp("up0");
    expect(b.linkByName("v1").flags & 0x10000).not.toBe(0);
    a.linkSetDown("up0");
    expect(sim.state().netns[2]!.links.map(({ ifname, peer }) => [ifname, peer?.ifname])).toEqual([
      ["lo", undefined],
      ["eth0", "eth0"],
      ["v1", "up0"],
    ]);
    b.linkDel("v1");
    expect(a.linkList().map(({ ifname }) => ifname)).toEqual(["lo", "eth0"]);
  });
  it("should do on addresses what ip addr does", () => {
    const { a } = twoNamespaces();
    a.addrAdd("lo", "127.0.0.1/8");
    a.addrAdd("eth0", "10.1.0.1/16", { broadcast: "+", label: "eth0:1" });
    a.addrAdd("eth0", "10.2.0.1", { peer: "10.2.0.2/30", scope: "link" });
    const shown = () =>
      a.addrList().map((x) => [x.local, x.address, x.prefixLen, x.broadcast, x.label, x.scope]);
    expect(shown()).toEqual([
      ["127.0.0.1", "127.0.0.1", 8, null, "lo", 254],
      // As in the kernel, a narrower scope comes first.
      ["10.2.0.1", "10.2.0.2", 30, null, "eth0", 253],
      ["10.0.0.1", "10.0.0.1", 24, null, "eth0", 0],
      ["10.1.0.1", "10.1.0.1", 16, "10.1.255.255", "eth0:1", 0],
    ]);
    a.addrDel("eth0", "10.1.0.1/16");
    a.addrDel("eth0", "10.2.0.1", { peer: "10.2.0.2/30" });
    expect(a.addrList("eth0").map(({ local }) => local)).toEqual(["10.0.0.1"]);
    a.addrReplace("eth0", "10.0.0.1/24", { metric: 5 });
    expect(a.addrList("eth0")[0]!.metric).toBe(5);
  });
  it("should do on routes what ip route does", () => {
    const { a } = twoNamespaces();
    a.routeAdd("default", { via: "10.0.0.2" });
    a.routeAdd("10.9.0.0/16", { dev: "eth0", metric: 7, src: "10.0.0.1" });
    a.routeReplace("default", { via: "10.0.0.3" });
    a.routeAppend("default", { via: "10.0.0.4" });
    a.routeAdd("10.8.0.0/16", { type: "unreachable" });
    expect(a.routeList().map((r) => [r.dst, r.dstLen, r.gateway, r.prefSrc, r.priority, r.type])).toEqual([
      ["0.0.0.0", 0, "10.0.0.3", null, 0, 1],
      ["0.0.0.0", 0, "10.0.0.4", null, 0, 1],
      ["10.0.0.0", 24, null, "10.0.0.1", 0, 1],
      ["10.8.0.0", 16, null, null, 0, 7],
      ["10.9.0.0", 16, null, "10.0.0.1", 7, 1],
    ]);
    expect(a.routeGet("192.0.2.1")).toMatchObject({ gateway: "10.0.0.3", prefSrc: "10.0.0.1", oif: 2 });
    a.routeDel("10.9.0.0/16", { dev: "eth0" });
    a.routeDel("default");
    a.routeDel("default");
    expect(refusal(() => a.routeGet("192.0.2.1")).errno).toBe("ENETUNREACH");
  });
  it("should do on neighbours what ip neigh does", () => {
    const { a } = twoNamespaces();
    a.neighAdd("eth0", "10.0.0.9", { lladdr: "2:0:0:0:0:9" });
    a.neighSet("eth0", "10.0.0.9", { lladdr: "02:00:00:00:00:0a", state: "stale" });
    a.neighSet("eth0", "10.0.0.8", { proxy: true });
    expect(a.neighList("eth0")).toMatchObject([{ dst: "10.0.0.9", lladdr: "02:00:00:00:00:0a", state: 4 }]);
    expect(a.neighList("eth0", { proxy: true })).toMatchObject([{ dst: "10.0.0.8" }]);
    a.neighDel("eth0", "10.0.0.9");
    a.neighDel("eth0", "10.0.0.8", { proxy: true });
    expect([...a.neighList(), ...a.neighList(undefined, { proxy: true })]).toEqual([]);
  });
  it("should read and write sysctls and files", () => {
    const { a, sim } = twoNamespaces();
    expect(a.sysctlGet("net.ipv4.conf.eth0.arp_ignore")).toBe("0");
    a.sysctlSet("net/ipv4/conf/eth0/arp_ignore", 1);
    expect(a.readFile("/proc/sys/net/ipv4/conf/eth0/arp_ignore")).toBe("1\n");
    expect(a.readFile("/sys/class/net/eth0/mtu")).toBe("1500\n");
    a.writeFile("/tmp/x", "y");
    expect(sim.main.readFile("/tmp/x")).toBe("y");
  });
  it.each([
    [
      "a link that is not there",
      (a: ReturnType<typeof twoNamespaces>["a"]) => a.linkDel("nope"),
      "linkDel nope in namespace a: No such device (ENODEV)",
    ],
    ["a name that is taken", (a) => a.linkAdd({ kind: "veth", ifname: "eth0" }), "EEXIST"],
    ["an unknown kind", (a) => a.linkAdd({ kind: "warp", ifname: "w0" }), "EOPNOTSUPP"],
    [
      "an address twice",
      (a) => a.addrAdd("eth0", "10.0.0.1/24"),
      "addrAdd eth0 10.0.0.1/24 in namespace a: File exists (EEXIST): ipv4: Address already assigned",
    ],
    ["an address that is not there", (a) => a.addrDel("eth0", "10.0.0.7/24"), "EADDRNOTAVAIL"],
    ["text that is no prefix", (a) => a.addrAdd("eth0", "10.0.0.1/33"), "EINVAL"],
    ["IPv6", (a) => a.addrAdd("eth0", "fd00::1/64"), "EAFNOSUPPORT"],
    ["a gateway out of reach", (a) => a.routeAdd("default", { via: "192.0.2.1" }), "ENETUNREACH"],
    ["a route twice", (a) => a.routeAdd("10.0.0.0/24", { dev: "eth0" }), "EEXIST"],
    ["a route that is not there", (a) => a.routeDel("10.7.0.0/16"), "ESRCH"],
    ["a neighbour that is not there", (a) => a.neighDel("eth0", "10.0.0.7"), "ENOENT"],
    ["a hardware address that is none", (a) => a.neighSet("eth0", "10.0.0.7", { lladdr: "x" }), "EINVAL"],
    ["a namespace that is not there", (a) => a.linkSetNetns("eth0", "zz"), "ENOENT"],
    ["a sysctl that is not there", (a) => a.sysctlGet("net.ipv4.warp"), "ENOENT"],
  ] satisfies [string, (a: ReturnType<typeof twoNamespaces>["a"]) => void, string][])(
    "should refuse %s",
    (_, act, text) => {
      const { a } = twoNamespaces();
      expect(refusal(() => act(a)).message).toContain(text);
    },
  );
});

describe("ping", () => {
  it("should count, measure and print", async () => {
    const { sim, a } = twoNamespaces();
    const result = await a.ping("10.0.0.2", { count: 4, interval: SEC / 2, size: 100, ttl: 9, wait: SEC });
    expect(result).toMatchObject({
      transmitted: 4,
      received: 4,
      duplicates: 0,
      errors: 0,
      lossPercent: 0,
      status: 0,
      error: "",
    });
    expect(result.rtts).toHaveLength(4);
    expect(result.rtt!.min).toBe(Math.min(...result.rtts));
    expect(result.output).toContain(
      "PING 10.0.0.2 (10.0.0.2) 100(128) bytes of data.\n108 bytes from 10.0.0.2",
    );
    expect(Math.floor(sim.now / SEC)).toBe(1);
    expect(sim.state().processes.map(({ comm }) => comm)).toEqual(["init"]);
  });
  it("should tell of loss, and of what cannot begin", async () => {
    const { a } = twoNamespaces();
    a.linkSetUp("lo");
    expect(await a.ping("10.0.0.99", { count: 2 })).toMatchObject({
      transmitted: 2,
      received: 0,
      errors: 2,
      lossPercent: 100,
      rtts: [],
      rtt: null,
      status: 1,
    });
    expect(await a.ping("192.0.2.1")).toMatchObject({
      transmitted: 0,
      lossPercent: 100,
      status: 2,
      error: "ping: connect: Network is unreachable\n",
    });
  });
});
