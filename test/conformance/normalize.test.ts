import { describe, expect, it } from "vitest";
import { normalizeText } from "../../src/conformance/normalize.ts";

describe("normalised text", () => {
  it.each([
    [
      "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.087 ms",
      "ping",
      "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=T ms",
    ],
    [
      "3 packets transmitted, 3 received, 0% packet loss, time 1021ms",
      "ping",
      "3 packets transmitted, 3 received, 0% packet loss, time Tms",
    ],
    ["rtt min/avg/max/mdev = 0.1/0.2/0.3/0.0 ms, pipe 4", "ping", "rtt min/avg/max/mdev = T ms, pipe 4"],
    [
      "    link/ether 6e:71:36:2e:29:59 brd ff:ff:ff:ff:ff:ff",
      "ip link",
      "    link/ether MAC brd ff:ff:ff:ff:ff:ff",
    ],
    ["    link/ether 02:00:00:00:00:0a brd", "ip link", "    link/ether 02:00:00:00:00:0a brd"],
    ["    link/ether 02:42:ac:11:00:02 brd", "ip link", "    link/ether 02:42:ac:11:00:02 brd"],
    [
      "10.0.0.2 dev v0 lladdr 02:00:00:00:00:0b  ref 1 used 6/6/6probes 4 REACHABLE ",
      "ip -s neigh",
      "10.0.0.2 dev v0 lladdr 02:00:00:00:00:0b  ref 1 used N/N/Nprobes 4 REACHABLE ",
    ],
    [
      "/run/x/scenario.sh: line 54: nosuch: command not found",
      "nosuch",
      "SCRIPT: line N: nosuch: command not found",
    ],
    [
      "    refcnt 1 reachable 27000 base_reachable 30000",
      "ip ntable",
      "    refcnt 1 reachable N base_reachable 30000",
    ],
    ["1500", "cat /sys/class/net/v0/mtu", "1500"],
    ["131", "ip netns pids a", "PID"],
    ["qdisc tbf 8022: dev eth0 root", "tc qdisc", "qdisc tbf 80XX: dev eth0 root"],
  ])("should turn %j of %j into %j", (text, command, expected) => {
    expect(normalizeText(text, command)).toBe(expected);
  });

  it("should keep trailing blanks, tabs, empty lines and a missing newline", () => {
    const text = "a \n\tb\n\n c";
    expect(normalizeText(text, "ip link")).toBe(text);
  });

  it("should sort the tables that the kernel keeps by a seeded hash, and no others", () => {
    const text = "10.0.0.9 dev v0 FAILED \n10.0.0.8 dev v0 FAILED \n";
    expect(normalizeText(text, "ip -n a neigh")).toBe("10.0.0.8 dev v0 FAILED \n10.0.0.9 dev v0 FAILED \n");
    expect(normalizeText(text, "ip route")).toBe(text);
  });

  it("should name the rules it needed", () => {
    const used = new Set<string>();
    normalizeText("time=0.1 ms", "ping", used);
    expect([...used]).toEqual(["ping round trip"]);
  });
});
