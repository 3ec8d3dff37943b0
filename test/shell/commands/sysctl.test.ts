import { describe, expect, it } from "vitest";
import { granted, refused } from "../../../src/core/result.ts";
import { sysctlReaddir, sysctlResolve } from "../../../src/kernel/sysctl/sysctl-keys.ts";
import { NO_SYSCTLS, sysctlRead, sysctlWrite } from "../../../src/kernel/sysctl/sysctls.ts";
import { sysctl } from "../../../src/shell/commands/sysctl.ts";
import { type Kernel, recorded, run } from "./fake-context.ts";

const DEVICES = ["lo", "v1", "v0", "w1", "eth0.5"].map((ifname, n) => ({
  ifname,
  ifindex: n + 1,
  mtu: 1500,
}));

const FILES: Readonly<Record<string, string>> = {
  "/run/a.conf":
    "# comment\n; other\nnet.ipv4.ip_forward=1\n\n net.ipv4.conf.v0.rp_filter = 1  \nnet.ipv4.conf.v1.rp_filter\t=\t2\n-net.ipv4.nosuch = 1\n" +
    "net.ipv4.nosuch2 = 1\nbadline\nnet.ipv4.conf.*.arp_ignore = 1\n-net.ipv4.conf.v0.arp_ignore\nnet.ipv4.ip_default_ttl = 999\n",
  "/run/c.conf":
    "\n\n#x\n   # y\nnet.ipv4.ip_default_ttl=70\n=5\n-\nnet.ipv4.ip_default_ttl\n net.ipv4.ip_forward = 0 # no comment\n",
};

/** A namespace that has nothing but sysctls. */
function namespace(): Kernel {
  let state = NO_SYSCTLS;
  return (op, body) => {
    const { path, data } = body as { path: string; data: string };
    const key = path.replace(/^\/proc\/sys\/?/, "").replace(/\/$/, "");
    const isSysctl = path.startsWith("/proc/sys");
    switch (op) {
      case "FILE_READ":
        if (!isSysctl)
          return (Object.hasOwn(FILES, path) ? granted(FILES[path]!) : refused("ENOENT")) as never;
        return sysctlRead(state, key, DEVICES) as never;
      case "FILE_WRITE": {
        const written = sysctlWrite(state, key, data, DEVICES);
        if (written.ok) state = written.value.state;
        return written as never;
      }
      case "FILE_READDIR": {
        if (!isSysctl) return refused("ENOENT");
        const names = key === "" ? ["net"] : sysctlReaddir(key, DEVICES);
        return (names === null ? refused("ENOENT") : granted(names)) as never;
      }
      case "FILE_STAT": {
        const file = sysctlResolve(key, DEVICES);
        if (file !== null) return granted({ type: "file", size: 0, mode: file.key.mode }) as never;
        const isDir = key === "net" || sysctlReaddir(key, DEVICES) !== null;
        return (isDir ? granted({ type: "dir", size: 0, mode: 0o555 }) : refused("ENOENT")) as never;
      }
      default:
        return undefined;
    }
  };
}

describe("sysctl", () => {
  it("should print and return what procps does, command after command", async () => {
    const kernel = namespace();
    for (const step of recorded(new URL("sysctl.json", import.meta.url))) {
      const { out, err, rc } = await run(sysctl, step.cmd, kernel);
      expect({ cmd: step.cmd, out, err, rc }).toEqual(step);
    }
  });
});
