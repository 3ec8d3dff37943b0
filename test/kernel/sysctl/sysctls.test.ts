import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  sysctlDefault,
  sysctlKey,
  sysctlList,
  sysctlReaddir,
  sysctlResolve,
} from "../../../src/kernel/sysctl/sysctl-keys.ts";
import {
  NO_SYSCTLS,
  type Sysctls,
  sysctlForgetDevice,
  sysctlNumber,
  sysctlPath,
  sysctlPinDevice,
  sysctlRead,
  sysctlWrite,
} from "../../../src/kernel/sysctl/sysctls.ts";

/** Recorded from Linux 6.18: every file of a fresh namespace with a veth pair, then writes with what each changed anywhere. */
interface Recording {
  readonly initial: Record<string, string>;
  readonly steps: readonly (readonly [
    path: string,
    text: string,
    errno: string,
    changed: Record<string, string>,
  ])[];
}
const recording: Recording = JSON.parse(readFileSync(new URL("writes.json", import.meta.url), "utf8"));

const DEVICES = [
  { ifname: "lo", ifindex: 1, mtu: 65536 },
  { ifname: "v1", ifindex: 2, mtu: 1500 },
  { ifname: "v0", ifindex: 3, mtu: 1500 },
];

function read(state: Sysctls, path: string): string {
  const result = sysctlRead(state, path, DEVICES);
  return result.ok ? result.value : `E${result.errno}`;
}

function tree(state: Sysctls): Record<string, string> {
  return Object.fromEntries(sysctlList("net", DEVICES).map((path) => [path, read(state, path)]));
}

describe("sysctls of a fresh namespace", () => {
  it("should have the files and values of the kernel", () => {
    expect(tree(NO_SYSCTLS)).toEqual(recording.initial);
  });

  it("should list directories as the kernel does", () => {
    expect(sysctlReaddir("net/ipv4/conf", DEVICES)).toEqual(["all", "default", "lo", "v0", "v1"]);
    expect(sysctlReaddir("net/ipv4/neigh", DEVICES)).toEqual(["lo", "v0", "v1"]);
    expect(sysctlReaddir("net", DEVICES)).toEqual([
      "bridge",
      "core",
      "ipv4",
      "ipv6",
      "mptcp",
      "netfilter",
      "unix",
    ]);
    expect(sysctlReaddir("net/ipv4/ip_forward", DEVICES)).toBeNull();
    expect(sysctlDefault("net/ipv6/conf/v0/mtu", DEVICES)).toBe("1500");
  });

  it("should have no IPv6 directory for a device with a small MTU", () => {
    const small = [{ ifname: "v0", ifindex: 3, mtu: 1000 }];
    expect(sysctlResolve("net/ipv6/conf/v0/forwarding", small)).toBeNull();
    expect(sysctlReaddir("net/ipv6/conf", small)).toEqual(["all", "default"]);
  });
});

describe("sysctlWrite", () => {
  it("should refuse and change what the kernel refuses and changes", () => {
    let state: Sysctls = NO_SYSCTLS;
    let expected = recording.initial;
    for (const [path, text, errno, changed] of recording.steps) {
      if (path === "addr") {
        state = sysctlPinDevice(state, 2);
        continue;
      }
      const result = sysctlWrite(state, path, text, DEVICES);
      expect(
        result.ok ? (result.value.errno ?? "") : result.errno,
        `${path} <- ${JSON.stringify(text)}`,
      ).toBe(errno);
      if (result.ok) state = result.value.state;
      expected = { ...expected, ...changed };
      expect(tree(state), `${path} <- ${JSON.stringify(text)}`).toEqual(expected);
    }
  });

  it("should tell what it changed", () => {
    const result = sysctlWrite(NO_SYSCTLS, "net/ipv4/ip_forward", "1\n", DEVICES);
    if (!result.ok) throw new Error(result.errno);
    expect(result.value.changes.map((at) => `${sysctlPath(at, DEVICES)}=${at.value}`)).toEqual([
      "net/ipv4/conf/all/forwarding=1",
      "net/ipv4/conf/all/accept_redirects=0",
      "net/ipv4/conf/default/forwarding=1",
      "net/ipv4/conf/lo/forwarding=1",
      "net/ipv4/conf/v1/forwarding=1",
      "net/ipv4/conf/v0/forwarding=1",
    ]);
    expect(sysctlNumber(result.value.state, sysctlKey("net/ipv4/conf/*/forwarding").id, 0)).toBe(1);
    expect(sysctlWrite(result.value.state, "net/ipv4/ip_forward", "1\n", DEVICES)).toMatchObject({
      value: { changes: [] },
    });
  });

  it("should give a later device the values of default, and forget those of one that goes", () => {
    const first = sysctlWrite(
      NO_SYSCTLS,
      "net/ipv4/conf/default/promote_secondaries",
      "1\n",
      DEVICES.slice(0, 1),
    );
    if (!first.ok) throw new Error(first.errno);
    expect(read(first.value.state, "net/ipv4/conf/v0/promote_secondaries")).toBe("1\n");
    expect(read(first.value.state, "net/ipv4/conf/lo/promote_secondaries")).toBe("0\n");
    const second = sysctlWrite(first.value.state, "net/ipv4/conf/v0/promote_secondaries", "7\n", DEVICES);
    if (!second.ok) throw new Error(second.errno);
    expect(read(sysctlForgetDevice(second.value.state, 3), "net/ipv4/conf/v0/promote_secondaries")).toBe(
      "1\n",
    );
  });

  it("should refuse directories, missing files, files that are read-only or write-only", () => {
    const errno = (path: string) => {
      const result = sysctlWrite(NO_SYSCTLS, path, "1\n", DEVICES);
      return result.ok ? "" : result.errno;
    };
    expect(errno("net/ipv4")).toBe("EISDIR");
    expect(errno("net/ipv4/nosuch")).toBe("ENOENT");
    expect(errno("net/ipv4/conf/all/mc_forwarding")).toBe("EACCES");
    expect(errno("net/ipv4/route/flush")).toBe("");
    expect(read(NO_SYSCTLS, "net/ipv4/route/flush")).toBe("EEACCES");
  });
});
