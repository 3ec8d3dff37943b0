/**
 * Records what real `ip` commands send to a real kernel, and its answers, octet by octet:
 *
 *     npx tsx test/kernel/netlink/record.ts [NAME...]
 *
 * Each file of `sessions/` is a list of commands, one a line. They run one after another in a network namespace of their own, with
 * names of namespaces of their own, under strace, which shows the octets. Needs root, strace and iproute2.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { toHex } from "../../../src/core/bytes.ts";
import { crafted } from "./crafted.ts";
import type { Datagram, Exchange, Line } from "./fixture.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Octets of strace's dump lines: ` | 00000  20 00 00 00 ...  text |`. */
function dumpOctets(line: string): string {
  return line.slice(10, 59).replaceAll(" ", "");
}

interface Socket {
  readonly netns: string;
  strict: boolean;
  extAck: boolean;
  capAck: boolean;
  readonly number: number;
}

/** Reads a trace of one process. */
function exchangesOf(trace: string): Exchange[] {
  const exchanges: Exchange[] = [];
  const sockets = new Map<number, Socket>();
  const files = new Map<number, string>();
  let netns = "";
  let made = 0;
  let octets: { hex: string } | null = null;
  for (const line of trace.split("\n")) {
    if (line.startsWith(" | ")) {
      if (octets !== null) octets.hex += dumpOctets(line);
      continue;
    }
    if (line.startsWith(" * ")) continue;
    octets = null;
    const call = /^(\w+)\((.*)\)\s+= (-?\d+)/s.exec(line);
    if (call === null) continue;
    const [, name, words, status] = call;
    const value = Number(status);
    const fd = Number.parseInt(words!, 10);
    if (name === "openat" && value >= 0) {
      const file = /"\/(?:var\/)?run\/netns\/([^"]*)"/.exec(words!);
      if (file !== null) files.set(value, file[1]!);
      else if (words!.includes("/ns/net")) files.set(value, netns);
      else files.delete(value);
      sockets.delete(value);
    } else if (name === "setns" && value === 0) netns = files.get(fd)!;
    else if (name === "socket" && words!.startsWith("AF_NETLINK") && value >= 0)
      sockets.set(value, { netns, strict: false, extAck: false, capAck: false, number: made++ });
    else if (name === "setsockopt") {
      const socket = sockets.get(fd);
      if (socket === undefined) continue;
      if (words!.includes("NETLINK_GET_STRICT_CHK")) socket.strict = true;
      if (words!.includes("NETLINK_EXT_ACK")) socket.extAck = true;
      if (words!.includes("NETLINK_CAP_ACK")) socket.capAck = true;
    } else if ((name === "sendmsg" || name === "sendto") && sockets.has(fd)) {
      const { number, ...options } = sockets.get(fd)!;
      const fds = [...files].map(([n, file]) => [n, file] as const);
      const send = { hex: "" };
      exchanges.push({ socket: number, ...options, fds, send, receive: [] });
      octets = send;
    } else if (name === "recvmsg" && sockets.has(fd) && !words!.includes("MSG_PEEK") && value >= 0) {
      const size = Number(/iov_len=(\d+)/.exec(words!)![1]);
      octets = { hex: "" };
      exchanges
        .findLast(({ socket }) => socket === sockets.get(fd)!.number)!
        .receive.push(Object.assign(octets, { size }));
    }
  }
  return exchanges;
}

/** Sends what a line describes. */
function send(line: string, inside: readonly string[]): Exchange {
  const { octets, strict, capAck } = crafted(line);
  const options = { strict, extAck: true, capAck };
  const { stdout } = spawnSync("nsenter", [...inside, "python3", `${HERE}client.py`], {
    input: JSON.stringify({ hex: toHex(octets), ...options }),
    encoding: "utf8",
  });
  const receive = JSON.parse(stdout) as Datagram[];
  return { socket: 0, netns: "", ...options, fds: [], send: { hex: toHex(octets) }, receive };
}

/** Runs `ip` under strace. */
function trace(run: string, inside: readonly string[]): Line {
  const file = `${process.env.TMPDIR ?? "/tmp"}/netlink-record.${process.pid}`;
  const calls = "sendmsg,sendto,recvmsg,socket,setsockopt,openat,setns";
  const strace = `exec strace -o ${file} -e trace=${calls} -e read=all -e write=all ${run}`;
  const { status } = spawnSync("nsenter", [...inside, "sh", "-c", strace], { stdio: "ignore" });
  const exchanges = exchangesOf(readFileSync(file, "utf8"));
  rmSync(file);
  return { run, status: status ?? -1, exchanges };
}

function runLine(run: string, inside: readonly string[]): Line {
  if (run.startsWith("netlink ")) return { run, status: 0, exchanges: [send(run, inside)] };
  if (run.startsWith("ip ")) return trace(run, inside);
  const { status } = spawnSync("nsenter", [...inside, "sh", "-c", run], { stdio: "ignore" });
  return { run, status: status ?? -1, exchanges: [] };
}

function record(name: string): void {
  const text = readFileSync(`${HERE}sessions/${name}.sh`, "utf8");
  const hold = "mount -t tmpfs none /run/netns; exec >&-; (exec sleep 600 </dev/null 2>&-) & echo $! >&2";
  const { stderr } = spawnSync("unshare", ["--net", "--mount", "--fork", "sh", "-c", hold], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  const pid = Number(stderr);
  const inside = ["-t", `${pid}`, "--net", "--mount"];
  let lines: Line[];
  try {
    const commands = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    lines = commands.map((run) => runLine(run, inside));
  } finally {
    process.kill(pid, "SIGKILL");
  }
  writeFileSync(`${HERE}${name}.jsonl`, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  console.log(
    `${name}: ${lines.length} commands, ${lines.flatMap((line) => line.exchanges).length} exchanges`,
  );
}

const all = readdirSync(`${HERE}sessions`).map((file) => file.replace(/\.sh$/, ""));
for (const name of process.argv.length > 2 ? process.argv.slice(2) : all) record(name);
