/** The command line in this process, with its streams as text. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/program.ts";

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function vethsim(
  argv: readonly string[],
  { stdin = "", isErrTerminal = false } = {},
): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const io: Io = {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    isErrTerminal,
    readStdin: () => stdin,
    readLines: async function* () {
      yield* stdin.split("\n").slice(0, stdin.endsWith("\n") ? -1 : undefined);
    },
    terminal: null,
    onInterrupt: () => () => {},
    exit: (status) => {
      throw new Error(`exit ${status}`);
    },
  };
  const status = await main(argv, io);
  return { status, stdout, stderr };
}

/** A directory for the tests of a file, gone afterwards. */
export function workDirectory() {
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "vethsim-cli-test-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return {
    path: (name: string) => join(dir, name),
    write: (name: string, text: string) => {
      writeFileSync(join(dir, name), text);
      return join(dir, name);
    },
  };
}

/** Two hosts on a wire, and one ping. */
/** Switches IPv6 off behind `PAIR`, before anything of it was sent. */
export const NO_IPV6 = `sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec blue sysctl -qw net.ipv6.conf.all.disable_ipv6=1
`;

export const PAIR = `ip netns add blue
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns blue
ip addr add 10.0.0.1/24 dev v0 && ip link set v0 up
ip -n blue addr add 10.0.0.2/24 dev v1 && ip -n blue link set v1 up
ping -c 1 -q 10.0.0.2
`;
