import { describe, expect, it } from "vitest";
import type { Errno } from "../../../src/core/errno.ts";
import { strerror } from "../../../src/core/errno.ts";
import { granted, refused } from "../../../src/core/result.ts";
import type { RtEntry } from "../../../src/events/requests.ts";
import { route } from "../../../src/shell/commands/route.ts";
import { inetAton } from "../../../src/wire/ipv4-address.ts";
import { type Kernel, recorded, run, type Step } from "./fake-context.ts";

const ERRNOS: readonly Errno[] = ["EEXIST", "EINVAL", "ENODEV", "ENETUNREACH", "EHOSTUNREACH", "ESRCH"];

/** /proc/net/route as it must have been for a numeric listing. */
function tableOf(listing: string): string {
  const hex = (text: string) => {
    const address = inetAton(text === "-" ? "0.0.0.0" : text)!;
    const octets = [address & 255, (address >>> 8) & 255, (address >>> 16) & 255, address >>> 24];
    return octets.map((octet) => octet.toString(16).toUpperCase().padStart(2, "0")).join("");
  };
  const bits: Record<string, number> = { U: 1, "!": 0x201, G: 2, H: 4 };
  const lines = listing.trim().split("\n").slice(2);
  const rows = lines.map((line) => {
    const [dst, gateway, mask, letters, metric, ref, use, iface, mss, window, irtt] = line.split(/\s+/);
    const flags = [...letters!]
      .reduce((sum, letter) => sum | bits[letter]!, 0)
      .toString(16)
      .padStart(4, "0");
    const number = (text: string | undefined) => (text === undefined || text === "-" ? "0" : text);
    const name = iface === "-" ? "*" : iface;
    return [
      name,
      hex(dst!),
      hex(gateway!),
      flags,
      number(ref),
      use,
      metric,
      hex(mask!),
      number(mss),
      number(window),
      number(irtt),
    ].join("\t");
  });
  return `${["Iface\tDestination", ...rows].join("\n")}\n`;
}

/** Answers as the recorded step shows that the kernel answered. */
function kernelOf(step: Step, steps: readonly Step[], asked: RtEntry[]): Kernel {
  return (op, body) => {
    if (op === "SIOCADDRT" || op === "SIOCDELRT") {
      asked.push(body as RtEntry);
      const errno = ERRNOS.find((name) => step.err === `${op}: ${strerror(name)}\n`);
      return (errno === undefined ? granted(null) : refused(errno)) as never;
    }
    const lines = step.out.split("\n").length;
    const isNumeric = (other: Step) =>
      /^route (-n -ee|-nee|--inet -n|-n)$/.test(other.cmd) && other.out.split("\n").length === lines;
    const later = steps.slice(steps.indexOf(step)).find(isNumeric) ?? steps.findLast(isNumeric);
    return granted(tableOf(later!.out)) as never;
  };
}

describe("route", () => {
  const steps = recorded(new URL("route.json", import.meta.url));

  it("should print and return what net-tools does", async () => {
    for (const step of steps) {
      if (/^route (-6|-A inet6)$/.test(step.cmd)) continue;
      const { out, err, rc } = await run(route, step.cmd, kernelOf(step, steps, []));
      expect({ cmd: step.cmd, out, err, rc }).toEqual(step);
    }
  });

  it("should ask for what the words say", async () => {
    const asked: RtEntry[] = [];
    const step = { cmd: "", out: "", err: "", rc: 0 };
    const lines = [
      "route add default gw 10.0.0.254",
      "route add -net 192.168.2.0/24 dev eth0",
      "route add -net 192.168.1.0 netmask 255.255.255.0 gw 10.0.0.2 eth0",
      "route add -host 10.77.0.2 gw 10.0.0.3 metric 5",
      "route add 10.50.0.1 gw 10.0.0.2",
      "route add -net 10.99.0.0 netmask 255.255.0.0 reject",
      "route del -net 192.168.1.0",
    ];
    for (const line of lines) await run(route, line, kernelOf(step, [step], asked));
    expect(asked).toEqual([
      { dst: "0.0.0.0", genmask: "0.0.0.0", gateway: "10.0.0.254" },
      { dst: "192.168.2.0", genmask: "255.255.255.0", dev: "eth0" },
      { dst: "192.168.1.0", genmask: "255.255.255.0", gateway: "10.0.0.2", dev: "eth0" },
      { dst: "10.77.0.2", genmask: "255.255.255.255", host: true, gateway: "10.0.0.3", metric: 5 },
      { dst: "10.50.0.1", genmask: "255.255.255.255", host: true, gateway: "10.0.0.2" },
      { dst: "10.99.0.0", genmask: "255.255.0.0", reject: true },
      { dst: "192.168.1.0", genmask: "0.0.0.0" },
    ]);
  });
});
