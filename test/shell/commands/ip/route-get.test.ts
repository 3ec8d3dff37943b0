/** `ip route get`: answers of the kernel and the lines that the real tool made of the same answers. */
import { describe, expect, it } from "vitest";
import { granted } from "../../../../src/core/result.ts";
import type { RouteGetInfo } from "../../../../src/events/requests.ts";
import { ip } from "../../../../src/shell/commands/ip/index.ts";
import { RecordedKernel, readRecording, run, splitCommand } from "./recording.ts";

const { state } = readRecording("route");
const [LO, V0] = [1, 3];

const PLAIN: RouteGetInfo = {
  type: 1,
  dst: "10.0.0.2",
  src: null,
  gateway: null,
  oif: V0,
  prefSrc: "10.0.0.1",
  iif: null,
  uid: 0,
  cacheFlags: [],
  mtu: null,
  expires: null,
  table: 254,
};
const VIA: RouteGetInfo = { ...PLAIN, dst: "8.8.8.8", gateway: "10.0.0.254" };
const LOCAL: RouteGetInfo = {
  ...PLAIN,
  type: 2,
  dst: "10.0.0.1",
  oif: LO,
  cacheFlags: ["local"],
};
const RECEIVED: RouteGetInfo = { ...LOCAL, src: "10.0.0.9", prefSrc: null, iif: V0, uid: null };

describe("ip route get", () => {
  it.each<[string, RouteGetInfo, string]>([
    ["ip route get 10.0.0.2", PLAIN, "10.0.0.2 dev v0 src 10.0.0.1 uid 0 \n    cache \n"],
    ["ip -o route get 10.0.0.2", PLAIN, "10.0.0.2 dev v0 src 10.0.0.1 uid 0 \\    cache \n"],
    [
      "ip -d route get 10.0.0.2",
      PLAIN,
      "unicast 10.0.0.2 dev v0 table main src 10.0.0.1 uid 0 \n    cache \n",
    ],
    [
      "ip -c route get 10.0.0.2",
      PLAIN,
      "\x1b[35m10.0.0.2 \x1b[0mdev \x1b[36mv0 \x1b[0msrc \x1b[35m10.0.0.1 \x1b[0muid 0 \n    cache \n",
    ],
    [
      "ip -j route get 10.0.0.2",
      PLAIN,
      '[{"dst":"10.0.0.2","dev":"v0","prefsrc":"10.0.0.1","flags":[],"uid":0,"cache":[]}]\n',
    ],
    ["ip route get 10.0.0.1", LOCAL, "local 10.0.0.1 dev lo src 10.0.0.1 uid 0 \n    cache <local> \n"],
    [
      "ip -j route get 10.0.0.1",
      LOCAL,
      '[{"type":"local","dst":"10.0.0.1","dev":"lo","prefsrc":"10.0.0.1","flags":[],"uid":0,"cache":["local"]}]\n',
    ],
    [
      "ip route get 8.8.8.8 mark 5",
      { ...VIA, mark: 5 },
      "8.8.8.8 via 10.0.0.254 dev v0 src 10.0.0.1 mark 5 uid 0 \n    cache \n",
    ],
    [
      "ip -j route get 8.8.8.8 mark 5",
      { ...VIA, mark: 5 },
      '[{"dst":"8.8.8.8","gateway":"10.0.0.254","dev":"v0","prefsrc":"10.0.0.1","flags":[],"mark":5,"uid":0,"cache":[]}]\n',
    ],
    [
      "ip route get 8.8.8.8 from 10.0.1.1",
      { ...VIA, src: "10.0.1.1", prefSrc: null },
      "8.8.8.8 from 10.0.1.1 via 10.0.0.254 dev v0 uid 0 \n    cache \n",
    ],
    [
      "ip route get 10.0.0.1 from 10.0.0.9 iif v0",
      RECEIVED,
      "local 10.0.0.1 from 10.0.0.9 dev lo \n    cache <local> iif v0 \n",
    ],
    [
      "ip -j route get 10.0.0.1 from 10.0.0.9 iif v0",
      RECEIVED,
      '[{"type":"local","dst":"10.0.0.1","from":"10.0.0.9","dev":"lo","flags":[],"cache":["local"],"iif":"v0"}]\n',
    ],
    [
      "ip route get 10.13.0.1 tos 0x10",
      { ...PLAIN, dst: "10.13.0.1", gateway: "10.0.0.3", tos: 16 },
      "10.13.0.1 tos 0x10 via 10.0.0.3 dev v0 src 10.0.0.1 uid 0 \n    cache \n",
    ],
    [
      "ip route get 10.6.0.1",
      { ...PLAIN, dst: "10.6.0.1", mtu: 1300 },
      "10.6.0.1 dev v0 src 10.0.0.1 uid 0 \n    cache mtu 1300 \n",
    ],
    [
      "ip route get 10.17.0.1",
      { ...PLAIN, dst: "10.17.0.1", gateway: "10.0.0.2", mtu: 1200, isMtuLocked: true },
      "10.17.0.1 via 10.0.0.2 dev v0 src 10.0.0.1 uid 0 \n    cache mtu lock 1200 \n",
    ],
    [
      "ip route get 10.0.0.255",
      { ...PLAIN, type: 3, dst: "10.0.0.255", cacheFlags: ["local", "brd"] },
      "broadcast 10.0.0.255 dev v0 src 10.0.0.1 uid 0 \n    cache <local,brd> \n",
    ],
    [
      "ip route get 8.8.8.8",
      { ...VIA, expires: 599, mtu: 1000 },
      "8.8.8.8 via 10.0.0.254 dev v0 src 10.0.0.1 uid 0 \n    cache expires 599sec mtu 1000 \n",
    ],
    [
      "ip route get 8.8.8.8",
      { ...VIA, cacheFlags: ["redirected"], expires: 298 },
      "8.8.8.8 via 10.0.0.254 dev v0 src 10.0.0.1 uid 0 \n    cache <redirected> expires 298sec \n",
    ],
  ])("should print the answer to %s", async (cmd, answer, stdout) => {
    const kernel = new RecordedKernel(state);
    kernel.answers.set("RTM_GETROUTE", granted(answer));
    expect(await run(kernel, splitCommand(cmd), ip)).toEqual({ rc: 0, stdout, stderr: "" });
  });

  it("should warn of a length and look up the address alone", async () => {
    const kernel = new RecordedKernel(state);
    kernel.answers.set("RTM_GETROUTE", granted({ ...VIA, dst: "8.8.8.0" }));
    expect(await run(kernel, splitCommand("ip route get 8.8.8.0/24"), ip)).toEqual({
      rc: 0,
      stdout: "8.8.8.0 via 10.0.0.254 dev v0 src 10.0.0.1 uid 0 \n    cache \n",
      stderr: "Warning: /24 as prefix is invalid, only /32 (or none) is supported.\n",
    });
    expect(kernel.made[0]).toEqual({ netns: 0, op: "RTM_GETROUTE", body: { dst: "8.8.8.0" } });
  });
});
