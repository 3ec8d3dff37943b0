/** The octets of real `ip` commands, and a real kernel's answers to them (see `record.ts`). */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../../src/core/bytes.ts";
import { runScript } from "../../../src/shell/run-script.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { decodeDatagram, encodeDatagram, viewOf } from "../../../src/wire/netlink/message.ts";
import { nameMessage } from "../../../src/wire/netlink/named.ts";
import type { Exchange, Line } from "./fixture.ts";
import { masked } from "./mask.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const NAMES = readdirSync(HERE).flatMap((file) =>
  file.endsWith(".jsonl") ? [file.replace(".jsonl", "")] : [],
);

function fixture(name: string): Line[] {
  return readFileSync(`${HERE}${name}.jsonl`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** Port of the socket that a reply went to. */
function portOf(exchange: Exchange): number {
  const first = exchange.receive[0];
  return first === undefined ? 0 : viewOf(fromHex(first.hex)!).getUint32(12, true);
}

/** Sends a command's octets as it did, and gives the simulator's answers. */
function replay(sim: Simulation, line: Line): string[][] {
  const sockets = new Map<number, ReturnType<typeof sim.main.netlink.open>>();
  return line.exchanges.map((exchange) => {
    const { netns, strict, extAck, capAck, fds, send, receive } = exchange;
    const home = netns === "" ? sim.main : sim.netns(netns);
    const socket =
      sockets.get(exchange.socket) ?? home.netlink.open({ strict, extAck, capAck, portId: portOf(exchange) });
    sockets.set(exchange.socket, socket);
    const reads = [...new Set(receive.map(({ size }) => size))];
    const answer = socket.send(fromHex(send.hex)!, {
      fds: new Map(fds),
      // The first answer to `ip` is read at once, all others are looked at before.
      reads: reads[0] === 16384 ? reads : [0, ...reads],
    });
    return answer.map(toHex);
  });
}

describe("the octets of netlink", () => {
  const lines = NAMES.flatMap(fixture);
  /** What was made by hand is broken in part. */
  const commands = lines.filter(({ run, exchanges }) => run.startsWith("ip ") && exchanges.length > 0);
  const datagrams = [
    ...commands.flatMap(({ exchanges }) => exchanges.map(({ send }) => send.hex)),
    ...lines.flatMap(({ exchanges }) => exchanges.flatMap(({ receive }) => receive.map(({ hex }) => hex))),
  ];

  it("should come back as they were from every recorded command and reply", () => {
    expect(new Set(commands.map(({ run }) => run)).size).toBeGreaterThan(100);
    for (const hex of datagrams) {
      const datagram = decodeDatagram(fromHex(hex)!);
      expect(datagram).toHaveProperty("messages");
      if ("messages" in datagram) expect(toHex(encodeDatagram(datagram))).toBe(hex);
    }
  });
});

describe.each(NAMES)("the recorded commands of %s", (name) => {
  it("should be answered octet by octet as by the kernel", async () => {
    const sim = new Simulation({ freeze: true });
    const cut = (hex: string) => masked(hex, name === "inet6");
    for (const line of fixture(name)) {
      if (line.exchanges.length === 0) {
        await runScript(sim, line.run);
        continue;
      }
      await sim.advance(2_000_000); // a command takes its time
      const answers = replay(sim, line);
      for (const [i, { send, receive }] of line.exchanges.entries()) {
        const what = { run: line.run, request: named(send.hex) };
        const ours = { ...what, replies: answers[i]!.map(cut) };
        const theirs = { ...what, replies: receive.map(({ hex }) => cut(hex)) };
        if (JSON.stringify(ours) !== JSON.stringify(theirs))
          expect({ ...what, replies: answers[i]!.map(shown) }).toEqual({
            ...what,
            replies: receive.map(({ hex }) => shown(hex)),
          });
        expect(ours).toEqual(theirs);
      }
    }
  });
});

function named(hex: string): unknown {
  const datagram = decodeDatagram(fromHex(hex)!);
  return "messages" in datagram
    ? datagram.messages.map((message) => nameMessage(message) ?? message)
    : datagram;
}

/** By names, for whoever reads a failure. */
function shown(hex: string): unknown {
  return masked(hex).map(named);
}
